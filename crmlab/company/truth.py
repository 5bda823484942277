"""What nobody at the company can know: the answers that a chapter is judged against."""

from functools import cached_property

import numpy as np
import pandas as pd

from crmlab.arguments import steady
from crmlab.company import (
    acquisition,
    campaigns,
    consent,
    dealers,
    journey_survey,
    journeys,
    machines,
    mentions,
    mobile,
    pilot,
    policy,
    posts,
    repair,
    retention,
    services,
    social,
    sync,
    systems,
    tills,
    trust,
    usage,
    vendors,
    visits,
    world,
)
from crmlab.company.draws import category, dates, take, text
from crmlab.company.latent import active
from crmlab.company.sales import expected_order, order_ids


class Truth:
    """The truth about one company; each table is made when first asked for."""

    def __init__(self, company):
        self._company = company

    @cached_property
    def customers(self):
        """One row per customer: what it is, how it buys, and what the next year will bring."""
        latent = self._company._latent
        value, cost = expected_order(latent)
        still = active(latent, world.DAYS)
        leaves = np.where(still, 0, np.minimum(latent.leaves, world.DAYS))
        return pd.DataFrame(
            {
                "segment": category(world.GROUPS, latent.group),
                "account_type": category(world.ACCOUNT_TYPES, latent.account),
                "value_kind": pd.Categorical(
                    np.take(world.VALUE_KINDS, latent.account),
                    categories=list(dict.fromkeys(world.VALUE_KINDS)),
                ),
                "orders_per_year": latent.rate,
                "dropout_per_year": latent.dropout,
                "mean_order_value": value,
                "mean_order_margin": value - cost,
                "active_until": pd.Series(dates(leaves)).mask(still).array,
                "worth": still * orders_next_year(latent) * (value - cost),
                "involvement": latent.involvement,
                "satisfaction": latent.satisfaction,
            },
            index=self._index(self._company._ids),
        )

    @cached_property
    def orders(self):
        """One row per order: why it was made (own wish, campaign, service)."""
        source = category(campaigns.SOURCES, self._company._sales.source)
        ids = text(order_ids(self._company._sales))
        return pd.DataFrame({"source": source}, index=pd.Index(ids, name="order_id"))

    @cached_property
    def offers(self):
        """Chance that an offer adds an order from an active customer; row = needs group."""
        return pd.DataFrame(
            world.RESPONSE,
            index=pd.Index(world.GROUPS, name="segment"),
            columns=pd.Index(world.OFFERS, name="offer"),
        )

    @cached_property
    def service_test(self):
        """One row per customer in the test: ordered without and with the service, 0 or 1.

        The mean of ``effect`` is the true effect on this group, in share of customers.
        """
        company = self._company
        latent, plan, sales = company._latent, company._plan, company._sales
        who = np.flatnonzero(campaigns.in_test(latent, sales))
        without = campaigns.ordered_without_service(plan, sales)[who]
        with_service = np.maximum(without, plan.regular[who].astype(np.int8))
        return pd.DataFrame(
            {
                "ordered_without": without,
                "ordered_with": with_service,
                "effect": with_service - without,
                "extra_spend": plan.regular[who] * expected_order(latent)[0][who],
            },
            index=self._index(take(company._ids, who)),
        )

    @cached_property
    def retention(self):
        """What each retention offer brings over no contact in 365 days, and the best.

        Expected margin − cost, yuan per customer; ``best_offer`` is none where none gains.
        """
        company = self._company
        gain = retention.expected_gain(company._latent, company._tickets, 365)
        table = pd.DataFrame(
            gain, columns=list(world.RETENTION_OFFERS), index=self._index(company._ids)
        )
        return table.assign(
            best_offer=category(world.RETENTION_OFFERS, steady(gain).argmax(axis=1))
        )

    @cached_property
    def campaign(self):
        """What each offer brings over no message in the 30 days after the data.

        Expected margin − cost, yuan per customer; exact.
        """
        company = self._company
        gain = policy.expected_gain(company._latent, world.CAMPAIGN_WINDOW)
        return pd.DataFrame(gain, columns=list(world.OFFERS), index=self._index(company._ids))

    @cached_property
    def consents(self):
        """What each customer agreed to on the last day, and the chance of a yes when asked."""
        company = self._company
        held = consent.state(company._consents, company._size, world.DAYS - 1)
        index, names = self._index(company._ids), list(world.PURPOSES)
        chance = pd.DataFrame(company._consents.chance, columns=names, index=index)
        return pd.DataFrame(held, columns=names, index=index).join(chance.add_prefix("chance_"))

    @cached_property
    def members(self):
        """One row per member of the club: followers, hidden pull, whom it sets off on average."""
        return social.truth_table(self._company._club, self._company._ids)

    @cached_property
    def chances(self):
        """One row per member and member followed: the chance to be set off by one telling."""
        return social.chances_table(self._company._club, self._company._ids)

    @cached_property
    def mentions(self):
        """One row per day: the negative mentions expected, and whether there is a crisis."""
        return mentions.truth_table()

    @cached_property
    def push(self):
        """What each push plan is expected to do over no push, per user who lets the app push.

        ``opted_out``: share that switches pushes off in the weeks of the test; ``during``,
        ``after`` and their sum ``total`` in yuan of margin. Exact.
        """
        return mobile.push_truth(self._company._child, self._company._app_users)

    @cached_property
    def visits(self):
        """What a visit adds, by kind of place, yuan of margin in 30 days."""
        return visits.truth_table(self._company._child)

    @cached_property
    def channel_ids(self):
        """Whose each channel's id is."""
        ids = self._company._channel_ids
        return pd.DataFrame(
            {"customer_id": text(take(self._company._ids, ids.customer))},
            index=pd.Index(pd.array(ids.name, dtype="str"), name="channel_id"),
        )

    @cached_property
    def journeys(self):
        """One row per event: who it was, of which journey, which pain it was, what was felt."""
        company = self._company
        log = company._journeys
        felt = journey_survey.felt_points(company._child, log, company._latent)
        table = {
            "customer_id": text(take(company._ids, log.customer)),
            "journey_number": log.number.copy(),
            "pain": category(world.PAINS, log.pain),
        }
        index = pd.Index(text(journeys.event_ids(log)), name="event_id")
        return pd.DataFrame(table | {name: felt[name].to_numpy() for name in felt}, index=index)

    @cached_property
    def pain_points(self):
        """What each pain point is, and what it cost within the log, all luck the same."""
        return journeys.pain_points(self._company._journeys, self._company._latent)

    @cached_property
    def cart_test(self):
        """One row per cart in the test of the reminder: bought before, and what it truly brings.

        ``added``: chance of a purchase that would not have been; ``gain``: expected margin − cost,
        yuan.
        """
        company = self._company
        log = company._journeys
        rows = journeys.event_ids(log).take(journeys.cart_events(log))
        table = journeys.expected_reminder(log, company._latent)
        return table.set_index(pd.Index(text(rows), name="event_id"))

    @cached_property
    def habits(self):
        """How late each organisation pays, and how readily each customer uses points.

        Mean days late (missing for consumers); chance to use a batch with the next order.
        """
        company = self._company
        return pd.DataFrame(
            {"days_late": company._days_late, "use_share": company._use_shares},
            index=self._index(company._ids),
        )

    @cached_property
    def recovery(self):
        """How tickets are handled, and what that does to the odds of leaving soon after.

        Share of the tickets of customers who leave within `world.WARNING_DAYS`, share of the
        others, and their ratio: by Bayes' rule the multiple of the odds of leaving.
        """
        others, leavers = world.HANDLING_SHARES
        return pd.DataFrame(
            {
                "share_before_leaving": leavers,
                "share_otherwise": others,
                "odds_of_leaving": leavers / others,
            },
            index=pd.Index(world.HANDLINGS, name="handling"),
        )

    @cached_property
    def companions(self):
        """Products that go together: the second follows the first with chance `share`."""
        return pd.DataFrame(
            {
                "product_id": list(world.COMPANIONS),
                "companion_id": list(world.COMPANIONS.values()),
                "share": world.COMPANION_SHARE,
            }
        )

    @cached_property
    def channels(self):
        """What each contact channel caused, and what the customers who came by it are worth.

        ``conversions``: customers lost if the channel were switched off, all luck the same;
        ``clv``: mean true CLV of the customers with a contact of the channel, yuan.
        """
        leads = self._company._leads
        clv = self._clv()
        met = pd.DataFrame({"channel": leads.channel, "lead": leads.lead}).drop_duplicates()
        by_channel = pd.Series(clv[met["lead"]]).groupby(met["channel"].to_numpy()).mean()
        return pd.DataFrame(
            {
                "conversions": acquisition.lost_without(leads),
                "clv": by_channel.reindex(range(len(world.CONTACT_CHANNELS))).to_numpy(),
            },
            index=pd.Index(world.CONTACT_CHANNELS, name="channel"),
        )

    @cached_property
    def leads(self):
        """One row per lead: its chance of being won, need and budget as they are, and CLV.

        ``anyway``: won, and would have been without any contact; ``without_calls``: or without
        those since the day on which the lead left its own; ``clv`` in yuan, missing for leads
        that were not won.
        """
        leads = self._company._leads
        return pd.DataFrame(
            {
                "chance": leads.chance.copy(),
                "need": leads.need.copy(),
                "budget": leads.budget.copy(),
                "anyway": leads.anyway.copy(),
                "without_calls": acquisition.won_without_calls(leads),
                "clv": self._clv(),
            },
            index=pd.Index(text(acquisition.lead_ids(leads)), name="lead_id"),
        )

    def _clv(self):
        """Return the expected margin of each lead's customer, yuan; missing if not won."""
        customer = self._company._leads.customer
        clv = acquisition.lifetime_value(self._company._latent)[customer]
        return np.where(customer >= 0, clv, np.nan)

    @cached_property
    def landing_test(self):
        """True orders per visitor of each arm of the test of the landing page."""
        return pd.DataFrame(
            {"rate": world.LANDING_RATES}, index=pd.Index(world.LANDING_ARMS, name="arm")
        )

    @cached_property
    def dealers(self):
        """Expected sales of each dealer and candidate, yuan a year."""
        company = self._company
        score = dealers.scores(company._child("dealers.scores"))
        candidate = dealers.candidates(company._child("dealers.candidates"))
        sold = dealers.sold_by_dealers(company._sales)
        return pd.DataFrame(
            {"expected_sales": dealers.expected_sales(score, candidate, sold)},
            index=pd.Index(text(dealers.dealer_ids()), name="dealer_id"),
        )

    @cached_property
    def dealer_weights(self):
        """Log change of a dealer's sales per point of each criterion."""
        return dealers.weights().to_frame()

    @cached_property
    def upgrades(self):
        """Chance to move up next month; row = use of the allowance, column = months since start."""
        return pd.DataFrame(
            world.UPGRADE_CHANCE,
            index=pd.Index(usage.LEVELS, name="used"),
            columns=pd.Index(usage.AGES, name="age"),
        )

    @cached_property
    def sequences(self):
        """Services that pull another: chance that the next booking is the follower."""
        return services.sequences()

    @cached_property
    def till_feed(self):
        """One row per day of a shop on which the feed was broken, and what was paid on it."""
        return tills.faults_table(self._company._tills)

    @cached_property
    def till_growth(self):
        """By how much the payments at the tills grow in a year, as a share."""
        return pd.DataFrame({"growth": [self._company._till_growth]}, index=["payments"])

    @cached_property
    def returns(self):
        """One row per return: whether it was fraud."""
        returns = self._company._returns
        ids = pd.Index(text(tills.return_ids(returns)), name="return_id")
        return pd.DataFrame({"fraud": returns.fraud.copy()}, index=ids)

    @cached_property
    def vendors(self):
        """What each offer is: ``kind``; share that ``uses`` it in a pilot; and over the years.

        ``saved``: minutes a week and seat; ``overrun``: the bill of the setup ÷ its quote;
        ``net_value``: yuan of today over the contract, against spreadsheets, which bring 0.
        """
        return vendors.truth_table(self._company._child)

    @cached_property
    def pilot(self):
        """One row per person in the pilot: whether they truly came to use their system."""
        uses = pilot.users(self._company._child)
        ids = pd.Index(text(pilot.employee_ids()), name="employee_id")
        return pd.DataFrame({"uses": uses}, index=ids)

    @cached_property
    def training(self):
        """One row per person: skill before any course, and what a course adds, points."""
        skill = pilot.skills(self._company._child)
        ids = pd.Index(text(pilot.employee_ids()), name="employee_id")
        return pd.DataFrame({"skill": skill, "effect": world.TRAINING_EFFECT}, index=ids)

    @cached_property
    def posts(self):
        """One row per post: what it truly is, and what an hour of waiting costs.

        ``negative``, ``irony``, ``severe``; ``topic``; ``crisis``, whether it would not have come
        without the crisis; ``cost_per_hour`` in yuan, expected, up to `world.WAIT_COUNTS` hours.
        """
        return posts.truth_table(self._company._posts)

    @cached_property
    def app_edits(self):
        """One row per edit of the app: when it was made, and how many hours the clock was ahead."""
        return sync.truth_table(self._company._edits)

    @cached_property
    def machines(self):
        """One row per machine: its pace, and the Weibull distribution of its life in cups.

        ``cups_a_day`` over a year; ``shape``, ``scale`` and ``mean_life`` of the cups from a
        service to a breakdown; ``cups``, its counter at the end of the data.
        """
        return machines.truth_table(self._company._fleet)

    @cached_property
    def sorting(self):
        """What sorting by street truly does, per depot and week: orders per 100, share late."""
        return repair.effects_table(self._company._depots)

    @cached_property
    def mendings(self):
        """What mending each pain point truly brings: cure, lost and net (yuan, 12 months)."""
        return repair.gains_table(self._company._child("mendings"), self.pain_points)

    @cached_property
    def profiles(self):
        """One row per private customer: what the public page would tell a stranger."""
        return self._company._profiles()

    @cached_property
    def renewals(self):
        """One row per renewal: the true chance not to renew."""
        return trust.chances_table(self._company._renewals)

    @cached_property
    def handling_test(self):
        """Change of the share that gives a number away by each course, after 1 and 6 months."""
        return trust.handling_truth(self._company._child)

    @cached_property
    def export(self):
        """One row per row of the export: the right values, and a flag for each defect."""
        return self._company._export[1].copy()

    @cached_property
    def accounts(self):
        """One row per account: whose it is, and what is wrong with its details.

        ``second``: the person has an older account in the same system; ``old_phone`` and
        ``old_address``: told before a change; ``other_phone``: a number that is not the
        person's own; the slips are of whoever typed.
        """
        accounts, flags = self._company._accounts, self._company._account_tables[1]
        return pd.DataFrame(
            {
                "customer_id": text(take(self._company._ids, accounts.customer)),
                "second": accounts.second.copy(),
            },
            index=pd.Index(systems.account_numbers(accounts), dtype="str", name="account_no"),
        ).assign(**{name: flags[name].to_numpy(copy=True) for name in flags})

    @cached_property
    def torn(self):
        """One row per torn line of the files: which, how, of whom, and its money in fen."""
        return self._company._files[2].copy()

    @staticmethod
    def _index(ids):
        return pd.Index(text(ids), name="customer_id")


def orders_next_year(latent):
    """Return the orders expected in the next 12 months from a customer active today.

    λ (1 − e^−μ) / μ with rate λ and dropout rate μ per year: the time active within the
    year is an exponential lifetime cut at one year (Schmittlein, Morrison & Colombo 1987).
    """
    return latent.rate * -np.expm1(-latent.dropout) / latent.dropout
