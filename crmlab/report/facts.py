"""What several sections need, each computed once: customers, scores, tiers, forecasts."""

from contextlib import ExitStack

import pandas as pd

from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.language import ngettext
from crmlab.logs.engines import literal, to_pandas
from crmlab.logs.summary import by_day, daily_log, lazy_log, summarize, window
from crmlab.logs.summary import collected as brought_home
from crmlab.notices import collected
from crmlab.report.outlook import Outlook
from crmlab.report.risk import Risk, sample
from crmlab.report.sources import Sources, products_of
from crmlab.segmentation.pyramid import Pyramid
from crmlab.segmentation.rfm import RFM

_YEAR, _QUARTER = 365, 90  # days
_LEAST_PERIOD = 28  # days: a shorter one is mostly a comparison of weekends
_LEAST_CUSTOMERS = 5  # as many as there are scores, and tiers


class _once:
    """A property that is computed once; what it cannot give is refused once, too."""

    def __init__(self, compute):
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner, name):
        self._name = f"_{name}_once"

    def __get__(self, facts, owner=None):
        if facts is None:
            return self
        known = vars(facts)
        if self._name not in known:
            try:
                known[self._name] = self._compute(facts), None
            except CRMError as reason:
                known[self._name] = None, reason
        found, reason = known[self._name]
        if reason is not None:
            raise reason
        return found


