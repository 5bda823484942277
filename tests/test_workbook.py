"""Every check: accepts what is right in any form, names each mistake, rejects the rest."""

import math
import re
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import import_module
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from seeds import CHECKED_SEEDS

from crmlab.arguments import steady
from crmlab.language import gettext, use_language
from crmlab.notices import quiet
from crmlab.workbook import Workbook
from crmlab.workbook.answers import EXACT, FAR, Chosen, Number
from crmlab.workbook.cases import Data
from crmlab.workbook.checks import ch03a, checks_of, number_of
from tools.notebooks import ROOT, Edition, assemble, editions

EXERCISES = {
    script.parent.name: checks_of(script.parent.name)
    for script in sorted(ROOT.glob("manuscript/*/workbook.py"))
}
EVERY_TASK = [
    pytest.param(checks, task, id=f"{number_of(exercise)}-{task.name}")
    for exercise, checks in EXERCISES.items()
    for task in checks.TASKS
]
_RIGHT = {}  # right answers of the cases that were drawn, as read, by exercise and seed


@cache
def case_of(checks):
    """Return the data of one participant, for tests that leave them as they are."""
    return checks.Case(1)


@pytest.fixture(
    scope="module",
    params=[(exercise, seed) for exercise in EXERCISES for seed in CHECKED_SEEDS],
    ids=lambda which: f"{number_of(which[0])}-seed{which[1]}",
)
def case(request):
    """Give the tasks of an exercise and the data of one participant."""
    exercise, seed = request.param
    checks = EXERCISES[exercise]
    with quiet():
        data = checks.Case(seed)
        yield checks.TASKS, data
        _RIGHT[checks, seed] = right_answers(checks, data)


def right_answers(checks, data):
    return {task.name: task.target(data) for task in checks.TASKS}


def equivalents(task, data):
    """Write one right answer in the ways that learners write it."""
    right = task.right(data)
    if isinstance(task.answer, Number):
        ways = [right, np.float64(right), np.array(right), [right], pd.Series([right])]
        ways += [Decimal(str(right)), Fraction(right)]
        if not task.answer.readable:
            return ways
        # Rounded for reading: to four digits, or to whole ones.
        return [*ways, round(right, max(0, 3 - math.floor(math.log10(abs(right) or 1))))]
    if isinstance(task.answer, Chosen):
        choices = task.choices(data)
        masks = [] if choices is None else [np.array([name in set(right) for name in choices])]
        named = pd.Series(1.5, index=right)
        others = pd.Series(False, index=["Nobody"])
        return [
            *[right, right[::-1], np.array(right), set(right), pd.Index(right), pd.Series(right)],
            *[named, pd.concat([named > 0, others]), *masks],
        ]
    frame = right.to_frame(task.answer.columns[0]) if isinstance(right, pd.Series) else right
    shuffled = frame.sample(frac=1, random_state=1)
    numeric = frame.select_dtypes("number").columns
    ways = [
        right,
        frame,
        shuffled,
        shuffled.reset_index(),
        frame.astype(dict.fromkeys(numeric, "float64")),
        frame.astype("object"),
        frame.assign(extra=1) if len(task.answer.columns) > 1 else frame.rename(columns=str.upper),
    ]
    if len(task.answer.columns) == 1:
        values = frame[task.answer.columns[0]]  # in the order of the learner's table
        ways += [values.tolist(), values.to_numpy(), values.to_dict(), values.rename(None)]
    return ways


def perturbed(task, right, rng):
    """Change one thing in a right answer."""
    if isinstance(task.answer, Number):
        step = max(4 * task.answer.tolerance, 4 * task.answer.relative * abs(right), 1.0)
        return [right + step, right - step]
    if isinstance(task.answer, Chosen):
        return [right[1:], [*right, "Nobody"]]
    frame = right.to_frame(task.answer.columns[0]) if isinstance(right, pd.Series) else right
    frame = frame.astype("object")
    row, column = rng.integers(len(frame)), rng.integers(frame.shape[1])
    other = frame.copy()
    value = other.iat[row, column]
    step = max(1, 4 * task.answer.tolerance)
    other.iat[row, column] = "Nobody" if isinstance(value, str) else value + step
    stranger = pd.concat([frame, frame.iloc[[0]].set_axis(["C99999"])])
    return [other, frame.drop(frame.index[row]), stranger]


