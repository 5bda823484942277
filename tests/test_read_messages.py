"""What a file is answered with leads out: a format that reads it, a share, an option."""

import datetime as dt
import re

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlab as crm
from crmlab.logs import parsing

HEADER = "customer_id,date,amount"


def log_of(dates, amounts=None, **columns):
    count = len(dates)
    base = {"customer_id": "a", "date": dates, "amount": amounts or [1.0] * count, **columns}
    return pd.DataFrame(base)


def refusal_of(log, **options):
    with pytest.raises(crm.TransactionError) as caught:
        crm.read_transactions(log, **options)
    return caught.value


def notes_of(log):
    return "\n".join(crm.check_transactions(log).notes)


# --- a format that is offered reads the column ----------------------------------------------

EPOCH = dt.datetime(1970, 1, 1)
OPEN = {
    "day-first": ["%d{0}%m{0}%Y", "%d{0}%m{0}%y"],
    "month-first": ["%m{0}%d{0}%Y", "%m{0}%d{0}%y"],
    "year-first": ["%y{0}%m{0}%d"],
}
TIMES = ["", " %H:%M", " %H:%M:%S", " %I:%M:%S %p", ", %H:%M"]
moments = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2024, 12, 31)).map(
    lambda moment: moment.replace(microsecond=0)
)


@settings(deadline=None, max_examples=25)
@given(
    moments=st.lists(moments, min_size=1, max_size=6),
    order=st.sampled_from([*OPEN, "excel", "unix"]),
    form=st.integers(0, 1),
    sign=st.sampled_from("/-."),
    times=st.lists(st.sampled_from(TIMES), min_size=6, max_size=6),
    gap=st.booleans(),
)
def test_every_format_that_is_offered_reads_the_whole_column(
    moments, order, form, sign, times, gap
):
    if order == "excel":
        spans = [moment - dt.datetime(1899, 12, 30) for moment in moments]
        cells = [str(span.days + span.seconds / 86_400) for span in spans]
    elif order == "unix":
        seconds = [int((moment - EPOCH).total_seconds()) for moment in moments]
        cells = [str(one * (1000 if form and one >= 10**9 else 1)) for one in seconds]
    else:
        forms = [OPEN[order][form % len(OPEN[order])].format(sign) + time for time in times]
        cells = [moment.strftime(form) for moment, form in zip(moments, forms, strict=False)]
        forms = forms[: len(moments)]
        moments = [dt.datetime.strptime(c, form) for c, form in zip(cells, forms, strict=True)]
    text = pd.Series([*cells, None] if gap else cells, dtype="str")
    try:
        values, problems, _notes = parsing.parse_each_once(text, parsing.parse_dates)
        message = " ".join(problems.dropna().unique())
    except crm.TransactionError as error:
        values, message = None, str(error)
    if values is not None and not message:
        assert values.dropna().tolist() == moments  # the column settles it
        return
    offered = set(re.findall(r"date_format='([^']*)'", message))
    assert order in offered
    for date_format in offered:
        read, problems, _notes = parsing.parse_each_once(
            text, parsing.parse_dates, date_format=date_format
        )
        assert problems.isna().all(), (date_format, problems)
        if date_format == order:
            assert read.dropna().tolist() == moments


def test_what_is_offered_reads_the_file_that_was_answered_with_a_format_that_did_not():
    log = log_of(["12/1/2010 10:03", "12/2/2010 08:01"])
    assert "date_format='month-first'" in str(refusal_of(log))
    read = crm.read_transactions(log, date_format="month-first")
    assert read["date"].tolist() == [
        dt.datetime(2010, 12, 1, 10, 3),
        dt.datetime(2010, 12, 2, 8, 1),
    ]


def test_an_order_is_offered_only_if_it_reads_all_years_of_two_digits():
    message = str(refusal_of(log_of(["25/03/24", "01/02/24"])))
    assert "date_format='day-first'" in message
    assert "month-first" not in message
    assert "date_format" not in str(refusal_of(log_of(["25/03/24", "03/25/24"])))


def test_numbers_that_count_days_stand_beside_dates_that_are_written():
    """A spreadsheet turns into numbers what it takes for a date, and leaves the rest."""
    read = crm.read_transactions(log_of(["45000", "45000.75", "13/04/2024"]), date_format="excel")
    assert read["date"].astype("str").tolist() == [
        *["2023-03-15 00:00:00", "2023-03-15 18:00:00", "2024-04-13 00:00:00"]
    ]


