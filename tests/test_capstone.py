"""One company through all chapters: the sections on acquisition, retention, development and trust.

What they compute is held against counting by hand, against orders shuffled in every way, and
against what the simulator planted; five logs end in a page or in a sentence.
"""

import re
from collections import Counter
from itertools import combinations, pairwise, permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import crmlab as crm
from crmlab.cli import main
from crmlab.report import Sources, build_report, company_report, render
from crmlab.report.acquisition_section import acquisition_cost, first_days
from crmlab.report.build import section_from
from crmlab.report.company_report import sources_of
from crmlab.report.development_section import bought_next, bought_together, ladder
from crmlab.report.facts import Facts
from crmlab.report.retention_section import kept_share
from crmlab.report.sections import SECTIONS
from crmlab.report.trust_section import K, alike, by_group, groups_of
from tools.without_kernel import run

ROOT = crm.datasets.folder("datasets").parent
NEW = ("acquisition", "retention", "development", "trust")


@pytest.fixture(scope="module")
def company():
    return crm.Company(seed=4, customers=600)


@pytest.fixture(scope="module")
def report(company):
    return company_report(company)


@pytest.fixture(scope="module")
def files(company, tmp_path_factory):
    """What the company would hand over."""
    folder, beside = tmp_path_factory.mktemp("files"), sources_of(company)
    company.orders.to_csv(folder / "orders.csv", index=False)
    beside.register.to_csv(folder / "register.csv")
    beside.lines.to_csv(folder / "lines.csv", index=False)
    company.channel_spend.to_csv(folder / "spend.csv", index=False)
    return folder


def words(section):
    """What a section says, part by part: its text, gaps, captions and single figures."""
    if section.missing:
        return [section.missing]
    said = []
    for part in section.parts:
        said += {
            "notes": lambda part: part.sentences,
            "table": lambda part: [part.caption],
            "tiles": lambda part: [*part.figures, *part.figures.values()],
            "figure": lambda part: [],
        }.get(part.kind, lambda part: [part.text])(part)
    return said


def section_of(key, log, as_of=None, currency="", **beside):
    """One section alone, as the builder makes it."""
    facts = Facts(crm.check_transactions(log), as_of, currency, Sources(**beside))
    return next(section_from(*one, facts) for one in SECTIONS if one[0] == key)


# --- acquisition ------------------------------------------------------------------------


def test_new_customers_are_those_who_joined(report, company):
    table = report.section("acquisition").tables[0]
    joined = company.customers["joined"]
    quarters = joined.dt.year.astype("str") + ", quarter " + joined.dt.quarter.astype("str")
    assert table.set_index("first purchase in")["new customers"].to_dict() == Counter(quarters)


def test_channels_and_costs_are_those_of_the_last_contact(report, company):
    last = crm.attribution.last_touch(
        crm.attribution.paths(
            company.touchpoints,
            company.leads.set_index("lead_id")["customer_id"].notna(),
        )
    )
    _quarters, channels, cost = report.section("acquisition").tables
    new = channels.set_index("channel")["new customers"]
    assert new.drop("not known").to_dict() == last[last > 0].to_dict()
    assert new["not known"] == (company.customers["joined"] < "2025-01-01").sum()
    spent = company.channel_spend.groupby("channel", observed=True)["spend"].sum()
    cost = cost.set_index("channel")
    assert cost["spent on it (yuan)"].to_dict() == pytest.approx(spent.to_dict())
    each = (spent / last).to_dict()
    assert cost["cost of a new customer (yuan)"].to_dict() == pytest.approx(each)


def test_the_interval_of_a_cost_is_that_of_a_poisson_count():
    spend = pd.DataFrame(
        {
            "month": pd.PeriodIndex(["2024-01", "2024-02", "2024-03", "2024-02"], freq="M"),
            "channel": ["ad", "ad", "ad", "press"],
            "spend": [100.0, 200.0, 1e6, 50.0],
        }
    )
    joined = pd.Series(pd.to_datetime(["2024-01-05"] * 3 + ["2024-02-29"] * 4 + ["2024-03-01"]))
    channel = pd.Series(["ad"] * 8)
    span = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-03-30")
    cost = acquisition_cost(spend, channel, joined, *span)
    ad, press = cost.loc["ad"], cost.loc["press"]
    assert (ad["spend"], ad["customers"]) == (300, 7)  # March is not over
    assert stats.poisson.sf(6, 300 / ad["high"]) == pytest.approx(0.025)
    assert stats.poisson.cdf(7, 300 / ad["low"]) == pytest.approx(0.025)
    assert press["customers"] == 0
    assert press[["cost", "low", "high"]].isna().all()
    with pytest.raises(crm.CRMError, match="No month of the spend"):
        acquisition_cost(spend, channel, joined, span[0], pd.Timestamp("2024-01-30"))


