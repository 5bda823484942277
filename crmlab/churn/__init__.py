"""Churn: who is about to leave, what a campaign against it earns, and whom to send what.

1. A cutoff day stands for "today". What is known up to it becomes features, what happens
   in a later window becomes the label (`snapshots`, `contracts`); how long a silence means
   that a customer is gone is read from the log first (`silence`).
2. Warning signs from other tables join the features as they were known on that day
   (`events`).
3. A model learned on earlier cutoffs gives probabilities on a later one (`models`), and
   is judged there: does it rank, are its probabilities true, what does it earn (`judging`,
   `profit`).
4. A budget goes where the expected gain is largest (`targeting`); what an offer changes
   can only be learned from a randomised test (`uplift`).
5. A score ages: whether it is still right is watched with a known rate of false alarms (`drift`).
6. Things leave, too: machines break down by use, and a reminder comes before that (`wear`).

```
events ─▶ snapshots, contracts ─▶ models ─▶ judging, profit ─▶ targeting
                             └▶ drift       uplift ─▶ figures
```
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
