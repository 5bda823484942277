"""Three systems that each keep a list of people: the web shop, the till, the dealers' list.

1. Behind every customer stands one person, with a name in characters, a telephone, an address.
2. The person has an account in each system in which orders were made, and some have two.
3. Each system writes names, numbers, dates and money in its own way; people move, and mistype.
4. The systems hand over files, each in its encoding, and a few lines are torn.

Telephone numbers begin with 12, where no real mobile number does; mail goes to example domains.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from crmlab.company import people, world
from crmlab.company.crm_system.delivery import (
    ACCOUNT_FIELDS,
    ORDER_FIELDS,
    SPELLINGS,
    file_name,
)
from crmlab.company.crm_system.spelling import GIVEN, PLACES, SURNAMES
from crmlab.company.draws import MINUTES_PER_DAY, category, dates, frozen, timestamps

WEB, TILL, DEALER = range(len(world.PEOPLE_SYSTEMS))
_SOUNDS = {"surname": list(SURNAMES), "given": list(GIVEN)}
_CHARACTERS = {"surname": list(SURNAMES.values()), "given": list(GIVEN.values())}
_STREETS, _STREET_CHARACTERS = list(PLACES), list(PLACES.values())
_HOUSES = 160  # house numbers of a street
_DOMAINS = ("example.com", "example.net", "example.org")

# Heads of the columns; the rest of how each system writes is what its reader expects.
HEADS = {
    ("web", "people"): "user_id,name,mobile,birthday,address,email,registered,updated",
    ("till", "people"): "会员号,姓名,电话,生日,地址,邮箱,开卡日期,更新日期",
    ("dealer", "people"): "NO\tNAME\tTEL\tBORN\tADDRESS\tMAIL\tSINCE\tCHANGED",
    ("web", "orders"): "order_id,user_id,time,amount_fen",
    ("till", "orders"): "单号,会员号,时间,金额",
    ("dealer", "orders"): "ORDER\tNO\tDATE\tAMOUNT",
}
TORN_ACCOUNTS = ("cut", "no name", "repeated")
TORN_ORDERS = ("cut", "bad date", "bad amount", "no account", "later", "repeated")


@dataclass(frozen=True)
class Accounts:
    """Read-only arrays, one element per account; `of_order` has one per order of the sales."""

    customer: np.ndarray  # position of the customer
    system: np.ndarray  # code of PEOPLE_SYSTEMS
    second: np.ndarray  # bool: the person has an older account in this system
    opened: np.ndarray  # day
    updated: np.ndarray  # day on which the details were told last
    of_order: np.ndarray  # position of the account of each order


def draw(rng, sales):
    """Draw who has which accounts.

    Parameters
    ----------
    rng : numpy.random.Generator
    sales : Sales

    Returns
    -------
    Accounts
        By system, and within a system in the order in which they were opened.
    """
    systems = len(world.PEOPLE_SYSTEMS)
    key = sales.customer.astype(np.int64) * systems + sales.channel
    held, of_order = np.unique(key, return_inverse=True)
    first, last = (np.full(len(held), fill, np.int64) for fill in (np.iinfo(np.int32).max, -1))
    np.minimum.at(first, of_order, sales.minute)
    np.maximum.at(last, of_order, sales.minute)
    system = held % systems
    again = (rng.random(len(held)) < np.take(world.SECOND_ACCOUNT, system)) & (last > first)
    reopened = first + 1 + (rng.random(len(held)) * (last - first)).astype(np.int64)
    # The second account of each is put behind all first ones.
    place = len(held) + np.cumsum(again) - 1
    late = again[of_order] & (sales.minute >= reopened[of_order])
    of_order = np.where(late, place[of_order], of_order)
    opened = np.concatenate([first, reopened[again]]) // MINUTES_PER_DAY
    rows = np.concatenate([np.arange(len(held)), np.flatnonzero(again)])
    renewed = rng.random(len(rows)) < world.UPDATED_SHARE
    updated = np.where(
        renewed, opened + (rng.random(len(rows)) * (world.DAYS - opened)).astype(int), opened
    )
    order = np.lexsort((np.arange(len(rows)), opened, system[rows]))
    new_place = np.empty(len(rows), np.int64)
    new_place[order] = np.arange(len(rows))
    arrays = {
        "customer": (held // systems)[rows][order],
        "system": system[rows][order],
        "second": (np.arange(len(rows)) >= len(held))[order],
        "opened": opened[order],
        "updated": updated[order],
        "of_order": new_place[of_order],
    }
    return Accounts(**{name: frozen(array) for name, array in arrays.items()})


def account_numbers(accounts):
    """Return the number of each account, an array of text: W00001, T00001, D00001 …"""
    return _numbered(accounts.system)


def _numbered(system, width=5):
    """Number the rows of each system, in their order."""
    place = pd.Series(system).groupby(system).cumcount() + 1
    letters = np.take(world.SYSTEM_LETTERS, system).astype(object)
    return letters + place.astype(str).str.zfill(width).to_numpy(dtype=object)


def contacts(child, latent):
    """Return one row per customer: how the person is called, and where to be found.

    Parameters
    ----------
    child : callable
        Gives the random generator that belongs to a name.
    latent : Latent

    Returns
    -------
    pandas.DataFrame
        Codes and numbers; of telephone and address the old and the new one, with the day of
        the change.
    """
    rng, n = child("system_accounts.people"), len(latent.group)
    shown = people.display_names(child("customers"), latent.account).to_numpy(zero_copy_only=False)
    words = pd.Series(shown).str.extract(r"^(?P<surname>\w+) (?P<given>\w+)$")
    found = {}
    for part, sounds in _SOUNDS.items():
        code = pd.Index(sounds).get_indexer(words[part].fillna(""))
        found[part] = np.where(code < 0, rng.integers(0, len(sounds), n), code)
    known = words["given"].isin(_SOUNDS["given"]) & words["surname"].isin(_SOUNDS["surname"])
    for part, sounds in _SOUNDS.items():
        found[part] = np.where(known, found[part], rng.integers(0, len(sounds), n))
        found[f"{part}_character"] = rng.integers(0, 6, n)
    shares_home = (rng.random(n) < world.HOUSEHOLD_SHARE) & (np.arange(n) > 0)
    home = np.maximum.accumulate(np.where(shares_home, 0, np.arange(n)))
    shares_phone = shares_home & (rng.random(n) < world.SHARED_PHONE_SHARE)
    phone_of = np.where(shares_phone, home, np.arange(n))
    for age in ("old", "new"):
        found[f"phone_{age}"] = rng.integers(0, 10**9, n)[phone_of]
        found[f"street_{age}"] = rng.integers(0, len(_STREETS), n)[home]
        found[f"house_{age}"] = rng.integers(1, _HOUSES + 1, n)[home]
    found["new_phone_on"] = _day(rng, world.NEW_PHONE_PER_YEAR, n)[phone_of]
    found["moved_on"] = _day(rng, world.MOVES_PER_YEAR, n)[home]
    found["born"] = (latent.birth_year.astype(int) - 1970).astype("datetime64[Y]").astype(
        "datetime64[D]"
    ) + rng.integers(0, 365, n)
    found["mail_number"] = rng.integers(0, 1000, n)
    found["domain"] = rng.integers(0, len(_DOMAINS), n)
    return pd.DataFrame(found)


def _day(rng, rate, n):
    return (rng.exponential(size=n) / rate * world.DAYS_PER_YEAR).astype(int)


def accounts_table(child, latent, accounts):
    """Return the lists of people as the three systems write them, and the truth about them.

    Parameters
    ----------
    child : callable
    latent : Latent
    accounts : Accounts

    Returns
    -------
    tuple of pandas.DataFrame
        The accounts, all text; and per account what is wrong with it.
    """
    rng, system = child("system_accounts"), accounts.system
    person = contacts(child, latent).iloc[accounts.customer].reset_index(drop=True)
    n = len(person)
    # What was told before a change is the old address, the old number.
    early = {
        "address": person["moved_on"].to_numpy() > accounts.updated,
        "phone": person["new_phone_on"].to_numpy() > accounts.updated,
    }
    flags = {
        "name_slip": rng.random(n) < np.take(world.NAME_SLIPS, system),
        "phone_slip": rng.random(n) < world.PHONE_SLIPS,
        "house_slip": rng.random(n) < world.HOUSE_SLIPS,
        "other_phone": rng.random(n) < world.OTHER_PHONE,
        "old_phone": early["phone"] & (person["new_phone_on"].to_numpy() < world.DAYS),
        "old_address": early["address"] & (person["moved_on"].to_numpy() < world.DAYS),
        "born_by_default": rng.random(n) < world.BORN_BY_DEFAULT,
    }
    parts = {
        "name": _names(rng, person, system, flags["name_slip"]),
        "phone": _phones(rng, person, system, early["phone"], flags),
        "born": _birthdays(rng, person, system, flags["born_by_default"]),
        "address": _addresses(rng, person, system, early["address"], flags["house_slip"]),
        "email": _mails(rng, person, accounts),
        "opened": _written(pd.Series(dates(accounts.opened)), system, "day"),
        "updated": _written(pd.Series(dates(accounts.updated)), system, "day"),
    }
    table = {"system": category(world.PEOPLE_SYSTEMS, system)}
    table |= {"account_no": account_numbers(accounts)} | parts
    frame = pd.DataFrame(table).astype(dict.fromkeys(ACCOUNT_FIELDS, "str"))
    flags["born_by_default"] &= frame["born"].str.contains("1900").to_numpy()
    return frame, pd.DataFrame(flags)


def _by_system(system, *texts):
    """Choose for each row the text of its system."""
    return pd.Series(np.choose(system, [np.asarray(text, object) for text in texts]))


def full_names(rng, person, slip):
    """Return pinyin names, given name first; a slip mistypes one letter of the given name.

    Parameters
    ----------
    rng : numpy.random.Generator
    person : pandas.DataFrame
        Rows of `contacts`.
    slip : ndarray of bool
    """
    surname, given = (_sound(person, part) for part in ("surname", "given"))
    return np.where(slip, _mistyped(rng, given), given) + " " + surname


def mail_addresses(person):
    """Return the address for mail of each row of `contacts`, a Series."""
    name = pd.Series(_sound(person, "given")) + "." + _sound(person, "surname")
    domain = np.take(np.array(_DOMAINS, object), person["domain"])
    return name.str.lower() + person["mail_number"].astype(str) + "@" + domain


def _given_for(rng, shares, system, texts):
    """Leave out what was not told: empty text."""
    return texts.where(rng.random(len(texts)) < np.take(shares, system), "")


def _sound(person, part):
    return np.take(np.array(_SOUNDS[part], object), person[part])


def _character(rng, person, part):
    """Return a character for each sound; now and then another one of the same sound."""
    pool = _CHARACTERS[part]
    which = person[f"{part}_character"].to_numpy() + (rng.random(len(person)) < 0.02)
    pairs = zip(person[part], which, strict=True)
    return np.array([pool[code][turn % len(pool[code])] for code, turn in pairs], object)


def _names(rng, person, system, slip):
    """Write names in three ways; a slip doubles, loses or swaps a letter, or takes another one."""
    surname, given = (_sound(person, part) for part in ("surname", "given"))
    other = np.array(_CHARACTERS["given"], object)[rng.integers(0, len(GIVEN), len(person))]
    characters = _character(rng, person, "surname") + _character(rng, person, "given")
    wrong = np.array([name[0] + pool[0] for name, pool in zip(characters, other, strict=True)])
    characters = np.where(slip, wrong, characters)
    surname_slips = slip & (rng.random(len(person)) < 0.5)
    surname = np.where(surname_slips, _mistyped(rng, surname), surname)
    given = np.where(slip & ~surname_slips, _mistyped(rng, given), given)
    western, eastern = given + " " + surname, surname + " " + given
    web = np.where(rng.random(len(person)) < world.SWAPPED_NAMES, eastern, western)
    small = rng.random(len(person)) < world.SMALL_LETTERS
    web = np.where(small, pd.Series(web).str.lower(), web)
    return _by_system(system, web, characters, pd.Series(eastern).str.upper())


def _mistyped(rng, words):
    """Return words with one letter doubled, lost, or swapped with the next."""
    place, kind = rng.random(len(words)), rng.integers(0, 3, len(words))
    found = []
    for word, share, how in zip(words, place, kind, strict=True):
        at = 1 + int(share * (len(word) - 1))
        found.append(
            (
                word[:at] + word[at - 1] + word[at:],
                word[: at - 1] + word[at:] if at > 1 else word + "g",
                word[: at - 1] + word[at : at + 1] + word[at - 1] + word[at + 1 :],
            )[how]
        )
    return np.array(found, object)


def _phones(rng, person, system, early, flags):
    number = np.where(early, person["phone_old"], person["phone_new"])
    number = np.where(flags["other_phone"], rng.integers(0, 10**9, len(person)), number)
    digit = 10 ** rng.integers(0, 9, len(person))
    turned = (number // digit % 10 + rng.integers(1, 10, len(person))) % 10
    slipped = number + (turned - number // digit % 10) * digit
    digits = "12" + pd.Series(np.where(flags["phone_slip"], slipped, number)).astype(str).str.zfill(
        9
    )
    parted = digits.str[:3] + "-" + digits.str[3:7] + "-" + digits.str[7:]
    written = _by_system(system, "+86 " + digits, parted, "0086 " + parted.str.replace("-", " "))
    return _given_for(rng, world.PHONE_TOLD, system, written)


def _birthdays(rng, person, system, by_default):
    born = person["born"].where(~by_default, np.datetime64("1900-01-01"))
    written = _written(born, system, "born")
    return _given_for(rng, world.BORN_TOLD, system, written)


def _addresses(rng, person, system, early, slip):
    street = np.where(early, person["street_old"], person["street_new"])
    house = np.where(early, person["house_old"], person["house_new"])
    house = np.where(slip, house % _HOUSES + 1 + 10 * rng.integers(0, 2, len(person)), house)
    number = pd.Series(house).astype(str)
    sound = pd.Series(np.take(np.array(_STREETS, object), street))
    characters = pd.Series(np.take(np.array(_STREET_CHARACTERS, object), street))
    written = _by_system(
        system,
        number + " " + sound + " Road",
        characters + "路" + number + "号",
        sound.str.upper() + " LU " + number,
    )
    return _given_for(rng, world.ADDRESS_TOLD, system, written)


def _mails(rng, person, accounts):
    fresh = accounts.second & (rng.random(len(person)) < world.NEW_EMAIL)
    number = np.where(fresh, rng.integers(0, 1000, len(person)), person["mail_number"])
    mail = mail_addresses(person.assign(mail_number=number))
    written = _by_system(accounts.system, mail, mail, mail.str.upper())
    return _given_for(rng, world.EMAIL_TOLD, accounts.system, written)


def _written(times, system, what):
    """Write days or times as each system does; `what` is born, day or time."""
    formats = [getattr(spelling, what) for spelling in SPELLINGS.values()]
    return _by_system(system, *map(times.dt.strftime, formats))


def order_numbers(sales):
    """Return the number of each order in its system, an array of text: T-000001 …"""
    numbers = pd.Series(_numbered(sales.channel, 6))
    return (numbers.str[0] + "-" + numbers.str[1:]).to_numpy(dtype=object)


def orders_table(sales, accounts):
    """Return the orders as the three systems write them, all text, in order of time.

    Parameters
    ----------
    sales : Sales
    accounts : Accounts

    Returns
    -------
    pandas.DataFrame
    """
    minute = pd.Series(timestamps(sales.minute))
    fen = sales.totals(sales.paid)
    yuan = _yuan(fen)
    written = {
        "order_no": order_numbers(sales),
        "account_no": account_numbers(accounts)[accounts.of_order],
        "time": _written(minute, sales.channel, "time"),
        "amount": _by_system(
            sales.channel, pd.Series(fen).astype(str), yuan, yuan.str.replace(".", ",")
        ),
    }
    return pd.DataFrame({"system": category(world.PEOPLE_SYSTEMS, sales.channel)} | written).astype(
        dict.fromkeys(ORDER_FIELDS, "str")
    )


def _yuan(fen):
    whole, cents = np.divmod(np.abs(fen), 100)
    sign = pd.Series(np.where(fen < 0, "-", ""))
    return sign + pd.Series(whole).astype(str) + "." + pd.Series(cents).astype(str).str.zfill(2)


def control_totals(sales, accounts):
    """Return what each system shows on its own screen: accounts, orders, and their sum in fen."""
    codes = range(len(world.PEOPLE_SYSTEMS))
    fen = np.bincount(sales.channel, sales.totals(sales.paid), len(codes)).astype(np.int64)
    return pd.DataFrame(
        {
            "system": list(world.PEOPLE_SYSTEMS),
            "accounts": [int((accounts.system == code).sum()) for code in codes],
            "orders": [int((sales.channel == code).sum()) for code in codes],
            "fen": fen,
        }
    )


def files(child, account_table, order_table, sales):
    """Return the lines of all six files, torn as they come, and what is torn in them.

    Parameters
    ----------
    child : callable
    account_table, order_table : pandas.DataFrame
    sales : Sales

    Returns
    -------
    tuple
        Name of a file to its lines, as they should be; the same, torn; and a row per torn line.
    """
    whole, torn, truth = {}, {}, []
    fen = pd.Series(sales.totals(sales.paid))
    for system, spelling in SPELLINGS.items():
        for kind, table, columns, defects in (
            ("people", account_table, ACCOUNT_FIELDS, TORN_ACCOUNTS),
            ("orders", order_table, ORDER_FIELDS, TORN_ORDERS),
        ):
            rows = table.loc[table["system"] == system, columns]
            name = file_name(system, kind)
            rng = child(f"system_files.{name}")
            head = HEADS[system, kind]
            whole[name] = [head, *_lines(rows, spelling.separator)]
            worth = fen[rows.index].to_numpy() if kind == "orders" else np.zeros(len(rows), int)
            lines, lost = _torn(rng, rows, spelling.separator, defects, worth)
            torn[name] = [head, *lines]
            truth.append(lost.assign(file=name))
    columns = ["file", "line", "defect", "number", "fen"]
    return whole, torn, pd.concat(truth, ignore_index=True)[columns]


def write(folder, lines, totals):
    """Write the files as the systems do, each in its encoding, and the control totals.

    Parameters
    ----------
    folder : path-like
        Is made where it does not exist; files of the same names are overwritten.
    lines : dict
        Name of a file to its lines.
    totals : pandas.DataFrame

    Returns
    -------
    list of pathlib.Path
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in lines.items():
        encoding = SPELLINGS[name.split("_")[0]].encoding
        written.append(folder / name)
        written[-1].write_bytes(("\r\n".join(content) + "\r\n").encode(encoding))
    written.append(folder / "control.csv")
    totals.to_csv(written[-1], index=False, lineterminator="\n")
    return written


