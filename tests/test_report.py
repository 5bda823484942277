"""The page about any log: its figures, its honesty about poor logs, its form as one file."""

import datetime as dt
import os
import re
import signal
import string
import subprocess
import sys
import time
from gettext import NullTranslations
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

import crmlab as crm
from crmlab import language
from crmlab.report import (
    Risk,
    build_report,
    last_two_periods,
    page,
    render,
    stayed,
    write_report,
)
from crmlab.report.outlook import is_near

MASTER = Path(crm.__file__).parents[1] / "datasets" / "cdnow" / "master.csv"


@pytest.fixture(scope="module")
def log():
    return pd.read_csv(MASTER, parse_dates=["date"])


@pytest.fixture(scope="module")
def report():
    return build_report(crm.check_transactions(MASTER), name="master.csv", currency="USD")


@pytest.fixture(scope="module")
def few(log):
    """A tenth of the customers: enough for every section of the page."""
    return log[log["customer_id"] % 10 == 3].astype({"customer_id": "str"})


def report_of(log):
    return build_report(crm.check_transactions(log), name="log", currency="USD")


@pytest.fixture(scope="module")
def report_of_few(few):
    return report_of(few)


def a_report(rows, **options):
    frame = pd.DataFrame(rows, columns=["customer_id", "date", "amount"])
    return build_report(crm.check_transactions(frame), name="log", **options)


