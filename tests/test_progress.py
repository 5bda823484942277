"""Progress survives a killed kernel, a folder without write access, and two kernels."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlab.language import use_language
from crmlab.workbook import Workbook, progress, progress_page

WRITER = """
import sys
from crmlab.workbook import progress
for number in range(int(sys.argv[2])):
    progress.record(sys.argv[1], "03a_rfm_and_pyramid", 1, f"task{number}", "passed")
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
    progress.record("me", "03a_rfm_and_pyramid", 1, "after", "passed")
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
    progress.record("me", "03a_rfm_and_pyramid", 1, "purchases", "passed")
    assert "Your progress is not kept" in caplog.text
    assert "The checks work" in caplog.text
    assert progress.events()["task"].tolist() == ["purchases"]  # until the kernel ends


def test_a_read_only_file_is_said_and_left_as_it_is(kept, caplog):
    progress.record("me", "03a_rfm_and_pyramid", 1, "purchases", "passed")
    kept.chmod(0o444)
    before = kept.read_bytes()
    child = "from crmlab.workbook import progress\nimport os\n"
    if os.geteuid() == 0:  # root may write anywhere, so the child gives its rights up
        child += "os.setgid(65534)\nos.setuid(65534)\n"
        for folder in list(kept.parents)[:-2]:
            folder.chmod(folder.stat().st_mode | 0o005)
    child += "progress.record('me', '03a_rfm_and_pyramid', 1, 'recency', 'passed')"
    run = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True, check=True)
    assert "Your progress is not kept" in run.stdout
    assert kept.read_bytes() == before


def test_a_file_from_a_newer_version_is_not_touched(kept, caplog):
    progress.record("me", "03a_rfm_and_pyramid", 1, "purchases", "passed")
    with sqlite3.connect(kept) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = kept.read_bytes()
    progress.record("me", "03a_rfm_and_pyramid", 1, "recency", "passed")
    assert "newer version" in caplog.text
    assert kept.read_bytes() == before
    assert progress.events()["task"].tolist() == ["purchases", "recency"]


def test_a_file_that_is_no_database_is_said_and_left_as_it_is(kept, caplog):
    kept.parent.mkdir()
    kept.write_text("my shopping list")
    assert progress.events().empty
    progress.record("me", "03a_rfm_and_pyramid", 1, "recency", "passed")
    assert "is left as it is" in caplog.text
    assert kept.read_text() == "my shopping list"


def test_what_a_file_refused_is_said_once_and_written_when_it_can_be(kept, caplog):
    kept.parent.write_text("a file where the folder should be")
    for task in ("purchases", "recency"):
        progress.record("me", "03a_rfm_and_pyramid", 1, task, "passed")
    assert caplog.text.count("Your progress is not kept") == 1
    kept.parent.unlink()
    progress.record("me", "03a_rfm_and_pyramid", 1, "scores", "passed")
    with closing(sqlite3.connect(kept)) as connection:
        rows = connection.execute("SELECT task FROM event ORDER BY rowid").fetchall()
    assert rows == [("purchases",), ("recency",), ("scores",)]
    assert progress.events()["task"].tolist() == ["purchases", "recency", "scores"]


