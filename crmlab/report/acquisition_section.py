"""The section on new customers: how many came, how, at what cost, and what came of them."""

import numpy as np
import pandas as pd
from scipy import stats

from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.language import mark
from crmlab.report.facts import insist_on_a_purchase
from crmlab.report.parts import SHARE, Gap, Table, Text, money_format

_LONG_LOG = 400  # days, from which new customers are counted by quarter
_MOST_PERIODS = 12
_UNKNOWN = mark("not known")
_LEAST = 20  # customers, for a mean with an interval


def acquisition_parts(facts):
    """Who came when, by which channel, and what a new customer cost."""
    insist_on_a_purchase(facts.customers)
    meaning = _(
        "A customer is new on the day of the first purchase that the log holds. Whoever bought "
        "before the log begins is counted as new, too, so the first period holds more than were "
        "new. All are followed for {days} days; who came too late for that is not judged."
    ).format(days=facts.window)
    early = first_days(facts.days, facts.as_of, facts.window)
    parts = [*_by_period(facts, early), *_by_channel(facts, early), *_cost(facts)]
    return [Text(meaning), *parts]


def first_days(days, as_of, window):
    """Return what each customer did from the first purchase on.

    Parameters
    ----------
    days : pandas.DataFrame
        One row per customer and day, as in :attr:`crmlab.report.facts.Facts.days`.
    as_of : pandas.Timestamp
        The last day that counts.
    window : int
        Days, the first one included.

    Returns
    -------
    pandas.DataFrame
        Index ``customer_id``: ``joined``; ``again`` (1.0 or 0.0, bought on another day of the
        window) and ``spend`` in the window, both missing where it is not over.
    """
    bought = days[days["bought"]]
    joined = bought.groupby("customer_id")["day"].min().rename("joined")
    age = days["day"] - joined.reindex(days["customer_id"]).set_axis(days.index)
    early = days[(age >= pd.Timedelta(0)) & (age < pd.Timedelta(days=window))]
    counted = early.groupby("customer_id").agg(bought=("bought", "sum"), spend=("spend", "sum"))
    over = joined + pd.Timedelta(days=window - 1) <= as_of
    table = joined.to_frame().join(counted)
    return pd.DataFrame(
        {
            "joined": table["joined"],
            "again": (table["bought"] > 1).astype(float).where(over),
            "spend": table["spend"].round(6).where(over),
        }
    )


def _names(facts):
    """Return the names of the columns that tables of new customers share."""
    return {
        "new": _("new customers"),
        "judged": _("of them followed to the end"),
        "again": _("bought again in {days} days").format(days=facts.window),
        "spend": facts.money(_("spend in {days} days, mean").format(days=facts.window)),
        "half": "±",
    }


def _followed(early, group):
    """Return, by group, how many customers are followed to the end and what they did."""
    early = early.join(group.rename("group"), how="inner")
    by = early.dropna(subset="again").groupby("group", observed=True)
    table = by.agg(judged=("again", "size"), again=("again", "mean"), spend=("spend", "mean"))
    table["half"] = 1.96 * by["spend"].sem()
    table.loc[table["judged"] < _LEAST, ["again", "spend", "half"]] = np.nan
    return table


def _formats(early, names):
    money = money_format(early["spend"].mean())
    return {names["again"]: SHARE, names["spend"]: money, names["half"]: money}


def _by_period(facts, early):
    joined = facts.customers["first_purchase"]
    unit = "Q" if facts.covered > _LONG_LOG else "M"
    every = pd.period_range(facts.first_day, facts.as_of, freq=unit)[-_MOST_PERIODS:]
    period = joined.dt.to_period(unit)
    new = period.value_counts().reindex(every, fill_value=0).rename("new")
    table = new.to_frame().join(_followed(early, period)).rename_axis("period").reset_index()
    table["judged"] = table["judged"].fillna(0)
    table["period"] = table["period"].map(_period)
    names = {"period": _("first purchase in"), **_names(facts)}
    caption = _("New customers, and what came of them")
    parts = [Table(caption, table[list(names)].rename(columns=names), _formats(early, names))]
    last = joined.max()
    if (facts.as_of - last).days > facts.covered / 2:
        cohort = _(
            "Nobody bought for the first time after {day:%Y-%m-%d}: this log follows those who "
            "were new by then, and says nothing about acquisition since."
        )
        parts.append(Text(cohort.format(day=last)))
    return parts


