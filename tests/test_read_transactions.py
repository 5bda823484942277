"""Foreign tables: what is repaired and said, what is refused and how, what is never changed."""

import codecs
import datetime as dt
import gzip
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import crmlab as crm
from crmlab.logs import parsing

HEADER = "customer_id,date,amount"
GOOD = ["007,2024-03-04,12.50", "8,2024-03-05,3.00"]


@pytest.fixture
def write(tmp_path):
    """Write lines (text or bytes) to a file and return its path."""

    def write(lines, name="log.csv", encoding="utf-8"):
        path = tmp_path / name
        content = lines if isinstance(lines, bytes) else "\n".join(lines).encode(encoding)
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return path

    return write


@pytest.fixture(params=["en", "zh"])
def _either_language(request):
    crm.use_language(request.param)
    yield
    crm.use_language("en")


def frame(**columns):
    base = {"customer_id": ["a", "b"], "date": ["2024-03-04", "2024-03-05"], "amount": [1.0, 2.0]}
    return pd.DataFrame({**base, **columns})


def notes_of(source, **options):
    return "\n".join(crm.check_transactions(source, **options).notes)


def amounts_of(values, **options):
    dates = ["2024-01-01"] * len(values)
    log = pd.DataFrame({"customer_id": "a", "date": dates, "amount": values})
    return crm.read_transactions(log, **options)["amount"].tolist()


def dates_of(values, **options):
    log = pd.DataFrame({"customer_id": "a", "date": values, "amount": 1.0})
    return crm.read_transactions(log, **options)["date"].tolist()


def refused(source, match, **options):
    with pytest.raises(crm.TransactionError, match=match) as caught:
        crm.read_transactions(source, **options)
    return caught.value


def only(rejected):
    assert len(rejected) == 1
    return rejected.iloc[0]


# --- a clean log ------------------------------------------------------------------------


def test_a_clean_file_is_read_without_a_word(write, capsys):
    log = crm.read_transactions(write([HEADER + ",order_id", *[row + ",A1" for row in GOOD]]))
    assert log["customer_id"].tolist() == ["007", "8"]
    assert log["date"].tolist() == [pd.Timestamp("2024-03-04"), pd.Timestamp("2024-03-05")]
    assert log["date"].dtype == "datetime64[us]"
    assert log["amount"].tolist() == [12.5, 3.0]
    assert log["order_id"].tolist() == ["A1", "A1"]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "build", [pd.DataFrame, pl.DataFrame, pa.table, lambda log: pl.DataFrame(log).lazy()]
)
def test_a_clean_frame_comes_back_in_its_own_engine(build):
    source = build({"customer_id": ["007"], "date": [dt.date(2024, 3, 4)], "amount": [5]})
    log = crm.read_transactions(source)
    assert type(log) is type(source)
    summary = crm.summarize(log)
    assert summary.index.tolist() == ["007"]
    assert summary["spend"].tolist() == [5.0]


def test_a_relation_comes_back_as_a_relation():
    source = duckdb.sql("SELECT '007' AS customer_id, DATE '2024-03-04' AS date, 5 AS amount")
    log = crm.read_transactions(source)
    assert log.fetchall() == [("007", dt.datetime(2024, 3, 4), 5.0)]


def test_parquet_is_read(tmp_path):
    frame(date=[19970101, 19970102]).set_index("customer_id").to_parquet(tmp_path / "log.parquet")
    log = crm.read_transactions(tmp_path / "log.parquet")
    assert log["customer_id"].tolist() == ["a", "b"]
    assert log["date"].tolist() == [pd.Timestamp("1997-01-01"), pd.Timestamp("1997-01-02")]


def test_the_frame_of_the_caller_is_not_changed():
    source = frame(amount=["1,000.50", "2"], customer_id=[" a", "b"])
    before = source.copy(deep=True)
    crm.read_transactions(source)
    pd.testing.assert_frame_equal(source, before)


# --- any style that is clear reads back equal -------------------------------------------

AMOUNTS = {
    "plain": (lambda cents: f"{cents / 100:.2f}", "."),
    "thousands": (lambda cents: f"{cents / 100:,.2f}", "."),
    "yuan": (lambda cents: f"{'-' if cents < 0 else ''}¥{abs(cents) / 100:,.2f}", "."),
    "yuan after": (lambda cents: f"{cents / 100:.2f}元", "."),
    "euro": (lambda cents: f"{cents / 100:,.2f} €".translate(str.maketrans(",.", ".,")), ","),
    "space": (lambda cents: f"{cents / 100:,.2f}".replace(",", "\u00a0").replace(".", ","), ","),
    "swiss": (lambda cents: f"{cents / 100:,.2f}".replace(",", "’"), "."),
    "brackets": (lambda cents: f"({-cents / 100:.2f})" if cents < 0 else f"{cents / 100:.2f}", "."),
    "minus after": (lambda cents: f"{abs(cents) / 100:.2f}" + "-" * (cents < 0), "."),
    "minus sign": (lambda cents: f"{cents / 100:.2f}".replace("-", "−"), "."),
    "full width": (
        lambda cents: f"{cents / 100:.2f}".translate(
            str.maketrans("0123456789.-", "０１２３４５６７８９．－")
        ),
        ".",
    ),
}
DATES = {
    "iso": "%Y-%m-%d %H:%M:%S",
    "iso T": "%Y-%m-%dT%H:%M:%S",
    "iso zone": "%Y-%m-%dT%H:%M:%S+08:00",
    "slashes": "%Y/%m/%d %H:%M:%S",
    "digits": "%Y%m%d %H:%M:%S",
    "Chinese": "{0.year}年{0.month}月{0.day}日 %H:%M:%S",
    "day first": "%d/%m/%Y %H:%M:%S",
    "day first, points": "%d.%m.%Y %H:%M:%S",
    "month first": "%m/%d/%Y %I:%M:%S %p",
    "month name": "%d %b %Y %H:%M:%S",
    "month name first": "%B %d, %Y %H:%M:%S",
}
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "gb18030"]
IDS = ["007", "7", "客户甲", "客户乙", "a b", "C-1", 'say "hi"', "two\nlines", "semi;colon,tab\t|"]
# A row whose day cannot be a month settles the order for the column.
DECIDING = ("007", dt.datetime(2024, 2, 29, 23, 59, 59), 123456789)
rows = st.lists(
    st.tuples(
        st.sampled_from(IDS),
        st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2025, 1, 1)).map(
            lambda time: time.replace(microsecond=0)
        ),
        st.integers(-(10**8), 10**8),
    ),
    max_size=8,
)


