"""Every number of the game: what a company of it is drawn from, and what things cost.

Money is in yuan here, in whole fen (1/100 yuan) wherever it is added up. "From and up to" is
what differs between companies: each draws its own, evenly on a log scale. What the customers
are like, and what they buy, is the case company's (`crmlab.company.world`).
"""

import numpy as np

from crmlab.company import world
from crmlab.language import mark

# --- calendar ------------------------------------------------------------------------
QUARTERS = 4
FIRST_DAYS = np.array(  # of each quarter, and of the one after the year
    ["2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01", "2027-01-01"], "datetime64[D]"
)
LENGTHS = np.diff(FIRST_DAYS).astype(int)  # days
LAST_LENGTH = 92  # days of the quarter before the game
# Demand of each group in each quarter, mean 1 over the year (from the case company's months).
SEASON = world.MONTH_WEIGHTS.reshape(len(world.GROUPS), QUARTERS, 3).mean(axis=2)
SEASON = SEASON / SEASON.mean(axis=1, keepdims=True)

# --- decisions -----------------------------------------------------------------------
CHANNELS = (
    mark("search ad"),
    mark("display ad"),
    mark("social"),
    mark("content"),
    mark("partner"),
    mark("event"),
)
OFFERS = world.RETENTION_OFFERS  # none, voucher, care_call, tasting
MESSAGES = world.OFFERS  # none, five_percent, fast_delivery, tasting, office_plan, gift_wrap
CALL = OFFERS.index("care_call")
STEP = 2  # so many people can be hired, or let go, in a quarter
MOST_PEOPLE = 60

# --- what things cost, yuan ----------------------------------------------------------
OFFER_CONTACT = (0, 3, 12, 6)  # per customer offered something
OFFER_REDEMPTION = (0, 60, 0, 70)  # on the first order within OFFER_DAYS, whoever makes it
OFFER_DAYS = 60
MESSAGE_CONTACT = (0, 2, 3, 3, 3, 3)  # per customer written to
MESSAGE_REDEMPTION = (0, 0, 20, 45, 90, 18)  # on the first order within MESSAGE_DAYS
MESSAGE_DISCOUNT = (0, 5, 0, 0, 0, 0)  # per cent of that order
MESSAGE_DAYS = 30
SALARY = 8_000  # per person and quarter
HIRING = 3_000  # per person, once
LEAVING_PAY = 6_000  # per person let go, once
BAD_TICKET = 200  # per ticket handled badly: refund, second delivery

# --- finding customers, per 1,000 customers on the register --------------------------
ORGANIC = 22.0  # who come in a quarter without any channel
LAST_SPEND = (6_200, 3_600, 4_800, 2_700, 2_400, 3_000)  # yuan a quarter and channel, last year
LAST_SPEND_FACTOR = (0.7, 1.4)  # from and up to, per channel
REACH = (8.0, 4.0, 23.0, 20.0, 15.0, 17.0)  # whom a channel wins in a quarter at most
REACH_FACTOR = (0.7, 1.45)  # from and up to
# A channel that is spent s on wins 1 − exp(−s / scale) of its reach; scale ÷ last year's spend:
SCALE = (0.35, 0.45, 1.0, 1.1, 1.3, 1.2)
SCALE_FACTOR = (0.6, 1.8)  # from and up to
AT_ONCE = (1.0, 1.0, 1.0, 0.35, 1.0, 1.0)  # share that works at once; the rest a quarter later
QUALITY = (0.80, 0.75, 0.95, 1.0, 1.35, 1.40)  # order value of whom a channel wins, ÷ usual
# Whom the books credit with a new customer who came by itself, then share of a channel's own
# customers who end with a search, and are credited to it (the last contact counts).
ORGANIC_LAST = (0.52, 0.24, 0.10, 0.08, 0.03, 0.03)
ORGANIC_FIRST = (0.24, 0.12, 0.24, 0.24, 0.08, 0.08)
ENDS_WITH_SEARCH = 0.55
# Test of spend, before the game, in other towns: multiples of the usual spend, and how many
# quarters' worth of a company of this size each channel and multiple was tried.
TRIED = (0.0, 0.5, 1.0, 2.0)
TRIED_QUARTERS = 10

# --- leaving -------------------------------------------------------------------------
CALM_SHARE = 0.25  # of the personal rate of leaving: leaves without any sign
ONSET = 2.0  # of the personal rate: comes to be at risk, and shows it for a quarter
AT_RISK = 5.0  # added to the rate of leaving, per year
AFTER_BAD = 2.0  # added in the quarter after a badly handled ticket, per year
# What an offer leaves of AT_RISK, per group (convenience, gourmet, office, gift) and offer.
KEEPS = np.array(
    [
        [1.0, 0.25, 1.35, 0.95],
        [1.0, 1.05, 0.85, 0.30],
        [1.0, 0.95, 0.30, 1.05],
        [1.0, 0.30, 1.25, 0.80],
    ]
)
APOLOGY = np.array(  # what it leaves of AFTER_BAD
    [
        [1.0, 0.85, 0.25, 0.95],
        [1.0, 1.10, 0.25, 0.75],
        [1.0, 1.00, 0.30, 1.05],
        [1.0, 0.90, 0.25, 0.95],
    ]
)
WAKES = np.array(  # added to the rate of those who were calm: reminded, they compare
    [
        [0.0, 0.10, 0.45, 0.35],
        [0.0, 0.40, 0.10, 0.02],
        [0.0, 0.25, 0.06, 0.40],
        [0.0, 0.10, 0.50, 0.30],
    ]
)
EFFECT_FACTOR = (0.75, 1.33)  # of each number of the three tables, from and up to
TIRED = (0.06, 0.40)  # a message adds so much; after one in the quarter before, so much

# --- orders that a message brings ----------------------------------------------------
# Chance of an order within MESSAGE_DAYS from who would not make one, per group and message.
RESPONSE = world.RESPONSE
RESPONSE_FACTOR = (0.75, 1.33)  # from and up to

# --- signs before leaving ------------------------------------------------------------
VISITS = tuple(rate / 4 for rate in world.VISITS_PER_YEAR)  # a quarter, per group
VISITS_LEFT = (1.0, 0.55, 0.20)  # share of it: calm, at risk, gone
COMPARED = (0.07, 1.5, 0.05)  # visits through a price comparison: calm, at risk, gone

# --- service -------------------------------------------------------------------------
TICKETS = (0.75, 0.95, 1.15, 0.55)  # a year of an active customer, per group
TICKETS_AT_RISK = 1.8  # multiple of it
TICKET_HOURS, HOURS_SHAPE = 2.5, 1.3  # of work: mean, gamma shape
CALL_HOURS = 0.7
PERSON_HOURS = 200  # that one person can work on tickets and calls in a quarter
NEW_PERSON = 0.6  # share of it in the first quarter
OPEN_HOURS = 585  # of the desk in a quarter
FULL = 0.95  # load at which the queue begins to grow all quarter
BAD_SHARE = (0.05, 0.75)  # of tickets: without waiting, after endless waiting
BAD_HOURS = 14.0  # of waiting, after which 63 % of that way is gone
PEOPLE_NOW = (0.90, 1.35)  # people at the start ÷ what the tickets need; from and up to
PAST_QUARTERS = 8  # on record before the game

# --- tests of offers and messages, in other towns ------------------------------------
TOWN_CUSTOMERS = 30_000  # of whom those with an order within a year are tested
TEST_DAYS = 182  # in which the outcome of an offer is measured

# --- money ---------------------------------------------------------------------------
BUDGET = 1.5  # for the year ÷ what last year's way would cost
