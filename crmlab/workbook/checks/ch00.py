"""Checks of the exercise of the primer: pandas and reading plots."""

from functools import cached_property

import numpy as np
import pandas as pd

from crmlab.company import Company
from crmlab.language import mark
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import handed_out
from crmlab.workbook.tasks import Task, mistake

CUSTOMERS = 600
START, END = "2025-01-01", "2026-01-01"  # the year that the tasks ask about, END left out
BORDER = 500  # yuan: from this amount on, delivery is free
MARGIN = 0.3  # of net sales
_MOVED_SHARE = 0.3  # customers with an old address and a new one
_ON_BORDER, _ON_LAST_DAY = 12, 9  # November orders that are there for every seed
_AFTER_PAIR = 1.96

# Headings of the lesson to read again.
_CHOOSE = mark("Choosing columns and rows")
_DATES = mark("Dates")
_NEW = mark("New columns and missing values")
_SORT = mark("Sorting and counting")
_GROUP = mark("Grouping")
_JOIN = mark("Joining tables")
_INTERVAL = mark("What an interval says")
