"""The shipped data are the published data, and their cards tell the truth."""

import hashlib
import re
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crmlab import datasets

FOLDER = Path(__file__).parents[1] / "datasets"
CARDS = sorted(card.parent.name for card in FOLDER.glob("*/README.md"))

# The files as released: the first digits of their SHA-256.
DIGESTS = {
    "cdnow/master.csv": "c8c2299744530ba5",
    "cdnow/sample.csv": "81dad9bcafb13039",
    "complete_journey/baskets.csv.gz": "8a8b8047ca1c552d",
    "complete_journey/campaign_descriptions.csv": "e1e413b4c20f7aab",
    "complete_journey/campaigns.csv": "5ab2bbcd74e1db44",
    "complete_journey/coupon_redemptions.csv": "97e666d52f41c6cc",
    "complete_journey/coupons.csv": "26759d5eec452d75",
    "complete_journey/demographics.csv": "98d6e06b72e83f4f",
    "complete_journey/lines.csv.gz": "ce103ab65153a6a6",
    "complete_journey/product_types.csv": "3d7d08bb9d107b75",
    "engines/seconds.csv": "760be1dae4d75d48",
    "reviews_zh/reviews.csv": "c23f88d4a5cba8bb",
    "routing/rc208.csv": "6620b9e7a7a62bfa",
    "routing/rc208_best.csv": "34f059fa4d17826d",
    "telco/customers.csv": "30b6a1dd8b2816a8",
}


@pytest.fixture(scope="module")
def master():
    return datasets.load_cdnow("master")


@pytest.fixture(scope="module")
def sample():
    return datasets.load_cdnow("sample")


@pytest.fixture(scope="module")
def journey():
    tables = datasets._TABLES["complete_journey"]
    return {table: datasets.load_complete_journey(table) for table in tables}


# --- the files -----------------------------------------------------------------------------


def data_files():
    found = (path for path in FOLDER.glob("[a-z]*/*") if path.name != "README.md")
    return sorted(path.relative_to(FOLDER).as_posix() for path in found)


def test_no_byte_has_changed():
    found = {name: hashlib.sha256((FOLDER / name).read_bytes()) for name in data_files()}
    assert {name: digest.hexdigest()[:16] for name, digest in found.items()} == DIGESTS


def test_every_file_has_a_loader_and_a_card():
    loaded = {
        f"{dataset}/{file}"
        for dataset, tables in datasets._TABLES.items()
        for file, _row_is in tables.values()
    }
    assert loaded == set(data_files())
    assert {name.split("/")[0] for name in data_files()} == set(CARDS)


# --- CDNOW ---------------------------------------------------------------------------------


def test_cdnow_has_the_published_size(master, sample):
    assert len(master) == 69_659
    assert master["customer_id"].nunique() == 23_570
    assert sample["customer_id"].nunique() == 2_357


def test_cdnow_covers_one_cohort_and_18_months(master):
    assert master["date"].agg(["min", "max"]).tolist() == [
        pd.Timestamp("1997-01-01"),
        pd.Timestamp("1998-06-30"),
    ]
    assert master.groupby("customer_id")["date"].min().max() == pd.Timestamp("1997-03-25")


def test_the_sample_is_part_of_the_master(master, sample):
    part = master[master["customer_id"].isin(sample["customer_id"])]
    by_id = sample.sort_values("customer_id", kind="stable")
    pd.testing.assert_frame_equal(part.reset_index(drop=True), by_id.reset_index(drop=True))


def test_the_sample_gives_the_counts_of_fader_hardie_and_lee(sample):
    calibration = sample[sample["date"] <= "1997-09-30"]
    days = calibration.groupby("customer_id")["date"].nunique()
    assert (days - 1).sum() == 2_457
    assert (days == 1).sum() == 1_411


@pytest.mark.parametrize(
    ("share", "of_spend"), [(0.01, 15.9), (0.05, 36.7), (0.10, 50.9), (0.20, 67.8)]
)
def test_few_master_customers_bring_most_of_the_money(master, share, of_spend):
    spend = master.groupby("customer_id")["amount"].sum().sort_values(ascending=False)
    top = spend.head(round(share * len(spend))).sum()
    assert 100 * top / spend.sum() == pytest.approx(of_spend, abs=0.1)


def test_eight_buyers_of_the_sample_paid_nothing(sample):
    assert (sample.groupby("customer_id")["amount"].max() == 0).sum() == 8


# --- The Complete Journey ------------------------------------------------------------------


def test_baskets_keep_every_household_and_receipt(journey):
    baskets = journey["baskets"]
    assert baskets["customer_id"].nunique() == 2_469
    assert baskets["order_id"].is_unique
    assert len(baskets) == 155_848


