"""What both sessions of chapter 4, acquisition, share: leads, contacts and spend."""

from functools import cached_property

from crmlab.language import mark
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import handed_out, remembered

LAST_KNOWN = "2025-10-02"  # leads created since have had less than 90 days
LEARNED_UNTIL = "2025-04-02"  # leads created by then have had 90 days on 1 July
JUDGED_SINCE = "2025-07-01"
DECIDED = 90  # days after which a lead that has not bought counts as not won
LIMIT = 1.96  # two-sided 5 %

# A heading of both lessons to read again, and what is said in both sessions.
DATA = mark("The data")
NINETY = mark("That is a 90 % interval; 95 % is asked.")


class Case(BaseCase):
    """Leads and their contacts.

    Attributes
    ----------
    leads, touchpoints : pandas.DataFrame
        Tables of the company.
    """

    leads = handed_out(lambda case: case.company.leads)
    touchpoints = handed_out(lambda case: case.company.touchpoints)

    @cached_property
    def touches(self):
        """Contacts in the order of time."""
        return self.touchpoints.astype({"channel": "str"}).sort_values("date", kind="stable")

    @cached_property
    def everyone(self):
        """All leads by id; channel of ``first`` and ``last`` contact, and bool: groups of leads."""
        leads, touches = self.leads.set_index("lead_id"), self.touches.groupby("lead_id")["channel"]
        days, won = (leads["won_on"] - leads["created"]).dt.days, leads["won_on"].notna()
        decided, late = leads["created"] <= LAST_KNOWN, leads["created"] >= JUDGED_SINCE
        learned = leads["created"] <= LEARNED_UNTIL
        groups = {"all": won | ~won, "won": won, "in_time": days <= DECIDED, "decided": decided}
        groups |= {"early": learned, "half_year": ~late, "later": late & decided, "late": late}
        groups |= {"young": ~decided, "won_decided": won & decided}
        groups |= {"in_time_decided": groups["in_time"] & decided}
        groups |= {"offer": leads["offer_on"].notna()}
        return leads.assign(first=touches.first(), last=touches.last(), **groups)

    @remembered
    def group(self, name):
        """Return some of the leads."""
        return self.everyone[self.everyone[name]]

    @cached_property
    def spend(self):
        """Spend of 2025 by channel, yuan."""
        table = self.company.channel_spend
        return table["spend"].groupby(table["channel"].astype("str")).sum()
