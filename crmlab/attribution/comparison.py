"""The rules side by side: one column each, over the same conversions."""

import pandas as pd

from crmlab.attribution.coalitions import shapley
from crmlab.attribution.markov_chain import markov
from crmlab.attribution.rules import first_touch, last_touch, linear, position_based


def compare(paths):
    """Credit the channels by every rule.

    Where rules agree, the choice of a rule does not matter; where they do not, no rule can
    say who is right, for none of it is causal: only switching a channel off for some leads,
    at random, can.

    Parameters
    ----------
    paths : pandas.DataFrame
        As from :func:`crmlab.attribution.paths`: ``path``, ``conversions``, ``lost``.

    Returns
    -------
    pandas.DataFrame
        Rows: ``channel``, also those of lost paths only. Columns: ``first_touch``,
        ``last_touch``, ``linear``, ``position_based`` (0.4 and 0.4), ``markov``,
        ``shapley``; each sums to the conversions.

    Raises
    ------
    CRMError
        If no path ends in a conversion, or the table is not one of paths.
    """
    by_place = [rule(paths) for rule in (first_touch, last_touch, linear, position_based)]
    modelled = [markov(paths)["credit"].rename("markov"), shapley(paths)]
    return pd.concat([*by_place, *modelled], axis="columns").rename_axis(columns="rule")
