"""The seeds on which the exercises are tried.

A change of an exercise is tried on all of them (``ALL_SEEDS=1``); every run of the tests takes
a part, which needs two minutes instead of eight. ``ONE_SEED=1`` is for a first look.
"""

import os


def _some(all_of_them, every):
    if os.environ.get("ONE_SEED"):
        return all_of_them[:1]
    return all_of_them if os.environ.get("ALL_SEEDS") else all_of_them[::every]


SEEDS = _some(range(1, 201), every=10)  # for the difficulty
CHECKED_SEEDS = _some(range(1, 51), every=5)  # for every form of every answer
CORPUS_SEEDS = _some(range(1, 11), every=6)  # for wrong answers written by others