def quoted(cell, delimiter):
    if any(mark in cell for mark in (delimiter, '"', "\n")):
        return '"' + cell.replace('"', '""') + '"'
    return cell


@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    rows=rows,
    amounts=st.sampled_from(list(AMOUNTS)),
    dates=st.sampled_from(list(DATES)),
    encoding=st.sampled_from(ENCODINGS),
    delimiter=st.sampled_from(",;\t|"),
    line_end=st.sampled_from(["\n", "\r\n"]),
    blank=st.booleans(),
    packed=st.booleans(),
    last_line_ends=st.booleans(),
)
def test_a_log_in_any_clear_style_reads_back_equal(
    tmp_path, rows, amounts, dates, encoding, delimiter, line_end, blank, packed, last_line_ends
):
    rows = [DECIDING, *rows]
    write_amount, _mark = AMOUNTS[amounts]
    lines = [delimiter.join(["客户编号", "下单日期", "备注", "金额"])]
    for customer, time, cents in rows:
        when = time.strftime(DATES[dates].replace("%Y", f"{time.year:04}")).format(time)
        cells = [customer, when, "好", write_amount(cents)]
        if encoding == "gb18030":  # the currency sign of Chinese keyboards
            cells[3] = cells[3].replace("¥", "￥").replace("−", "－")
        lines.append(delimiter.join(quoted(cell, delimiter) for cell in cells))
        lines += [""] * blank
    text = line_end.join(lines) + line_end * last_line_ends
    path = tmp_path / ("log.csv.gz" if packed else "log.csv")
    content = text.encode(encoding)
    path.write_bytes(gzip.compress(content) if packed else content)
    log = crm.read_transactions(path)
    assert log["customer_id"].tolist() == [customer for customer, _time, _cents in rows]
    assert log["date"].tolist() == [pd.Timestamp(time) for _customer, time, _cents in rows]
    assert log["amount"].tolist() == [cents / 100 for _customer, _time, cents in rows]


# --- columns ----------------------------------------------------------------------------


@pytest.mark.usefixtures("_either_language")
def test_a_missing_column_is_named_with_those_there_are(write):
    refused(write(["who,when,much", *GOOD]), "who", customer="whom")
    refused(write(["who,when,much", *GOOD]), "customer='")
    refused(frame().rename(columns={"amount": "x"}), "amount='")


def test_the_question_for_a_column_says_what_it_holds(write):
    error = refused(write(["customer_id,date,x", *GOOD]), "Which column says how much was paid")
    assert "'customer_id', 'date', 'x'" in str(error)
    assert "Name it: amount='…'" in str(error)


@pytest.mark.parametrize("named", [{}, {"amount": "amount"}])
def test_a_doubled_column_is_refused_by_name(write, named):
    refused(
        write([HEADER + ",amount", *[row + ",1" for row in GOOD]]), "'amount' stands 2", **named
    )
    doubled = pd.concat([frame(), frame()[["amount"]]], axis=1)
    refused(doubled, "'amount' stands 2", **named)
    refused(pa.Table.from_pandas(frame()).append_column("amount", [[1, 2]]), "'amount' stands 2")


def test_two_columns_that_fit_are_not_guessed_between():
    both = frame().rename(columns={"amount": "revenue"}).assign(turnover=1.0)
    refused(both, "More than one could be meant: 'revenue', 'turnover'")
    assert crm.read_transactions(both, amount="revenue")["amount"].tolist() == [1.0, 2.0]


def test_one_column_for_two_parts_is_refused():
    refused(frame(), "One column is named for two parts", customer="date", date="date")


def test_a_file_of_a_hundred_columns_is_read_and_its_error_stays_short(write):
    names = [f"c{number}" for number in range(97)]
    lines = [",".join([*names, "会员号", "日期", "金额"])]
    lines += [",".join(["x"] * 97 + row.split(",")) for row in GOOD]
    assert crm.read_transactions(write(lines))["customer_id"].tolist() == ["007", "8"]
    error = refused(write(lines), "no column 'client'", customer="client")
    assert "and 88 more" in str(error)
    assert len(str(error)) < 300


def test_the_column_of_the_source_is_named_not_ours(write):
    path = write(["会员号,下单日期,金额", "1,soon,5", "2,2024-01-01,5"])
    error = refused(path, "下单日期: not a date: row 2")
    assert only(error.rejected)["column"] == "下单日期"


def test_column_names_that_are_numbers_can_be_named():
    log = crm.read_transactions(frame().set_axis([0, 1, 2], axis=1), customer=0, date=1, amount=2)
    assert log["amount"].tolist() == [1.0, 2.0]


# --- files ------------------------------------------------------------------------------


def test_files_that_are_not_there_or_hold_nothing_are_refused(write, tmp_path):
    refused(tmp_path / "no.csv", "no file .*Check the name")
    refused(tmp_path, "is a folder")
    refused(write(b""), "is empty")
    refused(write(b"\n\n"), "is empty")
    refused(write(codecs.BOM_UTF8), "is empty")
    refused(write(b"", name="log.csv.gz"), "is empty")
    refused(write([HEADER]), "a header but no rows")
    refused(write([HEADER, "", ""]), "a header but no rows")
    refused(frame().head(0), "a header but no rows")
    refused(pl.DataFrame(BAD_LOG).lazy().limit(0), "a header but no rows")


def test_broken_parquet_is_refused(write):
    refused(write(b"PAR1 not really"), "cannot be read as a table")


def test_a_broken_gzip_is_refused(tmp_path):
    whole = gzip.compress("\n".join([HEADER, *GOOD * 1000]).encode())
    for content in (whole[:-20], whole[:40] + bytes(20) + whole[60:]):
        (tmp_path / "log.csv.gz").write_bytes(content)
        refused(tmp_path / "log.csv.gz", "cannot be read as a table")


