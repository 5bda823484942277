"""A class plays: every returned policy runs a year of the same companies, and gets its score.

1. All policies are read before the first one runs.
2. The simulator runs here. A policy runs in a place of its own (`sandbox`), anew in each
   quarter: in go the views of that quarter and nothing else, out come decisions, as data.
3. Which companies they are is drawn anew and stays in this process until all is over, so no
   policy can have seen one, or find out which it is.
4. A decision that is refused, or that does not come, is one to do nothing in that quarter; a
   policy that has to be ended is not asked again. Nobody else's year changes.
"""

import re
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from crmlab.errors import CRMError
from crmlab.game import hosting, numbers, parcel, scores
from crmlab.game.play import CUSTOMERS, Game
from crmlab.game.postmortem import PARTS, post_mortem
from crmlab.language import current_language
from crmlab.language import gettext as _
from crmlab.workshop import plain
from crmlab.workshop import results as ends
from crmlab.workshop.safe_text import line
from crmlab.workshop.sandbox import Job, Limits, Sandbox

_LIBRARIES = ("crmlab.churn", "crmlab.clv", "crmlab.game.hosting", "crmlab.game.sensible")
_LARGEST = 1 << 20  # bytes of a policy
AUTOPSIES = 2  # companies on which it is found out where the money was lost
_MOST_REMARKS = 3
_ATTEMPTS = 2  # where this computer is the trouble, not the policy


@dataclass(frozen=True)
class Player:
    """A returned policy.

    Attributes
    ----------
    name : str
        Of its file, or of its folder.
    file : str
        As it was handed in, with its folder where it has one.
    source : bytes
    """

    name: str
    file: str
    source: bytes


@dataclass(frozen=True)
class Tournament:
    """What came of a tournament.

    Attributes
    ----------
    seed : int
        Which companies: with it the same tournament can be played again.
    customers : int
        On the register of each company.
    score : crmlab.game.Score
        Players and those they are measured against.
    players : list of str
    remarks : dict of str to list of str
        What went wrong, by player.
    silent : set of str
        Players of whom not one decision could be taken: their file has to be mended.
    left_out : list of str
        What lies in the folder and was not taken for a policy, and why.
    strategies : pandas.DataFrame
        One row per player and reference: what was done in a quarter on average.
    lost : pandas.DataFrame
        One row per player, and one for the sensible policy; one column per part of the decisions:
        yuan a year against the best, mean over a few companies.
    isolated : bool
        Whether every policy had a place of its own.
    """

    seed: int
    customers: int
    score: scores.Score
    players: list
    remarks: dict
    silent: set
    left_out: list
    strategies: pd.DataFrame
    lost: pd.DataFrame
    isolated: bool


