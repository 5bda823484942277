"""The case company: Harbour Coffee, a simulator with known truth.

1. A hidden layer says what each customer is like (`latent`).
2. Plans say who is sent what (`campaigns`), and customers buy (`sales`).
3. Each table is one view of that: the register, orders, a survey, a messy export.
4. The truth stays available (`truth`), so that an answer can be compared with it.

Every number of this world stands in `world`; ``docs/company.md`` tells the story.
"""

from functools import cached_property
from zlib import crc32

import numpy as np
import pandas as pd

from crmlab.arguments import integer
from crmlab.company import (
    acquisition,
    campaigns,
    consent,
    credit,
    dealers,
    export,
    journey_ids,
    journey_survey,
    journeys,
    latent,
    loyalty,
    machines,
    mentions,
    mobile,
    people,
    pilot,
    policy,
    posts,
    repair,
    retention,
    sales,
    service,
    services,
    social,
    survey,
    sync,
    systems,
    tills,
    trust,
    usage,
    vendors,
    visits,
    web,
    world,
)
from crmlab.company.draws import frozen, numbered, text
from crmlab.company.truth import Truth
from crmlab.errors import CRMError
from crmlab.language import mark

TABLES = (
    "customers",
    "products",
    "orders",
    "order_lines",
    "survey",
    "offers",
    "campaigns",
    "touches",
    "service_test",
    "export",
    "tickets",
    "visits",
    "reviews",
    "referrals",
    "invoices",
    "points",
    "retention_offers",
    "retention_test",
    "channels",
    "leads",
    "touchpoints",
    "channel_spend",
    "landing_test",
    "dealers",
    "plans",
    "usage",
    "system_accounts",
    "system_orders",
    "control_totals",
    "bookings",
    "till_feed",
    "returns",
    "vendors",
    "vendor_scores",
    "it_projects",
    "pilot",
    "pilot_logins",
    "training",
    "consents",
    "enrichment",
    "inventory",
    "posts",
    "answer_test",
    "platforms",
    "platform_use",
    "follows",
    "tellings",
    "mentions",
    "app_users",
    "app_events",
    "push_test",
    "visit_places",
    "visit_log",
    "app_edits",
    "app_journal",
    "machines",
    "machine_events",
    "machine_reports",
    "journey_events",
    "channel_ids",
    "touch_survey",
    "cart_test",
    "depots",
    "depot_weeks",
    "experience_claims",
    "mendings",
    "intruder_test",
    "renewals",
    "handling_test",
)

_NOT_A_SIZE = mark("customers must be a whole number, 1 or more; try customers=2000.")


