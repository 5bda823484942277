"""Baskets: what one order holds, one product taken out of each by lot, and what to recommend.

1. `hide_one` splits baskets into what can be seen and what a recommender has to guess.
2. `recommend` turns scores into the first products that are not there yet.
"""

import numpy as np
import pandas as pd

from crmlab.arguments import steady
from crmlab.errors import CRMError


def hide_one(lines, product="product", least=2, seed=0):
    """Take one product out of each basket by lot, to ask a recommender for it.

    Parameters
    ----------
    lines : pandas.DataFrame
        One row per product in an order: ``order_id`` and the product, a categorical column.
    product : str, default "product"
        Name of that column.
    least : int, default 2
        Baskets of fewer different products are left out.
    seed : int, default 0
        Of the lot.

    Returns
    -------
    rest : pandas.DataFrame
        One row per basket, a column per category: 1.0 where the product can be seen, else 0.0.
    hidden : pandas.DataFrame
        The rows of `lines` that were taken out, by order, in the same order of rows.

    Raises
    ------
    CRMError
        If the product is no categorical column.
    """
    if not isinstance(lines[product].dtype, pd.CategoricalDtype):
        raise CRMError(
            "The column {name!r} must be categorical: lines.astype({{{name!r}: 'category'}}).",
            name=product,
        )
    mixed = lines.drop_duplicates(["order_id", product]).sample(frac=1, random_state=seed)
    mixed = mixed[mixed.groupby("order_id")[product].transform("size") >= least]
    hidden = mixed.drop_duplicates("order_id").set_index("order_id")
    seen = mixed[mixed.duplicated("order_id")]
    rest = np.zeros((len(hidden), len(lines[product].cat.categories)))
    rest[hidden.index.get_indexer(seen["order_id"]), seen[product].cat.codes] = 1
    return pd.DataFrame(rest, hidden.index, lines[product].cat.categories), hidden


def recommend(scores, has, count=3):
    """Return the products with the highest scores that are not there yet.

    Parameters
    ----------
    scores, has : array-like
        One row per basket or customer, a column per product; `has` is positive where the
        product is there already.
    count : int, default 3
        How many to recommend to each.

    Returns
    -------
    numpy.ndarray
        Places of the products, the best first, one row per basket; of equal scores the product
        that stands first.
    """
    allowed = np.where(np.asarray(has) > 0, -np.inf, steady(np.asarray(scores, dtype=float)))
    return np.argsort(-allowed, axis=1, kind="stable")[:, :count]
