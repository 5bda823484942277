"""`summarize` against a slow, obvious reference, in every engine."""

import datetime as dt
import os
from decimal import Decimal
from importlib.util import find_spec

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import crmlab as crm
from crmlab.logs import summary

# Engines start slowly on their first call; that is not what is tested here.
patiently = settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow], print_blob=False
)


# --- the reference ----------------------------------------------------------------------


def reference(rows, as_of, unit="D", since=None):
    """Summarise (customer, time, cents) rows with dicts and loops."""
    days_per_unit = {"D": 1, "W": 7}[unit]
    as_of = as_of or max(time.date() for _customer, time, _cents in rows)
    spend, paid_on, after, before = {}, {}, 0, 0
    for customer, time, cents in rows:
        day = time.date()
        if day > as_of:
            after += 1
        elif since is not None and day < since:
            before += 1
        else:
            spend[customer] = spend.get(customer, 0) + cents
            days = paid_on.setdefault(customer, {})
            if cents >= 0:
                days[day] = days.get(day, 0) + cents
    table = {}
    for customer in sorted(spend):
        days = paid_on[customer]
        if not days:
            continue
        first, last, repeats = min(days), max(days), len(days) - 1
        repeat_cents = sum(cents for day, cents in days.items() if day != first)
        table[customer] = {
            "purchases": len(days),
            "spend": spend[customer] / 100,
            "first_purchase": pd.Timestamp(first),
            "last_purchase": pd.Timestamp(last),
            "recency_days": (as_of - last).days,
            "x": repeats,
            "t_x": (last - first).days / days_per_unit,
            "T": (as_of - first).days / days_per_unit,
            "mean_repeat_spend": repeat_cents / 100 / repeats if repeats else float("nan"),
        }
    attrs = {
        "as_of": as_of.isoformat(),
        "unit": unit,
        "since": since and since.isoformat(),
        "rows_after_as_of": after,
        "rows_before_since": before,
        "refund_only_customers": len(spend) - len(table),
        "net_spend_not_positive": sum(spend[customer] <= 0 for customer in table),
    }
    return table, attrs


def reference_frame(rows, as_of, unit="D", since=None):
    table, attrs = reference(rows, as_of, unit, since)
    ids = list(table)
    index = pd.Index(ids, name="customer_id", dtype="str" if _has_text_ids(rows) else "int64")
    dtypes = {
        "purchases": "int64",
        "spend": "float64",
        "first_purchase": "datetime64[us]",
        "last_purchase": "datetime64[us]",
        "recency_days": "int64",
        "x": "int64",
        "t_x": "float64",
        "T": "float64",
        "mean_repeat_spend": "float64",
    }
    frame = pd.DataFrame(
        {name: [row[name] for row in table.values()] for name in dtypes}, index=index
    ).astype(dtypes)
    frame.attrs = attrs
    return frame


def _has_text_ids(rows):
    return isinstance(rows[0][0], str)


# --- the engines ------------------------------------------------------------------------


def as_pandas(rows):
    return pd.DataFrame(
        {
            "customer_id": [customer for customer, _time, _cents in rows],
            "date": pd.Series([time for _customer, time, _cents in rows], dtype="datetime64[us]"),
            "amount": [cents / 100 for _customer, _time, cents in rows],
        }
    )


def as_polars(rows):
    return pl.DataFrame(
        {
            "customer_id": [customer for customer, _time, _cents in rows],
            "date": [time for _customer, time, _cents in rows],
            "amount": [cents / 100 for _customer, _time, cents in rows],
        }
    )


def as_duckdb_elsewhere(rows):
    connection = duckdb.connect()
    arrow = as_polars(rows).to_arrow()
    connection.register("arrow", arrow)
    connection.execute("CREATE TABLE log AS FROM arrow")
    return connection.table("log")


ENGINES = {
    "pandas": as_pandas,
    "polars": as_polars,
    "polars lazy": lambda rows: as_polars(rows).lazy(),
    "pyarrow": lambda rows: pa.Table.from_pandas(as_pandas(rows)),
    "duckdb": lambda rows: duckdb.from_arrow(as_polars(rows).to_arrow()),
    "duckdb on its own connection": as_duckdb_elsewhere,
}


