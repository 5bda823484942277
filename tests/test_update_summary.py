"""`update_summary` against the whole computed anew."""

import datetime as dt

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlab as crm

START = dt.datetime(2023, 12, 20)
DAYS = 25
ids = st.sampled_from(["007", "7", "0070", "C-1", "客户甲", "Ünal"])
cents = st.one_of(st.just(0), st.integers(-5_000, 5_000), st.integers(1, 200))
# A row is of a day, and arrives on that day or later.
arrivals = st.lists(
    st.tuples(
        ids,
        st.integers(0, DAYS - 1),
        st.sampled_from([0, 0, 0, 1, 4]),
        st.integers(0, 23),
        cents,
    ),
    min_size=1,
    max_size=40,
)


def log_of(rows):
    return pd.DataFrame(
        {
            "customer_id": pd.Series([row[0] for row in rows], dtype="str"),
            "date": pd.Series(
                [START + dt.timedelta(days=row[1], hours=row[3]) for row in rows],
                dtype="datetime64[us]",
            ),
            "amount": np.array([row[4] / 100 for row in rows], dtype="float64"),
        }
    )


def on(day):
    return START.date() + dt.timedelta(days=day)


def assert_same(seen, expected):
    pd.testing.assert_frame_equal(seen, expected, check_exact=True, check_freq=False)
    assert seen.attrs == expected.attrs


# --- the whole --------------------------------------------------------------------------


@settings(max_examples=25)
@given(
    rows=arrivals,
    days=st.lists(st.integers(0, DAYS + 4), min_size=2, max_size=5, unique=True).map(sorted),
    unit=st.sampled_from("DW"),
    since=st.none() | st.integers(0, 8).map(on),
)
def test_brought_forward_step_by_step_it_is_the_whole(rows, days, unit, since):
    table = None
    for before, day in zip([-1, *days[:-1]], days, strict=True):
        log = log_of([row for row in rows if row[1] + row[2] <= day])
        options = {"as_of": on(day), "unit": unit, "since": since}
        try:
            whole = crm.summarize(log, **options)
        except crm.TransactionError:
            continue  # no row in the period yet
        if table is not None:
            new = log_of([row for row in rows if before < row[1] + row[2] <= day])
            assert_same(crm.update_summary(table, new, as_of=on(day), log=log), whole)
        table = whole


@pytest.mark.parametrize(
    ("engine", "step"), [("pandas", 1), ("polars lazy", 7), ("duckdb", 7), ("folder", 7)]
)
def test_365_days_are_the_whole(engine, step, tmp_path):
    """Every day, or every week where only the engine of the log is another one."""
    log, arrives = a_year(customers=300, rows=3_000)
    before = 0
    table = crm.summarize(log[arrives <= before], as_of="2024-01-01")
    for day in [*range(step, 365, step), 365]:
        as_of = dt.date(2024, 1, 1) + dt.timedelta(days=day)
        seen = log[arrives <= day]
        new = seen[arrives[arrives <= day] > before]
        table = crm.update_summary(table, new, as_of=as_of, log=KEPT_IN[engine](seen, tmp_path))
        before = day
        if day % 60 < step or day == 365:
            assert_same(table, crm.summarize(seen, as_of=as_of))
    assert (arrives > (log["date"] - pd.Timestamp("2024-01-01")).dt.days).sum() > 100


def a_year(customers, rows):
    """Rows of a year with refunds, some of which arrive late, and when they arrive."""
    rng = np.random.default_rng(8)
    day = rng.integers(0, 364, rows)
    sign = np.where(rng.random(rows) < 0.15, -1, 1)
    log = pd.DataFrame(
        {
            "customer_id": pd.Series(rng.integers(0, customers, rows)).astype("str"),
            "date": pd.Timestamp("2024-01-01")
            + pd.to_timedelta(day * 86_400 + rng.integers(0, 86_400, rows), unit="s").as_unit("us"),
            "amount": (rng.gamma(2, 20, rows) * sign).round(2),
        }
    )
    return log, np.minimum(day + rng.choice([0] * 9 + [20], rows), 365)


def in_a_folder(log, folder):
    path = folder / "log"
    path.mkdir(exist_ok=True)
    log.to_parquet(path / "all.parquet")
    return path


KEPT_IN = {
    "pandas": lambda log, _folder: log,
    "polars lazy": lambda log, _folder: pl.from_pandas(log).lazy(),
    "duckdb": lambda log, _folder: duckdb.from_df(log),
    "folder": in_a_folder,
}


# --- single cases -----------------------------------------------------------------------

OLD = [("a", 0, 0, 9, 10_00), ("a", 5, 0, 9, 20_00), ("b", 3, 0, 9, 5_00)]