def test_the_right_answer_passes_in_every_form(case):
    tasks, data = case
    verdicts = [
        (task.name, type(answer), task.check(data, answer))
        for task in tasks
        for answer in equivalents(task, data)
    ]
    assert [found for found in verdicts if found[-1].status != "passed"] == []


def named(verdict):
    """The slips that a verdict names, one set for each alternative."""
    return [set(names.split("+")) for names in verdict.mistake.split("|")]


def test_each_slip_is_recognised_and_every_one_named_leads_to_the_answer(case):
    """None leads to the right answer; where two meet, the verdict names both, and no other one."""
    tasks, data = case
    astray = []
    for task in tasks:
        for name in (name for name, slip in task.slips.items() if slip.switches):
            handed_in = task.target(data, name)
            if handed_in is None:
                continue
            verdict = task.check(data, task.wrong(data, name))
            alternatives = named(verdict)
            if {name} not in alternatives:
                astray.append((task.name, name, verdict))
            for (other,) in alternatives:
                if other in task.slips and not same(task, task.target(data, other), handed_in):
                    astray.append((task.name, name, other))
    assert astray == []


def same(task, one, other):
    return all(
        task.answer.closeness(task.answer.part(one, name), task.answer.part(other, name)) == EXACT
        for name in task.answer.parts(one)
    )


def test_a_perturbed_answer_is_wrong(case):
    tasks, data = case
    rng = np.random.default_rng(data.seed)
    accepted = [
        task.name
        for task in tasks
        for answer in perturbed(task, task.right(data), rng)
        if task.accepts(data, answer)
    ]
    assert accepted == []


def test_no_choice_hangs_on_a_digit_that_another_machine_may_compute_differently(case, monkeypatch):
    """A hundred times what `steady` rounds away is added to every score: nothing changes."""
    tasks, data = case
    rng = np.random.default_rng(data.seed)

    def shaken(scores):
        size = np.abs(np.asarray(scores, dtype="float64"))
        noise = 1e-7 * size[np.isfinite(size)].max() * rng.uniform(-1, 1, size.shape)
        return steady(scores + noise)

    monkeypatch.setattr(import_module(type(tasks[0]).__module__), "steady", shaken, raising=False)
    chosen = [task for task in tasks if not isinstance(task.answer, Number)]
    assert [
        task.name
        for task in chosen
        if not same(task, task.answer.read(task.solve(data)), task.target(data))
    ] == []


@pytest.mark.parametrize(("checks", "task"), EVERY_TASK)
def test_the_right_answer_is_seldom_that_of_somebody_else(checks, task):
    """Of all pairs of participants; on few seeds twice as many, by luck (see `seeds`)."""
    with quiet():
        for seed in CHECKED_SEEDS:
            if (checks, seed) not in _RIGHT:  # where this test runs alone
                _RIGHT[checks, seed] = right_answers(checks, checks.Case(seed))
    answers = [_RIGHT[checks, seed][task.name] for seed in CHECKED_SEEDS]
    assert shared(task, answers) <= (0.05 if len(answers) >= 30 else 0.10)


def shared(task, answers):
    """Return in which share of the pairs of participants the one's answer passes for the other."""
    pairs = list(permutations(answers, 2))
    return sum(passes(task, one, other) for one, other in pairs) / max(1, len(pairs))


def passes(task, one, right):
    parts = (
        (task.answer.part(one, name), task.answer.part(right, name))
        for name in task.answer.parts(right)
    )
    return all(task.answer.closeness(mine, theirs) > FAR for mine, theirs in parts)


def test_an_answer_that_others_share_is_found_out():
    """Within the tolerance of one who reads it, too."""
    number, chosen = ch03a.TopFifth(), ch03a.Serve()
    near, far = number.answer.tolerance * 0.9, number.answer.tolerance * 1.1
    numbers = [np.array([value]) for value in (0.6, 0.6 + near, 0.6 + near + far)]
    assert shared(number, numbers) == pytest.approx(1 / 3)
    assert shared(chosen, [frozenset({"Gold"})] * 3) == 1
    assert shared(chosen, [frozenset({"Gold"}), frozenset({"Gold", "Basic"})]) == 0


@pytest.mark.parametrize(("checks", "task"), EVERY_TASK)
def test_a_task_has_slips_and_says_what_to_read(checks, task):
    assert len(task.slips) >= 3
    assert task.section
    assert task.praise
    assert len(task.hints) >= 2