@pytest.mark.parametrize("date_format", parsing.WAYS)
def test_a_way_to_read_dates_changes_none_that_are_clear(date_format):
    dates = ["2024-03-04", "5 Mar 2024", "2024年3月6日"]
    read = crm.read_transactions(log_of(dates), date_format=date_format)
    assert read["date"].dt.day.tolist() == [4, 5, 6]


def test_counts_since_1970_are_converted_to_the_place_asked_for():
    log = log_of(["1704467045", "1704467045123", "1704467045123.00", "1704467045123456"])
    read = crm.read_transactions(log, date_format="unix", timezone="Asia/Shanghai")
    assert read["date"].dt.floor("s").unique() == [pd.Timestamp("2024-01-05 23:04:05")]


@pytest.mark.parametrize("date_format", ["day-first", "month-first"])
def test_the_fast_way_reads_an_order_as_the_close_look_does(date_format):
    text = pd.Series(["03/04/2024 10:00", "05/06/2024 11:30", ""], dtype="str")
    values, notes = parsing.dates_of_one_form(text, date_format)
    closely, problems, said = parsing.parse_each_once(
        text, parsing.parse_dates, date_format=date_format
    )
    pd.testing.assert_series_equal(values, closely)
    assert (notes, problems.isna().all()) == (said, True)


def test_an_encoding_that_is_offered_reads_the_file(tmp_path):
    # Bytes that cp1252 does not know.
    for content in ("Käse".encode("cp1252"), b"K\x81\x8dse"):
        path = tmp_path / "log.csv"
        path.write_bytes(f"{HEADER}\n".encode() + content + b",2024-03-04,5\n")
        encoding = re.search("encoding='([^']*)'", str(refusal_of(path)))[1]
        assert len(crm.read_transactions(path, encoding=encoding)) == 1


# --- rejection ------------------------------------------------------------------------------


def test_leaving_rows_out_says_what_share_of_spend_it_drops():
    log = log_of(["2024-01-01", "2024-01-02", "never", "2024-01-04"], [10.0, 20.0, 70.0, -5.0])
    assert "which drops 25.0% of the rows with 70.0% of spend." in str(refusal_of(log))
    lazy = pl.DataFrame(
        {"customer_id": ["a", None], "date": [dt.date(2024, 1, 1)] * 2, "amount": [30.0, 10.0]}
    ).lazy()
    assert "which drops 50.0% of the rows with 25.0% of spend." in str(refusal_of(lazy))


def test_amounts_that_cannot_be_read_are_not_counted_as_nothing():
    log = log_of(["2024-01-01", "never", "2024-01-03"], ["30", "10", "much"])
    error = refusal_of(log)
    assert "66.7% of the rows with 25.0% of the spend that can be read (1 of them" in str(error)
    assert error.rejected["spend"].fillna(-1).tolist() == [10.0, -1.0]


def test_rejection_is_not_the_way_out_where_it_leaves_nothing():
    error = str(refusal_of(log_of(["never", "soon"])))
    assert "without them no row is left" in error
    assert "reject'" not in error


# --- rows that repeat one another -----------------------------------------------------------


def test_equal_lines_of_an_order_are_not_called_rows_sent_twice():
    lines = {"order_id": ["1", "1", "1", "2"]}
    log = log_of(["2024-01-01"] * 4, [5.0, 5.0, 9.0, 5.0], **lines)
    assert "1 row repeats another one" in notes_of(log)
    assert "the lines of orders" in notes_of(log)
    assert "sent twice" not in notes_of(log)
    without = log.drop(columns="order_id").assign(date="2024-01-01 10:30:00")
    assert "the lines of orders" in notes_of(without)
    assert "drop" not in notes_of(without)


def test_equal_orders_may_have_been_sent_twice():
    log = log_of(["2024-01-01"] * 3, [5.0, 5.0, 9.0], order_id=["1", "1", "2"])
    assert "sent twice" in notes_of(log)
    assert "sent twice" in notes_of(log_of(["2024-01-01"] * 3, [5.0, 5.0, 9.0]))


