"""The rules of the house hold in the manuscript, and what breaks one is found."""

import ast
import subprocess
import sys

import pytest

from tools import lint

SCRIPTS = {path.relative_to(lint.ROOT).as_posix(): path for path in lint.scripts()}
LESSONS = [name for name in SCRIPTS if name.endswith("lesson.py")]


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_manuscript_keeps_the_rules(name):
    assert lint.faults(SCRIPTS[name]) == []


@pytest.mark.parametrize("name", LESSONS)
def test_no_exception_is_older_than_its_reason(name):
    assert lint.needless(SCRIPTS[name]) == []


def test_exceptions_are_of_lessons_that_are_there():
    folders = {SCRIPTS[name].parent.name for name in LESSONS}
    assert lint.UNREAD.keys() <= folders


# --- each rule, broken and kept -----------------------------------------------------------


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a script of cells: code, or prose after a #."""

    def write(*cells, name="lesson.py"):
        path = tmp_path / "09_new" / name
        path.parent.mkdir(exist_ok=True)
        kinds = (" [markdown]" if cell.startswith("# ") else "" for cell in cells)
        numbered = enumerate(zip(kinds, cells, strict=True))
        path.write_text(
            "\n\n".join(f'# %%{kind} id="c{place}"\n{cell}' for place, (kind, cell) in numbered),
            encoding="utf-8",
        )
        return path

    return write


def test_a_memo_names_cells_that_are_above_it(write):
    memo = 'crm.evidence(("gain", "{gain:.1f}", "", "{cell}", ""), gain=gain)'
    found = lint.faults(write("# ## The memo", "gain = 1", memo.replace("{cell}", "c2")))
    assert [(cell, "no cell 'c2' above" in fault) for cell, fault in found] == [("c2", True)]
    assert lint.faults(write("# ## The memo", "gain = 1", memo.replace("{cell}", "c1"))) == []


def test_a_table_is_the_last_thing_in_its_cell(write):
    table, said = 'plots.table(found, "Found")', 'tell("Found {count}.", count=1)'
    found = lint.faults(write("# ## Found", f"{table}\n{said}"))
    assert [(cell, "last thing" in fault) for cell, fault in found] == [("c1", True)]
    assert lint.faults(write("# ## Found", f"{said}\n{table}", "# It is there.")) == []


