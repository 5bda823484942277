"""The world of Harbour Coffee: every number that the simulator draws from.

Money is in yuan (CNY), time in days or years as stated beside each constant. Change a
number here and the company changes; nothing else in the package repeats one of them.
Rows and columns named "per group" follow the order of `GROUPS`.
"""

import numpy as np

# --- calendar ------------------------------------------------------------------------
FIRST_DAY = np.datetime64("2023-01-01")  # the day the order register opened
LAST_DAY = np.datetime64("2025-12-31")  # the last day with data
DAYS = int((LAST_DAY - FIRST_DAY).astype(int)) + 1  # length of the period, days
DAYS_PER_YEAR = 365.25

# --- who the customers are -----------------------------------------------------------
GROUPS = ("convenience", "gourmet", "office", "gift")  # needs groups, the planted segments
GROUP_SHARES = (0.34, 0.24, 0.22, 0.20)  # share of customers

ACCOUNT_TYPES = ("consumer", "firm", "government", "partner")
ACCOUNT_SHARES = np.array(  # share of account types, per group
    [
        [0.94, 0.03, 0.01, 0.02],  # convenience
        [0.93, 0.02, 0.00, 0.05],  # gourmet: a few are coffee bars that resell
        [0.30, 0.45, 0.15, 0.10],  # office
        [0.86, 0.09, 0.02, 0.03],  # gift
    ]
)
# What the course calls the three kinds of customer value, per account type.
VALUE_KINDS = ("intrinsic", "extrinsic", "extrinsic", "strategic")

FOUNDING_SHARE = 0.30  # share of customers who first order in the opening months
FOUNDING_DAYS = 90  # length of the opening, days
JOIN_GROWTH = 1.4  # joins per day at the end of the period ÷ just after the opening

REGIONS = ("North", "East", "South", "West", "Central")
REGION_SHARES = (0.22, 0.34, 0.20, 0.10, 0.14)
REGION_VALUE = (0.0, 0.8, 0.3, -1.2, -0.8)  # score that moves value, about -1 … 1
CITY_SIZES = ("small", "medium", "large")  # under 1, 1 to 5, over 5 million inhabitants
CITY_SHARES = (0.25, 0.40, 0.35)
CITY_VALUE = (-0.9, -0.1, 0.8)

AGE_BANDS = ((1993, 2005), (1981, 1993), (1968, 1981), (1943, 1968))  # born from, up to (excl.)
AGE_SHARES = (0.27, 0.36, 0.23, 0.14)
AGE_VALUE = (-1.0, 0.4, 1.1, -0.8)
INCOME_BANDS = ("under 8k", "8k to 15k", "15k to 30k", "over 30k")  # household yuan a month
INCOME_SHARES = (0.28, 0.36, 0.26, 0.10)
INCOME_VALUE = (-1.0, -0.2, 0.7, 1.4)
HOUSEHOLD_SHARES = (0.22, 0.30, 0.28, 0.14, 0.06)  # one to five people
WOMEN_SHARE = 0.54
MISSING = {"birth_year": 0.15, "gender": 0.20, "household_size": 0.35, "income_band": 0.25}
EMAIL_CONSENT_SHARE = 0.72

# How much each driver moves (log rate of ordering, log dropout, log basket size). The
# scores are standardised, so a driver with a larger row separates value more strongly.
DRIVERS = {
    "geographic": (0.20, -0.30, 0.10),
    "demographic": (0.32, -0.46, 0.15),
    "involvement": (0.50, -1.30, 0.15),  # how much coffee matters to the customer
    "satisfaction": (0.00, -0.30, 0.00),
}

# The firm's working guess of a customer's group: asked at sign-up, and right this often.
LABEL_ACCURACY = 0.85

# --- how they buy --------------------------------------------------------------------
ORDERS_PER_YEAR = (3.5, 5.0, 5.2, 2.1)  # mean of active customers, per group
RATE_SHAPE = 1.6  # gamma shape of the rates: lower is more unequal
DROPOUT_PER_YEAR = (2.6, 1.2, 0.8, 2.6)  # mean rate of leaving for good, per group
DROPOUT_SHAPE = 1.2  # gamma shape of the dropout rates
ORGANISATION_DROPOUT = 0.6  # organisations leave at this multiple of the rate

BASKET_SIZE = (0.7, 0.6, 1.1, 0.8)  # extra packs per line of a bulk product, per group
ACCOUNT_SIZE = (1.0, 1.8, 1.7, 2.0)  # multiple of it, per account type
SIZE_SIGMA = 0.25  # sd of log basket size between customers of a kind
EXTRA_LINES = (0.9, 1.3, 1.6, 0.9)  # mean lines of an order beyond the first, per group

CHANNELS = ("online", "shop", "dealer")
CHANNEL_SHARES = np.array(
    [
        [0.78, 0.20, 0.02],  # convenience
        [0.30, 0.66, 0.04],  # gourmet: tastes before buying
        [0.36, 0.06, 0.58],  # office: dealers deliver
        [0.48, 0.49, 0.03],  # gift
    ]
)
CHANNEL_HABIT = 0.45  # chance that an order goes through the customer's first channel

# Light seasons: relative weight of each month (January first) and weekday (Monday first).
MONTH_WEIGHTS = np.array(
    [
        [1.0, 0.9, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.1, 1.0],
        [1.1, 1.0, 1.0, 1.0, 0.9, 0.9, 0.8, 0.9, 1.0, 1.1, 1.2, 1.1],
        [1.0, 0.7, 1.1, 1.1, 1.0, 1.0, 0.9, 0.9, 1.1, 0.9, 1.1, 1.2],
        [2.0, 1.3, 0.5, 0.5, 0.8, 0.6, 0.5, 0.6, 1.5, 0.8, 1.1, 1.8],  # feasts
    ]
)
WEEKDAY_WEIGHTS = np.array(
    [
        [1.2, 1.2, 1.2, 1.2, 1.1, 0.6, 0.5],
        [0.5, 0.5, 0.6, 0.6, 1.0, 2.0, 1.8],
        [1.5, 1.5, 1.4, 1.4, 1.1, 0.08, 0.02],
        [0.8, 0.8, 0.8, 0.9, 1.2, 1.3, 1.2],
    ]
)
HOURS = np.arange(7, 23)  # shops and phones are open from 7:00 to 22:59
HOUR_PEAKS = ((8.0, 1.5), (15.0, 3.0), (10.5, 2.0), (20.0, 2.0))  # centre, sd in hours, per group

DEAL_SHARE = (0.16, 0.07, 0.05, 0.16)  # share of orders bought on a price-off, per group
PRICE_ATTITUDE_EFFECT = 0.5  # log change of that share per sd of price sensitivity
DEAL_RATES = (10, 20)  # per cent off, equally often

REFUND_SHARE = 0.03  # share of orders whose first line is sent back
REFUND_DAYS = (2, 14)  # days until the refund

# --- what is sold --------------------------------------------------------------------
CATEGORIES = ("beans", "machines", "accessories", "tea & snacks", "service plans")
# product_id, name, category, price, unit cost, first day of sale, bulk (extra packs per unit
# of basket size), then how often a line of each group's order is this product
# (convenience, gourmet, office, gift; any scale).
PRODUCTS = (
    ("P01", "House Blend 500 g", 0, 79, 38, "2023-01-01", 1.0, (10, 1.5, 9, 0.8)),
    ("P02", "Dark Roast 1 kg", 0, 139, 72, "2023-01-01", 1.2, (5, 0.8, 16, 0.3)),
    ("P03", "Capsules, 30 pieces", 0, 89, 40, "2023-01-01", 1.0, (15, 0.5, 5, 0.8)),
    ("P04", "Single Origin Yunnan 250 g", 0, 98, 42, "2023-01-01", 0.6, (0.8, 12, 0.4, 1.5)),
    ("P05", "Single Origin Ethiopia 250 g", 0, 128, 58, "2023-01-01", 0.6, (0.4, 12, 0.2, 1.2)),
    ("P06", "Micro-lot Panama 250 g", 0, 228, 112, "2024-03-01", 0.3, (0.1, 7, 0.1, 1.0)),
    ("P07", "Drip bags, 20 pieces", 0, 69, 28, "2023-01-01", 1.0, (13, 0.8, 3, 2)),
    ("P08", "Decaf 250 g", 0, 88, 40, "2023-01-01", 0.5, (2, 1.5, 1, 0.3)),
    ("P09", "Capsule machine", 1, 799, 520, "2023-01-01", 0.0, (0.8, 0.05, 0.4, 0.4)),
    ("P10", "Espresso machine", 1, 2499, 1650, "2023-01-01", 0.0, (0.03, 0.5, 0.15, 0.08)),
    ("P11", "Espresso machine Pro", 1, 5999, 4100, "2024-09-01", 0.0, (0.0, 0.12, 0.10, 0.0)),
    ("P12", "Bean-to-cup office machine", 1, 8999, 6300, "2023-01-01", 0.0, (0.0, 0.0, 0.25, 0.0)),
    ("P13", "Hand grinder", 2, 459, 240, "2023-01-01", 0.0, (0.2, 2.5, 0.1, 0.5)),
    ("P14", "Pour-over kit", 2, 299, 140, "2023-01-01", 0.1, (0.3, 3.5, 0.1, 1.5)),
    ("P15", "Filter papers, 100", 2, 29, 9, "2023-01-01", 0.3, (1, 4, 1.5, 0.1)),
    ("P16", "Descaler", 2, 49, 14, "2023-01-01", 0.3, (1.5, 1.2, 2.5, 0.1)),
    ("P17", "Travel mug", 2, 129, 52, "2023-01-01", 0.3, (2.5, 0.5, 0.3, 3)),
    ("P18", "Porcelain cup set", 2, 268, 120, "2023-01-01", 0.2, (0.1, 0.8, 0.1, 7)),
    ("P19", "Green tea tin", 3, 118, 50, "2023-01-01", 0.6, (0.6, 0.8, 3, 8)),
    ("P20", "Chocolate box", 3, 98, 44, "2023-01-01", 0.8, (0.6, 0.5, 0.6, 11)),
    ("P21", "Gift hamper", 3, 388, 205, "2023-01-01", 0.8, (0.05, 0.1, 0.4, 10)),
    ("P22", "Biscuits", 3, 39, 16, "2023-01-01", 1.0, (4, 0.5, 7, 1)),
    ("P23", "Machine care plan, 1 year", 4, 299, 110, "2023-01-01", 0.0, (0.4, 0.5, 1.2, 0.0)),
    ("P24", "Office service plan, 1 year", 4, 1999, 980, "2023-01-01", 0.0, (0, 0, 0.5, 0)),
)
# Before its first day of sale a product's place is taken by the one it later joined.
BEFORE_LAUNCH = {"P06": "P05", "P11": "P10"}
# What goes together: after the first product of an order, the second line is its companion
# with chance `COMPANION_SHARE`, and anything from the group's mix otherwise.
COMPANIONS = {"P09": "P03", "P10": "P16", "P12": "P24", "P14": "P15", "P21": "P20"}
COMPANION_SHARE = 0.45

