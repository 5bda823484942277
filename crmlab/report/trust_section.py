"""The section on trust: who could be found in the customer table, and whether the score is fair."""

import numpy as np
import pandas as pd
from scipy import stats

from crmlab.arguments import steady
from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.language import ngettext, sentences
from crmlab.report.facts import insist_on_a_purchase
from crmlab.report.parts import SHARE, Gap, Notes, Table, Text

K = 10  # people who look alike, in what leaves the house
_MOST_GROUPS = 12  # different values; a column of more numbers is cut into fourths
_LEAST_IN_GROUP = 30  # customers, and a third of them who left and who stayed
_CALLED = 0.2  # share of customers with the highest probability, whom somebody would call


def trust_parts(facts):
    """Whom a stranger could find, what would protect them, and what the score does to groups."""
    insist_on_a_purchase(facts.customers)
    meaning = _(
        "The table of customers has no names, and is personal data all the same: who knows a "
        "little about a customer finds the row, and reads the rest. Alone is who shares what is "
        "known with nobody; k is the size of the smallest group of customers who look alike."
    )
    return [Text(meaning), _found(facts), *_stranger(facts), *_fairness(facts)]


def alike(table):
    """Return how many rows of a table are like each row, itself included.

    Parameters
    ----------
    table : pandas.DataFrame
        Missing values are alike.

    Returns
    -------
    numpy.ndarray
        One number per row; the smallest is the k of k-anonymity (Sweeney, 2002, *International
        Journal of Uncertainty, Fuzziness and Knowledge-Based Systems* 10:557).
    """
    group = table.groupby(list(table), dropna=False, sort=False, observed=True).ngroup()
    return np.bincount(group)[group]


def _found(facts):
    customers = facts.customers
    first, last = customers["first_purchase"], customers["last_purchase"]
    spend = customers["spend"]
    unit = 10.0 ** np.floor(np.log10(max(spend.abs().median(), 1)))
    known = {
        _("month of the first purchase"): [first.dt.to_period("M")],
        _("day of the first purchase"): [first],
        _("days of the first and the last purchase"): [first, last],
        _("spend to the cent"): [spend.round(2)],
        _("everything in the table"): [first, last, customers["purchases"], spend.round(2)],
        _("coarser: quarters, 1, 2 or more purchases, spend in steps of {step:,.0f}").format(
            step=unit
        ): [
            first.dt.to_period("Q"),
            last.dt.to_period("Q"),
            customers["purchases"].clip(upper=2),
            spend.floordiv(unit).clip(upper=10),
        ],
    }
    if facts.register is not None and len(facts.sources.facts):
        told = [facts.register[fact] for fact in facts.sources.facts]
        names = ", ".join(map(_, facts.sources.facts))
        known[_("from the register: {facts}").format(facts=names)] = told
        month = first.dt.to_period("M")
        label = _("from the register: {facts}, and the month of the first purchase")
        known[label.format(facts=names)] = [*told, month]
    rows = []
    for what, columns in known.items():
        size = alike(pd.concat([column.rename(n) for n, column in enumerate(columns)], axis=1))
        rows.append((what, (size == 1).sum(), (size == 1).mean(), (size < K).mean(), size.min()))
    few = _("in groups of fewer than {k}").format(k=K)
    heads = [_("what a stranger knows"), _("alone"), _("share alone"), few]
    heads.append(_("smallest group (k)"))
    formats = {heads[2]: SHARE, few: SHARE}
    caption = _("Whom a stranger could find in the table of customers")
    return Table(caption, pd.DataFrame(rows, columns=heads), formats)


def _stranger(facts):
    parts = [
        Text(
            _(
                "So give away fewer columns, coarser ones, and no row of a group below {k}; how "
                "many customers that costs stands above. A number for each customer in place of "
                "the name protects nobody who can be found by the rest."
            ).format(k=K)
        )
    ]
    if facts.register is None or not len(facts.sources.facts):
        parts.append(
            Gap(
                _(
                    "What strangers know of your customers from elsewhere, such as age and place: "
                    "that needs a register with such columns (--register and --facts). Chapter 12a "
                    "shows it."
                )
            )
        )
    return parts


