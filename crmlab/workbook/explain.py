"""How a wrong answer came about: which slips lead to it, or what its wrong rows have in common.

1. The closest wins: an answer that *is* what a slip leads to, to the last bit, is that slip even
   where the right one lies within the tolerance; of two equally close, the one with fewer slips.
   Two at once have to agree in more digits than one, because there are many pairs.
2. Of a table or a list, a slip may leave a tenth of the rows that differ unexplained: ties and
   rounding are broken in more ways than anybody can list.
3. Where several explanations are equally good, all of them are told: the name of another
   mistake than the learner's own is worse than none.
4. Where no slip explains it, the rows that differ are held against what the case knows about
   each: the mistake need not have been thought of before.
"""

from itertools import chain, combinations, product

import numpy as np
import pandas as pd

from crmlab.workbook.answers import EXACT, FAR, FINE, ROUNDED
from crmlab.workbook.slips import SCALED, TURNED, distorted

RIGHT = ()
_BY_CHANCE = 0.001  # how likely a fact may be shared by luck alone
_MOST = 3  # alternatives that a message can hold
_LUCKY = 0.05  # how likely a pair of slips may meet a count by luck
_FEWEST = 10  # rows that differ, for a slip to explain nearly all of them
_LEFT = 0.1  # the share of them that it may leave open


def wrong_parts(task, case, answer):
    """Return the names of the parts of an answer that are wrong.

    A part is right if it is close to the right one, and no slip is closer.
    """
    return [name for name in task.answer.parts(answer) if not _is_right(task, case, answer, name)]


def _is_right(task, case, answer, name):
    kind, part = task.answer, task.answer.part(answer, name)
    of_right = kind.closeness(part, kind.part(task.target(case), name))
    if of_right in (EXACT, FAR):
        return of_right == EXACT
    return of_right >= _closest(kind, part, _alone(task, case, name), ROUNDED)[1]


def explanations(task, case, answer, parts):
    """Return per part of an answer that is wrong what may have led to it.

    Parameters
    ----------
    task : Task
    case : Case
    answer : object
        As the task's kind of answer has read it.
    parts : list
        Of `wrong_parts`.

    Returns
    -------
    dict
        Name of the part to a list of alternatives, each a tuple of names of slips; an empty
        list where nothing explains it.
    """
    return {name: _of_part(task, case, answer, name) for name in parts}


def _of_part(task, case, answer, name):
    kind, part = task.answer, task.answer.part(answer, name)
    right = kind.part(task.target(case), name)
    alone = list(_alone(task, case, name))
    found, best = _closest(kind, part, alone, ROUNDED)
    if best == EXACT:
        return found
    pairs = list(_in_pairs(task, case, name))
    of_pairs, best_of_pairs = _closest(kind, part, pairs, FINE)
    if of_pairs and best_of_pairs > best:
        return [] if _by_luck(part, right, pairs) else of_pairs
    return found or _nearly(kind, part, [(RIGHT, right), *alone], pairs)


def _targets(task, case, name, slips):
    for names in slips:
        target = task.target(case, *names)
        if target is not None:
            yield names, task.answer.part(target, name)


def _alone(task, case, name):
    """Yield what each slip leads to, those of any answer among them."""
    yield from _targets(task, case, name, _singles(task))
    for how, wrong in distorted(task, case, task.answer.part(task.target(case), name)):
        yield (how,), wrong


def _in_pairs(task, case, name):
    """Yield what two slips at once lead to."""
    yield from _targets(task, case, name, _pairs(task))
    for names, target in _targets(task, case, name, [RIGHT, *_singles(task)]):
        for how, wrong in distorted(task, case, target):
            if names:
                yield (*names, how), wrong
            else:
                twice = distorted(task, case, wrong) if how in TURNED else ()
                yield from (((how, other), both) for other, both in twice if other in SCALED)


def _closest(kind, part, candidates, least):
    """Return the names of the closest candidates, and how close they are; at `least` or none."""
    close = [(kind.closeness(part, wrong), names) for names, wrong in candidates]
    best = max((how for how, _names in close), default=FAR)
    if best < least:
        return [], FAR
    return list(dict.fromkeys(names for how, names in close if how == best))[:_MOST], best