FORMATS = {
    "a sign": (
        'tell("Orders: {more:+.1%}.", more=more)',
        'tell("Orders: {more:+.1points}.", more=more)',
    ),
    "a sign in a title": (
        'plots.show(ax, "Best: {name}, {rise:+.0%}", name=name, rise=rise)',
        'plots.show(ax, "Best: {name}, {rise:+.0relative}", name=name, rise=rise)',
    ),
    "a sign in all columns": (
        'tell("So it is.")\nplots.table(frame, "Two arms", "{:+.1%}")',
        'tell("So it is.")\nplots.table(frame, "Two arms", "{:+.1points}")',
    ),
    "a sign in one column": (
        'tell("So it is.")\nplots.table(frame, "Arms", {"arm": "{:+.1%}"})',
        'tell("So it is.")\nplots.table(frame, "Arms", {"arm": "{:+,.0f}"})',
    ),
    "a sign in an option": (
        'crm.quiz("What?", (f"{new[\'a\'] - old:+.1%}", True, "Yes."), ("0", False, "No."))',
        'crm.quiz("What?", ("{gain:.1points}", True, "Yes."), ("0", False, "No."), gain=gain)',
    ),
    "a name": (
        'tell("The voucher changes {uplift:.1%}.", uplift=uplift)',
        'tell("The voucher reaches {again:.1%}.", again=again)',
    ),
    "a name within a name": (
        'tell("It changes {rate_gap:.1%}.", rate_gap=rate_gap)',
        'tell("It changes {rate:.1%}.", rate=rate)',
    ),
    "a told difference": (
        'tell("The difference, 95 % interval: {low:.1%} to {high:.1%}.", low=low, high=high)',
        'tell("The difference in spend, and {share:.1%} of it.", share=share)',
    ),
    "the name of a column": (
        'formats = {"extra buyers": "{:.1%}"}',
        'formats = {"extra buyers": "{:.1points}", "buyers": "{:.1%}"}',
    ),
    "the name of a column among others": (
        'formats = dict.fromkeys(["share", "±"], "{:.1%}")',
        'formats = dict.fromkeys(["share", "low", "high"], "{:.1%}")',
    ),
    "one of all columns": (
        'tell("So it is.")\njudged["±"] = half\nplots.table(judged, "Rates", "{:.1%}")',
        'tell("So it is.")\njudged["±"] = half\nplots.table(judged, "Scores", "{:.3f}")',
    ),
    "an axis": (
        'plots.show(ax, "It rises", y="difference so far", percent="y", alt="A line.")',
        'plots.show(ax, "It rises", y="difference so far (points)", in_points="y", alt="A line.")',
    ),
    "± by hand": (
        'tell("It adds {mean:+.1f} ± {half:.1f} yuan.", mean=mean, half=half)',
        'tell("It adds {gain:±+.1f} yuan.", gain=(mean, half))',
    ),
    "± per cent": (
        'tell("They answered 30 %, ± 3 %.")',
        'tell("They answered 30 %, ± 3 points.")',
    ),
    "± per cent in prose": ("# A share, here ± 3 %.", "# A share, here ± 3 points."),
    "± a standard deviation": (
        'plots.show(ax, "Best: {name}", name=name, x="profit (mean ± sd of 6 runs)")',
        'plots.show(ax, "Best: {name}", name=name, x="profit (mean and sd of 6 runs)")',
    ),
    "± a standard error in prose": (
        "# Write the mean ± a standard error.",
        "# Write the mean ± 1.96 standard errors.",
    ),
    "the standard deviation for the half": (
        'tell("It adds {gain:±,.0f} yuan.", gain=(more.mean(), more.std()))',
        'tell("It adds {gain:±,.0f} yuan.", gain=(more.mean(), 1.96 * more.sem()))',
    ),
}


@pytest.mark.parametrize("name", ["lesson.py", "workbook.py"])
@pytest.mark.parametrize(("broken", "kept"), FORMATS.values(), ids=FORMATS)
def test_per_cent_of_a_difference_and_a_plus_minus_that_is_none_are_found(
    write, broken, kept, name
):
    assert [cell for cell, _fault in lint.faults(write("# # Title", broken, name=name))] == ["c1"]
    assert lint.faults(write("# # Title", kept, name=name)) == []


TABLE = 'plots.table(frame, "Customers by channel")'
READINGS = {
    "at the end": (["# # A", TABLE], ["# # A", TABLE, "# Half come online."]),
    "before a heading": (
        ["# # A", TABLE, "# ## B", "a = 1"],
        ["# # A", TABLE, "# So.", "# ## B", "a = 1"],
    ),
    "with a computation after it": (
        ["# # A", TABLE, "a = 1", "# ## B\n#\n# Next."],
        ["# # A", TABLE, "a = 1", 'tell("Most come online.")', "# ## B\n#\n# Next."],
    ),
    "a value": (["# # A", "frame.dtypes"], ["# # A", "frame.dtypes", "# Text is `str`."]),
    "a printed value": (["# # A", "print(share)"], ["# # A", "share = 1"]),
    "first rows": (
        ["# # A", "orders.head(3)"],
        ["# # A", "orders.head(3)", "# A row is an order."],
    ),
}


@pytest.mark.parametrize(("broken", "kept"), READINGS.values(), ids=READINGS)
def test_an_output_that_nothing_reads_is_found(write, broken, kept):
    assert lint.faults(write(*broken)) == [("c1", "nothing says what this cell shows")]
    assert lint.faults(write(*kept)) == []


