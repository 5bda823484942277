"""Who can be found in an extract without names, by a stranger who knows a little.

1. A stranger knows a page: some facts about one person, told in public, not all of them right.
2. Rows of the extract that agree in all facts which the page tells are candidates.
3. One candidate is a find. It may be the wrong one: somebody else who happens to agree, where the
   person is not in the extract, or the page is wrong.

So the rate is counted by trying, with people who agreed to it: a *motivated intruder test*
(Information Commissioner's Office 2012, *Anonymisation: managing data protection risk code of
practice*).
"""

import numpy as np
import pandas as pd

from crmlab.arguments import table_columns
from crmlab.errors import CRMError


def find_people(pages, extract, facts):
    """Look for each page in an extract.

    Parameters
    ----------
    pages : pandas.DataFrame
        One row per page; a fact that is missing is not told.
    extract : pandas.DataFrame
        One row per person; a fact that is missing agrees with none.
    facts : list of str
        Columns of both that a stranger can compare.

    Returns
    -------
    pandas.DataFrame
        Index of `pages`: ``candidates``, rows that agree in all facts told; ``found``, the index
        label of the one candidate, missing where there are none or several. A page that tells
        nothing finds nobody.

    Raises
    ------
    CRMError
        If a column is missing, or no fact is named.
    """
    facts = list(facts)
    if not facts:
        raise CRMError("Name at least one fact that the stranger can compare.")
    pages, extract = table_columns(pages, facts), table_columns(extract, facts)
    asked, rows = _codes(pages, extract, facts)
    candidates, row = np.zeros(len(pages), np.int64), np.full(len(pages), -1)
    for pattern, mine in (asked >= 0).groupby(facts).indices.items():
        known = [fact for fact, says in zip(facts, np.atleast_1d(pattern), strict=True) if says]
        if not known:
            continue
        alike = rows[(rows[known] >= 0).all(axis=1)].reset_index(names="row")
        groups = alike.groupby(known)["row"].agg(["size", "first"])
        met = asked.iloc[mine].join(groups, on=known)
        candidates[mine] = met["size"].fillna(0)
        row[mine] = met["first"].where(met["size"] == 1).fillna(-1)
    names = extract.index.to_series().reset_index(drop=True)
    return pd.DataFrame(
        {"candidates": candidates, "found": names.reindex(row).array}, index=pages.index
    )


def _codes(pages, extract, facts):
    """Return both tables with a number for each value, the same in both; -1 for a missing one."""
    both = {fact: pd.concat([pages[fact], extract[fact]]).astype("object") for fact in facts}
    codes = pd.DataFrame({fact: pd.factorize(values)[0] for fact, values in both.items()})
    return codes.iloc[: len(pages)], codes.iloc[len(pages) :].reset_index(drop=True)
