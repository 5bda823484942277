"""A class of one hundred, graded; and grading that is interrupted, repeated or asked in vain."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import nbformat
import psutil
import pytest
from class_of import (
    EVERY_SLIP,
    EXERCISE,
    NAMES,
    class_of,
    exercise,
    hand_in,
    plan_of,
    solution,
)

from crmlab.cli import main
from crmlab.errors import CRMError
from crmlab.workbook.checks import ch03a
from crmlab.workshop import results
from crmlab.workshop.find import workshop_of
from crmlab.workshop.grading import KEPT, grade
from crmlab.workshop.handout import make_workshop
from crmlab.workshop.plan import PLAN_NAME, save_plan


def workshop(folder, works, lang="en"):
    """Make a workshop of which everybody has returned a notebook."""
    plan = plan_of(*(f"p{number:03}" for number in range(len(works))), lang=lang)
    save_plan(plan, folder)
    for one, notebook in zip(plan.participants, works, strict=True):
        hand_in(folder / "returned", f"{one.folder}.ipynb", notebook)
    return plan


def verdicts_of(found, expected):
    """Return status and mistake of each task; where slips meet, that of the expected one."""

    def mistake(task, name):
        return name if name in task.mistake.split("|") else task.mistake

    return [
        {task.task: (task.status, mistake(task, wanted[task.task][1])) for task in one.tasks}
        for one, wanted in zip(found, expected, strict=True)
    ]


def test_a_class_of_one_hundred_gets_the_right_verdicts(tmp_path):
    works = class_of(100)
    plan = workshop(tmp_path, [one.notebook for one in works])
    expected = [one.expected for one in works]
    made = {(task, name) for one in expected for task, (_status, name) in one.items() if name}
    assert made == set(EVERY_SLIP)
    seen = []
    found = grade(
        plan, tmp_path, tmp_path / "returned", progress=lambda files, share: seen.append(share)
    )
    assert verdicts_of(found, expected) == expected
    assert {one.ending for one in found} == {results.COMPLETE}
    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_a_second_run_grades_only_what_has_changed(tmp_path):
    works = [one.notebook for one in class_of(3)]
    plan = workshop(tmp_path, works)
    returned = tmp_path / "returned"
    first = grade(plan, tmp_path, returned)
    hand_in(returned, f"{plan.participants[1].folder}.ipynb", exercise())
    ran = set()
    second = grade(plan, tmp_path, returned, progress=lambda files, share: ran.update(files))
    assert ran == {f"{plan.participants[1].folder}.ipynb"}
    assert [second[0], second[2]] == [first[0], first[2]]
    assert {task.status for task in second[1].tasks} == {"not attempted"}
    # A renamed file is the same work; what the report calls it is its new name.
    old = returned / f"{plan.participants[0].folder}.ipynb"
    old.rename(returned / f"final {old.name}")
    third = grade(plan, tmp_path, returned, progress=lambda files, share: ran.update(files))
    assert len(ran) == 1
    assert f"final {old.name}" in {one.file for one in third}


def test_a_damaged_result_is_made_again(tmp_path):
    plan = workshop(tmp_path, [solution()])
    first = grade(plan, tmp_path, tmp_path / "returned")
    for path in (tmp_path / KEPT).iterdir():
        path.write_text('{"participant": "p000", "tasks": [{"status": "passed"}]}')
    assert grade(plan, tmp_path, tmp_path / "returned")[0].tasks == first[0].tasks


def test_grading_that_is_killed_loses_nothing_and_goes_on(tmp_path):
    works = class_of(10)
    plan = workshop(tmp_path, [one.notebook for one in works])
    command = [sys.executable, "-m", "crmlab", "workshop", "grade", str(tmp_path)]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    kept = tmp_path / KEPT
    deadline = time.monotonic() + 100
    while len(finished(kept)) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    workers = psutil.Process(running.pid).children(recursive=True)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    before = finished(kept)
    assert 3 <= len(before) < 10
    # What is there says itself that it is not the end.
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "of 10 notebooks are checked" in page
    assert page.rstrip().endswith("</html>")
    assert [path.name for path in tmp_path.glob("report*")] == ["report.html"]
    # Nobody is left to grade on in secret.
    _gone, alive = psutil.wait_procs(workers, timeout=20)
    assert [one for one in alive if one.status() != psutil.STATUS_ZOMBIE] == []
    ran = set()
    found = grade(
        plan, tmp_path, tmp_path / "returned", progress=lambda files, share: ran.update(files)
    )
    assert len(ran) == 10 - len(before)
    expected = [one.expected for one in works]
    assert verdicts_of(found, expected) == expected


def finished(folder):
    """Return the results that are whole; a broken one would not be read."""
    paths = list(folder.glob("*.json")) if folder.exists() else []
    return {path.name: json.loads(path.read_bytes()) for path in paths}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_command_writes_a_page_and_a_table(lang, tmp_path, capsys):
    workshop(tmp_path, [solution(), exercise()])
    page = tmp_path / "class.html"
    assert main(["workshop", "grade", str(tmp_path), "--out", str(page), "--lang", lang]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == [str(page), str(page.with_suffix(".csv"))]
    assert all(Path(path).exists() for path in said)
    text = page.read_text(encoding="utf-8")
    assert "p000" in text
    assert ("检查" in text) == (lang == "zh")


def small(one, task=None, answer="..."):
    """Return the exercise handed out to somebody, with one task at most: cheap to run."""
    notebook = nbformat.v4.new_notebook(
        metadata={"crmlab": {"participant": one.id, "exercise": EXERCISE}}
    )
    mine = f"seed, participant, lang = {one.seed}, {one.id!r}, 'en'"
    setup = (
        "from crmlab.workbook import Workbook\n"
        f"wb = Workbook({EXERCISE!r}, seed=seed, participant=participant, lang=lang)"
    )
    sources = [setup] + [
        f"wb.check({name!r}, {answer if name == task else '...'})" for name in NAMES
    ]
    notebook.cells = [
        nbformat.v4.new_code_cell(mine, metadata={"tags": ["injected-parameters"]}),
        *map(nbformat.v4.new_code_cell, sources),
        nbformat.v4.new_markdown_cell("*Your memo:* We serve dealers."),
    ]
    return json.dumps(notebook)


@pytest.fixture(scope="module")
def moodle_class(tmp_path_factory):
    """Grade the zip of a class of 30 as Moodle packs it, with the one command."""
    place = tmp_path_factory.mktemp("class")
    names = [
        "Ann Lee",
        "Ann Lee",
        *(f"Participant Number{n}" for n in range(3, 28)),
        "李伟",
        "Zoë Ö",
    ]
    lines = [
        f"{name},{number},{'zh' if name == '李伟' else 'en'}"
        for number, name in enumerate(names, 1)
    ]
    (place / "roster.csv").write_text(
        "\n".join(["name,id,lang", *lines, "Nobody Here,30,"]), "utf-8"
    )
    plan = make_workshop(place / "roster.csv", "3a", place / "autumn").plan
    people = plan.participants
    right = ch03a.ServiceGain().right(ch03a.Case(people[0].seed))
    with zipfile.ZipFile(place / "class.zip", "w") as packed:
        for number, one in enumerate(people[:-1]):
            answer = repr(float(right)) if number < 2 else "..."
            folder = f"{one.name}_{500 + number}_assignsubmission_file_"
            file = zipfile.ZipInfo(
                f"{folder}/my work ({number}).ipynb", (2026, 3, 1 + number % 2, 9, 0, 0)
            )
            packed.writestr(file, small(one, "service_gain", answer))
        packed.writestr("Nobody Here_900_assignsubmission_file_/essay.docx", "PK")
    command = [sys.executable, "-m", "crmlab", "workshop", "grade", "class.zip"]
    run = subprocess.run(
        [*command, "--due", "2026-03-01"], cwd=place, capture_output=True, text=True, check=False
    )
    return place / "autumn", plan, run.returncode, run.stdout, run.stderr


def test_the_zip_of_a_class_of_thirty_is_graded_with_one_command(moodle_class):
    folder, plan, code, said, told = moodle_class
    assert code == 0, told
    assert [Path(path).name for path in said.splitlines()] == [
        *("report.html", "report.csv", "report_moodle.csv", "report_canvas.csv"),
        *("report_class.html", "report_words.html", "report_feedback", "report_feedback.zip"),
    ]
    # Within a minute it says how far it is, and who is running.
    assert "0 of 29 · Ann Lee" in told
    with (folder / "report_moodle.csv").open(encoding="utf-8-sig") as stream:
        marks = list(csv.reader(stream))[1:]
    assert [row[0] for row in marks] == [one.id for one in plan.participants]
    assert [row[2] for row in marks] == ["1", *["0"] * 28, "-"]
    assert {row[3] for row in marks[:-1]} == {"yes", "no"}
    with zipfile.ZipFile(folder / "report_feedback.zip") as packed:
        assert len(packed.namelist()) == 29
    page = (folder / "report.html").read_text("utf-8")
    for words in ("Ann Lee (1)", "Ann Lee (2)", "essay.docx", "Not returned (1): Nobody Here"):
        assert words in page
    # Number 2 handed in the number of number 1.
    part = page.partition('<section id="equal">')[2]
    assert "Ann Lee (1)" in part
    assert "service_gain" in part
    assert "We serve dealers." in (folder / "report_words.html").read_text("utf-8")


def test_what_is_not_clear_is_asked_before_anything_is_graded(moodle_class, tmp_path, capsys):
    folder, plan, *_rest = moodle_class
    shutil.copy(folder / PLAN_NAME, tmp_path)
    hand_in(tmp_path / "returned", "Untitled.ipynb", exercise())
    hand_in(
        tmp_path / "returned", f"{plan.participants[5].folder}.ipynb", small(plan.participants[5])
    )
    assert main(["workshop", "grade", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "Untitled.ipynb" in said
    assert "whose.csv" in said
    assert {path.name for path in tmp_path.iterdir()} >= {"whose.csv", "returned"}
    assert not (tmp_path / KEPT).exists()
    assert not list(tmp_path.glob("report*"))
    assert main(["workshop", "grade", str(tmp_path), "--who", "Untitled.ipynb=-"]) == 0
    assert "Untitled.ipynb" in (tmp_path / "report.html").read_text("utf-8")


def test_which_workshop_a_zip_is_of_is_found_or_asked(tmp_path, monkeypatch):
    for name in ("autumn", "spring"):
        (tmp_path / "courses" / name).mkdir(parents=True)
        save_plan(plan_of("p"), tmp_path / "courses" / name)
    packed = tmp_path / "courses" / "autumn" / "class.zip"
    packed.write_bytes(b"PK")
    monkeypatch.chdir(tmp_path)
    assert workshop_of(packed) == (packed.parent, packed)  # it lies in the workshop
    assert workshop_of(Path("courses/autumn"))[1] == Path("courses/autumn/returned")
    beside = packed.rename(tmp_path / "courses" / "class.zip")
    with pytest.raises(CRMError, match=r"(?s)autumn.*spring.*--returned"):
        workshop_of(beside)
    monkeypatch.chdir("courses/spring")  # one stands in it
    assert workshop_of(beside)[0].resolve() == tmp_path / "courses" / "spring"
    monkeypatch.chdir("/")
    with pytest.raises(CRMError, match="no workshop in or around"):
        workshop_of(beside.rename(tmp_path / "class.zip"))


def test_a_folder_that_is_no_workshop_is_told_so(tmp_path, capsys):
    folder = tmp_path / "not" / "one"
    folder.mkdir(parents=True)
    assert main(["workshop", "grade", str(folder)]) == 2
    assert "crmlab workshop new" in capsys.readouterr().err


def test_without_the_folder_of_returned_notebooks_it_says_where_to_put_them(tmp_path):
    plan = plan_of("p")
    with pytest.raises(CRMError, match="returned"):
        grade(plan, tmp_path, tmp_path / "returned")
