"""The notebooks of learners, against the manuscript and the chapter standard; the builder."""

import ast
import re
import subprocess
import sys
from statistics import median

import nbformat
import pytest

from tools import claims, notebooks
from tools.lint import figures_of_memo
from tools.notebooks import ROOT, Edition, ManuscriptError, assemble, build, editions, minutes

EDITIONS = {edition.target.relative_to(ROOT).as_posix(): edition for edition in editions()}
SHELVES = ["chapters", "exercises", "solutions"]
MACHINE_PATH = re.compile(r"/(root|home|tmp|work|Users)/")
ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}")
MEGABYTE = 1_000_000
# Symbols of the prose, as in a formula: k is the number of groups.
SYMBOLS = {"_", "k"}


@pytest.fixture(scope="module", params=EDITIONS)
def edition(request):
    return EDITIONS[request.param]


@pytest.fixture(scope="module")
def notebook(edition):
    return nbformat.read(edition.target, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def all_outputs(notebook):
    return [(cell, output) for cell in code_cells(notebook) for output in cell.outputs]


def texts_of(output):
    """Everything in an output that a reader can read."""
    texts = [output.get("text", ""), *output.get("traceback", [])]
    bundle = output.get("data", {})
    return [*texts, *(str(bundle[kind]) for kind in bundle if not kind.startswith("image/"))]


def identity(cell):
    return cell.id, cell.cell_type, cell.source, cell.metadata.get("tags")


# --- in step with the manuscript ----------------------------------------------------------


def test_every_notebook_on_disk_belongs_to_an_edition():
    found = {
        path.relative_to(ROOT).as_posix()
        for shelf in SHELVES
        for path in (ROOT / shelf).rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts
    }
    assert found == EDITIONS.keys()


def test_the_list_of_claims_is_that_of_the_lessons():
    assert claims.PAGE.read_text(encoding="utf-8") == claims.page()


@pytest.mark.parametrize("path", sorted(ROOT.glob("manuscript/[01][0-9]*/lesson.py"))[2:], ids=str)
def test_a_memo_says_what_it_rests_on_and_how_it_ended(path):
    cells = notebooks.read_script(path)
    assert [*figures_of_memo(cells)]
    assert any(re.search(r"^judged = ", cell.source, re.M) for cell in cells)


def test_a_notebook_says_what_its_manuscript_says(edition, notebook):
    written, built = (
        [identity(cell) for cell in one.cells] for one in (assemble(edition), notebook)
    )
    assert built == written, "build it again: python -m tools.notebooks"


def test_editions_of_a_script_have_the_same_code_except_for_the_language(edition):
    if edition.language != "en":
        english = assemble(Edition(edition.script, edition.shelf))
        code, translated = (
            [cell.source for cell in code_cells(one)] for one in (english, assemble(edition))
        )
        changed = [
            (before, after)
            for before, after in zip(code, translated, strict=True)
            if before != after
        ]
        ((before, after),) = changed
        # Of the parameters, the comments are for readers.
        before, after = (re.sub("# .*", "# …", cell) for cell in (before, after))
        assert before.replace('lang = "en"', f'lang = "{edition.language}"') == after


# --- executed, and clean ------------------------------------------------------------------


def test_every_code_cell_was_run_in_order(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))


def test_no_cell_failed_or_warned(notebook):
    for cell, output in all_outputs(notebook):
        assert output.get("name") != "stderr", (cell.id, output.text)
        expected = "raises-exception" in cell.metadata.get("tags", ())
        assert output.output_type != "error" or expected, (cell.id, output)


def test_no_output_tells_of_the_machine(notebook):
    for cell, output in all_outputs(notebook):
        for text in texts_of(output):
            assert not MACHINE_PATH.search(text), (cell.id, text)
            assert not ADDRESS.search(text), (cell.id, text)


def test_the_metadata_hold_the_kernel_and_the_language_only(notebook):
    assert notebook.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert {key for cell in notebook.cells for key in cell.metadata} <= {"tags"}


def test_no_output_needs_a_kernel_that_is_gone(notebook):
    kinds = {kind for _cell, output in all_outputs(notebook) for kind in output.get("data", {})}
    assert not [kind for kind in kinds if "widget" in kind]


