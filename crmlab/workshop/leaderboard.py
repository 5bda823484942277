"""The leaderboard of a tournament: one page that needs no network, and a CSV file."""

import csv
import io
from pathlib import Path

from crmlab import output
from crmlab.game.numbers import CHANNELS
from crmlab.game.postmortem import PARTS
from crmlab.game.scores import BEST, LAST_YEAR, NOBODY, REFERENCES, SENSIBLE
from crmlab.language import current_language, mark, speaking, written
from crmlab.language import gettext as _
from crmlab.output import check_folder, write_whole
from crmlab.workshop.safe_text import cell, line
from crmlab.workshop.tournament import AUTOPSIES

_TEMPLATE = Path(__file__).with_name("leaderboard.html.j2")
_SHORT = 40  # characters of a name
_NAMES = {
    NOBODY: mark("nobody does anything"),
    LAST_YEAR: mark("last year again"),
    SENSIBLE: mark("a sensible policy"),
    BEST: mark("the best that was found with the truth"),
}
_COLUMNS = {
    "offers": mark("offers"),
    "calls": mark("of them calls"),
    "messages": mark("messages"),
    "people": mark("people"),
    "waiting_hours": mark("waiting"),
}
_PARTS = {
    "spend": mark("spend on channels"),
    "offers": mark("offers to stay"),
    "messages": mark("messages"),
    "people": mark("people in service"),
}


def write_leaderboard(tournament, path, lang="en"):
    """Write the leaderboard as a page, and beside it the profits as CSV.

    Parameters
    ----------
    tournament : crmlab.workshop.tournament.Tournament
    path : path-like
        Where the page goes; the table goes to ``<stem>.csv``. An earlier one is written over.
    lang : {"en", "zh"}

    Returns
    -------
    list of pathlib.Path
    """
    page = Path(path)
    check_folder(page)
    table = page.with_suffix(".csv")
    with speaking(lang):
        write_whole(table, _as_csv(tournament))
        write_whole(page, render(tournament))
    return [page, table]


def _as_csv(tournament):
    """Return profit by company and policy, yuan."""
    profits = tournament.score.profits
    stream = io.StringIO(newline="")
    sheet = csv.writer(stream)
    sheet.writerow(["company", *(cell(line(name)) for name in profits)])
    for company, row in profits.iterrows():
        sheet.writerow([company, *(f"{profit:.2f}" for profit in row)])
    return "\ufeff" + stream.getvalue()


def render(tournament):
    """Return the leaderboard as one HTML page, in the language in use."""
    return output.render(
        _TEMPLATE,
        language=current_language(),
        about=_about(tournament),
        rows=_rows(tournament),
        columns=[*map(_, CHANNELS), *map(_, _COLUMNS.values())],
        parts=[_(name) for name in _PARTS.values()],
        left_out=tournament.left_out,
        autopsies=min(AUTOPSIES, len(tournament.score.profits)),
    )


def _about(tournament):
    isolated = (
        _("Every policy ran in a place of its own, without your files and without a network.")
        if tournament.isolated
        else _("The policies ran as processes of this user, which is no wall: see the handbook.")
    )
    companies = len(tournament.score.profits)
    return [
        isolated,
        _(
            "{companies} companies that nobody had seen, {customers} customers each; everybody "
            "had the same companies and the same luck. Profit of a year, mean over the companies."
        ).format(companies=companies, customers=f"{tournament.customers:,}"),
        _(
            "Ranks such as 2–4 say what luck leaves open: better and worse is said only where the "
            "95 % interval of the difference of two policies, company by company, is above 0."
        ),
        _(
            "Half-way is the middle between last year again and the sensible policy, company by "
            "company. Beyond it is who is so for sure, by the 95 % interval of the difference; "
            "“open” is what luck leaves open."
        ),
        _(
            "The best was found with the truth, by search; a sensible policy was written from the "
            "course. Both are marks, not players."
        ),
        _(
            "Seed {seed}: with it the same tournament can be played again. Do not give it to "
            "players who will play once more."
        ).format(seed=tournament.seed),
    ]


def _rows(tournament):
    gains = tournament.score.gains()
    heard = [name for name in tournament.players if name not in tournament.silent]
    ranks = tournament.score.ranks(heard)
    half_way = tournament.score.half_way(heard)
    order = gains["gain"].sort_values(ascending=False, kind="stable").index
    low, high = min(gains["low"].min(), 0.0), max(gains["high"].max(), 0.0)
    width = max(high - low, 1.0)

    def place(value):
        return round(100 * (value - low) / width, 2)

    rows = []
    for name in order:
        gain, ends = gains.loc[name, "gain"], gains.loc[name, ["low", "high"]]
        reference, silent = name in REFERENCES, name in tournament.silent
        row = {
            "name": _(_NAMES[name]) if reference else line(name, _SHORT),
            "reference": reference,
            "rank": "" if reference or silent else _rank(*ranks.loc[name]),
            "half_way": "" if reference or silent else _beyond(half_way.loc[name]),
            "gain": _yuan(gain, "+,.0f"),
            "interval": "" if name == NOBODY else written("{interval:+,.0f}", interval=tuple(ends)),
            "zero": place(0.0),
            "left": place(ends["low"]),
            "width": round(place(ends["high"]) - place(ends["low"]), 2),
            "middle": place(gain),
            "remarks": [] if reference else tournament.remarks[name],
            "strategy": _strategy(tournament.strategies.loc[name]),
            "lost": [],
        }
        if silent:
            row["lost"] = [("–", False)] * len(PARTS)
            row["read_again"] = _("Mend the file: see the remarks.")
        elif name in tournament.lost.index:
            row["lost"], row["read_again"] = _autopsy(tournament.lost, name)
        rows.append(row)
    return rows


def _autopsy(lost, name):
    """Return what each part lost, and whether it is the one to read about again; and where."""
    behind = (lost.loc[name] - lost.loc[SENSIBLE]).round(0)
    worst = behind.idxmax() if behind.max() > 0 else None
    cells = [(_yuan(lost.loc[name, part]), part == worst) for part in PARTS]
    if name == SENSIBLE:
        return cells, ""
    return cells, _(PARTS[worst]) if worst else _("In no part behind the sensible policy.")


def _beyond(row):
    """Return whether a policy is beyond half-way to the sensible one, as far as luck lets it be."""
    if row["low"] > 0:
        return _("yes")
    return _("no") if row["high"] < 0 else _("open")


def _yuan(amount, form=",.0f"):
    return f"{round(amount):{form}}".replace("-", "−")


def _rank(best, worst):
    return f"{best}" if best == worst else f"{best}–{worst}"


def _strategy(row):
    money = [f"{row[name] / 1000:,.1f}" for name in CHANNELS]
    return [*money, *(f"{row[name]:,.1f}" for name in _COLUMNS)]
