"""A class plays: hostile policies change nobody's score, and the leaderboard says what it is."""

import csv
import io
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from crmlab import CRMError, cli
from crmlab.game import Game, load_policy, nobody
from crmlab.game.scores import Score, reference_results, seeds
from crmlab.workshop import tournament
from crmlab.workshop.leaderboard import render
from crmlab.workshop.tournament import Tournament

SEED, COMPANIES, CUSTOMERS = 77, 2, 300
HONEST = """
from crmlab.game import rules

def decide(quarter, view):
    return rules(view, spend={"event": 700, "partner": 500}, offer="fitted", people=1)
"""
# Each tries to win, or to make the others lose, by something that is no decision.
HOSTILE = {
    "nonsense": "def decide(quarter, view):\n    return {'spend': {'event': [[float('nan')]]}}\n",
    "broken": "def decide(quarter, view)\n",
    "endless": "def decide(quarter, view):\n    while True:\n        pass\n",
    "greedy": """
def decide(quarter, view):
    held = []
    while True:
        held.append(bytearray(b"x" * (64 << 20)))
""",
    "leaver": "import os\n\ndef decide(quarter, view):\n    os._exit(0)\n",
    "patcher": """
from pathlib import Path
from crmlab.game import decision, engine, numbers

def decide(quarter, view):
    engine.forward = lambda *given: None
    decision.checked = lambda *given: None
    numbers.SALARY = 0
    for place in (FOLDER + "/honest.py", FOLDER + "/board.html"):
        try:
            Path(place).write_text("raise SystemExit")
        except OSError:
            pass
    return {}
""",
    "forger": """
import json, os

def decide(quarter, view):
    for number in range(3, 64):
        try:
            os.write(number, b'{"company": 1, "decision": {"spend": {"event": 1}}}\\n')
        except OSError:
            pass
    return {"offers": {"C00001": "voucher\\ud800"}}
""",
    "spy": """
from pathlib import Path

def decide(quarter, view):
    try:
        found = (Path(FOLDER) / "honest.py").read_text()
    except OSError:
        found = ""
    return {"spend": {"event": 1000}} if "decide" in found else {}
""",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    for name, source in ({"honest": HONEST} | HOSTILE).items():
        (folder / f"{name}.py").write_text(source.replace("FOLDER", repr(str(folder))))
    return folder


@pytest.fixture(scope="module")
def page(folder):
    """The leaderboard that the command writes for honest and hostile policies."""
    page = folder / "board.html"
    options = ["--companies", COMPANIES, "--customers", CUSTOMERS, "--seed", SEED]
    limits = ["--seconds", 8, "--memory", 0.5, "--out", page]
    code = cli.main([*map(str, ["workshop", "game", folder, *options, *limits])])
    assert code == 0
    return page


@pytest.fixture(scope="module")
def profits(page):
    text = page.with_suffix(".csv").read_text(encoding="utf-8-sig")
    return pd.DataFrame(list(csv.DictReader(io.StringIO(text)))).astype(float)


@pytest.fixture(scope="module")
def games():
    return [Game(seed, CUSTOMERS) for seed in seeds(SEED, COMPANIES)]


def test_hostile_policies_change_no_other_score(tmp_path, profits, games):
    (tmp_path / "honest.py").write_text(HONEST)  # that in the folder may have been changed
    decide = load_policy(tmp_path / "honest.py")
    assert list(profits["honest"]) == [game.play(decide).profit for game in games]
    for game, (_number, row) in zip(games, profits.iterrows(), strict=True):
        known = reference_results(game)
        assert {name: row[name] for name in known} == {
            name: result.profit for name, result in known.items()
        }


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_policy_is_one_that_does_nothing(page, profits, games, name):
    if name == "spy" and "place of its own" not in page.read_text(encoding="utf-8"):
        assert "no wall" in page.read_text(encoding="utf-8")  # and the page says so
        return
    policies = [nobody] * COMPANIES
    if name == "forger":  # it may say its own decision as it likes, for its own company
        policies[1] = lambda _quarter, _view: {"spend": {"event": 1}}
    expected = [game.play(policy).profit for game, policy in zip(games, policies, strict=True)]
    assert list(profits[name]) == expected


def test_the_page_says_what_happened_to_whom(page):
    text = page.read_text(encoding="utf-8")
    for said in ("it took too long", "it ended Python", "SyntaxError"):
        assert said in text
    assert "MemoryError" in text or "it took too much memory" in text
    reader = HTMLParser()
    reader.feed(text)
    assert "http" not in text.replace("http-equiv", "")


def test_whose_policy_it_is_the_place_says(tmp_path):
    (tmp_path / "li wei").mkdir()
    (tmp_path / "li wei" / "anything.py").write_text("x = 1")
    (tmp_path / "two").mkdir()
    for name in ("policy.py", "other.py"):
        (tmp_path / "two" / name).write_text(f"# {name}")
    (tmp_path / "best.py").write_text("x = 1")
    (tmp_path / "link.py").symlink_to(tmp_path / "best.py")
    found = {player.name: player.source for player in tournament.collect(tmp_path)}
    assert found == {"best_": b"x = 1", "li wei": b"x = 1", "two": b"# policy.py"}


def test_a_folder_without_policies_is_refused(tmp_path):
    with pytest.raises(CRMError, match="no policy"):
        tournament.collect(tmp_path)
    with pytest.raises(CRMError, match="no folder"):
        tournament.collect(tmp_path / "none")


def test_names_and_remarks_of_players_cannot_become_markup():
    rng = np.random.default_rng(1)
    name = "<script>alert(1)</script>"
    columns = ["nobody", "last year", "sensible", "best", name]
    profits = pd.DataFrame(rng.normal(size=(5, len(columns))), columns=columns)
    strategies = pd.DataFrame(
        1.0,
        index=columns,
        columns=[
            *("search ad", "display ad", "social", "content", "partner", "event"),
            *("offers", "calls", "messages", "people", "waiting_hours"),
        ],
    )
    lost = pd.DataFrame(1.0, index=[name], columns=["spend", "offers", "messages", "people"])
    made = Tournament(1, 10, Score(profits), [name], {name: [name]}, strategies, lost, False)
    assert "<script" not in render(made)
    assert "no wall" in render(made)
    assert "place of its own" in render(replace(made, isolated=True))
