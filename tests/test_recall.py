"""Questions on earlier chapters: their files, who is asked what, and what letters are read."""

import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlab import datasets
from crmlab.company import Company
from crmlab.workbook import Workbook, progress, recall
from tools.notebooks import ROOT

SEEDS = [1, 4, 11, 20261121]
GOOD = """
[one]
text = "Which?"
options = ["this", "that"]
why = "This."
"""


@pytest.fixture
def kept(tmp_path, monkeypatch):
    place = tmp_path / "course" / "progress.sqlite"
    monkeypatch.setenv("CRMLAB_PROGRESS", str(place))
    return place


@pytest.fixture(scope="module", params=SEEDS)
def company(request):
    return Company(seed=request.param, customers=800)


# --- the files ------------------------------------------------------------------------------


def test_every_question_of_the_files_is_asked():
    files = sorted(ROOT.glob("manuscript/*/recall.toml"))
    written = [name for path in files for name in tomllib.loads(path.read_text(encoding="utf-8"))]
    assert sorted(names(recall.bank())) == sorted(f"recall_{name}" for name in written)


def test_every_question_fills_its_fields_and_no_two_options_look_the_same(company):
    for question in recall.bank():
        text, options = question.shown(company)
        assert "{" not in "".join([text, *options]), question.name
        assert len(set(options)) == len(options), question.name


@pytest.mark.parametrize(
    ("instead_of", "written", "problem"),
    [
        ('why = "This."', "", "it lacks why"),
        ('text = "Which?"', "", "it lacks text"),
        ('why = "This."', 'why = "This."\nwhen = "now"', "it has when, which means nothing"),
        ('["this", "that"]', '["this", "this"]', "two of its options are the same"),
        ('["this", "that"]', '["this"]', "not a list of 2 to 4 texts"),
        ('["this", "that"]', '"this, that"', "not a list of 2 to 4 texts"),
        ('["this", "that"]', '["this", ""]', "none of them empty"),
        ('["this", "that"]', '["this", 2]', "text, options and why are texts"),
        ('"Which?"', '"Which of {all}?"', "no numbers that fill them"),
        ('why = "This."', 'why = "This."\nnumbers = "nobody"', "no function 'nobody'"),
        ('why = "This."', 'why = "This."\nnumbers = "summarize"', "no function 'summarize'"),
        ("[one]", 'title = "Recall"\n[one]', "question 'title': it is no table"),
        ("[one]", "[one", "at line 2"),
        ("[one]", "[one]\n[one]", "Cannot declare"),
    ],
)
def test_a_file_with_a_fault_says_which_question_it_is(tmp_path, instead_of, written, problem):
    path = tmp_path / "04_acquisition" / "recall.toml"
    path.parent.mkdir()
    path.write_text(GOOD.replace(instead_of, written))
    with pytest.raises(ValueError, match=problem) as error:
        recall.read(path)
    assert str(path) in str(error.value)
    path.write_text(GOOD)
    (question,) = recall.read(path)
    assert (question.name, question.session) == ("recall_one", "04")


@pytest.fixture
def bank_in(tmp_path, monkeypatch):
    """Take the questions from an empty folder, and afterwards from the course again."""
    monkeypatch.setattr(recall, "folder", lambda _name: tmp_path)
    recall.bank.cache_clear()
    yield tmp_path
    recall.bank.cache_clear()


def test_the_name_of_a_question_is_its_own(bank_in):
    for chapter in ("02_customer_value", "04_acquisition"):
        (bank_in / chapter).mkdir()
        (bank_in / chapter / "recall.toml").write_text(GOOD)
    with pytest.raises(ValueError, match=r"04_acquisition.*'recall_one' is the name of a question"):
        recall.bank()


def test_without_its_files_the_course_says_what_to_do(bank_in):
    with pytest.raises(FileNotFoundError, match="Install crmlab again"):
        recall.bank()


def test_questions_are_found_in_a_clone_and_in_an_installed_package(tmp_path):
    package = tmp_path / "crmlab"
    assert datasets.folder("manuscript", package) == tmp_path / "manuscript"
    (package / "_manuscript").mkdir(parents=True)
    assert datasets.folder("manuscript", package) == package / "_manuscript"


# --- who is asked what ----------------------------------------------------------------------


def names(questions):
    return [question.name for question in questions]