# --- what they think -----------------------------------------------------------------
ATTITUDES = ("price", "quality", "time", "giving")
ATTITUDE_MEANS = np.array(  # per group, in sd of an attitude within a group
    [
        [0.5, -0.5, 0.9, -0.4],
        [-0.5, 1.1, -0.6, 0.0],
        [-0.2, -0.2, 0.7, -0.5],
        [0.3, 0.0, -0.3, 1.1],
    ]
)

# --- surveys -------------------------------------------------------------------------
WAVES = (np.datetime64("2024-06-01"), np.datetime64("2025-06-01"))
INVITED_SHARE = 0.60  # of the customers who had joined before the wave
ANSWER_SHARE = (0.40, 0.70)  # of those invited: had left for good, still active
SKIPPED_ITEM_SHARE = 0.02
# item, attitude it measures (column of ATTITUDES), loading, loading on involvement
ITEMS = (
    ("q01_compare_prices", 0, 1.0, -0.4),
    ("q02_wait_for_offers", 0, 0.9, -0.6),
    ("q03_price_before_brand", 0, 0.8, -0.7),
    ("q04_taste_differences", 1, 1.0, 1.1),
    ("q05_know_the_origin", 1, 0.9, 1.2),
    ("q06_try_new_coffees", 1, 0.9, 1.2),
    ("q07_no_time_to_shop", 2, 1.0, -0.3),
    ("q08_same_order_again", 2, 0.9, 0.2),
    ("q09_fast_delivery", 2, 1.0, -0.1),
    ("q10_gifts_say_something", 3, 1.1, 0.2),
    ("q11_packaging_matters", 3, 1.0, 0.5),
    ("q12_coffee_with_others", 3, 0.8, 1.0),
)
# Middle, points per sd of satisfaction, points per sd of involvement.
VERDICTS = {"csat": (3.8, 0.75, 0.0), "nps": (7.7, 1.5, 0.5)}
POINTS = {"csat": (1, 5), "nps": (0, 10)}  # range of the scale; the items go from 1 to 7
LEFT_DISAPPOINTED = 0.8  # lower satisfaction of those who left for good, in sd
ITEM_SD = 0.7  # sd of an answer around its attitude, points
PRIORITY_SHARE = 0.20  # top share by spend in 2024 that gets the priority desk from 2025 on
PRIORITY_LIFT = 0.45  # what the priority desk adds to satisfaction, in sd between customers

# --- campaigns -----------------------------------------------------------------------
OFFERS = ("none", "five_percent", "fast_delivery", "tasting", "office_plan", "gift_wrap")
OFFER_TEXTS = (
    "No message",
    "5 % off the next order",
    "Free next-morning delivery",
    "Tasting set of three new beans with the next order",
    "Barista visit for the office with the next order",
    "Free gift wrapping and a card",
)
OFFER_DISCOUNT = (0, 5, 0, 0, 0, 0)  # per cent off an order made with the offer
CONTACT_COST = (0.0, 1.5, 2.0, 2.0, 2.0, 2.0)  # yuan per customer written to
REDEMPTION_COST = (0.0, 0.0, 12.0, 22.0, 45.0, 10.0)  # yuan per order made with the offer
FITTED_OFFER = (2, 3, 4, 5)  # the offer made for each group, index into OFFERS
# Chance that the offer brings an order from an active customer who would otherwise not have
# ordered within the window; per group, then per offer.
RESPONSE = np.array(
    [
        [0.0, 0.10, 0.16, 0.03, 0.02, 0.03],
        [0.0, 0.06, 0.04, 0.18, 0.02, 0.04],
        [0.0, 0.06, 0.05, 0.02, 0.20, 0.03],
        [0.0, 0.09, 0.04, 0.04, 0.01, 0.17],
    ]
)
CAMPAIGN_DAY = np.datetime64("2025-03-03")
CAMPAIGN_WINDOW = 30  # days in which an order counts as an answer
DESIGNS = ("uniform", "segmented", "held out")
DESIGN_SHARES = (0.40, 0.40, 0.20)
UNIFORM_OFFER = 1  # index into OFFERS
ORDER_VALUE_SIGMA = 0.6  # sd of log order value around a customer's mean, forward runs

# --- the service test ----------------------------------------------------------------
SERVICE_GROUP = 0  # index into GROUPS: a standing order, delivered before work
SERVICE_DAY = np.datetime64("2025-09-01")
SERVICE_WINDOW = 60  # days in which the outcome is measured
SERVICE_RECENT = 365  # eligible customers have ordered within so many days before
SERVICE_RESPONSE = 0.40  # chance that the service brings an active customer one more order

# --- warning signs -------------------------------------------------------------------
# Tickets, visits and reviews are drawn knowing the day a customer leaves for good, so that
# they carry signs of it in the days before.
WARNING_DAYS = 90  # how long before leaving the signs show

# --- service tickets -----------------------------------------------------------------
TOPICS = ("late delivery", "damaged", "wrong item", "invoice", "machine fault", "question")
ORDER_TROUBLE = np.array(  # chance that an order brings a ticket; per channel, first four topics
    [
        [0.045, 0.025, 0.020, 0.006],  # online
        [0.000, 0.012, 0.010, 0.008],  # shop
        [0.080, 0.020, 0.020, 0.020],  # dealer
    ]
)
TROUBLE_DAYS = 4.0  # mean days from the order to the ticket
OTHER_TICKETS = (  # tickets a year of an active customer, per group
    ("machine fault", (0.08, 0.14, 0.24, 0.02)),
    ("question", (0.25, 0.35, 0.40, 0.20)),
)
TICKET_WARNING = 2.4  # multiple of these chances and rates in the days before leaving
TICKET_CHANNELS = ("phone", "chat", "email")
TICKET_CHANNEL_SHARES = (0.40, 0.25, 0.35)
TICKET_HOURS = (8, 20)  # tickets come from 8:00 to 19:59

# How a ticket is handled: badly (not solved at the first contact, no goodwill), plainly
# (solved at the first contact, no goodwill) or made good (goodwill is given).
HANDLINGS = ("bad", "plain", "made good")
HANDLING_SHARES = np.array(
    [
        [0.20, 0.55, 0.25],  # tickets of customers who stay
        [0.46, 0.43, 0.11],  # of customers who leave within WARNING_DAYS
    ]
)
HANDLING_PACE = (2.2, 1.0, 0.6)  # multiple of the hours of every stage, per handling
HANDOVERS = (1.6, 0.4, 0.3)  # mean, per handling
MADE_GOOD_AT_ONCE = 0.7  # share of the tickets made good that the first contact solved
GOODWILL = (10, 60)  # yuan, from and up to, in steps of five
QUEUE_HOURS = (0.4, 0.7, 8.0)  # mean, per ticket channel
MONDAY_QUEUE = 3.0  # multiple of it on Mondays
WORK_HOURS = (2.0, 3.0, 2.5, 2.0, 6.0, 0.8)  # mean, per topic
PARTNER_HOURS = (24.0, 14.0, 8.0, 0.0, 18.0, 0.0)  # mean wait for carrier or dealer, per topic
DEALER_WAIT = 4.0  # multiple of it for late deliveries of dealers: the bottleneck
HOURS_SHAPE = 1.3  # gamma shape of all hours
# Middle, points per sd of satisfaction, then per handling; points lost before leaving.
TICKET_VERDICTS = {
    "rating": (3.7, 0.5, (-1.2, 0.0, 0.6), 0.5),
    "effort": (5.0, 0.4, (-1.5, 0.0, 0.5), 0.4),
}
TICKET_POINTS = {"rating": (1, 5), "effort": (1, 7)}  # range of the scale
TICKET_ANSWERED = 0.40  # share of closed tickets rated; each question by itself
VERDICT_SD = 0.8  # sd of a verdict or of stars around what is felt, points

