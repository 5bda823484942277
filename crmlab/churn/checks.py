"""What the tables of this package ask of the columns that they are made from."""

import numpy as np
import pandas as pd

from crmlab.errors import CRMError
from crmlab.language import gettext as _


def columns(**values):
    """Return columns as arrays of floats, checked and matched.

    Parameters
    ----------
    **values : array-like
        By the name that an error shows. Series must share their index, as nothing says
        which row belongs to which otherwise.

    Returns
    -------
    list of numpy.ndarray

    Raises
    ------
    CRMError
        If a value is missing, or lengths or indexes differ.
    """
    named = {name: pd.Series(value) for name, value in values.items()}
    indexes = [value.index for value in values.values() if isinstance(value, pd.Series)]
    if len({len(value) for value in named.values()}) > 1 or any(
        not index.equals(indexes[0]) for index in indexes
    ):
        raise CRMError(
            "{names} must have the same customers in the same order.", names=_(", ").join(named)
        )
    arrays = []
    for name, value in named.items():
        try:
            array = value.to_numpy(dtype="float64", na_value=np.nan)
        except (TypeError, ValueError) as error:
            raise CRMError("{name} must hold numbers.", name=name) from error
        if not len(array) or not np.isfinite(array).all():
            raise CRMError(
                "{name} must hold at least one number, none missing or infinite.", name=name
            )
        arrays.append(array)
    return arrays


def zero_or_one(name, array):
    """Refuse anything but 0 and 1 (or false and true)."""
    if not np.isin(array, (0, 1)).all():
        raise CRMError("{name} must be 0 or 1, or true or false.", name=name)
    return array


def share(name, array):
    """Refuse what is not a share or a probability."""
    if not ((array >= 0) & (array <= 1)).all():
        raise CRMError("{name} must lie between 0 and 1.", name=name)
    return array