def table_of(rows, day=6, **options):
    return crm.summarize(log_of(rows), as_of=on(day), **options)


@pytest.mark.parametrize(
    "new",
    [
        [],
        [("a", 5, 0, 20, 7_00)],  # on the day of the last purchase
        [("a", 0, 0, 20, 7_00)],  # on the day of the first
        [("b", 3, 0, 20, 7_00)],  # on the only one
        [("a", 2, 0, 9, -7_00), ("a", 8, 0, 9, -1_00)],
        [("a", 7, 0, 9, 1_00), ("a", 8, 0, 9, 2_00), ("a", 8, 0, 10, 3_00)],
        [("c", 1, 0, 9, 1_00), ("c", 0, 0, 9, -1_00), ("c", 8, 0, 9, 4_00)],
        [("d", 7, 0, 9, -1_00)],
    ],
)
def test_what_the_table_settles_needs_no_log(new):
    old = table_of(OLD)
    before = old.copy(deep=True)
    assert_same(crm.update_summary(old, log_of(new), as_of=on(9)), table_of(OLD + new, 9))
    pd.testing.assert_frame_equal(old, before)


def test_a_late_purchase_needs_the_log_and_says_why(capsys):
    new = [("a", 2, 0, 9, 7_00)]
    with pytest.raises(crm.CRMError, match=r"1 customer has a late row.*'a'.*log="):
        crm.update_summary(table_of(OLD), log_of(new))
    seen = crm.update_summary(table_of(OLD), log_of(new), log=log_of(OLD + new))
    assert_same(seen, table_of(OLD + new))
    assert "1 purchase came late" in capsys.readouterr().out


def test_who_had_refunds_only_may_buy_later():
    old, new = [*OLD, ("r", 2, 0, 9, -1_00)], [("r", 8, 0, 9, 9_00), ("n", 8, 0, 9, 9_00)]
    with pytest.raises(crm.CRMError, match=r"2 customers are not in the table, which left out 1"):
        crm.update_summary(table_of(old), log_of(new))
    seen = crm.update_summary(table_of(old), log_of(new), log=log_of(old + new))
    assert_same(seen, table_of(old + new, 8))
    assert seen.attrs["refund_only_customers"] == 0


def test_new_customers_are_counted(capsys):
    crm.update_summary(table_of(OLD), log_of([("c", 8, 0, 9, 1_00)]))
    assert "1 new customer." in capsys.readouterr().out


@pytest.mark.parametrize("there", [OLD, [*OLD, ("a", 2, 0, 9, 7_00), ("a", 2, 0, 9, 7_00)]])
def test_a_log_without_the_new_rows_or_with_them_twice_is_refused(there):
    with pytest.raises(crm.CRMError, match=r"say of 1 customer, for example 'a'"):
        crm.update_summary(table_of(OLD), log_of([("a", 2, 0, 9, 7_00)]), log=log_of(there))


def test_rows_after_as_of_are_left_out_and_counted():
    seen = crm.update_summary(table_of(OLD), log_of([("a", 20, 0, 9, 7_00)]), as_of=on(8))
    assert seen.attrs["rows_after_as_of"] == 1
    assert seen.loc["a", "purchases"] == 2
    assert seen.loc["a", "recency_days"] == 3


def test_the_table_never_goes_back():
    with pytest.raises(crm.CRMError, match="counts up to 2023-12-26 already"):
        crm.update_summary(table_of(OLD), log_of(OLD), as_of=on(1))
    seen = crm.update_summary(table_of(OLD), log_of([("b", 3, 0, 9, 1_00)]))
    assert seen.attrs["as_of"] == "2023-12-26"


def test_a_table_that_lost_its_attrs_or_has_other_ids_is_refused(tmp_path):
    table = table_of(OLD)
    table.to_csv(tmp_path / "table.csv")
    lost = pd.read_csv(tmp_path / "table.csv", index_col=0)
    with pytest.raises(crm.CRMError, match=r"no longer says as_of.*Parquet"):
        crm.update_summary(lost, log_of(OLD))
    table.to_parquet(tmp_path / "table.parquet")
    kept = pd.read_parquet(tmp_path / "table.parquet")
    assert_same(crm.update_summary(kept, log_of([])), table)
    numbers = log_of(OLD).assign(customer_id=range(3))
    with pytest.raises(crm.CRMError, match="are text, those of the new rows numbers"):
        crm.update_summary(table, numbers)


def test_a_table_of_nobody_can_be_brought_forward():
    refund = [("r", 2, 0, 9, -1_00)]
    new = [("n", 8, 0, 9, 9_00)]
    seen = crm.update_summary(table_of(refund), log_of(new), log=log_of(refund + new))
    assert_same(seen, table_of(refund + new, 8))
