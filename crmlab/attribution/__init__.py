"""Attribution: what is credited with how much, channels by their paths, repairs by their effect.

1. Each lead meets channels one after another. `paths` counts the distinct sequences: how
   often each ended in a conversion and how often not.
2. Rules of thumb divide a conversion by the place of a touch in its path: the first, the
   last, all alike, mostly the ends (`rules`).
3. The Markov chain asks what share of conversions would be lost if nobody got past a
   channel (`markov_chain`); the Shapley value divides by what each channel adds to every
   set of others (`coalitions`).
4. `compare` puts the rules side by side: each divides the same conversions.

None of these is causal. Every rule sees only the paths that happened, also of people who
would have bought without a touch; what a channel causes is learned by switching it off
for some, at random. What a repair causes that units get one after another is
another question, and `rollout` answers it.

```
touch_paths ─▶ rules, markov_chain, coalitions ─▶ comparison ─▶ figures
rollout
```
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
