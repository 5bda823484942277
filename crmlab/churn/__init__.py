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

```
events ─▶ snapshots, contracts ─▶ models ─▶ judging, profit ─▶ targeting
                                            uplift ─▶ figures
```
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["figures"],
    submod_attrs={
        "contracts": ["contract_snapshot"],
        "events": ["FAMILIES", "Events"],
        "judging": ["calibration_table", "lift_table"],
        "models": ["baseline_model", "churn_model", "temporal_split"],
        "profit": ["best_threshold", "contact_profit", "profit_curve"],
        "silence": ["return_curve"],
        "snapshots": ["snapshot"],
        "targeting": ["choose_offers", "expected_cost", "expected_gain"],
        "uplift": ["TwoModelUplift", "qini_coefficient", "qini_curve"],
    },
)
