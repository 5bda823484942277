"""What a customer's value depends on: parameters of a formula, weights of a score, silence."""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import PercentFormatter

from crmlab import plots
from crmlab.arguments import customer_columns, steady
from crmlab.clv import clv_formula, figures, tornado
from crmlab.errors import CRMError
from crmlab.language import fill, mark
from crmlab.language import gettext as _
from crmlab.widgets.panel import buttons, explore, slider

_TIMINGS = {
    "start": mark("start of the year"),
    "middle": mark("middle of the year"),
    "end": mark("end of the year"),
}
_SWING = 0.2  # each input is moved by a fifth, down and up
_TOP = 20
_SHOWN = 10
_MOST_WEIGHT = 10
_MOST_WEEKS, _YEAR = 52, 52


def clv_calculator(revenue, retention_cost, acquisition_cost, discount_rate, periods):
    """Show customer lifetime value by formula, and which input it hangs on.

    Bars are how far the value goes when one input is a fifth lower or higher and the
    others stay (a tornado plot).

    Parameters
    ----------
    revenue, retention_cost : float
        Margin before the cost of keeping the customer, and that cost: money per year.
    acquisition_cost : float
        Money, once.
    discount_rate : float
        Per year, as a share.
    periods : int
        Years that the customer stays.
    """
    base = {
        "revenue": revenue,
        "retention_cost": retention_cost,
        "acquisition_cost": acquisition_cost,
        "discount_rate": discount_rate,
        "periods": periods,
    }
    explore(
        _draw_calculator,
        partial(_draw_calculator, **base),
        partial(_calculator_controls, base),
    )


def _calculator_controls(base):
    money = max(base["revenue"], base["retention_cost"], base["acquisition_cost"], 1)
    scale = 10 ** np.floor(np.log10(money))
    high, step = float(3 * scale * np.ceil(money / scale)), float(scale / 20)
    return {
        "revenue": slider(_("revenue: margin a year"), float(base["revenue"]), 0.0, high, step),
        "retention_cost": slider(
            _("retention cost a year"), float(base["retention_cost"]), 0.0, high, step
        ),
        "acquisition_cost": slider(
            _("acquisition cost"), float(base["acquisition_cost"]), 0.0, high, step
        ),
        "discount_rate": slider(
            _("discount rate"), float(base["discount_rate"]), 0.0, 0.5, 0.01, ".0%"
        ),
        "periods": slider(_("years"), int(base["periods"]), 1, 20),
        "timing": buttons(
            _("paid at"), [(_(word), name) for name, word in reversed(_TIMINGS.items())]
        ),
    }


def _draw_calculator(timing="end", **inputs):
    value = clv_formula(**inputs, timing=timing)
    # A period more or less is the least that can change.
    moves = {
        name: (number * (1 - _SWING), number * (1 + _SWING)) for name, number in inputs.items()
    }
    years = max(1, round(inputs["periods"] * _SWING))
    moves["periods"] = (max(1, inputs["periods"] - years), inputs["periods"] + years)
    swings = tornado(partial(clv_formula, timing=timing), inputs, moves)
    ax = figures.tornado(swings)
    ax.set_xlabel(_("value of the customer"))
    first = fill(
        "Value of the customer: {value:,.0f}. Paid at the {timing}, discounted at {rate:.0%} a "
        "year.",
        value=value,
        timing=_TIMINGS[timing],
        rate=inputs["discount_rate"],
    )
    kept = inputs["revenue"] - inputs["retention_cost"]
    if value > 0:
        verdict = fill("The customer pays back what was spent to win them.")
    elif kept <= 0:
        verdict = fill("Each year costs more than it brings: staying longer makes it worse.")
    else:
        verdict = fill("The customer does not stay long enough to pay back the acquisition cost.")
    return [ax, first, verdict]


def value_weights(components):
    """Show how the best customers change with the weights of a value score.

    Parameters
    ----------
    components : pandas.DataFrame
        One row per customer, one column per component, each from 0 (least) to 1 (most):
        ranks, for example.

    Raises
    ------
    CRMError
        If a value is missing or outside 0 to 1.
    """
    scores = customer_columns(components, list(components.columns))
    outside = [name for name in scores if not scores[name].between(0, 1).all()]
    if outside:
        raise CRMError(
            "Bring {names} to the range 0 to 1 first, for example with rank(pct=True).",
            names=_(", ").join(outside),
        )
    draw = _Weights(scores).draw
    equal = dict.fromkeys(scores, 1)
    explore(
        draw,
        partial(draw, **equal),
        lambda: {name: slider(_(name), 1, 0, _MOST_WEIGHT) for name in scores},
    )


