"""What the models ask of a customer table."""

import numpy as np

from crmlab.errors import CRMError
from crmlab.language import gettext as _

_MOST_EXAMPLES = 5


def require_columns(customers, columns):
    """Refuse a customer table that lacks a column or has values that cannot be scored.

    Parameters
    ----------
    customers : pandas.DataFrame
        One row per customer.
    columns : list of str
        Columns that must be there, numeric and finite.

    Raises
    ------
    CRMError
        Naming the column and the first customers concerned.
    """
    missing = [name for name in columns if name not in customers]
    if missing:
        raise CRMError(
            _(
                "The customer table lacks {missing}. It has: {columns}. summarize(log) makes a "
                "table with all of them."
            ).format(missing=", ".join(missing), columns=", ".join(map(str, customers.columns)))
        )
    if customers.empty:
        raise CRMError(_("The customer table has no rows."))
    for name in columns:
        values = customers[name]
        if not np.issubdtype(np.asarray(values).dtype, np.number):
            raise CRMError(_("Column {name!r} must hold numbers.").format(name=name))
        unusable = customers.index[~np.isfinite(values.to_numpy(dtype="float64"))]
        if len(unusable):
            raise CRMError(
                _(
                    "Column {name!r} is missing or infinite for {count} customers: {examples}."
                ).format(
                    name=name,
                    count=len(unusable),
                    examples=", ".join(repr(key) for key in unusable[:_MOST_EXAMPLES]),
                )
            )