def test_every_picture_has_an_alt_text(notebook):
    for cell, output in all_outputs(notebook):
        if "image/png" in output.get("data", {}):
            alt = output.metadata.get("image/png", {}).get("alt", "")
            assert len(alt) > 10, cell.id


def test_a_notebook_stays_small(edition):
    assert edition.target.stat().st_size < 2 * MEGABYTE


# --- the chapter standard -----------------------------------------------------------------


def lines_of_cells(notebook):
    return [
        len([line for line in cell.source.splitlines() if line]) for cell in code_cells(notebook)
    ]


def test_code_cells_are_short(notebook):
    lines = lines_of_cells(notebook)
    assert median(lines) <= 5
    assert sum(count > 15 for count in lines) <= 0.05 * len(lines)


def test_no_code_hides_a_warning_or_an_output(notebook):
    for cell in code_cells(notebook):
        assert "filterwarnings" not in cell.source, cell.id
        assert "%%capture" not in cell.source, cell.id


def test_names_in_code_say_their_role(notebook):
    assigned = {
        (node.id, cell.id)
        for cell in code_cells(notebook)
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    assert [(name, cell) for name, cell in assigned if len(name) == 1 and name not in SYMBOLS] == []


def test_lessons_define_no_function_that_belongs_in_the_package(edition, notebook):
    """But a policy is a function: of the quarter and the view, with the features of its model."""
    if edition.shelf == "chapters":
        helpers = (ast.FunctionDef, ast.ClassDef)
        defined = [
            node
            for cell in code_cells(notebook)
            for node in ast.parse(cell.source).body
            if isinstance(node, helpers)
        ]
        if edition.script.parent.name == "12b_a_year_at_the_helm":
            takes = {tuple(arg.arg for arg in node.args.args) for node in defined}
            assert takes == {("quarter", "view"), ("quarter", "view", "calls"), ("table",)}
            return
        assert [node.name for node in defined] == []


def test_the_right_option_is_not_always_in_the_same_place(notebook):
    shown = [text for _cell, output in all_outputs(notebook) for text in texts_of(output)]
    places = [re.findall("[✓✗]", text).index("✓") for text in shown if "crm-quiz" in text]
    assert len(places) < 4 or len(set(places)) > 1


# --- the builder, on a small manuscript ---------------------------------------------------

PARAMETERS = '# %% id="parameters" tags=["parameters"]\nlang = "en"\n'
WORDS = '# %% [markdown] id="title"\n# # A title\n\n# %% [markdown] id="end"\n# The end.\n'
SUM = '\n# %% id="sum"\n1 + 1\n'


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "manuscript" / "01_tiny" / "lesson.py"
    path.parent.mkdir(parents=True)
    path.write_text(WORDS + PARAMETERS + SUM, encoding="utf-8")
    return path


@pytest.fixture
def prose(script):
    path = script.parent / "zh" / "lesson.md"
    path.parent.mkdir()
    path.write_text(
        "<!-- cell: title -->\n# 标题\n\n<!-- cell: end -->\n结束。\n", encoding="utf-8"
    )
    return path


def lesson(script):
    return Edition(script, "chapters")


def chinese(script):
    return Edition(script, "chapters", "zh")


def append(path, text):
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_editions_are_the_scripts_in_every_language_that_has_its_prose(script, prose, tmp_path):
    (script.parent / "workbook.py").write_text(PARAMETERS, encoding="utf-8")
    targets = [one.target.relative_to(tmp_path).as_posix() for one in editions(root=tmp_path)]
    assert targets == [
        "chapters/01_tiny.ipynb",
        "chapters/zh/01_tiny.ipynb",
        "exercises/01_tiny.ipynb",
        "solutions/01_tiny.ipynb",
    ]
    assert editions("02", root=tmp_path) == []


def test_cells_keep_their_order_their_ids_and_their_tags(script):
    assert [identity(cell) for cell in assemble(lesson(script)).cells] == [
        ("title", "markdown", "# A title", None),
        ("end", "markdown", "The end.", None),
        ("parameters", "code", 'lang = "en"', ["parameters"]),
        ("sum", "code", "1 + 1", None),
    ]


def test_a_translation_has_its_own_words_and_the_same_code(script, prose):
    english, translated = assemble(lesson(script)), assemble(chinese(script))
    assert [cell.source for cell in translated.cells] == [
        "# 标题",
        "结束。",
        'lang = "zh"',
        "1 + 1",
    ]
    assert [cell.id for cell in translated.cells] == [cell.id for cell in english.cells]


def test_a_cell_without_an_id_is_refused_with_its_first_line(script):
    append(script, "\n# %%\nlost = 1\n")
    with pytest.raises(ManuscriptError, match=r"lesson\.py: a cell has no id.*lost = 1"):
        assemble(lesson(script))


def test_an_id_that_stands_twice_is_refused_by_name(script):
    append(script, SUM)
    with pytest.raises(ManuscriptError, match=r"lesson\.py: ids stand twice: \['sum'\]"):
        assemble(lesson(script))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<!-- cell: title -->\n标题\n", r"missing cells \['end'\], cells too many \[\]"),
        (
            "<!-- cell: title -->\n标题\n<!-- cell: end -->\n终\n<!-- cell: more -->\n多\n",
            r"missing cells \[\], cells too many \['more'\]",
        ),
        ("<!-- cell: end -->\n一\n<!-- cell: end -->\n二\n", r"ids stand twice: \['end'\]"),
        ("标题\n<!-- cell: end -->\n终\n", "text before the first"),
    ],
)
def test_a_translation_that_does_not_fit_is_refused_with_its_file(script, prose, text, message):
    prose.write_text(text, encoding="utf-8")
    with pytest.raises(ManuscriptError, match=rf"zh/lesson\.md: {message}"):
        assemble(chinese(script))


