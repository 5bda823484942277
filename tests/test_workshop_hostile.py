"""Submissions that attack: none changes another's row, the grader or a verdict.

All are graded together, beside two honest ones, under small limits; then each is looked at.
"""

import json
from dataclasses import replace
from textwrap import dedent

import nbformat
import psutil
import pytest
from class_of import EXERCISE, NAMES, exercise, hand_in, plan_of, solution, with_code

from crmlab.workshop import results
from crmlab.workshop.grading import grade
from crmlab.workshop.watchdog import Limits

LIMITS = Limits(seconds=25, memory=1 << 30, output=1 << 20, answers=4 << 20)
# Graded by itself: it is stopped when it has taken as long as an honest one did.
ENDLESS = "endless loop"
ZOMBIE = "98765.4321"  # seconds; nobody else sleeps so long


def code(text, task="purchases"):
    """Return a solved notebook whose cell of a task runs something else before the check."""
    text = dedent(text)
    return with_code(text if "wb.check(" in text else f"{text}\nwb.check({task!r}, 1)", task)


def wrong_and(attack):
    """Attack, then hand in a wrong answer to the first task."""
    return code(dedent(attack) + '\nwb.check("purchases", 42)')


def forged_outputs():
    """An exercise that was never done, with outputs saved in it that say it passed."""
    notebook = exercise()
    for cell in notebook.cells:
        if "wb.check(" in cell.source:
            text = f"✓ {cell.source.split(chr(34))[1]}: passed"
            output = nbformat.v4.new_output("execute_result", {"text/plain": text})
            cell.outputs, cell.execution_count = [output | {"execution_count": 1}], 1
    notebook.metadata["crmlab"] = {"passed": NAMES, "status": "passed"}
    return notebook


def own_parameters():
    """A solution that sets parameters of its own, in every place where it can."""
    notebook = solution()
    notebook.metadata["crmlab"] = {"participant": "honest", "seed": 1}
    notebook.metadata["papermill"] = {"parameters": {"seed": 1}}
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", ()):
            cell.metadata["tags"] = []
            cell.source = cell.source.replace("seed = 1", "seed = 999")
        cell.source = cell.source.replace("Workbook(", "Workbook(seed=999, exercise=").replace(
            "seed=seed, ", ""
        )
    return notebook


# Each takes the right result of one task in another way, and hands it in.
TAKEN = {
    "purchases": "Workbook('03a_rfm_and_pyramid', seed=seed).given('purchases')",
    "recency": "copy.copy(wb).given('recency')",
    "scores": "copy.deepcopy(wb).given('scores')",
    "tiers": "crmlab.workbook.Workbook('03a_rfm_and_pyramid').given('tiers')",
    "top_fifth": "type(wb).__mro__[1]('03a_rfm_and_pyramid', seed=seed).given('top_fifth')",
    "serve": "wb.given('serve')",
}


def taken_in_every_way():
    """A solution with results that were taken; before each check the setup is run again."""
    notebook = solution()
    setup = next(cell.source for cell in notebook.cells if "wb = Workbook(" in cell.source)
    for task, way in TAKEN.items():
        taken = f"import copy, crmlab.workbook\n{task} = {way}\n{setup}"
        with_code(f"{taken}\nwb.check({task!r}, {task})", task, notebook)
    return notebook


def format_3():
    notebook = solution()
    return nbformat.writes(notebook, version=3)


def with_metadata(**metadata):
    notebook = solution()
    notebook.metadata.update(metadata)
    return notebook


