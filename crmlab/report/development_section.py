"""The section on growth: the next purchase, and what is bought together and one after the other."""

import numpy as np
import pandas as pd
from scipy import sparse, stats

from crmlab.arguments import steady
from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.language import ngettext, sentences
from crmlab.report.facts import insist_on_a_purchase
from crmlab.report.parts import SHARE, Gap, Table, Text, money_format

_STEPS = 6  # purchases; the last step is this one or a later one
_LEAST_STEP = 30  # customers, for a share
_MOST_PRODUCTS = 300  # the most frequent ones
_LEAST_PAIRS = 10  # orders with both
_SHOWN = 10
_ERROR = 0.05  # that any pair is shown by luck, by Bonferroni


def development_parts(facts):
    """How far customers climb, and what could be offered next."""
    insist_on_a_purchase(facts.customers)
    meaning = _(
        "The ladder: of those who made a first, a second, a third purchase, how many made the next "
        "one within {days} days? A purchase counts where these days are over. Read it down: who "
        "climbs is another kind of customer, and was before."
    ).format(days=facts.window)
    return [Text(meaning), _ladder(facts), *_products(facts)]


def ladder(days, as_of, window):
    """Return how often one purchase is followed by the next.

    Parameters
    ----------
    days : pandas.DataFrame
        One row per customer and day, as in :attr:`crmlab.report.facts.Facts.days`.
    as_of : pandas.Timestamp
        The last day that counts.
    window : int
        Days in which the next purchase counts.

    Returns
    -------
    pandas.DataFrame
        Index ``purchase``, from 1; the last row holds that purchase and all later ones:
        ``customers`` (purchases of that number whose window is over), ``next`` (share followed
        by another within the window) and ``spend`` of such a purchase, mean.
    """
    bought = days[days["bought"]]
    customer = bought["customer_id"].to_numpy()
    day = bought["day"].to_numpy()
    number = bought.groupby("customer_id").cumcount().to_numpy() + 1
    follows = np.append(customer[1:] == customer[:-1], False)
    waited = np.append(day[1:] - day[:-1], np.timedelta64(0, "s"))
    again = follows & (waited <= np.timedelta64(window, "D"))
    over = day + np.timedelta64(window, "D") <= np.datetime64(as_of)
    rows = pd.DataFrame(
        {
            "purchase": np.minimum(number, _STEPS),
            "next": again.astype(float),
            "spend": bought["spend"].to_numpy(),
        }
    )[over]
    by = rows.groupby("purchase")
    return by.agg(customers=("next", "size"), next=("next", "mean"), spend=("spend", "mean"))


def _ladder(facts):
    table = ladder(facts.days, facts.as_of, facts.window).reset_index()
    if table.empty:
        raise CRMError("No purchase lies {days} days or more back.", days=facts.window)
    table.loc[table["customers"] < _LEAST_STEP, ["next", "spend"]] = np.nan
    table["purchase"] = table["purchase"].map(lambda n: f"{n} …" if n == _STEPS else f"{n}")
    names = {
        "purchase": _("purchase number"),
        "customers": _("purchases judged"),
        "next": _("followed by another in {days} days").format(days=facts.window),
        "spend": facts.money(_("spend of such a purchase, mean")),
    }
    formats = {names["next"]: SHARE, names["spend"]: money_format(facts.days["spend"].mean())}
    return Table(_("The ladder of purchases"), table[list(names)].rename(columns=names), formats)


def _products(facts):
    products = facts.products
    if products is None:
        return [
            Gap(
                _(
                    "What is bought together, and what next: that needs the products of each order "
                    "(--lines and --product). Chapters 6a and 8b show it."
                )
            )
        ]
    lines, left_out = _most_frequent(products)
    together, after = bought_together(lines), bought_next(lines)
    names = {"first": _("product"), "then": _("and"), "count": _("orders with both")}
    names |= {"by_luck": _("by luck"), "lift": _("times luck")}
    formats = {names["by_luck"]: "{:,.1f}", names["lift"]: "{:.1f}"}
    parts = []
    for table, caption, none, columns in (
        (
            together,
            _("Bought together more often than by luck"),
            _("No two products are in one order more often than luck would have it."),
            names,
        ),
        (
            after,
            _("Bought in the next order more often than by luck"),
            _("No product follows another more often than luck would have it."),
            {**names, "then": _("then"), "count": _("next orders")},
        ),
    ):
        shown = _beyond_luck(table)[list(columns)].rename(columns=columns)
        parts.append(Table(caption, shown, formats) if len(shown) else Text(none))
    how = _(
        "By luck: if each product were put into orders by lot, and if each customer's own orders "
        "came in any order. Pairs in {least} orders or more are tested, all at once at 5 %; the "
        "highest are shown. A pair is a reason to try an offer, not proof that it would sell."
    ).format(least=_LEAST_PAIRS)
    if left_out:
        more = ngettext(
            "{count} product that is bought less often is left out.",
            "{count} products that are bought less often are left out.",
            left_out,
        )
        how = sentences(how, more.format(count=left_out))
    return [*parts, Text(how)]


