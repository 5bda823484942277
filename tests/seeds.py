"""The seeds on which the exercises are tried.

A change of an exercise is tried on all of them (``ALL_SEEDS=1``); every run of the tests takes
a part, which needs two minutes instead of eight.
"""

import os

_ALL = bool(os.environ.get("ALL_SEEDS"))
SEEDS = range(1, 201, 1 if _ALL else 5)  # for the difficulty
CHECKED_SEEDS = range(1, 51, 1 if _ALL else 2)  # for every form of every answer
CORPUS_SEEDS = range(1, 11) if _ALL else (4, 7)  # for wrong answers written by others
