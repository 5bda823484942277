"""What would change the meaning of a log without a word: it is said, with a way out that works."""

import datetime as dt

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import crmlab as crm
from crmlab import cli
from crmlab.cli import report
from crmlab.logs.placeholders import far_days
from crmlab.logs.states import kind_of

ENGINES = {
    "pandas": lambda log: log,
    "polars": pl.from_pandas,
    "polars lazy": lambda log: pl.from_pandas(log).lazy(),
    "pyarrow": pa.Table.from_pandas,
    "duckdb": lambda log: duckdb.from_arrow(pa.Table.from_pandas(log)),
}


def sound_log(rows=400, customers=50, seed=17):
    """A log of two years in which nothing is wrong."""
    rng = np.random.default_rng(seed)
    days = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 730, rows), unit="D")
    return pd.DataFrame(
        {
            "customer_id": [f"C{number:03}" for number in rng.integers(0, customers, rows)],
            "date": days.astype("datetime64[us]"),
            "amount": rng.integers(100, 10_000, rows) / 100,
        }
    )


def plus(log, rows=1, **cells):
    """A log with some rows more, which differ from its first ones in these cells."""
    return pd.concat([log, log.head(rows).assign(**cells)], ignore_index=True)


def refused(log, match, **options):
    with pytest.raises(crm.TransactionError, match=match) as caught:
        crm.read_transactions(log, **options)
    return caught.value


def told(log, **options):
    return "\n".join(crm.check_transactions(log, **options).notes)


@pytest.mark.parametrize("build", ENGINES.values(), ids=ENGINES)
def test_a_sound_log_is_read_without_a_word_in_every_engine(build):
    assert told(build(sound_log())) == ""


# --- every engine -----------------------------------------------------------------------


def log_of_everything():
    """A log with each of the faults, and what is left of it when the user has decided."""
    log = sound_log().assign(order_status="paid")
    log.loc[:39, "order_status"] = "Cancelled"
    log.loc[40:59, "order_status"] = "refunded"
    log = plus(log, 90, customer_id="0", order_status="paid")
    log = plus(log, 2, customer_id="walk-in", order_status="paid")
    log = plus(log, 3, customer_id="c001.0", order_status="paid")
    log = plus(log, 5, customer_id="1001.0", order_status="paid")
    log = plus(log, 5, customer_id="1001", order_status="paid")
    log = plus(log, 4, date=pd.Timestamp("2012-07-07"), order_status="paid")
    log = plus(log, 6, date=pd.Timestamp("1900-01-01"), order_status="paid")
    return plus(log, 1, customer_id="1.23457E+11", order_status="paid")


@pytest.mark.parametrize("build", list(ENGINES.values())[1:], ids=list(ENGINES)[1:])
def test_every_engine_tells_and_leaves_out_the_same(build):
    log = log_of_everything()
    decided = {
        "keep": "paid",
        "refunds": ["refunded"],
        "not_customers": ["0", "walk-in", "nobody"],
        "since": "2013-01-01",
        "fold_ids": True,
    }
    for options in ({}, decided):
        here, there = (crm.check_transactions(one, **options) for one in (log, build(log)))
        # Equal rows are looked for in memory only.
        assert [note for note in here.notes if note in there.notes] == there.notes
        assert all("repeat" in note for note in here.notes if note not in there.notes)
        pd.testing.assert_frame_equal(there.left_out, here.left_out)
        assert sorted(there.rejected["reason"]) == sorted(here.rejected["reason"])
        pd.testing.assert_frame_equal(
            *(crm.summarize(one.log, as_of="2024-12-31") for one in (there, here)),
            check_index_type=False,
        )


# --- days far from all others -------------------------------------------------------------


PLACEHOLDERS = [
    *("0001-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1904-01-01"),
    *("1969-12-31", "1970-01-01", "1980-01-06", "2000-01-01"),
]


