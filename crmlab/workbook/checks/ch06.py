"""What both exercises of chapter 6 use: the lines of a company's orders, and who needs what."""

from functools import cached_property

from crmlab.language import mark
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out

UNLABELLED = "unknown"

# Headings of the lessons to read again, and what is said of several tasks.
OTHER_YEARS = mark("You left out 2025; all years count here.")


class Case(BaseCase):
    """The data of one participant.

    Attributes
    ----------
    lines : pandas.DataFrame
        One row per product in an order, refunds left out.
    """

    @handed_out
    def lines(self):
        return self.sold.drop(columns="margin")

    @cached_property
    def sold(self):
        """The products of each order, with their margin; what was sent back is left out."""
        orders = self.company.orders.query("amount >= 0")[["order_id", "customer_id", "date"]]
        lines = self.company.order_lines.astype({"product_id": "str"})
        cell = lines.groupby(["order_id", "product_id"])  # a product may stand on two lines
        lines = cell[["quantity", "paid"]].sum().reset_index()
        products = self.company.products.rename(columns={"name": "product"})
        products = products.astype(dict.fromkeys(["product_id", "product", "category"], "str"))
        table = orders.merge(lines, on="order_id").merge(products, on="product_id")
        table["margin"] = table["paid"] - table["quantity"] * table["unit_cost"]
        return table[[*orders, "product_id", "product", "category", "margin"]]

    @cached_property
    def kinds(self):
        """The needs group of each customer, `UNLABELLED` where the company has no label."""
        label = self.company.touches.set_index("customer_id")["label"].astype("str")
        return label.reindex(self.company.customers["customer_id"]).fillna(UNLABELLED)

    def about(self, name):
        bought = self.lines[self.lines["customer_id"] == name].tail(4).itertuples()
        return ", ".join(f"{row.date:%Y-%m-%d} {row.order_id} {row.product_id}" for row in bought)


def facts_of(table, held, **values):
    """Return a table of facts from what is asked of the columns of another one, and of values."""
    found = {fact: table.query(asked, local_dict=values) for fact, asked in held.items()}
    return facts(table.index, {fact: rows.index for fact, rows in found.items()})
