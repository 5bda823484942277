"""What the exercises of chapter 5, retention, share: the log, and slips of intervals."""

from functools import cached_property

import pandas as pd

from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import handed_out
from crmlab.workbook.slips import Slip

YEAR_START, END = "2025-01-01", "2025-12-31"
CUTOFF = "2025-06-30"
LOOKBACK, GAP, HORIZON = 365, 14, 120  # days
MARGIN = 0.5  # share of revenue
Z = 1.96  # normal quantile of a two-sided 95 % interval

ERRORS = {
    "one_standard_error": Slip("That is one standard error; 95 % needs 1.96.", quantile=1.0),
    "one_sided": Slip("1.645 is one-sided; 95 % takes 1.96 on each side.", quantile=1.645),
    "upper_end": Slip("You added the standard errors: the upper end.", quantile=-Z),
    "half_width": Slip("That is what to take off the estimate.", centre=0, quantile=-Z),
}


class Case(BaseCase):
    """The data of one participant, as all three sessions have them.

    Attributes
    ----------
    log : pandas.DataFrame
        ``customer_id``, ``date``, ``amount`` (yuan): orders, and refunds below 0.
    """

    size = 2000
    log = handed_out(lambda case: case.orders[["customer_id", "date", "amount"]])

    @cached_property
    def orders(self):
        """The orders of the company; a session that hands them out says so."""
        return self.company.orders

    @cached_property
    def rows(self):
        """The log, with what is paid, and the ``day`` of each row, counted from the cutoff."""
        day = (self.log["date"] - pd.Timestamp(CUTOFF)).dt.floor("D").dt.days
        return self.log.assign(paid=self.log["amount"] >= 0, day=day)
