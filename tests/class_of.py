"""A class for the tests of grading: notebooks as participants return them, and what they are."""

import json
from dataclasses import dataclass

import nbformat
import numpy as np

from crmlab.workbook.checks import ch03a
from crmlab.workshop.plan import Plan, participant
from tools.notebooks import ROOT

EXERCISE = "03a_rfm_and_pyramid"
PARAMETERS = {"start": "2024-01-01", "cutoff": "2024-12-31", "end": "2025-12-31"}
NAMES = [task.name for task in ch03a.TASKS]
EVERY_SLIP = [
    (task.name, name) for task in ch03a.TASKS for name, slip in task.slips.items() if slip.switches
]


def plan_of(*ids, lang="en"):
    """Return the plan of a workshop on chapter 3a."""
    return Plan(EXERCISE, PARAMETERS, tuple(participant(one, one, lang) for one in ids))


def exercise():
    """Return the exercise as it is handed out."""
    return nbformat.read(ROOT / f"exercises/{EXERCISE}.ipynb", as_version=4)


def solution():
    """Return the solved exercise."""
    return nbformat.read(ROOT / f"solutions/{EXERCISE}.ipynb", as_version=4)


def cell_of(notebook, task):
    """Return the cell that asks for the check of a task."""
    return next(cell for cell in notebook.cells if f'wb.check("{task}"' in cell.source)


def with_code(code, task="purchases", notebook=None):
    """Return a notebook in which the cell of a task runs other code."""
    notebook = notebook or solution()
    cell_of(notebook, task).source = code
    return notebook


@dataclass
class Work:
    """One participant's notebook, and the result that grading has to find."""

    notebook: nbformat.NotebookNode
    expected: dict  # task: (status, mistake)


def work(rng, mistakes):
    """Return a notebook with given mistakes; its other tasks are right, open or broken."""
    notebook, expected = solution(), {}
    # Half of them did not get to the end.
    reached = len(NAMES) if rng.random() < 0.5 else int(rng.integers(1, len(NAMES)))
    for place, task in enumerate(NAMES):
        cell = cell_of(notebook, task)
        if task in mistakes:
            name = mistakes[task]
            task_class = next(type(one).__name__ for one in ch03a.TASKS if one.name == task)
            cell.source = (
                "from crmlab.workbook.checks import ch03a\n"
                # One case serves all the mistakes of a notebook.
                "case = globals().get('case') or ch03a.Case(seed)\n"
                f"wb.check({task!r}, ch03a.{task_class}().wrong(case, {name!r}))"
            )
            expected[task] = ("wrong", name)
        elif place >= reached:
            cell.source = f"wb.check({task!r}, ...)"
            expected[task] = ("not attempted", "")
        elif rng.random() < 0.1:
            cell.source = f"answer = no_such_name\nwb.check({task!r}, answer)"
            expected[task] = ("failed", "")
        else:
            expected[task] = ("passed", "")
    # The gain of a service starts from the list of the task before.
    if expected["serve"][0] != "passed" and expected["service_gain"][0] == "passed":
        cell_of(notebook, "service_gain").source = "wb.check('service_gain', ...)"
        expected["service_gain"] = ("not attempted", "")
    return Work(notebook, expected)


def class_of(size, seed=1):
    """Return `size` notebooks among which every named mistake stands at least once."""
    rng = np.random.default_rng(seed)
    shares = [{} for _one in range(size)]
    for place, (task, name) in enumerate(EVERY_SLIP):
        shares[place % size][task] = name
    return [work(rng, mistakes) for mistakes in shares]


def hand_in(folder, name, notebook):
    """Write a returned notebook; `notebook` may be text or bytes."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(notebook, bytes):
        path.write_bytes(notebook)
    elif isinstance(notebook, str):
        path.write_text(notebook, encoding="utf-8")
    else:
        path.write_text(json.dumps(notebook), encoding="utf-8")
    return path
