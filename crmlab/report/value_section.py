"""The section on what customers are expected to bring, and the test of each forecast."""

import pandas as pd

from crmlab import clv
from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.language import mark
from crmlab.report.parts import Figure, Gap, Notes, Table, Text, Tiles, money_format


def value_parts(facts):
    """What the next period should bring, by a forecast that foretold the last one."""
    outlook = facts.outlook
    tried = _(
        "Each forecast was first made on {day:%Y-%m-%d}, for the {days} days after it, and "
        "compared with what the customers of that day then brought. It passes if purchases and "
        "spend are both within a quarter of what came, and looks as far ahead as it was tried on."
    ).format(day=facts.periods[0][1], days=outlook.days)
    parts = [Text(tried), _trials(facts, outlook)]
    reasons = [
        _("{forecast} could not be made: {reason}").format(
            forecast=_(trial.name), reason=trial.reason
        )
        for trial in outlook.trials
        if trial.reason
    ]
    if reasons:
        parts.append(Notes(reasons))
    if outlook.chosen is None:
        none = _(
            "No forecast passed its test, so none is shown: these customers do not yet go on "
            "in a way that can be counted on. What they brought in the last period stands "
            "above."
        )
        return [*parts, Text(none)]
    model = outlook.chosen.model
    if model is not None:
        seen = clv.conditional_table(model, outlook.known)
        parts.append(Figure.of(clv.figures.conditional(seen)))
    profit = _(
        "What customers bring in profit: that needs what goods and service cost, by order or by "
        "product. Chapter 2a shows it."
    )
    return [
        *parts,
        Text(_story(model)),
        _totals(facts, outlook),
        _by_tier(facts, outlook),
        Gap(profit),
    ]


def _trials(facts, outlook):
    rows = []
    for trial in outlook.trials:
        made = trial.foretold is not None
        rows.append(
            {
                _("forecast"): _(trial.name),
                _("test"): _("passed") if trial.passed else _("failed") if made else _("not made"),
                _("purchases foretold"): trial.foretold["purchases"].sum() if made else pd.NA,
                _("purchases that came"): outlook.came["purchases"],
                facts.money(_("spend foretold")): trial.foretold["spend"].sum() if made else pd.NA,
                facts.money(_("spend that came")): outlook.came["spend"],
            }
        )
    return Table(_("The forecasts, tried on the last period"), pd.DataFrame(rows).convert_dtypes())


def _story(model):
    if model is not None:
        return _(
            "Two models read the log. BG/NBD (Fader, Hardie & Lee, 2005): a customer buys at a "
            "rate of their own, and after any purchase may leave without saying so. Gamma-Gamma: "
            "the size of a purchase varies around a mean of their own. Together they say what "
            "each customer should bring if nothing changes: spend, not profit, and not discounted. "
            "Where the log shows no such differences, a note below says what was fitted instead."
        )
    return _(
        "The simplest forecast there is: whatever a customer brought in the last period comes once "
        "more. It is right about all customers together, as the test says, and knows little about "
        "one of them. Spend, not profit, and not discounted."
    )


def _totals(facts, outlook):
    purchases, spend = (outlook.forecast[name] for name in outlook.forecast)
    each = money_format(spend.mean()).format(spend.mean())
    return Tiles(
        {
            _("days ahead"): f"{outlook.days}",
            _("purchases expected"): f"{purchases.sum():,.0f}",
            facts.money(_("spend expected")): f"{spend.sum():,.0f}",
            facts.money(_("spend expected, per customer")): each,
        }
    )


def _by_tier(facts, outlook):
    forecast = outlook.forecast
    try:
        tiers = facts.tiers
    except CRMError:
        tiers = pd.Series(mark("all customers"), forecast.index).astype("category")
    table = (
        forecast.groupby(tiers.rename("tier"), observed=True)
        .agg(
            customers=("expected_spend", "size"),
            purchases=("expected_purchases", "mean"),
            total=("expected_spend", "sum"),
            each=("expected_spend", "mean"),
        )
        .reset_index()
    )
    table["tier"] = table["tier"].astype("str").map(_)
    names = {
        "tier": _("tier"),
        "customers": _("customers"),
        "purchases": _("purchases expected, per customer"),
        "total": facts.money(_("spend expected")),
        "each": _("spend expected, per customer"),
    }
    formats = {
        names["purchases"]: "{:.1f}",
        names["each"]: money_format(forecast["expected_spend"].mean()),
    }
    caption = _("What each tier should bring in {days} days").format(days=outlook.days)
    return Table(caption, table.rename(columns=names), formats)
