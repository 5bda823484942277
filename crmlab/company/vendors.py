"""Offers for a CRM system: what they ask, what raters gave them, what they would truly bring.

1. Each vendor is dealt one of five kinds of offer by lot; prices lie a little around its own.
2. Raters score what they saw: some are milder than others, each likes a vendor as a whole.
3. A bill is the quote times an overrun, drawn as those of the company's earlier projects.
4. The value of a system is the time it saves those who come to use it, less what it costs.
"""

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.draws import category, numbered, points, text

_KINDS = len(world.OFFER_KINDS)


def kinds(rng):
    """Deal a kind of offer to each vendor."""
    return rng.permutation(_KINDS)


def passing(kind):
    """Return which vendors have all must-haves, bool."""
    return np.array([not world.LACKS[code] for code in kind])


def prices(rng, kind):
    """Return licence (yuan a seat and month), setup (yuan) and training fee (yuan a seat)."""
    spread = world.OFFER_SPREAD
    around = rng.uniform(1 - spread, 1 + spread, (3, _KINDS))
    listed = np.take([world.LICENCE, world.SETUP, world.TRAINING_FEE], kind, axis=1) * around
    step = np.array([1, 1000, 10])[:, None]
    return np.rint(listed / step) * step


def overruns(rng):
    """Draw what each vendor's project costs in the end ÷ what was quoted."""
    return _lognormal(world.OVERRUN, rng.normal(size=_KINDS))


def vendors_table(child):
    """Return one row per offer.

    Parameters
    ----------
    child : callable
        Gives the random generator that belongs to a name.

    Returns
    -------
    pandas.DataFrame
    """
    kind = kinds(child("vendors.kinds"))
    licence, setup, fee = prices(child("vendors"), kind)
    has = {
        name: np.array([name not in world.LACKS[code] for code in kind])
        for name in world.MUST_HAVES
    }
    return pd.DataFrame(
        {"vendor": list(world.VENDORS), "licence": licence, "setup": setup, "training_fee": fee}
        | has
    )


def scores_table(child):
    """Return one row per rater, vendor and criterion; parameters as of `vendors_table`."""
    kind, rng = kinds(child("vendors.kinds")), child("vendor_scores")
    raters, criteria = len(world.RATERS), len(world.SCORE_CRITERIA)
    mild, liking, rest = world.SCORE_SD
    score = (
        world.QUALITY[kind]
        + mild * rng.normal(size=(raters, 1, 1))
        + liking * rng.normal(size=(raters, _KINDS, 1))
        + rest * rng.normal(size=(raters, _KINDS, criteria))
    )
    rater, vendor, criterion = np.indices(score.shape).reshape(3, -1)
    return pd.DataFrame(
        {
            "rater": category(world.RATERS, rater),
            "vendor": category(world.VENDORS, vendor),
            "criterion": category(world.SCORE_CRITERIA, criterion),
            "score": points(score.ravel(), (1, 10)),
        }
    )


def projects_table(rng):
    """Return one row per earlier IT project of the company."""
    count = world.IT_PROJECTS
    median, spread = world.PROJECT_QUOTE
    quoted = np.rint(_lognormal((median, spread), rng.normal(size=count)) / 1000) * 1000
    cost, other = rng.normal(size=(2, count))
    together = world.DELAY_WITH_COST
    delay = _lognormal(world.PROJECT_DELAY, together * cost + np.sqrt(1 - together**2) * other)
    planned = 30 * rng.integers(2, 11, count)
    seats = rng.integers(10, 121, count)
    return pd.DataFrame(
        {
            "project_id": text(numbered("P", np.arange(1, count + 1), 2)),
            "year": np.sort(rng.integers(2015, 2025, count)),
            "quoted": quoted,
            "paid": np.rint(quoted * _lognormal(world.OVERRUN, cost) / 100) * 100,
            "days_planned": planned,
            "days_taken": np.rint(planned * delay).astype(np.int64),
            "seats": seats,
            "users_later": rng.binomial(seats, rng.beta(*world.PROJECT_USE, count)),
        }
    )


def use_chance(kind):
    """Return the chance to become a user, (vendors, departments)."""
    odds = np.take(world.USE, kind)[:, None] + np.array(world.USE_DEPARTMENT)
    return 1 / (1 + np.exp(-odds))


def saved(kind):
    """Return the minutes a week and seat that each system saves over the years, expected."""
    seats = np.array(world.SEATS) / np.sum(world.SEATS)
    of_users = np.take(world.SAVES, kind)[:, None] * np.array(world.DIARY_MEAN)
    return world.LASTING * (use_chance(kind) * of_users) @ seats


def truth_table(child):
    """Return what each offer is and brings; parameters as of `vendors_table`.

    ``net_value`` is in yuan of today over `world.CONTRACT_YEARS`: yearly amounts at the end of
    each year, discounted; setup and training paid today.
    """
    kind = kinds(child("vendors.kinds"))
    licence, setup, fee = prices(child("vendors"), kind)
    overrun, seats = overruns(child("vendors.overrun")), np.sum(world.SEATS)
    minutes = saved(kind)
    worth = world.WORKING_WEEKS * minutes / 60 * world.HOUR_COST * world.TIME_USED
    annuity = (1 + world.CONTRACT_DISCOUNT) ** -np.arange(1.0, world.CONTRACT_YEARS + 1)
    one_off = setup * overrun + seats * (fee + world.TRAINING_HOURS * world.HOUR_COST)
    return pd.DataFrame(
        {
            "kind": category(world.OFFER_KINDS, kind),
            "uses": use_chance(kind) @ (np.array(world.SEATS) / seats),
            "saved": minutes,
            "overrun": overrun,
            "net_value": annuity.sum() * seats * (worth - 12 * licence) - one_off,
        },
        index=pd.Index(world.VENDORS, name="vendor"),
    )


def _lognormal(parameters, normal):
    median, spread = parameters
    return median * np.exp(spread * normal)
