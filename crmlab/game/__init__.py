"""A year at the helm: run a company for four quarters, on a company never seen.

Each quarter the player sees what the company would know by then, a `View` (tables only, cut at
the quarter's first day), and decides four things under one budget for the year:

=========== ==================================== =========================================
decision    what it does                         what goes wrong
=========== ==================================== =========================================
spend       a channel wins newcomers, less and   saturated channels; last contacts that
            less with every yuan; content works  credit the search with what others brought
            mostly a quarter later
offers      keep who is at risk, or mend what a  who would have stayed takes it; the wrong one
            bad ticket spoilt                    drives away; calls load the service
messages    bring one more order                 redeemed by who would have ordered; too many
                                                 tire: written to twice running, more leave
people      answer tickets and call              waiting: the longer, the more tickets are
                                                 handled badly, and those leave a quarter later
=========== ==================================== =========================================

A decision is a dict; what is left out is not done, and the people in service stay as they are::

    {
        "spend": {"search ad": 10_000, "event": 8_000},          # yuan, in this quarter
        "offers": {"C00012": "voucher", "C00031": "care_call"},  # voucher, care_call, tasting
        "messages": {"C00007": "tasting"},                       # the names are in `costs`
        "people": 6,                                             # in service; ± 2 a quarter
    }

Customers are named by the index of `View.customers`. A message to somebody who did not agree
(``email_consent``) is not sent and costs nothing; who was reached stands in `View.contacts`.
What costs more than the budget holds is refused as a whole: `within_budget` cuts it instead.

The simulator then runs the quarter: same customers, same luck, another decision. What differs
between companies (`market`: reach and saturation of each channel, what offers and messages do)
is drawn from the seed; it shows in tests by lot from other towns, in the records and in what
happens. Who the customers are, and what they bought, is `crmlab.company`'s. A year's profit is
the score: margin less all costs, in whole fen; what the customers are worth after the year does
not count. Nobody comes back who has left.

Imports go one way, from top to bottom::

    numbers      every number of the game
    market       what is hidden, and its formulas: response, queue, rate of leaving
    population   everybody who is or could become a customer, and their luck
    engine       one quarter forward
    books        what the company writes down
    past         how a company comes to its first day, and its tests by lot
    view         what is known on a day         decision   what may be decided
    best         the best that was found with the truth
    play         Game, Year, Result
    rules        simple rules, and the policy file of the sliders
    policies     nobody, last year, by lot, constant extremes
    sensible     a policy written from the course
    scores       policies on companies never seen, with intervals and ranks
    postmortem   where the money was lost

The sliders are `crmlab.widgets.year_explorer`; a class is run by ``crmlab workshop game``.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
