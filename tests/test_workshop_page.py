"""The class report: its counts, its words, and that no text of a submission does anything."""

import csv
import io
import re
from html.parser import HTMLParser

import pytest

import crmlab as crm
from crmlab.workbook.checks.ch03a import TASKS
from crmlab.workshop.counts import count_class
from crmlab.workshop.deliver import Report
from crmlab.workshop.plan import Plan, participant
from crmlab.workshop.results import (
    COMPLETE,
    DIED,
    FAILED,
    NOT_ATTEMPTED,
    NOT_RETURNED,
    NOT_RUN,
    OUT_OF_MEMORY,
    OUT_OF_TIME,
    PASSED,
    TOO_MUCH_OUTPUT,
    UNREACHED,
    UNREADABLE,
    WRONG,
    NotebookResult,
    TaskResult,
)
from crmlab.workshop.safe_text import line

NAMES = [task.name for task in TASKS]
ENDINGS = [OUT_OF_TIME, OUT_OF_MEMORY, TOO_MUCH_OUTPUT, DIED, UNREADABLE, NOT_RUN, NOT_RETURNED]
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></style><svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>marks</a>",
    "{{ 7 * 7 }}{% raw %}",
    "\u202eevil\u2066\u200b\x00\x1b[2J\ud800\r\nsecond line",
    "=HYPERLINK(1)",
]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1"]
LINE = {
    NOT_ATTEMPTED: (NOT_ATTEMPTED,),
    PASSED: (PASSED, "", "That is correct."),
    "taken": (PASSED, "", "That is correct.", "", 3, True),
    FAILED: (FAILED, "", "NameError: no such name", "", 3),
    UNREACHED: (UNREACHED,),
}


def write_report(plan, results, path, lang="en", **options):
    """Write everything; return page and table."""
    return Report(plan, path, lang, **options).write(results)[:2]


def a_plan(*names, **others):
    people = [participant(f"p{number}", name, "en") for number, name in enumerate(names, start=1)]
    return Plan("03a_rfm_and_pyramid", {}, tuple(people), **others)


def a_result(id, *states, file=None, ending=COMPLETE, **others):
    """A notebook whose tasks ended in `states`; a state that is not known is a mistake."""
    tasks = tuple(
        TaskResult(name, *LINE.get(state, (WRONG, state, f"message of {state}", "The data", 3)))
        for name, state in zip(NAMES, states, strict=False)
    )
    return NotebookResult(id, file or f"{id}.ipynb", ending, tasks=tasks, **others)