def test_days_that_stand_for_none_are_refused_and_told():
    log = sound_log()
    for day in PLACEHOLDERS:
        log = plus(log, 2, date=pd.Timestamp(day))
    reading = crm.check_transactions(log)
    pd.testing.assert_frame_equal(reading.log, sound_log())
    assert reading.rejected["row"].tolist() == list(range(400, 420))
    share = 10 * log["amount"].head(2).sum() / log["amount"].sum()
    days = "2023-01-01 to 2024-12-29: 0001-01-01, 1753-01-01, 1899-12-30 and 7 more"
    said = f"date: far from all others, {days} (20 rows, {share:.1%} of spend)."
    assert said in "\n".join(reading.notes)
    refused(log, "since='…': row 400")


def test_a_placeholder_that_is_meant_is_kept_on_request():
    log = plus(sound_log(), date=pd.Timestamp("1970-01-01"))
    assert len(crm.read_transactions(log, since="1970-01-01")) == 401
    assert told(log, since="1970-01-01") == ""
    since = crm.check_transactions(log, since="2023-01-01")
    pd.testing.assert_frame_equal(since.log, sound_log())
    assert since.left_out[["column", "value", "rows"]].values.tolist() == [
        ["date", "before 2023-01-01", 1]
    ]


@pytest.mark.parametrize("day", ["1023-05-17", "0024-03-05", "2013-05-17"])
def test_a_year_typed_wrong_is_kept_and_told(day):
    log = plus(sound_log(), date=pd.Timestamp(day))
    assert f"far from all others, 2023-01-01 to 2024-12-29: {day} (1 row, " in told(log)
    assert "since='2023-01-01'" in told(log)
    assert len(crm.read_transactions(log)) == 401


def test_a_last_day_far_behind_all_others_is_told_as_well():
    log = sound_log().assign(date=lambda log: log["date"] - pd.Timedelta(days=3650))
    log = plus(log, date=pd.Timestamp("2022-02-02"))
    assert "2015-01-01: 2022-02-02 (1 row" in told(log)
    assert "as_of='2015-01-01'" in told(log)


def test_a_placeholder_does_not_hide_a_year_typed_wrong():
    log = plus(plus(sound_log(), date=pd.Timestamp("1900-01-01")), date=pd.Timestamp("2012-07-07"))
    assert ": 2012-07-07 (1 row" in told(log)
    assert len(crm.check_transactions(log).rejected) == 1


def test_many_rows_of_a_placeholder_are_found_too():
    log = plus(sound_log(), 400, date=pd.Timestamp("1970-01-01"))
    assert len(crm.check_transactions(log).rejected) == 400


def test_days_of_years_are_no_placeholders():
    years = pd.to_datetime([f"{year}-01-01" for year in range(2005, 2025)] * 20)
    log = pd.DataFrame({"customer_id": "a", "date": years, "amount": 1.0})
    for logs in ([log], [log, sound_log()]):  # alone, and beside days of the last two
        log = pd.concat(logs, ignore_index=True)
        assert "far from" not in told(log)
        rejected = crm.check_transactions(plus(log, 3, date=pd.Timestamp("1900-01-01"))).rejected
        assert len(rejected) == 3


@given(
    st.dates(dt.date(1960, 1, 1), dt.date(2020, 1, 1)),
    st.lists(st.integers(0, 365), min_size=12, max_size=40),
    st.sampled_from([dt.date(1, 1, 1), dt.date(1753, 1, 1), dt.date(1900, 1, 1)]),
)
def test_days_that_follow_one_another_are_never_far_and_a_placeholder_always_is(first, gaps, far):
    numbers = pd.Series(np.cumsum(gaps)).value_counts().sort_index()
    days = [first + dt.timedelta(days=int(number)) for number in numbers.index]
    table = pd.DataFrame({"day": days, "rows": numbers.to_numpy(), "amount": 1.0})
    found = far_days(table)
    assert found.placeholders.empty
    assert found.strays.empty
    found = far_days(pd.concat([pd.DataFrame({"day": [far], "rows": 1, "amount": 1.0}), table]))
    assert found.placeholders["day"].tolist() == [far]


# --- ids that are no customers --------------------------------------------------------------