def test_something_that_is_no_table_is_refused():
    with pytest.raises(
        TypeError, match="pandas, Polars, PyArrow, DuckDB or PySpark frame, not list"
    ):
        crm.read_transactions([1, 2])


def test_a_byte_order_mark_before_a_quoted_name_is_taken_off(write):
    path = write(codecs.BOM_UTF8 + b'"customer_id","date","amount"\n007,2024-03-04,1\n')
    assert crm.read_transactions(path)["customer_id"].tolist() == ["007"]


def test_gb18030_is_recognised_and_said(write):
    path = write(["客户,日期,金额", "张三,2024-03-04,5", "李四,2024-03-04,6"], encoding="gb18030")
    assert crm.read_transactions(path)["customer_id"].tolist() == ["张三", "李四"]
    assert "read as gb18030" in notes_of(path)


@pytest.mark.usefixtures("_either_language")
def test_western_bytes_are_not_guessed(write):
    path = write([HEADER, "Käse,2024-03-04,5"], encoding="cp1252")
    refused(path, "encoding='cp1252'")
    assert crm.read_transactions(path, encoding="cp1252")["customer_id"].tolist() == ["Käse"]


def test_a_wrong_or_unknown_encoding_is_refused(write):
    path = write([HEADER, "Käse,2024-03-04,5"], encoding="cp1252")
    refused(path, "not written in utf-8", encoding="utf-8")
    refused(path, "no encoding 'klingon'", encoding="klingon")


def test_torn_lines_are_refused_with_their_row_and_shift_no_other(write):
    path = write([HEADER, "1,2024-03-04,5", "torn,line", "2,never,5", "3,2024-03-04,1,2", "4,,1"])
    error = refused(path, "4 rows of the log cannot be used")
    assert error.rejected["row"].tolist() == [3, 4, 5, 6]
    assert error.rejected["value"].tolist()[:3] == ["torn,line", "never", "3,2024-03-04,1,2"]
    assert "row 3 ('torn,line')" in str(error)
    assert "number of fields" in error.rejected["reason"][0]
    log = crm.read_transactions(path, bad_rows="reject")
    assert log["customer_id"].tolist() == ["1"]


def test_row_numbers_are_a_spreadsheets_after_empty_lines_and_line_breaks_in_cells(write):
    path = write(
        ["", HEADER.replace("date", '"da\nte"'), "", '"a\nb",2024-03-04,5', "torn", "", "c,never,5"]
    )
    reading = crm.check_transactions(path, date="da\nte")
    assert reading.rejected["row"].tolist() == [5, 7]
    assert reading.log["customer_id"].tolist() == ["a\nb"]
    assert "2 rows are empty and are skipped" in "\n".join(reading.notes)


def test_row_numbers_hold_in_a_file_of_several_blocks(write):
    body = ["1234567890,2024-03-04,12.50"] * 150_000
    body[100_000] = "torn"
    body[140_000] = "1,never,1"
    rejected = crm.check_transactions(write([HEADER, *body])).rejected
    assert rejected["row"].tolist() == [100_002, 140_002]


def test_a_quotation_mark_that_is_never_closed_loses_no_rows_in_silence(write):
    lines = [HEADER + ",note", "1,2024-03-04,5,ok", '2,2024-03-04,5,"open', "3,2024-03-04,5,lost"]
    refused(write(lines), "Row 3 .*quotation mark that is never closed")
    refused(write([*lines, *["3,2024-03-04,5,lost"] * 100_000]), "Row 3 .*never closed")
    inches = [HEADER + ",note", '1,2024-03-04,5,12" LP', '2,2024-03-04,5,"two\nlines"']
    assert len(crm.read_transactions(write(inches))) == 2


# --- customers --------------------------------------------------------------------------


def test_ids_are_not_changed(write):
    ids = ["007", "7", "1e5", "0x1F", "TRUE", "１２", "2024-01-01", "7.0"]
    path = write([HEADER, *[f"{name},2024-03-04,1" for name in ids]])
    assert crm.read_transactions(path)["customer_id"].tolist() == ids
    assert crm.read_transactions(frame(customer_id=["007", "7"]))["customer_id"].tolist() == [
        "007",
        "7",
    ]


def test_spaces_around_ids_are_taken_off_and_counted(write):
    path = write([HEADER, " a,2024-03-04,1", "a\u3000,2024-03-05,1", "b,2024-03-05,1"])
    assert crm.read_transactions(path)["customer_id"].tolist() == ["a", "a", "b"]
    assert "customer_id: spaces taken off 2 values" in notes_of(path)


@pytest.mark.parametrize("empty", ["", "  ", "NULL", "nan", "N/A"])
def test_a_row_without_a_customer_is_refused_with_its_row(write, empty):
    path = write([HEADER, *GOOD, f"{empty},2024-03-04,5"])
    error = refused(path, "customer_id: no customer: row 4")
    assert "bad_rows='reject'" in str(error)
    assert only(error.rejected)[["row", "column", "amount"]].tolist() == [4, "customer_id", "5"]


@pytest.mark.parametrize("ids", [[None, None], [np.nan, np.nan], [pd.NA, pd.NA]])
def test_a_customer_column_without_any_value_is_refused_row_by_row(ids):
    error = refused(frame(customer_id=ids), "2 rows of the log cannot be used")
    assert error.rejected["row"].tolist() == [0, 1]
    with pytest.raises(crm.TransactionError, match="cannot be used"):
        crm.read_transactions(pl.from_pandas(frame(customer_id=pd.array(ids, dtype="object"))))


def test_whole_numbers_that_became_floats_are_whole_again():
    source = frame(customer_id=[17.0, np.nan])
    log = crm.read_transactions(source, bad_rows="reject")
    assert log["customer_id"].tolist() == [17]
    assert str(log["customer_id"].dtype) == "Int64"


@pytest.mark.parametrize("ids", [[1.5, 2.0], [1e18, 2.0], [np.inf, 1.0]])
def test_ids_that_have_lost_digits_are_refused(ids):
    refused(frame(customer_id=ids), "'customer_id' holds decimal numbers.*as text")


