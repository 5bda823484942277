"""What customers say right after a touchpoint: how hard it was, and how satisfied they are.

1. Every step is felt: a mean by step, less after waiting, after a lost session, a missed parcel.
2. Only who got through is asked: nobody who left at the payment ever is.
3. Who found it hard answers more often.
"""

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.draws import nullable, points, text
from crmlab.company.journeys import PHONE, STEP, event_ids

_ASKED = [STEP[name] for name in ("paid", "contact", "delivered", "solved", "refunded")]
_SCALES = {"effort": (1, 7), "satisfaction": (1, 5)}


def felt(rng, journeys, latent):
    """Return what is felt at every event, (2, events): effort and satisfaction; missing for some.

    Parameters
    ----------
    rng : numpy.random.Generator
    journeys : Journeys
    latent : Latent
    """
    middle = np.full((len(world.STEPS), 2), np.nan)
    for name, values in world.FELT.items():
        middle[STEP[name]] = values
    middle = middle[journeys.step].T
    phone = (journeys.step == STEP["contact"]) & (journeys.channel == PHONE)
    middle = middle + np.outer(world.FELT_PER_MINUTE, journeys.waited * phone)
    middle = middle + np.outer(world.FELT_AFTER, journeys.after)
    middle += np.outer(world.FELT_BY_SATISFACTION, latent.satisfaction[journeys.customer])
    return middle + world.FELT_SD * rng.normal(size=middle.shape)


def survey_table(child, journeys, latent):
    """Return one row per invitation, in order of time; missing where nobody answered."""
    feeling = felt(child("touch_survey.felt"), journeys, latent)
    luck = child("touch_survey").random((2, len(journeys.step)))
    asked = np.isin(journeys.step, _ASKED) & ~journeys.failed & (luck[0] < world.TOUCH_ASKED)
    hard = np.rint(feeling[0]) <= 3
    answered = luck[1] < np.where(hard, world.TOUCH_ANSWERED[1], world.TOUCH_ANSWERED[0])
    which = np.flatnonzero(asked)
    table = {"event_id": text(event_ids(journeys).take(which))}
    for row, (name, scale) in enumerate(_SCALES.items()):
        said = points(feeling[row, which], scale)
        table[name] = nullable(said, "Int8", answered[which])
    return pd.DataFrame(table)


def felt_points(child, journeys, latent):
    """Return effort and satisfaction on their scales at every event, missing for some; a frame."""
    feeling = felt(child("touch_survey.felt"), journeys, latent)
    return pd.DataFrame(
        {
            name: np.where(np.isnan(row), np.nan, np.clip(np.rint(row), *scale))
            for row, (name, scale) in zip(feeling, _SCALES.items(), strict=True)
        }
    )
