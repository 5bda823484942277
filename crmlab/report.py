"""RFM, pyramid and tier migration of any log, as one HTML page and one CSV file.

:func:`build_report` computes, :func:`render` turns the result into a page, and
:func:`write_report` puts page and CSV on disk, both or neither. A report is a list of
sections, and a section is one function of `SECTIONS`: another topic is another function.
What a log cannot show (tiers of one customer, say) is left out, and the section says why.

The words of a report are in the language in use when it is built.
"""

import base64
import datetime as dt
import io
import os
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import pandas as pd

from crmlab.errors import CRMError
from crmlab.language import current_language, mark, ngettext
from crmlab.language import gettext as _
from crmlab.notices import collected
from crmlab.pyramid import Pyramid, gini, top_share
from crmlab.rfm import MEASURES, RFM
from crmlab.transactions import summarize

_YEAR = 365  # days
_LEAST_PERIOD = 28  # days; shorter periods compare one week's luck with another's
_MOST_REJECTED_SHOWN = 10
_MOST_LETTERS = 60
_TOP_SHARES = (0.01, 0.05, 0.1, 0.2)


# --- what a report is made of -----------------------------------------------------------


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    kind: ClassVar = "text"
    text: str


@dataclass(frozen=True)
class Notes:
    """A list of sentences."""

    kind: ClassVar = "notes"
    sentences: list


@dataclass(frozen=True)
class Tiles:
    """Single figures that are read at a glance: label to text."""

    kind: ClassVar = "tiles"
    figures: dict


@dataclass(frozen=True)
class Table:
    """A frame with a caption. `formats`: column to format; the rest is whole, or text."""

    kind: ClassVar = "table"
    caption: str
    frame: pd.DataFrame
    formats: dict = field(default_factory=dict)

    def is_number(self):
        """Return for each column whether its cells are numbers."""
        return [pd.api.types.is_numeric_dtype(kind) for kind in self.frame.dtypes]

    def rows(self):
        """Return the cells as text, row by row."""
        columns = [
            [self._written(value, column) for value in self.frame[column]] for column in self.frame
        ]
        return list(zip(*columns, strict=True))

    def _written(self, value, column):
        if pd.isna(value):
            return "–"
        if isinstance(value, str):
            return value
        return self.formats.get(column, "{:,.0f}").format(value)


@dataclass(frozen=True)
class Figure:
    """A drawing as SVG, sharp in print, and what it shows for those who cannot see it."""

    kind: ClassVar = "figure"
    svg: bytes
    alt: str

    @property
    def address(self):
        """The drawing itself as an address, so that the page needs no other file."""
        return "data:image/svg+xml;base64," + base64.b64encode(self.svg).decode()


@dataclass(frozen=True)
class Section:
    """One topic of the page. `missing` says why it could not be computed, if so."""

    key: str
    title: str
    blocks: list
    missing: str | None = None

    def tables(self):
        """Return the frames of the section, in order."""
        return [block.frame for block in self.blocks if block.kind == "table"]


@dataclass(frozen=True)
class Report:
    """What :func:`build_report` computed.

    Attributes
    ----------
    name : str
        What the log is called, most often the name of the file.
    language : str
        The language of its words.
    head : dict of str to str
        What is reported on: rows, customers, period, day of the report.
    sections : list of Section
    customers : pandas.DataFrame
        One row per customer: ``purchases``, ``spend``, ``first_purchase``,
        ``last_purchase``, ``recency_days``, ``R``, ``F``, ``M``, ``segment``, ``tier``;
        empty where the log cannot give them.
    """

    name: str
    language: str
    head: dict
    sections: list
    customers: pd.DataFrame

    def section(self, key):
        """Return the section with that key."""
        return next(one for one in self.sections if one.key == key)


# --- building ---------------------------------------------------------------------------


