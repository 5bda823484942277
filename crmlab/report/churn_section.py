"""The section on who may be leaving: a tested model, and who is at risk today."""

from itertools import pairwise

import pandas as pd

from crmlab import churn
from crmlab.language import gettext as _
from crmlab.report.parts import SHARE, Figure, Table, Text, Tiles

_RISKS = (0, 0.25, 0.5, 0.75, 1)


def churn_parts(facts):
    """Who bought of late and may not buy again, and how far to trust that."""
    risk = facts.churn_risk
    verdict = _(
        "The test: a model fitted on the customers of {train:%Y-%m-%d} foretold, on "
        "{test:%Y-%m-%d}, who would buy nothing in the next {days} days. It expected "
        "{expected:.0%}; {rate:.0%} did not buy. Among the tenth with the highest probability it "
        "was {top:.0%}."
    ).format(
        train=risk.cutoffs[0],
        test=risk.cutoffs[1],
        days=risk.window,
        expected=risk.foretold.mean(),
        rate=risk.churned.mean(),
        top=churn.lift_table(risk.churned, risk.foretold)["churn_rate"].iloc[0],
    )
    meaning = _(
        "Without a contract nobody says goodbye, so churn has to be defined: here, to buy nothing "
        "for {days} days. It is asked about customers who bought in the {lookback} days before."
    ).format(days=risk.window, lookback=risk.lookback)
    failed = _(
        "The model failed this test: it did not foretell the rarer outcome, to buy or not, to "
        "within a quarter, or ranked customers no better than chance. So the probabilities of "
        "today are not shown."
    )
    advice = _(
        "A high probability is no reason for an offer: many of these customers have left already, "
        "and others would stay without one. Try an offer on a random half, and compare."
    )
    today = [Text(failed)]
    if risk.passed:
        today = [*_today(facts, risk.today["churn_probability"]), Text(advice)]
    return [
        Text(meaning),
        Text(verdict),
        Figure.of(churn.figures.calibration(churn.calibration_table(risk.churned, risk.foretold))),
        *today,
    ]


def _today(facts, today):
    words = [
        _("{low:.0%} to {high:.0%}").format(low=low, high=high) for low, high in pairwise(_RISKS)
    ]
    risk = pd.cut(today, _RISKS, labels=words, include_lowest=True)
    spend = facts.customers["spend"].reindex(today.index)
    table = spend.groupby(risk.rename("risk"), observed=False).agg(["size", "sum"]).reset_index()
    table["risk"] = table["risk"].astype("str")
    names = {
        "risk": _("probability to buy nothing"),
        "size": _("customers"),
        "sum": facts.money(_("their spend so far")),
    }
    tiles = Tiles(
        {
            _("customers asked about"): f"{len(today):,}",
            _("expected to buy nothing"): f"{today.sum():,.0f}",
            _("as a share of them"): SHARE.format(today.mean()),
        }
    )
    caption = _("The customers of today by risk")
    return [tiles, Table(caption, table[list(names)].rename(columns=names))]