class Company:
    """Harbour Coffee with as many customers as you ask for.

    A table is made when it is first asked for, from the company's seed and the table's
    name: the order in which you ask, and tables you never ask for, change nothing. The
    tables are yours to change: none is made from another, all come from hidden arrays
    that are read-only.

    Parameters
    ----------
    seed : int
        Which company: the same seed gives the same customers, orders and luck.
    customers : int
        How many customers joined in the three years.

    Attributes
    ----------
    customers, products, orders, order_lines, survey, offers, campaigns, touches, \
service_test, export, tickets, visits, reviews, referrals, invoices, points, \
retention_offers, retention_test, channels, leads, touchpoints, channel_spend, \
landing_test, dealers, plans, usage, system_accounts, system_orders, control_totals, \
bookings, till_feed, returns, vendors, vendor_scores, it_projects, pilot, pilot_logins, \
training, consents, enrichment, inventory, posts, answer_test, platforms, platform_use, \
follows, tellings, mentions, app_users, app_events, push_test, visit_places, visit_log, \
app_edits, app_journal, machines, machine_events, machine_reports, journey_events, \
channel_ids, touch_survey, cart_test, depots, depot_weeks, experience_claims, \
mendings, intruder_test, renewals, handling_test : pandas.DataFrame
        One attribute per table; money in yuan. Columns are listed in docs/company.md.
    truth : Truth
        What the company cannot know: ``truth.customers``, ``truth.offers`` and others.

    Examples
    --------
    >>> company = Company(seed=1, customers=100)
    >>> len(company.customers)
    100
    """

    def __init__(self, seed=1, customers=2000):
        self.seed = integer(seed, "seed", 0)
        self._size = integer(customers, "customers", 1, _NOT_A_SIZE)

    def __repr__(self):
        return f"Company(seed={self.seed}, customers={self._size})"

    def _child(self, name):
        """Return the generator that belongs to a name: adding a name changes no other."""
        return np.random.default_rng([self.seed, crc32(name.encode())])

    @cached_property
    def _ids(self):
        return numbered("C", np.arange(1, self._size + 1), max(5, len(str(self._size))))

    @cached_property
    def _latent(self):
        return latent.draw(self._child, self._size)

    @cached_property
    def _plan(self):
        return campaigns.draw_plan(self._child, self._latent)

    @cached_property
    def _sales(self):
        return sales.draw(self._child, self._latent, self._plan)

    @cached_property
    def _tickets(self):
        return service.draw(self._child, self._latent, self._sales)

    @cached_property
    def _leads(self):
        return acquisition.draw(self._child, self._latent)

    @cached_property
    def _contracts(self):
        return usage.draw_contracts(self._child("usage.contracts"), self._latent, self._sales)

    @cached_property
    def _consents(self):
        register = people.customers_table(self._child("customers"), self._latent, self._ids)
        ticked = register["email_consent"].to_numpy()
        return consent.draw(self._child, self._latent, self._plan, ticked)

    @cached_property
    def _posts(self):
        return posts.draw(self._child, self._latent)

    @cached_property
    def _post_texts(self):
        return posts.texts(self._child("posts.words"), self._posts)

    @cached_property
    def _club(self):
        return social.draw(self._child, self._latent)

    @cached_property
    def _app_users(self):
        return mobile.draw(self._child, self._latent)

    @cached_property
    def _known(self):
        return journey_ids.known(self._child, self._size)

    @cached_property
    def _journeys(self):
        return journeys.draw(self._child, self._latent, self._known[2, journeys.WEB].T)

    @cached_property
    def _channel_ids(self):
        return journey_ids.draw(self._journeys)

    @cached_property
    def _days_late(self):
        return frozen(credit.days_late(self._child("invoices.habit"), self._latent))

    @cached_property
    def _use_shares(self):
        return frozen(loyalty.use_shares(self._child("points.habit"), self._latent))

    @cached_property
    def _accounts(self):
        return systems.draw(self._child("system_accounts.held"), self._sales)

    @cached_property
    def _account_tables(self):
        return systems.accounts_table(self._child, self._latent, self._accounts)

    @cached_property
    def _files(self):
        orders = systems.orders_table(self._sales, self._accounts)
        return systems.files(self._child, self._account_tables[0], orders, self._sales)

    @cached_property
    def _till_growth(self):
        return tills.growth(self._child("tills.growth"))

    @cached_property
    def _tills(self):
        return tills.draw(self._child("tills"), self._till_growth)

    @cached_property
    def _returns(self):
        return tills.draw_returns(self._child("returns"))

    @cached_property
    def _edits(self):
        return sync.draw(self._child, self._latent)

    @cached_property
    def _fleet(self):
        return machines.draw(self._child("machines"), self._size)

    @cached_property
    def _machine_events(self):
        return machines.draw_events(self._child("machines.events"), self._fleet)

    @cached_property
    def _depots(self):
        return repair.draw(self._child)

    @cached_property
    def _renewals(self):
        return trust.draw_renewals(self._child("renewals"))

    @cached_property
    def _export(self):
        ids = sales.order_ids(self._sales)
        return export.export_tables(self._child("export"), self._sales, ids, self._ids)

    @cached_property
    def customers(self):
        """The register: one row per customer."""
        return people.customers_table(self._child("customers"), self._latent, self._ids)

    @cached_property
    def products(self):
        """The price list: one row per product."""
        return sales.products_table()

    @cached_property
    def orders(self):
        """One row per order or refund, in order of time."""
        return sales.orders_table(self._sales, self._ids)

    @cached_property
    def order_lines(self):
        """One row per line of an order."""
        return sales.order_lines_table(self._sales)

    @cached_property
    def survey(self):
        """One row per answer to the survey, two waves."""
        return survey.survey_table(self._child, self._latent, self._sales, self._ids)

    @cached_property
    def offers(self):
        """What each offer is, and what it costs."""
        return campaigns.offers_table()

    @cached_property
    def campaigns(self):
        """The designs of the spring campaign 2025."""
        return campaigns.campaigns_table()

    @cached_property
    def touches(self):
        """One row per customer in the spring campaign, held-out customers included."""
        return campaigns.touches_table(self._latent, self._plan, self._sales, self._ids)

    @cached_property
    def service_test(self):
        """One row per customer in the randomised test of a service for one group."""
        return campaigns.service_test_table(self._latent, self._plan, self._sales, self._ids)

    @cached_property
    def export(self):
        """The orders as text, as the shop systems hand them over, with real defects."""
        return self._export[0].copy()

    @cached_property
    def tickets(self):
        """One row per service ticket, in the order in which they were opened."""
        return service.tickets_table(self._tickets, self._sales, self._ids)

    @cached_property
    def visits(self):
        """One row per visit to the web shop or the app, in order of time."""
        return web.visits_table(self._child, self._latent, self._sales, self._ids)

    @cached_property
    def reviews(self):
        """One row per public review, in order of time."""
        return web.reviews_table(self._child("reviews"), self._latent, self._sales, self._ids)

    @cached_property
    def referrals(self):
        """One row per customer who was sent by another, in order of time."""
        return loyalty.referrals_table(self._child("referrals"), self._latent, self._ids)

    @cached_property
    def invoices(self):
        """One row per order of an organisation, in order of time."""
        rng = self._child("invoices")
        return credit.invoices_table(rng, self._latent, self._sales, self._days_late, self._ids)

    @cached_property
    def points(self):
        """One row per batch of points, in order of time."""
        rng = self._child("points")
        return loyalty.points_table(rng, self._sales, self._use_shares, self._ids)

    @cached_property
    def retention_offers(self):
        """What each offer to keep a customer is, and what it costs."""
        return retention.offers_table()

    @cached_property
    def retention_test(self):
        """One row per customer in the randomised pilot of the retention offers."""
        return retention.pilot_table(self._child, self._latent, self._tickets, self._ids)

    @cached_property
    def channels(self):
        """The channels through which people come before they buy."""
        return acquisition.channels_table()

    @cached_property
    def leads(self):
        """One row per person or firm that left a contact in 2025, by the day of it."""
        return acquisition.leads_table(self._child, self._leads, self._latent, self._ids)

    @cached_property
    def touchpoints(self):
        """One row per contact before a lead was won or lost, in order of time."""
        return acquisition.touchpoints_table(self._leads)

    @cached_property
    def channel_spend(self):
        """What each channel cost in each month of 2025."""
        return acquisition.channel_spend_table(self._child("channel_spend"), self._leads)

    @cached_property
    def landing_test(self):
        """Visitors and orders a day in the randomised test of the landing page."""
        return acquisition.landing_test_table(self._child("landing_test"))

    @cached_property
    def dealers(self):
        """One row per dealer or candidate, with ten scores."""
        return dealers.dealers_table(self._child, self._sales)

    @cached_property
    def plans(self):
        """What each service plan includes, brings and costs a month."""
        return usage.plans_table()

    @cached_property
    def usage(self):
        """One row per customer with a service plan and month."""
        return usage.usage_table(self._child("usage"), self._contracts, self._ids)

    @cached_property
    def system_accounts(self):
        """One row per account in one of three systems, as text in the spelling of each."""
        return self._account_tables[0].copy()

    @cached_property
    def system_orders(self):
        """One row per order or refund as the three systems have them, all text."""
        return systems.orders_table(self._sales, self._accounts)

    @cached_property
    def control_totals(self):
        """What each of the three systems shows on its own screen: counts, and money in fen."""
        return systems.control_totals(self._sales, self._accounts)

    @cached_property
    def bookings(self):
        """One row per service booked at a shop, in order of time."""
        return services.bookings_table(self._child("bookings"), self._latent, self._ids)

    @cached_property
    def till_feed(self):
        """One row per shop and day: what arrived from its tills."""
        return tills.feed_table(self._child("till_feed"), self._tills)

    @cached_property
    def returns(self):
        """One row per return at a till in 2025, in order of time."""
        return tills.returns_table(self._child("returns.audit"), self._returns)

    @cached_property
    def vendors(self):
        """One row per offer for a CRM system."""
        return vendors.vendors_table(self._child)

    @cached_property
    def vendor_scores(self):
        """One row per rater, vendor and criterion."""
        return vendors.scores_table(self._child)

    @cached_property
    def it_projects(self):
        """One row per earlier IT project of the company."""
        return vendors.projects_table(self._child("it_projects"))

    @cached_property
    def pilot(self):
        """One row per person in the randomised pilot of CRM systems, with two diaries."""
        return pilot.pilot_table(self._child)

    @cached_property
    def pilot_logins(self):
        """One row per person with a system in the pilot and week."""
        return pilot.logins_table(self._child)

    @cached_property
    def training(self):
        """One row per person: three tests of service skill, and who was trained when."""
        return pilot.training_table(self._child)

    @cached_property
    def consents(self):
        """One row per consent given, refused or withdrawn, in order of time."""
        return consent.consents_table(self._consents, self._ids)

    @cached_property
    def enrichment(self):
        """What a vendor knows about customers: its trial file, one row per customer found."""
        rng = self._child("enrichment")
        return consent.enrichment_table(rng, self._latent, self._consents, self._ids)

    @cached_property
    def inventory(self):
        """What is held about customers, one row per column: its kind, and what it is for."""
        return consent.inventory_table()

    @cached_property
    def posts(self):
        """One row per post about the company on social media, in order of time."""
        return posts.posts_table(self._posts, self._post_texts, self._ids)

    @cached_property
    def answer_test(self):
        """One row per post of the summer in which lots decided who was answered first."""
        return posts.answer_test_table(self._posts)

    @cached_property
    def platforms(self):
        """What an account on each platform costs a month, and what the platform claims."""
        return posts.platforms_table()

    @cached_property
    def platform_use(self):
        """One row per customer asked: which platforms they use every week."""
        return posts.platform_use_table(self._child("platform_use"), self._latent, self._ids)

    @cached_property
    def follows(self):
        """Who follows whom in the club: one row per member and member followed."""
        return social.follows_table(self._club, self._ids)

    @cached_property
    def tellings(self):
        """Who had a new roast from whom, one row per launch and member, in order of time."""
        return social.tellings_table(self._child, self._club, self._latent, self._ids)

    @cached_property
    def mentions(self):
        """Mentions in the whole of the web, one row per day and platform."""
        return mentions.mentions_table(self._child("mentions"))

    @cached_property
    def app_users(self):
        """One row per customer with the app."""
        return mobile.app_users_table(self._child, self._app_users, self._ids)

    @cached_property
    def app_events(self):
        """One row per event that the app recorded in November 2025, in order of time."""
        given = self._app_users, self._sales, self._consents, self._ids
        return mobile.events_table(self._child, *given)

    @cached_property
    def push_test(self):
        """One row per user in the randomised test of pushes."""
        return mobile.push_table(self._child, self._app_users, self._ids)

    @cached_property
    def visit_places(self):
        """One row per place that is due for a visit tomorrow."""
        return visits.places_table(self._child("visit_places"))

    @cached_property
    def visit_log(self):
        """One row per place that was due for a visit in a week of 2025."""
        return visits.log_table(self._child)

    @cached_property
    def app_edits(self):
        """One row per edit of a record that arrived from an app, in order of arrival."""
        return sync.edits_table(self._edits, self._ids)

    @cached_property
    def app_journal(self):
        """The true time of each edit of some accounts, drawn by lot."""
        return sync.journal_table(self._edits)

    @cached_property
    def machines(self):
        """One row per coffee machine that reports its use."""
        return machines.machines_table(self._fleet, self._ids)

    @cached_property
    def machine_events(self):
        """One row per reminder, service or breakdown of a machine, in order of time."""
        return machines.events_table(self._fleet, self._machine_events)

    @cached_property
    def machine_reports(self):
        """One row per machine and Sunday on which its counters arrived, in order of time."""
        return machines.reports_table(self._child("machines.reports"), self._fleet)

    @cached_property
    def journey_events(self):
        """One row per event of a customer's journey across channels, in order of time."""
        return journeys.events_table(self._journeys, self._channel_ids)

    @cached_property
    def channel_ids(self):
        """One row per id by which a channel knows somebody, and what it knows."""
        told = self._known
        return journey_ids.ids_table(self._child, self._latent, self._channel_ids, told)

    @cached_property
    def touch_survey(self):
        """One row per invitation to say how a touchpoint was, in order of time."""
        return journey_survey.survey_table(self._child, self._journeys, self._latent)

    @cached_property
    def cart_test(self):
        """One row per cart in the randomised test of the reminder, by the time of sending."""
        return journeys.cart_test_table(self._journeys, self._channel_ids)

    @cached_property
    def depots(self):
        """One row per depot of the courier: its customers, and when two repairs came."""
        return repair.depots_table(self._depots)

    @cached_property
    def depot_weeks(self):
        """One row per depot and week: orders, late parcels, and what customers said."""
        return repair.weeks_table(self._depots)

    @cached_property
    def experience_claims(self):
        """One row per customer asked what they would do: what they said, and what they did."""
        rng = self._child("experience_claims")
        return repair.claims_table(rng, self._latent, self._sales, self._ids)

    @cached_property
    def mendings(self):
        """One row per pain point: what mending it costs, and what its supplier expects."""
        return repair.mendings_table(self._child("mendings"))

    @cached_property
    def intruder_test(self):
        """What a stranger finds about customers who agreed to be looked for: a row per page."""
        return trust.intruder_table(self._child("intruder_test"), self._profiles())

    @cached_property
    def renewals(self):
        """One row per subscription that came up for renewal, with its score, in order of time."""
        return trust.renewals_table(self._renewals)

    @cached_property
    def handling_test(self):
        """One row per person in the randomised test of courses on handling customer data."""
        return trust.handling_table(self._child)

    @cached_property
    def truth(self):
        """What the company cannot know."""
        return Truth(self)

    def simulate_campaign(self, assignment, seed=0, days=world.CAMPAIGN_WINDOW):
        """Return what a campaign brings in the window after the last day with data.

        The same `seed` gives the same customers the same luck under any assignment, so
        two policies can be compared customer by customer.

        Parameters
        ----------
        assignment : pandas.Series or dict
            An offer for each customer_id (a Series has them as its index); "none" sends
            no message.
        seed : int
            Which luck.
        days : int
            Length of the window, days.

        Returns
        -------
        pandas.DataFrame
            Indexed by customer, in the order of `assignment`: ``offer``; ``response``, 1
            if the customer ordered in the window, with or without an offer; and in yuan
            ``revenue``, ``margin`` (revenue − cost of goods) and ``cost`` (contact and
            redemption).

        Raises
        ------
        CRMError
            If a customer or an offer does not exist.
        """
        customers, position, offer = self._decision(assignment, world.OFFERS)
        rng, days = self._run("policy", seed, days)
        luck = policy.draw_luck(rng, self._latent, days)
        outcome = policy.run_campaign(self._latent, luck, offer).iloc[position]
        return outcome.set_index(customers)

    def run_forward(self, assignment, seed=0, days=365):
        """Return what the year after the data brings when customers are kept, or let go.

        The same `seed` gives the same customers the same luck under any assignment, so
        two policies can be compared customer by customer.

        Parameters
        ----------
        assignment : pandas.Series or dict
            A retention offer for each customer_id (a Series has them as its index), see
            `retention_offers`; "none" is no contact.
        seed : int
            Which luck.
        days : int
            Length of the run, days.

        Returns
        -------
        pandas.DataFrame
            Indexed by customer, in the order of `assignment`: ``offer``; ``orders`` in the
            run; in yuan ``revenue``, ``margin`` (revenue − cost of goods) and ``cost``
            (contact and redemption); ``active``, whether still a customer at the end.

        Raises
        ------
        CRMError
            If a customer or an offer does not exist.
        """
        customers, position, offer = self._decision(assignment, world.RETENTION_OFFERS)
        rng, days = self._run("retention", seed, days)
        luck = retention.draw_luck(rng, self._latent, days)
        outcome = retention.run(self._latent, self._tickets, luck, offer, days).iloc[position]
        return outcome.set_index(customers)

    def write_files(self, folder, mended=False):
        """Write what the three systems hand over: people and orders, and the control totals.

        Parameters
        ----------
        folder : path-like
            Is made where it does not exist; files of the same names are overwritten.
        mended : bool
            Whether it is the second delivery, in which the torn lines are whole.

        Returns
        -------
        list of pathlib.Path
            Six files in three encodings, and control.csv.
        """
        whole, torn, _lost = self._files
        return systems.write(folder, whole if mended else torn, self.control_totals)

    def ask_by_phone(self, pairs):
        """Return what calls find out: whether two accounts belong to one person.

        A call costs ``world.PHONE_CALL_COST`` yuan; everybody answers, and truly.

        Parameters
        ----------
        pairs : pandas.DataFrame
            Its first two columns are account numbers.

        Returns
        -------
        pandas.Series
            Of bool, with the index of `pairs`.

        Raises
        ------
        CRMError
            If there is no such account.
        """
        whose = pd.Series(self._accounts.customer, systems.account_numbers(self._accounts))
        sides = [pairs.iloc[:, side].astype("str") for side in (0, 1)]
        for side in sides:
            unknown = side[~side.isin(whose.index)]
            if len(unknown):
                raise CRMError("There is no account {number!r}.", number=unknown.iloc[0])
        left, right = (whose[side].to_numpy() for side in sides)
        return pd.Series(left == right, pairs.index, name="same_person")

    def _profiles(self):
        """Return the public page of each private customer, made anew at each call."""
        return trust.profiles_table(self._child("profiles"), self._latent, self._ids)

    def _decision(self, assignment, offers):
        """Return the index and positions of an assignment, and an offer code for everybody."""
        ids = pd.Index(text(self._ids))
        customers, position, code = policy.offer_codes(assignment, ids, offers)
        offer = np.zeros(self._size, np.int8)
        offer[position] = code
        return customers.rename("customer_id"), position, offer

    def _run(self, name, seed, days):
        """Return the generator of a forward run and its length, checked."""
        seed, days = integer(seed, "seed", 0), integer(days, "days", 1)
        return self._child(f"{name}.{seed}"), days
