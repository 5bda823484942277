"""What a file is, whatever it is called; where its header stands; whose export it is."""

import bz2
import codecs
import gzip
import io
import lzma
import tarfile
import zipfile

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import crmlab as crm
from crmlab.logs import exports

HEADER = "customer_id,date,amount"
GOOD = ["007,2024-03-04,12.50", "8,2024-03-05,3.00"]
TEXT = "\n".join([HEADER, *GOOD, ""]).encode()


def zipped(password=False, **files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    content = packed.getvalue()
    if password:  # the flag alone: who reads it needs the password first
        content = bytearray(content)
        for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            content[content.index(mark) + place] |= 1
    return bytes(content)


def tarred(content):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        member = tarfile.TarInfo("log.csv")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def parquet():
    packed = io.BytesIO()
    pd.read_csv(io.BytesIO(TEXT), dtype={"customer_id": str}).to_parquet(packed)
    return packed.getvalue()


@pytest.fixture
def write(tmp_path):
    """Write lines (text or bytes) to a file and return its path."""

    def write(lines, name="log.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(lines if isinstance(lines, bytes) else "\n".join(lines).encode(encoding))
        return path

    return write


def notes_of(source, **options):
    return "\n".join(crm.check_transactions(source, **options).notes)


def refused(source, match, **options):
    with pytest.raises(crm.TransactionError, match=match) as caught:
        crm.read_transactions(source, **options)
    return caught.value


# --- what a file is -----------------------------------------------------------------------

NAMES = ["log.csv", "log.txt", "log.gz", "log.zip", "log.xlsx", "log.parquet", "log"]
READABLE = {
    "text": TEXT,
    "gzip": gzip.compress(TEXT),
    "bzip2": bz2.compress(TEXT),
    "xz": lzma.compress(TEXT),
    "zip": zipped(**{"orders/log.csv": TEXT}),
    "zip of a Mac": zipped(**{"log.csv": TEXT, "__MACOSX/._log.csv": b"\0", ".DS_Store": b"\0"}),
    "parquet": parquet(),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("content", READABLE.values(), ids=READABLE)
def test_a_file_is_read_for_what_it_holds_whatever_it_is_called(write, content, name):
    log = crm.read_transactions(write(content, name))
    assert log["customer_id"].tolist() == ["007", "8"]
    assert log["amount"].tolist() == [12.5, 3.0]


WORKBOOKS = {
    "xlsx": zipped(**{"[Content_Types].xml": b"", "xl/workbook.xml": b""}),
    "xlsb": zipped(**{"xl/workbook.bin": b""}),
    "ods": zipped(**{"mimetype": b"", "content.xml": b""}),
    "numbers": zipped(**{"Index/Document.iwa": b""}),
    "xls, or with a password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504),
}
OTHERS = {
    "two in a zip": (zipped(a=TEXT, b=TEXT), "an archive of 2 files: 'a', 'b'. Unpack"),
    "an empty zip": (zipped(), "an archive of 0 files: –"),
    "a zip with a password": (zipped(password=True, a=TEXT), "behind a password. Unpack"),
    "a zip in a zip": (zipped(a=zipped(b=TEXT)), "is an archive. Unpack"),
    "a broken zip": (zipped(a=TEXT)[:-30], "cannot be read as a table"),
    "a tar": (tarred(TEXT), "is an archive. Unpack"),
    "a packed tar": (gzip.compress(tarred(TEXT)), "is an archive. Unpack"),
    "packed Parquet": (gzip.compress(parquet()), "is an archive. Unpack"),
    "rar": (b"Rar!\x1a\x07\x00", "is an archive. Unpack"),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00", "is an archive. Unpack"),
    "a page": (b"\xef\xbb\xbf <html><table><tr>", "web page or XML.*save the sheet as 'CSV"),
    "XML": (b'<?xml version="1.0"?><Workbook/>', "web page or XML"),
    "PDF": (b"%PDF-1.4\n%", "holds no table of text"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0", "holds no table of text"),
    "JSON": (b'[\n {"customer_id": 7}]', "JSON. Export the log as CSV"),
}


@pytest.mark.parametrize("name", ["log.xls", "log.csv"])
@pytest.mark.parametrize("content", WORKBOOKS.values(), ids=WORKBOOKS)
def test_a_spreadsheet_is_refused_with_the_way_out(write, content, name):
    error = refused(write(content, name), "is a spreadsheet.*CSV UTF-8.*read_excel")
    assert "pandas" not in error.told  # the command line says what to do without a program


@pytest.mark.parametrize("name", ["log.zip", "log.csv"])
@pytest.mark.parametrize(("content", "match"), OTHERS.values(), ids=OTHERS)
def test_what_is_no_table_of_text_is_refused_for_what_it_is(write, content, match, name):
    refused(write(content, name), match)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_broken_packed_file_is_refused(write, pack):
    whole = pack("\n".join([HEADER, *GOOD * 1000]).encode())
    for content in (whole[:-20], whole[:40] + bytes(20) + whole[60:], whole[:8]):
        refused(write(content), "cannot be read as a table")


def test_a_single_file_in_an_archive_is_named(write):
    assert "'orders/log.csv' in the archive was read" in notes_of(write(READABLE["zip"]))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_two_bytes_a_letter_are_recognised_without_a_mark(write, encoding):
    path = write([HEADER, *GOOD, "客户甲,2024-03-06,1"], encoding=encoding)
    assert crm.read_transactions(path)["customer_id"].tolist() == ["007", "8", "客户甲"]
    assert f"read as {encoding}" in notes_of(path)


@pytest.mark.parametrize("line_end", ["\r", "\r\r\n", "\r\n"])
def test_lines_may_end_as_they_like(write, line_end):
    log = crm.read_transactions(write(line_end.join([HEADER, *GOOD, ""]).encode()))
    assert log["amount"].tolist() == [12.5, 3.0]


# --- where the header stands --------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "delimiter"),
    [("sep=;", ";"), ("SEP=,", ","), ('"sep=;"', ";"), ("sep=\t", "\t"), ("sep=^", "^")],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_line_that_names_the_separator_is_skipped_and_said(write, line, delimiter, encoding):
    rows = [row.replace(",", delimiter) for row in [HEADER, *GOOD, "x,never,1", "torn"]]
    reading = crm.check_transactions(write([line, *rows], encoding=encoding))
    assert reading.log["customer_id"].tolist() == ["007", "8"]
    assert "The first line names the separator" in "\n".join(reading.notes)
    # As a spreadsheet counts, which does not show that line.
    assert reading.rejected["row"].tolist() == [4, 5]


TITLES = {
    "one": ["Orders of May"],
    "padded": ["Orders of May,,", ",,"],
    "several": ["会员消费明细", "", "门店：人民路,2024", '"two\nlines"'],
    "as a bill has them": [
        "#账务明细查询",
        "#起始日期：[2024-01-01]   终止日期：[2024-12-31]",
        "-----",
    ],
}


@pytest.mark.parametrize("titles", TITLES.values(), ids=TITLES)
def test_titles_above_the_header_are_skipped_and_said(write, titles):
    reading = crm.check_transactions(write([*titles, HEADER, *GOOD, "torn", "x,never,1"]))
    assert reading.log["customer_id"].tolist() == ["007", "8"]
    assert reading.rejected["row"].tolist() == [len(titles) + 4, len(titles) + 5]
    assert f"above the header {'is' if len(titles) < 3 else 'are'} skipped: '" in "\n".join(
        reading.notes
    )
    assert repr(titles[0].strip(",")) in "\n".join(reading.notes)


def test_titles_may_hold_other_separators_than_the_table(write):
    path = write(["Shop, city, and more", *[row.replace(",", ";") for row in [HEADER, *GOOD]]])
    assert crm.read_transactions(path)["amount"].tolist() == [12.5, 3.0]


def test_columns_that_are_named_are_found_below_titles(write):
    path = write(["Orders of May", "wer,wann,wieviel", *GOOD])
    log = crm.read_transactions(path, customer="wer", date="wann", amount="wieviel")
    assert log["amount"].tolist() == [12.5, 3.0]
    # The question for a column lists those of the header, not the title.
    assert "'wer', 'wann', 'wieviel'" in str(refused(path, "Which column"))


def test_the_question_for_a_column_lists_the_header_below_many_titles(write):
    titles = ["-----", "姓名：张三", "共2笔记录", "特别提示：", "1.本回单不是收付款的凭证"] * 3
    rows = ["交易时间,交易对方,金额(元),备注", "2025-01-01,店A,25.00,", "2025-01-02,店B,26.00,"]
    error = refused(write([*titles, *rows], encoding="gb18030"), "who bought")
    assert "The columns are: '交易对方', '交易时间', '金额(元)', '备注'" in str(error)
    decimals = write(["wer;wann;was", "1,5;2,5;3,5", "1,5;2,5;3,5"])
    assert "'wer', 'wann', 'was'" in str(refused(decimals, "who bought"))


def test_no_row_of_a_table_is_taken_for_a_title(write):
    """Two exports behind one another: the rows of the first must not vanish."""
    path = write(["kunde,tag,summe", *GOOD, HEADER, *GOOD])
    refused(path, "'kunde', 'tag', 'summe'")
    reading = crm.check_transactions(write([HEADER, *GOOD, HEADER, *GOOD]))
    assert reading.rejected["row"].tolist() == [4]


def test_a_header_is_looked_for_far_enough_and_no_farther(write):
    assert len(crm.read_transactions(write([*["title"] * 49, HEADER, *GOOD]))) == 2
    refused(write([*["title"] * 50, HEADER, *GOOD]), "Which column says who bought")
    refused(write(['"an open title', HEADER, *GOOD]), "Row 1 .*never closed")


def test_a_title_alone_is_no_table(write):
    refused(write(["Orders of May"]), "a header but no rows")
    refused(write(["sep=;"]), "is empty")
    refused(write(["Orders of May", HEADER]), "a header but no rows")


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    titles=st.lists(
        st.text("ab 月:：,\"'\n", max_size=12).filter(lambda text: text.count(",") < 2), max_size=4
    ),
    delimiter=st.sampled_from(",;\t|"),
    line_end=st.sampled_from(["\n", "\r\n"]),
    declared=st.booleans(),
    mark=st.booleans(),
)
def test_any_title_leaves_the_table_as_it_is(tmp_path, titles, delimiter, line_end, declared, mark):
    cells = [text.split(",") for text in titles]
    written = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in cells]
    table = [row.replace(",", delimiter) for row in [HEADER, *GOOD]]
    lines = [f"sep={delimiter}"] * declared + written + table
    path = tmp_path / "log.csv"
    path.write_bytes(codecs.BOM_UTF8 * mark + (line_end.join(lines) + line_end).encode())
    reading = crm.check_transactions(path)
    assert reading.log["customer_id"].tolist() == ["007", "8"]
    assert not len(reading.rejected)
    filled = [row for row in cells if any(cell.strip() for cell in row)]
    assert ("above the header" in "\n".join(reading.notes)) == bool(filled)


# --- whose export it is -------------------------------------------------------------------

# The header as the shop writes it, the columns that matter, and their cells of one order.
SHOPS = {
    "Shopify": (
        "Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,"
        "Total,Discount Code,Created at,Lineitem quantity,Lineitem name,Lineitem price,Notes,"
        "Refunded Amount,Id",
        {"Email": "a@x.example", "Created at": "2024-03-05 10:00:00 +0800", "Total": "12.50"},
    ),
    "Stripe": (
        "id,Description,Created (UTC),Amount,Amount Refunded,Currency,Fee,Mode,Status,Customer ID,"
        "Customer Description,Customer Email,Captured,Invoice ID",
        {"Customer ID": "cus_1", "Created (UTC)": "2024-03-05 10:00", "Amount": "12.50"},
    ),
    "Stripe, later": (
        "id,Created date (UTC),Amount,Amount Refunded,Currency,Fee,Status,Customer Email",
        {"Customer Email": "a", "Created date (UTC)": "2024-03-05 10:00:00", "Amount": "12.50"},
    ),
    "Square": (
        "Date,Time,Time Zone,Gross Sales,Discounts,Service Charges,Net Sales,Tax,Tip,Partial "
        "Refunds,Total Collected,Source,Card,Cash,Fees,Net Total,Transaction ID,Payment ID,Event "
        "Type,Location,Customer ID,Customer Name,Customer Reference ID",
        {"Customer ID": "C1", "Date": "2024-03-05", "Total Collected": "$12.50"},
    ),
    "Square, items": (
        "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Gross Sales,Discounts,Net "
        "Sales,Tax,Transaction ID,Event Type,Customer ID,Customer Name",
        {"Customer ID": "C1", "Date": "2024-03-05", "Net Sales": "$12.50"},
    ),
    "WooCommerce": (
        "order_id,order_number,date,status,order_shipping,order_tax,order_total,payment_method,"
        "customer_user,billing_first_name,billing_email",
        {"billing_email": "a", "date": "2024-03-05", "order_total": "12.50"},
    ),
    "WooCommerce, plug-in": (
        "Order Number,Order Status,Order Date,Customer Note,Email (Billing),Order Subtotal Amount,"
        "Order Total Amount,Order Total Tax Amount",
        {"Email (Billing)": "a", "Order Date": "2024-03-05", "Order Total Amount": "12.50"},
    ),
    "WooCommerce, analytics": (
        "Date,Order #,N. Revenue (formatted),Status,Customer,Customer type,Product(s),Items sold,"
        "N. Revenue,Attribution",
        {"Customer": "a", "Date": "2024-03-05", "N. Revenue": "12.50"},
    ),
    "Amazon": (
        "order-id\torder-item-id\tpurchase-date\tpayments-date\tbuyer-email\tbuyer-name\tsku\t"
        "quantity-purchased\tcurrency\titem-price\titem-tax\tshipping-price",
        {"buyer-email": "a", "purchase-date": "2024-03-05T10:00:00+08:00", "item-price": "12.50"},
    ),
    "Amazon, shipments": (
        "amazon-order-id\tmerchant-order-id\tpurchase-date\tpayments-date\tshipment-date\t"
        "buyer-email\tbuyer-name\tsku\tquantity-shipped\tcurrency\titem-price\titem-tax",
        {"buyer-email": "a", "purchase-date": "2024-03-05T10:00:00+00:00", "item-price": "12.50"},
    ),
    "PayPal": (
        "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,To Email "
        "Address,Transaction ID,Balance",
        {"From Email Address": "a", "Date": "2024-03-05", "Gross": "12.50"},
    ),
    "PayPal, German": (
        "Datum,Uhrzeit,Zeitzone,Beschreibung,Brutto,Entgelt,Netto,Transaktionscode,Absender "
        "E-Mail-Adresse,Name,Rechnungsnummer",
        {"Absender E-Mail-Adresse": "a", "Datum": "2024-03-05", "Brutto": '"12,50"'},
    ),
    "天猫": (
        "订单编号,买家会员名,买家支付宝账号,买家应付货款,买家应付邮费,总金额,买家实际支付金额,"
        "订单状态,收货人姓名,订单创建时间,订单付款时间,宝贝标题,退款金额",
        {"买家会员名": "tb1", "订单付款时间": "2024-03-05 10:00:00", "买家实际支付金额": "12.50"},
    ),
    "淘宝": (
        "订单编号,买家昵称,付款时间,实付金额,订单状态",
        {"买家昵称": "tb1", "付款时间": "2024/3/5 10:00", "实付金额": "12.50元"},
    ),
    "京东": (
        "订单号,商品ID,商品名称,订购数量,支付方式,下单时间,京东价,订单金额,结算金额,余额支付,"
        "应付金额,订单状态,订单类型,下单帐号,客户姓名,付款确认时间",
        {"下单帐号": "jd_1", "下单时间": "2024-03-05 10:00:00", "结算金额": "12.50"},
    ),
    "有赞": (
        "订单号,订单状态,买家昵称,买家姓名,买家手机号,订单创建时间,买家付款时间,交易成功时间,"
        "运费,店铺优惠合计,商品金额合计,订单实付金额",
        {
            "买家手机号": "13800000000",
            "买家付款时间": "2024-03-05 10:00:00",
            "订单实付金额": "12.50",
        },
    ),
    "微信小程序": (
        "订单编号,openid,用户昵称,商品名称,商品总价,实付金额,订单状态,下单时间,支付时间",
        {"openid": "o1", "支付时间": "2024-03-05 10:00:00", "实付金额": "12.50"},
    ),
    "微信支付": (
        "交易时间,公众账号ID,商户号,微信订单号,商户订单号,用户标识,交易类型,交易状态,货币种类,"
        "应结订单金额,退款金额,商品名称,手续费,订单金额",
        {"用户标识": "`o1", "交易时间": "`2024-03-05 10:00:00", "订单金额": "`12.50"},
    ),
}


@pytest.mark.parametrize(("header", "cells"), SHOPS.values(), ids=SHOPS)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_the_export_of_a_shop_is_recognised_and_said(write, header, cells, encoding):
    delimiter = "\t" if "\t" in header else ","
    row = delimiter.join(cells.get(name, "x9") for name in header.split(delimiter))
    reading = crm.check_transactions(write([header, row], encoding=encoding))
    reading.insist()
    customer, date, amount = cells
    assert str(reading.log["date"].dt.date[0]) == "2024-03-05"
    assert reading.log["amount"].tolist() == [12.5]
    assert f"{customer!r} says who bought, {date!r} when, {amount!r} how much" in "\n".join(
        reading.notes
    )
    assert ("'退款金额'" in "\n".join(reading.notes)) == ("退款金额" in header)


@pytest.mark.parametrize("export", exports._exports(), ids=lambda export: export["of"])
def test_no_export_is_taken_for_another(export):
    names = [*export["marks"], *(export[role][0] for role in ("customer", "date", "amount"))]
    assert exports.recognised(dict.fromkeys(reversed(names)))["of"] == export["of"]
    without = [name for name in names if name != export["marks"][0]]
    assert exports.recognised(without).get("of") != export["of"] or "WooCommerce" in export["of"]


def test_the_word_of_the_user_and_the_standard_names_go_before_an_export(write):
    header, _cells = SHOPS["Shopify"]
    path = write([header + ",customer_id", ",".join(["1"] * 18 + ["007"])])
    columns = {"date": "Paid at", "amount": "Subtotal", "date_format": "%d"}
    notes = notes_of(path, **columns)
    assert "'customer_id' says who bought, 'Paid at' when, 'Subtotal' how much" in notes
    assert "export of" not in notes_of(path, customer="Email", **columns)


def test_rows_of_further_articles_are_skipped_and_said(write):
    lines = [
        "Name,Email,Financial Status,Created at,Total,Lineitem quantity",
        "#1,a@x.example,paid,2024-03-05,30.00,1",
        "#1,a@x.example,,2024-03-05,,2",
        "#1,a@x.example,,2024-03-05,,1",
        "#2,b@x.example,paid,2024-03-06,,1",
        "#3,b@x.example,paid,2024-03-07,5.00,1",
    ]
    reading = crm.check_transactions(write(lines))
    assert reading.log["amount"].tolist() == [30.0, 5.0]
    assert "2 rows list further articles of the order above them" in "\n".join(reading.notes)
    assert reading.rejected["row"].tolist() == [5]  # an order without its amount


LIKELY = {
    "customer": ("Kdnr,a,b,c,buyer_code,Summe,Tag", "buyer_code"),
    "amount": ("w,x,y,z,netto,total_gross_eur,order_day,client_ref", "total_gross_eur"),
    "date": (
        "顾客名称,金额,状态,店铺,城市,区域,备注,门店,渠道,类型,消费发生日期",
        "消费发生日期",
    ),
}


@pytest.mark.parametrize(("role", "case"), LIKELY.items(), ids=LIKELY)
def test_the_columns_that_are_likely_are_listed_first(write, role, case):
    header, first = case
    spare = iter(header.split(","))
    named = {other: next(spare) for other in LIKELY if other != role}
    error = refused(write([header, header]), "Which column says", **named)
    assert f"The columns are: {first!r}" in str(error)


def test_a_column_named_wrongly_is_answered_with_the_nearest_name(write):
    header = ",".join([*(f"c{number}" for number in range(20)), "Customer-Nr", "Date"])
    path = write([header, header])
    refused(path, "no column 'customer_no'. The columns are: 'Customer-Nr'", customer="customer_no")
