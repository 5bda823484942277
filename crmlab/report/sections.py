"""The sections of the page, in order: each is one function from facts to parts.

A function raises :class:`crmlab.CRMError` where the log cannot give its topic; the page
then shows the reason in its place. What the models say meanwhile ("nobody has score 2")
is added below by the builder.
"""

import numpy as np
import pandas as pd

from crmlab import plots
from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.language import mark, ngettext
from crmlab.notices import collected
from crmlab.report.acquisition_section import acquisition_parts
from crmlab.report.churn_section import churn_parts
from crmlab.report.development_section import development_parts
from crmlab.report.facts import fitted_pyramid, insist_on_a_purchase
from crmlab.report.parts import SHARE, Figure, Gap, Notes, Table, Text, Tiles, money_format
from crmlab.report.retention_section import retention_parts
from crmlab.report.trust_section import trust_parts
from crmlab.report.value_section import value_parts
from crmlab.segmentation.pyramid import gini, top_share
from crmlab.segmentation.rfm import MEASURES

_MOST_ROWS = 10
_MOST_LETTERS = 60
_TOP_SHARES = (0.01, 0.05, 0.1, 0.2)


def _quality(facts):
    """What was read, repaired and left out: before any figure that rests on it."""
    rejected, left_out = facts.reading.rejected, facts.reading.left_out
    asked = int(left_out["rows"].sum())
    later = facts.customers.attrs["rows_after_as_of"]
    counts = {
        _("rows read"): f"{facts.rows + later + len(rejected) + asked:,}",
        _("rows used"): f"{facts.rows:,}",
        _("rows rejected"): f"{len(rejected):,}",
        _("rows after the last day that counts"): f"{later:,}",
    }
    if asked:
        counts[_("rows left out on request")] = f"{asked:,}"
    parts = [Tiles(counts)]
    if len(rejected):
        parts += [_reasons(rejected), _first_rejected(rejected)]
    notes = [*facts.reading.notes, *facts.said]
    none = _("Nothing had to be repaired, and nothing was left out.")
    twice = _(
        "Whether two customer numbers are one person: that needs names, addresses or telephone "
        "numbers. Chapter 7b shows it."
    )
    return [*parts, Gap(twice), Notes(notes or [none])]


def _reasons(rejected):
    groups = rejected.groupby(["column", "reason"], sort=False, dropna=False)
    table = groups.size().reset_index(name="rows")
    table["column"] = table["column"].replace("", _("line"))
    table = table.rename(columns={"column": _("column"), "reason": _("reason"), "rows": _("rows")})
    return Table(_("Why rows were rejected"), table)


def _first_rejected(rejected):
    first = rejected.head(_MOST_ROWS)
    table = pd.DataFrame(
        {
            _("row"): first["row"].map(str, na_action="ignore"),
            _("column"): first["column"].replace("", _("line")),
            _("value"): first["value"].map(_shortened),
            _("reason"): first["reason"],
        }
    )
    caption = _("The first rows rejected (the header of a file is row 1)")
    return Table(caption, table)


def _shortened(value):
    if pd.isna(value) or str(value) == "":
        return _("empty")
    text = str(value)
    return text if len(text) <= _MOST_LETTERS else text[:_MOST_LETTERS] + "…"


def _key_figures(facts):
    customers = facts.customers
    insist_on_a_purchase(customers)
    spend, purchases = customers["spend"], customers["purchases"]
    money = money_format(spend.mean())
    figures = {
        _("customers"): f"{len(customers):,}",
        _("purchases"): f"{purchases.sum():,}",
        facts.money(_("spend")): f"{spend.sum():,.0f}",
        facts.money(_("spend per customer, mean")): money.format(spend.mean()),
        facts.money(_("spend per customer, median")): money.format(spend.median()),
        facts.money(_("spend per purchase")): money.format(spend.sum() / purchases.sum()),
        _("bought more than once"): SHARE.format((purchases > 1).mean()),
        _("days since the last purchase, median"): f"{customers['recency_days'].median():,.0f}",
    }
    if facts.refunds:
        figures[facts.money(_("refunded"))] = f"{facts.refunded:,.0f}"
    meaning = _(
        "A purchase is a day on which a customer bought; several rows on one day are one "
        "purchase. Refunds are taken off spend and change no count."
    )
    return [Tiles(figures), Text(meaning)]