# --- visits and reviews --------------------------------------------------------------
PAGES = ("shop", "account", "support", "compare")
PAGE_SHARES = (0.74, 0.18, 0.08)  # of the visits that did not come from a price comparison
DEVICES = ("web", "app")
APP_SHARE = (0.55, 0.15)  # share of visits: consumers, organisations
VISITS_PER_YEAR = (7.0, 9.0, 6.0, 4.0)  # mean of active customers besides orders, per group
VISIT_SHAPE = 0.7  # gamma shape of these rates
VISIT_FADE = 0.6  # share of these visits that is left in the days before leaving
STRAY_VISITS = 0.25  # multiple of the rate after leaving: curiosity, a link in a mail
COMPARE_PER_YEAR = 0.7  # visits through a price comparison, mean of active customers
COMPARE_WARNING = 5.0  # multiple of that rate in the days before leaving
VISIT_BEFORE_ORDER = (1, 30)  # minutes from the visit to the online order it ends in

REVIEW_SHARE = 0.12  # share of orders that are reviewed in public
REVIEW_DAYS = (1, 45)  # days from the order to the review
# Middle, stars per sd of satisfaction, per sd of involvement; stars lost before leaving.
REVIEW_STARS = (4.0, 0.55, 0.15, 0.9)

# --- referrals, points, credit -------------------------------------------------------
REFERRED_SHARE = 0.12  # share of those who joined after the opening
REFERRER_DRIVERS = (0.6, 0.6)  # log weight per sd of involvement, of satisfaction
REFERRER_PROPOSALS = 32  # candidates drawn for each, of whom the first that fits is taken

POINTS_DAY = np.datetime64("2024-01-01")  # the programme begins
POINTS_PER_YUAN = 1
POINTS_LIFE = 365  # days until a batch expires
POINTS_USE = (0.8, 1.2)  # beta shapes of the chance to use a batch with the next order

PAYMENT_DAYS = 30  # days from the order until the invoice is due
DAYS_LATE = (0.0, 6.0, 16.0, 9.0)  # mean days late, per account type
LATE_SHAPE = 0.8  # gamma shape of the customers' means
EARLY_DAYS = 8  # up to so many days before that, evenly
UNPAID_PER_DAY = 0.0015  # rate of never paying, per mean day late

# --- keeping customers ---------------------------------------------------------------
RETENTION_OFFERS = ("none", "voucher", "care_call", "tasting")
RETENTION_TEXTS = (
    "No contact",
    "A voucher over 25 yuan for the next order",
    "A call from the service desk: is everything all right?",
    "An invitation to a tasting, with a set of three beans on the next order",
)
RETENTION_CONTACT_COST = (0.0, 3.0, 20.0, 6.0)  # yuan per customer contacted
RETENTION_REDEMPTION_COST = (0.0, 25.0, 0.0, 30.0)  # yuan, on the first order made with it
REDEMPTION_DAYS = 60  # how long it is valid, whoever takes it
RETENTION_DAY = np.datetime64("2026-01-05")
RETENTION_WINDOW = 180  # days in which the outcome of the pilot is measured
# What is added to the personal rate of leaving, per year: for those about to leave when the
# data end, who show the signs, and for those with a badly handled ticket in BAD_TICKET_DAYS.
RATE_BEFORE_LEAVING = 8.0
RATE_AFTER_BAD_TICKET = 0.8
BAD_TICKET_DAYS = 180  # how long a badly handled ticket is felt
# Multiple of the rate of leaving under the offer: below 1 keeps, above 1 drives away. Per
# group, then per offer; first without, then with such a ticket.
LEAVING_MULTIPLE = np.array(
    [
        [
            [1.0, 0.25, 1.50, 1.00],  # convenience: a call is a nuisance
            [1.0, 1.00, 1.00, 0.40],  # gourmet: a voucher is money wasted
            [1.0, 0.95, 0.55, 1.10],  # office
            [1.0, 0.30, 1.40, 0.90],  # gift
        ],
        [
            [1.0, 0.85, 0.25, 1.00],
            [1.0, 1.10, 0.35, 0.80],  # a voucher instead of an apology
            [1.0, 1.00, 0.40, 1.10],
            [1.0, 0.90, 0.25, 1.00],
        ],
    ]
)
WIN_BACK_DAYS = 180  # who left longer ago does not come back
WIN_BACK = np.array(  # chance to win back one who leaves today; falls to 0 at WIN_BACK_DAYS
    [
        [0.0, 0.12, 0.03, 0.01],
        [0.0, 0.02, 0.05, 0.12],
        [0.0, 0.02, 0.08, 0.01],
        [0.0, 0.10, 0.02, 0.02],
    ]
)

# --- finding customers ---------------------------------------------------------------
# What customers come through before they buy; not the channels in which they buy (CHANNELS).
CONTACT_CHANNELS = (
    "search ad",
    "display ad",
    "social",
    "content",
    "press",
    "email",
    "partner",
    "event",
)
COMMUNICATIONS = (  # form of marketing communication, per contact channel
    "advertising",
    "advertising",
    "social media",
    "social media",
    "public relations",
    "direct marketing",
    "sales promotion",  # tastings on partners' premises
    "sales promotion",
)
PAID = (True, True, True, False, False, False, True, True)  # is paid per contact
LEADS_YEAR = np.datetime64("2025-01-01")  # leads of the year that begins here
LEADS_PER_CUSTOMER = 6.5  # leads ÷ customers won

# Who would come anyway ("seekers") find their own way, and end it with a search or a mail.
SEEKER_SHARE = 0.22  # share of leads
# Chance of buying without any contact, of a lead of middling fit: others, seekers.
ANYWAY = (0.003, 0.135)
# Chance that a contact makes a lead of middling fit buy, per contact channel.
CONTACT_EFFECT = (0.003, 0.0003, 0.0175, 0.027, 0.0145, 0.0025, 0.029, 0.038)
VOUCHER_EFFECT = 1.3  # multiple of that chance if the contact carried a voucher
VOUCHER_SHARES = (0.12, 0.20, 0.18, 0.02, 0.00, 0.40, 0.05, 0.10)  # per contact channel
MORE_CONTACTS = 2.2  # mean contacts beyond the first
MOST_CONTACTS = 8
STAGES = ("opening", "middle", "closing")  # the first contact, those between, the last
CLOSED_BY_THEMSELVES = (0.25, 0.95)  # share of last contacts of stage "closing"
STAGE_MIX = np.array(  # share of contact channels, per stage
    [
        [0.06, 0.17, 0.25, 0.21, 0.08, 0.02, 0.09, 0.12],
        [0.10, 0.34, 0.16, 0.14, 0.06, 0.10, 0.05, 0.05],
        [0.52, 0.07, 0.02, 0.02, 0.01, 0.33, 0.02, 0.01],
    ]
)

# How well a lead fits: log multiple of all these chances, per point above the middle of the
# scales; need and budget work together. Then what the lead did.
FIT_NEED, FIT_BUDGET, FIT_BOTH = 0.40, 0.30, 0.50
FIT_TRIAL_PACK, FIT_PRICE_PAGE, FIT_WEBINAR = 1.7, 0.40, 0.35
LARGEST_CHANCE = 0.90  # of a single cause
NEED_BUDGET_SD = 1.1  # sd of true need and budget around 3, points
SCORE_NOISE = 0.5  # sd of the answers around the true values, points
TRIAL_PACK = (-1.9, 0.35)  # log odds of ordering a sample at need 3; per point of need
PRICE_PAGE = (-0.7, 0.35)  # of looking at the prices, per point of budget
WEBINAR = (-2.2, 0.9)  # of taking part in a webinar; more for organisations
PAGES_VIEWED = (4.0, 0.18)  # mean at need 3; log change per point of need
EMPLOYEES = (45, 1.1)  # median and sd of the log, organisations

LEAD_DAYS = (24.0, 55.0)  # mean days from the contact left to the end: consumer, organisation
LEAD_DAYS_SHAPE = 1.6  # gamma shape of them
KNOWN_BEFORE = 18.0  # mean days of contacts before the lead left one
LOST_REACHES = (0.85, 0.45, 0.35)  # share of lost leads contacted; of those qualified; offered
LOST_REACHES_FIT = (0.0, 0.5, 0.4)  # change of their log odds per unit of log fit
# What customers are worth goes with how they came: scores, in sd of log value between customers.
VALUE_BY_CHANNEL = (0.0, -0.1, -0.1, 0.1, 0.0, 0.0, 1.1, 1.1)
VALUE_BY_VOUCHER = -0.7
VALUE_NOISE = 0.9  # sd of the score for other reasons
CLV_YEARS = 2.0  # horizon of the true customer lifetime value
CLV_DISCOUNT = 0.10  # a year