def test_long_whole_ids_with_gaps_keep_every_digit():
    ids = [9_007_199_254_740_993, None]
    dates = [dt.date(2024, 1, 1)] * 2
    source = pl.DataFrame({"customer_id": ids, "date": dates, "amount": [1, 2]})
    log = crm.read_transactions(source, bad_rows="reject")
    assert log["customer_id"].to_list() == ids[:1]


def test_ids_of_several_types_become_text_and_this_is_said():
    source = frame(customer_id=pd.Series(["A7", 7], dtype=object))
    assert crm.read_transactions(source)["customer_id"].tolist() == ["A7", "7"]
    assert "values of several types are read as text" in notes_of(source)


def test_categories_are_read_as_their_text():
    source = frame(customer_id=pd.Categorical(["007", "b"]))
    assert crm.read_transactions(source)["customer_id"].tolist() == ["007", "b"]


# --- amounts ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant", "note"),
    [
        (["¥1,299.00", "5"], [1299.0, 5.0], "currency sign ¥ taken off 1 amounts"),
        (["1.299,00 €", "5,50"], [1299.0, 5.5], "',' before decimals"),
        (["12,5", "3"], [12.5, 3.0], "1 amounts read with ',' before decimals"),
        (["(12.50)", "3"], [-12.5, 3.0], "1 amounts such as (12.50) read as negative"),
        (["12.50-", "3"], [-12.5, 3.0], "such as 12.50- read as negative"),
        (["-$5", "$-6", "USD 7"], [-5.0, -6.0, 7.0], "currency sign $ taken off 3"),
        (["1,234,567", "3"], [1234567.0, 3.0], "thousands separators"),
        (["1'234.50", "1 234.50"], [1234.5, 1234.5], "thousands separators"),
        (["１２．５０", "3"], [12.5, 3.0], ""),
        (["0.125", "1.299"], [0.125, 1.299], ""),
        (["+4", ".5"], [4.0, 0.5], ""),
        (["12 元", "RMB 3", "CNY4"], [12.0, 3.0, 4.0], "currency sign CNY taken off 3"),
    ],
)
def test_amounts_in_text_are_repaired_and_this_is_said(written, meant, note):
    assert amounts_of(written) == meant
    source = pd.DataFrame({"customer_id": "a", "date": "2024-01-01", "amount": written})
    assert note in notes_of(source)


@pytest.mark.parametrize(
    "value", ["abc", "1,23,4.5", "1 2 3", "QTY 12", "--5", "(-5)", "5)", "1.2.3,4", "12%", "True"]
)
def test_what_is_no_amount_is_refused_with_its_value(value):
    error = refused(frame(amount=["1.50", value]), "amount: not an amount: row 1")
    row = only(error.rejected)
    assert row[["row", "column", "value", "customer_id"]].tolist() == [1, "amount", value, "b"]


@pytest.mark.usefixtures("_either_language")
def test_an_unclear_decimal_mark_is_refused_with_the_way_out():
    for values in (["1.299", "5"], ["1,299", "2,500"]):
        refused(frame(amount=values), "'amount'.*1.299.*decimal=")
    assert amounts_of(["1.299", "5"], decimal=".") == [1.299, 5.0]
    assert amounts_of(["1.299", "5"], decimal=",") == [1299.0, 5.0]


def test_two_decimal_marks_in_one_column_are_refused():
    refused(frame(amount=["12.50", "12,50"]), "mix two decimal marks: '12.50' and '12,50'")
    error = refused(frame(amount=["12.50", "12,50"]), "not an amount: row 1", decimal=".")
    assert only(error.rejected)["value"] == "12,50"


def test_two_currencies_are_refused():
    refused(frame(amount=["$5", "5 €"]), "'amount'.*more than one currency: \\$, €")


@pytest.mark.parametrize("value", [np.inf, -np.inf, "inf", "-Infinity"])
def test_infinite_amounts_are_refused(value, write):
    error = refused(frame(amount=[1.0, value]), "an infinite amount: row 1")
    assert only(error.rejected)["column"] == "amount"
    refused(write([HEADER, *GOOD, f"1,2024-01-01,{value}"]), "an infinite amount: row 4")


@pytest.mark.parametrize("value", [None, np.nan, "", "n/a", "缺失"])
def test_a_row_without_an_amount_is_refused(value):
    error = refused(frame(amount=pd.Series(["1.5", value], dtype=object)), "no amount: row 1")
    assert only(error.rejected)["reason"] == "no amount"


def test_numbers_among_text_are_what_they_are():
    mixed = pd.Series([1.299, Decimal("2.125"), 3, "4.5"], dtype=object)
    assert amounts_of(mixed) == [1.299, 2.125, 3.0, 4.5]
    assert amounts_of([Decimal("1.299"), Decimal("2.125")]) == [1.299, 2.125]


def test_equal_and_negative_amounts_are_kept():
    log = crm.read_transactions(frame(amount=[-5.0, -5.0]))
    assert log["amount"].tolist() == [-5.0, -5.0]
    kept = crm.summarize(crm.read_transactions(frame(customer_id="a", amount=[-5.0, 2.0])))
    assert kept["spend"].tolist() == [-3.0]
    assert kept.attrs["net_spend_not_positive"] == 1


def test_a_decimal_mark_that_is_none_is_refused():
    with pytest.raises(ValueError, match=r"decimal must be '\.' or ',', not ';'"):
        crm.read_transactions(frame(), decimal=";")


# --- dates ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024年3月4日", "2024-03-04"),
        ("2024/3/4 5:06", "2024-03-04 05:06"),
        ("20240304", "2024-03-04"),
        ("4 Mar 2024", "2024-03-04"),
        ("March 4, 2024 12:00 AM", "2024-03-04"),
        ("03/25/2024 1:30 pm", "2024-03-25 13:30"),
        ("25.03.2024", "2024-03-25"),
        ("2024-03-04T10:00:00.123456Z", "2024-03-04 10:00:00.123456"),
        ("２０２４－０３－０４", "2024-03-04"),
        ("0001-01-01", "0001-01-01"),
        ("1066-10-14", "1066-10-14"),
    ],
)
def test_dates_in_text_are_read(written, meant):
    assert dates_of([written]) == [pd.Timestamp(meant)]


