"""When whom is answered, if some are answered first.

One post after the other is taken by whoever of the team is free, while the desk is open: the one
with the lowest rank of those that wait, of equal ones the oldest. Work once begun is finished.
Nothing is said about the best order; where waiting costs more for some than for others and all take
equally long, it is the falling order of that cost (Cox & Smith 1961, *Queues*: the cμ rule). Where
waiting stops to cost at some time, who has waited longer has nothing left to lose, and goes last.
"""

import heapq

import numpy as np

from crmlab.arguments import integer, numbers
from crmlab.errors import CRMError

_DAY = 24.0


def answer_times(posted, hours, rank=None, *, until=np.inf, answerers=1, opens=9.0, closes=18.0):
    """Return when each post is answered, by a team that takes one after the other.

    Parameters
    ----------
    posted : array-like
        When each post came, hours from a midnight, in any order.
    hours : float
        Of work per post.
    rank : array-like, optional
        Lowest first, of those that wait; by default, first come, first served.
    until : float, default infinity
        Hours of waiting from which on a post goes after all that have waited less, whatever its
        rank; of these, too, the oldest first.
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
        If lengths differ, nobody is at the desk, it does not open, or `until` is below 0.
    """
    posted = numbers(posted, "posted").astype(float)
    answerers = integer(answerers, "answerers", 1)
    rank = np.zeros(len(posted)) if rank is None else numbers(rank, "rank").astype(float)
    if len(rank) != len(posted):
        raise CRMError("posted and rank must have one value for each post.")
    if not (hours > 0 and 0 <= opens < closes <= _DAY):
        raise CRMError("hours must be above 0, and the desk must open before it closes.")
    if not until >= 0:
        raise CRMError("until is a number of hours, 0 or more.")
    order = np.argsort(posted, kind="stable")
    answered, waiting, late, came = np.empty(len(posted)), [], [], 0
    free, now = [0.0] * answerers, 0.0
    for _answer in range(len(posted)):
        # Who was idle begins when there is something to do, not when the last work was done.
        begins = max(heapq.heappop(free), now)
        if not (waiting or late):
            begins = max(begins, posted[order[came]])
        now = begins = _open(begins, opens, closes)
        while came < len(order) and posted[order[came]] <= begins:
            heapq.heappush(waiting, (rank[order[came]], came, order[came]))
            came += 1
        while waiting and begins - posted[waiting[0][2]] >= until:
            heapq.heappush(late, heapq.heappop(waiting)[1:])
        *_order, post = heapq.heappop(waiting or late)
        answered[post] = begins + hours
        heapq.heappush(free, begins + hours)
    return answered


def _open(moment, opens, closes):
    """Return the first moment from `moment` on at which the desk is open."""
    day, time = divmod(moment, _DAY)
    if time < opens:
        return day * _DAY + opens
    return moment if time < closes else (day + 1) * _DAY + opens
