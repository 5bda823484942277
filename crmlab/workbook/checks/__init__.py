"""The checks of each chapter's exercise: a `Case` with the data, and its `TASKS`."""

from importlib import import_module


def checks_of(exercise):
    """Return the module with the checks of an exercise, such as ``"03_segmentation"``."""
    return import_module(f"{__name__}.ch{exercise[:2]}")