def test_one_id_with_many_times_the_rows_of_any_other_is_told_and_left_out_on_request():
    log = plus(sound_log(), 100, customer_id="0")
    share = log.loc[log["customer_id"] == "0", "amount"].sum() / log["amount"].sum()
    assert f"'0' (100 rows, {share:.1%} of spend). Nobody else has more than" in told(log)
    assert "not_customers=['0']" in told(log)
    pd.testing.assert_frame_equal(crm.read_transactions(log, not_customers="0"), sound_log())
    numbers = log.assign(customer_id=log["customer_id"].str.removeprefix("C").astype(int) + 5)
    assert "'5' (" in told(numbers.assign(customer_id=numbers["customer_id"]))
    assert len(crm.read_transactions(numbers, not_customers=[5])) < len(log) - 99


def test_two_tills_do_not_hide_each_other():
    log = plus(plus(sound_log(), 200, customer_id="T1"), 150, customer_id="T2")
    assert "not_customers=['T1', 'T2']" in told(log)


NOBODY = [
    *("guest", "Guest ", "walk-in", "Walk In Customer", "anonymous", "(not set)", "?"),
    *("散客", "游客"),
]


@pytest.mark.parametrize("word", NOBODY)
def test_a_word_for_nobody_is_told_however_seldom_it_stands(word):
    assert f"{word.strip()!r} (2 rows" in told(plus(sound_log(), 2, customer_id=word))


def test_words_for_nobody_are_left_out_on_request():
    log = sound_log()
    for word in NOBODY:
        log = plus(log, customer_id=word)
    words = [word.strip() for word in NOBODY]
    pd.testing.assert_frame_equal(crm.read_transactions(log, not_customers=words), sound_log())


def test_an_id_to_leave_out_that_nobody_has_is_told():
    assert told(sound_log(), not_customers=["gust"]) == "customer_id: no row has 'gust'."


def test_good_customers_and_small_shops_are_no_tills():
    assert told(plus(sound_log(), 10, customer_id="C001")) == ""
    assert "no single person" not in told(sound_log(customers=3))


SHORTENED = ["1.23457E+11", "1.23457e+11", "1,23457E+11", "1E+11", "1.2345678E+15", "6.9E+12"]
WHOLE = ["1e5", "1E5", "1.2E+03", "1.23456789012E+11", "A1.5E+11", "E+11"]


@pytest.mark.parametrize("build", ENGINES.values(), ids=ENGINES)
def test_an_id_that_a_spreadsheet_has_shortened_is_refused_and_no_other(build):
    log = sound_log()
    for id_ in (*SHORTENED, *WHOLE):
        log = plus(log, customer_id=id_)
    rejected = crm.check_transactions(build(log)).rejected
    assert sorted(rejected["customer_id"]) == sorted(SHORTENED)
    assert rejected["reason"].str.contains("export the column as text").all()


PAIRS = [("12345", "12345.0"), ("7", "007"), ("a@x.org", "A@x.org"), ("0012.00", "12")]


@pytest.mark.parametrize("build", ENGINES.values(), ids=ENGINES)
def test_ids_written_in_two_ways_are_told_and_one_on_request(build):
    log = sound_log()
    for one, other in PAIRS:
        log = plus(plus(log, 3, customer_id=one), 2, customer_id=other)
    reading = crm.check_transactions(build(log))
    assert "8 ids differ from another one only by a final '.0'" in "\n".join(reading.notes)
    assert "(20 rows, " in "\n".join(reading.notes)
    ids = crm.summarize(reading.log, as_of="2024-12-31").index
    assert {id_ for pair in PAIRS for id_ in pair} <= set(ids)
    folded = crm.check_transactions(build(log), fold_ids=True)
    assert len(crm.summarize(folded.log, as_of="2024-12-31")) == len(ids) - 4
    assert "differ" not in "\n".join(folded.notes)
    without = crm.check_transactions(build(log), fold_ids=True, not_customers=["A@X.ORG", "007"])
    assert without.left_out["rows"].tolist() == [5, 5]


def test_marks_that_guard_ids_from_a_spreadsheet_are_taken_off_and_counted():
    log = sound_log(4).assign(customer_id=['="0012"', "'0012", "`0012", "'t Hooft"])
    assert crm.read_transactions(log)["customer_id"].tolist() == ["0012"] * 3 + ["'t Hooft"]
    assert "guard against a spreadsheet taken off 3 values" in told(log)


