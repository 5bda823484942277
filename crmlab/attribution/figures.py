"""The figure of attribution: it states its finding and carries an alt text.

It takes a table of this package and an optional ``ax``, and returns the Axes;
:func:`crmlab.plots.show` displays it.
"""

import matplotlib.pyplot as plt
from matplotlib.ticker import PercentFormatter

from crmlab.arguments import steady
from crmlab.language import gettext as _
from crmlab.language import mark
from crmlab.plots import PALETTE, with_alt

# Rule to its name and its marker: told apart without colour too.
_RULES = {
    "first_touch": (mark("first touch"), "<"),
    "last_touch": (mark("last touch"), ">"),
    "linear": (mark("linear"), "o"),
    "position_based": (mark("position-based"), "s"),
    "markov": (mark("Markov"), "D"),
    "shapley": (mark("Shapley"), "x"),
}


def comparison(credits, ax=None):
    """Draw the share of conversions that each rule credits to each channel.

    Parameters
    ----------
    credits : pandas.DataFrame
        As from :func:`crmlab.attribution.compare`, with any of its columns.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        One row per channel, the most credited at the top; a grey line from its lowest
        to its highest share.
    """
    ax = ax or plt.subplots(figsize=(7.5, 0.5 * len(credits) + 1.8))[1]
    shares = credits / credits.sum()
    shares = shares.loc[steady(shares.mean(axis="columns")).sort_values(kind="stable").index]
    channels = [_(str(channel)) for channel in shares.index]
    low, high = shares.min(axis="columns"), shares.max(axis="columns")
    ax.hlines(channels, low, high, color="0.8", lw=3, zorder=1)
    for (rule, column), color in zip(shares.items(), PALETTE, strict=False):
        name, marker = _RULES[rule]
        ax.scatter(column, channels, marker=marker, color=color, label=_(name), zorder=2)
    ax.xaxis.set_major_formatter(PercentFormatter(1))
    ax.set(xlabel=_("share of conversions credited"), ylabel=_("channel"))
    # Beside the dots, wherever they lie.
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    widest = steady(high - low).idxmax()
    ax.set_title(
        _("The rules differ most on {channel}: {low:.0%} to {high:.0%}").format(
            channel=_(str(widest)), low=low[widest], high=high[widest]
        )
    )
    return with_alt(
        ax,
        _("Dot plot of the share of conversions that each rule credits: {channels}.").format(
            channels=_("; ").join(
                _("{channel} {low:.0%} to {high:.0%}").format(
                    channel=_(str(channel)), low=low[channel], high=high[channel]
                )
                for channel in shares.index[::-1]
            )
        ),
    )
