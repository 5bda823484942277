"""What is read of the instructor's guides: role cards, and what to say of each mistake."""

import re

import pytest

from crmlab.errors import CRMError
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
