"""Read a roster as instructors have it: an export of a spreadsheet or of a course platform.

1. The file is read like any other CSV file of the course (`crmlab.logs.files`): UTF-8, UTF-16 or
   GB18030; comma, semicolon or tab. Blank lines do not count.
2. Columns are recognised by their names: who takes part, optionally an id and a language.
   Which ones were taken is said, because seeds follow from the ids.
3. Ids and names are put into one form (Unicode NFC, single spaces, no invisible marks), so
   that another export of the same roster gives the same seeds.
4. What cannot be settled is refused with the row numbers of the spreadsheet.
"""

import re
import unicodedata
from collections import Counter
from pathlib import Path

from crmlab.errors import CRMError
from crmlab.language import LANGUAGES, and_more, ngettext
from crmlab.language import gettext as _
from crmlab.logs.files import read_file
from crmlab.logs.roles import folded
from crmlab.notices import say
from crmlab.workshop.plan import participant

# The first of these that the table has is taken: every one of them would do.
_KNOWN_AS = {
    role: names.split()
    for role, names in {
        "name": (
            "participant name fullname displayname student learner participantname studentname "
            "learnername 姓名 学员 学员姓名 学生 学生姓名 参与者 参加者 参训人员 名字"
        ),
        "given": "firstname givenname forename 名",
        "family": "lastname familyname surname 姓 姓氏",
        "id": (
            "id participantid studentid studentno studentnumber idnumber userid employeeid "
            "matriculationnumber username login email emailaddress mail "
            "学号 学员编号 工号 员工号 编号 用户名 账号 "
            "邮箱 电子邮箱 电子邮件 邮件地址 电子邮件地址"
        ),
        "lang": "lang language locale 语言 语种",
    }.items()
}
_LANGUAGE_OF = {
    word: lang
    for lang, words in {
        "en": "en eng english enus engb 英文 英语",
        "zh": "zh zhcn zhhans cn chn chinese mandarin 中文 汉语 简体中文 普通话 华语",
    }.items()
    for word in words.split()
}
# Control characters, marks of writing direction, and spaces of no width.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
_CHINESE = re.compile("[\u4e00-\u9fff]")
_MOST_SHOWN = 10


def read_roster(path, lang="en", encoding=None):
    """Read who takes part.

    Parameters
    ----------
    path : str or os.PathLike
        A CSV file with a column for the person, such as ``name`` or ``姓名`` (or one for the
        first name and one for the family name), and optionally one for an id (any text that
        nobody shares, such as ``学号`` or ``email``) and one for the language.
    lang : {"en", "zh"}
        For those without a language on the roster.
    encoding : str, optional
        Where the file does not say it.

    Returns
    -------
    tuple of Participant
        In the order of the file. Without a column of ids, the name is the id.

    Raises
    ------
    CRMError
        If the file cannot be read, has no column of names or nobody on it, or if a row has
        no name, no id, the id of another row, or an unknown language.
    """
    path = Path(path)
    if path.is_file() and path.suffix.lower() not in (".csv", ".tsv", ".txt"):
        raise CRMError(
            "The roster {name!r} is not a CSV file. In a spreadsheet choose Save As, "
            "'CSV UTF-8', and name that file.",
            name=path.name,
        )
    table, columns, torn, notes = read_file(path, encoding, _every_column)
    torn = torn[torn["value"].str.strip(' \t,;|"') != ""]
    if len(torn):
        raise CRMError(
            "Rows of {name!r} have more or fewer cells than the header: {rows}. Put a name "
            "that holds the separator between quotation marks.",
            name=path.name,
            rows=_listed(torn["row"]),
        )
    for note in notes:
        say(note)
    roles = _roles(list(columns))
    table = table.map(_tidy)
    table = table[table.ne("").any(axis=1)]
    if table.empty:
        raise CRMError("There is nobody on the roster {name!r}.", name=path.name)
    return _participants(table, roles, lang)


