"""The score of a policy: profit over the year, against others, on companies never seen.

Every policy meets the same companies with the same luck, so policies are compared company by
company: the mean of the differences, with a 95 % interval from Student's t over the companies.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from crmlab.arguments import integer, steady
from crmlab.game.play import CUSTOMERS, Game
from crmlab.game.policies import last_year, nobody
from crmlab.game.sensible import sensible

COMPANIES = 20
NOBODY, LAST_YEAR, SENSIBLE, BEST = "nobody", "last year", "sensible", "best"
REFERENCES = (NOBODY, LAST_YEAR, SENSIBLE, BEST)


def seeds(seed, companies=COMPANIES):
    """Return the seeds of companies that nobody has seen who does not know `seed`.

    Parameters
    ----------
    seed : int
    companies : int

    Returns
    -------
    list of int
    """
    drawn = np.random.SeedSequence(integer(seed, "seed", 0)).generate_state(
        integer(companies, "companies", 2), np.uint64
    )
    return [int(one) for one in drawn]


def play_best(game):
    """Return the year under the best that was found with the truth, see `best`.

    Parameters
    ----------
    game : Game

    Returns
    -------
    play.Result
    """
    return game.follow(game.best.plan)


def reference_results(game):
    """Return the year of a company under each of the policies to be measured against."""
    played = {
        NOBODY: game.play(nobody),
        LAST_YEAR: game.play(last_year),
        SENSIBLE: game.play(sensible),
    }
    return played | {BEST: play_best(game)}


@dataclass(frozen=True)
class Score:
    """What policies made of the same companies.

    Attributes
    ----------
    profits : pandas.DataFrame
        Yuan; one row per company, one column per policy.
    """

    profits: pd.DataFrame

    def gains(self, over=NOBODY):
        """Return each policy's mean profit over another's, with a 95 % interval.

        Parameters
        ----------
        over : str
            A column.

        Returns
        -------
        pandas.DataFrame
            One row per policy: ``gain``, ``low``, ``high``; yuan.
        """
        rows = {name: paired(self.profits[name], self.profits[over]) for name in self.profits}
        table = pd.DataFrame.from_dict(rows, orient="index", columns=["gain", "low", "high"])
        return table.rename_axis("policy")

    def half_way(self, names):
        """Return the mean profit of policies over half the way from last year to the sensible one.

        Half-way is the mean of *last year again* and *sensible*, company by company: about where
        sliders moved by common sense come to. An interval above 0 lies clearly beyond it.

        Parameters
        ----------
        names : list of str

        Returns
        -------
        pandas.DataFrame
            One row per policy: ``gain``, ``low``, ``high``; yuan.
        """
        mark = (self.profits[LAST_YEAR] + self.profits[SENSIBLE]) / 2
        rows = {name: paired(self.profits[name], mark) for name in names}
        table = pd.DataFrame.from_dict(rows, orient="index", columns=["gain", "low", "high"])
        return table.rename_axis("policy")

    def ranks(self, names):
        """Return the place of each policy, as far as luck lets it be told.

        A policy stands clearly before another if the interval of their difference lies above 0.
        ``best_rank`` is one more than there are policies clearly before it, ``worst_rank`` the
        number of all less those clearly behind it.

        Parameters
        ----------
        names : list of str

        Returns
        -------
        pandas.DataFrame
            In the order of the mean profit: ``best_rank``, ``worst_rank``.
        """
        mean = pd.Series(steady(self.profits[names].mean()), index=names)
        order = mean.sort_values(ascending=False, kind="stable").index
        clear = {
            (one, other): paired(self.profits[one], self.profits[other])[1] > 0
            for one in names
            for other in names
            if one != other
        }
        rows = {
            name: (
                1 + sum(clear[other, name] for other in names if other != name),
                len(names) - sum(clear[name, other] for other in names if other != name),
            )
            for name in order
        }
        return pd.DataFrame.from_dict(rows, orient="index", columns=["best_rank", "worst_rank"])


def paired(one, other):
    """Return the mean of the differences of two policies, and its 95 % interval.

    Parameters
    ----------
    one, other : array-like
        Profit per company, the same companies in the same order.

    Returns
    -------
    tuple of float
        Mean, low, high.
    """
    difference = np.asarray(one, float) - np.asarray(other, float)
    n = len(difference)
    half = stats.t.ppf(0.975, n - 1) * difference.std(ddof=1) / np.sqrt(n)
    return difference.mean(), difference.mean() - half, difference.mean() + half


def score(policy, *, seed=1, companies=COMPANIES, customers=CUSTOMERS, name="yours"):
    """Play a policy on companies never seen, beside those it is measured against.

    Parameters
    ----------
    policy : callable
        ``decide(quarter, view)``.
    seed : int, default 1
        Which companies.
    companies : int, default 20
    customers : int, default 3000
        On the register of each.
    name : str, default "yours"
        Of the policy's column.

    Returns
    -------
    Score
    """
    rows = []
    for one in seeds(seed, companies):
        game = Game(one, customers)
        row = {key: result.profit for key, result in reference_results(game).items()}
        rows.append(row | {name: game.play(policy).profit})
    index = pd.RangeIndex(1, len(rows) + 1, name="company")
    return Score(pd.DataFrame(rows, index=index))
