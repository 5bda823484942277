"""The command `crmlab`: what it writes, and what it says about a file that it cannot use."""

import ast
import codecs
import datetime as dt
import gettext
import io
import os
import re
import subprocess
import sys
import time
from importlib.metadata import entry_points
from pathlib import Path

import click
import pytest

import crmlab as crm
from crmlab import cli
from crmlab.cli import layout, report, words
from crmlab.cli.options import as_options
from crmlab.cli.progress import progress_bar
from crmlab.logs import parsing, reading

HEADER = "customer_id,date,amount"
GOOD = [f"c{n},2024-0{n % 9 + 1}-04,{n}.50" for n in range(40)]


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write lines (text or bytes) to a file in the current, empty folder."""
    monkeypatch.chdir(tmp_path)

    def write(lines, name="log.csv", encoding="utf-8"):
        content = lines if isinstance(lines, bytes) else "\n".join(lines).encode(encoding)
        Path(name).write_bytes(content)
        return name

    return write


def files():
    return sorted(path.name for path in Path().iterdir())


def run(code, **options):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, **options
    )


# --- the command itself -----------------------------------------------------------------


def test_help_loads_no_heavy_library():
    for arguments in (["--help"], ["report", "--help"], ["workshop", "new", "--help"]):
        done = run(f"import sys, crmlab.cli as c; print(c.main({arguments}), *sys.modules)")
        assert "--lang" in done.stdout
        assert "\n0 " in done.stdout
        heavy = {"pandas", "numpy", "matplotlib", "sklearn", "pyarrow", "jinja2", "tqdm"}
        heavy |= {"papermill", "nbformat", "psutil", "importlib.metadata"}
        assert heavy.isdisjoint(done.stdout.split())


def test_a_wrong_file_name_is_told_before_the_figures_are_loaded():
    done = run("import sys, crmlab.cli as c; print(c.main(['report', 'no.csv']), *sys.modules)")
    assert done.stdout.startswith("2 ")
    assert {"matplotlib", "seaborn", "sklearn"}.isdisjoint(done.stdout.split())


def test_the_command_is_installed_and_runs_as_a_module(tmp_path):
    (script,) = entry_points(group="console_scripts", name="crmlab")
    assert script.load() is cli.main
    done = subprocess.run(
        [sys.executable, "-m", "crmlab", "report", "no.csv"],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "There is no file 'no.csv' here. Check the name and the folder.\n"


NOT_UNDERSTOOD = [
    [],
    ["nothing"],
    ["--nothing"],
    ["report"],
    ["report", "x", "y"],
    ["report", "x", "--lang", "fr"],
    ["report", "x", "--decimal", ";"],
    ["report", "x", "--forc"],
    ["report", "x", "--force=1"],
    ["report", "x", "--amount"],
    ["workshop"],
    ["workshop", "new", "x", "--out", "y"],
    ["workshop", "slides", "--session", "3a"],
    ["workshop", "grade", "x", "--seconds", "0"],
    ["workshop", "grade", "x", "--memory", "much"],
]
HELP = [
    [*words, "--help"]
    for words in (
        *([], ["report"], ["doctor"], ["workshop"]),
        *(["workshop", one] for one in ("new", "grade", "slides", "cards", "game")),
    )
]
# What stays as it is in every language: names of commands, of formats, of things.
NAMES = {
    *("crmlab", "report", "doctor", "workshop", "new", "grade", "slides", "lang", "en", "zh"),
    *re.findall("[a-z]+", " ".join(parsing.WAYS)),  # what is typed after --date-format
    *("CRM", "CSV", "HTML", "Parquet", "Python", "RFM", "GB", "Asia", "Shanghai", "gb"),
    *("html", "returned", "docs", "handbook", "md", "cards", "zip", "Moodle", "Canvas"),
    *("game", "leaderboard", "py"),
}


@pytest.mark.parametrize("arguments", NOT_UNDERSTOOD, ids=" ".join)
def test_a_command_that_is_not_understood_ends_with_2(capsys, arguments):
    assert cli.main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert re.search("^Usage: crmlab|^Error: ", shown.err)


@pytest.mark.parametrize("arguments", [*NOT_UNDERSTOOD, *HELP], ids=" ".join)
def test_a_chinese_reader_sees_no_english(capsys, monkeypatch, arguments):
    monkeypatch.setenv("LANGUAGE", "en")
    assert cli.main(["--lang", "zh", *arguments]) == (0 if arguments in HELP else 2)
    shown = "".join(capsys.readouterr())
    if "fr" not in arguments:  # of two languages named, the last one counts
        assert re.search("[\u4e00-\u9fff]", shown)
        told = re.sub(r"--[a-z-]+|'[^']*'|\([a-z]\)", "", shown)
        assert set(re.findall("[A-Za-z]{2,}", told)) <= NAMES


@pytest.mark.parametrize("before", ["zh", None])
def test_the_environment_does_not_choose_the_language_and_stays_as_it_was(
    capsys, monkeypatch, before
):
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.setenv("LANGUAGE", before) if before else monkeypatch.delenv("LANGUAGE", False)
    assert cli.main(["report", "--help"]) == 0
    assert capsys.readouterr().out.startswith("Usage: crmlab report")
    assert os.environ.get("LANGUAGE") == before
    assert gettext.textdomain() == "messages"


def test_the_words_of_click_are_those_that_it_looks_up():
    modules = Path(click.__file__).parent.glob("*.py")
    trees = [ast.parse(module.read_text(encoding="utf-8")) for module in modules]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    listed = {form for word in words.CLICK for form in ([word] if isinstance(word, str) else word)}
    assert listed <= texts


@pytest.mark.parametrize("arguments", HELP, ids=" ".join)
def test_help_fits_into_a_terminal_in_chinese_too(capsys, arguments):
    cli.main([*arguments, "--lang", "zh"])
    text = capsys.readouterr().out
    assert max(map(layout.width, text.splitlines())) <= 80
    assert not [line for line in text.splitlines() if line.strip()[:1] in {*"，。；：、）"}]
    for part in text.split("\n\n"):
        edges = {layout.width(term) for term in re.findall(r"^  (--.*? {2,})\S", part, re.M)}
        assert len(edges) <= 1


def test_a_language_is_found_wherever_it_is_named(capsys):
    for arguments in (["--lang", "zh", "report"], ["report", "--lang=zh"]):
        assert cli.main([*arguments, "--help"]) == 0
        assert capsys.readouterr().out.startswith("用法：")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_console_of_another_character_set_gets_no_traceback(tmp_path, encoding):
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    (tmp_path / "客户.csv").write_text(HEADER)
    for arguments in (["report", "客户.csv"], ["report"], ["report", "--help"]):
        code = f"import crmlab.cli as c; raise SystemExit(c.main({[*arguments, '--lang', 'zh']}))"
        done = run(code, cwd=tmp_path, env=environment, errors="replace")
        assert done.returncode == (0 if "--help" in arguments else 2)
        assert "Traceback" not in done.stderr
        assert ("???" in done.stderr) == ("--help" not in arguments)


# --- a report ---------------------------------------------------------------------------


def test_a_report_is_a_page_and_a_table_beside_each_other(write, capsys):
    path = write([HEADER, *GOOD], "orders.2024.csv")
    assert cli.main(["report", path, "--currency", "EUR"]) == 0
    shown = capsys.readouterr()
    assert shown.out.split() == ["orders.2024_report.html", "orders.2024_report_customers.csv"]
    assert shown.err == ""
    assert files() == ["orders.2024.csv", *shown.out.split()]
    page = Path("orders.2024_report.html").read_text(encoding="utf-8")
    assert "Customer report: orders.2024.csv" in page
    assert "spend (EUR)" in page


@pytest.mark.parametrize("name", ["orders.csv.gz", "orders.csv.zip", "orders.parquet", "orders"])
def test_the_page_is_named_after_the_file(name):
    assert report.stem(Path("somewhere") / name) == "orders"


def test_every_option_of_reading_is_handed_on(write, capsys):
    rows = [
        f"{'x' if n else 'ö'}{n};{n % 28 + 1:02}/03/24 23:30 +0000;1,{n:03};7" for n in range(60)
    ]
    path = write(["wer;wann;wie viel;Beleg", *rows], encoding="cp1252")
    arguments = [
        *["report", path, "--out", "page.html", "--as-of", "2024-03-20", "--encoding", "cp1252"],
        *["--customer", "wer", "--date", "wann", "--amount", "wie viel", "--order", "Beleg"],
        *["--date-format", "%d/%m/%y %H:%M %z", "--decimal", ",", "--timezone", "Asia/Shanghai"],
    ]
    assert cli.main(arguments) == 0, capsys.readouterr().err
    page = Path("page.html").read_text(encoding="utf-8")
    assert "2024-03-02 – 2024-03-20" in page  # 23:30 in London is the day after in Shanghai
    table = Path("page_customers.csv").read_text(encoding="utf-8-sig")
    assert "ö0,1,1.0,2024-03-02" in table


def test_columns_in_chinese_and_bytes_of_another_encoding_are_read(write):
    rows = [row.replace("c", "客户") for row in GOOD]
    for encoding in ("gb18030", "utf-8-sig"):
        path = write(["会员号,日期,金额", *rows], encoding=encoding)
        assert cli.main(["report", path, "--lang", "zh", "--force"]) == 0
        table = Path("log_report_customers.csv").read_bytes()
        assert table.startswith(codecs.BOM_UTF8)
        assert table.decode("utf-8-sig").startswith(
            "客户编号 customer_id,购买次数 purchases,消费额 spend"
        )
        assert "客户7" in table.decode("utf-8-sig")


@pytest.mark.parametrize(
    ("content", "arguments", "told"),
    [
        (None, [], "缺少参数 '文件'。"),
        (
            "a,b\n1,2",
            [],
            "没有认出合适的列。现有的列是：'a', 'b'。请加上列名，例如 --customer 文件里的列名。",
        ),
        ("客户,日期\n", ["--encoding", "utf-8"], "的编码不是 utf-8：第1个字节无法解读。"),
    ],
)
def test_what_is_wrong_is_told_in_chinese_alone(content, arguments, told, tmp_path, capsys):
    path = tmp_path / "log.csv"
    if content is not None:
        path.write_bytes(content.encode("gb18030"))
        arguments = [str(path), *arguments]
    assert cli.main(["report", *arguments, "--lang", "zh"]) == 2
    assert told in capsys.readouterr().err


def test_bad_rows_are_left_out_when_asked(write):
    path = write([HEADER, *GOOD, "x,never,5"])
    assert cli.main(["report", path]) == 2
    assert files() == ["log.csv"]
    assert cli.main(["report", path, "--reject"]) == 0
    page = Path("log_report.html").read_text(encoding="utf-8")
    assert "never" in page


def test_an_earlier_report_is_kept_unless_forced(write, capsys):
    path = write([HEADER, *GOOD])
    Path("log_report_customers.csv").write_text("mine")
    assert cli.main(["report", path]) == 2
    said = capsys.readouterr().err
    assert "'log_report_customers.csv' already" in said
    assert said.endswith("or write over it with --force.\n")
    assert files() == ["log.csv", "log_report_customers.csv"]
    assert Path("log_report_customers.csv").read_text() == "mine"
    assert cli.main(["report", path, "--force"]) == 0


@pytest.mark.parametrize(("name", "out"), [("log.html", "log.html"), ("a_customers.csv", "a.html")])
def test_the_file_that_it_is_about_is_never_written_over(write, capsys, name, out):
    path = write([HEADER, *GOOD], name)
    before = Path(name).read_bytes()
    assert cli.main(["report", path, "--out", out, "--force"]) == 2
    assert "over the file it is about" in capsys.readouterr().err
    assert files() == [name]
    assert Path(name).read_bytes() == before


def test_a_folder_that_is_not_there_is_told(write, capsys):
    path = write([HEADER, *GOOD])
    assert cli.main(["report", path, "--out", "no/such/page.html"]) == 2
    assert "There is no folder" in capsys.readouterr().err


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
def test_a_folder_that_cannot_be_written_to_is_told_without_a_traceback(write, capsys):
    path = write([HEADER, *GOOD])
    assert cli.main(["report", path, "--out", "/proc/page.html"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("This did not work: ")
    assert "/proc" in said
    assert files() == ["log.csv"]


def test_ctrl_c_ends_it_in_one_line(write, capsys, monkeypatch):
    def stop(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(reading, "check_transactions", stop)
    assert cli.main(["report", write([HEADER, *GOOD])]) == 130
    assert capsys.readouterr().err == "Stopped; nothing was written.\n"
    assert files() == ["log.csv"]


_IN_A_TERMINAL = """
import pty, sys
sys.exit(pty.spawn([sys.executable, "-m", "crmlab", "report", "log.csv"]) >> 8)
"""


@pytest.mark.skipif(os.name != "posix", reason="terminals of another kind")
def test_a_terminal_sees_a_bar_and_a_pipe_does_not(write):
    write([HEADER, *GOOD])
    seen = run(_IN_A_TERMINAL, stdin=subprocess.DEVNULL)
    assert seen.returncode == 0
    steps = [line for line in seen.stdout.replace("\r", "\n").splitlines() if "%" in line]
    assert any("log.csv   0% |" in line and line.endswith("reading") for line in steps)
    assert any("Tier migration" in line for line in steps)
    done = run("import crmlab.cli as c; c.main(['report', 'log.csv', '--force'])")
    assert done.stderr == ""


def test_the_clock_of_the_bar_runs_while_one_step_works(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress_bar("log.csv") as progress:
        progress("reading", 0)
        time.sleep(1.8)
        seen = sys.stderr.getvalue()
    assert "00:00 reading" in seen
    assert "00:01 reading" in seen


# --- files that cannot be used ----------------------------------------------------------

TOMORROW = dt.date.today() + dt.timedelta(days=2)
WIDE = [f"c{number}" for number in range(98)]
BAD_FILES = {
    "missing column": ["customer_id,date,x", *GOOD],
    "no column recognised": ["who,when,much", *GOOD],
    "two columns that fit": ["customer_id,date,revenue,turnover", *[row + ",1" for row in GOOD]],
    "doubled column": [HEADER + ",amount", *[row + ",1" for row in GOOD]],
    "amount is text": [HEADER, *GOOD, "x,2024-01-01,much"],
    "open thousands separator": [HEADER, *[f'x,2024-01-0{n},"1,23{n}"' for n in range(1, 9)]],
    "two currencies": [HEADER, "x,2024-01-01,€5", "x,2024-01-01,$5"],
    "two decimal marks": [HEADER, 'x,2024-01-01,"1.299,00"', 'x,2024-01-01,"1,299.00"'],
    "mixed orders of day and month": [HEADER, "x,25/04/2024,5", "x,04/25/2024,5"],
    "open order of day and month": [HEADER, "x,03/04/2024,5"],
    "no date": [HEADER, *GOOD, "x,,5"],
    "date in the future": [HEADER, *GOOD, f"x,{TOMORROW},5"],
    "several time zones": [
        HEADER, "x,2024-01-01T10:00:00+08:00,5", "x,2024-01-01T10:00:00+01:00,5",
    ],
    "no customer": [HEADER, *GOOD, ",2024-01-01,5", "null,2024-01-01,5"],
    "empty file": [],
    "header only": [HEADER],
    "infinite amount": [HEADER, *GOOD, "x,2024-01-01,inf", "x,2024-01-01,-Infinity"],
    "hundred columns": [",".join([*WIDE, "date", "amount"]), ",".join(["x"] * 100)],
    "torn line": [HEADER, *GOOD, "x,2024-01-01"],
    "open quotation mark": [HEADER, 'x,2024-01-01,"5', *GOOD],
    "old workbook": b"\xd0\xcf\x11\xe0" + bytes(508),
    "JSON": b'[{"customer_id": 7}]',
    "a page": b"<html><table></table></html>",
    "day numbers": [HEADER, "x,45000,5"],
    "years of two digits": [HEADER, "x,01/02/24,5"],
    "a zone by its name": [HEADER, *GOOD, "x,2024-01-01 10:00 CST,5"],
    "nothing to use": [HEADER, "x,never,5"],
    "unclear encoding": "\n".join([HEADER, "Käse,2024-01-01,5"]).encode("cp1252"),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("lines", BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file_gives_the_error_of_the_reader_and_no_file(write, capsys, lines, lang):
    path = write(lines)
    assert cli.main(["report", path, "--lang", lang]) == 2
    shown = capsys.readouterr()
    crm.use_language(lang)
    with pytest.raises(crm.TransactionError) as caught:
        crm.read_transactions(path)
    options = report.command().params[1:]
    assert shown.err == as_options(caught.value.told, options) + "\n"
    # Options, not Python.
    assert not re.search(r"\w=(?![=\"])|pandas|_transactions|dtype|\(…|\bTrue\b", shown.err)
    assert shown.out == ""
    assert files() == ["log.csv"]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--timezone", "Mars"),
        ("--decimal", ";"),
        ("--as-of", "31/12/2024"),
        ("--as-of", "1999-12-31"),
        ("--date-format", "%Q"),
        ("--encoding", "klingon"),
        ("--encoding", "utf-16"),
        ("--customer", "whom"),
        ("--order", "which"),
    ],
)
def test_a_wrong_option_is_told_and_nothing_is_written(write, capsys, option, value):
    path = write([HEADER, *GOOD])
    assert cli.main(["report", path, option, value]) == 2
    said = capsys.readouterr().err
    assert value in said
    assert "Traceback" not in said
    assert files() == ["log.csv"]


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("Name it: customer='…'.", "Name it: --customer …."),
        ("with keep=['paid', 'to be paid'];", 'with --keep paid --keep "to be paid";'),
        ("用 refunds=['退款'] 把", "用 --refund 退款 把"),
        ("not_customers=[\"o'clock\", '0']", '--not-customer "o\'clock" --not-customer 0'),
        ("fold_ids=True makes", "--fold-ids makes"),
        ("which rows keep their status [1]", "which rows keep their status [1]"),
        ("请写明列名：customer='…'。", "请写明列名：--customer …。"),
        ("decimal='.' or decimal=','.", '--decimal "." or --decimal ",".'),
        ("date_format='%d/%m/%y'", "--date-format %d/%m/%y"),
        ("customer='paid by'", '--customer "paid by"'),
        ("them out with bad_rows='reject'; see", "them out with --reject; see"),
        ("over it with overwrite=True.", "over it with --force."),
        ("用 overwrite=True 覆盖它。", "用 --force 覆盖它。"),
        ("or leave encoding= out.", "or leave --encoding out."),
        ("as_of must be a day, not '1/2'.", "--as-of must be a day, not '1/2'."),
        ("as_of 必须是日期", "--as-of 必须是日期"),
        (
            "date_format='day-first'或者date_format='excel'",
            "--date-format day-first或者--date-format excel",
        ),
        ("列'date=1'，或者去掉encoding=参数", "列'date=1'，或者去掉--encoding参数"),
        # Words of the reader, and of the language.
        ("There is no column 'date=1'.", "There is no column 'date=1'."),
        ('row 2 ("it\'s date=1")', 'row 2 ("it\'s date=1")'),
        ("a spreadsheet's day; date and order", "a spreadsheet's day; date and order"),
    ],
)
def test_the_names_in_an_error_are_told_as_options(message, told):
    assert as_options(message, report.command().params[1:]) == told


def test_an_error_that_names_no_option_is_told_as_it_is():
    assert as_options("date='x' and as_of", []) == "date='x' and as_of"