days_of_logs = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 40), st.integers(-20, 20), st.booleans()),
    min_size=1,
    max_size=25,
    unique_by=lambda row: row[:2],
).filter(lambda rows: any(bought for *_row, bought in rows))


@given(rows=days_of_logs, window=st.integers(1, 15))
def test_first_days_and_ladder_are_those_counted_by_hand(rows, window):
    start, as_of = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-10")
    days = pd.DataFrame(sorted(rows), columns=["customer_id", "day", "spend", "bought"])
    days["day"] = start + pd.to_timedelta(days["day"], unit="D")
    seen = first_days(days, as_of, window)
    steps = []
    for customer, mine in days.groupby("customer_id"):
        bought = list(mine.loc[mine["bought"], "day"])
        if not bought:
            assert customer not in seen.index
            continue
        inside = mine["day"].between(bought[0], bought[0] + pd.Timedelta(days=window - 1))
        if bought[0] + pd.Timedelta(days=window - 1) > as_of:
            assert seen.loc[customer, ["again", "spend"]].isna().all()
        else:
            assert seen.loc[customer, "again"] == ((inside & mine["bought"]).sum() > 1)
            assert seen.loc[customer, "spend"] == mine.loc[inside, "spend"].sum()
        for number, day in enumerate(bought, start=1):
            if (as_of - day).days >= window:
                later = [other for other in bought if 0 < (other - day).days <= window]
                steps.append((min(number, 6), bool(later)))
    climbed = ladder(days, as_of, window)
    assert climbed["customers"].to_dict() == Counter(number for number, _again in steps)
    counted = Counter(number for number, again in steps if again)
    assert (climbed["next"] * climbed["customers"]).round(6).to_dict() == {
        number: counted[number] for number in climbed.index
    }


# --- retention --------------------------------------------------------------------------


def test_who_came_back_is_counted_from_the_orders(report, company):
    sold = company.orders.query("amount >= 0")
    day = sold["date"].dt.normalize()
    old = sold[day.between("2024-01-02", "2024-12-31")].assign(day=day)
    new = set(sold.loc[day > "2024-12-31", "customer_id"])
    number = old.drop_duplicates(["customer_id", "day"])["customer_id"].value_counts()
    table = report.section("retention").tables[0].set_index("purchases in the first period")
    for name, mine in (("1", number == 1), ("3 … 5", number.between(3, 5)), ("6 …", number > 5)):
        assert table.loc[name, "customers"] == mine.sum()
        back = sum(customer in new for customer in number.index[mine])
        assert table.loc[name, "bought again in the second"] == pytest.approx(back / mine.sum())
    assert table.loc["all", "customers"] == len(number)


def test_the_interval_of_a_share_is_wilsons():
    old = pd.DataFrame({"purchases": [1] * 10 + [2]}, index=range(11))
    kept = kept_share(old, old.iloc[:3]).set_index("purchases")
    middle, half = (3 + 1.96**2 / 2) / (10 + 1.96**2), 0.0
    half = 1.96 / (10 + 1.96**2) * np.sqrt(3 * 7 / 10 + 1.96**2 / 4)
    assert kept.loc["1", ["low", "high"]].tolist() == pytest.approx(
        [middle - half, middle + half], abs=1e-4
    )
    assert kept.loc["6 …", ["kept", "low", "high"]].isna().all()


# --- development ------------------------------------------------------------------------

orders_of_shops = st.lists(
    st.tuples(st.integers(0, 2), st.sets(st.integers(0, 3), min_size=1)), min_size=1, max_size=8
)


def lines_of(orders):
    """Lines of the orders of customers, in order of time."""
    in_order = sorted(enumerate(orders), key=lambda numbered: numbered[1][0])
    rows = [(f"c{who}", str(n), f"p{one}") for n, (who, held) in in_order for one in sorted(held)]
    return pd.DataFrame(rows, columns=["customer_id", "order", "product"])


def next_to_each_other(orders):
    return Counter(
        (f"p{a}", f"p{b}")
        for (one, first), (other, then) in pairwise(orders)
        if one == other
        for a in first
        for b in then
        if a != b
    )