def test_baskets_add_up_to_the_lines_they_were_made_from(journey):
    """The sums over the 1,469,307 lines of the source, by its own columns."""
    total = journey["baskets"].sum(numeric_only=True)
    assert total["amount"] + total["coupon_discount"] == pytest.approx(4_596_039.58)  # sales_value
    assert total["coupon_discount"] == pytest.approx(26_359.90)  # coupon_disc
    assert total["loyalty_discount"] == pytest.approx(791_650.64)  # retail_disc
    assert total["coupon_match_discount"] == pytest.approx(4_542.65)
    assert total["units"] == 1_902_528  # quantity of the lines without fuel


def test_every_coupon_was_redeemed_on_a_day_with_a_receipt(journey):
    """True by the shop's clock only: in UTC, evening baskets fall on the next day."""
    visits = journey["baskets"][["customer_id", "date"]].drop_duplicates()
    redeemed = journey["coupon_redemptions"].rename(columns={"redemption_date": "date"})
    assert len(redeemed.merge(visits)) == len(redeemed) == 2_102


def test_shopping_follows_the_holidays_and_the_hours(journey):
    sold = journey["baskets"]
    every_day = pd.date_range("2017-01-01", "2017-12-31")
    assert every_day.difference(sold["date"]).tolist() == [pd.Timestamp("2017-12-25")]
    assert sold.groupby("date").size().idxmin() == pd.Timestamp("2017-11-23")  # Thanksgiving
    by_hour = sold.groupby(sold["timestamp"].dt.hour).size()
    assert by_hour.idxmax() == 17
    assert by_hour.idxmin() == 4


def test_keys_of_complete_journey_fit_together(journey):
    households = set(journey["baskets"]["customer_id"])
    for table in ("demographics", "campaigns", "coupon_redemptions"):
        assert set(journey[table]["customer_id"]) <= households
    redeemed = journey["coupon_redemptions"]
    sent = journey["campaigns"].merge(journey["campaign_descriptions"])
    within = redeemed.merge(sent).query("start_date <= redemption_date <= end_date")
    assert len(within) == len(redeemed)
    assert len(redeemed.merge(journey["coupons"])) == len(redeemed)


def test_the_lines_are_the_whole_year_of_every_fifth_household(journey):
    baskets, lines = journey["baskets"], journey["lines"]
    sampled = baskets[baskets["customer_id"] % 5 == 0]
    assert set(lines["customer_id"]) == set(sampled["customer_id"])
    assert set(lines["order_id"]) <= set(sampled["order_id"])
    of_lines = lines.drop_duplicates("order_id").set_index("order_id")[["customer_id", "date"]]
    of_baskets = sampled.set_index("order_id").loc[of_lines.index, ["customer_id", "date"]]
    pd.testing.assert_frame_equal(of_lines, of_baskets)
    spend = baskets.groupby("customer_id")["amount"].sum()
    ratio = spend[spend.index % 5 == 0].mean() / spend.mean()
    assert ratio == pytest.approx(1.01, abs=0.005)


def test_a_type_stands_once_in_a_basket_and_has_its_names(journey):
    lines, types = journey["lines"], journey["product_types"]
    names = ["department", "product_category", "product_type"]
    assert not lines.duplicated(["order_id", "type_id"]).any()
    assert not types.duplicated(names).any()
    assert set(lines["type_id"]) == set(types["type_id"])
    of_lines = lines[["type_id", *names]].drop_duplicates().sort_values("type_id")
    assert of_lines.astype(types.dtypes).to_numpy().tolist() == types.to_numpy().tolist()


def test_fuel_lines_are_on_the_receipts_with_fuel(journey):
    """The lines and the sums of the receipts come from the same source, by two ways."""
    lines, baskets = journey["lines"], journey["baskets"]
    fuel = lines.loc[lines["product_type"] == "GASOLINE-REG UNLEADED", "order_id"]
    paid = baskets[(baskets["customer_id"] % 5 == 0) & (baskets["fuel_amount"] != 0)]
    assert set(fuel) == set(paid["order_id"])


def test_pasta_is_bought_with_sauce(journey):
    bought = journey["lines"].groupby("product_category", observed=True)["order_id"].agg(set)
    pasta, sauce = bought["DRY NOODLES/PASTA"], bought["PASTA SAUCE"]
    lift = len(pasta & sauce) * journey["lines"]["order_id"].nunique() / len(pasta) / len(sauce)
    assert lift == pytest.approx(11.7, abs=0.1)


def test_bands_are_ordered_and_none_is_lost(journey):
    described = journey["demographics"]
    bands = ["age", "income", "household_size", "kids_count"]
    assert described[bands].notna().all(axis=None)
    assert described["income"].min() == "Under 15K"
    assert all(described[band].cat.ordered for band in bands)


