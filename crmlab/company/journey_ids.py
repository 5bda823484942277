"""The ids by which each channel knows a customer, and what it knows of the person behind.

1. The app has an account, the web shop a cookie for each browser, the shop a card, the telephone
   the number that calls, a parcel the label with name and number.
2. Names and numbers are those of the person (`systems.contacts`); some are missing, some mistyped.
3. Ids are numbered as they first appear, so that a number says nothing about whose it is.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab.company import systems, world
from crmlab.company.draws import category, frozen
from crmlab.company.journeys import PHONE, WEB

COPIES = 2  # ids of a customer in a channel, at most: browsers, telephones
_CHANNELS = len(world.TOUCH_CHANNELS)


@dataclass(frozen=True)
class Ids:
    """Read-only arrays: one element per id, and `of_events` one per event."""

    customer: np.ndarray  # position of the customer
    channel: np.ndarray  # code of TOUCH_CHANNELS
    copy: np.ndarray
    name: np.ndarray  # the id, text
    of_events: np.ndarray  # the id of each event, text; missing where none was shown


def known(child, customers):
    """Return what each id knows: bool of (name, telephone, mail; channels; copies; customers)."""
    luck = child("channel_ids.known").random((3, _CHANNELS, COPIES, customers))
    found = luck < np.array(world.ID_KNOWN).T[:, :, None, None]
    # A browser without an address knows nobody: whoever logs in or pays leaves that first.
    found[:2, WEB] &= found[2, WEB]
    return frozen(found)


def draw(journeys):
    """Return the ids that appear in the log.

    Parameters
    ----------
    journeys : Journeys

    Returns
    -------
    Ids
        By channel, in the order in which they first appear.
    """
    shown = journeys.copy >= 0
    key = journeys.customer.astype(np.int64) * _CHANNELS + journeys.channel
    key = key * COPIES + journeys.copy
    code, keys = pd.factorize(key[shown])
    customer, rest = np.divmod(keys, _CHANNELS * COPIES)
    channel, copy = np.divmod(rest, COPIES)
    order = np.argsort(channel, kind="stable")
    place = pd.Series(channel).groupby(channel).cumcount() + 1
    width = max(5, len(str(len(keys))))
    letters = pd.Series(np.take(world.ID_LETTERS, channel).astype(object))
    name = (letters + place.astype(str).str.zfill(width)).to_numpy(dtype=object)
    of_events = np.full(len(shown), None, dtype=object)
    of_events[shown] = name[code]
    arrays = {"customer": customer, "channel": channel, "copy": copy, "name": name}
    found = {trait: frozen(values[order]) for trait, values in arrays.items()}
    return Ids(**found, of_events=frozen(of_events))


def ids_table(child, latent, ids, told):
    """Return one row per id: what its channel knows of the person.

    Parameters
    ----------
    child : callable
    latent : Latent
    ids : Ids
    told : ndarray
        As from `known`.

    Returns
    -------
    pandas.DataFrame
    """
    rng, n = child("channel_ids"), len(ids.customer)
    person = systems.contacts(child, latent).iloc[ids.customer].reset_index(drop=True)
    slip = rng.random(n) < world.ID_NAME_SLIPS
    other = (rng.random(n) < world.ID_OTHER_PHONE) | ((ids.channel == PHONE) & (ids.copy == 1))
    digits = np.where(other, rng.integers(0, 10**9, n), person["phone_new"])
    details = {
        "name": systems.full_names(rng, person, slip),
        "phone": "12" + pd.Series(digits).astype(str).str.zfill(9),
        "email": systems.mail_addresses(person),
    }
    has = told[:, ids.channel, ids.copy, ids.customer]
    table = {"channel_id": pd.array(ids.name, dtype="str")}
    table["channel"] = category(world.TOUCH_CHANNELS, ids.channel)
    for place, (name, values) in enumerate(details.items()):
        table[name] = pd.Series(values, dtype="str").where(has[place])
    return pd.DataFrame(table)
