"""Compute a report: facts first, then section by section."""

from contextlib import closing
from dataclasses import dataclass

import pandas as pd

from crmlab.errors import CRMError
from crmlab.language import current_language
from crmlab.language import gettext as _
from crmlab.notices import collected
from crmlab.report.facts import Facts
from crmlab.report.parts import Notes, Section
from crmlab.report.sections import SECTIONS

_FORECAST = ["expected_purchases", "expected_spend"]
_SUMMARY = ["purchases", "spend", "first_purchase", "last_purchase", "recency_days"]


@dataclass(frozen=True)
class Report:
    """What :func:`build_report` computed.

    Attributes
    ----------
    name : str
        What the log is called, most often the name of its file.
    language : str
        The language of its words.
    head : dict of str to str
        What is reported on: rows, customers, period, the last day that counts.
    sections : list of crmlab.report.parts.Section
    customers : pandas.DataFrame
        One row per customer: ``purchases``, ``spend``, ``first_purchase``,
        ``last_purchase``, ``recency_days``, ``R``, ``F``, ``M``, ``segment``, ``tier``;
        ``expected_purchases`` and ``expected_spend`` for a time as long as the forecast was
        tried on; and ``churn_probability`` of recent customers. What the log cannot give,
        or what failed its test, is missing.
    """

    name: str
    language: str
    head: dict
    sections: list
    customers: pd.DataFrame

    def section(self, key):
        """Return the section with that key."""
        return next(section for section in self.sections if section.key == key)

    @property
    def gaps(self):
        """What cannot be said: a row per sentence, with ``section``."""
        rows = [(section.title, gap) for section in self.sections for gap in section.gaps]
        return pd.DataFrame(rows, columns=["section", "gap"])


def build_report(reading, *, name, as_of=None, currency="", sources=None, progress=None):
    """Compute the report of a log.

    Parameters
    ----------
    reading : crmlab.Reading
        As from :func:`crmlab.check_transactions`. Refused rows are reported, not used.
    name : str
        What to call the log in the title.
    as_of : date-like, optional
        The last day that counts; the last day of the log by default.
    currency : str, optional
        The unit of the amounts, for captions.
    sources : Sources, optional
        What is known beside the log: a register, order lines, spend on acquisition.
    progress : callable, optional
        Called before each step with its name and the part done, from 0 to 1.

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

    progress = progress or (lambda step, done: None)
    progress(_("customers"), 0)
    sections = []
    # The look of the caller's own figures stays as it is.
    with closing(Facts(reading, as_of, currency, sources)) as facts, plt.rc_context():
        plots.use_style()
        for number, (key, title, parts_of) in enumerate(SECTIONS, start=1):
            progress(_(title), number / (len(SECTIONS) + 1))
            sections.append(section_from(key, title, parts_of, facts))
        return Report(
            name=name,
            language=current_language(),
            head=_head(facts),
            sections=sections,
            customers=_customers(facts),
        )


def section_from(key, title, parts_of, facts):
    """Compute one section of `SECTIONS`; what the models say of its data stands at its end."""
    title = _(title)
    with collected() as said:
        try:
            parts = parts_of(facts)
        except CRMError as reason:
            return Section(key, title, [], missing=str(reason))
    return Section(key, title, [*parts, Notes(said)] if said else parts)


def _head(facts):
    return {
        _("rows"): f"{facts.rows:,}",
        _("customers"): f"{len(facts.customers):,}",
        _("period"): f"{facts.first_day:%Y-%m-%d} – {facts.as_of:%Y-%m-%d}",
        _("as of"): f"{facts.as_of:%Y-%m-%d}",
    }


def _customers(facts):
    table = facts.customers[_SUMMARY]
    with collected():
        scores = _or_missing(lambda: facts.scores, ["R", "F", "M", "segment"], table.index)
        tiers = _or_missing(lambda: facts.tiers.to_frame(), ["tier"], table.index)
        forecast = _or_missing(lambda: facts.outlook.forecast, _FORECAST, table.index).round(4)
        risk = _or_missing(lambda: facts.churn_risk.today, ["churn_probability"], table.index)
    table = table.join([scores, tiers, forecast, risk.round(4)])
    for column in ("segment", "tier"):
        words = table[column].astype("category")  # few, so each is looked up once
        table[column] = words.map(lambda word: _(str(word)), na_action="ignore").astype("str")
    return table


def _or_missing(compute, columns, index):
    """Return what is computed; missing where it cannot be, or where its test was failed."""
    try:
        found = compute()
    except CRMError:
        found = None
    return found if found is not None else pd.DataFrame(None, index=index, columns=columns)