@pytest.mark.parametrize(("checks", "task"), EVERY_TASK)
@pytest.mark.parametrize(
    "value", [None, "yes", object(), {}, [], [np.nan], np.inf, pd.DataFrame(), b"\x00", lambda: 1]
)
def test_an_answer_of_another_form_is_told_what_is_expected(checks, task, value):
    with quiet():
        verdict = task.check(case_of(checks), value)
    assert verdict.status == "wrong"
    assert verdict.message


@pytest.mark.parametrize(
    ("exercise", "language"),
    [
        (one.script.parent.name, one.language)
        for one in editions()
        if one.shelf == "chapters" and one.script.parent.name in EXERCISES
    ],
)
def test_advice_names_a_heading_of_the_lesson(exercise, language):
    notebook = assemble(Edition(ROOT / f"manuscript/{exercise}/lesson.py", "chapters", language))
    lines = "\n".join(cell.source for cell in notebook.cells).splitlines()
    headings = {line.lstrip("#").strip() for line in lines if line.startswith("##")}
    use_language(language)
    advised = {
        gettext(section)
        for task in EXERCISES[exercise].TASKS
        for section in [task.section, *(slip.section for slip in task.slips.values())]
        if section
    }
    use_language("en")
    assert advised - headings == set()


@pytest.mark.parametrize("exercise", EXERCISES)
def test_what_a_learner_does_to_a_table_changes_no_right_answer(exercise):
    text = (ROOT / "manuscript" / exercise / "workbook.py").read_text(encoding="utf-8")
    with quiet():
        case, untouched = (EXERCISES[exercise].Case(3) for _copy in range(2))
        for name in sorted(set(re.findall(r"wb\.data\.(\w+)", text))):
            table = getattr(Data(case), name)
            for column in table.select_dtypes("number") if isinstance(table, pd.DataFrame) else ():
                table[column] = 0
        for task in EXERCISES[exercise].TASKS:
            assert task.check(case, task.right(untouched)).status == "passed", task.name


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_stub_is_not_attempted_and_hints_go_on_to_the_end(exercise, tmp_path, monkeypatch):
    monkeypatch.setenv("CRMLAB_PROGRESS", str(tmp_path / "progress.sqlite"))
    book = Workbook(exercise, seed=5)
    for task in EXERCISES[exercise].TASKS:
        assert book.check(task.name, ...).status == "not attempted"
        shown = [str(book.hint(task.name)) for _turn in range(len(task.hints) + 2)]
        assert len(set(shown)) == len(task.hints) + 1
        assert shown[-1] == shown[-2]
    assert book.progress()["tries"].isna().all()


def test_an_unknown_task_is_told_kindly_which_there_are(tmp_path, monkeypatch):
    monkeypatch.setenv("CRMLAB_PROGRESS", str(tmp_path / "progress.sqlite"))
    with pytest.raises(ValueError, match=r"no task 'purchase'\. The tasks are: purchases, recency"):
        Workbook("03a_rfm_and_pyramid").check("purchase", 1)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_tab_lists_data_and_nothing_that_is_an_answer(exercise):
    with quiet():
        case = EXERCISES[exercise].Case(2)
        seen = {name for name in dir(Data(case)) if not name.startswith("_")}
        answers = {task.name for task in EXERCISES[exercise].TASKS}
        values = [getattr(Data(case), name) for name in seen]
        right = [task.right(case) for task in EXERCISES[exercise].TASKS]
    assert seen - {"company"}
    assert seen & answers == set()
    assert not any(one is other for one in values for other in right)
    with pytest.raises(AttributeError, match="Your data are: "):
        Data(case).known  # noqa: B018


def test_the_wrong_answer_is_not_given_away():
    """The text about an unknown mistake shows the learner's value, never the right one."""
    with quiet():
        case = ch03a.Case(4)
        task = ch03a.Purchases()
        right = task.right(case)
        message = task.check(case, right.replace(right.max(), 4321)).message
    assert "4321" in message
    assert str(right.max()) not in message.replace("4321", "")


def test_results_given_for_a_later_task_are_right_and_remembered(tmp_path, monkeypatch):
    monkeypatch.setenv("CRMLAB_PROGRESS", str(tmp_path / "progress.sqlite"))
    from crmlab.workbook import progress

    book = Workbook("03a_rfm_and_pyramid", seed=2)
    assert book.check("tiers", book.given("tiers")).status == "passed"
    assert progress.events()["status"].tolist() == ["taken", "passed"]