def _period(period):
    """Return the name of a quarter or a month."""
    if period.freqstr[0] == "M":
        return str(period)
    return _("{year}, quarter {quarter}").format(year=period.year, quarter=period.quarter)


def _by_channel(facts, early):
    register, channel = facts.register, facts.sources.channel
    if register is None or channel is None:
        return [
            Gap(
                _(
                    "How customers came, and whether one channel brings better ones than another: "
                    "that needs a register with a column for it (--register and --channel). "
                    "Chapter 4a shows it."
                )
            )
        ]
    came = register[channel].astype("str").where(register[channel].notna(), _UNKNOWN)
    new = came.value_counts().rename("new").sort_index()
    new = new.sort_values(ascending=False, kind="stable")
    new = new.reindex(
        [*new.index.drop(_UNKNOWN, errors="ignore"), *new.index.intersection([_UNKNOWN])]
    )
    table = new.to_frame().join(_followed(early, came)).rename_axis("channel").reset_index()
    table["judged"] = table["judged"].fillna(0)
    table["channel"] = table["channel"].map(_)
    names = {"channel": _("channel"), **_names(facts)}
    doubt = _(
        "The channel is the one that the register names, and none of this says that it was the "
        "cause: who comes by search may have come anyway."
    )
    return [
        Table(
            _("New customers by channel"),
            table[list(names)].rename(columns=names),
            _formats(early, names),
        ),
        Text(doubt),
    ]


def acquisition_cost(spend, channel, joined, first_day, as_of):
    """Return what a new customer cost, by channel, in the whole months that log and spend share.

    Parameters
    ----------
    spend : pandas.DataFrame
        ``month`` (periods), ``channel``, ``spend``.
    channel : pandas.Series
        Of each customer; missing where it is not known.
    joined : pandas.Series
        Day of the first purchase, same index.
    first_day, as_of : pandas.Timestamp
        What the log covers.

    Returns
    -------
    pandas.DataFrame
        Index ``channel``, those with spend, in the order of `spend`: ``spend``, ``customers`` and
        ``cost`` of a new one, with ``low`` and ``high``, the limits of its 95 % interval if
        customers come as in a Poisson process (Garwood, 1936, *Biometrika* 28:437); missing
        without a customer. ``attrs["months"]``: the first and the last month.

    Raises
    ------
    CRMError
        If log and spend share no whole month.
    """
    month = spend["month"]
    whole = (month.dt.start_time >= first_day) & (month.dt.end_time.dt.normalize() <= as_of)
    spend = spend[whole]
    if spend.empty:
        raise CRMError("No month of the spend by channel lies as a whole in the log.")
    paid = spend.groupby("channel", sort=False)["spend"].sum()
    inside = joined.dt.to_period("M").isin(spend["month"].unique())
    count = channel[inside].value_counts().reindex(paid.index, fill_value=0)
    some = count.where(count > 0)
    table = pd.DataFrame({"spend": paid, "customers": count, "cost": paid / some})
    table["low"] = paid / (stats.chi2.isf(0.025, 2 * (count + 1)) / 2)
    table["high"] = paid / (stats.chi2.ppf(0.025, 2 * some) / 2)
    table.loc[count == 0, "low"] = np.nan
    table.attrs["months"] = spend["month"].min(), spend["month"].max()
    return table


def _cost(facts):
    sources = facts.sources
    if sources.spend is None or facts.register is None:
        return [
            Gap(
                _(
                    "What a new customer costs: that needs what was spent, by month and channel "
                    "(--spend). Chapter 4a shows it."
                )
            )
        ]
    channel = facts.register[sources.channel].astype("str")
    joined = facts.customers["first_purchase"]
    cost = acquisition_cost(sources.spend, channel, joined, facts.first_day, facts.as_of)
    first, last = cost.attrs["months"]
    rows = cost.reset_index()
    rows["channel"] = rows["channel"].map(_)
    names = {
        "channel": _("channel"),
        "spend": facts.money(_("spent on it")),
        "customers": _("new customers"),
        "cost": facts.money(_("cost of a new customer")),
        "low": _("from (95 %)"),
        "high": _("to (95 %)"),
    }
    money = money_format(cost["cost"].median())
    formats = {names[name]: money for name in ("cost", "low", "high")}
    caption = _("Cost of a new customer, {first} to {last}").format(first=first, last=last)
    return [
        Table(caption, rows[list(names)].rename(columns=names), formats),
        Gap(
            _(
                "Whether a channel pays back: that needs the margin of a purchase, for spend is "
                "not profit. Chapter 4a shows it."
            )
        ),
    ]
