"""How a wrong answer came about: which slips lead to it, or what its wrong rows have in common.

1. The closest wins: an answer that *is* what a slip leads to, to the last bit, beats one that
   lies within a tolerance; of two equally close, the one with fewer slips.
2. Where several explanations are equally good, all of them are told: the name of another
   mistake than the learner's own is worse than none.
3. Where no slip explains it, the rows that differ are held against what the case knows about
   each: the mistake need not have been thought of before.
"""

from itertools import combinations

import numpy as np
import pandas as pd

from crmlab.workbook.answers import EXACT, FAR, NEAR, ROUNDED
from crmlab.workbook.slips import distorted

RIGHT = ()
_BY_CHANCE = 0.001  # how likely a fact may be shared by luck alone
_MOST = 3  # alternatives that a message can hold


def explanations(task, case, answer):
    """Return per part of an answer what may have led to it.

    Parameters
    ----------
    task : Task
    case : Case
    answer : object
        As the task's kind of answer has read it.

    Returns
    -------
    dict
        Name of the part to a list of alternatives, each a tuple of names of slips; ``[RIGHT]``
        where the part is right, an empty list where nothing explains it.
    """
    right = task.target(case)
    return {name: _of_part(task, case, answer, name) for name in task.answer.parts(right)}


def _of_part(task, case, answer, name):
    kind, part = task.answer, task.answer.part(answer, name)

    def candidates(slips):
        """Yield what a number of slips at once leads to, those of any answer among them."""
        for names in slips:
            target = task.target(case, *names)
            if target is not None:
                yield names, kind.part(target, name)

    def found(slips):
        return [(kind.closeness(part, wrong), names) for names, wrong in candidates(slips)]

    def distorted_from(slips):
        rows = [
            (kind.closeness(part, wrong), (*names, how))
            for names, target in candidates(slips)
            for how, wrong in distorted(task, case, target)
        ]
        # A tolerance is for other ways to compute; these are the right number, or are not.
        return [(close, names) for close, names in rows if close >= ROUNDED]

    of_right = kind.closeness(part, kind.part(task.target(case), name))
    if of_right == EXACT:
        return [RIGHT]
    rows = found(_singles(task)) + distorted_from([RIGHT])
    best = max((close for close, _names in rows), default=FAR)
    if of_right >= NEAR and of_right >= best:
        return [RIGHT]
    if best < ROUNDED:
        pairs = found(_pairs(task)) + distorted_from(_singles(task))
        of_pairs = max((close for close, _names in pairs), default=FAR)
        if of_pairs > best:
            rows, best = pairs, of_pairs
    if best == FAR:
        return []
    return list(dict.fromkeys(names for close, names in rows if close == best))[:_MOST]


def seen(task, case, answer):
    """Return the slips that an answer shows though they lead to many answers."""
    found = [name for name, slip in task.slips.items() if slip.seen_in]
    return [(name,) for name in found if task.slips[name].seen_in(case, answer)]


def _singles(task):
    return [(name,) for name, slip in task.slips.items() if slip.switches]


def _pairs(task):
    return [
        (one, other)
        for (one,), (other,) in combinations(_singles(task), 2)
        if task.slips[one].goes_with(task.slips[other])
    ]


def together(parts):
    """Return what may have led to a whole answer, from what may have led to its parts.

    Parameters
    ----------
    parts : list of list
        Alternatives of each part that is wrong.

    Returns
    -------
    list of tuple of str
        Where one slip explains all parts, that one; else one of each.
    """
    shared = [names for names in parts[0] if all(names in other for other in parts[1:])]
    if shared:
        return shared
    return [tuple(dict.fromkeys(name for alternatives in parts for name in alternatives[0]))]


def in_common(names, facts):
    """Return the facts that rows share and that they hardly share by luck.

    Parameters
    ----------
    names : list of str
        The rows concerned.
    facts : pandas.DataFrame
        Of bool: a row per name, a column per fact.

    Returns
    -------
    list of str
        One fact that all of them share (several where these hold of the same rows), or two of
        which each row has one; empty where there are none.
    """
    if not len(names) or facts.empty or not set(names) <= set(facts.index):
        return []
    held, number = facts.loc[list(names)].to_numpy(), len(names)
    often = facts.to_numpy().mean(axis=0)
    shared = [
        (often[place], name)
        for place, name in enumerate(facts.columns)
        if held[:, place].all() and often[place] ** number <= _BY_CHANCE
    ]
    if shared:
        rarest = min(shared)[0]
        return [name for share, name in shared if share == rarest]
    pairs = []
    for one, other in combinations(range(facts.shape[1]), 2):
        either = held[:, one] | held[:, other]
        needed = min(held[:, one].sum(), held[:, other].sum()) >= max(2, 0.1 * number)
        share = (facts.iloc[:, one] | facts.iloc[:, other]).mean()
        if either.all() and needed and share**number <= _BY_CHANCE:
            pairs.append((share, facts.columns[one], facts.columns[other]))
    return list(min(pairs)[1:]) if pairs else []


def shift(task, answer, right, names):
    """Return by how much the numbers of some rows differ, where it is the same for all, or None."""
    if len(task.answer.parts(right)) > 1:
        return None
    name = task.answer.columns[0]
    mine, other = (task.answer.part(one, name) for one in (answer, right))
    if not mine.dtype.kind == other.dtype.kind == "f":
        return None
    gap = (mine - other).loc[pd.Index(names)].to_numpy()
    return float(gap[0]) if np.ptp(gap) <= 1e-9 and np.isfinite(gap).all() else None