# --- IBM Telco -----------------------------------------------------------------------------


def test_telco_has_the_published_size_and_churn():
    customers = datasets.load_telco()
    assert customers["customer_id"].is_unique
    assert len(customers) == 7_043
    assert customers["churn"].sum() == 1_869
    assert customers["contract"].min() == "Month-to-month"


def test_the_total_charges_of_telco_are_missing_only_before_the_first_bill():
    customers = datasets.load_telco()
    assert (customers["total_charges"].isna() == (customers["tenure"] == 0)).all()


# --- the Chinese reviews -------------------------------------------------------------------


def test_the_reviews_stand_once_and_are_as_many_of_each_kind():
    reviews = datasets.load_reviews_zh()
    assert reviews["text"].is_unique
    assert reviews["text"].str.len().between(8, 80).all()
    counted = reviews["label"].value_counts()
    card = table_of_card("reviews_zh")
    assert {f"labelled {name}": [count] for name, count in counted.items()} == {
        name: card[name] for name in ("labelled negative", "labelled positive")
    }


# --- the cards -----------------------------------------------------------------------------


def table_of_card(dataset):
    """Read the rows of the card's tables: first cell to the numbers in the others."""
    text = (FOLDER / dataset / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| (.+) \|$", text, flags=re.MULTILINE)
    return {
        label.strip("`"): [
            int(cell.replace(",", ""))
            for cell in cells.split(" | ")
            if re.fullmatch(r"[\d,]+", cell)
        ]
        for label, cells in rows
    }


@pytest.mark.parametrize("dataset", CARDS)
def test_the_card_names_every_file_and_its_rows(dataset):
    card = table_of_card(dataset)
    for table, (file, _row_is) in datasets._TABLES[dataset].items():
        assert card[file] == [len(datasets._read(dataset, table))]


@pytest.mark.parametrize("which", [0, 1], ids=["master", "sample"])
def test_the_card_of_cdnow_counts_its_defects_right(master, sample, which):
    log = (master, sample)[which]
    per_customer = log.groupby("customer_id")
    per_day = log.groupby(["customer_id", "date"]).size()
    counted = {
        "rows with amount 0": (log["amount"] == 0).sum(),
        "rows with amount below 0": (log["amount"] < 0).sum(),
        "customers whose every amount is 0": (per_customer["amount"].max() == 0).sum(),
        "rows that repeat an earlier row exactly": log.duplicated().sum(),
        "customer-days": len(per_day),
        "customer-days with several rows": (per_day > 1).sum(),
        "customers with a single purchase day": (per_customer["date"].nunique() == 1).sum(),
        "largest quantity in one row": log["quantity"].max(),
    }
    card = table_of_card("cdnow")
    assert {label: card[label][which] for label in counted} == counted


def test_the_card_of_complete_journey_counts_its_defects_right(journey):
    baskets, lines = journey["baskets"], journey["lines"]
    sampled = baskets[baskets["customer_id"].isin(lines["customer_id"])]
    categories = journey["product_types"].groupby("product_type")["product_category"].nunique()
    described = journey["demographics"]
    campaigns = journey["campaign_descriptions"]
    per_household = baskets.groupby("customer_id")
    per_day = baskets.groupby(["customer_id", "date"]).size()
    counted = {
        "baskets with amount 0": (baskets["amount"] == 0).sum(),
        "baskets with amount below 0": (baskets["amount"] < 0).sum(),
        "baskets without items other than fuel": (baskets["units"] == 0).sum(),
        "baskets with fuel": (baskets["fuel_amount"] != 0).sum(),
        "household-days": len(per_day),
        "household-days with several baskets": (per_day > 1).sum(),
        "households with one basket": (per_household.size() == 1).sum(),
        "households first seen after March": (per_household["date"].min() > "2017-03-31").sum(),
        "households last seen before October": (per_household["date"].max() < "2017-10-01").sum(),
        "households sent a campaign": journey["campaigns"]["customer_id"].nunique(),
        "households that redeemed a coupon": journey["coupon_redemptions"]["customer_id"].nunique(),
        "lines without a basket": (~lines["order_id"].isin(baskets["order_id"])).sum(),
        "baskets of the lines": lines["order_id"].nunique(),
        "baskets of these households without a line": (
            ~sampled["order_id"].isin(lines["order_id"])
        ).sum(),
        "baskets with a single line": (lines.groupby("order_id").size() == 1).sum(),
        "lines of fuel, gift cards and the like": (
            lines["product_category"] == "COUPON/MISC ITEMS"
        ).sum(),
        "type names that several categories share": (categories > 1).sum(),
        "demographics without home ownership": described["home_ownership"].isna().sum(),
        "demographics without marital status": described["marital_status"].isna().sum(),
        "campaigns that began before 2017": (campaigns["start_date"] < "2017-01-01").sum(),
        "campaigns that ended after 2017": (campaigns["end_date"] > "2017-12-31").sum(),
    }
    card = table_of_card("complete_journey")
    assert {label: card[label][0] for label in counted} == counted


def test_the_card_of_telco_counts_its_defects_right():
    customers = datasets.load_telco()
    counted = {
        "customers who churned": customers["churn"].sum(),
        "customers with tenure 0": (customers["tenure"] == 0).sum(),
        "total charges missing": customers["total_charges"].isna().sum(),
        "customers at the longest tenure, 72 months": (customers["tenure"] == 72).sum(),
        "customers on a month-to-month contract": (customers["contract"] == "Month-to-month").sum(),
    }
    card = table_of_card("telco")
    assert {label: card[label][0] for label in counted} == counted


def test_the_best_tours_of_routing_keep_hours_and_loads_and_have_the_known_length():
    places = datasets.load_routing("rc208").set_index("place")
    tours = datasets.load_routing("rc208_best")
    assert sorted(tours["place"]) == list(range(1, 101))
    spot, length = places[["x", "y"]].to_numpy(float), 0
    for _route, stops in tours.sort_values("stop").groupby("route")["place"]:
        assert places["demand"][stops].sum() <= 1000
        here, now = 0, 0
        for there in [*stops, 0]:
            way = int(10 * np.hypot(*(spot[here] - spot[there])) + 1e-9)
            length, now = length + way, max(now + way, 10 * places["opens"][there])
            assert now <= 10 * places["closes"][there]
            here, now = there, now + 10 * places["minutes"][there]
    card = table_of_card("routing")
    assert card["length of the best tours, in tenths cut off after the first decimal"][0] == length
    assert card["vehicles in the best tours"][0] == tours["route"].nunique()
    assert card["customers"][0] == len(places) - 1


def test_the_card_of_complete_journey_compares_households_right(journey):
    card = (FOLDER / "complete_journey" / "README.md").read_text(encoding="utf-8")
    money = journey["baskets"].groupby("customer_id")[["amount", "fuel_amount"]].sum()

    def times_the_others(table):
        inside = money.index.isin(journey[table]["customer_id"])
        return money["amount"][inside].mean() / money["amount"][~inside].mean()

    assert f"spend {times_the_others('demographics'):.1f} times" in card
    assert f"spend {times_the_others('campaigns'):.1f} times" in card
    fuel = money["fuel_amount"].sum() / money["amount"].sum()
    assert f"is {100 * fuel:.1f} % of what was paid" in card


# --- the loaders ---------------------------------------------------------------------------


def test_logs_have_the_columns_that_models_need(master, sample, journey):
    for log in (master, sample, journey["baskets"]):
        assert log["date"].dt.normalize().equals(log["date"])
        assert log["amount"].dtype == np.float64
        assert log[["customer_id", "date", "amount"]].notna().all(axis=None)


def test_list_datasets_tells_size_and_period():
    listed = datasets.list_datasets().set_index("name")
    assert listed.loc["cdnow/master", "rows"] == 69_659
    assert listed.loc["cdnow/sample", "period"] == "1997-01-01 – 1998-06-30"
    assert listed.loc["complete_journey/demographics", "period"] == ""
    for name, row in listed.iterrows():
        assert len(eval(f"datasets.{row['load']}")) == row["rows"], name


@pytest.mark.parametrize(
    "load",
    [
        datasets.load_cdnow,
        datasets.load_complete_journey,
        datasets.load_engines,
        datasets.load_reviews_zh,
        datasets.load_routing,
        datasets.load_telco,
    ],
)
def test_an_unknown_name_is_answered_with_the_known_ones(load):
    with pytest.raises(ValueError, match="no table 'smaple'") as error:
        load("smaple")
    dataset = load.__name__.removeprefix("load_")
    for table in datasets._TABLES[dataset]:
        assert repr(table) in str(error.value)


def test_a_missing_file_is_named_with_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(datasets, "folder", lambda _name: tmp_path)
    with pytest.raises(FileNotFoundError, match=r"'cdnow/sample.csv' is missing.*full clone"):
        datasets.load_cdnow()


def test_data_are_found_in_a_clone_and_in_an_installed_package(tmp_path):
    package = tmp_path / "crmlab"
    assert datasets.folder("datasets", package) == tmp_path / "datasets"
    (package / "_datasets").mkdir(parents=True)
    assert datasets.folder("datasets", package) == package / "_datasets"


def test_the_master_loads_at_once():
    def seconds():
        start = time.perf_counter()
        datasets.load_cdnow("master")
        return time.perf_counter() - start

    assert min(seconds() for _run in range(3)) < 0.3
