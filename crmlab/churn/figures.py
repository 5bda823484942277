"""Figures of the chapter on churn: each states its finding and carries an alt text.

Every function takes a table of this package and an optional ``ax``, and returns the Axes;
:func:`crmlab.plots.show` displays them.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator, PercentFormatter

from crmlab.arguments import steady
from crmlab.churn.profit import best_threshold
from crmlab.language import gettext as _
from crmlab.plots import PALETTE, with_alt

_MAIN, _SECOND, _GREY = PALETTE[0], PALETTE[1], "0.6"


def lift(table, ax=None):
    """Draw the share of churners reached against the share of customers contacted.

    Parameters
    ----------
    table : pandas.DataFrame
        As from :func:`crmlab.churn.lift_table`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or plt.subplots()[1]
    contacted = np.append(0, table["contacted"])
    ax.plot(contacted, np.append(0, table["captured"]), "o-", color=_MAIN, label=_("by the model"))
    ax.plot([0, 1], [0, 1], "--", color=_GREY, label=_("at random"))
    _shares(ax, "xy")
    ax.set(
        xlabel=_("share of customers contacted, most likely churners first"),
        ylabel=_("share of all churners reached"),
    )
    # No line runs through the lower right: the curve rises above the diagonal.
    ax.legend(loc="lower right")
    first = table.iloc[0]
    ax.set_title(
        _("The first {contacted:.0%} of customers hold {captured:.0%} of the churners").format(
            contacted=first["contacted"], captured=first["captured"]
        )
    )
    return with_alt(
        ax,
        _(
            "Line chart of churners reached against customers contacted, with a dashed diagonal "
            "for contacts at random: {points}."
        ).format(
            points=_("; ").join(
                _("{contacted:.0%} of customers, {captured:.0%} of churners").format(
                    contacted=row.contacted, captured=row.captured
                )
                for row in table.itertuples()
            )
        ),
    )


def calibration(table, ax=None):
    """Draw observed shares of churners against predicted probabilities, with intervals.

    Parameters
    ----------
    table : pandas.DataFrame
        As from :func:`crmlab.churn.calibration_table`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or plt.subplots(figsize=(6, 4.6))[1]
    error = [table["observed"] - table["low"], table["high"] - table["observed"]]
    ax.errorbar(
        table["predicted"],
        table["observed"],
        # At a rate of 0 or 1 rounding can leave a length a hair below 0.
        yerr=np.clip(error, 0, None),
        fmt="o",
        capsize=3,
        color=_MAIN,
        label=_("groups of customers, with interval"),
    )
    ax.plot([0, 1], [0, 1], "--", color=_GREY, label=_("predicted = observed"))
    _shares(ax, "xy")
    ax.set(xlabel=_("predicted probability to churn"), ylabel=_("share that churned"))
    ax.legend(loc="upper left")
    worst = (table["observed"] - table["predicted"]).abs().max()
    inside = int(table["predicted"].between(table["low"], table["high"]).sum())
    ax.set_title(
        _("Predictions miss by at most {points:.0f} percentage points").format(points=100 * worst)
    )
    return with_alt(
        ax,
        _(
            "Calibration plot of {count} groups of customers around a dashed diagonal. The largest "
            "distance is {points:.1f} percentage points; the interval of {inside} groups holds the "
            "prediction."
        ).format(count=len(table), points=100 * worst, inside=inside),
    )


def profit(curve, unit="yuan", ax=None):
    """Draw expected and realised profit against the share of customers contacted.

    Parameters
    ----------
    curve : pandas.DataFrame
        As from :func:`crmlab.churn.profit_curve`.
    unit : str, default "yuan"
        Of money; translated.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        The dot marks the most expected profit.
    """
    ax = ax or plt.subplots()[1]
    best = best_threshold(curve)
    ax.plot(curve["share"], curve["expected"], color=_MAIN, lw=2, label=_("expected"))
    if curve["realised"].notna().all():
        ax.plot(curve["share"], curve["realised"], ":", color=_SECOND, lw=2, label=_("realised"))
    ax.plot(best["share"], best["expected"], "o", color=_MAIN)
    ax.axhline(0, color=_GREY, lw=1)
    _shares(ax, "x")
    _money(ax)
    ax.set(
        xlabel=_("share of customers contacted"),
        ylabel=_("profit of the campaign, {unit}").format(unit=_(unit)),
    )
    _legend_below(ax)
    everybody = curve["expected"].iloc[-1]
    ax.set_title(
        _("Contacting {share:.0%} earns the most: {profit:,.0f} {unit}").format(
            share=best["share"], profit=best["expected"], unit=_(unit)
        )
    )
    return with_alt(
        ax,
        _(
            "Line chart of campaign profit against the share of customers contacted. Expected "
            "profit is largest at {share:.0%}, {profit:,.0f} {unit}; contacting everybody is "
            "expected to bring {everybody:,.0f} {unit}."
        ).format(share=best["share"], profit=best["expected"], everybody=everybody, unit=_(unit)),
    )


def qini(curve, unit="yuan", ax=None):
    """Draw a Qini curve with the line and the band of random targeting.

    Parameters
    ----------
    curve : pandas.DataFrame
        As from :func:`crmlab.churn.qini_curve`.
    unit : str, default "yuan"
        Of the outcome; translated.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or plt.subplots()[1]
    ax.fill_between(
        curve["share"],
        curve["low"],
        curve["high"],
        color=_GREY,
        alpha=0.3,
        lw=0,
        label=_("95 % of random rankings"),
    )
    ax.plot(curve["share"], curve["random"], "--", color=_GREY, label=_("random targeting"))
    ax.plot(curve["share"], curve["gain"], color=_MAIN, lw=2, label=_("by predicted uplift"))
    _shares(ax, "x")
    _money(ax)
    ax.set(
        xlabel=_("share of customers targeted, largest uplift first"),
        ylabel=_("gained through the offer, {unit}").format(unit=_(unit)),
    )
    _legend_below(ax)
    best = curve.loc[steady(curve["gain"]).idxmax()]
    everybody = curve["gain"].iloc[-1]
    outside = (curve["gain"] > curve["high"]).mean()
    # The highest point of a curve is partly luck: no finding for a title.
    ax.set_title(_("{outside:.0%} of the curve lies above the band").format(outside=outside))
    return with_alt(
        ax,
        _(
            "Qini curve with a dashed line and a grey band for random targeting. It is highest at "
            "{share:.0%} of customers with {gain:,.0f} {unit} and ends at {everybody:,.0f}; "
            "{outside:.0%} of it lies above the band."
        ).format(
            share=best["share"],
            gain=best["gain"],
            unit=_(unit),
            everybody=everybody,
            outside=outside,
        ),
    )