# --- small inputs that once failed ----------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "sums"),
    [
        (["₹1,23,456.00", "₹500.00"], 123_956.0),
        (["1.5E+03", "20", "7.105427357601002e-15"], 1520.0),
        (["3851元", "4566元", "1.88万"], 27_217.0),
    ],
)
def test_amounts_that_were_refused_are_read(cells, sums):
    log = crm.read_transactions(log_of(["2024-01-05"] * len(cells), cells))
    assert log["amount"].sum() == pytest.approx(sums, abs=1e-9)


def test_a_group_buying_export_is_read_without_an_option(tmp_path):
    path = tmp_path / "企业团购.csv"
    lines = [
        "订单编号,买家昵称,付款时间,实付金额,订单状态",
        "3021458800008322521,tb4973765,2024/1/1 08:53,3851元,交易成功",
        "3021458800030581874,陈**149,2024/1/8 11:58,1.88万,交易成功",
    ]
    path.write_bytes("\n".join(lines).encode("gb18030"))
    log = crm.read_transactions(path)
    assert log["amount"].tolist() == [3851.0, 18_800.0]
    assert log["order_id"].tolist() == ["3021458800008322521", "3021458800030581874"]


# --- what public reports tell -----------------------------------------------------------------


def test_days_of_a_report_are_those_that_the_reporter_counted():
    """https://github.com/CamDavidsonPilon/lifetimes/issues/48: read as months, 150 days of 298."""
    days = ["08/03/2014", "21/05/2014", "14/03/2014", "09/04/2014", "21/05/2014"]
    log = crm.read_transactions(log_of(days, customer_id=["0", "1", "2", "2", "2"]))
    table = crm.summarize(log, as_of="2014-12-31")
    assert table["T"].tolist() == [298, 224, 292]
    assert table["t_x"].tolist() == [0, 0, 68]


def test_a_format_with_the_month_first_keeps_the_last_row():
    """https://github.com/pymc-labs/pymc-marketing/issues/2744: 49 days of 75."""
    log = crm.read_transactions(log_of(["11/01/2025", "12/20/2025", "01/15/2026"], [50, 60, 70]))
    table = crm.summarize(log)
    assert table[["x", "t_x", "T"]].iloc[0].tolist() == [2, 75, 75]
    assert table["mean_repeat_spend"].tolist() == [65.0]


def test_the_bill_of_a_payment_service_is_read_below_its_titles(tmp_path):
    """https://github.com/mayswind/ezbookkeeping/issues/123: tabs behind the numbers, 13 titles."""
    lines = [
        *["微信支付账单明细,,,,", "微信昵称：[x],,,,", ",,,,", "共2笔记录,,,,", "注：,,,,"],
        *["1. 充值/提现,,,,", "----------------------微信支付账单明细列表--------------------,,,,"],
        "交易时间,交易对方,金额(元),当前状态,交易单号",
        "2025-12-11 18:14:13,成都地铁,¥4.50,支付成功,4200002986202512113091615320\t",
        "2025-12-11 08:55:09,成都地铁,¥4.50,支付成功,4200002892202512111075889183\t",
    ]
    path = tmp_path / "bill.csv"
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    reading = crm.check_transactions(path, customer="交易对方", amount="金额(元)")
    assert reading.log["amount"].tolist() == [4.5, 4.5]
    assert "6 rows above the header are skipped" in "\n".join(reading.notes)


def test_an_export_of_payments_is_read_with_its_spaces_groups_and_brackets(tmp_path):
    """https://github.com/egh/ledger-autosync/issues/34 and firefly-iii/firefly-iii/issues/1087."""
    lines = [
        "Date, Time, Time Zone, Name, Type, Status, Currency, Gross, Fee, Net, From Email Address, "
        "To Email Address, Transaction ID, Balance, ",
        '"6/21/2017","07:22:17","EDT","B","Refund","Completed","USD","$(100.00)","0.00","-100.00",'
        '"b@x.example","me@x.example","68227","4,764.38",',
        '"6/20/2017","22:34:28","EDT","A","Payment","Completed","USD","$1,560.00","-68.94",'
        '"1,491.06","a@x.example","me@x.example","32N21","4,864.38",',
    ]
    path = tmp_path / "paypal.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    log = crm.read_transactions(path)
    assert log["amount"].tolist() == [-100.0, 1560.0]
    assert log["customer_id"].tolist() == ["b@x.example", "a@x.example"]
