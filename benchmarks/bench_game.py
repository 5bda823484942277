"""The game: who beats whom on 200 companies, and how long a class takes.

Gains over nobody, yuan of profit in a year of a company with 3,000 customers, with 95 %
intervals over companies; in how many of them each statement holds.
``python -m benchmarks.bench_game`` prints every company.
"""

import shutil
import tempfile
import time
from pathlib import Path

import pandas as pd

from crmlab.game import Game, by_lot
from crmlab.game.policies import EXTREMES, last_year
from crmlab.game.scores import BEST, LAST_YEAR, NOBODY, SENSIBLE, Score, reference_results, seeds
from crmlab.workshop import tournament

COMPANIES, SEED = 200, 2026
PLAYERS, CLASS_COMPANIES = 30, 20
_LOT = "by lot"
_MODELS = "from crmlab.game import sensible as decide\n"
_RULES = """from crmlab.game import rules


def decide(quarter, view):
    spend = {{"event": {yuan}, "partner": {yuan}}}
    return rules(view, spend=spend, offer="fitted", message="fitted", silent_days=60)
"""


def run(companies=COMPANIES):
    """Return rows of (name, value, unit, target, held)."""
    profits = compare(companies)
    gains = Score(profits).gains()
    of = f"yuan a year, {companies} companies"
    rows = []
    for name, row in gains.drop(index=NOBODY).iterrows():
        half = (row["high"] - row["low"]) / 2
        rows.append((f"{name} over nobody", f"{row['gain']:+,.0f} ± {half:,.0f}", of))
    others = profits.drop(columns=BEST)
    extremes = profits[list(EXTREMES)].max(axis=1)
    clear = profits[SENSIBLE] - profits[LAST_YEAR]
    statements = (
        ("the best is before every other", profits[BEST] > others.max(axis=1), companies),
        ("the sensible policy is before last year", clear > 0, 0.99 * companies),
        (
            "the sensible policy is before every extreme",
            profits[SENSIBLE] > extremes,
            0.99 * companies,
        ),
        ("by lot loses against nobody", profits[_LOT] < profits[NOBODY], companies),
    )
    for name, held, least in statements:
        count = int(held.sum())
        rows.append(
            (f"  {name}", f"{count} of {companies}", "companies", f"≥ {least:.0f}", count >= least)
        )
    low = gains.loc[LAST_YEAR, "low"]
    rows.append(("  last year beats nobody: lower end", f"{low:+,.0f}", of, "> 0", low > 0))
    return rows + _times()


def compare(companies=COMPANIES):
    """Return the profit of each policy, yuan; one row per company."""
    rows = []
    for seed in seeds(SEED, companies):
        game = Game(seed)
        row = {name: result.profit for name, result in reference_results(game).items()}
        row[_LOT] = game.play(by_lot).profit
        rows.append(row | {name: game.play(policy).profit for name, policy in EXTREMES.items()})
    return pd.DataFrame(rows)


def _times():
    game = Game(seed=1, customers=20_000)
    begun = time.perf_counter()
    game.play(last_year)
    year = time.perf_counter() - begun
    minutes = _class() / 60
    return [
        ("a year of 20,000 customers", f"{year:.2f}", "s", "≤ 2 s", year <= 2),
        (
            f"{PLAYERS} policies on {CLASS_COMPANIES} companies, two at a time",
            f"{minutes:.1f}",
            "min",
            "≤ 10 min",
            minutes <= 10,
        ),
    ]


def _class(players=PLAYERS, companies=CLASS_COMPANIES):
    """Return the seconds of a tournament: a third of the class has models, the others rules."""
    folder = Path(tempfile.mkdtemp(prefix="crmlab-"))
    try:
        for number in range(players):
            text = _RULES.format(yuan=2_000 + 500 * number) if number % 3 else _MODELS
            (folder / f"player_{number:02d}.py").write_text(text)
        begun = time.perf_counter()
        tournament.play(folder, companies=companies)
        return time.perf_counter() - begun
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    print(compare().round(0).to_string())
