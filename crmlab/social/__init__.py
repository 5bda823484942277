"""Social media: what is said about a firm, who answers whom, and how it spreads.

1. `listening`: the share of a kind of post behind a classifier that errs, and the weeks in which
   something is said more often than else.
2. `queue`: when whom is answered, if some are answered first.
3. `spread`: whom word of mouth reaches from given seeds, and whom to seed.
4. `alarm`: from how many mentions a day on there is an alarm, how often false, and how late.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
