"""The errors that learners see: what is wrong, where, and what to do."""

from crmlab.language import fill_verbatim


class CRMError(ValueError):
    """Something in the input that the person at the keyboard can put right.

    Parameters
    ----------
    message : str
        What is wrong and what to do: an English text with ``{name:format}`` fields, looked up
        in the catalogue.
    **values
        What the fields stand for, shown as they are: a user's column may be called like one
        of our words.
    """

    def __init__(self, message, /, **values):
        super().__init__(fill_verbatim(message, **values))


class TransactionError(CRMError):
    """A log that cannot be used as it is.

    Parameters
    ----------
    message, **values
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
