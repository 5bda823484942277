"""Dealers and those who would become one: ten criteria, and what the dealers sold.

1. A dealer who is good at one thing tends to be good at others: the criteria are correlated.
2. Sales depend on a few criteria and hardly on the rest.
3. Together the dealers sold what the orders through dealers of the year add up to.
"""

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.draws import MINUTES_PER_DAY, category, day_number, numbered, pick, points, text

_PLACES = (
    "Anding Baihe Changle Dalian Enze Fulin Guangming Haitang Jiahe Kangtai Lantian Mingyue "
    "Nanhu Ouya Pinghu Qiming Ruixiang Sanjiang Tianhe Wanli Xinyue Yuanfeng Zhonghe "
    "Beifang Chunhui Dongsheng Fengshou Gaoyuan Hongyun Jinqiao Kaixuan Liangyou Meihua "
    "Nongxin Pengcheng Shunda"
)
_TRADES = ("Beverages", "Trading", "Coffee Supply", "Food Service")
CRITERIA = [name for name, _weight in world.CRITERIA]
_WEIGHTS = np.array([weight for _name, weight in world.CRITERIA])


def scores(rng):
    """Draw the ten scores of every dealer, (dealers, criteria), 1 to 10."""
    shape = (world.DEALERS, len(CRITERIA))
    common = world.CRITERIA_COMMON
    level = np.sqrt(common) * rng.normal(size=(world.DEALERS, 1))
    score = level + np.sqrt(1 - common) * rng.normal(size=shape)
    return points(world.CRITERIA_MEAN + world.CRITERIA_SD * score, (1, 10))


def candidates(rng):
    """Draw who is not yet a dealer."""
    return rng.permutation(world.DEALERS) < world.CANDIDATES


def expected_sales(score, candidate, sold):
    """Return each dealer's expected sales in the year, yuan.

    The criteria say how the `sold` yuan divide among the dealers; a candidate would sell at
    the same scale.
    """
    pull = np.exp(score @ _WEIGHTS)
    return sold * pull / pull[~candidate].sum()


def sold_by_dealers(sales):
    """Return the orders through dealers in the last year with data, refunds taken off, yuan."""
    year = day_number(world.LEADS_YEAR) * MINUTES_PER_DAY
    mine = (sales.channel == world.CHANNELS.index("dealer")) & (sales.minute >= year)
    return max(sales.totals(sales.paid)[mine].sum(), 0) / 100


def dealers_table(child, sales):
    """Return one row per dealer or candidate.

    Parameters
    ----------
    child : callable
        Gives the random generator that belongs to a name.
    sales : Sales

    Returns
    -------
    pandas.DataFrame
    """
    score, candidate = scores(child("dealers.scores")), candidates(child("dealers.candidates"))
    sold = sold_by_dealers(sales)
    rng = child("dealers")
    luck = np.exp(world.DEALER_SIGMA * rng.normal(size=world.DEALERS))
    actual = expected_sales(score, candidate, sold) * luck
    actual = actual * sold / max(actual[~candidate].sum(), 1.0)
    trade = np.take(_TRADES, rng.integers(0, len(_TRADES), world.DEALERS))
    names = [f"{place} {kind}" for place, kind in zip(_PLACES.split(), trade, strict=True)]
    return pd.DataFrame(
        {
            "dealer_id": text(dealer_ids()),
            "name": names,
            "region": category(world.REGIONS, pick(rng, world.REGION_SHARES, world.DEALERS)),
            **dict(zip(CRITERIA, score.T.copy(), strict=True)),
            "sales_2025": np.where(candidate, np.nan, actual.round(2)),
        }
    )


def dealer_ids():
    return numbered("D", np.arange(1, world.DEALERS + 1), 2)


def weights():
    """Return the log change of sales per point of each criterion."""
    return pd.Series(_WEIGHTS, index=pd.Index(CRITERIA, name="criterion"), name="weight")