class Facts:
    """A log and what follows from it.

    Parameters
    ----------
    reading : crmlab.Reading
    as_of : date-like or None
    currency : str
    sources : Sources, optional

    Attributes
    ----------
    log : frame
        The rows that can be used.
    daily : narwhals.LazyFrame
        The same by customer and day, for :func:`crmlab.summarize`; there until :meth:`close`.
    as_of, first_day : pandas.Timestamp
        The last and the first day that count.
    rows, refunds : int
        Rows that count, and those of them with an amount below 0.
    refunded : float
    customers : pandas.DataFrame
        As from :func:`crmlab.summarize`; may be empty.
    said : list of str
        What the summary had to say.
    """

    def __init__(self, reading, as_of, currency, sources=None):
        self.reading = reading
        self.currency = currency
        self.sources = sources or Sources()
        if as_of is None:
            as_of = extent(reading)[2]
        self.log = _lean(reading.log)
        self._open = ExitStack()
        with collected() as self.said:
            self.daily = self._open.enter_context(daily_log(self.log))
            self.customers = summarize(self.daily, as_of=as_of)
        self.as_of = pd.Timestamp(self.customers.attrs["as_of"])
        counts = _counted(self.log, self.as_of)
        self.rows, self.first_day, self.refunds, self.refunded = counts

    def close(self):
        """Give up the engine that holds the log."""
        self._open.close()

    @_once
    def rfm(self):
        """RFM fitted to the customers, where a ranking says something."""
        _insist_on_customers(self.customers)
        if self.customers["recency_days"].nunique() == 1:
            raise CRMError(
                "All customers bought last on the same day, so recency tells no one from "
                "another, and segments would be names without a meaning."
            )
        return RFM().fit(self.customers)

    @_once
    def scores(self):
        """R, F, M and segment per customer."""
        return self.rfm.transform(self.customers)

    @_once
    def pyramid(self):
        """The pyramid fitted to the customers."""
        return fitted_pyramid(self.customers)

    @_once
    def tiers(self):
        """The tier of each customer."""
        return self.pyramid.predict(self.customers)

    @_once
    def periods(self):
        """The last two periods, and the customers of each from its own rows."""
        insist_on_a_purchase(self.customers)
        before, after = last_two_periods(self.first_day, self.as_of)
        with collected():  # refunds only, in either period: said once for the whole log
            old, new = (
                summarize(self.daily, since=start, as_of=end) for start, end in (before, after)
            )
        return before, after, old, new

    @_once
    def outlook(self):
        """What customers should bring, by the forecast that passed its test."""
        _insist_on_customers(self.customers)
        return Outlook(self.customers, self.daily, *self.periods)

    @_once
    def churn_risk(self):
        """A churn model, tested in time, and its probabilities today."""
        insist_on_a_purchase(self.customers)
        return Risk(self.log, self.customers, self.first_day, self.as_of, self.daily)

    @property
    def covered(self):
        """Days that the log covers."""
        return (self.as_of - self.first_day).days + 1

    @property
    def window(self):
        """Days in which a customer is followed: a quarter, or of a short log a fourth of it."""
        if self.covered < _LEAST_PERIOD:
            raise CRMError(
                ngettext(
                    "The log covers {count} day; to follow a customer takes {least} or more.",
                    "The log covers {count} days; to follow a customer takes {least} or more.",
                    self.covered,
                ),
                count=self.covered,
                least=_LEAST_PERIOD,
            )
        return min(_QUARTER, self.covered // 4)

    @_once
    def some(self):
        """The log of at most 20,000 customers, drawn by lot, for what takes every purchase."""
        return sample(self.log, self.customers)

    @_once
    def days(self):
        """Customers and days of `some`: ``customer_id``, ``day``, ``spend``, ``bought``."""
        with lazy_log(self.daily if self.some is self.log else self.some) as frame:
            rows, _counts = window(frame, self.as_of, None)
            days = by_day(rows).select("customer_id", "day", "spend", "purchase_day")
            table = brought_home(days, ["day"])
        table = table.reset_index().sort_values(["customer_id", "day"], kind="stable")
        return table.assign(bought=table.pop("purchase_day").notna())

    @_once
    def products(self):
        """Who bought which product in which order; None without lines."""
        if self.sources.lines is None:
            return None
        return products_of(self.sources, self.reading.log, self.as_of)

    @_once
    def register(self):
        """The register's rows of the customers, in their order; None without one."""
        if self.sources.register is None:
            return None
        names = self.customers.index.astype("str")
        register = self.sources.register.reindex(names)
        if not names.isin(self.sources.register.index).any():
            raise CRMError(
                "No customer of the log stands in the register: the numbers are written {log!r} "
                "here and {register!r} there.",
                log=names[0],
                register=self.sources.register.index[0],
            )
        return register.set_axis(self.customers.index)

    def money(self, label):
        """Return a label with the unit of money, where it is known."""
        if not self.currency:
            return label
        return _("{label} ({unit})").format(label=label, unit=self.currency)


def fitted_pyramid(customers):
    """Return a pyramid fitted to customers, where one stands above another.

    Raises
    ------
    CRMError
        If there are too few customers, all spent the same, or all of it was refunded.
    """
    _insist_on_customers(customers)
    spend = customers["spend"]
    if spend.nunique() == 1:
        raise CRMError("All customers spent the same, so no tier stands above another.")
    if spend.sum() <= 0:
        raise CRMError(
            "Spend adds up to {total:,.2f} after refunds; shares need a total above 0.",
            total=spend.sum(),
        )
    return Pyramid().fit(customers)


def insist_on_a_purchase(customers):
    """Refuse a table without customers."""
    if customers.empty:
        raise CRMError("No customer has a purchase: there are refunds only.")


def _insist_on_customers(customers):
    insist_on_a_purchase(customers)
    count = len(customers)
    if count < _LEAST_CUSTOMERS:
        raise CRMError(
            ngettext(
                "There is only {count} customer with a purchase, and a ranking needs {least}.",
                "There are only {count} customers with a purchase, and a ranking needs {least}.",
                count,
            ),
            count=count,
            least=_LEAST_CUSTOMERS,
        )


def last_two_periods(first_day, last_day):
    """Return the last two periods of equal length that a log covers.

    The last year and the year before it, or the two halves of a log that is shorter.

    Parameters
    ----------
    first_day, last_day : date-like

    Returns
    -------
    before, after : tuple of pandas.Timestamp
        First and last day of each.

    Raises
    ------
    CRMError
        If the log is too short for a comparison.
    """
    first_day, last_day = pd.Timestamp(first_day), pd.Timestamp(last_day)
    covered = (last_day - first_day).days + 1
    length = min(_YEAR, covered // 2)
    if length < _LEAST_PERIOD:
        raise CRMError(
            ngettext(
                "The log covers {count} day; two periods of {least} days or more are needed.",
                "The log covers {count} days; two periods of {least} days or more are needed.",
                covered,
            ),
            count=covered,
            least=_LEAST_PERIOD,
        )
    middle = last_day - pd.Timedelta(days=length)
    day = pd.Timedelta(days=1)
    return (middle - length * day + day, middle), (middle + day, last_day)


def _lean(log):
    """Return the columns that count; in memory as Arrow, as each summary would convert them."""
    import narwhals as nw

    frame = nw.from_native(log)
    if isinstance(frame, nw.LazyFrame):
        return log
    return frame.select("customer_id", "date", "amount").to_arrow()


def extent(reading):
    """Count the rows of a log that can be used, in its engine, and find its first and last day.

    Parameters
    ----------
    reading : crmlab.Reading

    Returns
    -------
    rows : int
    first, last : pandas.Timestamp

    Raises
    ------
    TransactionError
        If there are none, as every row was refused.
    """
    import narwhals as nw

    date = nw.col("date")
    frame = nw.from_native(reading.log).lazy()
    seen = to_pandas(frame.select(rows=nw.len(), first=date.min(), last=date.max())).iloc[0]
    if seen["rows"] == 0:
        reading.insist()
    first, last = (pd.Timestamp(seen[name]).normalize() for name in ("first", "last"))
    return int(seen["rows"]), first, last


def _counted(log, as_of):
    """Count in the engine of the log what the customer table no longer shows."""
    import narwhals as nw

    date, amount = nw.col("date"), nw.col("amount")
    frame = nw.from_native(log).lazy()
    frame = frame.filter(date < literal((as_of + pd.Timedelta(days=1)).to_pydatetime(), frame))
    refund = nw.when(amount < 0).then(amount)
    counts = frame.select(
        rows=nw.len(), first=date.min(), refunds=refund.count(), refunded=refund.sum()
    )
    rows, first, refunds, refunded = to_pandas(counts).iloc[0]
    return int(rows), pd.Timestamp(first).normalize(), int(refunds), -float(refunded or 0)