def test_ids_that_are_written_in_one_way_stay_as_they_are():
    log = sound_log().assign(customer_id="00" + sound_log()["customer_id"].str[1:] + ".0")
    assert told(log) == ""
    assert crm.read_transactions(log)["customer_id"].tolist() == log["customer_id"].tolist()


@pytest.mark.parametrize("kind", ["str", "int64"])
def test_long_ids_cut_to_zeros_are_told(kind):
    long = (10**17 + np.arange(400) % 50 * 10**6 + 123_456_789).astype(kind)
    log = sound_log().assign(customer_id=long)
    assert "zeros after digit 15" not in told(log)
    cut = (10**17 + np.arange(400) % 50 * 10**3).astype(kind)
    assert "50 ids such as 100000000000000000 have zeros" in told(log.assign(customer_id=cut))


def test_a_column_of_orders_in_place_of_people_is_told_with_one_of_people():
    log = sound_log(customers=400).assign(email=sound_log()["customer_id"], city="x")
    log["customer_id"] = [f"o{number}" for number in range(400)]
    assert "only 0 of 400 customers bought on more than one day" in told(log)
    assert "customer='email'" in told(log)
    assert told(log, customer="email") == ""
    assert "customer='…'" in told(log.drop(columns="email"))
    # Lines of an order share its number.
    lines = pd.concat([log, log], ignore_index=True)
    assert "only 0 of 400" in told(lines)
    assert "more than one day" not in told(log.assign(date=log["date"].min()))


# --- states of orders -----------------------------------------------------------------------

STATES = {
    "nothing": (
        "cancelled, Canceled, failed, pending, voided, on-hold, unpaid, expired, declined, "
        "checkout-draft, trash, requires_payment_method, authorized, awaiting payment, "
        "wc-cancelled, wc-failed, 交易关闭, 已取消, 等待买家付款, 待付款, 未付款, 支付失败, "
        "已作废, 交易超时关闭, storniert, annulé, キャンセル"
    ),
    "refund": (
        "refunded, partially_refunded, Refund, returned, chargeback, reversed, 退款, 退款成功, "
        "已退款, 部分退款, 退货, remboursé, reembolsado, 返品"
    ),
    "sold": (
        "paid, completed, processing, fulfilled, Shipped, delivered, succeeded, captured, "
        "wc-completed, not refunded, 交易成功, 已完成, 已付款, 卖家已发货, 已签收, 没有申请退款, "
        "未退款"
    ),
}


@pytest.mark.parametrize(
    ("state", "kind"), [(one, kind) for kind, all_ in STATES.items() for one in all_.split(", ")]
)
def test_what_a_state_means(state, kind):
    assert kind_of(state) == kind


def exported(column="status", undone="cancelled", returned="refunded", sold="paid"):
    """A log with 40 rows of orders undone, and 20 refunds in rows of their own."""
    log = sound_log().assign(**{column: sold})
    return plus(plus(log, 40, **{column: undone}), 20, **{column: returned})


