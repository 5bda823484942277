"""How good a list of people is, on five dimensions.

Completeness, uniqueness, validity, timeliness and consistency are among the dimensions of the
DAMA UK working group (2013); each here is a share of what could be good and is.
"""

import pandas as pd

DETAILS = ["phone", "born", "street", "email"]


def scorecard(records, customer_of, since="2025-01-01"):
    """Return five shares, 1 is best.

    Parameters
    ----------
    records : pandas.DataFrame
        One row per record: the details, ``updated``, and ``told``, how many details had any text
        at all; without that column, those that are known.
    customer_of : array-like
        Whose each record is, in the order of `records`.
    since : str
        Records renewed from this day on are timely.

    Returns
    -------
    pandas.Series
        completeness: details that are known, of all; uniqueness: customers ÷ records; validity:
        details that can be right, of those told; timeliness: records renewed since; consistency:
        of customers of whom two records or more have a street, those with the same one in all.
    """
    known = records[DETAILS].notna().sum(axis=1)
    told = records.get("told", known)
    whose = pd.Series(list(customer_of), records.index)
    streets = records["street"].groupby(whose).agg(["count", "nunique"])
    several = streets[streets["count"] > 1]
    return pd.Series(
        {
            "completeness": known.sum() / (len(records) * len(DETAILS)),
            "uniqueness": whose.nunique() / len(records),
            "validity": known.sum() / told.sum(),
            "timeliness": (records["updated"] >= since).mean(),
            "consistency": (several["nunique"] == 1).mean() if len(several) else 1.0,
        }
    )