def _lines(rows, separator):
    return [separator.join(row) for row in rows.itertuples(index=False)]


def _torn(rng, rows, separator, defects, fen):
    """Tear a few lines of a file, each kind of defect in some; never the same line twice."""
    count = max(world.TORN_AT_LEAST, round(world.TORN_SHARE * len(rows)))
    count = min(count, len(rows) // len(defects))  # few customers have few lines
    hit = rng.permutation(len(rows))[: count * len(defects)].reshape(len(defects), count)
    if not count:
        return _lines(rows, separator), pd.DataFrame(columns=["line", "defect", "number", "fen"])
    frame, found = rows.copy(), []
    numbers = rows.iloc[:, 0].to_numpy()
    for defect, places in zip(defects, hit, strict=True):
        for column, wrong in _SPOILT.get(defect, {}).items():
            frame.iloc[places, frame.columns.get_loc(column)] = wrong(rows.iloc[places][column])
        known = 0 if defect == "repeated" else fen[places]
        found.append(
            pd.DataFrame(
                {"line": places + 2, "defect": defect, "number": numbers[places], "fen": known}
            )
        )
    lines = _lines(frame, separator)
    for place in hit[defects.index("cut")]:
        # The last fields are lost, and a part of the one before.
        keep = separator.join(lines[place].split(separator)[:-2])
        lines[place] = keep[:-1]
    again = hit[defects.index("repeated")]
    found[defects.index("repeated")]["line"] = len(lines) + 2 + np.arange(len(again))
    lines += [lines[place] for place in again]
    return lines, pd.concat(found).sort_values("line", kind="stable", ignore_index=True)


_SPOILT = {
    "no name": {"name": lambda texts: ""},
    "bad date": {"time": lambda texts: texts.str.replace(r"\d", "0", regex=True)},
    "bad amount": {"amount": lambda texts: "#VALUE!"},
    "no account": {"account_no": lambda texts: texts.str[0] + "99999"},
    "later": {"time": lambda texts: texts.str.replace("202", "205", n=1)},
}