def _fairness(facts):
    register, group = facts.register, facts.sources.group
    if register is None or group is None:
        return [
            Gap(
                _(
                    "Whether the churn score is as right for one group of customers as for "
                    "another: that needs a register with a column of groups (--register and "
                    "--group). Chapter 12a shows it."
                )
            )
        ]
    try:
        risk = facts.churn_risk
    except CRMError as reason:
        return [Notes([_("There is no churn score to judge: {reason}").format(reason=reason)])]
    who = risk.churned.index.get_level_values("customer_id")
    table, left_out = by_group(
        risk.churned.to_numpy(), risk.foretold.to_numpy(), groups_of(register[group]).reindex(who)
    )
    parts = []
    if left_out:
        small = ngettext(
            "{count} customer of a small group, or of none, is left out of this comparison.",
            "{count} customers of small groups, or of none, are left out of this comparison.",
            left_out,
        )
        parts.append(Notes([small.format(count=left_out)]))
    if len(table) < 2:
        none = _("Fewer than two groups of {group} are large enough to be compared.")
        return [Text(none.format(group=_(group))), *parts]
    return [_by_group(table.reset_index(), group), Text(_verdict(table)), *parts]


def groups_of(column):
    """Return the groups of a column as text; many different numbers are cut into fourths.

    Parameters
    ----------
    column : pandas.Series

    Returns
    -------
    pandas.Series
        Missing where it was.
    """
    if column.nunique() > _MOST_GROUPS:
        value = pd.to_numeric(column, errors="coerce").astype(float)
        if value.notna().sum() == column.notna().sum():
            cut = pd.qcut(value, 4, duplicates="drop")
            names = [f"{one.left:,.0f} … {one.right:,.0f}" for one in cut.cat.categories]
            return cut.cat.rename_categories(names).astype("str").where(cut.notna())
    return column.astype("str").where(column.notna())


def by_group(churned, foretold, group):
    """Compare what a score does to groups of customers.

    Parameters
    ----------
    churned : array of bool
    foretold : array of float
        Probability to churn.
    group : pandas.Series
        Of each, missing where it is not known.

    Returns
    -------
    table : pandas.DataFrame
        Index ``group``, sorted; those with 30 customers or more, of whom 10 or more churned and 10
        or more did not: ``customers``; ``churned``, share; ``off``, mean probability less that
        share, with ``half``, half of an interval that is right for all groups at once at 95 %
        (Bonferroni); ``missed``, share of those who churned that are not among the fifth with the
        highest probability; ``in_vain``, share of those who stayed that are.
    left_out : int
        Customers of no such group.
    """
    rows = pd.DataFrame({"churned": churned.astype(float), "group": group.to_numpy()})
    rows["off"] = foretold - rows["churned"]
    place = np.argsort(-steady(foretold), kind="stable")
    called = np.zeros(len(rows))
    called[place[: int(_CALLED * len(rows))]] = 1
    rows["missed"] = np.where(churned, 1 - called, np.nan)
    rows["in_vain"] = np.where(churned, np.nan, called)
    by = rows.groupby("group")
    gone, size = by["churned"].sum(), by.size()
    large = (size >= _LEAST_IN_GROUP) & (np.minimum(gone, size - gone) >= _LEAST_IN_GROUP / 3)
    table = by[["churned", "off", "missed", "in_vain"]].mean()
    table.insert(0, "customers", size)
    looks = stats.norm.isf(0.025 / max(large.sum(), 1))
    table.insert(3, "half", looks * by["off"].sem())
    return table[large], int(len(rows) - size[large].sum())


def _by_group(table, group):
    names = {
        "group": _(group),
        "customers": _("customers"),
        "churned": _("bought nothing"),
        "off": _("probability less that share"),
        "half": _("±, all groups at once"),
        "missed": _("of those who left: not called"),
        "in_vain": _("of those who stayed: called"),
    }
    table["group"] = table["group"].map(_)
    formats = {names[name]: SHARE for name in ("churned", "missed", "in_vain")}
    formats |= {names["off"]: "{:+.1points}", names["half"]: "{:.1points}"}
    caption = _("The churn score by group, if the fifth with the highest probability is called")
    return Table(caption, table[list(names)].rename(columns=names), formats)


def _verdict(table):
    """Say whether the score is wrong for a group, and why equal rates cannot all be had."""
    wrong = table.index[steady(table["off"].abs() - table["half"]) > 0]
    if len(wrong):
        found = _("For {groups} the score is wrong by more than luck explains.").format(
            groups=", ".join(map(_, wrong))
        )
    else:
        found = _("For no group is the score wrong by more than luck explains.")
    why = _(
        "Where one group leaves more often than another, a score that is right for both cannot "
        "have the same error rates in both: say which of them counts."
    )
    return sentences(found, why)