COST_PER_CONTACT = (26.0, 8.0, 18.0, 0.0, 0.0, 0.0, 32.0, 40.0)  # yuan, paid channels
STAFF_COST = (0.0, 0.0, 1.0, 7.0, 4.2, 4.0, 0.0, 0.0)  # yuan a year per lead of the year
SPEND_SIGMA = 0.12  # sd of the log of a month's cost around that

LANDING_DAY = np.datetime64("2025-10-13")  # first day of the test of the landing page
LANDING_DAYS = 28
LANDING_ARMS = ("control", "new page")
LANDING_RATES = (0.100, 0.135)  # orders per visitor, per arm
LANDING_VISITORS = 68  # mean a day and arm
LANDING_PLANNED = 1774  # visitors an arm: finds 3 points more in 80 % of tests, at 5 %, two-sided

# --- dealers -------------------------------------------------------------------------
DEALERS = 36
CANDIDATES = 12  # of them not yet dealers
CRITERIA = (  # of choosing a dealer, scored 1 to 10; log change of sales per point
    ("market_range", 0.02),
    ("reputation", 0.00),
    ("history", 0.02),
    ("cooperation", 0.15),
    ("products", 0.02),
    ("finances", 0.13),
    ("location", 0.01),
    ("distribution", 0.19),
    ("service", 0.02),
    ("price", 0.00),
)
CRITERIA_COMMON = 0.15  # correlation of the criteria: who is good at one is good at others
CRITERIA_MEAN, CRITERIA_SD = 5.8, 2.0  # points
DEALER_SIGMA = 0.22  # sd of log sales around what the criteria say

# --- service plans by the month ------------------------------------------------------
# plan, included cups a month, fee (yuan a month), unit cost (yuan a month)
PLANS = (("S", 300, 169, 82), ("M", 800, 329, 165), ("L", 2000, 629, 330))
USAGE_DAY = np.datetime64("2024-01-01")  # the meters were put in
USAGE_MONTHS = 24
RENTED_SHARE = 0.75  # of organisations and offices that did not buy the plan: have it by the month
MONTHS_TO_PLAN = 6  # up to so many months from joining to the plan
PLAN_SHARES = (0.62, 0.30, 0.08)  # at the start
USED_AT_START = (0.62, 0.30)  # median share of the allowance, sd of the log between customers
USE_GROWTH = (0.012, 0.018)  # log change a month: mean, sd between customers
USE_SIGMA = 0.10  # sd of log use between months
USE_FADE = (1.0, 0.80, 0.60, 0.45)  # multiple of use: 3 months before the last … the last month
MOST_USE = 1.25  # share of the allowance that a machine can serve at most
HEAVY_USE = 0.90  # share of the allowance
# Chance to move up next month: used up to HEAVY_USE, above it this month, two months in a
# row; columns: months since the start up to 3, up to 12, later.
UPGRADE_CHANCE = np.array(
    [
        [0.002, 0.006, 0.004],
        [0.010, 0.040, 0.030],
        [0.120, 0.320, 0.220],
    ]
)
UPGRADE_AGES = (3, 12)

# --- services at the shops -----------------------------------------------------------
# name, then how often a booking of each group is this one (convenience, gourmet, office,
# gift; any scale).
SERVICES = (
    ("Tasting evening", (4, 9, 1, 7)),
    ("Home brewing class", (3, 9, 0.3, 2)),
    ("Latte art class", (2, 8, 0.5, 3)),
    ("Roasting day", (1, 7, 0.2, 1)),
    ("Grinder set-up", (1, 7, 1, 0.3)),
    ("Machine check", (6, 3, 10, 1)),
    ("Descaling", (8, 3, 9, 0.5)),
    ("Seal exchange", (3, 2, 6, 0.3)),
    ("Water test", (3, 3, 7, 0.3)),
    ("Filter exchange", (5, 2, 8, 0.5)),
    ("Team tasting", (0.3, 0.3, 7, 1)),
    ("Gift workshop", (2, 1, 0.5, 10)),
)
# What pulls what: the chance that the next booking after this one is its follower; it is
# anything from the group's mix otherwise.
FOLLOWERS = {
    "Home brewing class": ("Grinder set-up", 0.30),
    "Water test": ("Filter exchange", 0.25),
    "Machine check": ("Seal exchange", 0.20),
    "Latte art class": ("Roasting day", 0.16),
    "Team tasting": ("Gift workshop", 0.14),
}
BOOKERS = (0.45, 0.75, 0.60, 0.35)  # share of customers who ever book, per group
BOOKINGS_PER_YEAR = 1.8  # mean of those, while they are customers
BOOKING_SHAPE = 1.5  # gamma shape of these rates
BOOKING_HOURS = (10, 18)  # from 10:00 to 17:59

# --- the tills -----------------------------------------------------------------------
# Most who pay at a till are in no register: the tills do not grow with the company's customers.
SHOPS = 16
TILL_PAYMENTS = 150  # mean a day of a middling shop in the middle of the period
SHOP_SIGMA = 0.25  # sd of log size between shops
TILL_GROWTH = (0.18, 0.30)  # of the payments, a year; from and up to, by the seed
TILL_WEEKDAYS = (0.85, 0.85, 0.90, 0.95, 1.10, 1.25, 1.10)  # Monday first
TILL_MONTHS = (1.05, 0.90, 0.95, 1.0, 1.0, 0.95, 0.95, 1.0, 1.0, 1.0, 1.05, 1.15)
TILL_SIGMA = {"month": 0.03, "day": 0.07, "shop day": 0.07}  # sd of log: all shops, one shop
# First day, days, multiple: the Spring Festival, and the rush of 11 November.
TILL_FEASTS = (
    ("2023-01-21", 7, 0.35),
    ("2024-02-09", 8, 0.35),
    ("2025-01-28", 8, 0.35),
    ("2023-11-11", 1, 1.9),
    ("2024-11-11", 1, 1.9),
    ("2025-11-11", 1, 1.9),
)
LOCAL_FEAST = (0.004, 1.45)  # share of a shop's days with a feast next door; multiple
FEED_FAULTS = ("doubled", "dropped")
FEED_FAULT_SHARES = (0.004, 0.004)  # share of a shop's days
DROPPED = (0.30, 0.75)  # share of the payments lost, from and up to
STATEMENT_DAY = np.datetime64("2025-12-01")  # from here on the statement has not come yet
MEAN_PAYMENT, PAYMENT_SIGMA = 46.0, 0.04  # yuan; sd of the log of a day's mean

RETURNS_YEAR = np.datetime64("2025-01-01")
RETURNS_PER_DAY = 1.05  # mean, per shop
CASHIERS = 5  # per shop
DISHONEST = 4  # of all cashiers
FRAUD_SHARE = 0.032  # of the returns
AUDIT = (np.datetime64("2025-07-01"), 0.5)  # before this day so many were checked, by lot
SUPERVISOR_FROM = 200  # yuan: a larger return needs a second signature
RETURN_MEDIAN, RETURN_SIGMA = 95.0, 0.95  # yuan and sd of the log, honest returns
FRAUD_AMOUNT = (70, 200)  # yuan, from and up to; mostly near the upper end
# Chance of each sign: honest, fraud.
RETURN_LATE = (0.13, 0.68)  # after 20:00
RETURN_NO_RECEIPT = (0.16, 0.80)
RETURN_OTHER_CARD = (0.12, 0.76)
RETURN_DAYS = 9.0  # mean days since the sale
# --- choosing a system ---------------------------------------------------------------
VENDORS = ("Anchor", "Beacon", "Compass", "Lantern", "Trident")
# What an offer can be like; one is dealt to each vendor by lot. Constants below are per kind.
OFFER_KINDS = ("lean", "handy", "grand", "dazzling", "home-made")
MUST_HAVES = ("all_data_out", "open_interface", "views_by_role", "data_in_country")
LACKS = ((), (), (), ("all_data_out",), ("open_interface", "views_by_role"))
LICENCE = (45, 98, 185, 130, 70)  # yuan a seat and month
SETUP = (260_000, 300_000, 420_000, 350_000, 380_000)  # yuan, as quoted
TRAINING_FEE = (300, 500, 700, 600, 400)  # yuan a seat
OFFER_SPREAD = 0.06  # each of these lies so far around, at most, as a share
OVERRUN = (1.22, 0.32)  # what a project costs ÷ what was quoted: median, sd of the log

SCORE_CRITERIA = (
    "sales",
    "marketing",
    "service",
    "analytics",
    "integration",
    "ease_of_use",
    "security",
    "support",
)
RATERS = ("sales", "marketing", "service", "shops", "dealers", "IT", "finance")
QUALITY = np.array(  # what a careful look would find, points; row = kind, column = criterion
    [
        [5.5, 5.0, 5.0, 4.5, 5.5, 4.0, 5.5, 5.0],
        [6.5, 6.0, 6.5, 6.0, 6.5, 8.2, 6.5, 6.5],
        [7.4, 7.2, 6.9, 7.5, 6.8, 5.6, 7.2, 6.8],
        [8.2, 8.2, 7.9, 7.6, 6.2, 7.8, 6.6, 7.6],
        [5.2, 4.8, 5.3, 5.8, 7.2, 4.2, 6.0, 4.6],
    ]
)
# sd of how mild a rater is, of what a rater thinks of a vendor as a whole, of the rest, points
SCORE_SD = (0.8, 0.5, 1.1)