def test_a_file_that_a_killed_kernel_left_half_written_is_read(kept):
    progress.record("me", "03a_rfm_and_pyramid", 1, "purchases", "passed")
    child = """
import os, signal, sqlite3
from crmlab.workbook import progress
connection = sqlite3.connect(progress.path())
connection.execute("PRAGMA cache_size = 1")  # so that pages reach the file before the commit
connection.execute("BEGIN IMMEDIATE")
for number in range(500):
    connection.execute("UPDATE event SET task = 'half'")
    connection.execute("INSERT INTO event SELECT * FROM event LIMIT 100")
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", child], check=False)
    assert kept.with_name(f"{kept.name}-journal").stat().st_size > 0
    assert progress.events()["task"].tolist() == ["purchases"]


# --- files of the first version -------------------------------------------------------------

OLD = """
CREATE TABLE event (
    at TEXT NOT NULL, participant TEXT NOT NULL, exercise TEXT NOT NULL, seed INTEGER NOT NULL,
    task TEXT NOT NULL, status TEXT NOT NULL, mistake TEXT NOT NULL
);
PRAGMA user_version = 1;
"""


@pytest.fixture
def old(kept):
    """A file as the first version of the course left it, with 300 events."""
    kept.parent.mkdir()
    rows = [
        ("2026-01-01T00:00:00.000+00:00", "old", "03a_rfm_and_pyramid", 1, f"task{number}", *found)
        for number, found in enumerate([("passed", ""), ("wrong", "rows_counted")] * 150)
    ]
    with closing(sqlite3.connect(kept)) as connection, connection:
        connection.executescript(OLD)
        connection.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    return rows


def without_said(events):
    return list(events.drop(columns="said").itertuples(index=False, name=None))


def test_an_old_file_is_read_as_it_is_and_upgraded_by_the_next_event(old, kept):
    before = kept.read_bytes()
    assert without_said(progress.events()) == old
    assert kept.read_bytes() == before
    progress.record("me", "03a_rfm_and_pyramid", 1, "after", "wrong", "other", said="Not yet.")
    assert without_said(progress.events())[:-1] == old
    assert progress.events()["said"].tolist() == [""] * len(old) + ["Not yet."]
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)


def test_two_kernels_at_once_upgrade_an_old_file_once(old):
    writers = [start_writer(name, 20) for name in ("one", "two")]
    for writer in writers:
        output, _errors = writer.communicate(timeout=120)
        assert len(output.split()) == 20
    assert without_said(progress.events().query("participant == 'old'")) == old
    assert progress.events()["participant"].value_counts().to_dict() == {
        "old": len(old), "one": 20, "two": 20
    }  # fmt: skip


def test_a_kernel_killed_while_it_upgrades_leaves_the_old_file(old):
    child = """
import os, signal, sqlite3
from crmlab.workbook import progress
connection = sqlite3.connect(progress.path())
connection.execute("BEGIN IMMEDIATE")
progress._upgrade(connection)
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", child], check=False)
    assert without_said(progress.events()) == old
    progress.record("me", "03a_rfm_and_pyramid", 1, "after", "passed")
    assert without_said(progress.events())[:-1] == old


# --- what a learner sees --------------------------------------------------------------------


def test_the_summary_counts_tries_and_keeps_the_last_mistake(kept):
    for task, status, mistake in [
        ("purchases", "wrong", "rows_counted"),
        ("purchases", "hint", ""),
        ("purchases", "passed", ""),
        ("recency", "wrong", "first_purchase"),
        ("recency", "wrong", "other"),
    ]:
        progress.record("me", "03a_rfm_and_pyramid", 1, task, status, mistake)
    progress.record("you", "03a_rfm_and_pyramid", 1, "recency", "passed")
    mine = progress.summary("me").loc["03a_rfm_and_pyramid", 1]
    assert mine["tries"].to_dict() == {"purchases": 2, "recency": 2}
    assert mine["passed"].to_dict() == {"purchases": True, "recency": False}
    assert mine["last mistake"].to_dict() == {
        "purchases": "rows counted", "recency": "no known mistake"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("mistake", "said", "shown"),
    [
        ("cost_forgotten", "You forgot the cost: 3.50 each. Read again: The budget.", None),
        ("kosten", "你漏掉了成本：每封3.50元。请重读：“预算”。", "你漏掉了成本：每封3.50元。"),
        ("cost_forgotten", "", "cost forgotten"),
        ("cost_forgotten+rows_counted", "", "cost forgotten, rows counted"),
        ("form", "", "another form than the task asks for"),
        ("other", "", "no known mistake"),
    ],
)
def test_a_mistake_is_shown_in_the_words_that_the_learner_was_told(kept, mistake, said, shown):
    progress.record("me", "03a_rfm_and_pyramid", 1, "recency", "wrong", mistake, said=said)
    (words,) = progress.summary("me")["last mistake"]
    assert words == (shown or "You forgot the cost: 3.50 each.")


