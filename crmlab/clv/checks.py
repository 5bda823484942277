"""What the functions of this package ask of the numbers they are given."""

from types import MappingProxyType

import numpy as np

from crmlab.errors import CRMError

# When in a period money flows, as a share of the period.
_TIMINGS = MappingProxyType({"start": 0.0, "middle": 0.5, "end": 1.0})


def numbers(value, name):
    """Return a number or numbers as an array of floats, or refuse them by name."""
    try:
        found = np.asarray(value, dtype="float64")
    except (TypeError, ValueError):
        found = np.array(np.nan)
    if not np.isfinite(found).all():
        raise CRMError("{name} must be a number, or numbers, none missing or infinite.", name=name)
    return found


def counts(value, name, least=0):
    """Return whole numbers of at least `least` as an array of floats."""
    found = numbers(value, name)
    if ((found < least) | (found % 1 != 0)).any():
        raise CRMError("{name} must be a whole number, {least} or more.", name=name, least=least)
    return found


def whole_number(value, name):
    """Return one whole number of at least 1 as an int."""
    found = counts(value, name, least=1)
    if found.ndim:
        raise CRMError("{name} must be one number, not several.", name=name)
    return int(found)


def lengths_of_time(value, name):
    """Return lengths of time, 0 or more, as an array of floats."""
    found = numbers(value, name)
    if (found < 0).any():
        raise CRMError("{name} is a length of time, 0 or more.", name=name)
    return found


def checked_rate(value):
    """Return a discount rate, or rates, above -1 as an array of floats."""
    rate = numbers(value, "discount_rate")
    if (rate <= -1).any():
        raise CRMError("discount_rate must be above -1; 10 % is 0.1.")
    return rate


def timing_share(timing):
    """Return the share of a period that has passed when its money flows."""
    if timing not in _TIMINGS:
        raise CRMError(
            "timing must be one of {known}, not {value!r}.",
            known=", ".join(map(repr, _TIMINGS)),
            value=timing,
        )
    return _TIMINGS[timing]


def plain(value):
    """Return an array as it is, and a single number as a float."""
    return value if np.ndim(value) else float(value)