def test_a_deciding_date_settles_the_order_for_the_column_and_this_is_said():
    written = ["03/04/2024", "25/04/2024"]
    assert dates_of(written) == [pd.Timestamp("2024-04-03"), pd.Timestamp("2024-04-25")]
    assert "date: 2 dates such as 03/04/2024 read with the day first" in notes_of(
        frame(date=written)
    )


@pytest.mark.usefixtures("_either_language")
def test_an_open_order_of_day_and_month_is_refused_with_the_way_out(write):
    refused(frame(date=["03/04/2024", "05/06/2024"]), "'date'.*'03/04/2024'.*date_format=")
    path = write([HEADER, "1,03/04/2024,5"])
    refused(path, "date_format=")
    log = crm.read_transactions(path, date_format="%d/%m/%Y")
    assert log["date"].tolist() == [pd.Timestamp("2024-04-03")]


def test_mixed_orders_are_refused():
    refused(frame(date=["25/04/2024", "04/25/2024"]), "mix two orders: '25/04/2024'")


def test_several_clear_ways_to_write_dates_are_read_and_this_is_said():
    written = ["2024-03-04", "5 Mar 2024"]
    assert dates_of(written) == [pd.Timestamp("2024-03-04"), pd.Timestamp("2024-03-05")]
    assert "the dates are written in 2 ways" in notes_of(frame(date=written))


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("45000", "spreadsheet's day number.*date_format='excel'"),
        ("45000.5", "spreadsheet's day number"),
        ("1709510400", "a count since 1970"),
        ("04/03/24", "a year of two digits.*day-first.*year-first"),
        ("2024-03-04 10:00 CST", "a time zone by its name"),
        ("2024-02-30", "no such day"),
        ("2024-13-01", "no such day"),
        ("2024-01-01 25:00", "no such day"),
        ("0000-01-01", "no such day"),
        ("yesterday", "not a date"),
    ],
)
def test_what_is_no_date_is_refused_with_row_value_and_reason(value, reason, write):
    error = refused(write([HEADER, *GOOD, f"1,{value},5"]), f"date: .*{reason}.*row 4")
    assert only(error.rejected)[["row", "column", "value"]].tolist() == [4, "date", value]
    refused(frame(date=["2024-01-01", value]), f"date: .*{reason}.*row 1")


@pytest.mark.parametrize("numbers", [[45000, 45001], [45000.0, np.nan], [45000.25, 45001.5]])
def test_day_numbers_of_a_spreadsheet_are_refused_in_number_columns_too(numbers):
    refused(frame(date=numbers), "spreadsheet's day number")


@pytest.mark.parametrize(
    "numbers",
    [[19970101, 19970102], [19970101.0, 19970102.0], pd.array([19970101, 19970102], "Int64")],
)
def test_whole_numbers_are_read_as_year_month_day(numbers):
    assert dates_of(numbers) == [pd.Timestamp("1997-01-01"), pd.Timestamp("1997-01-02")]


def test_a_number_column_of_dates_with_a_gap_is_read():
    log = crm.read_transactions(frame(date=[19970101, np.nan]), bad_rows="reject")
    assert log["date"].tolist() == [pd.Timestamp("1997-01-01")]


def test_a_date_in_the_future_is_refused_and_the_limit_can_be_moved(write):
    tomorrow = dt.date.today() + dt.timedelta(days=1)
    path = write([HEADER, f"1,{dt.date.today()} 23:59:59,5", f"1,{tomorrow},5", "1,9999-12-31,5"])
    error = refused(path, f"a date in the future: row 3 .'{tomorrow}'")
    assert error.rejected["row"].tolist() == [3, 4]
    assert len(crm.read_transactions(path, not_after="9999-12-31")) == 3
    with pytest.raises(ValueError, match="not_after must be a day"):
        crm.read_transactions(path, not_after="31/12/2030")


def test_a_row_without_a_date_is_refused(write):
    error = refused(write([HEADER, *GOOD, "1,,5"]), "date: no date: row 4")
    assert only(error.rejected)["amount"] == "5"
    refused(frame(date=[dt.datetime(2024, 1, 1), pd.NaT]), "no date: row 1 .empty.")


def test_python_dates_are_read():
    assert dates_of([dt.date(2024, 3, 4), dt.datetime(2024, 3, 4, 5)]) == [
        pd.Timestamp("2024-03-04"),
        pd.Timestamp("2024-03-04 05:00"),
    ]
    assert dates_of([dt.date(1500, 3, 4), None], bad_rows="reject") == [pd.Timestamp("1500-03-04")]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_every_resolution_of_time_becomes_one(unit):
    log = crm.read_transactions(frame(date=np.array(["2024-03-04"] * 2, f"datetime64[{unit}]")))
    assert log["date"].dtype == "datetime64[us]"


def test_a_format_that_is_given_is_used_strictly():
    error = refused(
        frame(date=["04.03.24", "2024-03-04"]), "not a date of the form", date_format="%d.%m.%y"
    )
    assert only(error.rejected)["row"] == 1
    refused(frame(), "date_format='%Q' is not a format", date_format="%Q")


# --- time zones -------------------------------------------------------------------------

NEAR_MIDNIGHT = ["2024-03-04T23:30:00+00:00", "2024-03-04T23:30:00+08:00"]


def test_one_offset_is_taken_off_and_this_is_said():
    assert dates_of([NEAR_MIDNIGHT[1]]) == [pd.Timestamp("2024-03-04 23:30")]
    assert "time zone +08:00 taken off" in notes_of(frame(date=NEAR_MIDNIGHT[1]))


