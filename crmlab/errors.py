"""The errors that learners see: what is wrong, where, and what to do."""

from crmlab.language import fill_verbatim, sentences


class CRMError(ValueError):
    """Something in the input that the person at the keyboard can put right.

    Parameters
    ----------
    message : str
        What is wrong and what to do: an English text with ``{name:format}`` fields, looked up
        in the catalogue.
    in_python : str, optional
        A sentence about a way out that only a program has, in the language in use. The command
        line leaves it out.
    **values
        What the fields stand for, shown as they are: a user's column may be called like one
        of our words.

    Attributes
    ----------
    told : str
        The message without what only a program can do.
    in_python : str
    """

    def __init__(self, message, /, *, in_python="", **values):
        self.told, self.in_python = fill_verbatim(message, **values), in_python
        super().__init__(sentences(self.told, in_python) if in_python else self.told)


class TransactionError(CRMError):
    """A log that cannot be used as it is.

    Parameters
    ----------
    message, in_python, **values
        As for :class:`CRMError`.
    rejected : pandas.DataFrame, optional
        Becomes the attribute.

    Attributes
    ----------
    rejected : pandas.DataFrame or None
        The rows that are refused, with ``row``, ``column``, ``value`` and ``reason``;
        None when the fault is not in single rows.
    """

    def __init__(self, message, /, *, rejected=None, **values):
        super().__init__(message, **values)
        self.rejected = rejected
