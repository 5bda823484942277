"""Wrong answers written without a look at the checks: most are named, none gets another's name."""

from collections import Counter

import pytest
from seeds import CORPUS_SEEDS

from crmlab.notices import quiet
from crmlab.workbook.checks import checks_of
from crmlab.workbook.tasks import FORM, OTHER, ROWS, SHIFTED
from tests.wrong_answers import answers_of, said
from tools.notebooks import ROOT

EXERCISES = [path.parent.name for path in sorted(ROOT.glob("manuscript/*/workbook.py"))]
LEAST_NAMED = 0.8


@pytest.fixture(scope="module", params=EXERCISES)
def judged(request):
    """Return each wrong answer with a seed and what was said of it."""
    with quiet():
        return list(said(checks_of(request.param), answers_of(request.param), CORPUS_SEEDS))


def test_each_task_has_ten_wrong_answers(judged):
    counts = Counter(one.task for one, seed, _said in judged if seed == CORPUS_SEEDS[0])
    assert min(counts.values()) >= 9


def test_most_are_named_rightly(judged):
    named = [one.named != "" and one.named in alternatives for one, _seed, alternatives in judged]
    assert sum(named) / len(named) >= LEAST_NAMED


def test_none_gets_the_name_of_another_mistake(judged):
    silent = ({FORM}, {OTHER}, {SHIFTED})
    astray = [
        (one.name, seed, alternatives)
        for one, seed, alternatives in judged
        if one.named not in alternatives
        and alternatives not in silent
        and not all(name.startswith(ROWS) for name in alternatives)
    ]
    assert astray == []
