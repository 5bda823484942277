"""Was the forecast right? Fit on the first part of a log, look at the part held out.

1. `holdout`: the customers as known at the end of calibration, and what they did afterwards.
2. `frequency_table`: how many customers bought 0, 1, 2, … times, against the model.
3. `tracking`: all repeat purchases, week by week, against the model.
4. `conditional_table`: purchases held out by purchases before, against the model.

These are the comparisons of Fader, Hardie & Lee (2005), Marketing Science 24, figures 2 to 4.
"""

import numpy as np
import pandas as pd

from crmlab.arguments import as_day, customer_columns
from crmlab.errors import CRMError
from crmlab.logs.engines import open_frame
from crmlab.logs.roles import resolve_columns
from crmlab.logs.summary import summarize
from crmlab.notices import quiet, say

_DAYS = {"D": 1, "W": 7}


def holdout(log, calibration_end, holdout_end=None, unit="W"):
    """Divide a log in time: customers as known at one day, and what they bought afterwards.

    Parameters
    ----------
    log : frame of any engine
        ``customer_id``, ``date``, ``amount``.
    calibration_end : date-like
        The last day the model may see.
    holdout_end : date-like, optional
        The last day to compare with; the last day of the log by default.
    unit : {"W", "D"}
        Weeks or days, for ``t_x``, ``T`` and the length of the holdout.

    Returns
    -------
    pandas.DataFrame
        The table of :func:`crmlab.summarize` at `calibration_end`, with
        ``holdout_purchases`` (purchase days afterwards) and ``holdout_spend`` (amounts
        afterwards, refunds taken off). Customers who came later are not in it.

        ``attrs`` has those of ``summarize``, and ``calibration_end``, ``holdout_end`` and
        ``holdout_length`` (in `unit`).

    Raises
    ------
    CRMError
        If the holdout does not end after the calibration.
    """
    table = summarize(log, as_of=calibration_end, unit=unit)
    return held_out(table, _whole_log(log, holdout_end, unit))


def held_out(table, after):
    """Put beside a customer table what its customers bought up to a later one.

    Parameters
    ----------
    table, after : pandas.DataFrame
        As from :func:`crmlab.summarize`, of one log at two days.

    Returns
    -------
    pandas.DataFrame
        `table`, as from :func:`holdout`.

    Raises
    ------
    CRMError
        If the second day is not after the first.
    """
    attrs = dict(table.attrs)
    days = (pd.Timestamp(after.attrs["as_of"]) - pd.Timestamp(attrs["as_of"])).days
    if days <= 0:
        raise CRMError(
            "The holdout must end after the calibration: it ends on {end}, the calibration on "
            "{cut}.",
            end=after.attrs["as_of"],
            cut=attrs["as_of"],
        )
    after = after.loc[table.index]
    table["holdout_purchases"] = after["purchases"] - table["purchases"]
    table["holdout_spend"] = (after["spend"] - table["spend"]).round(6)
    table.attrs = {
        **attrs,
        "calibration_end": attrs["as_of"],
        "holdout_end": after.attrs["as_of"],
        "holdout_length": days / _DAYS[attrs["unit"]],
    }
    return table


def _whole_log(log, end, unit):
    """Summarise up to `end`, quietly: the first summary has said what there is to say."""
    with quiet():
        table = summarize(log, as_of=end, unit=unit)
    if end is None:
        say(
            "holdout_end is not given: the last day of the log, {day}, is used.",
            day=table.attrs["as_of"],
        )
    return table


def frequency_table(model, customers, most=7):
    """Count customers by their number of repeat purchases, as seen and as the model expects.

    Parameters
    ----------
    model : BetaGeometricNBD
        Fitted.
    customers : pandas.DataFrame
        ``x`` and ``T``.
    most : int, default 7
        The last row is for this number and more.

    Returns
    -------
    pandas.DataFrame
        Index ``repeat_purchases``, ``"0"`` … ``"7+"``: ``actual`` and ``expected`` numbers
        of customers.
    """
    table = customer_columns(customers, ["x", "T"])
    ages, counts = np.unique(table["T"], return_counts=True)
    x = np.arange(most)[:, None]
    expected = model.purchase_probability(x, ages) @ counts
    return pd.DataFrame(
        {
            "actual": np.bincount(_capped(table["x"], most), minlength=most + 1),
            "expected": np.append(expected, counts.sum() - expected.sum()),
        },
        index=pd.Index(_levels(most), name="repeat_purchases"),
    )


