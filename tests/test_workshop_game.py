"""A class plays: hostile policies change nobody's score, and the leaderboard says what it is."""

import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from crmlab import CRMError, cli
from crmlab.game import Game, hosting, load_policy, nobody
from crmlab.game.scores import Score, reference_results, seeds
from crmlab.workshop import leaderboard, tournament
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
    "overspender": """
from pathlib import Path

def decide(quarter, view):
    if Path("policy.py").exists() and quarter == 2:
        raise KeyError(str(len(view.customers)))
    return {"spend": {"event": 1e6 + view.budget_left}}
""",
    "no_function": "x = 1\n",
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
    (folder / "mine.ipynb").write_text("{}")
    (folder / "anna").mkdir()
    for name in ("first.py", "second.py"):
        (folder / "anna" / name).write_text(HONEST)
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
    # In the class's own words: the file that was handed in, and no name of a class of ours.
    assert "no_function.py" in text
    assert "policy.py" not in text.replace("Name the one to play policy.py", "")
    assert "CRMError" not in text
    reader = HTMLParser()
    reader.feed(text)
    assert "http" not in text.replace("http-equiv", "")


def remarks_of(page, name):
    rows = re.findall(r"<tr.*?</tr>", page.read_text(encoding="utf-8"), re.DOTALL)
    row = next(row for row in rows if f'<th scope="row" class="said">{name}</th>' in row)
    return [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)]


def test_what_went_wrong_is_said_once_and_not_for_every_quarter_and_sum(page):
    *_numbers, remarks = remarks_of(page, "overspender")
    assert remarks.count("companies") == 2
    assert "Quarters 1, 2, 4, 2 of 2 companies, such as: This costs" in remarks
    assert "Quarter 3, 2 of 2 companies" in remarks
    *_numbers, remarks = remarks_of(page, "no_function")
    assert remarks.startswith("Every quarter, 2 of 2 companies: ")
    assert remarks.count("decide") == 1


def test_a_file_that_never_decided_has_no_rank_and_is_to_be_mended(page):
    ranks = {name: remarks_of(page, name)[0] for name in ("honest", *HOSTILE)}
    # What it said in a quarter, whatever it was, was taken.
    assert {name for name, rank in ranks.items() if rank} == {"honest", "patcher", "forger", "spy"}
    assert page.read_text(encoding="utf-8").count("Mend the file") == len(HOSTILE) - 3


def test_what_was_not_played_is_named(page, folder, capsys):
    text = page.read_text(encoding="utf-8")
    for said in ("mine.ipynb is not a .py file", "anna holds several .py files"):
        assert said in text
    assert "board.csv" not in text
    assert len(tournament.left_out(folder, ("board.html", "board.csv"))) == 2
    (folder / "empty").mkdir()
    assert "empty holds no .py file" in " ".join(tournament.left_out(folder))
    (folder / "empty").rmdir()


def test_errors_are_in_the_language_of_the_class(tmp_path, capsys, monkeypatch):
    said = []
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.py").write_text("x = 1")
    given = {"quarter": 0, "companies": 1, "file": "anna/mine.py", "language": "zh"}
    hosting.decide_all(given, lambda **event: said.append(event["error"]))
    assert "anna/mine.py" in said[0]
    assert not re.search("[A-Z]", said[0].replace("anna/mine.py", ""))


def test_on_a_phone_the_page_is_short_and_no_column_is_a_letter_wide(page, browser):
    phone = browser.new_page(viewport={"width": 420, "height": 800})
    phone.set_content(page.read_text(encoding="utf-8"))
    widths = phone.eval_on_selector_all(
        "tbody .said", "cells => cells.map(cell => cell.getBoundingClientRect().width)"
    )
    rows = len(re.findall("<tr", page.read_text(encoding="utf-8")))
    height, width = phone.evaluate("[document.body.scrollHeight, document.body.scrollWidth]")
    phone.close()
    assert min(widths) > 100
    assert height < 110 * rows
    assert width <= 420


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


def test_beyond_half_way_is_who_is_so_for_sure():
    rng = np.random.default_rng(1)
    last, way = rng.normal(0, 500, 20), rng.normal(200, 20, 20)
    shares = {"last year": 0.0, "sensible": 1.0, "clear": 0.8, "guess": 0.5, "behind": 0.2}
    luck = {name: rng.normal(0, 30 * (share not in (0, 1)), 20) for name, share in shares.items()}
    score = Score(pd.DataFrame({name: last + shares[name] * way + luck[name] for name in shares}))
    table = score.half_way(["clear", "guess", "behind"])
    assert [leaderboard._beyond(row) for _name, row in table.iterrows()] == ["yes", "open", "no"]
    assert score.half_way(["sensible"])["gain"].iloc[0] == pytest.approx(way.mean() / 2)


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
    lost = pd.DataFrame(
        1.0, index=[name, "sensible"], columns=["spend", "offers", "messages", "people"]
    )
    made = Tournament(
        *(1, 10, Score(profits), [name], {name: [name]}, set(), [name], strategies, lost, False)
    )
    assert "<script" not in render(made)
    assert "no wall" in render(made)
    assert "place of its own" in render(replace(made, isolated=True))
