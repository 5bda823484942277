"""One company through all chapters: a report on any log, as an HTML page or in a notebook.

:func:`build_report` computes, :func:`render` turns the result into a page, and
:func:`write_report` puts page and CSV on disk, both or neither; :func:`show_section` shows a
section in a notebook. :func:`company_report` is that of Harbour Coffee.

```
log ──facts, risk──▶ customers, scores, tiers, forecast ──sections──▶ parts ──page──▶ HTML, CSV
sources ───┘                                                            └──notebook──▶ cells
```

A section is one function of `SECTIONS` in `sections.py`; those of a topic of its own stand in
`…_section.py`. What a log cannot show (the tiers of one customer, say) is left out, and its
section says why. What no log can say, a table beside it may (`sources.py`); without it, a gap says
what would be needed, and which chapter shows it. The words of a report are in the language in use
when it is built.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
