"""The report of Harbour Coffee: its log, with what the company knows beside it."""

from crmlab.logs.reading import check_transactions
from crmlab.report.build import build_report
from crmlab.report.sources import Sources

_FACTS = ("birth_year", "gender", "region", "city_size")


def sources_of(company):
    """Return what Harbour Coffee knows beside its log.

    The channel of a customer is that of the last contact before the first order, for those who
    were leads: who joined in the last year.

    Parameters
    ----------
    company : crmlab.Company

    Returns
    -------
    Sources
    """
    leads = company.leads.dropna(subset="customer_id")[["lead_id", "customer_id"]]
    last = company.touchpoints.drop_duplicates("lead_id", keep="last")
    won = leads.merge(last, on="lead_id").set_index("customer_id")["channel"]
    register = company.customers.set_index("customer_id")
    product = company.products.set_index("product_id")["name"]
    return Sources(
        register=register.assign(channel=won.reindex(register.index)),
        channel="channel",
        facts=_FACTS,
        group="region",
        lines=company.order_lines.assign(product=company.order_lines["product_id"].map(product)),
        product="product",
        spend=company.channel_spend,
    )


def company_report(company, *, as_of=None, progress=None):
    """Compute the report of Harbour Coffee.

    Parameters
    ----------
    company : crmlab.Company
    as_of, progress
        As for :func:`build_report`.

    Returns
    -------
    crmlab.report.Report
    """
    return build_report(
        check_transactions(company.orders),
        name="Harbour Coffee",
        as_of=as_of,
        currency="yuan",
        sources=sources_of(company),
        progress=progress,
    )
