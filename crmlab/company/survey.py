"""Two waves of the customer survey: attitudes, satisfaction, recommendation.

Customers who have left for good answer less often, so the answers flatter the company.
From 2025 on the top fifth by spend in 2024 has a priority desk; the second wave shows it.
"""

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.draws import MINUTES_PER_DAY, dates, day_number, take, text
from crmlab.company.latent import active

_YEAR_2024 = [
    day_number(np.datetime64(day)) * MINUTES_PER_DAY for day in ("2024-01-01", "2025-01-01")
]


def survey_table(child, latent, sales, customer_ids):
    """Return one row per answer: wave, customer, twelve items (1 to 7), csat, nps.

    Parameters
    ----------
    child : callable
        Gives the random generator that belongs to a name.
    latent : Latent
    sales : Sales
    customer_ids : pyarrow.Array

    Returns
    -------
    pandas.DataFrame
    """
    lift = np.where(priority(latent, sales), world.PRIORITY_LIFT, 0.0)
    waves = [
        _wave(child(f"survey.{day}"), latent, day, customer_ids, lift * number)
        for number, day in enumerate(world.WAVES)
    ]
    return pd.concat(waves, ignore_index=True)


def priority(latent, sales):
    """Return who has the priority desk: the top fifth of those who bought in 2024, by spend."""
    begin, end = _YEAR_2024
    inside = (sales.minute >= begin) & (sales.minute < end)
    spend = np.bincount(
        sales.customer[inside],
        weights=sales.totals(sales.paid)[inside],
        minlength=len(latent.group),
    )
    bought = spend > 0
    if not bought.any():
        return bought
    return bought & (spend >= np.quantile(spend[bought], 1 - world.PRIORITY_SHARE))


def _wave(rng, latent, day, customer_ids, lift):
    n = len(latent.group)
    number = day_number(day)
    still = active(latent, number)
    chance = world.INVITED_SHARE * np.take(world.ANSWER_SHARE, still.astype(int))
    who = np.flatnonzero((latent.joined < number) & (rng.random(n) < chance))
    scores = _scores(latent, latent.satisfaction + lift - world.LEFT_DISAPPOINTED * ~still)
    noise = world.ITEM_SD * rng.normal(size=(len(scores), n))
    skipped = rng.random((len(scores), n)) < world.SKIPPED_ITEM_SHARE
    columns = {
        "wave": dates(np.full(len(who), number)),
        "customer_id": text(take(customer_ids, who)),
    }
    for (name, score), error, gap in zip(scores.items(), noise, skipped, strict=True):
        low, high = world.POINTS.get(name, (1, 7))
        points = np.clip(np.rint((score + error)[who]), low, high)
        columns[name] = pd.Series(points, dtype="Int8").mask(gap[who])
    return pd.DataFrame(columns)


def _scores(latent, feeling):
    """Return what every customer would say, in points before rounding, per question."""
    scores = {
        name: 4.0 + loading * latent.attitudes[:, attitude] + on_involvement * latent.involvement
        for name, attitude, loading, on_involvement in world.ITEMS
    }
    for name, (middle, on_feeling, on_involvement) in world.VERDICTS.items():
        scores[name] = middle + on_feeling * feeling + on_involvement * latent.involvement
    return scores
