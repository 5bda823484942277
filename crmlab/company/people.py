"""The customer register: names, papers and what customers told about themselves.

The register does not say which type of account a customer is. A name, a tax number and a
contract point to it, with the exceptions that make a rule wrong now and then.
Tax numbers have the form of China's unified social credit code (GB 32100-2015): 18
characters, beginning with 9 for firms and 1 for government bodies. They are invented.
"""

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.draws import category, dates, join, nullable, numbered, take, text

_SURNAMES = (
    "Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo "
    "Zheng Liang Xie Song Tang Han Feng Deng Cao Peng Zeng Xiao Tian Dong Pan Yuan Cai Jiang"
)
_GIVEN = (
    "Wei Fang Na Min Jing Li Qiang Lei Jun Yang Yong Yan Jie Juan Tao Ming Chao Xia Ping "
    "Gang Hui Ling Bo Hong Yu Xin Lan Mei Dan Bin Kai Ting Ning Rui Hao Qian Yi Shan Jia Bing"
)
_PEOPLE = [f"{surname} {given}" for surname in _SURNAMES.split() for given in _GIVEN.split()]

_PLACES = (
    "Lianhu Nanping Donghai Xishan Beilin Qingyang Wuyuan Heping Taihu Longgang Jinshan "
    "Huaihe Linjiang Meiling Yunhe Gulou Hexi Xinghai Baiyun Chaoyang"
)
_TRADES = (
    "Trading Logistics Software Design Textile Printing Hotel Media Consulting Machinery "
    "Optics Foods"
)
_OFFICES = (
    "Education Bureau",
    "Tax Bureau",
    "District Government",
    "Health Bureau",
    "Water Authority",
    "No. 3 Hospital",  # a public body without a public name
    "Public Library",
)
_ALLIES = ("Coffee Dealers", "Roasters Guild", "Barista School", "Food Distribution", "Events")
_STUDIOS = ("Studio", "Home Café", "Workshop", "Corner")

_FIRMS = [f"{place} {trade} Co., Ltd." for place in _PLACES.split() for trade in _TRADES.split()]
_BODIES = [f"{place} {office}" for place in _PLACES.split() for office in _OFFICES]
_PARTNERS = [
    f"{place} {ally}{form}"
    for place in _PLACES.split()
    for ally in _ALLIES
    for form in ("", " Co., Ltd.")  # a partner that is a firm by name
]
_NICKNAMES = [f"{surname}'s {studio}" for surname in _SURNAMES.split() for studio in _STUDIOS]

CONTRACTS = ("supply", "dealer", "cooperation")
# Shares that make the hard cases, per account type (consumer, firm, government, partner).
_OTHER_NAME = (0.04, 0.10, 0.0, 0.06)  # consumers: a nickname; the others: a person's name
_HAS_TAX_NUMBER = (0.05, 0.95, 0.90, 0.85)  # some consumers ask for a firm's invoice
_HAS_CONTRACT = (0.0, 0.40, 0.55, 0.90)
_DEALER_SHARE = 0.6  # of the partners' contracts; the others are for cooperation


def customers_table(rng, latent, customer_ids):
    """Return one row per customer, as the register has it.

    Parameters
    ----------
    rng : numpy.random.Generator
    latent : Latent
    customer_ids : pyarrow.Array

    Returns
    -------
    pandas.DataFrame
    """
    person = latent.account == 0
    return pd.DataFrame(
        {
            "customer_id": text(customer_ids),
            "display_name": text(display_names(rng, latent.account)),
            "joined": dates(latent.joined),
            "first_channel": category(world.CHANNELS, latent.first_channel),
            "tax_number": text(_tax_numbers(rng, latent.account)),
            "contract": category(CONTRACTS, _contracts(rng, latent.account)),
            "region": category(world.REGIONS, latent.region),
            "city_size": _ordered(world.CITY_SIZES, latent.city),
            "birth_year": nullable(latent.birth_year, "Int16", _told(rng, "birth_year", person)),
            "gender": category(
                ("female", "male"),
                np.where(_told(rng, "gender", person), 1 - latent.woman, -1),
            ),
            "household_size": nullable(
                latent.household, "Int8", _told(rng, "household_size", person)
            ),
            "income_band": _ordered(
                world.INCOME_BANDS, np.where(_told(rng, "income_band", person), latent.income, -1)
            ),
            "email_consent": rng.random(len(person)) < world.EMAIL_CONSENT_SHARE,
        }
    )


def _told(rng, column, person):
    return person & (rng.random(len(person)) >= world.MISSING[column])


def _ordered(names, codes):
    return category(names, codes).as_ordered()


def display_names(rng, account):
    """Draw display names as Arrow text: most show the type of account, some mislead."""
    other = rng.random(len(account)) < np.take(_OTHER_NAME, account)
    pools = [_PEOPLE, _FIRMS, _BODIES, _PARTNERS, _NICKNAMES]
    pool = np.where(other, np.where(account == 0, 4, 0), account)
    sizes = np.array([len(names) for names in pools])
    place = (np.cumsum(sizes) - sizes)[pool] + rng.integers(0, sizes[pool])
    return take([name for names in pools for name in names], place)


def _tax_numbers(rng, account):
    has = rng.random(len(account)) < np.take(_HAS_TAX_NUMBER, account)
    digits = rng.integers(0, 10**15, len(account))
    heads = np.where(account == 2, 0, 1)
    numbers = join(take(["11", "91"], np.where(has, heads, -1)), numbered("", digits, 15))
    return join(numbers, take(list("0123456789ABCDEFGHJKLMNPQRTUWXY"), digits % 31))


def _contracts(rng, account):
    has = rng.random(len(account)) < np.take(_HAS_CONTRACT, account)
    dealer = rng.random(len(account)) < _DEALER_SHARE
    kind = np.where(account == 3, np.where(dealer, 1, 2), 0)
    return np.where(has, kind, -1)
