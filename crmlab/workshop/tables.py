"""A small table that an instructor edits in a spreadsheet and saves as CSV."""

from crmlab.errors import CRMError
from crmlab.logs.files import read_file


def read_table(path, needed, known):
    """Read the table.

    Parameters
    ----------
    path : pathlib.Path
    needed : iterable of str
        Columns without which it cannot be used.
    known : iterable of str
        All its columns.

    Returns
    -------
    pandas.DataFrame
        Texts without space around them; the index holds the row numbers of the spreadsheet.

    Raises
    ------
    CRMError
        If the file is no CSV, a column is missing or stands twice, or a row is torn.
    """

    def resolve(names):
        columns = {}
        for name in known:
            places = [one for one in names if one.strip().casefold() == name]
            if len(places) > 1 or (name in needed and not places):
                raise CRMError(
                    "{file!r} needs one column {column!r}. Its columns are: {columns}.",
                    file=path.name,
                    column=name,
                    columns=", ".join(map(repr, names)),
                )
            columns |= dict.fromkeys(places[:1], name)
        return {role: place for place, role in columns.items()}

    table, columns, torn, _notes = read_file(path, None, resolve)
    if len(torn):
        raise CRMError(
            "{file!r}, row {row} has more or fewer cells than the header. Put a text that holds "
            "the separator between quotation marks.",
            file=path.name,
            row=int(torn["row"].iloc[0]),
        )
    table = table.rename(columns={place: role for role, place in columns.items()})
    return table.map(str.strip)
