"""Figures of customer lifetime value: forecasts against what happened, and sensitivity.

Each takes the table that shows the same, and an optional ``ax``, and returns the Axes with a
title that states the finding, and an alt text: ``crm.plots.show(figures.tracking(table))``.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.plots import PALETTE, with_alt

_MAIN, _SECOND, _GREY = PALETTE[0], PALETTE[1], "0.6"


def tracking(table, ax=None):
    """Draw cumulative repeat purchases by week, as seen and as expected.

    Parameters
    ----------
    table : pandas.DataFrame
        As from :func:`crmlab.clv.tracking`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        A line marks the end of the calibration; the title is about what follows it.
    """
    weeks = table.index.to_numpy()
    seen = int((table["end"] <= pd.Timestamp(table.attrs["calibration_end"])).sum())
    if not 0 < seen < len(table):
        raise CRMError("There is no whole week on one side of the end of the calibration.")
    ax = ax or plt.subplots()[1]
    ax.plot(weeks, table["actual"], color=_MAIN, label=_("actual"))
    ax.plot(weeks, table["expected"], color=_SECOND, ls="--", label=_("expected by the model"))
    ax.axvline(weeks[seen - 1], color=_GREY, ls=":")
    at = (weeks[seen - 1], ax.get_ylim()[1])
    shift = {"textcoords": "offset points", "va": "top"}
    ax.annotate(_("holdout"), at, (6, -4), color="0.35", **shift)
    new = table.iloc[-1] - table.iloc[seen - 1]
    facts = {
        "first": weeks[seen],
        "last": weeks[-1],
        "actual": new["actual"],
        "expected": new["expected"],
        "miss": new["expected"] / new["actual"] - 1 if new["actual"] else np.nan,
    }
    ax.set(
        xlim=(0, weeks[-1]),
        ylim=(0, None),
        xlabel=_("weeks since the first day of the log"),
        ylabel=_("repeat purchases, cumulative"),
        title=_(
            "Held out: {actual:,.0f} repeat purchases, {expected:,.0f} expected ({miss:+.0%})"
        ).format(**facts),
    )
    ax.legend(loc="lower right")
    return with_alt(
        ax,
        _(
            "Cumulative repeat purchases by week, actual and expected by the model. In the weeks "
            "held out, {first} to {last}: {actual:,.0f} actual, {expected:,.0f} expected."
        ).format(**facts),
    )


def frequency(table, ax=None):
    """Draw how many customers bought again 0, 1, 2, … times, as seen and as expected.

    Parameters
    ----------
    table : pandas.DataFrame
        As from :func:`crmlab.clv.frequency_table`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or plt.subplots()[1]
    place, width = np.arange(len(table)), 0.4
    for column, label, colour, shift in (
        ("actual", _("actual"), _MAIN, -width / 2),
        ("expected", _("expected by the model"), _SECOND, width / 2),
    ):
        ax.bar(place + shift, table[column], width, color=colour, label=label)
    # What would have to move from one bar to another: half of all differences.
    moved = (table["actual"] - table["expected"]).abs().sum() / 2 / table["actual"].sum()
    ax.set_xticks(place, table.index)
    ax.set(
        xlabel=_("repeat purchases"),
        ylabel=_("customers"),
        title=_("The model puts {moved:.1%} of customers into another bar").format(moved=moved),
    )
    ax.grid(axis="x", visible=False)
    ax.legend()
    return with_alt(
        ax,
        _("Customers by number of repeat purchases, actual and expected. {bars}.").format(
            bars=_listed(table, "{:,.0f}")
        ),
    )


def conditional(table, ax=None):
    """Draw mean purchases in the holdout by repeat purchases before, as seen and as expected.

    Parameters
    ----------
    table : pandas.DataFrame
        As from :func:`crmlab.clv.conditional_table`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or plt.subplots()[1]
    table = table[table["customers"] > 0]
    place = np.arange(len(table))
    ax.plot(place, table["actual"], "o-", color=_MAIN, label=_("actual"))
    ax.plot(place, table["expected"], "s--", color=_SECOND, label=_("expected by the model"))
    ax.set_xticks(place, table.index)
    actual, expected = (
        np.average(table[column], weights=table["customers"]) for column in ("actual", "expected")
    )
    ax.set(
        ylim=(0, None),
        xlabel=_("repeat purchases in the calibration"),
        ylabel=_("holdout purchases per customer, mean"),
        title=_("Held out: {actual:.2f} purchases per customer, {expected:.2f} expected").format(
            actual=actual, expected=expected
        ),
    )
    ax.legend()
    return with_alt(
        ax,
        _(
            "Mean purchases in the holdout by repeat purchases in the calibration, actual and "
            "expected. {points}."
        ).format(points=_listed(table, "{:.2f}")),
    )


def tornado(table, ax=None):
    """Draw what each parameter, moved alone over its range, does to a result.

    Parameters
    ----------
    table : pandas.DataFrame
        As from :func:`crmlab.tornado`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        One bar per parameter, the widest at the top, around the line of the base case; the
        result is in the unit of the function, its axis is named by ``plots.show(…, x=…)``.
    """
    ax = ax or plt.subplots(figsize=(7.5, 1.4 + 0.5 * len(table)))[1]
    base, place = table.attrs["base"], np.arange(len(table))
    for end, label, colour in (
        ("low", _("parameter at its low value"), _SECOND),
        ("high", _("parameter at its high value"), _MAIN),
    ):
        ax.barh(place, table[end] - base, 0.6, left=base, color=colour, label=label)
    ax.axvline(base, color="0.35", lw=1)
    ranges = [table.attrs["ranges"][name] for name in table["parameter"]]
    ax.set_yticks(
        place,
        [
            f"{_named(name)}\n{_short(low)} … {_short(high)}"
            for name, (low, high) in zip(table["parameter"], ranges, strict=True)
        ],
    )
    ax.invert_yaxis()
    ax.xaxis.set_major_locator(MaxNLocator("auto"))
    ax.grid(axis="y", visible=False)
    # Which corner is free depends on the numbers.
    ax.figure.legend(loc="outside lower center", ncols=2)
    widest = table.iloc[0]
    ax.set(
        xlabel=_("result, in the unit of the formula"),
        ylabel=_("parameter, range"),
        title=_("Widest bar: {name}, from {least} to {most}").format(
            name=_named(widest["parameter"]),
            least=_short(min(widest["low"], widest["high"])),
            most=_short(max(widest["low"], widest["high"])),
        ),
    )
    return with_alt(
        ax,
        _("Tornado chart around a base case of {base:,.4g}. {bars}.").format(
            base=base,
            bars=_("; ").join(
                _("{name}: {low:,.4g} at its low value, {high:,.4g} at its high one").format(
                    name=_(row.parameter), low=row.low, high=row.high
                )
                for row in table.itertuples()
            ),
        ),
    )


def _named(name):
    """Return a parameter in the language in use, as words."""
    return _(name).replace("_", " ")


def _short(number):
    """Return a number as it is read: money whole, a share with its digits."""
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"


def _listed(table, form):
    return _("; ").join(
        _("{level}: {actual} actual, {expected} expected").format(
            level=row.Index, actual=form.format(row.actual), expected=form.format(row.expected)
        )
        for row in table.itertuples()
    )
