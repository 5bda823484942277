"""The seeds on which the difficulty of the exercises is looked at.

Two hundred of them in all; a change of an exercise is tried on all (``ALL_SEEDS=1``), every run
of the tests on each fifth, which takes a minute instead of five.
"""

import os

SEEDS = range(1, 201, 1 if os.environ.get("ALL_SEEDS") else 5)