def _segments(facts):
    customers, scores = facts.customers, facts.scores
    parts = [
        Text(
            _(
                "Each customer has three scores from 1 to 5, and high is good: R for a recent "
                "purchase, F for many purchases, M for much spend. Customers with equal values "
                "have equal scores. A segment is a name for a block of scores."
            )
        ),
        Figure.of(plots.segment_map(scores)),
    ]
    if customers["spend"].sum() > 0:
        parts.append(Figure.of(plots.segment_shares(scores, customers["spend"])))
    else:
        doubt = _("After refunds nothing was earned, so M and the names that use it say little.")
        parts.append(Notes([doubt]))
    return [*parts, _segment_sizes(facts), _score_limits(facts)]


def _segment_sizes(facts):
    groups = facts.customers["spend"].groupby(facts.scores["segment"], observed=True)
    table = groups.agg(["size", "sum"]).reset_index()
    table["segment"] = table["segment"].astype("str").map(_)
    table["of customers"] = table["size"] / table["size"].sum()
    total = table["sum"].sum()
    table["of spend"] = table["sum"] / total if total > 0 else np.nan
    names = {
        "segment": _("segment"),
        "size": _("customers"),
        "of customers": _("share of customers"),
        "sum": facts.money(_("spend")),
        "of spend": _("share of spend"),
    }
    table = table[list(names)].rename(columns=names)
    shares = {_("share of customers"): SHARE, _("share of spend"): SHARE}
    return Table(_("Segments: how many, and what they bring"), table, shares)


def _score_limits(facts):
    money = money_format(facts.customers["spend"].mean())
    found = facts.rfm.summary_
    limits = {_("score"): [str(score) for score in range(facts.rfm.bins, 0, -1)]}
    names = {
        "R": _("R: days since the last purchase"),
        "F": _("F: purchases"),
        "M": facts.money(_("M: spend")),
    }
    for measure in MEASURES:
        form = money if measure == "M" else "{:,.0f}"
        rows = found.loc[measure].iloc[::-1]
        limits[names[measure]] = [
            f"{form.format(low)}\u2009…\u2009{form.format(high)}" if count else pd.NA
            for count, low, high in rows[["customers", "from", "to"]].itertuples(index=False)
        ]
    return Table(_("What the scores mean in this log (–: nobody)"), pd.DataFrame(limits))


def _pyramid(facts):
    summary, spend = facts.pyramid.summary_, facts.customers["spend"]
    parts = [
        Text(
            _(
                "Customers in the order of their spend: Diamond is the best 1 %, Platinum the "
                "next 4 %, Gold 15 %, Ordinary 20 %, Basic 60 %. Equal spend is in the same tier."
            )
        ),
        Figure.of(plots.pyramid(summary)),
        _tiers(summary, facts),
    ]
    positive = spend.clip(lower=0)
    parts += [Figure.of(plots.concentration(positive)), _concentration(positive)]
    parts.append(
        Text(
            _(
                "Gini coefficient: {gini:.2f} (0: all spend the same; near 1: one spends "
                "everything)."
            ).format(gini=gini(positive))
        )
    )
    below = int((spend < 0).sum())
    if below:
        note = ngettext(
            "{count} customer got back more than was paid; for the concentration this is 0.",
            "{count} customers got back more than was paid; for the concentration this is 0.",
            below,
        )
        parts.append(Notes([note.format(count=below)]))
    return parts


def _tiers(summary, facts):
    money = money_format(facts.customers["spend"].mean())
    names = {
        "tier": _("tier"),
        "customers": _("customers"),
        "share_of_customers": _("share of customers"),
        "value": facts.money(_("spend")),
        "share_of_value": _("share of spend"),
        "mean_value": _("mean spend"),
        "least_value": _("least spend"),
    }
    table = summary.reset_index()[list(names)]
    table["tier"] = table["tier"].astype("str").map(_)
    formats = dict.fromkeys([names["share_of_customers"], names["share_of_value"]], SHARE)
    formats |= dict.fromkeys([names["mean_value"], names["least_value"]], money)
    return Table(_("Tiers by spend"), table.rename(columns=names), formats)


def _concentration(spend):
    held = {f"{share:.0%}": top_share(spend, share) for share in _TOP_SHARES}
    table = pd.DataFrame({_("best customers"): list(held), _("share of spend"): held.values()})
    return Table(_("How concentrated is spend?"), table, {_("share of spend"): "{:.1%}"})