@pytest.mark.parametrize(
    ("column", "states"),
    [
        ("status", {}),
        ("Financial Status", {"undone": "voided"}),
        ("订单状态", {"undone": "交易关闭", "returned": "退款", "sold": "交易成功"}),
        ("退款状态", {"undone": "关闭", "returned": "退款成功", "sold": "没有申请退款"}),
        ("Type", {"undone": "failed charge", "returned": "Refund", "sold": "Charge"}),
        ("order_state", {"undone": "3", "returned": "7", "sold": "1"}),
    ],
)
def test_a_column_of_states_is_told_with_counts_and_what_the_user_says_is_done(column, states):
    log, names = exported(column, **states), {"undone": "cancelled", **states}
    total = log["amount"].sum()
    undone, sold = names["undone"], names.get("sold", "paid")
    returned = names.get("returned", "refunded")
    for state, rows in ((sold, 400), (undone, 40), (returned, 20)):
        share = log.loc[log[column] == state, "amount"].sum() / total
        assert f"{state!r}: {rows} rows, {share:.1%} of spend" in told(log)
    assert "keep=[" in told(log)
    paid = sound_log()["amount"]
    kept = crm.read_transactions(log, keep=sold)
    assert len(kept) == 400
    assert kept["amount"].sum() == pytest.approx(paid.sum())
    both = crm.check_transactions(log, keep=[sold], refunds=[returned], status=column)
    assert both.log["amount"].sum() == pytest.approx(paid.sum() - paid.head(20).sum())
    assert both.left_out[["column", "value", "rows"]].values.tolist() == [[column, undone, 40]]
    assert "20 amounts above 0" in "\n".join(both.notes)


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "paid"},
        {"status": ["completed", "processing"] * 200},
        {"marital_status": ["single", "married"] * 200},
        {"order_type": ["online", "shop"] * 200},
        {"status": [f"note {number}" for number in range(400)]},
        {"customer_status": 3.5},
        {"is_cancelled": False},
        {"returns": [0, 1, 2, 3] * 100},
        {"refunded_at": ["", "2024-05-17"] * 200},
    ],
)
def test_a_column_that_says_nothing_against_a_purchase_is_not_told(columns):
    assert told(sound_log().assign(**columns)) == ""


@pytest.mark.parametrize(("yes", "no"), [(True, False), ("TRUE", ""), (1, 0), ("是", "否")])
@pytest.mark.parametrize("column", ["is_cancelled", "refunded", "是否退款"])
def test_a_column_of_yes_and_no_is_one_of_states_too(column, yes, no):
    log = sound_log().assign(**{column: [yes] * 40 + [no] * 360})
    assert ": 40 rows, " in told(log)
    assert len(crm.read_transactions(log, keep=str(no))) == 360


def test_refunds_written_below_0_are_taken_off_already():
    log = sound_log().assign(status="paid")
    log = pd.concat([log, log.head(20).assign(status="refunded", amount=-1.0)], ignore_index=True)
    assert told(log) == ""
    assert crm.read_transactions(log, refunds="refunded")["amount"].sum() == log["amount"].sum()


def test_every_state_of_a_column_that_the_user_names_is_told():
    log = sound_log().assign(stage=["won", "lost"] * 200)
    assert told(log) == ""
    assert "'lost': 200 rows" in told(log, status="stage")
    assert len(crm.read_transactions(log, status="stage", keep="won")) == 200


def test_what_the_user_says_of_states_is_refused_where_it_fits_none_or_two():
    log = exported()
    refused(log, "No row has one of the states 'done'.*status holds 'paid': 400", keep="done")
    refused(sound_log(), "no column of states is recognised.*status='…'", keep="paid")
    refused(log.assign(pay_status=log["status"]), "More than one column.*status", keep="paid")
    refused(log, "no column 'state'", status="state")
    notes = told(log.assign(number=range(460)), keep=["paid", "done"])
    assert "status: no row has 'done'." in notes
    refused(log.assign(number=range(460)), "too many different values", status="number", keep="1x")


def test_numbers_of_states_with_gaps_are_whole():
    log = sound_log().assign(order_status=[1, 2, None, 2] * 100)
    assert "'2': 200 rows" in told(log)
    assert len(crm.read_transactions(log, keep=[1, 2])) == 300


def test_of_two_columns_of_states_each_is_told_and_the_one_meant_is_found():
    log = exported().assign(pay_status=["done"] * 450 + ["failed"] * 10)
    assert "status: states of orders" in told(log)
    assert "pay_status: states of orders" in told(log)
    assert len(crm.read_transactions(log, keep="done")) == 450


def test_rows_that_are_left_out_need_no_date_and_those_refused_are_told_by_state():
    log = exported(undone="cancelled")
    log.loc[log["status"] == "cancelled", "date"] = pd.NaT
    error = refused(log, "40 rows of the log cannot be used")
    assert "no purchases by their state: 'cancelled' (40)" in str(error)
    assert len(crm.read_transactions(log, keep="paid")) == 400
    refused(log, "all rows are left out", not_customers=log["customer_id"].unique().tolist())


# --- quantity × price -----------------------------------------------------------------------