def _every_column(names):
    """Pick all columns, if they say who takes part; one that matters must not stand twice."""
    known = {word for words in _KNOWN_AS.values() for word in words}
    for name, times in Counter(names).items():
        if times > 1 and folded(name) in known:
            raise CRMError(
                "The column name {name!r} stands {count} times in the table, so it does not "
                "say which one is meant. Rename one of them.",
                name=name,
                count=times,
            )
    _roles(names)
    return {name: name for name in names}


def _roles(columns):
    by_folded = {folded(name): name for name in reversed(columns)}
    roles = {
        role: next(by_folded[name] for name in names if name in by_folded)
        for role, names in _KNOWN_AS.items()
        if any(name in by_folded for name in names)
    }
    if "name" not in roles and not {"given", "family"} <= roles.keys():
        raise CRMError(
            "No column of the roster says who takes part. Name it 'name' (or 姓名). "
            "The columns are: {columns}.",
            columns=", ".join(repr(name) for name in columns if name),
        )
    return roles


def _tidy(text):
    spaced = " ".join(text.split())
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", spaced)).strip()


def _participants(table, roles, lang):
    names = _names(table, roles)
    _refuse(table.index[names == ""], _("These rows have no name: {rows}. Fill it in."))
    if "id" in roles:
        ids = table[roles["id"]]
        _refuse(
            table.index[ids == ""],
            _("These rows have no {column!r}: {rows}. Fill it in."),
            column=roles["id"],
        )
        say(
            "Names are read from {names}, ids from the column {id!r}.",
            names=_columns_of_names(roles),
            id=roles["id"],
        )
    else:
        ids = names
        say(
            "Names are read from {names}; there is no column of ids, so the name is the id: "
            "whoever is written differently later gets other numbers.",
            names=_columns_of_names(roles),
        )
    _refuse_shared(ids, own_column="id" in roles)
    langs = _languages(table, roles, lang)
    return tuple(map(participant, ids, names, langs))


def _columns_of_names(roles):
    used = ["name"] if "name" in roles else ["given", "family"]
    return " + ".join(repr(roles[role]) for role in used)


def _names(table, roles):
    if "name" in roles:
        return table[roles["name"]]
    given, family = table[roles["given"]], table[roles["family"]]
    western = (given + " " + family).str.strip()
    chinese = (given + family).str.contains(_CHINESE)
    return western.mask(chinese, family + given)


def _refuse(rows, message, **values):
    if len(rows):
        raise CRMError(message, rows=_listed(rows), **values)


def _refuse_shared(ids, own_column):
    shared = ids[ids.duplicated(keep=False)]
    if shared.empty:
        return
    places = "; ".join(
        _("{id!r} in rows {rows}").format(id=id, rows=_listed(group.index))
        for id, group in shared.groupby(shared, sort=False)
    )
    way_out = (
        _("An id must be one person's only: take the second row out or correct its id.")
        if own_column
        else _("If they are two people, add a column 'id' that tells everybody apart.")
    )
    raise CRMError(
        _("The roster has the same person twice: {places}.").format(places=places) + " " + way_out
    )


def _languages(table, roles, default):
    if "lang" not in roles:
        return [default] * len(table)
    wished = table[roles["lang"]]
    langs = wished.map(lambda word: _LANGUAGE_OF.get(folded(word), "") if word else default)
    unknown = wished[langs == ""]
    if len(unknown):
        raise CRMError(
            ngettext(
                "There is no edition in the language of row {rows}: {words}. Write one of: "
                "{known}; or leave the cell empty.",
                "There is no edition in the languages of rows {rows}: {words}. Write one of: "
                "{known}; or leave the cells empty.",
                len(unknown),
            ),
            rows=_listed(unknown.index),
            words=", ".join(map(repr, unknown.unique())),
            known=", ".join(LANGUAGES),
        )
    return list(langs)


def _listed(rows):
    shown = ", ".join(str(row) for row in list(rows)[:_MOST_SHOWN])
    return and_more(shown, len(rows) - _MOST_SHOWN)
