"""What the models ask of a customer table."""

import numpy as np
import pandas as pd

from crmlab.errors import CRMError

_MOST_EXAMPLES = 5


def require_columns(customers, columns):
    """Return columns of a customer table as floats, or refuse them.

    Parameters
    ----------
    customers : pandas.DataFrame
        One row per customer.
    columns : list of str
        Columns that must be there, numeric and finite.

    Returns
    -------
    pandas.DataFrame
        These columns only, same index.

    Raises
    ------
    CRMError
        Naming the column and the first customers concerned.
    """
    if not isinstance(customers, pd.DataFrame):
        kind = type(customers)
        raise CRMError(
            "The customer table must be a pandas DataFrame, not {kind}. summarize(log) makes "
            "one from a log of any engine.",
            kind=f"{kind.__module__.partition('.')[0]}.{kind.__name__}",
        )
    missing = [name for name in columns if name not in customers]
    if missing:
        raise CRMError(
            "The customer table lacks {missing}. It has: {columns}. summarize(log) makes a "
            "table with all of them.",
            missing=", ".join(missing),
            columns=", ".join(map(str, customers.columns)),
        )
    if customers.empty:
        raise CRMError("The customer table has no rows.")
    for name in columns:
        if not pd.api.types.is_any_real_numeric_dtype(customers[name].dtype):
            raise CRMError("Column {name!r} must hold numbers.", name=name)
        values = customers[name].to_numpy(dtype="float64", na_value=np.nan)
        unusable = customers.index[~np.isfinite(values)]
        if len(unusable):
            raise CRMError(
                "Column {name!r} is missing or infinite for {count} customers: {examples}.",
                name=name,
                count=len(unusable),
                examples=", ".join(repr(key) for key in unusable[:_MOST_EXAMPLES]),
            )
    return customers[columns].astype("float64")