def test_recall_asks_only_about_earlier_chapters(kept):
    assert {question.session for question in recall.due("03", "me", 99)} == {"00", "01", "02"}
    assert recall.due("00", "me", 99) == []


def test_recall_brings_back_the_longest_overdue_and_lets_the_known_rest(kept):
    everything = len(recall.bank())
    first, second, *_rest = recall.due("03", "me", everything)
    progress.record("me", "03a_rfm_and_pyramid", 1, first.name, "passed")
    progress.record("me", "03a_rfm_and_pyramid", 1, second.name, "wrong", "other")
    now = datetime.now(UTC)
    at_once = names(recall.due("03", "me", everything, now))
    assert at_once[0] == second.name  # a wrong answer is due at once
    assert at_once[-1] == first.name  # a right one rests for a day
    later = names(recall.due("03", "me", everything, now + timedelta(days=30)))
    assert later[:2] == [second.name, first.name]


@pytest.mark.parametrize(("exercises", "days"), [(1, 1), (2, 3), (3, 7), (4, 21), (5, 60), (6, 60)])
def test_a_right_answer_counts_once_in_an_exercise_however_often_it_is_run(kept, exercises, days):
    (question,) = recall.due("03", "me", 1)
    for seed in range(exercises):
        for _run in range(3):
            progress.record("me", "03a_rfm_and_pyramid", seed, question.name, "passed")
    now = datetime.now(UTC)
    waiting = now + timedelta(days=days, minutes=-5)
    assert names(recall.due("03", "me", 99, waiting))[-1] == question.name
    overdue = now + timedelta(days=days, minutes=5)
    assert names(recall.due("03", "me", 99, overdue))[0] == question.name


@pytest.mark.parametrize("answers", [(), ("passed",), ("wrong", "passed"), ("passed", "wrong")])
def test_an_exercise_keeps_its_questions_at_every_rerun(kept, answers, capsys):
    book = Workbook("03a_rfm_and_pyramid", seed=2)
    book.recall()
    first = capsys.readouterr().out
    for asked in names(recall.choose("me", "03a_rfm_and_pyramid", 2, 2)):
        for status in answers:
            progress.record("me", "03a_rfm_and_pyramid", 2, asked, status)
    for again in (book, Workbook("03a_rfm_and_pyramid", seed=2)):
        again.recall()
        assert capsys.readouterr().out == first


def test_another_seed_exercise_or_participant_asks_what_is_due_there(kept):
    kept_here = recall.choose("me", "03a_rfm_and_pyramid", 1, 2)
    for question in kept_here:
        progress.record("me", "03a_rfm_and_pyramid", 1, question.name, recall.ASKED)
        progress.record("me", "03a_rfm_and_pyramid", 1, question.name, "passed")
    assert recall.choose("me", "03a_rfm_and_pyramid", 1, 2) == kept_here
    for who, exercise, seed in [("me", "03a_rfm_and_pyramid", 2), ("me", "04_acquisition", 1)]:
        assert not {*recall.choose(who, exercise, seed, 2)} & {*kept_here}
    assert recall.choose("you", "03a_rfm_and_pyramid", 1, 2) == kept_here  # new to this one too


def test_more_questions_come_after_those_that_were_asked(kept):
    first = recall.choose("me", "03a_rfm_and_pyramid", 1, 2)
    for question in first:
        progress.record("me", "03a_rfm_and_pyramid", 1, question.name, recall.ASKED)
        progress.record("me", "03a_rfm_and_pyramid", 1, question.name, "passed")
    progress.record("me", "03a_rfm_and_pyramid", 1, "recall_no_longer_there", recall.ASKED)
    more = recall.choose("me", "03a_rfm_and_pyramid", 1, 4)
    assert more[:2] == first
    assert len({*more}) == 4
    assert recall.choose("me", "03a_rfm_and_pyramid", 1, 1) == first[:1]


def test_an_exercise_keeps_its_questions_where_progress_cannot_be_written(kept, capsys):
    kept.parent.write_text("a file where the folder should be")
    book = Workbook("03a_rfm_and_pyramid", seed=2)
    book.recall()
    questions = recall.choose("me", "03a_rfm_and_pyramid", 2, 2)
    letters = [
        next(letter for letter in "abc" if question.check(letter).status == "passed")
        for question in questions
    ]
    book.check_recall(*letters)
    assert capsys.readouterr().out.count("✓ Question") == 2
    Workbook("03a_rfm_and_pyramid", seed=2).recall()
    assert recall.choose("me", "03a_rfm_and_pyramid", 2, 2) == questions