def test_several_offsets_need_the_place_whose_days_count():
    refused(frame(date=NEAR_MIDNIGHT), "2 different UTC offsets.*timezone='Asia/Shanghai'")
    assert dates_of(NEAR_MIDNIGHT, timezone="Asia/Shanghai") == [
        pd.Timestamp("2024-03-05 07:30"),
        pd.Timestamp("2024-03-04 23:30"),
    ]
    zoned = {"date_format": "%Y-%m-%dT%H:%M:%S%z"}
    refused(frame(date=NEAR_MIDNIGHT), "timezone=", **zoned)
    assert dates_of(NEAR_MIDNIGHT[:1], timezone="Asia/Shanghai", **zoned) == [
        pd.Timestamp("2024-03-05 07:30")
    ]


def test_some_dates_with_and_some_without_a_zone_are_refused():
    refused(frame(date=["2024-03-04T23:30:00Z", "2024-03-04"]), "Some dates carry a time zone")


def test_the_first_day_of_all_with_a_zone_does_not_crash():
    placeholder = "0001-01-01T00:00:00+08:00"
    assert len(dates_of([placeholder])) == 1
    reading = crm.check_transactions(frame(date=placeholder), timezone="America/New_York")
    assert len(reading.rejected) + len(reading.log) == 2


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc", 8])
def test_an_unknown_time_zone_is_refused(name):
    with pytest.raises(ValueError, match=r"no time zone .*Asia/Shanghai"):
        crm.read_transactions(frame(), timezone=name)


def test_columns_with_a_zone_give_the_days_of_the_place_asked_for():
    times = pd.to_datetime(NEAR_MIDNIGHT[:1]).repeat(2)
    source = frame(date=times)
    arrow = pa.Table.from_pandas(source)
    for zoned in (source, arrow, pl.from_pandas(source), pl.from_pandas(source).lazy()):
        as_written = crm.summarize(crm.read_transactions(zoned))
        assert as_written["last_purchase"].unique() == [pd.Timestamp("2024-03-04")]
        there = crm.summarize(crm.read_transactions(zoned, timezone="Asia/Shanghai"))
        assert there["last_purchase"].unique() == [pd.Timestamp("2024-03-05")]
        assert "the zone is taken off" in notes_of(zoned)


def test_zones_in_a_database_give_the_days_of_the_place_asked_for():
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    zoned = connection.sql(
        f"SELECT 'a' AS customer_id, TIMESTAMPTZ '{NEAR_MIDNIGHT[0]}' AS date, 5 AS amount"
    )
    as_written = crm.summarize(crm.read_transactions(zoned))
    assert as_written["last_purchase"].tolist() == [pd.Timestamp("2024-03-04")]
    assert "times are those of UTC" in notes_of(zoned)
    refused(zoned, "SET TimeZone = 'Asia/Shanghai'", timezone="Asia/Shanghai")


# --- rows -------------------------------------------------------------------------------


def test_repeated_rows_are_kept_and_counted(write):
    path = write([HEADER, *GOOD, *GOOD])
    assert len(crm.read_transactions(path)) == 4
    assert "2 rows repeat another one" in notes_of(path)


def test_bad_rows_can_be_left_out_and_had_as_a_frame(write, capsys):
    path = write([HEADER, *GOOD, ",2024-03-04,1", "9,soon,1", "9,2024-03-04,much"])
    log = crm.read_transactions(path, bad_rows="reject")
    assert log.index.tolist() == [0, 1]
    assert "3 rows cannot be used and are left out" in capsys.readouterr().out
    rejected = crm.check_transactions(path).rejected
    assert rejected["row"].tolist() == [4, 5, 6]
    assert rejected["column"].tolist() == ["customer_id", "date", "amount"]
    assert rejected["value"].tolist() == ["", "soon", "much"]
    assert rejected["customer_id"].tolist() == ["", "9", "9"]
    with pytest.raises(ValueError, match="bad_rows must be 'error' or 'reject', not 'ignore'"):
        crm.read_transactions(path, bad_rows="ignore")


def test_many_bad_rows_give_a_short_message_and_a_long_table(write):
    path = write([HEADER, *GOOD, *[f"1,soon{number},5" for number in range(50)]])
    error = refused(path, "(?s)50 rows of the log.*and 45 more")
    assert len(error.rejected) == 50
    assert len(str(error)) < 500


def test_a_log_of_bad_rows_only_can_be_read_as_an_empty_one():
    reading = crm.check_transactions(frame(date="never"))
    assert len(reading.rejected) == 2
    assert len(reading.log) == 0


def test_a_repeated_index_does_not_mix_up_rows():
    source = frame(amount=["1.5", "much"]).set_axis([7, 7])
    reading = crm.check_transactions(source)
    assert only(reading.rejected)["row"] == 1
    assert reading.log.index.tolist() == [7]
    assert reading.log["amount"].tolist() == [1.5]


@pytest.mark.parametrize("build", [pl.from_pandas, pa.Table.from_pandas])
def test_text_in_other_frames_in_memory_is_read_as_from_a_file(build):
    source = build(frame(amount=["¥1,299.00", "much"], customer_id=["007", "8"]))
    reading = crm.check_transactions(source)
    assert type(reading.log) is type(source)
    assert only(reading.rejected)[["row", "value"]].tolist() == [1, "much"]
    assert pd.DataFrame(reading.log.to_pandas())["amount"].tolist() == [1299.0]
    assert "currency sign" in "\n".join(reading.notes)


# --- lazy frames ------------------------------------------------------------------------

BAD_LOG = {
    "customer_id": ["a", None, "  ", "b", "c", "d", "e"],
    "date": [dt.date(2024, 1, 1)] * 3 + [None, dt.date(2999, 1, 1)] + [dt.date(2024, 1, 1)] * 2,
    "amount": [1.0, 2.0, 3.0, 4.0, 5.0, None, float("inf")],
}
LAZY = {
    "polars": lambda: pl.DataFrame(BAD_LOG).lazy(),
    "duckdb": lambda: duckdb.from_arrow(pl.DataFrame(BAD_LOG).to_arrow()),
}