@settings(max_examples=30)
@given(orders_of_shops)
def test_pairs_together_are_those_counted_by_hand(orders):
    pairs = bought_together(lines_of(orders)).set_index(["first", "then"])
    counts = Counter(
        (f"p{a}", f"p{b}") for _who, held in orders for a, b in combinations(sorted(held), 2)
    )
    assert pairs["count"].to_dict() == counts
    alone = Counter(f"p{one}" for _who, held in orders for one in held)
    for (a, b), pair in pairs.iterrows():
        table = [[pair["count"], alone[a] - pair["count"]], [alone[b] - pair["count"], 0]]
        table[1][1] = len(orders) - sum(table[0]) - table[1][0]
        exact = stats.fisher_exact(table, alternative="greater").pvalue
        assert pair["p_value"] == pytest.approx(exact)
        assert pair["by_luck"] == pytest.approx(alone[a] * alone[b] / len(orders))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sets(st.integers(0, 2), min_size=1), min_size=1, max_size=5))
def test_luck_of_the_next_order_is_the_mean_over_every_order_in_time(held):
    orders = [(0, one) for one in held]
    every = [next_to_each_other(list(order)) for order in permutations(orders)]
    pairs = bought_next(lines_of(orders)).set_index(["first", "then"])
    assert pairs["count"].to_dict() == next_to_each_other(orders)
    for pair, luck in pairs["by_luck"].items():
        assert luck == pytest.approx(np.mean([one[pair] for one in every]))


def test_the_next_order_agrees_with_next_pairs_where_an_order_holds_one_product():
    rng = np.random.default_rng(3)
    orders = sorted(zip(rng.integers(0, 20, 150), rng.integers(0, 4, 150), strict=True))
    orders = [(who, {one}) for who, one in orders]
    lines = lines_of(orders).assign(date=range(150))
    ours = bought_next(lines).set_index(["first", "then"])
    theirs = crm.next_pairs(lines, "product", draws=0).loc[ours.index]
    assert ours["count"].tolist() == theirs["count"].tolist()
    assert ours["by_luck"].tolist() == pytest.approx(theirs["by_luck"].tolist())


def test_companions_that_were_planted_are_shown(report, company):
    names = company.products.set_index("product_id")["name"]
    planted = company.truth.companions[["product_id", "companion_id"]].map(names.get)
    planted = {tuple(sorted(pair)) for pair in planted.itertuples(index=False)}
    shown = report.section("development").tables[1]
    assert len(planted & set(zip(shown["product"], shown["and"], strict=True))) >= 2
    assert (shown["times luck"].diff().dropna() <= 0).all()
    assert (shown["orders with both"] >= 10).all()


def test_what_is_planted_to_come_next_is_shown_and_what_comes_by_lot_is_not():
    rng = np.random.default_rng(5)
    log = pd.DataFrame({"customer_id": np.repeat(np.arange(150), 8), "amount": 10.0})
    log["date"] = pd.Timestamp("2023-01-01") + pd.to_timedelta(
        60 * np.tile(np.arange(8), 150) + rng.integers(0, 40, len(log)), unit="D"
    )
    bought = rng.integers(0, 6, len(log))
    after_0 = np.append(False, bought[:-1] == 0) & (rng.random(len(log)) < 0.5)
    lines = log.assign(product=np.where(after_0, 1, bought)).drop(columns="amount")
    section = section_of("development", log, lines=lines, product="product")
    after = section.tables[-1]
    assert after[["product", "then"]].to_numpy().tolist() == [["0", "1"]]
    assert "No two products are in one order more often than luck would have it." in words(section)


# --- trust ------------------------------------------------------------------------------


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(["a", "b", None]), st.integers(0, 1)),
        min_size=1,
    )
)
def test_k_is_the_smallest_group_counted_by_hand(rows):
    table = pd.DataFrame(rows, columns=["x", "y", "z"])
    assert alike(table).tolist() == [Counter(rows)[row] for row in rows]


def test_who_could_be_found_is_counted_from_register_and_orders(report, company):
    facts = ["birth_year", "gender", "region", "city_size"]
    register = company.customers
    month = register["joined"].dt.strftime("%Y-%m")
    told = [tuple(map(str, row)) for row in zip(*(register[fact] for fact in facts), strict=True)]
    found = report.section("trust").tables[0].set_index("what a stranger knows")
    for what, rows in (
        ("month of the first purchase", list(month)),
        ("from the register: " + ", ".join(facts), told),
        (
            f"from the register: {', '.join(facts)}, and the month of the first purchase",
            list(zip(told, month, strict=True)),
        ),
    ):
        size = Counter(rows)
        row = found.loc[what]
        assert row["alone"] == sum(one == 1 for one in size.values())
        assert row["smallest group (k)"] == min(size.values())
        few = sum(one for one in size.values() if one < K) / len(rows)
        assert row["in groups of fewer than 10"] == pytest.approx(few)


