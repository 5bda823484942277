"""The documents: links lead somewhere, commands exist, and programmes add up."""

import re
import shlex
from pathlib import Path

import pytest

from crmlab import cli
from crmlab.workbook import Workbook
from crmlab.workshop.watchdog import Limits

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
    *sorted(ROOT.glob("docs/*.md")),
    *sorted(ROOT.glob("manuscript/*/guide.md")),
]
EACH = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
HANDBOOK = (ROOT / "docs" / "handbook.md").read_text(encoding="utf-8")
PROGRAMMES = re.findall(
    r"^#+ ([^\n]*\((\d+) minutes\)|A taste: (90) minutes)\n(.*?)(?=^#)", HANDBOOK, re.M | re.S
)
FENCED = re.compile(r"^ *```.*?^ *```", re.M | re.S)


def text_of(path):
    return path.read_text(encoding="utf-8")


def anchors(path):
    """Return the anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", text_of(path)), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings}


def commands(text):
    """Return the ``crmlab …`` commands of a document, each as its words."""
    lines = [line.strip() for block in FENCED.findall(text) for line in block.splitlines()]
    inline = re.findall(r"`([^`\n]+)`", FENCED.sub("", text))
    found = (re.match(r"(?:\S*/)?crmlab +(.+)", line.split(" #")[0]) for line in lines + inline)
    return [shlex.split(command[1]) for command in found if command]


@EACH
def test_links_lead_to_files_and_headings_that_are_there(path):
    missing = []
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCED.sub("", text_of(path))):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        if not there.exists() or (anchor and anchor not in anchors(there)):
            missing.append(target)
    assert missing == []


@EACH
def test_commands_and_their_options_exist(path, capsys):
    for words in commands(text_of(path)):
        names = []
        for word in words:
            if not re.fullmatch(r"[a-z]+", word) or len(names) == (
                2 if names == ["workshop"] else 1
            ):
                break
            names.append(word)
        assert cli.main([*names, "--help"]) == 0, words
        known = capsys.readouterr().out
        assert [word for word in words if word.startswith("--") and word not in known] == []


@EACH
def test_what_documents_call_on_the_workbook_exists(path):
    called = set(re.findall(r"\bwb\.(\w+)", text_of(path)))
    assert {name for name in called if not hasattr(Workbook, name)} == set()


def test_there_are_programmes_of_90_minutes_half_a_day_and_two_days():
    assert [int(minutes or 90) for _title, minutes, _ninety, _rows in PROGRAMMES] == [
        90,
        240,
        420,
        420,
    ]


@pytest.mark.parametrize("programme", PROGRAMMES, ids=lambda programme: programme[0])
def test_the_minutes_of_a_programme_add_up(programme):
    _title, minutes, ninety, rows = programme
    parts = [tuple(map(int, part)) for part in re.findall(r"^\| (\d+)–(\d+) \|", rows, re.M)]
    begins, ends = zip(*parts, strict=True)
    assert begins == (0, *ends[:-1])
    assert ends[-1] == int(minutes or ninety)


def test_programmes_name_headings_of_the_lessons_word_for_word():
    rows = [row for *_title, table in PROGRAMMES for row in table.splitlines() if row[:1] == "|"]
    named = set()
    for row in rows:
        for lesson, headings in re.findall(r"(session \d\w?|start here):((?:,? \*[^*]+\*)+)", row):
            number = "00_start" if lesson == "start here" else f"0{lesson.split()[-1]}_"
            (script,) = ROOT.glob(f"manuscript/{number}*/lesson.py")
            known = set(re.findall(r"^# #+ (.+)$", text_of(script), re.M))
            titles = re.findall(r"\*([^*]+)\*", headings)
            assert set(titles) <= known, row
            named |= set(titles)
    assert len(named) > 20


def test_limits_in_the_handbook_are_those_of_the_grader():
    found = re.search(
        r"(\d+) seconds, (\d+) GB of memory .*? (\d+) MB of prints, (\d+) MB of answers, "
        r"(\d+) MB for one file, (\d+) processes",
        " ".join(HANDBOOK.split()),
    )
    seconds, memory, *megabytes, processes = map(int, found.groups())
    limits = Limits()
    assert (seconds, processes) == (limits.seconds, limits.processes)
    assert memory << 30 == limits.memory
    assert [size << 20 for size in megabytes] == [limits.output, limits.answers, limits.file]
