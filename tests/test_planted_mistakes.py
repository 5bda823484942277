"""A mistake that nobody catalogued is explained by what its rows share, in every exercise."""

import numpy as np
import pytest

from crmlab.notices import quiet
from crmlab.workbook.answers import Chosen, PerCustomer
from crmlab.workbook.checks import checks_of
from tools.notebooks import ROOT

EXERCISES = [path.parent.name for path in sorted(ROOT.glob("manuscript/*/workbook.py"))]
KINDS = 3  # that each exercise has to recognise
# Its tables have a row per channel, label or part: of six rows any fact may be shared by luck.
FEW_ROWS = ("12b_a_year_at_the_helm",)


def plantings(task, case):
    """Yield each fact of a task that can be planted, and an answer wrong in just these rows."""
    facts, right = task.facts(case), task.target(case)
    for fact in facts.columns:
        having = set(facts.index[facts[fact]])
        if isinstance(task.answer, Chosen):
            yield fact, sorted(right - having)
            choices = task.choices(case)
            yield fact, sorted(right | set(map(str, () if choices is None else choices)) & having)
        elif isinstance(task.answer, PerCustomer):
            yield fact, changed(right, [name for name in right.index if name in having])


def changed(right, names):
    """Return a table with another value in the first column for some of its rows."""
    column = right.columns[0]
    wrong = right.astype("object")
    if right[column].dtype.kind == "f":
        steps = np.random.default_rng(1).uniform(1, 2, len(names))
        wrong.loc[names, column] = (right.loc[names, column] + steps).tolist()
    else:
        wrong.loc[names, column] = "Nobody"
    return wrong


@pytest.mark.parametrize("exercise", [name for name in EXERCISES if name not in FEW_ROWS])
def test_planted_mistakes_are_explained_by_their_rows(exercise):
    explained = set()
    with quiet():
        case = checks_of(exercise).Case(2)
        for task in checks_of(exercise).TASKS:
            for fact, wrong in plantings(task, case):
                verdict = task.check(case, wrong)
                if verdict.mistake == "rows" and fact in verdict.common:
                    explained.add(fact)
    assert len(explained) >= KINDS, explained


@pytest.mark.parametrize("exercise", FEW_ROWS)
def test_of_few_rows_nothing_is_said_to_be_shared(exercise):
    with quiet():
        case = checks_of(exercise).Case(2)
        for task in checks_of(exercise).TASKS:
            assert len(task.facts(case)) <= 6
            for _fact, wrong in plantings(task, case):
                assert task.check(case, wrong).mistake != "rows"