class _Page(HTMLParser):
    """The tags of a page, its rows as texts, and everything that it says."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.texts, self.rows, self._within = [], [], [], []
        self.feed(html)
        self.close()

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in ("meta", "br", "wbr"):
            self._within.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self._within.pop() == tag

    def handle_data(self, data):
        if "style" in self._within:
            return
        self.texts.append(data)
        if {"td", "th"} & set(self._within):
            self.rows[-1][-1] = f"{self.rows[-1][-1]} {data}".strip()


@pytest.fixture
def report(tmp_path):
    """Return a function that writes a report and reads page and table back."""

    def write(plan, results, lang="en", **options):
        html, table = write_report(plan, results, tmp_path / "report.html", lang, **options)
        rows = list(csv.DictReader(io.StringIO(table.read_bytes().decode("utf-8-sig"), newline="")))
        return _Page(html.read_text(encoding="utf-8")), rows

    return write


# --- counts -----------------------------------------------------------------------------


def test_counts_are_those_of_the_planted_results():
    plan = a_plan("A", "B", "C", "D", "E")
    counts = count_class(
        plan,
        [
            a_result("p1", "rows_counted", PASSED, FAILED),
            a_result("p2", "rows_counted", "taken", NOT_ATTEMPTED),
            a_result("p3", "refunds_counted", PASSED, UNREACHED, ending=OUT_OF_TIME),
            a_result("p4", "other", "form", UNREACHED, ending=DIED),
            NotebookResult("p5", "", NOT_RETURNED),
            NotebookResult("", "x.ipynb", NOT_RUN),
        ],
    )
    assert (counts.participants, counts.returned, counts.complete, counts.unknown) == (5, 4, 2, 1)
    first, second, third, *rest = counts.tallies
    assert (first.reached, first.missed, first.passed, first.left_open) == (4, 4, 0, 0)
    assert first.mistakes == {"rows_counted": 2, "refunds_counted": 1, "other": 1}
    assert (second.reached, second.missed, second.passed, second.taken) == (4, 1, 3, 1)
    assert (third.reached, third.missed, third.left_open) == (2, 1, 1)
    assert third.mistakes == {FAILED: 1}
    assert all(tally.reached == 0 for tally in rest)
    assert [tally.task for tally in counts.to_revisit()] == ["purchases", "scores", "recency"]
    assert [tally.task for tally in counts.left_open()] == ["scores"]


def test_of_several_files_the_one_with_the_most_checks_passed_counts():
    counts = count_class(
        a_plan("A", "B"),
        [
            a_result("p1", "rows_counted", PASSED, file="first"),
            a_result("p1", PASSED, PASSED, file="second"),
            a_result("p1", PASSED, "from_log_end", file="third"),
            a_result("p2", PASSED, PASSED, file="fourth"),
            a_result("p2", PASSED, PASSED, file="fifth"),
        ],
    )
    assert [row.result.file for row in counts.rows if row.counted] == ["second", "fourth"]
    assert counts.tallies[0].passed == counts.tallies[0].reached == 2
    assert not counts.to_revisit()


def test_a_file_of_nobody_on_the_roster_stands_in_no_count():
    counts = count_class(a_plan("A"), [a_result("stranger", PASSED), a_result("p1", "form")])
    assert counts.returned == counts.participants == counts.unknown == 1
    assert (counts.tallies[0].passed, counts.tallies[0].missed) == (0, 1)


def test_the_section_is_that_of_the_most_frequent_named_mistake():
    counts = count_class(
        a_plan(*"ABCD"),
        [
            a_result("p1", PASSED, "first_purchase", "form"),
            a_result("p2", PASSED, "first_purchase", "form"),
            a_result("p3", PASSED, "from_log_end", "form"),
        ],
    )
    recency, scores = counts.tallies[1:3]
    assert counts.section_of(recency) == "RFM: recency, frequency, monetary value"
    # Nobody made a named mistake: the heading that the mistakes of the task point to.
    assert counts.section_of(scores) == "RFM: recency, frequency, monetary value"


# --- the page ---------------------------------------------------------------------------


def test_what_to_revisit_is_said_with_counts_and_with_shares_only_of_many(report):
    few = [a_result(f"p{n}", "rows_counted" if n < 4 else PASSED) for n in range(1, 6)]
    page, _rows = report(a_plan(*"ABCDE"), few)
    assert "purchases not passed by 3 of 5 who reached it" in page.text
    assert "You counted rows, not days" in page.text
    assert "Read again The data" in page.text
    assert "What is one purchase, if the till splits a visit into two rows?" in page.text
    assert "%" not in page.text.partition("Participants and tasks")[0].rpartition("(*)")[2]
    many = [a_result(f"p{n}", "rows_counted" if n < 9 else PASSED) for n in range(1, 21)]
    page, _rows = report(a_plan(*map(str, range(20))), many)
    assert "purchases not passed by 8 of 20 (40%) who reached it" in page.text


def test_a_named_mistake_is_told_even_where_unexplained_answers_are_more(report):
    results = [a_result(f"p{n}", "other" if n < 4 else "last_day_lost") for n in range(1, 5)]
    page, _rows = report(a_plan(*"ABCD"), results)
    assert "Most common named mistake: last_ day_ lost" in page.text
    assert "no known mistake : 3" in page.text


def test_every_cell_of_the_map_says_what_its_sign_means(report):
    states = [PASSED, "from_log_end", FAILED, NOT_ATTEMPTED, "taken", UNREACHED]
    page, _rows = report(a_plan("Ann"), [a_result("p1", *states, ending=OUT_OF_TIME)])
    row = next(row for row in page.rows if row[0].startswith("Ann"))
    assert row[1:10] == ["2/8", "✓", "✗", "!", "○", "✓*", "…", "–", "–"]
    assert "out of time" in row[10]
    foot = next(row for row in page.rows if row[0] == "checks passed in the class")
    assert foot[1:] == ["1", "0", "0", "0", "1 1*", "0", "0", "0", ""]
    cells = [at["title"] for tag, at in page.tags if tag == "td" and "task" in at.get("class", "")]
    assert len(cells) == len(NAMES)
    assert cells[1] == "recency · check not passed · from_log_end"
    assert cells[4].endswith("wb.given")
    assert cells == [at["aria-label"] for tag, at in page.tags if at.get("role") == "img"]


def test_the_map_says_how_a_run_ended_and_what_failed_in_one_that_ran_to_the_end(report):
    results = [
        a_result("p1", PASSED, detail="1 of its cells failed", remarks=("Handed in late.",)),
        a_result("p2", PASSED, ending=OUT_OF_MEMORY, detail="too large"),
        NotebookResult("p3", "x", UNREADABLE, "no JSON"),
    ]
    page, _rows = report(a_plan("Ann", "Ben", "Cy"), results)
    start = next(n for n, row in enumerate(page.rows) if row[0] == "participant")
    assert [row[-1] for row in page.rows[start + 1 : start + 4]] == [
        "1 of its cells failed · Handed in late.",
        "stopped: out of memory",
        "",
    ]


def test_the_map_of_mistakes_counts_each_named_mistake(report):
    results = [a_result(f"p{n}", "rows_counted" if n < 3 else "form") for n in range(1, 4)]
    page, _rows = report(a_plan(*"ABC"), results)
    row = next(row for row in page.rows if row[0] == "purchases" and len(row) == 7)
    assert row[1].startswith("2 rows_ counted You counted rows")
    assert row[2:] == ["1", "0", "0", "0", "0"]


def test_participants_stand_in_the_order_of_the_roster_each_file_in_a_row(report):
    plan = a_plan("Zoe", "Ann", "Max")
    results = [
        NotebookResult("", "lost.ipynb", NOT_RUN),
        a_result("p3", PASSED),
        a_result("p1", PASSED, file="one.ipynb"),
        a_result("p1", "form", file="two.ipynb"),
    ]
    page, rows = report(plan, results)
    start = next(n for n, row in enumerate(page.rows) if row[0] == "participant")
    people = page.rows[start + 1 : start + 6]
    assert [row[0].split()[0] for row in people] == ["Zoe", "Zoe", "Ann", "Max", "not"]
    assert [row[-1] for row in people[:2]] == ["file 1 of 2, counted", "file 2 of 2, not counted"]
    assert people[2][2] == "not returned"
    files = list(dict.fromkeys((row["name"], row["file"]) for row in rows))
    assert files == [
        ("Zoe", "one.ipynb"),
        ("Zoe", "two.ipynb"),
        ("Ann", ""),
        ("Max", "p3.ipynb"),
        ("", "lost.ipynb"),
    ]


def test_what_could_not_be_checked_stands_there_with_the_reason_and_what_to_do(report):
    results = [
        NotebookResult(f"p{n}", f"f{n}.ipynb", ending, f"detail {n}")
        for n, ending in enumerate(ENDINGS[:-1], start=1)
    ]
    page, _rows = report(a_plan(*"ABCDEFG"), results)
    troubles = [row for row in page.rows if len(row) == 4 and row[1].endswith(".ipynb")]
    assert [row[0] for row in troubles] == list("ABCDEF")
    assert all(f"detail {n}" in row[2] for n, row in enumerate(troubles, start=1))
    assert len({row[3] for row in troubles}) == len(troubles)
    assert "Not returned (1): G" in page.text


def test_every_link_leads_to_an_entry_of_the_page(report):
    page, _rows = report(a_plan(*"AB"), [a_result("p1", PASSED), NotebookResult("", "x", NOT_RUN)])
    ids = [attributes["id"] for _tag, attributes in page.tags if "id" in attributes]
    links = {attributes["href"] for tag, attributes in page.tags if tag == "a"}
    assert len(ids) == len(set(ids))
    assert links == {f"#{id}" for id in ids}
    assert {"#person-1", "#person-2", "#person-3"} <= links


@pytest.mark.parametrize("ending", [COMPLETE, *ENDINGS])
@pytest.mark.parametrize("count", [0, 1, 40])
def test_a_class_of_any_size_and_fate_has_its_page(report, ending, count):
    plan = a_plan(*(f"name {n}" for n in range(count)))
    results = [NotebookResult(one.id, "f.ipynb", ending) for one in plan.participants]
    page, rows = report(plan, results)
    assert len(rows) == count
    summaries = sum(tag == "summary" for tag, _attributes in page.tags)
    assert summaries == count
    if not count or ending == NOT_RETURNED:
        assert "No notebook of a participant was returned yet." in page.text


def test_nobody_is_called_correct_or_given_a_grade(report):
    results = [a_result("p1", PASSED, "form", FAILED), a_result("p2", *[PASSED] * 9)]
    page, rows = report(a_plan(*"ABC"), [*results, NotebookResult("", "x", NOT_RUN)])
    assert not [row for row in rows if "correct" in row["message"]]
    said = page.text + " ".join(at.get("title") or "" for _tag, at in page.tags)
    assert "checks passed" in said
    assert not re.search(r"\bgrad(e|es|ed|ing)\b|correct|\bmarks?\b", said, re.IGNORECASE)


@pytest.mark.parametrize("width", [1280, 390])
def test_in_a_browser_a_name_leads_to_its_entry_and_the_page_fits(browser, tmp_path, width):
    plan = a_plan("n" * 300, *(f"name {n}" for n in range(40)))
    results = [
        a_result(one.id, "other", file="f" * 300, remarks=("r" * 300,)) for one in plan.participants
    ]
    html, _table = write_report(plan, results, tmp_path / "report.html")
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(html.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == width
    head = page.locator(".map thead th").nth(3)
    page.locator(".map tbody tr").nth(35).scroll_into_view_if_needed()
    # Where nothing scrolls sideways, the head row stays in sight.
    assert (head.bounding_box()["y"] >= 0) == (width == 1280)
    page.get_by_role("link", name="name 30", exact=True).click()
    assert page.locator("details[open]").count() == 1
    assert page.locator("details[open] summary").inner_text().startswith("name 30 · 0 of 8")
    page.close()


# --- hostile texts ----------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_of_a_submission_is_shown_and_does_nothing(report, text):
    plan = a_plan(f"{text} name", "B")
    task = TaskResult("purchases", WRONG, text, text, text, 3)
    results = [
        NotebookResult("p1", text, COMPLETE, text, (text,), (task,)),
        NotebookResult("p2", text, UNREADABLE, text, (text,)),
        NotebookResult(text, text, NOT_RUN, text, (text,)),
    ]
    page, rows = report(plan, results)
    assert not {"script", "img", "svg", "iframe", "link", "object", "form", "base"} & {
        tag for tag, _attributes in page.tags
    }
    known = {"class", "style", "href", "id", "title", "role", "aria-label", "aria-hidden", "scope",
             "colspan", "lang", "charset", "name", "content", "http-equiv"}  # fmt: skip
    assert {name for _tag, attributes in page.tags for name in attributes} == known
    addresses = [at["href"] for _tag, at in page.tags if "href" in at]
    assert all(re.fullmatch(r"#[\w-]+", address) for address in addresses)
    styles = [at["style"] for _tag, at in page.tags if "style" in at]
    assert all(re.fullmatch(r"--share: [\d.]+", style) for style in styles)
    shown = page.text + "".join(value for row in rows for value in row.values() if value)
    assert not re.search(
        "[\x00-\x08\x0b\x0c\x0e-\x1f\u200b\u202a-\u202e\u2066-\u2069\ud800]", shown
    )
    assert "49" not in page.text
    visible = re.sub(r"[\u202e\u2066\u200b\x00\x1b]", " ", text).split()[0]
    assert visible in page.text


def test_nothing_on_the_page_may_load_or_run(tmp_path):
    html, _table = write_report(a_plan("A"), [a_result("p1", PASSED)], tmp_path / "r.html")
    text = html.read_text(encoding="utf-8")
    policy = [at.get("content") for _tag, at in _Page(text).tags if "http-equiv" in at]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]
    assert not re.search(r"https?:|url\(|@import|src=", text)


def test_an_endless_text_is_cut(report):
    task = TaskResult("purchases", FAILED, "", "E" * 1_000_000)
    result = NotebookResult("p1", "f" * 100_000, COMPLETE, "d" * 10**6, ("r" * 10**6,), (task,))
    page, rows = report(a_plan("n" * 100_000), [result])
    assert len(page.text) < 10_000
    assert max(len(value) for row in rows for value in row.values()) == 600
    assert "E" * 599 + "…" in page.text


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_the_table_is_a_formula(report, formula):
    task = TaskResult(formula, WRONG, formula, f"{formula}\nsecond line", formula, 3)
    results = [NotebookResult("p1", formula, COMPLETE, tasks=(task,))]
    results += [NotebookResult(formula, formula, NOT_RUN, formula)]
    _page, rows = report(a_plan(formula), results)
    values = [value for row in rows for value in row.values() if value]
    assert not [value for value in values if value[0] in "=+-@\t\r＝"]
    assert rows[0]["message"] == f"'{formula.strip()}\nsecond line"
    assert rows[1]["message"] == f"'{formula.strip()}"


@pytest.mark.parametrize("between", [";", "; ", "\n", '; "', "\t", "\n\n "])
def test_no_part_of_a_cell_is_a_formula_where_semicolons_part_cells(report, between):
    task = TaskResult("t", WRONG, "other", f"Error: x{between}=1+1", "", 3)
    results = [NotebookResult("p1", f"a{between}=1+1.ipynb", COMPLETE, tasks=(task,))]
    _page, rows = report(a_plan("A"), results)
    for text in (rows[0]["file"], rows[0]["message"]):
        assert "1+1" in text
        parts = [part.strip(' "') for part in re.split("[;\\t\\n]", text)]
        assert not [part for part in parts if part.startswith("=")]


# --- the table --------------------------------------------------------------------------


def test_the_table_has_a_row_per_file_and_task_and_chinese_for_excel(tmp_path):
    plan = a_plan("王小明", "B")
    result = a_result("p1", PASSED, "from_log_end", "taken")
    _page, table = write_report(plan, [result], tmp_path / "class.html", "zh")
    assert table == tmp_path / "class.csv"
    text = table.read_bytes()
    assert text.startswith(b"\xef\xbb\xbfparticipant,name,file,ending,task,status,mistake,message,")
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))
    assert [row["task"] for row in rows] == [*NAMES[:3], ""]
    assert {row["name"] for row in rows[:3]} == {"王小明"}
    assert rows[1] == {
        "participant": "p1", "name": "王小明", "file": "p1.ipynb", "ending": COMPLETE,
        "task": "recency", "status": WRONG, "mistake": "from_log_end",
        "message": "message of from_log_end", "section": "数据", "cell": "3", "taken": "no",
        "checks_passed": "2", "checks": "8",
    }  # fmt: skip
    assert rows[2]["taken"] == "yes"
    assert (rows[3]["ending"], rows[3]["status"], rows[3]["checks_passed"]) == (
        NOT_RETURNED,
        "",
        "",
    )


# --- languages and files ----------------------------------------------------------------


def test_the_chinese_page_has_no_english_sentence(report):
    everything = [PASSED, "from_log_end", FAILED, NOT_ATTEMPTED, "taken", "form", UNREACHED]
    results = [a_result("p1", *everything), a_result("p1", NOT_ATTEMPTED)]
    results += [
        NotebookResult(f"p{n}", f"f{n}.ipynb", ending) for n, ending in enumerate(ENDINGS, start=2)
    ]
    results.append(NotebookResult("", "lost.ipynb", NOT_RUN))
    plan = a_plan(*[""] * 9)
    for lang, english in (("en", True), ("zh", False)):
        page, _rows = report(plan, results, lang)
        said = [*page.texts, *(at.get("title") or "" for _tag, at in page.tags)]
        ours = [text for text in said if "message of" not in text and "no such name" not in text]
        assert bool([text for text in ours if re.search(r"[A-Za-z]+ [a-z]+", text)]) == english
        for words in ("left open", "not returned", "ran to the end", "not counted", "message"):
            assert (words in " ".join(ours)) == english
    assert page.tags[0] == ("html", {"lang": "zh"})


def test_the_language_of_the_process_is_as_before(report):
    crm.use_language("zh")
    report(a_plan("A"), [], "en")
    assert crm.current_language() == "zh"


def test_names_of_mistakes_are_the_same_in_every_language(report):
    results = [a_result("p1", PASSED, "first_purchase")]
    page, _rows = report(a_plan("A"), results, "zh")
    # A heading of a table has the same name, and a translation.
    assert "first_purchase" in page.texts


def test_the_same_results_give_the_same_files(tmp_path):
    results = [a_result("p1", PASSED, "form"), a_result("p2", FAILED)]
    first = [
        path.read_bytes() for path in write_report(a_plan(*"AB"), results, tmp_path / "r.html")
    ]
    again = [
        path.read_bytes() for path in write_report(a_plan(*"AB"), results, tmp_path / "r.html")
    ]
    assert first == again
    assert {"r.csv", "r.html"} <= {path.name for path in tmp_path.iterdir()}


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(crm.CRMError, match=r"no folder .*nowhere"):
        write_report(a_plan("A"), [], tmp_path / "nowhere" / "r.html")


@pytest.mark.parametrize("name", ["roster.html", "roster.csv", "roster"])
def test_a_table_that_is_no_class_report_is_left_as_it_is(tmp_path, name):
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\n1,Ann\n")
    with pytest.raises(crm.CRMError, match="another name for the page"):
        write_report(a_plan("A"), [], tmp_path / name)
    assert roster.read_text() == "id,name\n1,Ann\n"
    assert [path.name for path in tmp_path.iterdir()] == ["roster.csv"]


def test_a_text_keeps_its_letters_and_loses_what_covers_its_neighbours():
    assert line("Zoë 王小明 می\u200cخواهم") == "Zoë 王小明 می\u200cخواهم"
    assert line("a" + "\u0301" * 50) == "a" + "\u0301" * 2
    assert line("one\n\n two\tthree ") == "one two three"