LINES = pd.DataFrame(
    {
        "InvoiceNo": ["536365", "536365", "C536379"],
        "Quantity": [6, 8, -1],
        "InvoiceDate": ["12/1/2010 8:26", "12/13/2010 8:26", "12/14/2010 9:41"],
        "UnitPrice": [2.55, 2.75, 27.5],
        "CustomerID": [17850, 17850, 14527],
    }
)


def test_quantity_and_price_are_offered_and_their_product_is_read():
    error = refused(LINES, "how much was paid")
    assert "quantity='Quantity', price='UnitPrice'" in str(error)
    for named in ({"quantity": "Quantity", "price": "UnitPrice"}, {"price": "UnitPrice"}):
        log = crm.read_transactions(LINES, **named)
        assert log["amount"].tolist() == pytest.approx([15.3, 22.0, -27.5])
        assert list(log) == ["customer_id", "date", "amount", "order_id"]
    assert "Quantity × UnitPrice is read" in told(LINES, quantity="Quantity")
    refused(
        LINES.rename(columns={"Quantity": "pieces1"}), "how many were bought", price="UnitPrice"
    )
    refused(LINES, "not both", amount="UnitPrice", quantity="Quantity")
    assert "quantity=" not in str(refused(LINES.drop(columns="Quantity"), "how much was paid"))


@pytest.mark.parametrize("build", ENGINES.values(), ids=ENGINES)
def test_every_engine_multiplies_and_refuses_what_is_missing(build):
    log = sound_log(20).assign(quantity=2.0, price=sound_log(20)["amount"]).drop(columns="amount")
    log.loc[3, "quantity"], log.loc[5, "price"], log.loc[7, "price"] = None, None, float("inf")
    reading = crm.check_transactions(build(log), quantity="quantity")
    assert sorted(reading.rejected["reason"]) == ["an infinite price", "no price", "no quantity"]
    spend = crm.summarize(reading.log, as_of="2024-12-31")["spend"].sum()
    assert spend == pytest.approx(2 * log["price"].drop([3, 5, 7]).sum())


def test_text_is_read_in_both_columns(tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text(
        "customer,date,qty,单价\na,2024-01-05,3,¥1.10\na,2024-01-06,-1,¥2\nb,2024-01-06,x,1\n"
    )
    reading = crm.check_transactions(path, quantity="qty")
    assert reading.log["amount"].tolist() == pytest.approx([3.3, -2.0])
    assert reading.rejected[["row", "column", "value"]].values.tolist() == [[4, "qty", "x"]]


# --- on the command line ----------------------------------------------------------------------


def test_the_command_line_tells_it_in_options_and_the_options_do_it(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    few = {0: "a", 1: "b", 2: "c"}  # a page of three customers is a short one
    log = exported().assign(customer_id=lambda log: (log.index % 3).map(few))
    log = plus(log, 100, customer_id="guest", status="paid")
    log["price"], log["quantity"] = log.pop("amount"), 1
    plus(log, date=pd.Timestamp("1900-01-01")).to_csv("log.csv", index=False)
    assert cli.main(["report", "log.csv"]) == 2
    assert "--quantity quantity, --price price" in capsys.readouterr().err
    product = ["report", "log.csv", "--quantity", "quantity"]
    assert cli.main(product) == 2
    assert "say --since …: row 562" in capsys.readouterr().err
    checked = report._checked(tmp_path / "log.csv", "reject", {"price": "price"}, lambda *_: None)
    notes = "\n".join(checked.notes)
    for way_out in ("--keep paid", "--refund refunded", "--not-customer guest", "--since 1900-"):
        assert way_out in notes
    assert "=" not in notes
    decided = ["--keep", "paid", "--refund", "refunded", "--not-customer", "guest"]
    assert cli.main([*product, *decided, "--since", "2000-01-01", "--fold-ids"]) == 0
    page = (tmp_path / "log_report.html").read_text(encoding="utf-8")
    assert "rows left out on request" in page
    paid = sound_log()["amount"]
    spend = pd.read_csv("log_report_customers.csv")["spend"].sum()
    assert spend == pytest.approx(paid.sum() - paid.head(20).sum())
