"""What comes after what: pairs in the order of time, against shuffled order.

1. The events of each customer are put in order of time; each but the last has a next one.
2. A pair "A, then B" counts how often the next event after an A is a B.
3. By luck alone, each customer's own events come in any order, equally likely. A customer with
   ``n`` events, of which ``a`` are A and ``b`` are B, then gives ``a b / n`` such pairs on
   average: of the ``n − 1`` places each holds the pair with chance ``a b / (n (n − 1))``.
4. How far luck scatters is found by shuffling; the p-value counts the shuffles that reach what was
   seen (Phipson & Smyth 2010: the real order is one of them, so it is never 0).
"""

import numpy as np
import pandas as pd

from crmlab.arguments import integer, table_columns
from crmlab.errors import CRMError


def next_pairs(events, item, draws=999, seed=0):
    """Count what comes next after what, and compare with shuffled order.

    Parameters
    ----------
    events : pandas.DataFrame
        One row per event: ``customer_id``, ``date``, and what it was.
    item : str
        The column that says what it was.
    draws : int, default 999
        Shuffles; 0 for no p-values.
    seed : int, default 0
        Of the shuffles.

    Returns
    -------
    pandas.DataFrame
        One row per ordered pair of two different items, in alphabetical order: index ``first``
        and ``then``; ``count``, how often `then` comes next after `first`; ``by_luck``, the exact
        mean of that over all orders of each customer's own events; ``times_luck``, their ratio,
        missing where luck gives none; ``p_value``, one-sided.

    Raises
    ------
    CRMError
        If a column is missing, or there are fewer than two items.
    """
    draws, seed = integer(draws, "draws", 0), integer(seed, "seed", 0)
    events = table_columns(events, ["customer_id", "date", item])
    in_order = events.sort_values(["customer_id", "date"], kind="stable")
    customer = pd.factorize(in_order["customer_id"])[0]
    code, names = pd.factorize(in_order[item].astype("str"), sort=True)
    code, size = code.astype(np.int64), len(names)
    if size < 2:
        raise CRMError("Pairs need two different items or more in column {name!r}.", name=item)
    goes_on = customer[1:] == customer[:-1]

    def counted(order):
        cells = order[:-1][goes_on] * size + order[1:][goes_on]
        return np.bincount(cells, minlength=size * size)

    found = counted(code)
    rng, reached = np.random.default_rng(seed), np.zeros(size * size, np.int64)
    for _draw in range(draws):
        # Customers stay together: what moves is the order within each.
        shuffled = np.argsort(customer + rng.random(len(customer)), kind="stable")
        reached += counted(code[shuffled]) >= found
    table = pd.DataFrame(
        {"count": found, "by_luck": _by_luck(customer, code, size).ravel()},
        pd.MultiIndex.from_product([names, names], names=["first", "then"]),
    )
    table["times_luck"] = table["count"] / table["by_luck"].where(table["by_luck"] > 0)
    if draws:
        table["p_value"] = (reached + 1) / (draws + 1)
    return table[~np.eye(size, dtype=bool).ravel()]


def _by_luck(customer, code, size):
    """Return the mean of each pair over all orders of each customer's own events."""
    number = np.bincount(customer)
    cells = np.bincount(customer * size + code, minlength=len(number) * size)
    times = cells.reshape(len(number), size).astype(float)
    return (times / number[:, None]).T @ times