DEPARTMENTS = ("sales", "marketing", "service", "shops", "dealers")
SEATS = (48, 24, 48, 72, 48)  # people who would work with it, per department; dealers' own people
# Log odds that somebody in a middling department comes to use it, per kind; and by department.
USE = (-1.0, 0.9, 0.8, 1.0, -1.2)
USE_DEPARTMENT = (-0.2, 0.9, 0.5, -0.5, -0.8)
SAVES = (0.32, 0.62, 0.64, 0.56, 0.35)  # share of the minutes below, for those who use it, per kind
LASTING = 0.85  # of the users of the pilot, the share that uses it over the years
DIARY_MEAN = (260, 200, 320, 180, 220)  # minutes a week of searching and retyping, per department
DIARY_SHAPE = 9.0  # gamma shape of it between people
DIARY_SD = 25.0  # minutes, between weeks of one person
QUIET_SEASON = -20.0  # minutes, the second diary against the first, for everybody
PILOT_WEEKS = 12
LAST_WEEKS = 4
CURIOUS = 0.8  # of those who will not use it, the share that tries it
CURIOUS_WEEKS = 2.5  # mean weeks for which they do
STRAY_LOGIN = 0.08  # chance a week of others to log in all the same
USER_WEEK = 0.95  # chance that a user logs in in a week
LOGINS, ENTRIES = 6.0, 5.0  # mean beyond the first, of a week with logins, with entries
READER_SHARE = 0.25  # of the users, those who only read

CONTRACT_YEARS = 5
CONTRACT_DISCOUNT = 0.08  # a year
HOUR_COST = 80.0  # yuan, of one working hour
WORKING_WEEKS = 46  # a year
TIME_USED = 0.70  # of the time saved, the share that becomes other work
TRAINING_HOURS = 4  # a seat

SKILL = (62.0, 9.0)  # mean and sd of service skill between people, points of 100
TEST_SD = 8.0  # points, of a test around the skill
SENT_SHARE = 1 / 3  # the lowest scores of the first test are sent to the course
TRAINING_EFFECT = 5.0  # points

IT_PROJECTS = 24  # of the last years, on record
PROJECT_QUOTE = (160_000, 0.7)  # median (yuan) and sd of the log
PROJECT_DELAY = (1.20, 0.28)  # days taken ÷ days planned: median, sd of the log
DELAY_WITH_COST = 0.6  # correlation of the two logs
PROJECT_USE = (3.0, 2.2)  # beta parameters: share of those for whom it was that use it a year later

# --- journeys across channels --------------------------------------------------------
# Private customers, not by dealers, still active when the log begins; minutes unless stated.
JOURNEY_FROM = np.datetime64("2026-03-01")
JOURNEY_TO = np.datetime64("2026-05-31")  # the last day of the log
TOUCH_CHANNELS = ("app", "web", "shop", "phone", "delivery")
ID_LETTERS = ("A", "K", "S", "N", "D")  # of each channel's own ids
JOURNEYS = ("buy", "complain", "return")
STEPS = (
    *("product", "cart", "pay", "log in again", "paid", "missed", "delivered"),
    *("contact", "told again", "solved"),
    *("return asked", "handed in", "refunded"),
)
OUTCOMES = ("done", "failed")
PAINS = ("phone queue", "log in again", "missed parcel")

WISHES_PER_ORDER = 1.7  # wishes to buy for each order of the customer's own rate
APP_USERS = 0.55  # share of customers with the app
BY_APP = 0.80  # share of their wishes that begin there
CARD_HELD, CARD_SHOWN = 0.80, 0.85  # share with a shop card; of their purchases, with it shown
BEGINS_ONLINE = (0.85, 0.50)  # share of wishes: first channel online, shop
SECOND_COOKIE = 0.20  # share of web visits in another browser
TO_CART, TO_PAY, PAYS = 0.75, 0.64, 0.93  # share that goes on by itself
LOGIN_SHARE = 0.45  # of the payments in the app: the session is lost
LOGIN_LEFT = 0.45  # of these: leave on the spot
LOGIN_MINUTES = 4.0  # mean
OTHER_DEVICE = 0.15  # of app users who pay: on the other device
# Of those who leave online, the share that buys in the shop instead: first channel online, shop.
SHOP_INSTEAD = (0.24, 0.45)
SHOP_HOURS = (0.9, 20.0)  # gamma shape, mean hours until then
COMES_BACK = 0.14  # of the others who had a cart: pay within days of their own accord
BACK_HOURS = (30.0, 130.0)  # after so many hours, from and up to
MISSED_SHARE, MISSED_MINUTES = 0.16, 25.0  # of the parcels; mean waited at home
MISSED_LOSES = 0.40  # chance that the next wish to buy goes to somebody else
PARCEL_DAYS = (1, 3)
CALLS_PER_YEAR = 1.3  # complaints and questions besides those about a purchase
MISSED_CALLS, PARCEL_CALLS, SHOP_CALLS = 0.22, 0.05, 0.01  # chance of one after each
CONTACT_SHARES = (0.12, 0.10, 0.16, 0.62, 0.0)  # by channel; without the app, web
BUSY_SHARE, BUSY_MONDAY = 0.42, 0.90  # of the calls
CONTACT_MINUTES = (4.0, 26.0)  # mean wait: quiet, busy telephone
LONG_WAIT = 10  # from more minutes on it is the pain "phone queue"
HANGS_UP = 0.15  # of those who wait so long
QUEUE_LOSES = 0.03  # chance that the next wish to buy goes to somebody else
TOLD_AGAIN = (0.35, 0.12)  # share: on the phone, elsewhere
SOLVED = 0.88
RETURNED = (0.08, 0.03)  # of purchases: online, in the shop
HANDED_IN = 0.86

# What each channel knows of whom it serves: share of ids with name, telephone, mail.
ID_KNOWN = (
    (1.00, 0.96, 0.92),  # app
    (0.70, 0.60, 0.80),  # web
    (1.00, 0.95, 0.55),  # shop
    (0.70, 1.00, 0.00),  # phone
    (1.00, 0.97, 0.00),  # delivery
)
ID_NAME_SLIPS, ID_OTHER_PHONE = 0.05, 0.05

# --- answers after a touchpoint, and the reminder of carts ----------------------------
# Effort (1 hard … 7 easy) and satisfaction (1 … 5) felt at a step, middling customer.
FELT = {
    "paid": (5.7, 4.1),
    "log in again": (2.6, 2.4),
    "missed": (3.0, 2.5),
    "delivered": (5.8, 4.2),
    "contact": (5.3, 3.7),
    "told again": (3.4, 2.8),
    "solved": (5.0, 3.9),
    "refunded": (4.7, 3.6),
}
FELT_PER_MINUTE = (-0.09, -0.055)  # change per minute waited on the phone
FELT_AFTER = (-1.4, -1.0)  # at the next step after a lost session or a missed parcel
FELT_BY_SATISFACTION = (0.35, 0.35)  # change per sd
FELT_SD = 0.9
TOUCH_ASKED = 0.70  # share of the steps asked about: paid, contact, delivered, solved, refunded
TOUCH_ANSWERED = (0.16, 0.50)  # share of answers: effort felt above 3, up to 3

CART_TEST_FROM, CART_TEST_TO = np.datetime64("2026-03-09"), np.datetime64("2026-05-16")  # sent
REMINDER_HOURS = 24  # after the cart
REMINDER_DAYS = 14  # for so long the voucher is valid
REMINDER_COST, REMINDER_VOUCHER = 0.5, 60.0  # yuan
REMINDER_ADDS = 0.42  # chance of a purchase that would not have been; who has bought: none
REMINDER_BACK_DAYS = 2.0  # mean days until then
VOUCHER_USED = (0.85, 0.70)  # of those who buy after it; of those who had bought before it

# --- the messy export ----------------------------------------------------------------
SYSTEMS = ("web", "pos", "dealer-A", "dealer-B")
RESENT_DAYS = (np.datetime64("2025-05-05"), np.datetime64("2025-05-12"))  # pos, sent twice
FEN_DAYS = (np.datetime64("2024-07-01"), np.datetime64("2024-10-01"))  # dealer-B, in fen
NO_CUSTOMER_SHARE = 0.012
CURRENCY_SHARE = 0.25  # share of pos amounts written like "¥1,299.00"
OTHER_DATE_SHARE = 0.30  # share of dealer-A dates written like "2024年07月05日 14:22"
UNTIDY_CHANNEL_SHARE = 0.06
TYPO_SHARE, TYPO_AT_LEAST = 0.0003, 3  # amounts × 100 by a typing error; share of rows, rows

