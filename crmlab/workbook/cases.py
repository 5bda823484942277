"""The data of one participant: what learners see of it, and what the checks know about it."""

from functools import cached_property, wraps

import pandas as pd

from crmlab.company import Company
from crmlab.language import gettext as _


class handed_out:
    """A table or a number that learners see: made once, tables handed out as copies.

    What a learner does to their copy leaves the checks alone. Decorates a method of a case
    without arguments.
    """

    def __init__(self, make):
        self._make, self.__doc__ = make, make.__doc__

    def __set_name__(self, _case, name):
        self._key = f"_{name}"

    def __get__(self, case, _kind=None):
        if case is None:
            return self
        if self._key not in vars(case):
            vars(case)[self._key] = self._make(case)
        found = vars(case)[self._key]
        # Columns are shared until one is written to (pandas' copy-on-write).
        return found.copy(deep=False) if isinstance(found, (pd.DataFrame, pd.Series)) else found


def remembered(compute):
    """Decorate a function of a case, or a method: what it gives for the same values is kept.

    Pairs of slips ask for the same again and again; a verdict has to come within a second. What
    is kept must not be written to.
    """

    @wraps(compute)
    def found(case, *values, **named):
        key = compute.__qualname__, values, tuple(sorted(named.items()))
        if key not in case.known:
            case.known[key] = compute(case, *values, **named)
        return case.known[key]

    return found


class Case:
    """The data of one participant; each exercise has a subclass.

    Attributes
    ----------
    size : int
        Customers of the company.
    seed : int
    company : Company
    known : dict
        Answers computed so far, right and wrong ones, by task and slips; what is `remembered`.
    """

    size = 2000

    def __init__(self, seed):
        self.seed = int(seed)
        self.known = {}

    @cached_property
    def company(self):
        return Company(seed=self.seed, customers=self.size)

    @cached_property
    def facts(self):
        """What is special about whom: bool, a row per name, a column per fact (English)."""
        return pd.DataFrame()

    def about(self, name):
        """Return the data behind one row, as a learner would look them up, or nothing."""
        return ""


def facts(everyone, held):
    """Return a table of facts.

    Parameters
    ----------
    everyone : iterable
        All names that an answer may hold.
    held : dict
        What is special, English, as the end of "what they have in common: …", to the names of
        which it holds (an index, a list, or bool by name).

    Returns
    -------
    pandas.DataFrame
        Of bool: a row per name, as text, and a column per fact.
    """
    names = pd.Index(list(dict.fromkeys(map(str, everyone))), dtype="object")
    columns = {}
    for fact, whom in held.items():
        if isinstance(whom, pd.Series) and whom.dtype.kind == "b":
            whom = whom.index[whom]
        columns[fact] = names.isin([str(name) for name in whom])
    return pd.DataFrame(columns, names)


class Data:
    """What a learner sees of a case: its tables, and nothing that is an answer."""

    def __init__(self, case):
        self.__case = case

    def __dir__(self):
        kinds = [vars(kind) for kind in type(self.__case).__mro__]
        return sorted({"company"}.union(*map(_tables, kinds)))

    def __getattr__(self, name):
        if name.startswith("_"):  # copy asks for such, of a copy that has no case yet
            raise AttributeError(name)
        if name in dir(self):
            return getattr(self.__case, name)
        raise AttributeError(
            _("There is no table {name!r}. Your data are: {tables}.").format(
                name=name, tables=", ".join(dir(self))
            )
        )


def _tables(names):
    return [name for name, value in names.items() if isinstance(value, handed_out)]
