"""What a change of each channel's budget would bring, when nobody knows the elasticity.

1. A test has found what a yuan of a channel's spend brought on average, with an interval.
2. With f times the spend the channel brings f to the power of the elasticity times as much.
3. What that changes in value, less what it changes in spend, is the gain; both ends of the
   interval give both ends of the gain.
"""

from functools import partial

from crmlab import plots
from crmlab.arguments import customer_columns
from crmlab.errors import CRMError
from crmlab.language import fill
from crmlab.language import gettext as _
from crmlab.widgets.panel import explore, slider

_COLUMNS = ["spend", "from", "to"]
_LEAST, _MOST = -0.5, 0.5  # change of spend


def budget_explorer(brings, elasticity=0.24, change=-0.25, unit="yuan"):
    """Show the gain of a change of each channel's spend, with its interval.

    Parameters
    ----------
    brings : pandas.DataFrame
        One row per channel: ``spend``; ``from`` and ``to``, the ends of the interval of what a
        unit of spend brought on average.
    elasticity : float, default 0.24
        Where its slider starts: by how many per cent the customers change when the spend
        changes by one per cent.
    change : float, default -0.25
        Where the slider of the change of spend starts, as a share.
    unit : str, default "yuan"
        Of money; translated.

    Raises
    ------
    CRMError
        If a number is missing, or an interval ends before it begins.
    """
    brings = customer_columns(brings, _COLUMNS)
    if (brings["from"] > brings["to"]).any():
        raise CRMError("An interval ends before it begins: look at the columns from and to.")
    start = {"elasticity": elasticity, "change": change}
    draw = partial(_draw, brings, unit)
    explore(draw, partial(draw, **start), partial(_controls, start))


def _controls(start):
    return {
        "elasticity": slider(_("elasticity"), start["elasticity"], 0.02, 1.0, 0.02, ".2f"),
        "change": slider(_("change of spend"), start["change"], _LEAST, _MOST, 0.05, "+.0%"),
    }


def _draw(brings, unit, elasticity, change):
    """Return the gain by channel, and which gains and losses are clear."""
    low, middle, high = _gains(brings, elasticity, change)
    gains, losses = list(brings.index[low > 0]), list(brings.index[high < 0])
    ax = plots.bars(middle.rename_axis(None), error=(high - low) / 2)
    ax.axvline(0, color="0.3", lw=1)
    ax.set_title(
        fill(
            "Spend {change:+.0relative}: {gains} of {all} channels clearly gain, {losses} "
            "clearly lose",
            change=change,
            gains=len(gains),
            all=len(brings),
            losses=len(losses),
        )
    )
    ax.xaxis.set_major_formatter("{x:+,.0f}")
    ax.set_xlabel(fill("gain, {unit} (middle and ends of the interval of the test)", unit=unit))
    facts = _("; ").join(f"{_(name)}: {gain:+,.0f}" for name, gain in middle.items())
    plots.with_alt(ax, _("{facts}.").format(facts=facts))
    names = _(", ")
    return [
        ax,
        fill(
            "At an elasticity of {elasticity:.2f} the next yuan pays where a yuan brought more "
            "than {least:.1f} on average.",
            elasticity=elasticity,
            least=1 / elasticity,
        ),
        fill("Clear gain: {names}.", names=names.join(map(_, gains)) or _("none")),
        fill("Clear loss: {names}.", names=names.join(map(_, losses)) or _("none")),
    ]


def _gains(brings, elasticity, change):
    """Return the lower end, the middle and the upper end of the gain of each channel."""
    more = (1 + change) ** elasticity - 1
    ends = [brings["spend"] * (brings[name] * more - change) for name in ("from", "to")]
    low, high = sorted(ends, key=lambda gain: gain.sum())
    return low, (low + high) / 2, high
