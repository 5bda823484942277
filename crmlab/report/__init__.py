"""RFM, pyramid and tier migration of any log, as one HTML page and one CSV file.

:func:`build_report` computes, :func:`render` turns the result into a page, and
:func:`write_report` puts page and CSV on disk, both or neither.

```
log ──facts──▶ customers, scores, tiers ──sections──▶ parts ──page──▶ HTML, CSV
```

A section is one function in `sections.py`; another topic is another function. What a log
cannot show (the tiers of one customer, say) is left out, and its section says why. The
words of a report are in the language in use when it is built.
"""

from crmlab.report.build import Report, build_report
from crmlab.report.facts import last_two_periods
from crmlab.report.page import render, write_report

__all__ = ["Report", "build_report", "last_two_periods", "render", "write_report"]
