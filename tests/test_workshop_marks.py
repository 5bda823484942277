"""Marks, feedback and equal answers: what goes home, and that nothing in it does anything."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmlab.errors import CRMError
from crmlab.workbook.checks.ch03a import TASKS
from crmlab.workshop.cards import role_cards, write_cards
from crmlab.workshop.counts import count_class
from crmlab.workshop.course import guide_of
from crmlab.workshop.deliver import Report
from crmlab.workshop.equal import digest, equal_answers
from crmlab.workshop.guide import Role, RolePlay, read_guide
from crmlab.workshop.marks import moment_of
from crmlab.workshop.owners import platform_of
from crmlab.workshop.plan import Plan, participant
from crmlab.workshop.points import POINTS, as_first_made, read_points
from crmlab.workshop.questions import ask
from crmlab.workshop.results import (
    COMPLETE,
    FAILED,
    NOT_ATTEMPTED,
    NOT_RUN,
    PASSED,
    UNREADABLE,
    WRONG,
    NotebookResult,
    TaskResult,
)
from crmlab.workshop.returned import Intake, PassedOver, Returned
from crmlab.workshop.wire import encode
from crmlab.workshop.words import Words

NAMES = [task.name for task in TASKS]
EXERCISE = "03a_rfm_and_pyramid"


def a_plan(*people):
    """Return a plan of (id, name, language)."""
    return Plan(EXERCISE, {}, tuple(participant(*one) for one in people))


PLAN = a_plan(("7", "Ann Lee", "en"), ("8", "李伟", "zh"), ("9", "Cy Fox", "en"))


def a_result(id, *statuses, file=None, ending=COMPLETE, **task):
    tasks = [
        TaskResult(name, status, cell=2, **(task if place == 0 else {}))
        for place, (name, status) in enumerate(zip(NAMES, statuses, strict=False))
    ]
    return NotebookResult(id, file or f"{id}.ipynb", ending, tasks=tuple(tasks))


def came(file, **others):
    (platform,) = [platform_of(part) for part in file.split("/")[:1]] or [None]
    return Returned(file, b"", platform=platform, **others)


def written(tmp_path, results, plan=PLAN, lang="en", **options):
    """Write everything, and return name to text."""
    Report(plan, tmp_path / "r.html", lang, **options).write(results)
    return {
        path.relative_to(tmp_path).as_posix(): path.read_text("utf-8-sig")
        for path in tmp_path.rglob("*")
        if path.is_file() and path.suffix != ".zip"
    }


def rows_of(text):
    return list(csv.reader(io.StringIO(text, newline="")))


# --- points -------------------------------------------------------------------------------


def points(tmp_path, text=None):
    (tmp_path / POINTS).write_text(text or as_first_made(EXERCISE), encoding="utf-8")
    return read_points(tmp_path, EXERCISE)


def test_the_table_as_first_made_gives_a_point_for_each_task_and_none_for_a_taken_result(tmp_path):
    found = points(tmp_path)
    assert found.most == len(NAMES)
    assert found.of(TaskResult("tiers", PASSED)) == 1
    assert found.of(TaskResult("tiers", PASSED, taken=True)) == 0
    assert found.of(TaskResult("tiers", WRONG)) == found.of(TaskResult("tiers", FAILED)) == 0
    assert found == read_points(Path("no such folder"), EXERCISE)


def test_a_table_that_was_edited_in_a_spreadsheet_is_read(tmp_path):
    rows = [f"{name};{place},5;0,25" for place, name in enumerate(NAMES)]
    text = "\ufeffTask;Points;points_if_taken\r\n" + "\r\n".join([*rows, ";;"]) + "\r\n"
    found = points(tmp_path, text)
    assert found.full[NAMES[3]] == 3.5
    assert (
        found.total([TaskResult(NAMES[3], PASSED), TaskResult(NAMES[2], PASSED, taken=True)])
        == 3.75
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("tiers,1", "tears,1"), r"row 5: 'tears' is not a task.*purchases, recency"),
        (("tiers,1", "scores,1"), "row 5: 'scores'.*twice"),
        (("tiers,1,0\r\n", ""), "no row for: tiers"),
        (("tiers,1", "tiers,many"), "row 5: 'many' is no number"),
        (("tiers,1", "tiers,-1"), "row 5: '-1' is no number"),
        (("tiers,1", "tiers,nan"), "'nan' is no number"),
        (("tiers,1,0", "tiers,1,2"), "row 5: a result that was taken brings more"),
        (("tiers,1,0", "tiers,1,0,0"), "row 5 has more or fewer cells"),
        (("task,points", "task,marks"), "needs one column 'points'"),
    ],
)
def test_what_is_wrong_with_the_points_is_told_with_its_row(tmp_path, change, said):
    text = as_first_made(EXERCISE)
    assert change[0] in text
    with pytest.raises(CRMError, match=said):
        points(tmp_path, text.replace(*change))


# --- gradebooks ---------------------------------------------------------------------------


def test_moodle_finds_people_by_number_or_mail_and_an_empty_mark_is_a_dash(tmp_path):
    results = [a_result("7", PASSED, WRONG, PASSED), a_result("8", PASSED, file="x.ipynb")]
    files = written(tmp_path, results)
    assert rows_of(files["r_moodle.csv"]) == [
        ["ID number", "Full name", EXERCISE, "Late", f"{EXERCISE} feedback"],
        ["7", "Ann Lee", "2", "", "2 of 3 checks passed"],
        ["8", "李伟", "1", "", "1 of 1 checks passed"],
        ["9", "Cy Fox", "-", "", ""],
    ]
    plan = a_plan(("a@x.org", "Ann", "en"))
    files = written(tmp_path, [], plan, title="Exercise 3")
    assert rows_of(files["r_moodle.csv"])[0][:3] == ["Email address", "Full name", "Exercise 3"]


def test_canvas_has_its_columns_its_row_of_points_and_its_own_number_where_it_gave_one(tmp_path):
    notebook = came("leeann_LATE_12345_678910_x.ipynb")
    results = [a_result("7", PASSED, PASSED, file=notebook.file), a_result("8", WRONG)]
    files = written(tmp_path, results, intake=Intake((notebook,), ()), title="Exercise 3 (99)")
    assert rows_of(files["r_canvas.csv"]) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Exercise 3 (99)"],
        ["    Points Possible", "", "", "", "", str(len(NAMES))],
        ["Ann Lee", "12345", "7", "7", "", "2"],
        ["李伟", "", "8", "8", "", "0"],
        ["Cy Fox", "", "9", "9", "", ""],
    ]
    assert rows_of(files["r_moodle.csv"])[1][3] == "yes"


def test_of_several_notebooks_the_one_that_counts_gives_the_mark(tmp_path):
    results = [a_result("7", PASSED, PASSED, file="1"), a_result("7", PASSED, file="2")]
    taken = [a_result("7", PASSED, file="1", taken=True), a_result("7", PASSED, file="2")]
    for found, mark in ((results, "2"), (taken, "1")):
        assert rows_of(written(tmp_path, found)["r_moodle.csv"])[1][2] == mark


def test_what_came_late_is_marked_by_the_time_of_the_file_or_by_canvas(tmp_path):
    notebooks = (
        came("7.ipynb", moment=datetime(2026, 3, 1, 18, 0, 1)),
        came("8.ipynb", moment=datetime(2026, 3, 1, 18, 0)),
    )
    results = [a_result("7", PASSED), a_result("8", PASSED)]
    due = moment_of("2026-03-01 18:00")
    files = written(tmp_path, results, intake=Intake(notebooks, ()), due=due)
    assert [row[3] for row in rows_of(files["r_moodle.csv"])[1:]] == ["yes", "no", ""]
    assert "after the time agreed on" in files[f"r_feedback/{PLAN.participants[0].folder}.html"]
    assert len(re.findall(">late<", files["r.html"])) == 2  # in the map, and with the person
    assert moment_of("2026-03-01") > datetime(2026, 3, 1, 23, 59, 59)
    with pytest.raises(CRMError, match="'tomorrow' is no time"):
        moment_of("tomorrow")


# --- feedback -----------------------------------------------------------------------------


def test_feedback_is_in_the_participants_language_and_names_mistake_and_section(tmp_path):
    wrong = {"mistake": "rows_counted", "message": "English words.", "section": "The data"}
    results = [a_result(id, WRONG, PASSED, NOT_ATTEMPTED, **wrong) for id in ("7", "8")]
    files = written(tmp_path, results)
    ann, li = (files[f"r_feedback/{one.folder}.html"] for one in PLAN.participants[:2])
    assert 'lang="en"' in ann
    assert "English words." in ann
    assert "Read again in the lesson: The data" in ann
    assert "1 of 8" in ann
    assert 'lang="zh"' in li
    assert "English" not in li
    assert "数据" in li
    assert not re.search(
        "[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}", re.sub("<[^>]*>|{.*}", " ", li.split("</style>")[1])
    )
    # Nobody learns about anybody else, nor the right answer.
    assert "李伟" not in ann
    assert "Ann" not in li
    assert f"r_feedback/{PLAN.participants[2].folder}.html" not in files


def test_a_notebook_that_could_not_run_is_told_so_at_home(tmp_path):
    results = [NotebookResult("7", "x.ipynb", UNREADABLE, "It is a damaged notebook.")]
    page = written(tmp_path, results)[f"r_feedback/{PLAN.participants[0].folder}.html"]
    assert "not a notebook that can be run" in page
    assert "It is a damaged notebook." in page


def test_moodle_takes_the_pages_back_under_the_names_that_it_gave(tmp_path):
    notebook = came("Ann Lee_123_assignsubmission_file_/x.ipynb")
    results = [a_result("7", PASSED, file=notebook.file), a_result("8", PASSED)]
    written(tmp_path, results, intake=Intake((notebook,), ()))
    with zipfile.ZipFile(tmp_path / "r_feedback.zip") as file:
        # importziplib.php of Moodle splits the first part: name, number, subtype, plugin, rest.
        (name,) = file.namelist()
        assert name.split("_", 4) == ["Ann Lee", "123", "assignfeedback", "file", "/feedback.html"]
        assert "Ann Lee" in file.read(name).decode()


# --- equal answers ------------------------------------------------------------------------


def equal(*answers):
    """Return who is pointed out: answers are (status, mistake, answer)."""
    plan = a_plan(*((str(n), f"N{n}", "en") for n in range(len(answers))))
    results = [
        a_result(str(n), status, mistake=mistake, answer=answer)
        for n, (status, mistake, answer) in enumerate(answers)
    ]
    rows = [row for row in count_class(plan, results).rows if row.counted]
    return [(pair.one.participant.id, pair.other.participant.id) for pair in equal_answers(rows)]


def test_an_answer_that_is_right_for_one_and_wrong_for_another_is_pointed_out():
    assert equal((PASSED, "", "a"), (WRONG, "other", "a"), (WRONG, "other", "b")) == [("0", "1")]
    assert equal((WRONG, "rows_counted", "a"), (WRONG, "other", "a")) == [("0", "1")]
    # Both right: it is the same for both. The same named mistake: so may the wrong answer be.
    assert equal((PASSED, "", "a"), (PASSED, "", "a")) == []
    assert equal((WRONG, "rows_counted", "a"), (WRONG, "rows_counted", "a")) == []
    assert equal((PASSED, "", ""), (WRONG, "other", "")) == []


@pytest.mark.parametrize(
    ("value", "says"),
    [
        *[(0.25, False), (3000, False), (True, False), ("yes", False), ([1, 2], False)],
        *[(0.2517, True), (31.42, True), (3142, True), ([3, 1, 2], True), ({"a": 1}, False)],
    ],
)
def test_only_answers_that_say_enough_are_compared(value, says):
    found = digest(json.loads(json.dumps(encode(value))))
    assert bool(found) == says
    assert found == digest(encode(value))


@pytest.mark.parametrize("data", [None, [], {}, {"kind": "frame", "columns": 3}, {"kind": "one"}])
def test_damaged_answers_say_nothing(data):
    assert digest(data) == ""


def test_equal_answers_stand_on_the_page_with_a_caution(tmp_path):
    results = [
        a_result("7", PASSED, answer="a"),
        a_result("8", WRONG, answer="a", mistake="other"),
    ]
    page = written(tmp_path, results)["r.html"]
    part = page.partition('<section id="equal">')[2]
    assert all(name in part for name in ("Ann Lee", "李伟", NAMES[0], "Ask both"))


# --- the pages ----------------------------------------------------------------------------


def test_the_page_for_the_projector_names_nobody_and_quotes_no_code(tmp_path):
    results = [
        a_result("7", WRONG, mistake="rows_counted", code="secret_code = 1"),
        NotebookResult("", "Ann Lee homework.ipynb", NOT_RUN, "by Ann Lee", ("Ann Lee",)),
    ]
    intake = Intake((), (PassedOver("Ann Lee.rar", "Ann Lee"),))
    files = written(tmp_path, results, intake=intake)
    assert "secret_code" in files["r.html"]
    assert "Ann Lee.rar" in files["r.html"]
    shown = files["r_class.html"]
    assert not re.search("Ann|Lee|李伟|Cy|Fox|secret_code|rar", shown)
    assert "rows" in shown
    links = set(re.findall('href="#(.*?)"', shown))
    assert links == set(re.findall('id="(.*?)"', shown))


def test_what_the_guide_says_of_a_mistake_stands_beside_the_count(tmp_path):
    advice = read_guide(guide_of("3a")).advice
    task, mistake = next(key for key in advice if key[0] == NAMES[0])
    results = [a_result("7", WRONG, mistake=mistake)]
    said = re.sub("[^A-Za-z ]", "", advice[task, mistake])
    for lang, is_there in (("en", True), ("zh", False)):
        page = written(tmp_path, results, lang=lang)["r.html"]
        assert (said in re.sub("&#34;|&#39;|[^A-Za-z ]", "", page)) == is_there
        shown = (tmp_path / "r_class.html").read_text("utf-8")
        assert said not in re.sub("&#34;|&#39;|[^A-Za-z ]", "", shown)


def test_people_of_one_name_are_told_apart_everywhere(tmp_path):
    plan = a_plan(("7", "Ann Lee", "en"), ("8", "ann lee", "en"), ("9", "Ben", "en"))
    files = written(tmp_path, [a_result("7", PASSED), a_result("8", PASSED)], plan)
    for name in ("Ann Lee (7)", "ann lee (8)"):
        assert name in files["r.html"]
    assert "Ben (9)" not in files["r.html"]


def test_answers_in_words_stand_on_one_page_with_the_question_and_a_model(tmp_path):
    notebooks = (
        came("7.ipynb", words=(Words(1, "We serve\n\n- <b>dealers</b>"),)),
        came("8.ipynb", words=(Words(1, ""),)),
    )
    results = [a_result("7", PASSED), a_result("8", PASSED)]
    page = written(tmp_path, results, intake=Intake(notebooks, ()))["r_words.html"]
    assert "tell Zhou Ning: who gets the service" in page
    assert "A model answer" in page
    assert "We serve\n\n- &lt;b&gt;dealers&lt;/b&gt;" in page
    assert "No answer from: 李伟" in page


def test_while_notebooks_are_checked_the_page_says_how_far_it_is_and_who_is_running(tmp_path):
    one = came("7.ipynb", participant=PLAN.participants[0])
    two = came("8.ipynb", participant=PLAN.participants[1])
    report = Report(PLAN, tmp_path / "r.html", intake=Intake((one, two), ()))
    report.write_so_far([a_result("7", PASSED)], ["8.ipynb"], 1)
    page = (tmp_path / "r.html").read_text("utf-8")
    assert "So far 1 of 2 notebooks are checked. Running now: 李伟." in page
    assert 'http-equiv="refresh"' in page
    assert "Not returned (1): Cy Fox" in page  # and not those who are still to come
    report.write([a_result("7", PASSED), a_result("8", PASSED)])
    assert "refresh" not in (tmp_path / "r.html").read_text("utf-8")


def test_no_other_file_is_written_over(tmp_path):
    for name in ("r_moodle.csv", "r_canvas.csv"):
        path = tmp_path / name
        path.write_text("mine")
        with pytest.raises(CRMError, match=name):
            Report(PLAN, tmp_path / "r.html")
        assert path.read_text() == "mine"
        path.unlink()
    written(tmp_path, [])
    written(tmp_path, [])  # its own it may


class _Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


BAD = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n=", "＝", "'", '"', ",", ";"]).flatmap(
        lambda sign: st.text(max_size=8).map(lambda rest: f"{sign}{rest}")
    ),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "</title><script>x</script>",
            "\" onmouseover='x'",
            "<!--",
            "{{ 7 * 7 }}",
            "javascript:x",
            "\ud800",
            "=cmd|' /C calc'!A0",
            "]]>",
        ]
    ),
)


@pytest.fixture(scope="module")
def honest_tags(tmp_path_factory):
    return _tags_of(tmp_path_factory.mktemp("honest"), "n", "t")


def _tags_of(folder, name, text):
    people = [participant(str(n), name if n == 0 else "Ben", "en") for n in range(2)]
    plan = Plan(EXERCISE, {}, tuple(people))
    task = {"mistake": "other", "message": text, "section": text, "code": text, "answer": "a"}
    file = f"{text}_1_assignsubmission_file_/x.ipynb"
    results = [
        NotebookResult("0", file, COMPLETE, text, (text,), a_result("0", WRONG, **task).tasks),
        a_result("1", PASSED, answer="a"),
        NotebookResult(text, text, NOT_RUN, text, (text,)),
    ]
    one = Returned(file, b"", participant=people[0], words=(Words(1, text),))
    report = Report(
        plan, folder / "r.html", intake=Intake((one,), (PassedOver(text, text),)), title="mark"
    )
    report.write(results)
    with pytest.raises(CRMError):
        ask([replace(one, file=text, participant=None, problem=text, asked=())], folder)
    files = {path.name: path for path in folder.rglob("*") if path.is_file()}
    pages = {
        "feedback" if path.parent.name == "r_feedback" and "Ben" not in name else name: path
        for name, path in files.items()
        if path.suffix == ".html"
    }
    tags = {
        name: [tag for tag, _at in _Tags(path.read_text("utf-8")).found]
        for name, path in pages.items()
    }
    tables = [path.read_text("utf-8-sig") for path in files.values() if path.suffix == ".csv"]
    return tags, tables, [_Tags(path.read_text("utf-8")).found for path in pages.values()]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=BAD, text=BAD)
def test_no_text_makes_a_formula_or_a_tag_in_any_output(tmp_path_factory, honest_tags, name, text):
    tags, tables, found = _tags_of(tmp_path_factory.mktemp("bad"), name, text)
    for table in tables:
        for row in rows_of(table):
            for value in row:
                assert value == "-" or not value or value[0] not in "=+-@\t\r\n＝＋－＠", row
    for page in found:
        names = {tag for tag, _attributes in page}
        assert not names & {"script", "img", "svg", "iframe", "link", "object", "form", "base"}
        attributes = {key for _tag, at in page for key in at}
        assert not [key for key in attributes if key.startswith("on")]
        addresses = [at["href"] for _tag, at in page if "href" in at]
        assert all(re.fullmatch(r"#[\w-]+", address) for address in addresses)
    # An empty text leaves its place out; nothing else changes what a page is made of.
    if text.strip() and name.strip():
        assert set(tags) == set(honest_tags[0])
        for page, names in tags.items():
            assert set(names) <= set(honest_tags[0][page])


# --- role cards ---------------------------------------------------------------------------


def test_each_role_has_a_page_and_the_instructor_one(browser, tmp_path):
    path = write_cards("3a", tmp_path / "cards.html")
    play = read_guide(guide_of("3a")).role_play
    page = browser.new_page()
    page.goto(path.as_uri())
    cards = [card.inner_text() for card in page.locator("section").all()]
    assert len(cards) == len(play.roles) + 1
    for card, role in zip(cards, play.roles, strict=False):
        assert card.startswith(role.name)
        assert not [other for other in play.roles if other != role and other.brief[:40] in card]
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") == len(cards)
    page.close()
    with pytest.raises(CRMError, match="left as it is"):
        write_cards("3a", path)


def test_a_brief_is_text_whatever_it_holds():
    play = RolePlay("t", 12, "s", (Role("<b>x</b>", "You *win* <script>x</script>"),), "d")
    page = role_cards(play)
    assert "<em>win</em>" in page
    assert "<script>" not in page
    assert "<b>" not in page