def _migration(facts):
    before, after, old, new = facts.periods
    try:
        pyramid = fitted_pyramid(old)
        insist_on_a_purchase(new)
    except CRMError as reason:
        raise CRMError(
            "In {before} and {after}, the two periods to compare: {reason}",
            before=_period(before),
            after=_period(after),
            reason=reason,
        ) from None
    kept = pyramid.migration(old, new)
    with collected():
        ranked = pyramid.migration(old, new, rerank=True)
    periods = _(
        "From {before} to {after}: two periods of {days} days, the last that the log covers. "
        "Someone who bought in one of them only is new or gone."
    ).format(before=_period(before), after=_period(after), days=(after[1] - after[0]).days + 1)
    ways = _(
        "With the limits of the first period kept, {kept:.0%} stay in their tier: a tier is then a "
        "level of spend, and all can rise. With customers ranked anew, {ranked:.0%} stay: a tier "
        "is then a place, and one rises only as another falls."
    ).format(kept=stayed(kept), ranked=stayed(ranked))
    luck = _(
        "Part of every fall from the top, and of every rise from the base, is luck that does not "
        "repeat itself (regression to the mean)."
    )
    return [Text(periods), Figure.of(plots.migration(kept)), Text(ways), Text(luck)]


def _period(period):
    return f"{period[0]:%Y-%m-%d} – {period[1]:%Y-%m-%d}"


def stayed(matrix):
    """Return the share of the customers with a tier before who have the same one after.

    Parameters
    ----------
    matrix : pandas.DataFrame
        As from :meth:`crmlab.Pyramid.migration`.
    """
    tiers = matrix.index.intersection(matrix.columns, sort=False)
    return np.trace(matrix.loc[tiers, tiers]) / matrix.loc[tiers].to_numpy().sum()


def _actions(facts):
    groups = facts.customers.groupby(facts.scores["segment"], observed=True)
    table = groups.agg(
        size=("spend", "size"),
        spend=("spend", "sum"),
        mean=("spend", "mean"),
        recency=("recency_days", "median"),
    )
    table["action"] = facts.rfm.segments_.drop_duplicates("segment").set_index("segment")["action"]
    table = table.reset_index()
    for words in ("segment", "action"):
        table[words] = table[words].astype("str").map(_)
    names = {
        "segment": _("segment"),
        "action": _("what to do"),  # early: a telephone shows two columns
        "size": _("customers"),
        "spend": facts.money(_("spend")),
        "mean": _("mean spend"),
        "recency": _("days since the last purchase, median"),
    }
    money = money_format(facts.customers["spend"].mean())
    advice = _(
        "The actions are common in the trade and not tested in your business. Try one on a random "
        "half of a segment, and compare it with the other half."
    )
    actions = Table(
        _("One line for each segment"),
        table[list(names)].rename(columns=names),
        {names["mean"]: money},
    )
    return [actions, Text(advice)]


def _method(facts):
    return [
        Text(
            _(
                "Rows were summed up to one row per customer on the last day that counts. A score "
                "is 1 + ⌊5 × the share of customers who are strictly worse⌋. Tier limits are "
                "shares of customers by spend, a tie taking the higher tier for all. The file of "
                "customers beside this page has scores, segment and tier of each."
            )
        ),
        Text(
            _(
                "What this page cannot say: scores and tiers compare customers of this log with "
                "one another, and say nothing about other companies. They describe the past; the "
                "forecasts assume that nothing changes. Spend is not profit. A customer who bought "
                "under two numbers is two customers here, and a first purchase before the log "
                "begins is not seen."
            )
        ),
    ]


# Key (the anchor in the page), title, function.
SECTIONS = (
    ("quality", mark("Data quality"), _quality),
    ("figures", mark("Key figures"), _key_figures),
    ("segments", mark("Segments by recency, frequency and spend"), _segments),
    ("pyramid", mark("Pyramid and concentration"), _pyramid),
    ("migration", mark("Tier migration"), _migration),
    ("value", mark("What customers will bring"), value_parts),
    ("acquisition", mark("New customers"), acquisition_parts),
    ("retention", mark("Who stays"), retention_parts),
    ("churn", mark("Who may be leaving"), churn_parts),
    ("development", mark("The next purchase"), development_parts),
    ("trust", mark("Trust: who could be found, and is the score fair"), trust_parts),
    ("actions", mark("What to do"), _actions),
    ("method", mark("How it was computed, and its limits"), _method),
)
