"""A class of one hundred, graded; and grading that is interrupted, repeated or asked in vain."""

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from class_of import EVERY_SLIP, class_of, exercise, hand_in, plan_of, solution

from crmlab.cli import main
from crmlab.errors import CRMError
from crmlab.workshop import results
from crmlab.workshop.grading import KEPT, grade
from crmlab.workshop.plan import save_plan


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
        plan, tmp_path, tmp_path / "returned", progress=lambda file, share: seen.append(share)
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
    ran = []
    second = grade(plan, tmp_path, returned, progress=lambda file, share: ran.append(file))
    assert ran == [f"{plan.participants[1].folder}.ipynb"]
    assert [second[0], second[2]] == [first[0], first[2]]
    assert {task.status for task in second[1].tasks} == {"not attempted"}
    # A renamed file is the same work; what the report calls it is its new name.
    old = returned / f"{plan.participants[0].folder}.ipynb"
    old.rename(returned / f"final {old.name}")
    third = grade(plan, tmp_path, returned, progress=lambda file, share: ran.append(file))
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
    assert list(tmp_path.glob("report*")) == []
    # Nobody is left to grade on in secret.
    _gone, alive = psutil.wait_procs(workers, timeout=20)
    assert [one for one in alive if one.status() != psutil.STATUS_ZOMBIE] == []
    ran = []
    found = grade(
        plan, tmp_path, tmp_path / "returned", progress=lambda file, share: ran.append(file)
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
    assert capsys.readouterr().out.splitlines() == [str(page), str(page.with_suffix(".csv"))]
    text = page.read_text(encoding="utf-8")
    assert "p000" in text
    assert ("检查" in text) == (lang == "zh")


def test_a_folder_that_is_no_workshop_is_told_so(tmp_path, capsys):
    assert main(["workshop", "grade", str(tmp_path)]) == 2
    assert "crmlab workshop new" in capsys.readouterr().err


def test_without_the_folder_of_returned_notebooks_it_says_where_to_put_them(tmp_path):
    plan = plan_of("p")
    with pytest.raises(CRMError, match="returned"):
        grade(plan, tmp_path, tmp_path / "returned")