@given(st.text(), st.from_regex(r"[a-z]+(_[a-z]+)*", fullmatch=True))
def test_whatever_was_said_something_is_shown(said, mistake):
    shown = progress._in_words(mistake, said)
    assert shown
    assert said.startswith(shown) if said else "_" not in shown


def test_another_seed_shows_nothing_of_this_one(kept):
    progress.record("me", "03a_rfm_and_pyramid", 1, "purchases", "passed")
    progress.record("me", "03a_rfm_and_pyramid", 2, "purchases", "wrong", "other", said="Not yet.")
    progress.record("me", "04a_leads_and_channels", 1, "recency", "wrong", "other", said="No.")
    shown = {seed: Workbook("03a_rfm_and_pyramid", seed=seed).progress() for seed in (1, 2, 3)}
    columns = ["tries", "passed", "last mistake"]
    assert shown[1].loc["purchases", columns[:2]].tolist() == [1, "✓"]
    assert shown[2].loc["purchases", columns].tolist() == [1, "not yet", "Not yet."]
    assert shown[3].isna().all(axis=None)
    assert shown[1].drop(index="purchases").isna().all(axis=None)


def test_the_page_has_a_row_for_each_exercise_and_names_the_seed_where_there_are_several(kept):
    assert "No exercise has been checked yet" in str(progress_page())
    progress.record("me", "03a_rfm_and_pyramid", 1, "purchases", "passed")
    progress.record("me", "03a_rfm_and_pyramid", 1, "recency", "wrong", "other")
    progress.record("me", "03a_rfm_and_pyramid", 1, "recall_repeat_rate", "wrong", "other")
    # A question was recalled, and no task checked yet.
    progress.record("me", "04a_leads_and_channels", 7, "recall_tie", "passed")
    progress.record("me", "04a_leads_and_channels", 8, "cac", "passed")
    assert progress_page().index.tolist() == ["03a_rfm_and_pyramid", "04a_leads_and_channels"]
    progress.record("me", "03a_rfm_and_pyramid", 5, "scores", "passed")
    rows = progress_page().data.drop(columns="tasks")
    assert rows.T.to_dict("list") == {
        "03a_rfm_and_pyramid, seed 1": [1, 2, "recency"],
        "03a_rfm_and_pyramid, seed 5": [1, 1, ""],
        "04a_leads_and_channels": [1, 1, ""],
    }


def test_what_was_done_in_an_earlier_edition_stays_on_the_page(kept):
    for exercise in ("03_segmentation", "06_development"):  # both are two sessions now
        progress.record("me", exercise, 1, "purchases", "passed")
        progress.record("me", exercise, 1, "recall_tie", "wrong", "other")
    page = progress_page().data
    assert page.index.tolist() == ["03_segmentation", "06_development"]
    assert page[["passed", "tasks"]].to_numpy().tolist() == [[1, 1], [1, 1]]


def test_progress_is_shown_in_the_language_of_the_reader(kept):
    progress.record("me", "03a_rfm_and_pyramid", 1, "purchases", "wrong", "form")
    progress.record("me", "03a_rfm_and_pyramid", 2, "purchases", "passed")
    use_language("zh")
    assert "03a_rfm_and_pyramid（种子 2）" in str(progress_page())
    row = Workbook("03a_rfm_and_pyramid", lang="zh").progress().loc["purchases"]
    assert row.tolist() == [1, "尚未通过", "答案的形式与题目要求的不同"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_a_check_said_is_what_progress_shows(kept, lang):
    book = Workbook("03a_rfm_and_pyramid", lang=lang)
    verdict = book.check("purchases", None)
    shown = book.progress().loc["purchases", "last mistake"]
    assert len(shown) > len("purchases")
    assert verdict.message.startswith(shown)