def returns(curve, ax=None):
    """Draw the chance to come back against the days of silence.

    Parameters
    ----------
    curve : pandas.DataFrame
        As from :func:`crmlab.churn.return_curve`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or plt.subplots()[1]
    within = curve.attrs["within"]
    known = curve["comes_back"].dropna()
    ax.plot(
        known.index,
        known,
        color=_MAIN,
        lw=2,
        label=_("come back within {days} days").format(days=within),
    )
    ax.plot(
        curve.index,
        curve["returned"],
        ":",
        color=_SECOND,
        lw=2,
        label=_("had come back by then"),
    )
    _shares(ax, "y")
    ax.set(xlim=(0, curve.index[-1]), xlabel=_("days of silence"), ylabel=_("share of silences"))
    _legend_below(ax)
    few = known.index[known < 0.5]
    if len(few) and few[0] == 0:
        title = _("Fewer than half of all silences end within {within} days").format(within=within)
    elif len(few):
        title = _("After {days} days of silence fewer than half end within {within} more").format(
            days=few[0], within=within
        )
    elif known.empty:  # the log is shorter than the days in which a return counts
        title = _("After {days} days of silence {share:.0%} had come back").format(
            days=curve.index[-1], share=curve["returned"].iloc[-1]
        )
    else:
        title = _("Half or more end within {within} days, even after {days}").format(
            within=within, days=known.index[-1]
        )
    ax.set_title(title)
    marks = known.iloc[:: max(1, len(known) // 5)]
    return with_alt(
        ax,
        _(
            "Line chart. {title}. By days of silence, coming back within {days} days: {points}."
        ).format(
            title=title,
            days=within,
            points=_("; ").join(f"{day}: {value:.0%}" for day, value in marks.items()) or "–",
        ),
    )


def _shares(ax, axes):
    for name in axes:
        axis = getattr(ax, f"{name}axis")
        axis.set_major_formatter(PercentFormatter(1, decimals=0))
        axis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10]))
        ax.set(**{f"{name}lim": (0, 1)})


def _money(ax):
    ax.yaxis.set_major_formatter("{x:,.0f}")


def _legend_below(ax):
    """Put the legend under the axes: lines may run anywhere within."""
    handles = ax.get_legend_handles_labels()[0]
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.17), ncols=len(handles), frameon=False)