def test_a_score_that_is_wrong_for_one_group_is_found_and_a_right_one_is_not():
    rng = np.random.default_rng(8)
    group = pd.Series(rng.choice(["a", "b", "c"], 3000))
    chance = rng.uniform(0.1, 0.9, 3000)
    churned = rng.random(3000) < chance
    right, left_out = by_group(churned, chance, group.where(group != "c"))
    assert list(right.index) == ["a", "b"]
    assert left_out == (group == "c").sum()
    assert (right["off"].abs() < right["half"]).all()
    wrong, _none = by_group(churned, np.where(group == "b", chance - 0.1, chance), group)
    assert wrong.index[wrong["off"].abs() > wrong["half"]].tolist() == ["b"]
    assert wrong.loc["b", "off"] == pytest.approx(-0.1, abs=0.03)
    called = pd.Series(chance).rank(ascending=False) <= 600
    everybody, _none = by_group(churned, chance, pd.Series("all", range(3000)))
    assert everybody["missed"].tolist() == [1 - called[churned].mean()]
    assert everybody["in_vain"].tolist() == [called[~churned].mean()]


def test_many_numbers_are_cut_into_fourths_and_names_stay():
    years = pd.Series([*range(1950, 1990), None])
    groups = groups_of(years)
    assert groups.value_counts().tolist() == [10] * 4
    assert groups.isna().sum() == 1
    assert groups_of(pd.Series(["x", None])).tolist()[0] == "x"


# --- one company, five logs ---------------------------------------------------------------


def test_the_company_leaves_no_table_unused(report, company):
    """What is still open are questions that no table beside the log answers."""
    assert not any("--" in gap for gap in report.gaps["gap"])
    assert all("Chapter" in gap for gap in report.gaps["gap"])
    alone = [gap for key in NEW for gap in section_of(key, company.orders).gaps]
    assert sum("--" in gap for gap in alone) == 5
    assert all("Chapter" in gap for gap in alone)


def test_nothing_after_the_last_day_that_counts_is_used(company):
    day = pd.Timestamp("2025-03-10")
    beside = vars(sources_of(company)) | {"spend": company.channel_spend}
    until = company.orders[company.orders["date"] < day + pd.Timedelta(days=1)]
    early = beside | {"spend": company.channel_spend.query("month <= '2025-02-01'")}
    for key in NEW:
        one = section_of(key, company.orders, day, **beside)
        other = section_of(key, until, day, **early)
        assert words(one) == words(other)
        for mine, theirs in zip(one.tables, other.tables, strict=True):
            pd.testing.assert_frame_equal(mine, theirs)


def cdnow(share):
    log = crm.datasets.load_cdnow("master")
    return log[log["customer_id"] % share == 0], {}


def complete_journey():
    load = crm.datasets.load_complete_journey
    lines = load("lines")
    some = lines["customer_id"].drop_duplicates().iloc[:60]
    baskets = load("baskets")
    facts = ["age", "income", "household_size"]
    beside = {"register": load("demographics"), "facts": facts, "group": "age"}
    beside |= {"lines": lines[lines["customer_id"].isin(some)], "product": "department"}
    return baskets[baskets["customer_id"].isin(some)], beside


def badly_made():
    """Dates of two forms, amounts as text, refunds, a customer without a name, one huge order."""
    rows = [(f"C{n % 37}", f"{n % 28 + 1}.{n % 11 + 1}.2024", f"{n % 9},50 €") for n in range(300)]
    rows += [("", "1.2.2024", "5,00 €"), ("C1", "30.2.2024", "5,00 €"), ("C2", "soon", "much")]
    rows += [("C3", "3.4.2024", "-900,00 €"), ("C4", "5.5.2024", "1.000.000,00 €")]
    log = pd.DataFrame(rows, columns=["Kunde", "Datum", "Betrag"])
    columns = {"customer": "Kunde", "date": "Datum", "amount": "Betrag"}
    register = pd.DataFrame({"customer_id": ["C1", "C2"], "group": ["x", None]})
    return log, {"register": register, "facts": ["group"], "group": "group", "columns": columns}


LOGS = {
    "CDNOW": lambda: cdnow(30),
    "Complete Journey": complete_journey,
    "badly made": badly_made,
}