# --- three systems with a list of people each ----------------------------------------
# One system per channel of CHANNELS: what it is called, and the letter of its numbers.
PEOPLE_SYSTEMS = ("web", "till", "dealer")
SYSTEM_LETTERS = ("W", "T", "D")
HOUSEHOLD_SHARE = 0.12  # of the customers: live with the one before, at the same address
SHARED_PHONE_SHARE = 0.5  # of them: and gave the same telephone
MOVES_PER_YEAR = 0.12  # rate of changing the address once
NEW_PHONE_PER_YEAR = 0.08  # rate of changing the number once
BORN_TOLD = (0.55, 0.70, 0.0)  # share of accounts with a date of birth, per system
EMAIL_TOLD = (1.0, 0.25, 0.30)
ADDRESS_TOLD = (0.85, 0.60, 0.95)
PHONE_TOLD = (0.96, 0.92, 0.90)
OTHER_PHONE = 0.05  # share of accounts with another number: of the office, of a parent
NAME_SLIPS = (0.05, 0.03, 0.04)  # share of names mistyped, per system
PHONE_SLIPS = 0.03  # share of numbers with one digit mistyped
HOUSE_SLIPS = 0.03  # share of house numbers mistyped
BORN_BY_DEFAULT = 0.05  # share of dates of birth left as the form had them
SWAPPED_NAMES = 0.12  # share of web names with the surname first
SMALL_LETTERS = 0.25  # share of web names in small letters
UPDATED_SHARE = 0.35  # share of accounts whose details were renewed since they were opened
SECOND_ACCOUNT = (0.10, 0.12, 0.03)  # share of customers with several orders: a second account
NEW_EMAIL = 0.6  # share of second accounts with another address for mail
# What is torn when the files are written: share of lines, and so many at least.
TORN_SHARE, TORN_AT_LEAST = 0.0008, 1  # of each kind, in each file
PHONE_CALL_COST = 15.0  # yuan, to ask one customer whether two accounts are one person
# --- who follows whom, and what is told ----------------------------------------------
CLUB_DAY = np.datetime64("2025-01-01")  # who was a customer then, and still is one, may be a member
CLUB_SHARE = 0.85  # of them: have an account in the club
FOLLOWED_BY_CHOICE = (2.0, 3.0)  # gamma shape and scale of the number of members followed, less 1
FAME_SPREAD = 1.0  # sd of the log of how readily a member is followed
SAME_KIND_SHARE = 0.5  # of who is followed: of the same needs group and region
FOLLOW_BACK_SHARE = 0.25  # of those who are followed: follow back
PULL_SHAPE = 0.8  # of the gamma distribution of how readily the followers of a member are set off
PULL_BY_FOLLOWERS = -0.6  # power of the number of followers in it: large audiences listen less
CURIOSITY_SPREAD = 0.3  # sd of the log of how readily a member is set off
SET_OFF_BY_A_BOX = (0.45, 0.62)  # whom a member by lot sets off, on average: from, to, per company
MOST_LIKELY = 0.75  # no follower is set off by one telling more surely than this
LAUNCHES = (  # name and day of the new roasts of 2025
    ("Yirgacheffe", np.datetime64("2025-01-14")),
    ("Huila", np.datetime64("2025-02-25")),
    ("Baoshan", np.datetime64("2025-04-08")),
    ("Antigua", np.datetime64("2025-05-20")),
    ("Nyeri", np.datetime64("2025-07-01")),
    ("Sidamo", np.datetime64("2025-08-12")),
    ("Menglian", np.datetime64("2025-09-23")),
    ("Tarrazu", np.datetime64("2025-11-04")),
)
BOX_SHARE = 0.04  # of the members: were sent a box, by lot, at each launch
OWN_ACCORD_SHARE = 0.02  # of the members: order a new roast without being told
OWN_ACCORD_BY_INVOLVEMENT = 0.6  # change of the log of it per sd
OWN_ACCORD_DAYS = 30  # within so many days of the launch
TELLING_DAYS = 2.0  # mean days from having it to the order of somebody set off by it
BOX_DAYS = 3.0  # mean days from the launch to trying what is in the box

# --- mentions of the company in the whole of the web, as a listening service counts them --
MENTIONS_FROM = np.datetime64("2024-01-01")
NEGATIVE_A_DAY = 38.0  # mentions called negative on an ordinary day, mean over the week and year
ALL_A_DAY = 210.0  # mentions on an ordinary day
MENTIONS_WEEKDAY = (0.92, 0.90, 0.92, 0.95, 1.02, 1.13, 1.16)  # Monday first
MENTIONS_SEASON = (0.10, -0.06)  # of the log: cosine and sine of the year
MENTIONS_SIZE = 11.0  # of the negative binomial distribution of a day's negative mentions
MENTION_SHARES = (0.42, 0.26, 0.21, 0.11)  # per platform of SOCIAL_PLATFORMS
# Two crises, day by day: negative mentions ÷ those of an ordinary day.
FILTER_CRISIS_DAY = np.datetime64("2024-06-13")  # filter papers with ink
FILTER_CRISIS = (1.4, 1.7, 2.1, 2.6, 2.9, 2.8, 2.4, 2.0, 1.7, 1.4)
# The second begins on CRISIS_DAY, with the posts.
LEAK_CRISIS = (1.8, 2.5, 3.0, 2.9, 2.6, 2.3, 2.1, 2.0, 1.8, 1.7, 1.6, 1.5, 1.4, 1.4)

# --- consent, and data from outside --------------------------------------------------
PURPOSES = ("messages", "profiling", "sharing")
CONSENT_SOURCES = ("sign-up form", "shop card", "app", "phone", "dealer list")
PROFILING_DAY = np.datetime64("2024-07-01")  # from then on customers are asked
SHARING_DAY = np.datetime64("2025-01-15")
ASKED_AFTER = (70.0, 60.0)  # mean days until it comes up: profiling, sharing
# Log odds of saying yes when asked, per purpose; messages only where they are asked again.
CONSENT_LOG_ODDS = (0.9, 0.7, 0.3)
CONSENT_BY_INVOLVEMENT = (0.0, 0.9, 0.7)  # change per sd
CONSENT_BY_SATISFACTION = (0.0, 0.4, 0.4)
WITHDRAWALS_PER_YEAR = 0.10  # rate at middling satisfaction
WITHDRAWAL_BY_SATISFACTION = -0.6  # log change of that rate per sd
ANNOYED_SHARE = 0.07  # of those written to: withdraw soon after the campaign
ANNOYED_DAYS = 6.0  # mean days after it
AGAIN_SHARE = 0.35  # of those who withdrew: give it again, if still customers
AGAIN_DAYS = 100.0  # mean days until then
CHANGED_MIND_SHARE = 0.025  # of all records: the opposite follows within the hour

TRIAL_DAY = np.datetime64("2025-11-03")  # the vendor's trial file
MATCHED_SHARE = 0.80  # of those handed over, found by the vendor
PERSONA_ACCURACY = 0.60  # share of needs groups guessed right
INTEREST_POINTS = (50, 9.0, 15.0)  # coffee_interest: middle, points per sd of involvement, noise

DATA_KINDS = ("given", "behavioural", "social", "third-party")
GROUNDS = ("contract",)  # what may be used without a consent: to deliver, to answer, to bill
# What the company holds about customers: table, kind of data, what it may be used for, columns.
HELD = (
    ("customers", "given", "contract", "customer_id display_name tax_number contract region"),
    ("customers", "behavioural", "contract", "joined first_channel"),
    ("customers", "given", "messages", "email_consent"),
    ("customers", "given", "profiling", "city_size birth_year gender household_size income_band"),
    ("orders", "behavioural", "contract", "order_id customer_id date channel amount refund_of"),
    ("orders", "behavioural", "profiling", "discount offer"),
    ("order_lines", "behavioural", "contract", "order_id product_id quantity paid"),
    ("invoices", "behavioural", "contract", "order_id customer_id amount due paid_on"),
    ("tickets", "given", "contract", "ticket_id customer_id order_id opened channel topic"),
    (
        "tickets",
        "behavioural",
        "contract",
        "queue_hours work_hours partner_hours resolved handovers solved_first_time goodwill",
    ),
    ("tickets", "given", "profiling", "rating effort"),
    (
        "survey",
        "given",
        "profiling",
        "wave customer_id " + " ".join(item for item, *_rest in ITEMS) + " csat nps",
    ),
    ("touches", "behavioural", "messages", "campaign_id customer_id design offer sent"),
    ("touches", "given", "profiling", "label"),
    ("touches", "behavioural", "profiling", "ordered revenue margin cost"),
    ("visits", "behavioural", "profiling", "customer_id date device page"),
    ("points", "behavioural", "contract", "order_id customer_id earned_on points used_on"),
    ("points", "behavioural", "contract", "expires_on"),
    ("usage", "behavioural", "contract", "customer_id month plan included fee used upgraded"),
    ("reviews", "social", "profiling", "customer_id date stars"),
    ("referrals", "social", "profiling", "customer_id referrer_id date"),
    ("enrichment", "third-party", "sharing", "customer_id matched_on affluence"),
    ("enrichment", "third-party", "sharing", "coffee_interest persona"),
)