@pytest.mark.parametrize("build", LAZY.values(), ids=LAZY)
def test_bad_rows_of_a_lazy_frame_are_refused_with_their_values(build):
    reading = crm.check_transactions(build())
    rejected = reading.rejected.sort_values("amount", ignore_index=True)
    assert rejected["amount"].tolist()[:4] == [2.0, 3.0, 4.0, 5.0]
    assert rejected["reason"].tolist() == [
        "no customer",
        "no customer",
        "no date",
        "a date in the future",
        "an infinite amount",
        "no amount",
    ]
    assert rejected["row"].isna().all()
    assert crm.summarize(reading.log).index.tolist() == ["a"]
    assert "2999-01-01" in str(refused(build(), "6 rows of the log cannot be used"))
    assert crm.summarize(crm.read_transactions(build(), bad_rows="reject"))["spend"].tolist() == [
        1.0
    ]


@pytest.mark.parametrize(
    ("date", "reason"),
    [("infinity", "in the future"), ("-infinity", "before the year 1"), ("290000-01-01", "future")],
)
def test_dates_that_only_a_database_knows_are_refused(date, reason):
    log = duckdb.sql(f"SELECT 'a' AS customer_id, TIMESTAMP '{date}' AS date, 5.0 AS amount")
    refused(log, reason)
    with pytest.raises(crm.TransactionError, match="1 row without a usable date"):
        crm.summarize(log)


@pytest.mark.parametrize("column", ["date", "amount"])
def test_text_in_a_lazy_frame_is_refused_with_the_way_out(column):
    log = pl.DataFrame(BAD_LOG).with_columns(pl.col(column).cast(pl.String))
    for source in (log.lazy(), duckdb.from_arrow(log.to_arrow())):
        refused(source, f"'{column}' is String in a lazy .*CAST.*collect")


# --- one of everything ------------------------------------------------------------------


@pytest.mark.usefixtures("_either_language")
@pytest.mark.parametrize(
    "rows",
    [
        ["a,2024-03-04,5"],  # one customer, one row
        ["a,2024-03-04,5", "b,2024-03-04,6"],  # all on one day
        ["a,2024-03-04,5", "a,2024-03-05,5", "b,2024-03-06,5"],  # all amounts equal
        ["a,2024-03-04,5", "a,2024-03-05,-50"],  # a negative total
        ["a,2024-03-04,0"],  # nothing paid
        ["a,2024-03-04,-5"],  # a refund only
    ],
)
def test_unusual_but_sound_logs_go_through_to_a_summary(write, rows):
    log = crm.read_transactions(write([HEADER, *rows]))
    assert len(log) == len(rows)
    crm.summarize(log, unit="W")


@pytest.mark.usefixtures("_either_language")
def test_every_repair_and_refusal_has_words_in_both_languages(write):
    path = write(
        [HEADER, "", " a,25/03/2024,¥1,299.00".replace("¥1,299.00", '"¥1,299.00"'), "b,,1", "torn"]
    )
    reading = crm.check_transactions(path)
    assert len(reading.notes) >= 5
    assert len(reading.rejected) == 2
    with pytest.raises(crm.TransactionError):
        crm.read_transactions(path)


# --- the fast way ---------------------------------------------------------------------------