@pytest.mark.parametrize(("name", "lang"), [*((name, "en") for name in LOGS), ("badly made", "zh")])
def test_a_log_ends_in_a_page(name, lang):
    crm.use_language(lang)
    log, beside = LOGS[name]()
    columns = beside.pop("columns", {})
    reading = crm.check_transactions(log, **columns)
    built = build_report(reading, name=name, sources=Sources(**beside))
    page = render(built)
    for key in NEW:
        section = built.section(key)
        assert section.parts or len(section.missing) > 20
    assert not {"nan", "<NA>", "None"} & set(re.sub("<[^>]*>", " ", page).split())
    assert len(built.gaps) == len(set(built.gaps["gap"]))


@pytest.mark.parametrize("load", ["telco", "routing", "reviews_zh", "engines"])
def test_a_table_that_is_no_log_ends_in_a_sentence(load):
    with pytest.raises(crm.TransactionError, match="Which column says"):
        crm.check_transactions(getattr(crm.datasets, f"load_{load}")())


@pytest.mark.parametrize(
    ("beside", "reason"),
    [
        ({"channel": "how"}, "must be columns of the register"),
        ({"register": pd.DataFrame({"customer_id": [1]}), "group": "sex"}, "no column 'sex'"),
        ({"register": pd.DataFrame({"customer_id": [1, 1]})}, "one row per customer"),
        ({"lines": pd.DataFrame({"a": [1]})}, "go together"),
        ({"lines": pd.DataFrame({"a": [1]}), "product": "b"}, "no column 'b'"),
        ({"spend": pd.DataFrame({"month": ["2024-01"]})}, "says nothing without channel"),
    ],
)
def test_tables_that_cannot_be_used_are_refused_with_a_reason(beside, reason):
    with pytest.raises(crm.CRMError, match=reason):
        Sources(**beside)


def test_spend_that_cannot_be_read_is_refused():
    register = pd.DataFrame({"customer_id": ["a"], "how": ["ad"]})
    spend = pd.DataFrame({"Month": ["2024-01", "May"], "channel": "ad", "Spend": ["5", "6"]})
    with pytest.raises(crm.CRMError, match="month 'May', spend '6'"):
        Sources(register=register, channel="how", spend=spend)


def test_tables_of_other_customers_are_said_in_their_section():
    log, _none = cdnow(60)
    beside = {"register": pd.DataFrame({"customer_id": ["x1"], "how": ["ad"]}), "channel": "how"}
    beside |= {"lines": pd.DataFrame({"order_id": [1], "what": ["tea"]}), "product": "what"}
    assert "stands in the register" in section_of("acquisition", log, **beside).missing
    assert "Which column says who bought?" in section_of("development", log, **beside).missing


# --- the same on the command line, and in a notebook --------------------------------------


def test_the_command_takes_the_tables_and_gives_the_page_of_the_package(files, report, capsys):
    beside = ["--register", "register.csv", "--lines", "lines.csv", "--spend", "spend.csv"]
    beside = [str(files / word) if word.endswith("csv") else word for word in beside]
    beside += ["--channel", "channel", "--facts", "birth_year, gender,region,city_size"]
    beside += ["--group", "region", "--product", "product", "--currency", "yuan"]
    out = files / "page.html"
    assert main(["report", str(files / "orders.csv"), "--out", str(out), *beside]) == 0
    page = out.read_text(encoding="utf-8")
    built = render(report).replace("Harbour Coffee", "orders.csv")
    for key in NEW:
        mark = f'<section id="{key}">'
        ours, theirs = (
            text.partition(mark)[2].partition("</section>")[0] for text in (built, page)
        )
        assert ours == theirs


def test_the_notebook_says_what_the_page_says(files, tmp_path):
    parameters = {"transactions": str(files / "orders.csv"), "as_of": "2025-11-30"}
    parameters |= {"register": str(files / "register.csv"), "facts": ["region"], "group": "region"}
    said = run(ROOT / "chapters" / "my_customers.ipynb", tmp_path, **parameters)
    beside = Sources(register=files / "register.csv", facts=["region"], group="region")
    reading = crm.check_transactions(files / "orders.csv")
    built = build_report(reading, name="x", as_of="2025-11-30", currency="USD", sources=beside)
    for section in built.sections:
        if section.key != "method":
            for text in words(section):
                assert text in said, text
    table = pd.read_csv(tmp_path / "my_customers.csv", index_col="customer_id")
    assert len(table) == len(built.customers)