# --- posts on social media -----------------------------------------------------------
SOCIAL_PLATFORMS = ("microblog", "notes", "video", "forum")
POSTS_FROM = np.datetime64("2025-01-01")  # the day on which the listening began
POSTS_PER_DAY = 16.0  # about the company, all platforms, without crisis
POST_WEEKDAYS = (0.9, 0.9, 0.9, 0.95, 1.0, 1.1, 1.25)  # Monday first
POST_HOURS = (  # weight of each hour of the day
    *(0.3, 0.15, 0.1, 0.1, 0.1, 0.2, 0.6, 1.2, 1.5, 1.2, 1.1, 1.2),
    *(1.5, 1.2, 1.0, 1.0, 1.1, 1.2, 1.4, 1.7, 2.0, 2.1, 1.7, 0.9),
)
LANGUAGES = ("zh", "en")
ENGLISH_SHARE = 0.40
PLATFORM_SHARES = np.array([[0.40, 0.30, 0.22, 0.08], [0.30, 0.22, 0.20, 0.28]])  # zh, en
POST_BY_CUSTOMER = 0.55  # share of posts whose author is known as a customer
POST_TOPICS = ("late delivery", "taste", "machine", "price", "service", "shop", "leaking machine")
POST_TOPIC_SHARES = (0.20, 0.22, 0.16, 0.14, 0.12, 0.16, 0.0)
NEGATIVE_SHARES = (0.38, 0.20, 0.33, 0.36, 0.34, 0.16, 0.60)  # per topic
SEVERE_SHARES = (0.25, 0.20, 0.45, 0.25, 0.40, 0.20, 0.55)  # of negative posts, per topic
IRONY_SHARE = 0.14  # of negative posts
QUESTION_SHARE = 0.40  # of posts that are not negative; the others praise
SHORT_SHARE = 0.10  # of all posts: too short to be told apart
BUT_SHARE = 0.34  # of plain posts: praise and blame, about two topics
BUT_LAST_SHARE = 0.65  # of these, what is meant comes last
TAG_SHARES = (0.25, 0.65)  # chance of no tag; of one at most; else two
NEW_WORDS_DAY = np.datetime64("2025-09-01")  # from then on the last third of all lists is used
SHOPPING_FEAST = (
    np.datetime64("2025-11-12"),
    np.datetime64("2025-11-26"),
)  # late parcels; end excl.
FEAST_POSTS, FEAST_NEGATIVE = 9.0, 0.70  # more posts a day about late delivery; share negative
CRISIS_DAY, CRISIS_HOUR = np.datetime64("2025-12-18"), 9  # a video of a leaking espresso machine
CRISIS_POSTS = 75.0  # more posts a day at the peak
CRISIS_PEAK_DAYS = 3
CRISIS_HALF_LIFE = 4.0  # days, after the peak

DESK_HOURS = (10, 16)  # the desk that answers posts, every day
DESK_MINUTES = 15.0  # of work per post
OVERLOOKED_SHARE = 0.06  # of posts that are not put first: never answered
SPECIALIST_MINUTES = 240.0  # more open time that a severe case takes if it is not put first, mean
ON_CALL_HOURS, ON_CALL_MINUTES = (
    (8, 23),
    50.0,
)  # who is put first: hours, mean minutes to the answer
ANSWER_TEST = (np.datetime64("2025-03-01"), np.datetime64("2025-09-01"))  # end excluded
READ_AFTER = 1 / 3  # share of posts read by hand after the test, until the end of November
READ_IN_CRISIS = 150  # posts read by hand, from the crisis on
# A negative post, mild or severe: chance that the case is settled if answered at once, points that
# an hour takes off (up to `WAIT_COUNTS` hours), and what a case that is not settled costs, yuan.
SETTLED_AT_ONCE = (0.92, 0.68)
SETTLED_PER_HOUR = (0.0175, 0.0125)
UNSETTLED_COST = (100.0, 170.0)  # mean: refund, goodwill, second delivery
UNSETTLED_SHAPE = 3.0  # gamma shape of it
WAIT_COUNTS = 48.0  # hours; a longer wait changes nothing more
OTHER_COST = (0.06, 30.0)  # of posts that are not negative: share that costs something; mean, yuan

# What an account on a platform costs a month (people, pictures, fees), and what it says of itself.
PLATFORM_COST = (16_000, 14_000, 23_000, 5_000)  # yuan
PLATFORM_CLAIMS = (
    0.62,
    0.55,
    0.80,
    0.21,
)  # share of "coffee drinkers in your cities" that it claims
PLATFORM_SURVEY = 800  # customers asked, at most
# Log odds of using a platform every week: in the middle, per ten years of age above 40, per sd of
# involvement, and what all platforms share (people are online, or not).
PLATFORM_USE = ((-0.5, -0.5, 0.0), (-0.7, -0.6, 0.4), (0.0, -0.4, -0.1), (-2.1, 0.1, 0.9))
PLATFORM_TOGETHER = 1.3  # sd of that
# --- the app, and what it pushes -----------------------------------------------------
# The app orders coffee ahead at the bars of the shops. These orders are paid at the tills and
# stand in no register; the company earns so much with one.
APP_ORDER_MARGIN = 14.0  # yuan
APP_HAS = (0.68, 0.25)  # share with the app: consumers, organisations
APP_RATE, APP_RATE_SHAPE = 1.2, 2.0  # orders a week: mean and gamma shape between users
APP_DRIFT = 0.06  # sd of the log of the rate between before, during and after the test
NOTICES_ON = (0.85, 0.55)  # log odds of letting the app push; per sd of the log rate
LOCATION_ON = (-0.2, 0.0)  # of letting it know where the phone is

PUSH_DAY = np.datetime64("2025-05-05")  # first day of the test
PUSH_WEEKS = 8
BEFORE_WEEKS, AFTER_WEEKS = 26, 26  # in which orders are counted as well
PUSH_HOURS = ("morning", "noon", "evening")
PER_WEEK = (1, 5)
HELD_OUT, EACH_PLAN = 0.28, 0.12  # share of those who let the app push: no push; each plan
# Three characters are dealt to the three hours: welcome, lively, dull. Per character, then by
# PER_WEEK: what pushes add to the orders of who still gets them, as a share; and the weekly
# hazard of switching pushes off for good.
PUSH_ADDS = np.array([[0.21, 0.26], [0.24, 0.46], [0.05, 0.07]])
PUSH_ADDS_SPREAD = 0.10  # these lie so far around, at most, as a share, by the seed
PUSH_OFF = np.array([[0.0025, 0.022], [0.0080, 0.050], [0.0050, 0.030]])
OFF_ANYWAY = 0.002  # the same without any push
OFF_BY_RATE = -0.35  # log change of the hazard per sd of the log rate
OFF_LOST = 0.45  # share of the orders that is lost with those who switched off

APP_EVENTS_DAY = np.datetime64("2025-11-03")  # first day of the events on record
APP_EVENTS_DAYS = 28
# event, trait that makes it possible, a week of a user, before an order: chance, days ahead
# at most. Before an order that is not made in a shop, the chance is NOT_A_SHOP times that.
APP_EVENTS = (
    ("opened on the way", "anywhere", 1.2, 0.35, 10),
    ("looked up stock", "real time", 0.06, 0.65, 14),
    ("came near a shop", "location", 0.20, 0.80, 14),
    ("tapped a push", "push", 0.25, 0.04, 8),
)
NOT_A_SHOP = 0.6

# --- visits --------------------------------------------------------------------------
# kind, share of places, what a visit adds to the margin of the next 30 days (yuan), minutes of a
# visit, when it can begin (from and until, minutes since midnight; one of these), yearly sales
# (median, yuan).
VISIT_KINDS = (
    ("chain", 0.22, 90.0, 50, ((570, 690), (840, 960)), 90_000),
    ("office", 0.30, 230.0, 35, ((540, 720), (810, 1020)), 26_000),
    ("café", 0.28, 330.0, 30, ((510, 630), (840, 1020)), 22_000),
    ("new dealer", 0.20, 480.0, 60, ((540, 780), (780, 1020)), 12_000),
)
VISIT_ADDS_SPREAD = 0.20  # what a visit adds lies so far around, at most, as a share, by the seed
VISIT_SALES_SIGMA = 0.7  # sd of the log of yearly sales
VISIT_AREAS = ("harbour", "north bank", "university")  # of three sales people
VISIT_PLACES = 48  # due tomorrow
VISIT_CITY = 14.0  # km, half the side of the city; the office is in the middle
VISIT_LOG_WEEKS, VISIT_LOG_DUE = 52, 60  # of 2025; places due a week, all over the region
VISIT_LISTED = (-0.2, 1.2)  # log odds that the habit lists a place; per sd of log sales
VISIT_DRAWN_OUT = 1 / 3  # of those listed, drawn out by lot and only phoned
MARGIN_SHARE = 0.30  # of sales
VISIT_MARGIN_SIGMA = 0.10  # sd of the log of the margin of 30 days around its usual
VISIT_MARGIN_SD = 160.0  # yuan, besides
# --- the app of the sales people, tried without a network ----------------------------
APP_TRIAL = (np.datetime64("2025-10-01"), np.datetime64("2025-12-01"))  # from, up to (excl.)
APP_SELLERS, APP_DESKS = 24, 6  # devices: on the road, and in the office, always online
APP_ACCOUNTS = 400  # organisations that they look after in the trial, at most
APP_EPISODES = (
    3.4  # mean number of visits or calls about one account in the trial, beyond the first
)
APP_EPISODE_EDITS = 2.6  # mean edits of an episode beyond the first
APP_LAG_DAYS = 0.55  # geometric: chance that an edit is made on the day of the episode
APP_FIELDS = ("messages", "next_visit", "note", "phone", "samples")
APP_ACTIONS = ("set", "set", "append", "set", "add")  # what an edit of each field does
APP_FIELD_SHARES = (0.13, 0.24, 0.22, 0.16, 0.25)
APP_DESK_SHARES = (0.50, 0.45, 0.20, 0.50, 0.15)  # share of edits made in the office, per field
APP_COLLEAGUE_SHARE = 0.15  # share of the others made by a colleague on the road
APP_YES_SHARE = 0.55  # share of edits of `messages` that say yes
APP_TAKEN_BACK = 0.15  # share of edits of `samples` that take some back
APP_SYNC_HOURS = (9.0, 22.0, 48.0)  # mean hours between two connections, per kind of tour
APP_TOUR_SHARES = (0.45, 0.35, 0.20)
APP_REPEATED = 0.06  # share of uploads that are sent twice: the receipt was lost
# Clocks of the devices on the road: devices, and hours by which they are ahead (at least, at most).
APP_CLOCKS = ((10, 0.0, 0.01), (8, 3.0, 15.0), (6, 24.0, 70.0))
APP_SET_RIGHT = 3  # of the wrong clocks: are set right in the trial
APP_JOURNALS = 0.6  # share of the accounts with a journal, by lot