class _Weights:
    """The scores of customers, ranked by the first component alone and by all equally."""

    def __init__(self, scores):
        self._scores = scores
        self._alone = steady(scores.iloc[:, 0]).nlargest(_TOP, keep="first").index
        self._equally = steady(scores.mean(axis=1))

    def draw(self, **weights):
        """Return the parts of the best customers' scores, and who is new among them."""
        total = sum(weights.values())
        if not total:
            raise CRMError("Give at least one component a weight above 0.")
        parts = self._scores * (pd.Series(weights) / total)
        score = steady(parts.sum(axis=1))
        best = score.nlargest(_TOP, keep="first").index
        known = best.isin(self._alone).sum()
        first = self._scores.columns[0]
        ax = _stacked(parts.loc[best[:_SHOWN]])
        ax.set(
            title=fill(
                "{known} of the {count} best are among the best by {first} alone; ten are drawn",
                known=known,
                count=len(best),
                first=first,
            ),
            xlabel=_("score, 0 to 1"),
            ylabel=_("customer"),
        )
        ax.alt = fill(
            "Stacked bars of the {count} best customers' scores by component, the best one, "
            "{customer}, with {score:.2f}.",
            count=len(best[:_SHOWN]),
            customer=str(best[0]),
            score=score[best[0]],
        )
        agreement = score.corr(self._equally, "spearman")
        return [
            ax,
            fill(
                "Over all customers, the order agrees with that of equal weights by {r:.2f} (rank "
                "correlation; 1: the same order).",
                r=agreement,
            ),
        ]


def _stacked(parts):
    ax = plt.subplots(figsize=(7.5, 4.8))[1]
    words = parts.rename(columns=_, index=str)
    words.plot.barh(stacked=True, ax=ax, width=0.8, color=plots.PALETTE[: parts.shape[1]])
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.set_xlim(0, 1)
    handles, labels = ax.get_legend_handles_labels()
    ax.get_legend().remove()
    ax.figure.legend(handles, labels, loc="outside lower center", ncols=4)
    return ax


def silence_explorer(model, repeats=3, weeks=20, silent=10):
    """Show how a purchase model reads the silence of a customer.

    The line is the probability that the customer has not stopped for good, by weeks of silence;
    a mark stands at the silence chosen.

    Parameters
    ----------
    model : BetaGeometricNBD
        Fitted in weeks.
    repeats, weeks, silent : int
        Where the controls start: repeat purchases, the weeks in which they were made, and the
        weeks of silence since.
    """
    start = {"repeats": repeats, "weeks": weeks, "silent": silent}
    draw = partial(_draw_silence, model)
    explore(
        draw,
        partial(draw, **start),
        lambda: {
            "repeats": slider(_("repeat purchases"), repeats, 1, 20),
            "weeks": slider(_("made within (weeks)"), weeks, 1, _MOST_WEEKS),
            "silent": slider(_("silent for (weeks)"), silent, 0, _MOST_WEEKS),
        },
    )


def _draw_silence(model, repeats, weeks, silent):
    silence = np.arange(_MOST_WEEKS + 1)
    rows = pd.DataFrame({"x": repeats, "t_x": float(weeks), "T": weeks + silence.astype("float64")})
    alive = model.probability_alive(rows)
    expected = model.expected_purchases(_YEAR, rows).iloc[silent]
    ax = plt.subplots(figsize=(7.5, 3.6))[1]
    ax.plot(silence, alive, color=plots.PALETTE[0])
    ax.plot(silent, alive.iloc[silent], "o", color=plots.PALETTE[1])
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set(
        ylim=(0, 1.02),
        xlabel=_("weeks of silence"),
        ylabel=_("P(alive)"),
        title=fill(
            "P(alive) {alive:.0%} after {silent} silent weeks",
            alive=alive.iloc[silent],
            silent=silent,
        ),
    )
    ax.alt = fill(
        "Line of P(alive) by weeks of silence, for {repeats} repeat purchases in {weeks} weeks; "
        "{alive:.0%} after {silent}.",
        repeats=repeats,
        weeks=weeks,
        alive=alive.iloc[silent],
        silent=silent,
    )
    return [
        ax,
        fill(
            "A purchase every {rhythm:.1f} weeks so far, silent for {silent}: {expected:.1f} "
            "purchases to expect in the next 52 weeks.",
            rhythm=weeks / repeats,
            silent=silent,
            expected=expected,
        ),
    ]
