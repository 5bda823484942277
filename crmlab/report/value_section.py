"""The section on what customers are expected to bring, and the test of that forecast."""

import pandas as pd

from crmlab import clv
from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.notices import collected
from crmlab.report.facts import WEEKS, last_two_periods
from crmlab.report.parts import Figure, Table, Text, Tiles, money_format


def value_parts(facts):
    """What the next year should bring if customers go on as they are."""
    forecast = facts.forecast
    purchases, spend = forecast["expected_purchases"], forecast["expected_spend"]
    each = money_format(spend.mean()).format(spend.mean())
    tiles = Tiles(
        {
            _("purchases expected in 12 months"): f"{purchases.sum():,.0f}",
            facts.money(_("spend expected in 12 months")): f"{spend.sum():,.0f}",
            facts.money(_("spend expected, per customer")): each,
        }
    )
    story = _(
        "Two models read the log. BG/NBD (Fader, Hardie & Lee, 2005): a customer buys at a rate of "
        "their own, and after any purchase may leave without saying so. Gamma-Gamma: the size of "
        "a purchase varies around a mean of their own. Together they say what each customer should "
        "bring in the next 12 months if nothing changes: spend, not profit, and not discounted."
    )
    return [Text(story), tiles, *_tested(facts), _by_tier(facts, forecast)]


def _tested(facts):
    """Fit on the log up to the last period, and compare with what that period brought."""
    before, after = last_two_periods(facts.first_day, facts.as_of)
    try:
        with collected():
            table = clv.holdout(facts.log, before[1], after[1])
            model = clv.BetaGeometricNBD().fit(table)
    except CRMError as reason:
        untested = _("The forecast could not be tested on the last period: {reason}")
        return [Text(untested.format(reason=reason))]
    weeks = table.attrs["holdout_length"]
    expected = model.expected_purchases(weeks, table).sum()
    actual = table["holdout_purchases"].sum()
    verdict = _(
        "The test: fitted on the log up to {day:%Y-%m-%d}, the model expects {expected:,.0f} "
        "purchases of the customers of that day in the {weeks:,.0f} weeks after it; there were "
        "{actual:,.0f}."
    ).format(day=before[1], expected=expected, weeks=weeks, actual=actual)
    return [Text(verdict), Figure.of(clv.figures.conditional(clv.conditional_table(model, table)))]


def _by_tier(facts, forecast):
    try:
        groups = facts.tiers.astype("str").map(_)
        order = [_(name) for name in facts.pyramid.summary_.index]
    except CRMError:
        groups, order = pd.Series(_("all customers"), forecast.index), [_("all customers")]
    table = (
        forecast.groupby(groups.rename("tier"))
        .agg(
            customers=("expected_spend", "size"),
            purchases=("expected_purchases", "mean"),
            total=("expected_spend", "sum"),
            each=("expected_spend", "mean"),
        )
        .reindex([name for name in order if name in set(groups)])
        .reset_index()
    )
    names = {
        "tier": _("tier"),
        "customers": _("customers"),
        "purchases": _("purchases expected, per customer"),
        "total": facts.money(_("spend expected in 12 months")),
        "each": _("spend expected, per customer"),
    }
    formats = {
        names["purchases"]: "{:.1f}",
        names["each"]: money_format(forecast["expected_spend"].mean()),
    }
    caption = _("What each tier should bring in {weeks} weeks").format(weeks=WEEKS)
    return Table(caption, table.rename(columns=names), formats)
