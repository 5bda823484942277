"""Customer analytics for marketing, sales and service: the package of the CRM course.

The map of the house. Data come in at the top, and imports go one way: each entry knows those
that stand before it, never one that stands after it; a test draws the arrows.

```
language errors notices               everybody's: words, what has to be put right, what is said
arguments output                      checks of what comes in; files that go out
company/ datasets                     data to learn on: the simulator with its truth; real data
logs/                                 data in: read, check and summarise a log of any engine
segmentation/                         RFM, the names of segments, the pyramid; whom to visit
plots                                 figures and tables that several use
lesson                                what a lesson shows: readings, questions
clv/ churn/ attribution/ social/      the other models, each with its figures
report/                               a page on any log
game/                                 a year at the helm: a company to run, and the score
widgets/ workbook/                    what learners touch: explorers, exercises with checks
workshop/                             what instructors run
cli/                                  the command line, and the doctor of a computer
```

Beside them lie the translations, with the font of Chinese figures (``locale/``).
A log of millions of rows stays in the engine that holds it; the models see one row per
customer, in pandas. Names are listed in ``__init__.pyi`` files, which editors read, and each
module is loaded when a name of it is used.
"""

import lazy_loader

__version__ = "0.1.0"
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