@pytest.mark.parametrize("words", ["", " ", "{share:.0%}", "{low:.1f}, {high:.1f}."])
def test_a_reading_without_words_is_found(write, words):
    values = "share=share, low=low, high=high"
    assert lint.faults(write("# # A", f"tell({words!r}, {values})")) == [
        ("c1", f"tell({words!r}) says nothing")
    ]
    assert lint.faults(write("# # A", f"tell('Share: ' {words!r}, {values})")) == []


@pytest.mark.parametrize(
    ("broken", "kept"),
    [
        (["# # A", "a = 1", "# ## B"], ["# # A", "a = 1", "# ## B\n#\n# Text."]),
        (
            ["# # A", "a = 1", "# ## B", "# ## C", "b = 1"],
            ["# # A", "a = 1", "# ## B", "# ### C", "b = 1"],
        ),
        (
            ["# # A", "a = 1", "# Text.\n#\n# ## B", "# # C", "b = 1"],
            ["# # A", "a = 1", "# ## B", "# Text."],
        ),
    ],
)
def test_a_heading_above_nothing_is_found(write, broken, kept):
    assert [cell for cell, _fault in lint.faults(write(*broken))] == ["c2"]
    assert lint.faults(write(*kept)) == []


@pytest.mark.parametrize("time", ["about 75 minutes", "about {{minutes}} minutes, 20 without", ""])
def test_a_time_written_by_hand_is_found(write, time):
    assert [cell for cell, _fault in lint.faults(write(f"# *You need* none. *Time:* {time}."))] == [
        "c0"
    ]
    assert lint.faults(write("# *Time:* about {{minutes}} minutes. In 2025 too.")) == []


def test_a_session_of_more_than_a_hundred_minutes_is_found(write):
    longest = "# # Title\n#\n# " + "word " * (130 * 100 - 1)
    assert lint.faults(write(longest)) == []
    assert lint.faults(write(longest + "more")) == [
        ("c0", "the session takes 105 minutes, and may take 100")
    ]
    assert lint.faults(write(longest + "more", name="workbook.py")) == []


def test_an_exception_covers_what_it_names_and_is_refused_when_it_is_not_needed(write, monkeypatch):
    path = write("# # Title", TABLE, "# ## B\n#\n# Text.", TABLE)
    monkeypatch.setattr(lint, "UNREAD", {"09_new": {"c1"}})
    assert [cell for cell, _fault in lint.faults(path)] == ["c3"]
    assert lint.needless(path) == []
    write("# # Title", TABLE, "# So many.")
    assert lint.faults(path) == []
    assert lint.needless(path) == ["c1"]


def test_the_command_says_nothing_of_a_manuscript_that_keeps_the_rules():
    command = [sys.executable, "-m", "tools.lint"]
    done = subprocess.run(command, cwd=lint.ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


SORTS = {
    "by one column": ('frame.sort_values("x")', 'frame.sort_values("x", kind="stable")'),
    "by a quick sort": ('x.sort_values(kind="quicksort")', 'x.sort_values(kind="stable")'),
    "places": ("np.argsort(-score)", 'np.argsort(-score, kind="stable")'),
    "places of a Series": ("score.argsort()", 'score.argsort(kind="stable")'),
    "the best three": ("np.argpartition(-score, 3)", "score.nlargest(3)"),
    "several columns": ('x.sort_values(["a"])', 'x.sort_values(["a", "b"])'),
    "different values": ("days.sort_values()", "index.unique().sort_values()"),
}


@pytest.mark.parametrize(("broken", "kept"), SORTS.values(), ids=SORTS)
def test_a_sort_that_leaves_equal_values_in_no_order_is_found(write, broken, kept):
    assert [cell for cell, _fault in lint.faults(write("# # A", f"a = {broken}"))] == ["c1"]
    assert lint.faults(write("# # A", f"a = {kept}")) == []


def test_the_package_sorts_alike_on_every_machine():
    found = {
        path.name: [*lint.unstable_sorts(ast.parse(path.read_text(encoding="utf-8")))]
        for path in (lint.ROOT / "crmlab").glob("**/*.py")
    }
    assert {name: faults for name, faults in found.items() if faults} == {}
