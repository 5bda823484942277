"""Progress survives a killed kernel, a folder without write access, and two kernels."""

import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from crmlab.workbook import progress, recall

WRITER = """
import sys
from crmlab.workbook import progress
for number in range(int(sys.argv[2])):
    progress.record(sys.argv[1], "03_segmentation", 1, f"task{number}", "passed")
    print(number, flush=True)
"""


@pytest.fixture
def kept(tmp_path, monkeypatch):
    place = tmp_path / "course" / "progress.sqlite"
    monkeypatch.setenv("CRMLAB_PROGRESS", str(place))
    return place


def start_writer(name, count):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, name, str(count)], stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("after", [1, 7, 40])
def test_what_was_acknowledged_survives_kill_9(kept, after):
    writer = start_writer("killed", 10_000)
    acknowledged = [int(writer.stdout.readline()) for _line in range(after)]
    writer.send_signal(signal.SIGKILL)
    acknowledged += [int(line) for line in writer.stdout.read().split()]
    writer.wait()
    found = progress.events()["task"].tolist()
    assert found[: len(acknowledged)] == [f"task{number}" for number in acknowledged]
    progress.record("me", "03_segmentation", 1, "after", "passed")
    assert progress.events()["task"].iloc[-1] == "after"
    with sqlite3.connect(kept) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_two_kernels_at_once_lose_nothing(kept):
    writers = [start_writer(name, 60) for name in ("one", "two")]
    for writer in writers:
        output, _errors = writer.communicate(timeout=120)
        assert len(output.split()) == 60
    assert progress.events()["participant"].value_counts().to_dict() == {"one": 60, "two": 60}


def test_a_folder_that_cannot_be_written_is_said_and_the_check_goes_on(
    tmp_path, monkeypatch, caplog
):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("CRMLAB_PROGRESS", str(blocked / "progress.sqlite"))
    progress.record("me", "03_segmentation", 1, "purchases", "passed")
    assert "Your progress is not kept" in caplog.text
    assert "the checks work" in caplog.text
    assert progress.events().empty


def test_a_read_only_file_is_said_and_left_as_it_is(kept, caplog):
    progress.record("me", "03_segmentation", 1, "purchases", "passed")
    kept.chmod(0o444)
    before = kept.read_bytes()
    child = "from crmlab.workbook import progress\nimport os\n"
    if os.geteuid() == 0:  # root may write anywhere, so the child gives its rights up
        child += "os.setgid(65534)\nos.setuid(65534)\n"
        for folder in list(kept.parents)[:-2]:
            folder.chmod(folder.stat().st_mode | 0o005)
    child += "progress.record('me', '03_segmentation', 1, 'recency', 'passed')"
    run = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True, check=True)
    assert "Your progress is not kept" in run.stdout
    assert kept.read_bytes() == before


def test_a_file_from_a_newer_version_is_not_touched(kept, caplog):
    progress.record("me", "03_segmentation", 1, "purchases", "passed")
    with sqlite3.connect(kept) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = kept.read_bytes()
    progress.record("me", "03_segmentation", 1, "recency", "passed")
    assert "newer version" in caplog.text
    assert kept.read_bytes() == before
    assert progress.events()["task"].tolist() == ["purchases"]


def test_a_file_that_is_no_database_is_said_and_left_as_it_is(kept, caplog):
    kept.parent.mkdir()
    kept.write_text("my shopping list")
    assert progress.events().empty
    progress.record("me", "03_segmentation", 1, "recency", "passed")
    assert "is left as it is" in caplog.text
    assert kept.read_text() == "my shopping list"


def test_the_summary_counts_tries_and_keeps_the_last_mistake(kept):
    for task, status, mistake in [
        ("purchases", "wrong", "rows_counted"),
        ("purchases", "hint", ""),
        ("purchases", "passed", ""),
        ("recency", "wrong", "first_purchase"),
        ("recency", "wrong", "other"),
    ]:
        progress.record("me", "03_segmentation", 1, task, status, mistake)
    progress.record("you", "03_segmentation", 1, "recency", "passed")
    mine = progress.summary("me").loc["03_segmentation"]
    assert mine["tries"].to_dict() == {"purchases": 2, "recency": 2}
    assert mine["passed"].to_dict() == {"purchases": True, "recency": False}
    assert mine["last mistake"].to_dict() == {"purchases": "rows_counted", "recency": "other"}


def test_recall_asks_only_about_earlier_chapters(kept):
    assert {question.chapter for question in recall.due(3, "me", 99)} == {0, 1, 2}
    assert recall.due(0, "me", 99) == []


def test_recall_brings_back_the_longest_overdue_and_lets_the_known_rest(kept):
    everything = len(recall.BANK)
    first, second, *_rest = recall.due(3, "me", everything)
    progress.record("me", "03_segmentation", 1, first.name, "passed")
    progress.record("me", "03_segmentation", 1, second.name, "wrong", "other")
    now = datetime.now(UTC)
    at_once = [question.name for question in recall.due(3, "me", everything, now)]
    assert at_once[0] == second.name  # a wrong answer is due at once
    assert at_once[-1] == first.name  # a right one rests for a day
    later = [
        question.name for question in recall.due(3, "me", everything, now + timedelta(days=30))
    ]
    assert later[:2] == [second.name, first.name]


def test_a_recall_answer_is_checked_by_its_letter(kept):
    for question in recall.BANK:
        letters = [question.check(letter).status for letter in "abcd"[: len(question.options)]]
        assert letters.count("passed") == 1
        assert question.check("A ").status == question.check("a").status
        assert question.check(...).status == "not attempted"


def test_the_place_of_the_right_recall_option_varies(kept):
    places = {
        next(letter for letter in "abc" if question.check(letter).status == "passed")
        for question in recall.BANK
    }
    assert len(places) > 1
