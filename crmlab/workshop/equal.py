"""Equal answers of two people whose right answers differ: pointed out, and not judged.

The exercise is personal, so two people who both pass have different answers, or a task whose right
answer is the same for both. An answer that two people share and that is right for one of them, or
that no mistake of theirs explains, has been passed on. Only answers that say enough are looked at:
that two people both think of 0.5 or of "yes" means nothing.
"""

import hashlib
import json
from dataclasses import dataclass
from itertools import combinations

from crmlab.workbook.tasks import FORM
from crmlab.workshop.counts import UNNAMED
from crmlab.workshop.results import PASSED, WRONG

_FEWEST_DIGITS = 4  # of one number
_FEWEST_VALUES = 3  # of a list or a table
_MOST = 1 << 20  # characters of an answer that are looked at


@dataclass(frozen=True)
class Pair:
    """Two people with equal answers.

    Attributes
    ----------
    one, other : crmlab.workshop.counts.Row
    tasks : tuple of str
        In which tasks.
    """

    one: object
    other: object
    tasks: tuple


def digest(data):
    """Return what an answer is known by, 16 characters; empty if it says too little.

    Parameters
    ----------
    data : object
        The answer as `wire.encode` writes it, of unknown origin.
    """
    try:
        text = json.dumps(data, sort_keys=True)
    except (TypeError, ValueError, RecursionError):
        return ""
    if not _says_enough(data):
        return ""
    return hashlib.sha256(text[:_MOST].encode("ascii", "replace")).hexdigest()[:16]


def _says_enough(data):
    if not isinstance(data, dict):
        return False
    if data.get("kind") == "one":
        value = data.get("value")
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        # 0.25 and 3000 are in many heads, 0.2517 and 3142 are not.
        digits = repr(value).partition("e")[0].replace(".", "").strip("-0")
        return is_number and len(digits) >= _FEWEST_DIGITS
    column = data.get("column", data)
    columns = data.get("columns") or [column]
    first = columns[0] if isinstance(columns, list) else None
    values = first.get("values") if isinstance(first, dict) else None
    return isinstance(values, list) and len(values) >= _FEWEST_VALUES


def equal_answers(rows):
    """Return the pairs of people with equal answers though their right answers differ.

    Parameters
    ----------
    rows : iterable of crmlab.workshop.counts.Row
        Those that count.

    Returns
    -------
    list of Pair
        Those with most tasks first.
    """
    groups = {}
    for row in rows:
        for task in row.result.tasks:
            if task.answer and task.status in (PASSED, WRONG) and task.mistake != FORM:
                groups.setdefault((task.task, task.answer), []).append((row, task))
    pairs, people = {}, {}
    for (name, _answer), members in groups.items():
        for (one, first), (other, second) in combinations(members, 2):
            if _is_passed_on(first, second):
                key = one.participant.id, other.participant.id
                people[key] = one, other
                pairs.setdefault(key, []).append(name)
    found = [Pair(*people[key], tuple(names)) for key, names in pairs.items()]
    return sorted(found, key=lambda pair: -len(pair.tasks))


def _is_passed_on(first, second):
    if first.status == second.status == PASSED:
        return False
    return first.mistake != second.mistake or first.mistake in UNNAMED
