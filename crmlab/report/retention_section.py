"""The section on staying: who bought again from one period to the next, and how silences end."""

import numpy as np
import pandas as pd
from scipy import stats

from crmlab import churn
from crmlab.churn.silence import curve_of_days
from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.report.parts import SHARE, Figure, Gap, Notes, Table, Text, Tiles

_PURCHASES = {"1": (1, 1), "2": (2, 2), "3 … 5": (3, 5), "6 …": (6, None)}
_FEW_RETURN = 0.1  # share of those silent for so long who come back


def retention_parts(facts):
    """Who of the customers of a period came back in the next, and after how long a silence."""
    before, after, old, new = facts.periods
    kept = kept_share(old, new)
    meaning = _(
        "Of {customers:,} customers who bought from {first:%Y-%m-%d} to {last:%Y-%m-%d}, "
        "{share:.0%} bought again in the {days} days after. Without a contract a silence is all "
        "there is to see: some of the others will still come back."
    ).format(
        customers=len(old),
        first=before[0],
        last=before[1],
        share=kept["kept"].iloc[-1],
        days=(after[1] - after[0]).days + 1,
    )
    gap = Gap(
        _(
            "Why customers leave, and whether an offer would keep them: that needs complaints, a "
            "survey, and an offer to a random half. Chapters 5a, 5b and 5c show it."
        )
    )
    return [Text(meaning), _by_purchases(kept), *_silences(facts), gap]


def kept_share(old, new):
    """Return which share of a period's customers bought in the next, by how often they bought.

    Parameters
    ----------
    old, new : pandas.DataFrame
        Customers of two periods, as from :func:`crmlab.summarize`.

    Returns
    -------
    pandas.DataFrame
        One row per number of purchases in the first period, the last one of all: ``purchases``,
        ``customers``, ``kept``, ``low`` and ``high`` (95 %, Wilson, 1927, *Journal of the American
        Statistical Association* 22:209); missing where there is no customer.
    """
    came = new.index.get_indexer(old.index) >= 0  # `isin` takes five times as long for texts
    bought = old["purchases"].to_numpy()
    rows = [
        (name, (bought >= least) & (bought <= (most or np.inf)))
        for name, (least, most) in _PURCHASES.items()
    ]
    rows.append((_("all"), np.ones(len(old), bool)))
    table = pd.DataFrame(
        [(name, int(here.sum()), int((here & came).sum())) for name, here in rows],
        columns=["purchases", "customers", "came"],
    )
    table["kept"] = table["came"] / table["customers"].where(table["customers"] > 0)
    table[["low", "high"]] = [
        stats.binomtest(came, n).proportion_ci(method="wilson") if n else (np.nan, np.nan)
        for came, n in zip(table.pop("came"), table["customers"], strict=True)
    ]
    return table


def _by_purchases(kept):
    names = {
        "purchases": _("purchases in the first period"),
        "customers": _("customers"),
        "kept": _("bought again in the second"),
        "low": _("from (95 %)"),
        "high": _("to (95 %)"),
    }
    formats = {names[name]: SHARE for name in ("kept", "low", "high")}
    return Table(_("Who came back"), kept[list(names)].rename(columns=names), formats)


def _silences(facts):
    try:
        curve = curve_of_days(facts.days[facts.days["bought"]], facts.as_of, facts.window)
    except CRMError as reason:
        return [Notes([str(reason)])]
    silences, ended = curve["at_risk"].iloc[0], curve["returned"]
    tiles = {_("silences between purchases, and since the last"): f"{silences:,}"}
    half = ended.index[ended >= ended.iloc[-1] / 2]
    tiles[_("days by which half of those who come back are back")] = f"{half[0]:,}"
    rare = curve.index[curve["comes_back"] < _FEW_RETURN]
    if len(rare):
        label = _(
            "days of silence after which fewer than {share:.0%} come back within {days} more"
        ).format(share=_FEW_RETURN, days=facts.window)
        tiles[label] = f"{rare[0]:,}"
    return [Tiles(tiles), Figure.of(churn.figures.returns(curve))]
