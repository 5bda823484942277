"""The checks of each session's exercise: a `Case` with the data, and its `TASKS`."""

from importlib import import_module

from crmlab.workbook.tasks import Task


def checks_of(exercise):
    """Return the module with the checks of an exercise, such as ``"03a_rfm_and_pyramid"``."""
    return import_module(f"{__name__}.ch{number_of(exercise)}")


def number_of(session):
    """Return the number of a session, ``"03a"`` for ``"03a_rfm_and_pyramid"``."""
    return session.partition("_")[0]


def tasks_in(names):
    """Return the tasks among the names of a module, in the order in which they are written."""
    return tuple(
        kind()
        for name, kind in names.items()
        if isinstance(kind, type)
        and issubclass(kind, Task)
        and kind.__module__ == names["__name__"]
        and not name.startswith("_")
    )