def _by_luck(part, right, candidates):
    """Return whether so many pairs lead to whole numbers near a count that one may meet it."""
    if not isinstance(part, np.ndarray) or part[0] % 1:
        return False
    reach = max(abs(part[0] - right[0]), 5)
    near = {
        round(wrong[0])
        for _names, wrong in candidates
        if wrong[0] % 1 == 0 and abs(wrong[0] - part[0]) <= reach
    }
    return len(near) / (2 * reach) > _LUCKY


def _nearly(kind, part, alone, pairs):
    """Return what explains nearly all rows that differ: one slip, or two if each is needed."""
    left = {names: kind.apart(part, wrong) for names, wrong in alone}
    if left[RIGHT] is None or left[RIGHT] < _FEWEST:
        return []
    best = min(left.values())
    if best <= _LEFT * left[RIGHT]:
        return [names for names, rows in left.items() if rows == best][:_MOST]
    of_pairs = {names: kind.apart(part, wrong) for names, wrong in pairs}
    best = min(of_pairs.values(), default=left[RIGHT])
    return [
        names
        for names, rows in of_pairs.items()
        if rows == best
        and rows <= _LEFT * min(left[RIGHT], *(left[(name,)] for name in names if (name,) in left))
    ][:_MOST]


def seen(task, case, answer):
    """Return the slips that an answer shows though they lead to many answers."""
    found = [name for name, slip in task.slips.items() if slip.seen_in]
    return [(name,) for name in found if task.slips[name].seen_in(case, answer)]


def leading_to(task, case, answer):
    """Return the single slips of a task that lead to just this answer."""
    return [names for names in _singles(task) if task.target(case, *names) == answer]


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
        With as few different slips as explain all parts.
    """
    whole = [tuple(dict.fromkeys(chain(*names))) for names in product(*parts)]
    fewest = min(map(len, whole))
    return list(dict.fromkeys(names for names in whole if len(names) == fewest))[:_MOST]


def in_common(names, facts, right=()):
    """Return the facts that rows share and that they hardly share by luck.

    Parameters
    ----------
    names : list of str
        The rows concerned.
    facts : pandas.DataFrame
        Of bool: a row per name, a column per fact.
    right : list of str
        Rows that are right: what holds of most of them explains nothing.

    Returns
    -------
    list of str
        One fact that all of them share (several where these hold of the same rows), or two of
        which each row has one; empty where there are none.
    """
    if not names or facts.empty or not set(names) <= set(facts.index):
        return []
    held, spared = facts.loc[list(names)], facts.loc[facts.index.intersection(right)]

    def by_luck(one, other):
        shares = [(part[one] | part[other]).mean() for part in (facts, spared) if len(part)]
        return max(shares) ** len(names)

    shared = [
        (facts[fact].mean(), fact)
        for fact in facts.columns
        if held[fact].all() and by_luck(fact, fact) <= _BY_CHANCE
    ]
    if shared:
        rarest = min(shared)[0]
        return [fact for share, fact in shared if share == rarest]
    needed = max(2, 0.1 * len(names))
    pairs = [
        (by_luck(one, other), one, other)
        for one, other in combinations(facts.columns[held.sum() >= needed], 2)
        if (held[one] | held[other]).all()
    ]
    return list(min(pairs)[1:]) if pairs and min(pairs)[0] <= _BY_CHANCE else []


def shift(task, answer, right, names):
    """Return by how much the numbers of some rows differ, where it is the same for all, or None."""
    if len(names) < _FEWEST or len(task.answer.parts(right)) > 1:
        return None
    name = task.answer.columns[0]
    mine, other = (task.answer.part(one, name) for one in (answer, right))
    if not mine.dtype.kind == other.dtype.kind == "f":
        return None
    gap = (mine - other).loc[pd.Index(names)].to_numpy()
    return float(gap[0]) if np.ptp(gap) <= 1e-9 and np.isfinite(gap).all() else None