def conditional_table(model, table, most=7):
    """Compare purchases in the holdout by the number of repeat purchases before.

    Parameters
    ----------
    model : BetaGeometricNBD
        Fitted on the calibration.
    table : pandas.DataFrame
        As from :func:`holdout`.
    most : int, default 7
        The last row is for this number and more.

    Returns
    -------
    pandas.DataFrame
        Index ``repeat_purchases`` in the calibration, ``"0"`` … ``"7+"``: ``customers``, and
        the mean purchases in the holdout, ``actual`` and ``expected``; NaN where there is no
        customer.
    """
    if "holdout_length" not in table.attrs:
        raise CRMError(
            "The table does not say how long the holdout is; make it with clv.holdout(log, …)."
        )
    _check_unit(model, table)
    known = customer_columns(table, ["x", "t_x", "T", "holdout_purchases"])
    return (
        pd.DataFrame(
            {
                "actual": known["holdout_purchases"],
                "expected": model.expected_purchases(table.attrs["holdout_length"], known),
            }
        )
        .groupby(_capped(known["x"], most))
        .agg(customers=("actual", "size"), actual=("actual", "mean"), expected=("expected", "mean"))
        .reindex(range(most + 1))
        .assign(customers=lambda means: means["customers"].fillna(0).astype("int64"))
        .set_axis(pd.Index(_levels(most), name="repeat_purchases"))
    )


def tracking(model, log, calibration_end, holdout_end=None):
    """Add up repeat purchases week by week, as seen and as the model expects.

    Parameters
    ----------
    model : BetaGeometricNBD
        Fitted on the customers of `log` up to `calibration_end`, in weeks or days.
    log : frame of any engine
        ``customer_id``, ``date``, ``amount``.
    calibration_end : date-like
        The last day the model has seen. Customers who came later are not counted.
    holdout_end : date-like, optional
        The last day of the log by default.

    Returns
    -------
    pandas.DataFrame
        Index ``week``, from 1: ``end`` (its last day), and repeat purchases of all customers
        since the first day of the log, ``actual`` and ``expected``. Week 1 starts on the first
        day of the log; days that fill no week at the end are left out.
        ``attrs["calibration_end"]`` is the day.
    """
    if model.unit_ not in _DAYS:
        raise CRMError(
            "The model does not know its unit; fit it on a table of summarize(log, unit='W')."
        )
    cut = pd.Timestamp(as_day(calibration_end, "calibration_end"))
    customers = _whole_log(log, holdout_end, "D")
    last = pd.Timestamp(customers.attrs["as_of"])
    customers = customers[customers["first_purchase"] <= cut]
    if customers.empty or last <= cut:
        raise CRMError(
            "There is nothing to track: no customer up to {cut}, or no day after it.",
            cut=cut.date(),
        )
    first = customers["first_purchase"].min()
    length = (last - first).days + 1
    joined = _per_day(customers["first_purchase"], first, length)
    bought = _per_day(_purchase_days(log, customers.index), first, length)
    # A customer of day d has, at the end of day e, an age of e - d, as in `summarize`.
    of_age = model.expected_purchases(np.arange(length) / _DAYS[model.unit_])
    ends = np.arange(6, length, 7)
    table = pd.DataFrame(
        {
            "end": first + pd.to_timedelta(ends, unit="D"),
            "actual": (bought - joined).cumsum()[ends],
            "expected": np.convolve(joined, of_age)[ends],
        },
        index=pd.RangeIndex(1, len(ends) + 1, name="week"),
    )
    table.attrs = {"calibration_end": cut.date().isoformat()}
    return table


def _purchase_days(log, customers):
    """Return the day of each purchase of these customers: one per customer and day."""
    import narwhals as nw

    names = {"customer": "customer_id", "date": "date", "amount": "amount"}
    frame, _columns = open_frame(log, lambda columns: resolve_columns(columns, **names))
    paid = frame.lazy().filter(nw.col("amount") >= 0).select("customer_id", "date")
    paid = paid.collect("pandas").to_native()
    paid["date"] = pd.to_datetime(paid["date"]).dt.normalize()
    return paid[paid["customer_id"].isin(customers)].drop_duplicates()["date"]


def _per_day(dates, first, length):
    place = (dates - first).dt.days.to_numpy()
    return np.bincount(place[place < length], minlength=length)


def _check_unit(model, table):
    unit = table.attrs.get("unit")
    if None not in (model.unit_, unit) and model.unit_ != unit:
        raise CRMError(
            "The model is fitted in unit {model!r}, the table is in {table!r}. Days and "
            "weeks do not mix: use the same unit for both.",
            model=model.unit_,
            table=unit,
        )


def _capped(x, most):
    return np.minimum(x.to_numpy(), most).astype("int64")


def _levels(most):
    return [*map(str, range(most)), f"{most}+"]
