"""Every topic of the course is run by a cell, or says that it is only talked about."""

import json
import re
import tomllib
from functools import cache

import pytest

from tests.test_course import NUMBERED, ROOT

TOPICS = tomllib.loads((ROOT / "docs" / "curriculum.toml").read_text(encoding="utf-8"))["topic"]
SESSION = {name.split("_")[0]: name for name in NUMBERED}
LESSONS = SESSION | {"my_customers": "my_customers"}
NAMES = [topic["name"] for topic in TOPICS]
EACH = pytest.mark.parametrize("topic", TOPICS, ids=NAMES)


@cache
def cells(session):
    """Return the cells of a built lesson, by id."""
    path = ROOT / "chapters" / f"{LESSONS[session]}.ipynb"
    return {cell["id"]: cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]}


def places(topic, kind):
    """Return the pairs of session and cell (or heading) that a topic names."""
    split = " " if kind != "guide" else "\n"
    pairs = (place.split(": ", 1) for place in topic.get(kind, []))
    return [(session, one) for session, names in pairs for one in names.split(split)]


def ran(cell):
    """Return whether it is a code cell that was run, and without an error."""
    errors = [one for one in cell.get("outputs", []) if one["output_type"] == "error"]
    return cell["cell_type"] == "code" and bool(cell["execution_count"]) and not errors


@EACH
def test_a_topic_is_run_by_a_cell_or_says_that_it_is_only_talked_about(topic):
    assert set(topic) <= {"chapter", "name", "cells", "words", "guide"}
    assert topic.get("cells") or topic.get("words") or topic.get("guide")
    assert not (topic.get("cells") and topic.get("words")), "words are for what nothing runs"
    for session, name in places(topic, "cells"):
        assert ran(cells(session)[name]), f"{session}: {name}"
    for session, name in places(topic, "words"):
        assert cells(session)[name]["cell_type"] == "markdown", f"{session}: {name}"
    for session, heading in places(topic, "guide"):
        guide = (ROOT / "manuscript" / SESSION[session] / "guide.md").read_text(encoding="utf-8")
        assert re.search(rf"^#+ {re.escape(heading)}$", guide, re.M), f"{session}: {heading}"


def test_every_session_runs_a_topic_and_topics_stand_once_in_the_order_of_chapters():
    used = {session for topic in TOPICS for session, _ in places(topic, "cells")}
    assert used == set(LESSONS)
    assert len(set(NAMES)) == len(NAMES)
    chapters = [topic["chapter"] for topic in TOPICS]
    assert chapters == sorted(chapters)
    assert set(chapters) == set(range(1, 13))


def test_few_topics_are_only_talked_about():
    """What nothing runs is known by name; a new one has to be put here on purpose."""
    assert {topic["name"] for topic in TOPICS if "cells" not in topic} == {
        "Cases: Xiaomi, Haier, Ctrip",
        "Other trends: AI, voice, AR, integration",
    }
