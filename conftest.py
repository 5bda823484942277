"""Set what every notebook run by the tests must see, whichever folder pytest is given."""

import os
import tempfile
from unittest.mock import patch

import pytest

from tests import warm_kernel
from tools import arithmetic

# nbval's kernels inherit it: explorers show their picture, as in the notebooks as built.
os.environ["CRMLAB_STATIC"] = "1"
# The learner's own progress is not for tests to write to.
os.environ["CRMLAB_PROGRESS"] = os.path.join(tempfile.mkdtemp(), "progress.sqlite")

warm_kernel.use()

# A kind of arithmetic that a person chose holds for the workers and all that they start.
_KIND = arithmetic.chosen(os.environ)
if _KIND in arithmetic.KINDS:
    os.environ.update(arithmetic.environment(_KIND))


# The longest first, or one worker waits at the end for the other (pytest --durations=0 shows them).
_LONGEST = (
    "test_workshop_grade.py",
    "test_browser.py",
    "test_churn_company.py",
    "test_workbook.py",
    "test_difficulty_10a.py",
    "test_difficulty_02a.py",
    "test_difficulty_02b.py",
    "test_exercises.py",
    "test_wrong_answers.py",
    "test_workshop_hostile.py",
)


def pytest_collection_modifyitems(items):
    """Sort the tests by file, and leave those of a file as they are."""
    place = {name: number for number, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(place)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Otherwise each notebook is compared under one kind, in turn: its kernel inherits it."""
    if _KIND is not None or item.path.suffix != ".ipynb":
        return (yield)
    kind = arithmetic.in_turn(item.nodeid.partition("::")[0])
    with patch.dict(os.environ, arithmetic.environment(kind), clear=True):
        return (yield)