def collect(folder):
    """Return the policies in a folder: its ``.py`` files, and those in folders of their own.

    A folder with one such file in it, or with a ``policy.py``, is a player of its name.

    Parameters
    ----------
    folder : path-like

    Returns
    -------
    list of Player
        In the order of their names.

    Raises
    ------
    CRMError
        If there is no such folder, or no policy in it.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise CRMError(
            "There is no folder {folder!r}. Put the returned policies there.", folder=str(folder)
        )
    found = {}
    for path in _returned(folder):
        file = _file_of(path)
        if file is None:
            continue
        name = path.stem if file == path else path.name
        # Names that the page uses for others, or that are there already.
        while name in found or name in scores.REFERENCES:
            name += "_"
        with file.open("rb") as stream:
            given = file.relative_to(folder).as_posix()
            found[name] = Player(name, given, stream.read(_LARGEST + 1))
    if not found:
        raise CRMError(
            "There is no policy in {folder!r}. Put there a file of each player, such as "
            "li_wei.py, with a function decide(quarter, view).",
            folder=str(folder),
        )
    return list(found.values())


def left_out(folder, written=()):
    """Return what lies in a folder and is not taken for a policy, each with the reason.

    Parameters
    ----------
    folder : path-like
    written : collection of str
        Names of files that are not returned but ours.

    Returns
    -------
    list of str
    """
    said = []
    for path in _returned(Path(folder)):
        if path.name in written or _file_of(path) is not None:
            continue
        if path.is_symlink():
            why = _("{name} is a link. Put the file itself there.")
        elif not path.is_dir():
            why = _("{name} is not a .py file. Ask for the policy as a file such as li_wei.py.")
        elif any(path.glob("*.py")):
            why = _("{name} holds several .py files. Name the one to play policy.py.")
        else:
            why = _("{name} holds no .py file. Ask for the policy as a file such as li_wei.py.")
        said.append(why.format(name=line(path.name)))
    return said


def _returned(folder):
    """Return the entries of a folder but those that systems and editors keep for themselves."""
    return [path for path in sorted(folder.iterdir()) if not path.name.startswith((".", "_"))]


def _file_of(path):
    """Return the policy file that an entry of the folder is, or holds."""
    if path.is_symlink():
        return None
    if path.is_dir():
        files = [one for one in sorted(path.glob("*.py")) if one.is_file() and not one.is_symlink()]
        named = [one for one in files if one.name == hosting.POLICY]
        return (named or files)[0] if named or len(files) == 1 else None
    return path if path.suffix.lower() == ".py" and path.is_file() else None


def play(
    folder,
    *,
    seed=None,
    companies=scores.COMPANIES,
    customers=CUSTOMERS,
    limits=None,
    workers=2,
    isolate=True,
    progress=None,
    written=(),
):
    """Play a tournament.

    Parameters
    ----------
    folder : path-like
        With the returned policies, see :func:`collect`.
    seed : int, optional
        Of an earlier tournament; drawn anew where it is not given.
    companies : int, default 20
    customers : int, default 3000
        On the register of each.
    limits : sandbox.Limits, optional
        Of a policy in a quarter, all companies together.
    workers : int, default 2
        How many policies run at a time.
    isolate : bool, default True
        Give each a place of its own where that can be had.
    progress : callable, optional
        Called with a text and the share that is done.
    written : collection of str
        See :func:`left_out`.

    Returns
    -------
    Tournament
    """
    progress = progress or (lambda text, share: None)
    limits = limits or Limits()
    players = collect(folder)
    seed = secrets.randbits(64) if seed is None else seed
    games, rows, done = [], [], []
    for number, one in enumerate(scores.seeds(seed, companies)):
        progress(_("companies"), 0.4 * number / companies)
        games.append(Game(one, customers))
        played = scores.reference_results(games[-1])
        rows.append({name: result.profit for name, result in played.items()})
        done.append(played)
    remarks = {player.name: _unfit(player) for player in players}
    problems = {player.name: _Problems(companies) for player in players}
    years = {player.name: [game.year() for game in games] for player in players}
    with (
        tempfile.TemporaryDirectory(prefix="crmlab-") as place,
        Sandbox(workers, libraries=_LIBRARIES, hidden=(folder, place), isolate=isolate) as sandbox,
    ):
        asked = _Asked(sandbox, Path(place), games, limits)
        out = {player.name for player in players if remarks[player.name]}
        for quarter in range(numbers.QUARTERS):
            progress(_("quarter {number}").format(number=quarter + 1), 0.4 + 0.12 * quarter)
            playing = [player for player in players if player.name not in out]
            decisions, ended = asked.decisions(playing, years, quarter)
            for name in ended:
                remarks[name].append(ended[name])
                out.add(name)
            for player in players:
                answers = decisions.get(player.name, {})
                _decide(
                    years[player.name],
                    answers,
                    (quarter, player.name in out),
                    problems[player.name],
                )
    for name, played in years.items():
        for row, results, year in zip(rows, done, played, strict=True):
            row[name] = year.result.profit
            results[name] = year.result
    progress(_("where the money was lost"), 0.9)
    names = [player.name for player in players]
    return Tournament(
        seed=seed,
        customers=customers,
        score=scores.Score(
            pd.DataFrame(rows, index=pd.RangeIndex(1, companies + 1, name="company"))
        ),
        players=names,
        remarks={
            name: _shortened([*said, *problems[name].told()]) for name, said in remarks.items()
        },
        silent={name for name in names if not problems[name].taken},
        left_out=left_out(folder, written),
        strategies=_strategies(done),
        # The sensible policy shows how much of it nobody can know.
        lost=_lost(games[:AUTOPSIES], done, [*names, scores.SENSIBLE]),
        isolated=asked.isolated,
    )


def _unfit(player):
    """Return why a policy is not asked at all."""
    if len(player.source) > _LARGEST:
        return [_("The file is larger than {most} MB.").format(most=_LARGEST >> 20)]
    return []


class _Asked:
    """Asks policies in places of their own."""

    def __init__(self, sandbox, place, games, limits):
        self._sandbox, self._place, self._limits = sandbox, place, limits
        # The tests by lot are the same all year and for everybody.
        self._kept = []
        for game in games:
            tests = game.start.past.tests
            self._kept.append({name: parcel.packed(tests[name]) for name in parcel.STAY})
        self.isolated = True

    def decisions(self, players, years, quarter):
        """Return what each decided by company, and why some had to be ended."""
        asked = {
            "quarter": quarter,
            "companies": len(self._kept),
            "language": current_language(),
        }
        jobs = {}
        for number, player in enumerate(players):
            folder = self._place / f"{quarter}-{number}"
            for company, (year, kept) in enumerate(
                zip(years[player.name], self._kept, strict=True)
            ):
                parcel.write(year.view, folder / hosting.VIEWS / str(company), kept)
            (folder / hosting.POLICY).write_bytes(player.source)
            given = asked | {"file": line(player.file)}
            jobs[player.name] = Job("crmlab.game.hosting:decide_all", given, self._limits, folder)
        decided, ended = {}, {}
        for attempt in range(_ATTEMPTS):
            troubled = {}
            for name, outcome in self._sandbox.run(jobs):
                if outcome.ending == ends.TROUBLE and attempt + 1 < _ATTEMPTS:
                    troubled[name] = jobs[name]
                    continue
                self.isolated &= outcome.isolated
                decided[name] = _by_company(plain.events(outcome.output), len(self._kept))
                if outcome.ending != ends.COMPLETE:
                    ended[name] = _ending(outcome, quarter)
                shutil.rmtree(jobs[name].folder, ignore_errors=True)
            jobs = troubled
        return decided, ended


def _by_company(events, companies):
    """Return the first decision, or error, that was said for each company."""
    found = {}
    for event in events:
        company = event.get("company", -1)
        if company == -1 and "error" in event:
            return {one: {"error": event["error"]} for one in range(companies)}
        if type(company) is int and 0 <= company < companies:
            found.setdefault(company, event)
    return found


def _ending(outcome, quarter):
    said = {
        ends.OUT_OF_TIME: _("it took too long"),
        ends.OUT_OF_MEMORY: _("it took too much memory"),
        ends.TOO_MUCH_OUTPUT: _("it wrote too much"),
        ends.DIED: _("it ended Python"),
    }
    why = said.get(outcome.ending, _("this computer could not run it"))
    # Libraries that get no more memory do not raise an error, but end the process.
    if outcome.ending == ends.DIED and outcome.reason.startswith("SIG"):
        why = _("Python was stopped ({signal}), as mostly for want of memory").format(
            signal=outcome.reason
        )
    return _("In quarter {number} it was ended: {why}. From then on it decided nothing.").format(
        number=quarter + 1, why=why
    )


def _decide(years, answers, asked, problems):
    """Run the quarter of each company; note what was wrong with the decisions."""
    quarter, ended = asked
    for company, year in enumerate(years):
        answer = answers.get(company, {})
        problem = answer.get("error")
        if problem is None and "decision" in answer:
            try:
                year.decide(answer["decision"])
                problems.taken += 1
                continue
            # Whatever a stranger says instead of a decision.
            except Exception as error:
                problem = error
        elif problem is None and not ended:
            problem = _("no decision came")
        if problem is not None:
            problems.note(line(problem), quarter, company)
        year.decide(None)


class _Problems:
    """What was wrong with the decisions of one player: each thing once, with when and how often.

    Attributes
    ----------
    taken : int
        Decisions that could be taken.
    """

    def __init__(self, companies):
        self.taken = 0
        self._companies = companies
        self._seen = {}

    def note(self, problem, quarter, company):
        """Note that a decision could not be taken."""
        # A sum, or the id of a customer, makes no other mistake of it.
        kind = re.sub(r"[\d.,]*\d", "0", problem)
        self._seen.setdefault(kind, []).append((problem, quarter, company))

    def told(self):
        """Return a sentence for each thing that was wrong."""
        sentences = []
        for cases in self._seen.values():
            texts, quarters, companies = map(dict.fromkeys, zip(*cases, strict=True))
            form = (
                _("{when}, {count} of {companies} companies: {problem}")
                if len(texts) == 1
                else _("{when}, {count} of {companies} companies, such as: {problem}")
            )
            sentences.append(
                form.format(
                    when=_when(sorted(quarters)),
                    count=len(companies),
                    companies=self._companies,
                    problem=next(iter(texts)),
                )
            )
        return sentences


def _when(quarters):
    if len(quarters) == numbers.QUARTERS:
        return _("Every quarter")
    listed = _(", ").join(str(quarter + 1) for quarter in quarters)
    form = _("Quarter {numbers}") if len(quarters) == 1 else _("Quarters {numbers}")
    return form.format(numbers=listed)


def _shortened(said):
    rest = len(said) - _MOST_REMARKS
    more = [_("… and {count} more.").format(count=rest)] if rest > 0 else []
    return said[:_MOST_REMARKS] + more


def _strategies(done):
    """Return what each did in a quarter, mean over quarters and companies."""
    rows = {}
    for name in done[0]:
        plans = [plan for results in done for plan in results[name].plans]
        happened = [one for results in done for one in results[name].happened]
        n = len(plans)
        spend = sum(plan.spend for plan in plans) / (100 * n)
        rows[name] = dict(zip(numbers.CHANNELS, spend, strict=True)) | {
            "offers": sum(int((plan.offer > 0).sum()) for plan in plans) / n,
            "calls": sum(int((plan.offer == numbers.CALL).sum()) for plan in plans) / n,
            "messages": sum(int((plan.message > 0).sum()) for plan in plans) / n,
            "people": sum(plan.people for plan in plans) / n,
            "waiting_hours": sum(one.work["waiting_hours"] for one in happened) / n,
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _lost(games, done, names):
    rows = {
        name: sum(
            post_mortem(game, results[name])["lost"]
            for game, results in zip(games, done, strict=False)
        )
        / len(games)
        for name in names
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(PARTS))