# --- letters --------------------------------------------------------------------------------

FULL_WIDTH = {**{i: i + 0xFEE0 for i in range(0x21, 0x7F)}, 0x20: 0x3000}


@st.composite
def written(draw):
    """A letter of a question with three options, as people write it."""
    letter = draw(st.sampled_from("abc"))
    before, after = draw(
        st.sampled_from([("", ""), ("", ")"), ("(", ")"), ("", "."), ("", ":"), ('"', '"'),
                         ("'", "'"), ("“", "”"), ("[", "]"), ('"', ')"')])
    )  # fmt: skip
    text = f"{before}{draw(st.sampled_from([letter, letter.upper()]))}{after}"
    text = (
        f"{draw(st.sampled_from(['', ' ', '  ', chr(10)]))}{text}{draw(st.sampled_from(['', ' ']))}"
    )
    return letter, text.translate(FULL_WIDTH) if draw(st.booleans()) else text


@given(written(), st.sampled_from([q for q in recall.bank() if len(q.options) == 3]))
def test_a_letter_is_read_however_it_is_written(letter_and_text, question):
    letter, text = letter_and_text
    assert question.check(text) == question.check(letter)
    assert question.check(text).status in {"passed", "wrong"}


@given(st.one_of(st.text(), st.integers(), st.none(), st.lists(st.sampled_from("abc"))))
def test_what_is_no_letter_is_told_what_is_expected_and_is_no_answer(value):
    question = recall.bank()[0]
    verdict = question.check(value)
    if verdict.status == "not attempted":
        assert verdict.message.startswith("one of the letters a, b, c is expected, not ")
        assert "\n" not in verdict.message
    else:
        letters = [letter for letter in str(value).lower() if letter.isalpha()]
        assert isinstance(value, str)
        assert len(letters) == 1


@pytest.mark.parametrize("value", ["d", "ab", "a b", "", "e", "Yes", "64%", 1, None, b"a", ["a"]])
def test_such_values_are_no_letters(value):
    assert recall.bank()[0].check(value).status == "not attempted"


def test_each_question_has_one_right_letter_and_the_dots_are_no_answer():
    for question in recall.bank():
        letters = [question.check(letter).status for letter in "abcd"[: len(question.options)]]
        assert letters.count("passed") == 1
        assert letters.count("wrong") == len(letters) - 1
        assert question.check(...).status == "not attempted"


def test_the_right_option_stands_in_each_place_about_as_often():
    places = Counter(
        next(letter for letter in "abcd" if question.check(letter).status == "passed")
        for question in recall.bank()
    )
    # By chance alone, one in sixty such lists would have a place outside these bounds.
    assert all(0.15 < places[letter] / places.total() < 0.55 for letter in "abc")


def test_what_is_no_letter_leaves_no_trace_and_a_wrong_one_does(kept, capsys):
    book = Workbook("03a_rfm_and_pyramid", seed=2)
    book.recall()
    first, second = recall.choose("me", "03a_rfm_and_pyramid", 2, 2)
    wrong = next(letter for letter in "ABC" if second.check(letter).status == "wrong")
    book.check_recall("Paris", f"{wrong})")
    shown = capsys.readouterr().out
    assert "○ Question 1: one of the letters a, b, c is expected, not 'Paris'." in shown
    assert (
        f"✗ Question 2: No. Think again, or read chapter {second.session.removeprefix('0')}."
        in shown
    )
    found = progress.events()
    assert found[["task", "status"]].to_numpy().tolist() == [
        [first.name, "asked"], [second.name, "asked"], [second.name, "wrong"]
    ]  # fmt: skip


@pytest.mark.parametrize("letters", [("a",), ("a", "b", "c"), ()])
def test_a_wrong_count_of_letters_is_told_kindly(kept, letters):
    book = Workbook("03a_rfm_and_pyramid", seed=2)
    book.recall()
    with pytest.raises(ValueError, match=rf"Letters: {len(letters)}; questions: 2\."):
        book.check_recall(*letters)


def test_letters_before_the_questions_are_told_kindly(kept):
    with pytest.raises(ValueError, match=r"Run wb\.recall\(\) first"):
        Workbook("03a_rfm_and_pyramid").check_recall("a", ...)