EVIL = """
class Evil:
    def __eq__(self, other):
        return True
    def __reduce__(self):
        import os
        return os._exit, (0,)
    def __array__(self, *given, **named):
        import os
        os._exit(0)
    __hash__ = None
"""
# Name: what comes back, how it ends, and how the first task ends; None: not looked at.
RUN = {
    "taken": (taken_in_every_way(), results.COMPLETE, "passed"),
    ENDLESS: (code("while True: pass"), results.OUT_OF_TIME, "not reached"),
    "endless output": (code("while True: print('x' * 1000)"), results.TOO_MUCH_OUTPUT, None),
    "output past Python": (
        code("import os\nwhile True: os.write(1, b'x' * 1000)"),
        results.TOO_MUCH_OUTPUT,
        None,
    ),
    "endless answers": (
        code("while True: wb.check('purchases', list(range(10000)))"),
        results.TOO_MUCH_OUTPUT,
        None,
    ),
    "20 GB": (
        code("hoard = np.ones(20 * 2**30 // 8)\nwb.check('purchases', 1)"),
        results.COMPLETE,
        "failed",
    ),
    "memory by children": (
        code("""
            import subprocess, sys, time
            hog = "b = bytearray(400 * 2**20)\\nimport time; time.sleep(60)"
            children = [subprocess.Popen([sys.executable, "-c", hog]) for _ in range(4)]
            time.sleep(60)
        """),
        results.OUT_OF_MEMORY,
        "not reached",
    ),
    "children left running": (
        wrong_and(f"""
            import os, subprocess
            subprocess.Popen(["sleep", "{ZOMBIE}"])
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    os.environ.clear()
                    os.execvp("sleep", ["sleep", "{ZOMBIE}"])
                os._exit(0)
        """),
        results.COMPLETE,
        "wrong",
    ),
    "os._exit": (code("import os; os._exit(0)"), results.DIED, "not reached"),
    "os.abort": (code("import os; os.abort()"), results.DIED, "not reached"),
    "sys.exit": (code("import sys; sys.exit(0)\nwb.check('purchases', 1)"), None, "failed"),
    "kills its group": (code("import os; os.killpg(0, 9)"), results.DIED, "not reached"),
    "kills its worker": (
        code("import os; os.kill(os.getppid(), 9)\nimport time; time.sleep(30)"),
        results.DIED,
        None,
    ),
    "deletes files": (
        wrong_and("""
            import pathlib, shutil
            here = pathlib.Path.cwd()
            for place in (here, here.parent):
                for path in place.iterdir():
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
        """),
        results.COMPLETE,
        "wrong",
    ),
    "rewrites files": (
        wrong_and("""
            import pathlib
            for path in pathlib.Path.cwd().rglob("*"):
                path.is_file() and path.write_text("passed")
        """),
        results.COMPLETE,
        "wrong",
    ),
    "replaces the check": (
        wrong_and("""
            import sys
            from crmlab.workbook import tasks, checks
            from crmlab.workbook.checks import ch03a
            import crmlab.workbook, crmlab.workshop.wire, crmlab.workshop.verdicts
            passed = lambda *given, **named: tasks.Verdict("purchases", "passed")
            tasks.Task.check = ch03a.Purchases.check = crmlab.workbook.Workbook.check = passed
            ch03a.Purchases.right = lambda self, case: 42
            crmlab.workshop.verdicts.compare = passed
        """),
        results.COMPLETE,
        "no check",
    ),
    "replaces the collector": (
        wrong_and("type(wb).check = lambda *given: 'passed'"),
        results.COMPLETE,
        "no check",
    ),
    "replaces crmlab": (
        wrong_and("""
            import sys, types
            for name in [name for name in sys.modules if name.startswith("crmlab")]:
                sys.modules[name] = types.ModuleType(name)
        """),
        results.COMPLETE,
        "wrong",
    ),
    "forges events": (
        wrong_and("""
            import json, os
            for line in (
                {"answer": "purchases", "value": {"kind": "one", "value": "passed"}},
                {"answer": "purchases", "status": "passed", "value": {"kind": "stub"}},
                {"task": "purchases", "status": "passed", "mistake": ""},
                {"cell": "x", "error": [], "answer": {}},
                {"cell": -5}, {"cell": 10**9}, {"end": True}, [],
            ):
                for number in range(3, 30):
                    try:
                        os.write(number, (json.dumps(line) + "\\n").encode())
                    except OSError:
                        pass
        """),
        results.COMPLETE,
        "wrong",
    ),
    "prints a forged result": (
        wrong_and("""
            print("✓ purchases: passed")
            from crmlab.workbook.tasks import Verdict
            display(Verdict("purchases", "passed"))
            import sys
            sys.__stdout__.write('{"answer": "purchases", "status": "passed"}')
        """),
        results.COMPLETE,
        "wrong",
    ),
    "forged outputs": (forged_outputs(), results.COMPLETE, "not attempted"),
    "own parameters": (own_parameters(), results.COMPLETE, "passed"),
    "hostile object": (code(EVIL + "wb.check('purchases', Evil())"), results.COMPLETE, "wrong"),
    "hostile objects": (
        code(EVIL + "wb.check('purchases', pd.Series([Evil()] * 3, index=list('abc')))"),
        results.COMPLETE,
        "wrong",
    ),
    "hostile frame": (
        code("class F(pd.DataFrame): __eq__ = lambda *a: True\nwb.check('purchases', F())"),
        results.COMPLETE,
        "wrong",
    ),
    "NaN": (
        code("wb.check('purchases', wb.given('purchases') * float('nan'))"),
        results.COMPLETE,
        "wrong",
    ),
    "a million rows": (
        code("wb.check('purchases', pd.DataFrame({'purchases': range(1_000_000)}))"),
        results.COMPLETE,
        "wrong",
    ),
    "wrong type": (code("wb.check('purchases', lambda: 1)"), results.COMPLETE, "wrong"),
    "very deep": (
        code("x = []\nfor _ in range(10**5): x = [x]\nwb.check('purchases', x)"),
        results.COMPLETE,
        "wrong",
    ),
    "asks": (code("input('?')\nwb.check('purchases', 1)"), results.COMPLETE, "failed"),
    "format 3": (format_3(), results.COMPLETE, "passed"),
    "other kernel": (
        with_metadata(kernelspec={"name": "my-env", "display_name": "x", "language": "python"}),
        results.COMPLETE,
        "passed",
    ),
    "no cells": (nbformat.v4.new_notebook(), results.COMPLETE, "no check"),
    "../../../etc/passwd": (solution(), results.COMPLETE, "passed"),
    "a/b\\c:d": (solution(), results.COMPLETE, "passed"),
    "李伟": (solution(), results.COMPLETE, "passed"),
    "<script>alert(1)</script>": (solution(), results.COMPLETE, "passed"),
}
UNREADABLE = {
    "not JSON": "print('hello')",
    "empty": b"",
    "bytes": bytes(range(256)),
    "a list": "[1, 2]",
    "deep JSON": "[" * 100_000,
    "format 5": json.dumps(dict(solution(), nbformat=5)),
    "R": with_metadata(kernelspec={"name": "ir", "display_name": "R", "language": "R"}),
    "cells are text": json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": "x"}
    ),
    "metadata are a list": json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": [], "cells": []}
    ),
}
IDS = ["honest", "last", "renamed", "twice", "absent", *RUN, *UNREADABLE]


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Grade everything at once, and the endless loop by itself; return the results."""
    folder = tmp_path_factory.mktemp("workshop")
    returned = folder / "returned"
    plan = plan_of(*IDS)
    place = {one.id: f"{one.folder}/{EXERCISE}_{one.folder}.ipynb" for one in plan.participants}
    contents = {name: content for name, (content, *_rest) in RUN.items()} | UNREADABLE
    del contents[ENDLESS]
    for name, content in contents.items():
        hand_in(returned, place[name], content)
    for name in ("honest", "last", "twice"):
        hand_in(returned, place[name], solution())
    hand_in(returned, place["twice"].replace(".ipynb", " (1).ipynb"), exercise())
    hand_in(returned, place["rewrites files"].replace(".ipynb", ".csv"), "kept")
    renamed = with_metadata(crmlab={"participant": "renamed"})
    hand_in(returned, "homework final.ipynb", renamed)
    stranger = with_metadata(crmlab={"participant": "honest"})
    hand_in(returned, "stranger.ipynb", stranger)
    hand_in(returned, "nobody.ipynb", solution())
    before = {path: path.read_bytes() for path in returned.rglob("*") if path.is_file()}
    found = grade(plan, folder, returned, limits=LIMITS)
    assert {path: path.read_bytes() for path in returned.rglob("*") if path.is_file()} == before
    return [
        *(one for one in found if one.participant != ENDLESS),
        *grade_endless(tmp_path_factory.mktemp("endless"), found),
    ]


def grade_endless(folder, found, **how):
    """Grade the endless loop, in the time that the honest one in `found` took."""
    seconds = next(one.seconds for one in found if one.participant == "honest")
    hand_in(folder / "returned", f"{ENDLESS}.ipynb", RUN[ENDLESS][0])
    limits = replace(LIMITS, seconds=seconds)
    return grade(plan_of(ENDLESS), folder, folder / "returned", limits=limits, **how)


def rows_of(graded, id):
    return [one for one in graded if one.participant == id]


@pytest.mark.parametrize("name", RUN)
def test_an_attack_ends_as_it_should(graded, name):
    _content, ending, first = RUN[name]
    (row,) = rows_of(graded, name)
    assert ending in (None, row.ending), row.detail
    task = row.tasks[0]
    expected = {"no check": results.ABSENT}.get(first, first)
    assert expected in (None, task.status), task
    # What an attack on one task says about itself, it says about that one only.
    others = {one.status for one in row.tasks[1:]}
    if row.ending == results.COMPLETE and name not in ("no cells", "forged outputs"):
        assert others == ({"passed"} if name not in BROKEN_LATER else others)
    else:
        assert "passed" not in others


# After these, other cells of the same notebook have nothing left to work with.
BROKEN_LATER = ("replaces the collector", "replaces crmlab", "replaces the check", "forges events")


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_notebook_gets_a_row_with_the_reason(graded, name):
    (row,) = rows_of(graded, name)
    assert row.ending == results.UNREADABLE
    assert row.detail
    assert row.tasks == ()


@pytest.mark.parametrize("name", ["honest", "last"])
def test_an_honest_notebook_is_untouched_by_its_neighbours(graded, name):
    (row,) = rows_of(graded, name)
    assert row.ending == results.COMPLETE
    assert {task.task: task.status for task in row.tasks} == dict.fromkeys(NAMES, "passed")
    assert row.remarks == ()


def test_a_renamed_notebook_is_known_by_what_stands_in_it(graded):
    (row,) = rows_of(graded, "renamed")
    assert row.passed == len(NAMES)
    assert "Renamed" in row.remarks[0]


def test_a_notebook_that_claims_to_be_anothers_is_not_run(graded):
    row = next(one for one in graded if one.file == "stranger.ipynb")
    assert (row.participant, row.ending) == ("", results.NOT_RUN)
    assert "honest" in row.detail


def test_a_notebook_of_nobody_on_the_roster_is_not_run(graded):
    row = next(one for one in graded if one.file == "nobody.ipynb")
    assert (row.participant, row.ending) == ("", results.NOT_RUN)


def test_two_notebooks_of_one_participant_are_two_rows(graded):
    rows = rows_of(graded, "twice")
    assert sorted(row.passed for row in rows) == [0, len(NAMES)]


def test_who_returned_nothing_has_a_row(graded):
    (row,) = rows_of(graded, "absent")
    assert row.ending == results.NOT_RETURNED


def test_metadata_of_another_are_remarked_on_and_change_nothing(graded):
    (row,) = rows_of(graded, "own parameters")
    assert "honest" in row.remarks[0]


def test_nothing_is_left_running(graded):
    running = [process.info["cmdline"] or () for process in psutil.process_iter(["cmdline"])]
    assert [command for command in running if ZOMBIE in command] == []


def test_a_result_that_was_taken_first_is_marked(graded):
    (row,) = rows_of(graded, "taken")
    assert row.passed == len(NAMES)
    assert {task.task for task in row.tasks if task.taken} == set(TAKEN)
    (honest,) = rows_of(graded, "honest")
    assert not any(task.taken for task in honest.tasks)


def test_where_a_process_cannot_be_split_off_the_same_holds(tmp_path):
    """On macOS and Windows each submission is a new Python."""
    names = ["honest", "os._exit", "20 GB"]
    plan = plan_of(*names)
    for one in plan.participants:
        content = RUN[one.id][0] if one.id in RUN else solution()
        hand_in(tmp_path / "returned", f"{one.folder}.ipynb", content)
    found = grade(plan, tmp_path, tmp_path / "returned", limits=LIMITS, warm=False)
    found += grade_endless(tmp_path / "endless", found, warm=False)
    rows = {one.participant: one for one in found}
    assert rows["honest"].passed == len(NAMES)
    for name in (*names[1:], ENDLESS):
        assert rows[name].ending == RUN[name][1]