@settings(deadline=None, max_examples=150, print_blob=False)
@given(
    st.sampled_from(
        [*parsing._SETTLED, *parsing._NAMED, "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y"],
    ),
    st.sampled_from(parsing._TIMES),
    st.lists(st.datetimes(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31)), min_size=1, max_size=5),
    st.lists(
        st.sampled_from(["", "NA", " ", "无", "2024-02-30", "Jan 5 2024", "１２", None]), max_size=2
    ),
    st.booleans(),
)
def test_the_fast_way_reads_dates_as_the_close_look_does(date, time, days, others, padded):
    cells = [day.replace(microsecond=day.microsecond // 1000 * 1000) for day in days]
    written = [
        f"{cell:{date + time}}" if cell.year > 999 else cell.isoformat(" ") for cell in cells
    ]
    text = pd.Series([*(" " * padded + cell for cell in written), *others], dtype="str")
    fast = parsing.dates_of_one_form(text)
    if fast is None:  # it is never wrong to look closely
        return
    values, problems, notes = parsing.parse_each_once(text, parsing.parse_dates)
    pd.testing.assert_series_equal(fast[0], values)
    assert fast[1] == notes
    assert problems.isna().all()


@pytest.mark.parametrize(
    ("form", "note"),
    [
        ("%Y-%m-%d", None),
        ("%Y/%m/%d %H:%M:%S", None),
        ("%Y%m%d", None),
        ("%Y-%m-%dT%H:%M:%S.%f", None),
        ("%d/%m/%Y %H:%M", "day first"),
        ("%m/%d/%Y %I:%M:%S %p", "month first"),
        ("%d-%b-%Y %H:%M", None),
        ("%B %d, %Y %I:%M %p", None),
    ],
)
def test_a_column_of_one_form_goes_the_fast_way(form, note):
    days = pd.Series(pd.date_range("2024-01-05 15:04:05", periods=40, freq="25h"))
    text = pd.concat([days.dt.strftime(form), pd.Series(["", "NA"])], ignore_index=True)
    values, notes = parsing.dates_of_one_form(text.astype("str"))
    assert (values.isna() == ([False] * 40 + [True] * 2)).all()
    assert (values[:40].dt.date == days.dt.date).all()
    assert [note in text for text in notes] == [True] * (note is not None)


@pytest.mark.parametrize(
    "cells",
    [
        ["03/04/2024", "05/04/2024"],  # day or month
        ["2024-01-05", "05.01.2024"],
        ["2024-01-05", "2024-02-30"],
        ["0000-01-01", "2024-02-03"],
        ["2024-01-05T10:00:00+08:00"],
    ],
)
def test_what_one_form_does_not_settle_is_looked_at_closely(cells):
    assert parsing.dates_of_one_form(pd.Series(cells, dtype="str")) is None


@settings(deadline=None, max_examples=100, print_blob=False)
@given(
    st.lists(
        st.one_of(
            st.decimals(-1000000, 1000000, places=2).map(str),
            st.integers(-1000000, 1000000).map(str),
            st.sampled_from(
                ["", "NA", "1.299", "1,5", "12 ", "007", "-0", "1e3", "¥5", "٣", "0.1234"]
            ),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_the_fast_way_reads_amounts_as_the_close_look_does(cells):
    text = pd.Series(cells, dtype="str")
    fast = parsing.plain_amounts(text)
    if fast is None:
        return
    values, problems, notes = parsing.parse_each_once(text, parsing.parse_amounts)
    pd.testing.assert_series_equal(fast, values, check_names=False)
    assert not notes
    assert problems.isna().all()


def test_a_column_of_plain_amounts_goes_the_fast_way():
    amounts = parsing.plain_amounts(pd.Series(["12.50", "-3", "", "0.125000"], dtype="str"))
    assert amounts.fillna(99).tolist() == [12.5, -3.0, 99.0, 0.125]
    assert parsing.plain_amounts(pd.Series(["12.50", "1.299"], dtype="str")) is None


# --- what is unambiguous is read ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("11-Feb-17", "2017-02-11 00:00:00"),
        ("11-FEB-97 15:04", "1997-02-11 15:04:00"),
        ("11 Feb 17", "2017-02-11 00:00:00"),
        ("24年1月5日", "2024-01-05 00:00:00"),
        ("11Feb2017", "2017-02-11 00:00:00"),
        ("2017-Feb-11", "2017-02-11 00:00:00"),
        ("Sat, 11 Feb 2017 15:04:05 GMT", "2017-02-11 15:04:05"),
        ("Sat Feb 11 15:04:05 2017", "2017-02-11 15:04:05"),
        ("Saturday, February 11th, 2017", "2017-02-11 00:00:00"),
        ("2024-01-05 星期五 15:04", "2024-01-05 15:04:00"),
        ("2024/01/05（周五）", "2024-01-05 00:00:00"),
        ("2024年1月5日15时4分", "2024-01-05 15:04:00"),
        ("2024-01-05 3:04 p.m.", "2024-01-05 15:04:00"),
        ("2024. 1. 5.", "2024-01-05 00:00:00"),
        ("25.01.2024, 15:04 Uhr", "2024-01-25 15:04:00"),
        ("20240105150405", "2024-01-05 15:04:05"),
        ("20240105T150405Z", "2024-01-05 15:04:05"),
        ("2024-01-05 15:04:05 UTC+8", "2024-01-05 15:04:05"),
        ("2024-01-05 15:04:05 +0000 UTC", "2024-01-05 15:04:05"),
        ("`2024-01-05 15:04:05", "2024-01-05 15:04:05"),
        ('="2024-01-05"', "2024-01-05 00:00:00"),
        ("Jan 5, 2024, 3:04 PM", "2024-01-05 15:04:00"),
        ("2024/1/5 下午3:04:05", "2024-01-05 15:04:05"),
        ("2024-01-05 上午12:30", "2024-01-05 00:30:00"),
        ("2024年1月5日 中午1:30", "2024-01-05 13:30:00"),
        ("2024-01-05 下午15:04", "2024-01-05 15:04:00"),
        ("2024-01-05 15:04:05+08", "2024-01-05 15:04:05"),
        ("2024-01-05T15:04:05+0000", "2024-01-05 15:04:05"),
        ("2024-01-05T15:04:05Z", "2024-01-05 15:04:05"),
    ],
)
def test_a_date_that_can_be_meant_in_one_way_only_is_read(text, day):
    assert dates_of([text]) == [pd.Timestamp(day)]


@pytest.mark.parametrize("offset", ["+00", "Z", " UTC", " GMT+0", "+0000", " +00:00", " +0000 UTC"])
def test_an_offset_of_hours_is_converted(offset):
    zoned = {"timezone": "Asia/Shanghai"}
    converted = [pd.Timestamp("2024-01-06 07:30")]
    assert dates_of([f"2024-01-05 23:30:00{offset}"], **zoned) == converted


def test_an_hour_of_an_offset_counts():
    texts = ["2024-01-05 23:30:00 UTC+8", "2024-01-05 15:30:00 UTC", "2024-01-05 20:00 GMT+04:30"]
    there = [pd.Timestamp("2024-01-05 23:30")] * 3
    assert dates_of(texts, timezone="Asia/Shanghai") == there


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.5E+03", 1500.0),
        ("₹1,23,456.00", 123456.0),
        ("12,34,567", 1234567.0),
        ("1.88万", 18800.0),
        ("￥1,299.00元", 1299.0),
        ("￥12.5 RMB", 12.5),
        ("-2亿", -2e8),
        ("2.5千万元", 25e6),
        ("3萬", 30_000.0),
        ("$2.5K", 2500.0),
        ("5,-", 5.0),
        ("1.234,-- €", 1234.0),
        ("$(12.50)", -12.5),
        ("人民币12.5", 12.5),
        ("12.5美元", 12.5),
        ("Rs. 1,23,456", 123456.0),
        ("5,50 kr", 5.5),
        ('="12.50"', 12.5),
        ("`12.50", 12.5),
    ],
)
def test_an_amount_that_can_be_meant_in_one_way_only_is_read(text, amount):
    assert amounts_of([text]) == [amount]


@pytest.mark.parametrize("text", ["1,23,45", "1,2,345.6", "$5 RMB", "1e", "万", "1.2.3万"])
def test_an_amount_that_means_nothing_certain_is_refused(text):
    with pytest.raises(crm.TransactionError):
        amounts_of([text])


@pytest.mark.parametrize("dates", [["2024-01-05 23:30"], pd.to_datetime(["2024-01-05 23:30"])])
def test_a_zone_of_times_that_carry_none_is_refused(dates):
    assert len(dates_of(dates)) == 1
    with pytest.raises(crm.TransactionError, match="carry no zone"):
        dates_of(dates, timezone="Asia/Shanghai")


def test_long_ids_beside_a_gap_keep_their_digits_in_parquet(tmp_path):
    ids = pd.array([2**53 + 1, None, 2**53 + 3], dtype="Int64")
    table = pd.DataFrame({"customer_id": ids, "date": "2024-01-05", "amount": 5.0})
    table.to_parquet(tmp_path / "log.parquet")
    reading = crm.check_transactions(tmp_path / "log.parquet")
    assert reading.log["customer_id"].tolist() == [2**53 + 1, 2**53 + 3]
    assert reading.rejected["reason"].str.contains("no customer").all()
