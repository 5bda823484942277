"""Segments, tiers, a forecast and the risk of churn of any log: one HTML page, one CSV file.

:func:`build_report` computes, :func:`render` turns the result into a page, and
:func:`write_report` puts page and CSV on disk, both or neither.

```
log ──facts, risk──▶ customers, scores, tiers, forecast ──sections──▶ parts ──page──▶ HTML, CSV
```

A section is one function of `SECTIONS` in `sections.py`; those of the forecasts stand in
`value_section.py` and `churn_section.py`. What a log cannot show (the tiers of one customer, say)
is left out, and its section says why. The words of a report are in the language in use when
it is built.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