def _most_frequent(products):
    counts = products["product"].value_counts(sort=False).sort_index()
    keep = counts.sort_values(ascending=False, kind="stable").index[:_MOST_PRODUCTS]
    return products[products["product"].isin(keep)], len(counts) - len(keep)


def bought_together(products):
    """Count pairs of products in one order, and compare with orders filled by lot.

    Parameters
    ----------
    products : pandas.DataFrame
        ``customer_id``, ``order``, ``product``, each product once an order.

    Returns
    -------
    pandas.DataFrame
        One row per pair, in alphabetical order: ``first``, ``then``; ``count``, orders with both;
        ``by_luck``, n_a n_b / n of the n orders; ``lift``, their ratio; ``p_value``, one-sided, of
        the hypergeometric distribution (Fisher's exact test).
    """
    _customers, names, holds = _held(products)
    n, alone = holds.shape[0], np.asarray(holds.sum(axis=0)).ravel()
    both = np.triu((holds.T @ holds).toarray(), k=1)
    a, b = np.nonzero(both)
    count = both[a, b]
    by_luck = alone[a] * alone[b] / n
    p_value = stats.hypergeom.sf(count - 1, n, alone[a], alone[b])
    return _pairs(names, a, b, count, by_luck, p_value)


def bought_next(products):
    """Count what stands in the next order of those who bought something, and compare with luck.

    Parameters
    ----------
    products : pandas.DataFrame
        ``customer_id``, ``order``, ``product``, each product once an order; rows in order of time.

    Returns
    -------
    pandas.DataFrame
        One row per ordered pair of different products that occurs: ``first``, ``then``; ``count``,
        times that `then` is in the order after one with `first`; ``by_luck``, the exact mean of it
        over all orders in time of each customer's own orders: of n orders, a hold the first, b the
        second and c both, and each of the a b − c pairs of different orders stands side by side,
        in this direction, with chance 1 / n; ``lift``, their ratio; ``p_value``, one-sided, as if
        the count were Poisson.
    """
    customers, names, holds = _held(products)
    customer = pd.factorize(customers)[0]
    goes_on = customer[1:] == customer[:-1]
    seen = (holds[:-1][goes_on].T @ holds[1:][goes_on]).toarray()
    number = np.bincount(customer)
    whose = sparse.csr_array((np.ones(len(customer)), (customer, np.arange(len(customer)))))
    of_customer = whose @ holds
    each = sparse.diags_array(1 / number)
    every = of_customer.T @ each @ of_customer
    same = holds.T @ sparse.diags_array(1 / number[customer]) @ holds
    luck = (every - same).toarray()
    np.fill_diagonal(seen, 0)
    a, b = np.nonzero(seen)
    count, by_luck = seen[a, b], luck[a, b]
    return _pairs(names, a, b, count, by_luck, stats.poisson.sf(count - 1, by_luck))


def _held(products):
    """Return the customer of each order, the names of the products, and which order holds which."""
    keys = pd.MultiIndex.from_frame(products[["customer_id", "order"]])
    order, orders = pd.factorize(keys)
    product, names = pd.factorize(products["product"].astype("str"), sort=True)
    holds = sparse.csr_array(
        (np.ones(len(products)), (order, product)), shape=(len(orders), len(names))
    )
    return orders.get_level_values(0), np.asarray(names), holds


def _pairs(names, a, b, count, by_luck, p_value):
    return pd.DataFrame(
        {
            "first": names[a],
            "then": names[b],
            "count": count.astype(int),
            "by_luck": by_luck,
            "lift": count / by_luck,
            "p_value": p_value,
        }
    )


def _beyond_luck(pairs):
    """Return the pairs with the highest lift among those that luck does not explain."""
    tested = pairs[pairs["count"] >= _LEAST_PAIRS]
    sure = tested[steady(tested["p_value"]) * len(tested) <= _ERROR]
    order = np.argsort(-steady(sure["lift"].to_numpy()), kind="stable")
    return sure.iloc[order[:_SHOWN]]