class _Page(HTMLParser):
    """The tags of a page, and what a reader reads: text and alt texts."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.words, self._style = [], [], False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append((tag, attributes))
        self.words.append(attributes.get("alt") or "")
        self._style = tag == "style"

    def handle_endtag(self, tag):
        self._style = False

    def handle_data(self, data):
        if not self._style:
            self.words.append(data.strip())

    @property
    def text(self):
        return "\n".join(filter(None, self.words))


# --- figures ----------------------------------------------------------------------------


def by_hand(log):
    """Summarise a log without the package."""
    days = log.groupby(["customer_id", "date"])["amount"].sum().reset_index()
    table = days.groupby("customer_id").agg(
        purchases=("date", "size"), spend=("amount", "sum"), last=("date", "max")
    )
    table["recency"] = (log["date"].max() - table["last"]).dt.days
    return table


def test_key_figures_are_those_computed_by_hand(report, log):
    customers = by_hand(log)
    figures = report.section("figures").parts[0].figures
    assert figures == {
        "customers": "23,570",
        "purchases": f"{customers['purchases'].sum():,}",
        "spend (USD)": f"{log['amount'].sum():,.0f}",
        "spend per customer, mean (USD)": f"{customers['spend'].mean():.2f}",
        "spend per customer, median (USD)": f"{customers['spend'].median():.2f}",
        "spend per purchase (USD)": f"{log['amount'].sum() / customers['purchases'].sum():.2f}",
        "bought more than once": f"{(customers['purchases'] > 1).mean():.0%}",
        "days since the last purchase, median": f"{customers['recency'].median():.0f}",
    }
    assert report.head == {
        "rows": "69,659",
        "customers": "23,570",
        "period": "1997-01-01 – 1998-06-30",
        "as of": "1998-06-30",
    }


def test_scores_of_the_customer_table_follow_the_rule_of_the_page(report, log):
    customers = by_hand(log)
    customers.index = customers.index.astype("str")
    customers = customers.sort_index()
    for score, values in (
        ("R", -customers["recency"]),
        ("F", customers["purchases"]),
        ("M", customers["spend"].round(6)),
    ):
        strictly_worse = values.rank(method="min") - 1
        expected = 1 + (5 * strictly_worse // len(values)).astype(int)
        assert report.customers[score].tolist() == expected.tolist()


def test_segments_and_actions_add_up_to_all_customers(report, log):
    sizes = report.section("segments").tables[0]
    actions = report.section("actions").tables[0]
    assert sizes["customers"].sum() == actions["customers"].sum() == 23_570
    assert sizes["spend (USD)"].sum() == pytest.approx(log["amount"].sum())
    assert sizes["share of spend"].sum() == pytest.approx(1)
    counted = report.customers["segment"].value_counts()
    assert actions.set_index("segment")["customers"].to_dict() == counted.to_dict()
    spend = report.customers.groupby("segment")["spend"].mean()
    assert actions.set_index("segment")["mean spend"].to_dict() == pytest.approx(spend.to_dict())
    assert actions["what to do"].notna().all()


def test_the_limits_of_scores_are_those_of_the_customers(report):
    limits = report.section("segments").tables[1].set_index("score")
    best = report.customers.query("F == 5")["purchases"]
    assert limits.loc["5", "F: purchases"] == f"{best.min()}\u2009…\u2009{best.max()}"
    assert limits["F: purchases"].isna().tolist() == [False, False, False, True, False]


def test_tiers_and_concentration_are_those_computed_by_hand(report, log):
    spend = np.sort(by_hand(log)["spend"])[::-1]
    tiers, held = report.section("pyramid").tables
    # The nearest customer, a half up; and all who spent as much as the last one taken.
    last = [spend[int(share * len(spend) + 0.5) - 1] for share in (0.01, 0.05, 0.2, 0.4)]
    cumulative = [int((spend >= least).sum()) for least in last]
    assert tiers["customers"].cumsum().tolist() == [*cumulative, len(spend)]
    assert tiers["spend (USD)"].iloc[0] == pytest.approx(spend[: cumulative[0]].sum())
    assert report.customers["tier"].value_counts()["Diamond"] == cumulative[0]
    for share, expected in zip((0.01, 0.05, 0.1, 0.2), held["share of spend"], strict=True):
        part = spend[: round(share * len(spend))].sum() / spend.sum()
        assert expected == pytest.approx(part, abs=2e-4)
    place = np.arange(1, len(spend) + 1)
    gini = (2 * place - len(spend) - 1) @ spend[::-1] / (len(spend) * spend.sum())
    assert f"Gini coefficient: {gini:.2f}" in _Page(render(report)).text


def test_migration_compares_the_last_two_periods(report, log):
    middle = pd.Timestamp("1997-09-30")
    old, new = (
        part.groupby("customer_id")["amount"].sum()
        for part in (log[log["date"] <= middle], log[log["date"] > middle])
    )
    limits = np.sort(old)[::-1][
        [int(np.floor(s * len(old) + 0.5)) - 1 for s in (0.01, 0.05, 0.2, 0.4)]
    ]
    tier = {
        name: sum((part < limit).astype(int) for limit in limits)
        for name, part in (("old", old), ("new", new))
    }
    stay = (tier["old"] == tier["new"].reindex(old.index)).mean()
    text = _Page(render(report)).text
    assert "From 1997-01-01 – 1997-09-30 to 1997-10-01 – 1998-06-30: two periods of 273" in text
    assert f"first period kept, {stay:.0%} stay in their tier" in text


def test_the_forecast_is_that_of_the_models_and_was_tested_on_the_last_period(report, log):
    weekly = crm.summarize(log, as_of="1998-06-30", unit="W")
    expected = crm.BetaGeometricNBD().fit(weekly).expected_purchases(273 / 7, weekly)
    spend = expected * crm.GammaGamma().fit(weekly).expected_spend(weekly)
    tiles = next(part.figures for part in report.section("value").parts if part.kind == "tiles")
    assert tiles["days ahead"] == "273"
    assert tiles["purchases expected"] == f"{expected.sum():,.0f}"
    assert tiles["spend expected (USD)"] == f"{spend.sum():,.0f}"
    trials, by_tier = report.section("value").tables
    assert by_tier["spend expected (USD)"].sum() == pytest.approx(spend.sum())
    assert report.customers["expected_spend"].sum() == pytest.approx(spend.sum(), rel=1e-5)
    later = log[log["date"] > "1997-09-30"]
    days = later.drop_duplicates(["customer_id", "date"])
    assert trials["purchases that came"].tolist() == [len(days)] * 2
    assert trials["spend that came (USD)"].tolist() == pytest.approx([later["amount"].sum()] * 2)
    early = log[log["date"] <= "1997-09-30"].drop_duplicates(["customer_id", "date"])
    assert trials.loc[1, "purchases foretold"] == len(early)
    assert trials["test"].tolist() == ["passed", "failed"]


def a_shop(again, gone, price, days=730, seed=1):
    """A log: all buy in the first days, `again` times in the first half and `gone` in the second.

    Both are means of a Poisson distribution; `price` makes amounts of a random generator.
    """
    rng, half = np.random.default_rng(seed), days // 2
    who = np.arange(600)
    halves = ((0, 10, np.ones(600, dtype=int)), (10, half, rng.poisson(again, 600)))
    halves += ((half, days, rng.poisson(gone, 600)),)
    rows = [
        pd.DataFrame({"customer_id": np.repeat(who, n), "day": rng.integers(low, high, n.sum())})
        for low, high, n in halves
    ]
    log = pd.concat(rows).astype({"customer_id": "str"})
    log["date"] = pd.Timestamp("2023-01-01") + pd.to_timedelta(log.pop("day"), unit="D")
    return log.assign(amount=price(rng, len(log)))


def sized(rng, n):
    return rng.gamma(4, 10, n).round(2)


def test_a_shop_that_nobody_leaves_is_forecast_by_a_limit_of_the_model():
    report = report_of(a_shop(5, 5, sized))
    section = report.section("value")
    assert section.tables[0]["test"].tolist() == ["passed", "passed"]
    assert any("one of its limits" in text for text in section.parts[-1].sentences)
    assert report.customers["expected_purchases"].sum() == pytest.approx(600 * 5, rel=0.1)


def test_one_price_needs_no_model_of_it():
    log = a_shop(4, 4, lambda _rng, n: np.full(n, 10.0))
    report = report_of(log.drop_duplicates(["customer_id", "date"]))
    assert report.section("value").tables[0]["test"].iloc[0] == "passed"
    customers = report.customers
    assert np.allclose(customers["expected_spend"], 10 * customers["expected_purchases"], atol=1e-3)


def test_a_forecast_that_failed_is_not_shown_as_one_that_passed():
    """Two thirds of the purchases stop at once in the middle: nothing known before says so."""
    report = report_of(a_shop(6, 2, sized))
    section = report.section("value")
    assert section.tables[0]["test"].tolist() == ["failed", "failed"]
    assert len(section.tables) == 1
    assert not any(part.kind in ("tiles", "figure") for part in section.parts)
    assert "No forecast passed" in _Page(render(report)).text
    assert report.customers[["expected_purchases", "expected_spend"]].isna().all(axis=None)


def test_a_churn_model_that_failed_shows_no_probability_of_today():
    # Everybody buys all the time until the last half year, when few do.
    report = report_of(a_shop(12, 1, sized))
    section = report.section("churn")
    assert section.missing is None
    assert not any(part.kind in ("tiles", "table") for part in section.parts)
    assert "failed this test" in _Page(render(report)).text
    assert report.customers["churn_probability"].isna().all()


def test_a_churn_model_that_passed_finds_who_was_planted_to_buy_rarely():
    # Half of the customers buy eight times a year, half once and a half, and nothing changes.
    rng, days, rates = np.random.default_rng(8), 730, np.repeat([8, 1.5], 400)
    number = rng.poisson(rates * days / 365)
    who = np.repeat(np.arange(800), number)
    log = pd.DataFrame({"customer_id": who.astype("str"), "amount": sized(rng, len(who))})
    log["date"] = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, days, len(who)), "D")
    report = report_of(log)
    section = report.section("churn")
    today = report.customers["churn_probability"]
    [table] = section.tables
    assert table["customers"].sum() == today.notna().sum()
    [tiles] = [part.figures for part in section.parts if part.kind == "tiles"]
    assert tiles["customers asked about"] == f"{today.notna().sum()}"
    assert tiles["expected to buy nothing"] == f"{today.sum():.0f}"
    assert "failed this test" not in _Page(render(report)).text
    # What was planted: e^(-rate x window) of each customer, within the quarter of its own test.
    today = today.dropna()
    planted = np.exp(-rates[today.index.astype(int)] * 180 / 365)
    assert is_near(today.sum(), planted.sum())
    assert roc_auc_score(planted > planted.min(), today) > 0.95


def test_a_forecast_looks_no_further_than_it_was_tried(log):
    short = log[(log["customer_id"] % 10 == 3) & (log["date"] <= "1997-07-31")]
    report = report_of(short.astype({"customer_id": "str"}))
    days = (pd.Timestamp("1997-07-31") - short["date"].min()).days + 1
    for part in report.section("value").parts:
        if part.kind == "tiles":
            assert part.figures["days ahead"] == str(days // 2)


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_quarter_off_is_near_and_more_is_not(came, foretold):
    if abs(foretold - came) < 0.2499 * came:
        assert is_near(foretold, came)
    elif abs(foretold - came) > 0.2501 * came + 1e-8:
        assert not is_near(foretold, came)


def test_the_churn_model_is_judged_on_what_its_customers_did_later(log):
    log = log[log["customer_id"] % 10 == 0].astype({"customer_id": "str"})
    customers = crm.summarize(log, as_of="1998-06-30")
    risk = Risk(log, customers, pd.Timestamp("1997-01-01"), pd.Timestamp("1998-06-30"))
    assert risk.window == 546 // 4
    learned, judged = risk.cutoffs
    assert (judged - learned).days == (pd.Timestamp("1998-06-30") - judged).days == risk.window
    last = log[log["date"] <= judged].groupby("customer_id")["date"].max()
    asked = last.index[last > judged - pd.Timedelta(days=risk.lookback)]
    came = set(log.loc[log["date"] > judged, "customer_id"])
    gone = {str(key): key not in came for key in asked}
    assert risk.churned.droplevel("cutoff").to_dict() == gone
    assert roc_auc_score(risk.churned, risk.foretold) > 0.65


def test_stayed_leaves_new_customers_out():
    old = pd.DataFrame({"spend": np.arange(1.0, 101)})
    new = pd.DataFrame({"spend": np.arange(1.0, 151)})
    matrix = crm.Pyramid().fit(old).migration(old, new)
    assert matrix.loc["No purchase before"].sum() == 50
    assert stayed(matrix) == 1


@given(first=st.dates(dt.date(1990, 1, 1), dt.date(2020, 1, 1)), days=st.integers(1, 3000))
def test_two_periods_are_equal_adjacent_and_within_the_log(first, days):
    last = first + dt.timedelta(days=days - 1)
    if days < 56:
        with pytest.raises(crm.CRMError, match=rf"covers {days} day"):
            last_two_periods(first, last)
        return
    before, after = last_two_periods(first, last)
    assert after[1] == pd.Timestamp(last)
    assert after[0] - before[1] == pd.Timedelta(days=1)
    assert after[1] - after[0] == before[1] - before[0]
    assert (after[1] - after[0]).days + 1 == min(365, days // 2)
    assert before[0] >= pd.Timestamp(first)


def test_rows_after_the_last_day_that_counts_are_counted_and_not_used(log):
    early = log[log["date"] <= "1997-12-31"]
    report = build_report(crm.check_transactions(MASTER), name="m", as_of="1997-12-31")
    tiles = list(report.section("quality").parts[0].figures.values())
    assert tiles == ["69,659", f"{len(early):,}", "0", f"{69_659 - len(early):,}"]
    assert report.head["rows"] == f"{len(early):,}"
    assert report.section("figures").parts[0].figures["spend"] == f"{early['amount'].sum():,.0f}"


def test_refunds_are_shown_with_their_sum():
    rows = [(f"c{n}", f"2024-0{n % 6 + 1}-01", 10.0 * n) for n in range(1, 40)]
    report = a_report([*rows, ("c3", "2024-05-01", -7.0), ("c4", "2024-05-01", -80.0)])
    assert report.section("figures").parts[0].figures["refunded"] == "87"
    assert "1 customer got back more than was paid" in _Page(render(report)).text


@pytest.mark.parametrize("build", [pl.from_pandas, duckdb.from_df])
def test_a_log_in_another_engine_gives_the_same_customers(report_of_few, few, build):
    other = report_of(build(few[["customer_id", "date", "amount"]]))
    pd.testing.assert_frame_equal(other.customers, report_of_few.customers, check_index_type=False)
    assert other.head == report_of_few.head


# --- logs that cannot show everything ---------------------------------------------------

DAYS = [f"2024-{month:02}-04" for month in range(1, 10)]
FORECAST = {"value", "churn"}
RANKED = {"segments", "pyramid", "migration", "actions"} | FORECAST
SHORT = {"acquisition", "retention", "development"}
POOR_LOGS = {
    "one customer": ([("a", "2024-03-04", 5.0)], RANKED | SHORT, "only 1 customer"),
    "two customers": (
        [("a", "2024-03-04", 5.0), ("b", "2024-03-05", 6.0)], RANKED | SHORT, "only 2 customers",
    ),
    "all on one day": (
        [(f"c{n}", "2024-03-04", float(n)) for n in range(1, 40)],
        {"segments", "migration", "actions"} | FORECAST | SHORT,
        "bought last on the same day",
    ),
    "all amounts equal": (
        [(f"c{n}", DAYS[n % 9], 10.0) for n in range(40)],
        {"pyramid", "migration", "churn"},
        "spent the same",
    ),
    "nothing paid": (
        [(f"c{n}", DAYS[n % 9], 0.0) for n in range(40)],
        {"pyramid", "migration", "churn"},
        "the same",
    ),
    "negative total": (
        [(f"c{n}", DAYS[n % 9], amount) for n in range(40) for amount in (10.0, -10.0 - n)],
        {"pyramid", "migration", "churn"},
        "adds up to",
    ),
    "refunds only": (
        [("a", "2024-03-04", -5.0), ("b", "2024-06-04", -5.0)],
        RANKED | SHORT | {"figures", "trust"},
        "refunds only",
    ),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("rows", "missing", "reason"), POOR_LOGS.values(), ids=POOR_LOGS)
def test_what_a_poor_log_cannot_show_is_left_out_with_the_reason(rows, missing, reason, lang):
    crm.use_language(lang)
    report = a_report(rows)
    reasons = {section.key: section.missing for section in report.sections if section.missing}
    assert reasons.keys() == missing
    assert all(section.parts for section in report.sections if section.key not in missing)
    if lang == "en":
        assert any(reason in text for text in reasons.values())
    text = _Page(render(report)).text
    assert all(why in text for why in reasons.values())
    assert "nan" not in text.lower().split()
    has_no_scores = report.customers[["R", "F", "M", "segment"]].isna().all(axis=None)
    assert has_no_scores == ("segments" in missing)
    assert report.customers["tier"].isna().all() == ("pyramid" in missing)


def test_the_second_period_without_a_purchase_is_a_reason():
    rows = [(f"c{n}", f"2024-01-{n % 28 + 1:02}", float(n)) for n in range(1, 40)]
    report = a_report(rows, as_of="2024-12-31")
    assert "No row of the log lies in the period" in report.section("migration").missing


def test_rejected_rows_are_shown_with_their_numbers(tmp_path):
    path = tmp_path / "log.csv"
    good = [f"c{n},2024-0{n % 9 + 1}-04,{n}" for n in range(40)]
    path.write_text("\n".join(["customer_id,date,amount", "x,soon,5", *good, "y,2024-01-01,much"]))
    report = build_report(crm.check_transactions(path), name="log")
    quality = report.section("quality")
    assert list(quality.parts[0].figures.values()) == ["42", "40", "2", "0"]
    reasons, first = quality.tables
    assert reasons.to_numpy().tolist() == [
        ["date", "not a date", 1],
        ["amount", "not an amount", 1],
    ]
    assert first["row"].tolist() == ["2", "43"]
    assert first["value"].tolist() == ["soon", "much"]
    assert "2 rows cannot be used and are left out." in quality.parts[-1].sentences


def test_a_log_without_a_usable_row_is_refused(tmp_path):
    rows = {"customer_id": ["a"], "date": ["never"], "amount": [1.0]}
    reading = crm.check_transactions(pd.DataFrame(rows))
    with pytest.raises(crm.TransactionError, match="not a date"):
        build_report(reading, name="log")


# --- the page ---------------------------------------------------------------------------


def test_the_page_needs_no_other_file(report):
    html = render(report)
    tags = _Page(html).tags
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _attributes in tags}
    addresses = [
        value
        for _tag, attributes in tags
        for name, value in attributes.items()
        if name in ("src", "href", "srcset", "data", "action", "poster")
    ]
    assert {address.partition(":")[0] for address in addresses if address[0] != "#"} == {"data"}
    assert not re.search(r"@import|url\(|https?:", html)


def test_every_link_has_its_section_and_every_figure_its_text(report):
    tags = _Page(render(report)).tags
    ids = {attributes.get("id") for _tag, attributes in tags}
    links = {attributes["href"][1:] for tag, attributes in tags if tag == "a"}
    assert links == {section.key for section in report.sections}
    assert links <= ids
    figures = [attributes for tag, attributes in tags if tag == "img"]
    assert len(figures) == 8
    assert all(len(attributes["alt"]) > 40 for attributes in figures)


def test_a_part_of_the_log_has_every_section(report, report_of_few):
    """So other tests can look at a tenth."""
    kinds = [
        [(section.key, [type(part) for part in section.parts]) for section in one.sections]
        for one in (report, report_of_few)
    ]
    assert kinds[0] == kinds[1]


def test_the_same_log_gives_the_same_page(report_of_few, few):
    assert render(report_of(few)) == render(report_of_few)


def test_names_in_the_log_cannot_become_part_of_the_page(tmp_path):
    evil = "<script>alert(1)</script>"
    name = f"amount {evil}"
    path = tmp_path / "log.csv"
    good = [f"c{n},2024-0{n % 9 + 1}-04,{n}" for n in range(40)]
    lines = [f"customer_id,date,{name}", f"{evil},2024-01-01,<img src=x onerror=alert(1)>", *good]
    path.write_text("\n".join([*lines, f"{evil},2024-02-02,5"]))
    reading = crm.check_transactions(path, amount=name)
    report = build_report(reading, name=evil, currency=evil)
    html = render(report)
    assert evil not in html
    assert "<img src=x" not in html
    assert html.count("&lt;script&gt;") > 3
    assert evil in report.customers.index


def test_own_figures_keep_their_look():
    import matplotlib.pyplot as plt

    plt.rcParams["axes.titlesize"] = 7
    a_report(POOR_LOGS["all on one day"][0])
    assert plt.rcParams["axes.titlesize"] == 7
    assert plt.get_fignums() == []
    plt.rcdefaults()


class _Marked(NullTranslations):
    """A language of which every word is known to be translated: letters become Cyrillic."""

    letters = str.maketrans(
        {letter: chr(0x430 + place) for place, letter in enumerate(string.ascii_lowercase)}
        | {letter: chr(0x410 + place) for place, letter in enumerate(string.ascii_uppercase)}
    )

    def gettext(self, message):
        parts = re.split(r"(\{[^}]*\})", message)
        return "".join(part if part[:1] == "{" else part.translate(self.letters) for part in parts)

    def ngettext(self, singular, plural, count):
        return self.gettext(singular if count == 1 else plural)


@pytest.mark.parametrize("rows", [None, *(rows for rows, *_rest in POOR_LOGS.values())])
def test_every_word_of_the_page_can_be_translated(rows, few, monkeypatch):
    monkeypatch.setattr(language, "_catalogue", lambda _language: _Marked())
    report = report_of(few) if rows is None else a_report(rows)
    # Not words: the names of the log, of this package, and of scores and columns.
    names = {"log", "USD", "crmlab", "R", "F", "M", "purchases", "spend", "recency", "days"}
    names |= {"customer", "id"}  # the column, which notes name
    assert set(re.findall("[A-Za-z]+", _Page(render(report)).text)) <= names


def test_the_chinese_page_is_chinese(few):
    crm.use_language("zh")
    html = render(report_of(few))
    assert '<html lang="zh">' in html
    assert re.findall(r"(?:[A-Za-z]+[ ,]+){3,}", _Page(html).text) == []


@pytest.mark.parametrize("width", [400, 1400])
def test_the_page_fits_its_window(report, tmp_path, browser, width):
    path = tmp_path / "page.html"
    path.write_text(render(report), encoding="utf-8")
    window = browser.new_page(viewport={"width": width, "height": 900})
    window.goto(path.as_uri())
    assert window.evaluate("document.documentElement.scrollWidth") <= width
    drawn = "Array.from(document.images).every(image => image.naturalWidth > 0)"
    assert window.evaluate(drawn)
    window.close()


# --- on disk ----------------------------------------------------------------------------


def test_page_and_table_are_written_side_by_side(report, tmp_path):
    written = write_report(report, tmp_path / "page.html")
    assert written == (tmp_path / "page.html", tmp_path / "page_customers.csv")
    assert sorted(tmp_path.iterdir()) == sorted(written)
    assert written[0].read_text(encoding="utf-8") == render(report)
    assert written[1].read_bytes().startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(written[1], dtype={"customer_id": str}, index_col="customer_id")
    assert list(table) == [
        *["purchases", "spend", "first_purchase", "last_purchase", "recency_days"],
        *["R", "F", "M", "segment", "tier"],
        *["expected_purchases", "expected_spend", "churn_probability"],
    ]
    assert table["spend"].tolist() == report.customers["spend"].tolist()
    assert table.loc["1", "first_purchase"] == "1997-01-01"


def test_an_earlier_report_is_not_written_over_unless_told(report, tmp_path):
    path = tmp_path / "page.html"
    for taken in (path, tmp_path / "page_customers.csv"):
        taken.write_text("mine")
        with pytest.raises(crm.CRMError, match=f"{taken.name}' already.*overwrite=True"):
            write_report(report, path)
        assert [taken] == list(tmp_path.iterdir())
        assert taken.read_text() == "mine"
        taken.unlink()
    path.write_text("mine")
    write_report(report, path, overwrite=True)
    assert path.read_text(encoding="utf-8") == render(report)


@pytest.mark.parametrize("failing", ["render", "os.replace"])
def test_what_fails_half_way_leaves_nothing(report, tmp_path, monkeypatch, failing):
    def fail(*_arguments):
        raise OSError("the disk is full")

    monkeypatch.setattr(os if "." in failing else page, failing.rpartition(".")[2], fail)
    with pytest.raises(OSError, match="full"):
        write_report(report, tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []


_SLOW = """
import sys, time
from pathlib import Path
import crmlab.cli
import pandas
def to_csv(self, path, **options):
    Path(path).write_text("half of a tab")
    Path("writing").touch()
    time.sleep(60)
pandas.DataFrame.to_csv = to_csv
sys.argv = ["crmlab", "report", "log.csv"]
sys.exit(crmlab.cli.main())
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of another kind")
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_a_report_that_is_killed_leaves_no_half_written_file(tmp_path, end):
    rows = [f"c{n},2024-0{n % 9 + 1}-04,{n}" for n in range(40)]
    (tmp_path / "log.csv").write_text("\n".join(["customer_id,date,amount", *rows]))
    with subprocess.Popen(
        [sys.executable, "-c", _SLOW], cwd=tmp_path, text=True, stderr=subprocess.PIPE
    ) as running:
        deadline = time.monotonic() + 60
        while not (tmp_path / "writing").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        running.send_signal(end)
        _out, said = running.communicate(timeout=30)
    assert not list(tmp_path.glob("*.html")) + list(tmp_path.glob("*_customers.csv"))
    if end != signal.SIGKILL:
        assert sorted(path.name for path in tmp_path.iterdir()) == ["log.csv", "writing"]
        assert running.returncode == 130
        assert said == "Stopped; nothing was written.\n"
