"""When whom is answered, if some are answered first.

One post after the other is taken by whoever of the team is free, while the desk is open: the one
with the lowest rank of those that wait, of equal ones the oldest. Work once begun is finished.
Nothing is said about the best order; where waiting costs more for some than for others and all take
equally long, it is the falling order of that cost (Cox & Smith 1961, *Queues*: the cμ rule).
"""

import heapq

import numpy as np

from crmlab.arguments import integer, numbers
from crmlab.errors import CRMError

_DAY = 24.0


def answer_times(posted, hours, rank=None, *, answerers=1, opens=9.0, closes=18.0):
    """Return when each post is answered, by a team that takes one after the other.

    Parameters
    ----------
    posted : array-like
        When each post came, hours from a midnight, in any order.
    hours : float
        Of work per post.
    rank : array-like, optional
        Lowest first, of those that wait; by default, first come, first served.
    answerers : int, default 1
        People at the desk.
    opens, closes : float
        Time of day between which a post may be taken up, hours; the same on every day.

    Returns
    -------
    numpy.ndarray
        Hours from the same midnight to the answer.

    Raises
    ------
    CRMError
        If lengths differ, nobody is at the desk, or it does not open.
    """
    posted = numbers(posted, "posted").astype(float)
    answerers = integer(answerers, "answerers", 1)
    rank = np.zeros(len(posted)) if rank is None else numbers(rank, "rank").astype(float)
    if len(rank) != len(posted):
        raise CRMError("posted and rank must have one value for each post.")
    if not (hours > 0 and 0 <= opens < closes <= _DAY):
        raise CRMError("hours must be above 0, and the desk must open before it closes.")
    order = np.argsort(posted, kind="stable")
    answered, waiting, came = np.empty(len(posted)), [], 0
    free = [0.0] * answerers
    for _answer in range(len(posted)):
        begins = heapq.heappop(free)
        if not waiting:
            begins = max(begins, posted[order[came]])
        begins = _open(begins, opens, closes)
        while came < len(order) and posted[order[came]] <= begins:
            heapq.heappush(waiting, (rank[order[came]], came, order[came]))
            came += 1
        _rank, _came, post = heapq.heappop(waiting)
        answered[post] = begins + hours
        heapq.heappush(free, begins + hours)
    return answered


def _open(moment, opens, closes):
    """Return the first moment from `moment` on at which the desk is open."""
    day, time = divmod(moment, _DAY)
    if time < opens:
        return day * _DAY + opens
    return moment if time < closes else (day + 1) * _DAY + opens
