"""What is read of the instructor's guides: role cards, and what to say of each mistake."""

import re

import pytest

from crmlab.errors import CRMError
from crmlab.workbook.checks import checks_of
from crmlab.workbook.slips import BY_NAME
from crmlab.workshop.guide import read_guide
from tools.notebooks import ROOT

WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
GUIDES = sorted(ROOT.glob("manuscript/*/guide.md"))


def of_session(path):
    return path.parent.name


@pytest.mark.parametrize("path", GUIDES, ids=of_session)
def test_each_role_has_a_brief_to_cut_out(path):
    play = read_guide(path).role_play
    assert 10 <= play.minutes <= 15
    parts = re.match(
        r"Groups of \w+; (\w+) minutes to read, (\w+) to play, (\w+) to debrief", play.setting
    )
    assert sum(map(WORDS.index, parts.groups())) == play.minutes
    assert play.debrief.endswith((".", "?", ")"))
    names = [role.name for role in play.roles]
    assert len(set(names)) == len(names) >= 3
    for role in play.roles:
        assert re.search(r"\b[Yy]ou\b", role.brief)  # the card speaks to who holds it
        assert "](" not in role.brief  # on paper nobody can follow a link


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("- **Founder (Lin Yue).** ", "- Founder: ", r"- \*\*Role \(Name\)\.\*\*.*: - Founder: "),
        ("*Debrief.* ", "Afterwards: ", r"\*Debrief\.\* Questions.*: Afterwards: "),
        (" (12 minutes)", "", r"a title \(12 minutes\).*: Role play: the budget meeting"),
        ("## Role play", "## A play", "no section 'Role play'"),
    ],
)
def test_a_guide_of_another_form_is_told_which_line(written, instead, said, tmp_path):
    text = (ROOT / "manuscript/03b_groups_and_offers/guide.md").read_text(encoding="utf-8")
    assert text.count(written) == 1
    (tmp_path / "guide.md").write_text(text.replace(written, instead), encoding="utf-8")
    with pytest.raises(CRMError, match=said):
        read_guide(tmp_path / "guide.md")


@pytest.mark.parametrize("path", GUIDES, ids=of_session)
def test_a_guide_has_one_sentence_for_each_named_mistake_and_no_other(path):
    guide, slips = read_guide(path), slips_of(path.parent.name)
    unsaid = {(task, slip) for task in slips for slip in slips[task]} - guide.advice.keys()
    found = [*sorted(unsaid), *guide.twice, *sorted(strangers(guide, slips))]
    assert found == []


def slips_of(exercise):
    return {task.name: list(task.slips) for task in checks_of(exercise).TASKS}


def strangers(guide, slips):
    """Return the numbers of tasks with mistakes of a guide that no check of theirs knows."""
    for number, names in guide.tasks.items():
        known = {slip for name in names for slip in slips[name]} | set(BY_NAME)
        yield from {
            (number, slip) for name, slip in guide.advice if name in names and slip not in known
        }


@pytest.mark.parametrize("path", GUIDES, ids=of_session)
def test_the_tasks_of_a_guide_are_those_of_the_exercise(path):
    exercise = path.with_name("workbook.py").read_text(encoding="utf-8")
    asked = re.findall(
        r"^# ## Task (\d+) · (\w+(?:(?:, | and )\w+)*)(?: \(stretch\))?$", exercise, re.M
    )
    tasks = {int(number): tuple(re.split(", | and ", names)) for number, names in asked}
    assert read_guide(path).tasks == tasks


@pytest.mark.parametrize("path", GUIDES, ids=of_session)
def test_what_to_say_is_a_sentence_to_say(path):
    for say in read_guide(path).advice.values():
        assert say[0] + say[-1] == '""', say
        assert say[-2] in ".?!…", say
        assert len(say) <= 200


def test_what_is_said_twice_or_of_nothing_is_found(tmp_path):
    """A sentence that moves to another task is missing there; one that stands twice is told."""
    path = ROOT / "manuscript/03b_groups_and_offers/guide.md"
    text, slips = path.read_text(encoding="utf-8"), slips_of(path.parent.name)
    line = '- `median`: "Half of them never bought tea. What does the median say of tea?"\n'
    assert text.count(line) == 1
    copy = tmp_path / "guide.md"
    copy.write_text(text.replace(line, ""), encoding="utf-8")
    assert ("profile", "median") not in read_guide(copy).advice
    copy.write_text(text.replace(line, 2 * line), encoding="utf-8")
    assert read_guide(copy).twice == [(1, "median")]
    copy.write_text(text.replace(line, line.replace("median`", "mode`")), encoding="utf-8")
    assert list(strangers(read_guide(copy), slips)) == [(1, "mode")]