def test_a_translation_of_a_lesson_that_names_no_language_is_refused(script, prose):
    script.write_text(script.read_text(encoding="utf-8").replace("lang = ", "seed = "))
    with pytest.raises(ManuscriptError, match='no cell tagged parameters says lang = "en"'):
        assemble(chinese(script))


def test_an_exercise_is_its_workbook_without_the_solutions(script):
    workbook = script.with_name("workbook.py")
    task = "share = ...\n\n### BEGIN SOLUTION\nshare = 1\n### END SOLUTION\n\nprint(share)\n"
    why = '\n# %% [markdown] id="why" tags=["solution"]\n# Because.\n'
    workbook.write_text(PARAMETERS + '\n# %% id="task"\n' + task + why, encoding="utf-8")
    exercise, solution = (assemble(Edition(workbook, shelf)) for shelf in SHELVES[1:])
    assert [cell.id for cell in exercise.cells] == ["parameters", "task"]
    assert exercise.cells[1].source == "share = ...\n\nprint(share)"
    assert [cell.id for cell in solution.cells] == ["parameters", "task", "why"]
    assert "share = 1" in solution.cells[1].source


BEGIN, END = "### BEGIN SOLUTION\n", "### END SOLUTION\n"


@pytest.mark.parametrize(
    "task",
    [
        f"{BEGIN}share = 1\n",
        f"share = 1\n{END}",
        f"{END}share = 1\n{BEGIN}",
        f"{BEGIN}{BEGIN}share = 1\n{END}",
        f"{BEGIN}share = 1\n{END}{END}",
        f"{BEGIN}share = 1\n### END  SOLUTION\n",
        f"{BEGIN}share = 1\n{END}{BEGIN}share = 2\n",
        f"## BEGIN SOLUTION\nshare = 1\n{END}",
        "### begin solution\nshare = 1\n### end solution\n",
        f"if True:\n    {BEGIN}    share = 1\n    {END}",
        f"share = 0  {BEGIN}share = 1\n{END}",
    ],
)
@pytest.mark.parametrize("shelf", SHELVES[1:])
def test_half_a_solution_is_refused_with_its_file_and_cell(script, shelf, task):
    workbook = script.with_name("workbook.py")
    workbook.write_text(PARAMETERS + f'\n# %% id="task"\nshare = ...\n\n{task}', encoding="utf-8")
    with pytest.raises(ManuscriptError, match=r"workbook\.py, cell 'task': a solution stands"):
        assemble(Edition(workbook, shelf))


@pytest.mark.parametrize(
    ("words", "lines", "time"),
    [(0, 0, 0), (1, 0, 5), (650, 0, 5), (651, 0, 10), (0, 25, 5), (0, 26, 10), (1300, 450, 100)],
)
def test_a_minute_is_130_words_or_5_lines_and_a_session_a_multiple_of_five(words, lines, time):
    prose = nbformat.v4.new_markdown_cell("# - · " + "word " * words)
    code = nbformat.v4.new_code_cell("a = 1\n\n" * lines)
    assert minutes([prose, code]) == time