def build_report(reading, *, name, as_of=None, currency="", progress=None):
    """Compute the report of a log.

    Parameters
    ----------
    reading : crmlab.Reading
        As from :func:`crmlab.check_transactions`; rejected rows are reported, not used.
    name : str
        What to call the log in the title.
    as_of : date-like, optional
        The last day that counts; the last day of the log by default.
    currency : str, optional
        The unit of the amounts, for captions.
    progress : callable, optional
        Called with the title of each section before it is computed.

    Returns
    -------
    Report

    Raises
    ------
    CRMError
        If no row can be used.
    """
    import matplotlib.pyplot as plt

    from crmlab import plots

    facts = _Facts(reading, as_of, currency)
    sections = []
    with plt.rc_context():  # the look of the caller's own figures stays as it is
        plots.use_style()
        for key, title, blocks_of in SECTIONS:
            if progress is not None:
                progress(_(title))
            sections.append(_section(key, _(title), blocks_of, facts))
    return Report(
        name=name,
        language=current_language(),
        head=_head(facts),
        sections=sections,
        customers=facts.table(),
    )


def _section(key, title, blocks_of, facts):
    """Compute one section; what it has to say about its data goes below it."""
    with collected() as said:
        try:
            blocks = blocks_of(facts)
        except CRMError as reason:
            return Section(key, title, [], missing=str(reason))
    return Section(key, title, [*blocks, Notes(said)] if said else blocks)


class _Facts:
    """What several sections need, each computed once and when first asked for."""

    def __init__(self, reading, as_of, currency):
        self.reading = reading
        self.currency = currency
        with collected() as self.said:
            self.customers = summarize(reading.log, as_of=as_of)
        if as_of is None:
            self.said.pop(0)  # which day was taken stands in the head of the page
        self.as_of = pd.Timestamp(self.customers.attrs["as_of"])
        self.rows = _counted(reading.log, self.as_of)

    @cached_property
    def rfm(self):
        """RFM fitted to the customers, where a ranking says anything."""
        self.insist_on_customers(RFM().bins)
        if self.customers["recency_days"].nunique() == 1:
            raise CRMError(
                _(
                    "All customers bought last on the same day, so recency tells no one from "
                    "another, and segments would be names without a meaning."
                )
            )
        return RFM().fit(self.customers)

    @cached_property
    def scores(self):
        return self.rfm.transform(self.customers)

    @cached_property
    def pyramid(self):
        """The pyramid fitted to the customers, where one stands above another."""
        return self.pyramid_of(self.customers)

    def pyramid_of(self, customers):
        self.insist_on_customers(len(MEASURES), customers)
        if customers["spend"].nunique() == 1:
            raise CRMError(_("All customers spent the same, so there are no tiers to tell apart."))
        insist_on_a_total(customers["spend"])
        return Pyramid().fit(customers)

    def insist_on_customers(self, least=1, customers=None):
        """Refuse what so few customers cannot show."""
        count = len(self.customers if customers is None else customers)
        if count == 0:
            raise CRMError(_("No customer has a purchase: there are refunds only."))
        if count < least:
            raise CRMError(
                ngettext(
                    "There is only {count} customer with a purchase; a ranking needs {least}.",
                    "There are only {count} customers with a purchase; a ranking needs {least}.",
                    count,
                ).format(count=count, least=least)
            )

    def table(self):
        """Return one row per customer with scores, segment and tier, as far as there are any."""
        table = self.customers[
            ["purchases", "spend", "first_purchase", "last_purchase", "recency_days"]
        ]
        with collected():
            try:
                table = table.join(self.scores.assign(segment=_words(self.scores["segment"])))
            except CRMError:
                table = table.assign(R=pd.NA, F=pd.NA, M=pd.NA, segment=pd.NA)
            try:
                return table.assign(tier=_words(self.pyramid.predict(self.customers)))
            except CRMError:
                return table.assign(tier=pd.NA)

    def money(self, label):
        """Return a label with the unit of money, where it is known."""
        return f"{label} ({self.currency})" if self.currency else label
