"""Features and labels of customers with a contract, whose leaving is a known day.

1. A customer is under contract from the first day of a contract to its last; a contract
   without an end runs on.
2. A contract that begins no later than the day after another one ends renews it: together
   they are one **spell**.
3. Who is under contract on the cutoff, and still after the gap, is asked about; churned is
   whose spell ends in the label window.
"""

import pandas as pd

from crmlab.arguments import as_day
from crmlab.churn.events import read_events
from crmlab.churn.snapshots import attributes, say_unknown_labels, stack, with_events
from crmlab.churn.windows import is_several, windows
from crmlab.errors import CRMError
from crmlab.language import ngettext
from crmlab.logs.engines import whole_days
from crmlab.notices import say

_DAY = pd.Timedelta(days=1)
_NEVER = pd.Timestamp("2262-01-01")  # near the last day that pandas counts in nanoseconds


def contract_snapshot(
    contracts, cutoff, *, lookback=365, gap=0, horizon=90, events=None, as_of=None
):
    """Return features and the label of customers under contract, one row per customer.

    Parameters
    ----------
    contracts : pandas.DataFrame
        ``customer_id``, ``start``, ``end``: first and last day of each contract; the end
        is missing while a contract runs.
    cutoff, lookback, gap, horizon, events
        As for :func:`crmlab.churn.snapshot`; the look-back matters to events only.
    as_of : date-like, optional
        The day up to which the table is complete; by default the last start or end in it,
        which is too late where it holds ends agreed for the future.

    Returns
    -------
    pandas.DataFrame
        Index as for :func:`crmlab.churn.snapshot`; customers under contract on the cutoff
        and after the gap. Those who leave before the label window are left out, as no
        campaign would reach them, and counted in a message. ``tenure_days`` (since the
        spell began), ``contract_days`` (since its latest contract began), ``contracts``
        (begun so far in the spell), the features of `events`, and ``churned`` (boolean):
        the spell ends in the label window; missing where that is not known yet.

    Raises
    ------
    CRMError
        If the table of contracts cannot be used, or nobody is under contract.
    """
    every = windows(cutoff, lookback, gap, horizon)
    contracts = _checked(contracts)
    last = contracts[["start", "end"]].max().max()
    last = last if as_of is None else pd.Timestamp(as_day(as_of, "as_of"))
    spells = _spells(contracts)
    tables = read_events(events, pd.Index(contracts["customer_id"].unique()))
    parts = {window.cutoff: _one_cutoff(spells, window, tables, last) for window in every}
    snapshots = stack(parts) if is_several(cutoff) else parts[every[0].cutoff]
    snapshots.attrs = attributes(snapshots, every[0], last, tables)
    say_unknown_labels(every, last)
    return snapshots


def _one_cutoff(spells, window, tables, last):
    on = spells[(spells["start"] <= window.cutoff) & (spells["spell_end"] >= window.cutoff)]
    stays = on["spell_end"] >= window.label_first
    leaving = on.loc[~stays, "customer_id"].nunique()
    if leaving:
        say(
            ngettext(
                "{count} customer leaves before the label window of {cutoff} and is left out.",
                "{count} customers leave before the label window of {cutoff} and are left out.",
                leaving,
            ),
            count=leaving,
            cutoff=f"{window.cutoff:%Y-%m-%d}",
        )
    if not stays.any():
        raise CRMError(
            "Nobody is under contract on {cutoff} and after the gap.",
            cutoff=f"{window.cutoff:%Y-%m-%d}",
        )
    found = on[stays].groupby("customer_id")["start"].agg(["min", "max", "size"])
    table = pd.DataFrame(
        {
            "tenure_days": (window.cutoff - found["min"]).dt.days,
            "contract_days": (window.cutoff - found["max"]).dt.days,
            "contracts": found["size"],
        }
    )
    end = on[stays].groupby("customer_id")["spell_end"].max()
    churned = pd.Series(pd.NA, table.index, dtype="boolean")
    if window.label_last <= last:
        churned[:] = end.le(window.label_last)
    return with_events(table, window, tables).assign(churned=churned)


def _spells(contracts):
    """Return the contracts, each with the end of the spell that it belongs to."""
    contracts = contracts.fillna({"end": _NEVER}).sort_values(["customer_id", "start"])
    covered = contracts.groupby("customer_id")["end"].cummax()
    # On the first contract of a customer there is nothing before: the comparison is false.
    renewed = contracts["start"] <= covered.groupby(contracts["customer_id"]).shift() + _DAY
    spell = (~renewed).cumsum()
    return contracts.assign(spell_end=contracts["end"].groupby(spell).transform("max"))


def _checked(contracts):
    wanted = ["customer_id", "start", "end"]
    missing = [name for name in wanted if name not in contracts]
    if missing:
        raise CRMError("The table of contracts lacks {missing}.", missing=", ".join(missing))
    contracts = contracts[wanted].copy()
    for name in ("start", "end"):
        days = whole_days(contracts[name])
        if days is None:
            raise CRMError(
                "{name} must hold dates without a time zone; pd.to_datetime makes them.", name=name
            )
        contracts[name] = days
    wrong = contracts["customer_id"].isna() | contracts["start"].isna()
    wrong |= contracts["end"] < contracts["start"]
    if wrong.any() or contracts.empty:
        raise CRMError(
            "A contract needs a customer and a start that is not after its end; {count} of "
            "{all} do not have them.",
            count=int(wrong.sum()),
            all=len(contracts),
        )
    return contracts