LONG = '\n# %% [markdown] id="long"\n# About {{minutes}} minutes.\n# ' + "word " * 2000 + "\n"


def test_a_lesson_says_how_many_minutes_it_takes_the_same_in_every_language(script, prose):
    append(script, LONG)
    append(prose, "<!-- cell: long -->\n约{{minutes}}分钟。\n")
    english, translated = assemble(lesson(script)), assemble(chinese(script))
    assert english.cells[-1].source.startswith(f"About {minutes(english.cells)} minutes.")
    assert minutes(english.cells) == 20
    assert translated.cells[-1].source == "约20分钟。"


def test_a_translation_that_does_not_say_the_minutes_is_refused(script, prose):
    append(script, LONG)
    append(prose, "<!-- cell: long -->\n约90分钟。\n")
    with pytest.raises(
        ManuscriptError, match=r"lesson\.md, cell 'long': \{\{minutes\}\} stands in one"
    ):
        assemble(chinese(script))


def test_a_placeholder_that_stands_for_nothing_is_refused(script):
    workbook = script.with_name("workbook.py")
    workbook.write_text(PARAMETERS + LONG, encoding="utf-8")
    with pytest.raises(ManuscriptError, match=r"'long': nothing is known .* \{\{minutes\}\};"):
        assemble(Edition(workbook, "exercises"))
    append(script, LONG.replace("minutes}}", " Minutes }}"))
    with pytest.raises(ManuscriptError, match=r"'long': nothing is known .* \{\{ Minutes \}\};"):
        assemble(lesson(script))


FIGURE = """
# %% id="figure"
import pandas as pd
from crmlab import plots, use_language

use_language(lang)
plots.use_style()
plots.show(plots.concentration([1, 2, 7]))

# %% id="table"
print("printed")
plots.table(pd.Series({"a": 1.5}, name="customers"), "A table")
"""


def test_building_twice_gives_the_same_bytes(script):
    append(script, FIGURE)
    path = build(lesson(script))
    first = path.read_bytes()
    assert build(lesson(script)).read_bytes() == first
    figure, table = (cell.outputs for cell in nbformat.read(path, as_version=4).cells[-2:])
    assert [list(output.data) for output in figure] == [["image/png", "text/plain"]]
    assert "hold 42%" in figure[0].metadata["image/png"]["alt"]
    assert [output.output_type for output in table] == ["stream", "execute_result"]


def test_a_built_notebook_is_run_and_carries_nothing_of_the_machine(script, prose):
    path = build(chinese(script))
    built = nbformat.read(path, as_version=4)
    assert path.parts[-3:] == ("chapters", "zh", "01_tiny.ipynb")
    assert built.metadata.language_info == {"name": "python"}
    assert [cell.execution_count for cell in code_cells(built)] == [1, 2]
    assert built.cells[-1].outputs[0].data["text/plain"] == "2"


def test_a_failing_cell_is_reported_by_file_cell_and_message_and_nothing_is_written(script):
    # An error that is meant, before it, must not be taken for the failing one.
    append(script, '\n# %% id="meant" tags=["raises-exception"]\n1 / 0\n')
    append(script, '\n# %% id="broken"\nraise ValueError("no coffee left")\n')
    with pytest.raises(ManuscriptError) as caught:
        build(lesson(script))
    assert str(caught.value) == f"{script}, cell 'broken': ValueError: no coffee left"
    assert not lesson(script).target.exists()


def test_a_cell_that_never_ends_is_reported(script, monkeypatch):
    monkeypatch.setattr(notebooks, "CELL_TIMEOUT", 1)
    append(script, '\n# %% id="endless"\nwhile True:\n    pass\n')
    with pytest.raises(ManuscriptError, match="'endless': still running after 1 seconds"):
        build(lesson(script))


def test_a_cell_that_ends_its_kernel_is_reported(script):
    append(script, '\n# %% id="exit"\nimport os\n\nos._exit(1)\n')
    with pytest.raises(ManuscriptError, match="'exit': the kernel died"):
        build(lesson(script))


def test_the_command_refuses_a_chapter_that_does_not_exist():
    command = [sys.executable, "-m", "tools.notebooks", "99"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip() == "no folder manuscript/99* has a lesson.py or workbook.py"
