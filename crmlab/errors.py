"""The errors that learners see: what is wrong, where, and what to do."""


class CRMError(ValueError):
    """Something in the input that the person at the keyboard can put right."""


class TransactionError(CRMError):
    """A log that cannot be used as it is.

    Attributes
    ----------
    rejected : pandas.DataFrame or None
        The rows that are refused, with ``row``, ``column``, ``value`` and ``reason``;
        None when the fault is not in single rows.
    """

    def __init__(self, message, rejected=None):
        super().__init__(message)
        self.rejected = rejected