def as_spark(rows):
    return spark_frame(as_polars(rows).to_arrow())


def spark_frame(table):
    """Return an Arrow table in Spark, which is started once for this file."""
    if not find_spec("pyspark"):
        reason = 'NO SPARK TEST: pip install "crmlab[spark]"'
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    # Spark knows neither the long text of Polars nor its views.
    narrow = {pa.large_string(): pa.string(), pa.string_view(): pa.string()}
    fields = [field.with_type(narrow.get(field.type, field.type)) for field in table.schema]
    return crm.local_spark().createDataFrame(table.cast(pa.schema(fields)))


IN_SPARK = {"pyspark": as_spark}
EAGER = {name: ENGINES[name] for name in ("pandas", "pyarrow")}


@pytest.fixture(scope="module", params=["few rows", "many rows"])
def sizes(request):
    """Logs in memory as they are; then handed to DuckDB, as if they had many rows."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "many rows":
            patch.setattr(summary, "_FEW", 0)
        yield


@pytest.fixture(scope="module", params=["few rows", "many rows", "spark"])
def engines(request):
    """All engines; then those whose logs go to DuckDB, as if they had many rows; then Spark."""
    if request.param != "many rows":
        yield (ENGINES if request.param == "few rows" else IN_SPARK).values()
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(summary, "_FEW", 0)
        yield EAGER.values()


def assert_identical(seen, expected):
    pd.testing.assert_frame_equal(seen, expected, check_exact=True, check_freq=False)
    assert seen.attrs == expected.attrs


# --- random logs ------------------------------------------------------------------------

START = dt.datetime(2023, 12, 20)
text_ids = st.sampled_from(["007", "7", "0070", "C-1", "c-1", "客户甲", "客户乙", "Ünal", "x y"])
number_ids = st.integers(-3, 9)
# Few days and few customers, so that days and customers meet; times of day to the microsecond.
times = st.builds(
    lambda day, micro: START + dt.timedelta(days=day, microseconds=micro),
    st.integers(0, 25),
    st.sampled_from([0, 1, 43_200_000_000, 86_399_999_999]),
)
cents = st.one_of(st.just(0), st.integers(-50_000, 50_000), st.integers(1, 200))


def logs(ids):
    return st.lists(st.tuples(ids, times, cents), min_size=1, max_size=60)


any_log = st.one_of(logs(text_ids), logs(number_ids))
any_day = st.integers(0, 30).map(lambda days: START.date() + dt.timedelta(days=days))


@patiently
@given(
    rows=any_log,
    as_of=st.none() | any_day,
    since=st.none() | any_day,
    unit=st.sampled_from("DW"),
)
def test_every_engine_agrees_exactly_with_the_reference(engines, rows, as_of, since, unit):
    _table, attrs = reference(rows, as_of, unit, since)
    nothing_left = attrs["rows_after_as_of"] + attrs["rows_before_since"] == len(rows)
    for build in engines:
        if nothing_left:
            with pytest.raises(crm.TransactionError, match="No row of the log lies in the period"):
                crm.summarize(build(rows), as_of=as_of, since=since, unit=unit)
        else:
            seen = crm.summarize(build(rows), as_of=as_of, since=since, unit=unit)
            assert_identical(seen, reference_frame(rows, as_of, unit, since))


@patiently
@given(rows=any_log, as_of=st.none() | any_day, since=st.none() | any_day)
def test_a_log_put_in_days_once_gives_the_same_tables(sizes, rows, as_of, since):
    _table, attrs = reference(rows, as_of, since=since)
    if attrs["rows_after_as_of"] + attrs["rows_before_since"] == len(rows):
        return
    for build in EAGER.values():
        with summary.daily_log(build(rows)) as days:
            seen = crm.summarize(days, as_of=as_of, since=since)
        assert_identical(seen, reference_frame(rows, as_of, since=since))


@patiently
@given(rows=any_log, as_of=any_day)
def test_customers_with_refunds_only_are_listed_on_request(engines, rows, as_of):
    spent = {}
    for customer, time, amount in rows:
        if time.date() <= as_of:
            spent.setdefault(customer, []).append(amount)
    listed = {customer for customer, amounts in spent.items() if max(amounts) < 0}
    if not spent:
        return
    for build in engines:
        seen = crm.refund_only_customers(build(rows), as_of=as_of)
        assert set(seen.index) == listed
        assert list(seen["spend"]) == [sum(spent[customer]) / 100 for customer in sorted(listed)]


# --- properties -------------------------------------------------------------------------


@patiently
@given(rows=any_log, data=st.data())
def test_the_order_of_rows_does_not_matter(rows, data):
    shuffled = data.draw(st.permutations(rows))
    assert_identical(crm.summarize(as_pandas(shuffled)), crm.summarize(as_pandas(rows)))


@patiently
@given(rows=any_log, pieces=st.integers(2, 4))
def test_a_purchase_in_several_rows_on_one_day_is_one_purchase(rows, pieces):
    split = [
        (customer, time.replace(hour=piece), amount)
        for customer, time, amount in rows
        for piece in range(pieces)
    ]
    once = crm.summarize(as_pandas([(c, t, pieces * amount) for c, t, amount in rows]))
    assert_identical(crm.summarize(as_pandas(split)), once)


@patiently
@given(rows=any_log, data=st.data())
def test_a_refund_changes_spend_only(rows, data):
    buyers = [(c, t) for c, t, amount in rows if amount >= 0]
    if not buyers:
        return
    customer, _time = data.draw(st.sampled_from(buyers))
    when = data.draw(st.sampled_from([time for _customer, time, _cents in rows]))
    before = crm.summarize(as_pandas(rows))
    after = crm.summarize(as_pandas([*rows, (customer, when, -1234)]))
    pd.testing.assert_frame_equal(
        after.drop(columns="spend"), before.drop(columns="spend"), check_exact=True
    )
    change = (after["spend"] - before["spend"]).round(6)
    assert change[change != 0].to_dict() == {customer: -12.34}


@patiently
@given(rows=any_log, later=st.integers(1, 5))
def test_rows_after_as_of_change_nothing_but_their_count(rows, later):
    as_of = max(time for _customer, time, _cents in rows).date()
    next_day = dt.datetime.combine(as_of + dt.timedelta(days=1), dt.time())
    extended = [*rows, *[(rows[0][0], next_day, 999)] * later]
    before = crm.summarize(as_pandas(rows), as_of=as_of)
    after = crm.summarize(as_pandas(extended), as_of=as_of)
    assert after.attrs.pop("rows_after_as_of") == later
    assert before.attrs.pop("rows_after_as_of") == 0
    assert_identical(after, before)


def test_the_first_purchase_day_is_not_in_the_mean_of_repeat_spend(engines):
    day = dt.datetime
    rows = [
        ("a", day(2024, 1, 1, 9), -5_00),  # a refund before the first purchase
        ("a", day(2024, 1, 2, 9), 10_00),
        ("a", day(2024, 1, 2, 18), 5_00),
        ("a", day(2024, 1, 5), 20_00),
        ("a", day(2024, 1, 6), 0),
        ("a", day(2024, 1, 6, 1), -3_00),
        ("b", day(2024, 1, 3), 7_00),
    ]
    for build in engines:
        seen = crm.summarize(build(rows))
        assert seen.loc["a", "mean_repeat_spend"] == 10.0
        assert seen.loc["a", "spend"] == 27.0
        assert seen.loc["a", "x"] == 2
        assert np.isnan(seen.loc["b", "mean_repeat_spend"])


# --- other types ------------------------------------------------------------------------

ROWS = [
    ("007", dt.datetime(2024, 3, 4), 12_00),
    ("007", dt.datetime(2024, 3, 9), -5_00),
    ("007", dt.datetime(2024, 3, 9), 8_00),
    ("客户甲", dt.datetime(2024, 2, 29), 0),
    ("客户甲", dt.datetime(2024, 3, 10), 3_00),
    ("only refund", dt.datetime(2024, 3, 1), -1_00),
]
PANDAS_TYPES = {
    "categories": {"customer_id": "category"},
    "objects": {"customer_id": object},
    "nanoseconds": {"date": "datetime64[ns]"},
    "seconds": {"date": "datetime64[s]"},
    "arrow": {
        "customer_id": pd.ArrowDtype(pa.string()),
        "date": pd.ArrowDtype(pa.timestamp("us")),
        "amount": pd.ArrowDtype(pa.float64()),
    },
    "arrow days": {"date": pd.ArrowDtype(pa.date32())},
    "arrow decimals": {"amount": pd.ArrowDtype(pa.decimal128(12, 2))},
    "integers": {"amount": "int32"},
    "nullable": {"customer_id": "string", "amount": "Int64"},
}


@pytest.mark.usefixtures("sizes")
@pytest.mark.parametrize("dtypes", PANDAS_TYPES.values(), ids=PANDAS_TYPES)
def test_pandas_types_give_the_same_table(dtypes):
    assert_identical(crm.summarize(as_pandas(ROWS).astype(dtypes)), reference_frame(ROWS, None))


@pytest.mark.usefixtures("sizes")
def test_python_dates_and_decimals_in_pandas_give_the_same_table():
    log = as_pandas(ROWS)
    log["date"] = log["date"].dt.date
    log["amount"] = [Decimal(cents) / 100 for _customer, _time, cents in ROWS]
    assert_identical(crm.summarize(log), reference_frame(ROWS, None))


POLARS_TYPES = {
    "categories": {"customer_id": pl.Categorical},
    "enum": {"customer_id": pl.Enum(["only refund", "客户甲", "007"])},
    "days": {"date": pl.Date},
    "milliseconds": {"date": pl.Datetime("ms")},
    "decimals": {"amount": pl.Decimal(12, 2)},
    "integers": {"amount": pl.Int16},
}


@pytest.mark.usefixtures("sizes")
@pytest.mark.parametrize("dtypes", POLARS_TYPES.values(), ids=POLARS_TYPES)
def test_polars_and_arrow_types_give_the_same_table(dtypes):
    log = as_polars(ROWS).cast(dtypes)
    expected = reference_frame(ROWS, None)
    for frame in (log, log.lazy(), log.to_arrow(), duckdb.from_arrow(log.to_arrow())):
        assert_identical(crm.summarize(frame), expected)


@pytest.mark.parametrize(
    "kind", ["VARCHAR, DATE, DECIMAL(12, 2)", "VARCHAR, TIMESTAMP_NS, REAL", "VARCHAR, DATE, INT"]
)
def test_database_types_give_the_same_table(kind):
    customer, date, amount = kind.replace("(12, 2)", "(12#2)").split(", ")
    log = duckdb.from_arrow(as_polars(ROWS).to_arrow()).select(
        f"customer_id::{customer} AS customer_id, date::{date} AS date, "
        f"amount::{amount.replace('#', ', ')} AS amount"
    )
    assert_identical(crm.summarize(log), reference_frame(ROWS, None))


def test_small_integer_ids_keep_their_type_in_every_engine(engines):
    rows = [(1, dt.datetime(2024, 1, 1), 100)]
    for build in engines:
        log = nw.from_native(build(rows)).with_columns(nw.col("customer_id").cast(nw.Int32))
        assert crm.summarize(log.to_native()).index.dtype == "int32"


def test_other_columns_and_a_repeated_index_do_no_harm():
    log = as_pandas(ROWS).assign(note=[{"a": 1}] * len(ROWS))
    log.index = [0] * len(log)
    assert_identical(crm.summarize(log), reference_frame(ROWS, None))


def test_a_narwhals_frame_is_taken_as_it_is():
    assert_identical(crm.summarize(nw.from_native(as_pandas(ROWS))), reference_frame(ROWS, None))


# --- edges ------------------------------------------------------------------------------


def test_one_customer_on_one_day_is_a_table_of_one_row(engines):
    rows = [("a", dt.datetime(2024, 1, 1), 500)]
    for build in engines:
        seen = crm.summarize(build(rows), unit="W")
        assert seen.loc["a", ["purchases", "x", "t_x", "T"]].tolist() == [1, 0, 0.0, 0.0]


def test_a_log_of_refunds_only_gives_an_empty_table_that_says_so(engines, capsys):
    rows = [("a", dt.datetime(2024, 1, 1), -500)]
    for build in engines:
        seen = crm.summarize(build(rows), as_of="2024-01-01")
        assert_identical(seen, reference_frame(rows, dt.date(2024, 1, 1)))
        assert "1 customer has refunds only" in capsys.readouterr().out


@pytest.mark.parametrize("year", [1, 1500, 1677, 9999])
def test_days_far_from_today_are_counted_like_others(engines, year):
    rows = [("a", dt.datetime(year, 1, 1), 100), ("a", dt.datetime(year, 12, 31), 100)]
    for build in engines:
        seen = crm.summarize(build(rows))
        assert_identical(seen, reference_frame(rows, None))


def test_the_default_end_of_the_period_is_said(capsys):
    crm.summarize(as_pandas(ROWS))
    assert "2024-03-10" in capsys.readouterr().out
    crm.summarize(as_pandas([row for row in ROWS if row[0] != "only refund"]), as_of="2024-03-10")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "day", [dt.date(2024, 3, 9), dt.datetime(2024, 3, 9, 7), "2024-03-09", pd.Timestamp("2024-3-9")]
)
def test_the_last_day_counts_as_a_whole_in_whatever_form_it_comes(day):
    rows = [("a", dt.datetime(2024, 3, 9, 23, 59), 100), ("a", dt.datetime(2024, 3, 10), 100)]
    seen = crm.summarize(as_pandas(rows), as_of=day)
    assert seen.loc["a", "purchases"] == 1
    assert seen.attrs["rows_after_as_of"] == 1


@pytest.mark.parametrize("day", ["03/04/2024", "soon", pd.NaT, 5j])
def test_an_end_that_is_not_a_clear_day_is_refused(day):
    with pytest.raises(ValueError, match=r"as_of must be a day, as in '2024-12-31'"):
        crm.summarize(as_pandas(ROWS), as_of=day)


def test_an_unknown_unit_is_refused():
    with pytest.raises(ValueError, match=r"'D' .days. or 'W' .weeks., not 'M'"):
        crm.summarize(as_pandas(ROWS), unit="M")


@pytest.mark.parametrize("engine", [*ENGINES, *IN_SPARK])
@pytest.mark.parametrize("column", ["customer_id", "date", "amount"])
def test_a_gap_in_the_log_is_refused_with_column_count_and_way_out(engine, column):
    log = nw.from_native({**ENGINES, **IN_SPARK}[engine](ROWS))
    gap = nw.when(nw.col("amount") != 0).then(nw.col(column)).alias(column)
    with pytest.raises(crm.TransactionError, match=f"1 row .*{column}.*read_transactions"):
        crm.summarize(log.with_columns(gap).to_native())


@pytest.mark.usefixtures("sizes")
@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_amounts_that_are_no_numbers_are_refused(value):
    for build in (as_pandas, as_polars):
        log = nw.from_native(build(ROWS)).with_columns(
            amount=nw.when(nw.col("amount") == 0).then(nw.lit(value)).otherwise(nw.col("amount"))
        )
        for frame in (log.to_native(), log.lazy().to_native(), duckdb.from_arrow(log.to_arrow())):
            with pytest.raises(crm.TransactionError, match="without a usable amount"):
                crm.summarize(frame)


@pytest.mark.usefixtures("sizes")
def test_text_and_time_zones_in_the_log_are_refused():
    for frame in (as_pandas(ROWS), as_polars(ROWS), as_duckdb_elsewhere(ROWS)):
        log = nw.from_native(frame)
        text = log.with_columns(nw.col("date").cast(nw.String)).to_native()
        with pytest.raises(crm.TransactionError, match="Read it with read_transactions"):
            crm.summarize(text)
    zoned = as_pandas(ROWS)
    zoned["date"] = zoned["date"].dt.tz_localize("Asia/Shanghai")
    for frame in (zoned, pl.from_pandas(zoned), pa.Table.from_pandas(zoned)):
        with pytest.raises(crm.TransactionError, match="without a time zone"):
            crm.summarize(frame)


@pytest.mark.usefixtures("sizes")
def test_a_log_without_rows_or_columns_is_refused():
    with pytest.raises(crm.TransactionError, match="no rows"):
        crm.summarize(as_pandas(ROWS).head(0))
    with pytest.raises(crm.TransactionError, match="no rows"):
        crm.summarize(as_duckdb_elsewhere(ROWS).limit(0))
    with pytest.raises(crm.TransactionError, match="no column 'amount'"):
        crm.summarize(as_pandas(ROWS).drop(columns="amount"))


def test_ids_of_several_types_are_refused():
    log = as_pandas(ROWS).astype({"customer_id": object})
    log.loc[0, "customer_id"] = 7
    with pytest.raises(crm.TransactionError, match=r"several types.*read_transactions"):
        crm.summarize(log)


def test_the_log_of_the_caller_is_not_changed():
    log = as_pandas(ROWS)
    before = log.copy(deep=True)
    crm.summarize(log)
    pd.testing.assert_frame_equal(log, before)


# --- Spark ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "amount"),
    [("date", "decimal(12, 2)"), ("timestamp_ltz", "float"), ("timestamp_ntz", "int")],
)
def test_spark_types_give_the_same_table(date, amount):
    log = as_spark(ROWS).selectExpr(
        "customer_id", f"cast(date AS {date}) AS date", f"cast(amount AS {amount}) AS amount"
    )
    assert_identical(crm.summarize(log), reference_frame(ROWS, None))


def test_a_spark_timestamp_has_the_days_of_the_session_and_this_is_said(capsys):
    log = spark_frame(pa.table({"customer_id": ["a"], "amount": [5.0]})).selectExpr(
        "customer_id", "amount", "cast('2024-03-04T23:30:00Z' AS timestamp_ltz) AS date"
    )
    seen = crm.summarize(log, as_of="2024-03-04")
    assert seen["last_purchase"].tolist() == [pd.Timestamp("2024-03-04")]
    assert "days are those of the session's zone, UTC" in capsys.readouterr().out
    there = crm.read_transactions(log, timezone="Asia/Shanghai")
    assert crm.summarize(there)["last_purchase"].tolist() == [pd.Timestamp("2024-03-05")]


def test_bad_rows_in_spark_are_refused_with_their_values():
    bad = {
        "customer_id": ["a", None, "  ", "b", "c", "d", "e", "f"],
        "date": [dt.datetime(2024, 1, 1)] * 3 + [None] + [dt.datetime(2024, 1, 1)] * 4,
        "amount": [1.0, 2.0, 3.0, 4.0, 5.0, None, float("inf"), float("nan")],
    }
    bad["date"][4] = dt.datetime(2999, 1, 1)
    reading = crm.check_transactions(spark_frame(pa.table(bad)))
    assert sorted(reading.rejected["reason"]) == [
        "a date in the future",
        "an infinite amount",
        "no amount",
        "no amount",
        "no customer",
        "no customer",
        "no date",
    ]
    assert crm.summarize(reading.log)["spend"].to_dict() == {"a": 1.0}


def test_spark_tells_and_leaves_out_what_pandas_does():
    days = pd.date_range("2024-01-01", periods=40, freq="9D").astype("datetime64[us]")
    log = pd.DataFrame({"customer_id": [f"c{number % 7}" for number in range(40)], "date": days})
    log = log.assign(amount=5.0, status=["paid"] * 30 + ["cancelled"] * 6 + ["refunded"] * 4)
    log.loc[:1, "date"] = pd.Timestamp("1900-01-01")
    log.loc[2:4, "customer_id"] = ["guest", "1.23457E+11", "C3"]
    in_spark = spark_frame(pa.Table.from_pandas(log, preserve_index=False))
    decided = {"keep": "paid", "refunds": "refunded", "since": "2024-02-01", "fold_ids": True}
    for options in ({}, {**decided, "not_customers": ["guest", "c5"]}):
        here, there = (crm.check_transactions(one, **options) for one in (log, in_spark))
        assert len(there.notes) > 3
        assert [note for note in here.notes if "repeat" not in note] == there.notes
        pd.testing.assert_frame_equal(there.left_out, here.left_out)
        assert sorted(there.rejected["reason"]) == sorted(here.rejected["reason"])
        assert_identical(*(crm.summarize(one.log, as_of="2024-12-31") for one in (there, here)))


def test_spark_gives_the_table_of_pandas_for_the_cdnow_master():
    log = crm.datasets.load_cdnow("master")[["customer_id", "date", "amount"]]
    in_spark = spark_frame(pa.Table.from_pandas(log, preserve_index=False))
    seen = crm.summarize(crm.read_transactions(in_spark), as_of="1997-12-31", since="1997-01-10")
    assert_identical(seen, crm.summarize(log, as_of="1997-12-31", since="1997-01-10"))
    assert len(seen) > 20_000


# --- a folder of Parquet ----------------------------------------------------------------


def test_a_folder_of_parquet_is_read_where_it_lies(tmp_path):
    log = as_pandas(ROWS)
    (tmp_path / "year=2024").mkdir()
    log.head(2).to_parquet(tmp_path / "part-0.parquet")
    log.tail(-2)[["amount", "date", "customer_id"]].to_parquet(tmp_path / "year=2024" / "1.parquet")
    expected = reference_frame(ROWS, None)
    assert_identical(crm.summarize(tmp_path), expected)
    relation = crm.read_transactions(str(tmp_path))
    assert isinstance(relation, duckdb.DuckDBPyRelation)
    assert_identical(crm.summarize(relation), expected)


def test_times_with_a_zone_in_a_folder_have_the_days_of_the_place_asked_for(tmp_path):
    time = pd.to_datetime(["2024-03-04T23:30:00+00:00"])
    pd.DataFrame({"customer_id": ["a"], "date": time, "amount": [5.0]}).to_parquet(
        tmp_path / "log.parquet"
    )
    for timezone, day in ((None, "2024-03-04"), ("Asia/Shanghai", "2024-03-05")):
        log = crm.read_transactions(tmp_path, timezone=timezone)
        assert crm.summarize(log)["last_purchase"].tolist() == [pd.Timestamp(day)]


def test_a_folder_without_parquet_or_with_a_broken_file_is_refused(tmp_path):
    with pytest.raises(crm.TransactionError, match="folder without Parquet files"):
        crm.summarize(tmp_path)
    (tmp_path / "log.csv").write_text("customer_id,date,amount\n")
    with pytest.raises(crm.TransactionError, match=r"neither a folder .* read_transactions"):
        crm.summarize(tmp_path / "log.csv")
    (tmp_path / "log.parquet").write_bytes(b"no parquet")
    with pytest.raises(crm.TransactionError, match="cannot be read as a table"):
        crm.summarize(tmp_path)


# --- published figures ------------------------------------------------------------------


def test_the_cdnow_sample_gives_the_published_figures():
    """Fader, Hardie & Lee (2005), and their note on BG/NBD in a spreadsheet."""
    log = crm.datasets.load_cdnow("sample")
    for frame in (log, pl.from_pandas(log), pl.from_pandas(log).lazy(), duckdb.from_df(log)):
        seen = crm.summarize(frame, as_of="1997-09-30", unit="W")
        assert len(seen) == 2357
        assert seen["x"].sum() == 2457
        assert (seen["x"] == 0).sum() == 1411
        # The note numbers the customers of the sample in the order of its file.
        first, second, *_others = log["customer_id"].unique()
        published = seen[["x", "t_x", "T"]].round(2)
        assert published.loc[first].tolist() == [2, 30.43, 38.86]
        assert published.loc[second].tolist() == [1, 1.71, 38.86]
