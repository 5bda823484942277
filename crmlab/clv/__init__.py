"""Customer lifetime value: formulas, models of purchases, spend and contracts, hold-out tests.

1. `formulas`: value from a margin, a retention rate and a discount rate.
2. `bgnbd` and `gamma_gamma`: how often customers buy, and what a purchase brings; `rates` and
   `stops` are the parts of the first.
3. `shifted_beta_geometric`: how long customers with a contract stay.
4. `value`: the two models of 2 together, discounted: what each customer is worth.
5. `validation`: was the forecast right? `figures` shows it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