# --- machines that report their use --------------------------------------------------
MACHINES = 600
SITES = ("firm", "home")
FIRM_MACHINES = 0.45  # share of the machines that stand in firms
MACHINE_CUPS = ((34.0, 0.50), (4.6, 0.45))  # cups a day: median, sd of the log, per site
# Factor of a month, January first: holidays at work, cold evenings at home.
MACHINE_MONTHS = (
    (1.02, 0.72, 1.06, 1.04, 1.02, 1.05, 0.98, 0.95, 1.06, 0.90, 1.10, 1.10),
    (1.15, 1.12, 1.02, 0.98, 0.94, 0.90, 0.86, 0.86, 0.94, 1.05, 1.08, 1.10),
)
MACHINE_WEEK_SIGMA = 0.18  # sd of the log of a week's use
MACHINE_HOURS = ((52.0, 0.15), (24.0, 0.70))  # hours a week switched on: median, sd of the log
MACHINE_LAST_DAY = np.datetime64("2025-07-01")  # the last machine is installed before
HARDNESS = (13.0, 5.0, (3, 30))  # of the water, °dH: mean, sd, limits
WEAR_SHAPE = 2.4  # Weibull shape of the cups until a breakdown
WEAR_SCALE = 8_200.0  # Weibull scale, cups, at mean hardness
WEAR_BY_HARDNESS = -0.045  # log change of the scale per °dH
WEAR_SIGMA = 0.10  # sd of the log of the scale, between machines that look alike
SERVICE_DAYS = (182, 365)  # the habit: a reminder so long after the last service, days, per site
HEEDED_SHARE = 0.80  # of reminders that lead to a service; the others are never followed
HEEDED_AFTER = (4, 24)  # days between a reminder and its service
REPORTING_SINCE = np.datetime64("2024-01-01")  # from then on machines report their counters
SILENT_SHARE, SILENT_WEEKS = 0.05, (3, 16)  # machines without a network at the end, weeks
LOST_REPORT = 0.04  # chance that a week's report is lost otherwise
# --- repairs: depots of the courier, and what customers say ---------------------------
DEPOTS = 40  # they deliver for everybody who orders a parcel, most of whom are in no register
DEPOT_CUSTOMERS, DEPOT_SIGMA = 2500, 0.30  # median, and sd of its log
DEPOT_FIRST_WEEK = np.datetime64("2024-06-03")  # a Monday
DEPOT_WEEKS = 104  # until 31 May 2026
DEPOT_ORDERS = 0.08  # orders per customer and week at a middling depot
LATE_LOG_ODDS = -1.45  # of a parcel at a middling depot: 19 in 100 are late
# A well-run district orders more and has fewer late parcels: per sd, log of orders, log odds.
DISTRICT_EFFECT = (0.20, -0.30)
DEPOT_OWN_SIGMA = (0.06, 0.20)  # sd of what else differs between depots: orders, late
DEPOT_WEEK_SIGMA = (0.04, 0.12)  # sd of weeks, common to all depots
DEPOT_NOISE_SIGMA = (0.05, 0.45)  # sd of a depot's own ups and downs
DEPOT_NOISE_KEEPS = (0.80, 0.85)  # share of them that lasts into the next week
PLEASED = (0.84, 0.45)  # share of answers that are pleased: parcel on time, late
PARCEL_ANSWERS = 0.20  # share of parcels with an answer
VAN_WEEK, VAN_DEPOTS, VAN_LOOKS_BACK = 20, 10, 8  # given to those with most late in 8 weeks
VAN_EFFECT = -0.05  # log odds of late, at once
SORTING_WAVES = (54, 64, 74, 84, 94)  # weeks; eight depots each, by lot
SORTING_LATE = (-0.70, -0.50)  # log odds of late, at once; from and up to, by the seed
SORTING_ORDERS = (0.07, 0.11)  # relative, when it is fully known; from and up to, by the seed
SORTING_GROWS = 26  # weeks until then, in equal steps
CLAIMS_DAY = np.datetime64("2024-12-02")  # customers are asked what they would do
CLAIMS_INVITED = 0.50  # share of private customers who bought in the year before
# Log odds of answering and of a yes to each question: middle, per sd of satisfaction and of
# involvement.
CLAIMS_ANSWER = (-0.3, 0.5, 0.4)
CLAIMS_YES = {
    "pay_more": (1.75, 0.25, 0.15),
    "over_price": (0.65, 0.20, 0.15),
    "recommends": (2.2, 0.90, 0.20),
}
HOUR_FEE = 12.0  # yuan, for delivery within an hour of one's choice, offered since January 2025
# Log odds of paying it at least once in 2025, of those who ordered; and of taking the tasting
# hour for a gift, where a voucher of the same price is the other one. Last: for a yes before.
HOUR_PAID = (-2.4, 0.05, 0.30, 0.35)
HOUR_TAKEN = (-1.0, 0.05, 0.35, 0.30)
# What the suppliers ask for mending each of PAINS, and what share of the hits would stay away.
MEND_COST = {  # yuan in the first 12 months, setup included; from and up to, by the seed
    "phone queue": (90_000, 140_000),
    "log in again": (80_000, 130_000),
    "missed parcel": (45_000, 85_000),
}
MEND_CURES = {  # from and up to; the true share lies evenly within
    "phone queue": (0.60, 0.90),
    "log in again": (0.55, 0.90),
    "missed parcel": (0.40, 0.70),
}

# --- trust: who is found by strangers, a score that ages, a course that is measured ----------
INTRUDER_PAGES = 1200  # private customers, at most, whose public page was looked up, by lot
PAGE_TELLS = (0.30, 0.35)  # share of pages that tell the first purchase: its day, its month only
PAGE_LATE = (0.30, 6)  # share of the days told that are of the post, days later, at most
PAGE_WRONG_YEAR, PAGE_WRONG_CITY = 0.04, 0.05  # share of pages: birth year off by one, city size

# Renewals of bean subscriptions, sold on marketplaces, whose customers are in no register.
SCORE_FIRST_WEEK = np.datetime64("2024-01-01")  # a Monday
SCORE_WEEKS = 104
SCORE_ROWS = 200  # renewals on record a week: one in ten, by lot
SCORE_KNOWN = 4  # weeks until it is known who did not renew
SCORE_PLANS = ("monthly", "quarterly", "gift")
SCORE_MIX = ((0.55, 0.30, 0.15), (0.40, 0.22, 0.38))  # share of plans at first, and at the end
SCORE_MIX_WEEK, SCORE_MIX_GROWS = (26, 36), 26  # week in which it begins to move, weeks it takes
SCORE_LOG_ODDS = (-1.85, -1.55, -0.95)  # of leaving, per plan
SCORE_SIGMA = 0.75  # sd of the log odds between subscribers of a plan
RIVAL_WEEK, RIVAL_GROWS = (68, 78), 8  # week in which a rival's offer begins, weeks it takes
RIVAL_LOG_ODDS = (0.50, 0.70)  # by which it raises the log odds; from and up to, by the seed

# A course on handling customer data: teams of shops and dealers, arms by lot.
COURSE_ARMS = ("no course", "online", "role play")
COURSE_TEAMS = 72
COURSE_PEOPLE = (7, 12)  # people of a team, from and up to (excl.)
# Log odds of giving a stranger a customer's number: before, after one month, after six; all teams.
COURSE_LEVEL = (-0.10, -0.35, -0.25)
COURSE_TEAM_SIGMA, COURSE_OWN_SIGMA = 0.30, 0.70  # sd between teams, between people
COURSE_EFFECT = ((0.0, 0.0), (-0.90, -0.15), (-1.15, -1.00))  # log odds, per arm: 1 and 6 months
COURSE_LIKED = (None, 4.3, 3.6)  # of five: mean, per arm
COURSE_QUIZ = ((58, 12), (80, 10), (76, 10))  # points of 100: mean and sd, per arm
