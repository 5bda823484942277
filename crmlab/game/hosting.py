"""Inside the place of a returned policy: read the views, ask it, hand its decisions out.

Everything here runs beside the code of a stranger and is believed in nothing; what comes out
is data, and is checked where the simulator is.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from crmlab.errors import CRMError
from crmlab.game import parcel
from crmlab.game.rules import load_policy
from crmlab.language import speaking

POLICY = "policy.py"
VIEWS = "views"
_MOST_TEXT = 400


def decide_all(given, say):
    """Ask the policy in the working folder about each company.

    Parameters
    ----------
    given : dict
        ``quarter``; ``companies``, how many views there are; ``file``, how the player calls the
        policy; and ``language``, in which to say what is wrong with it.
    say : callable
        Called with ``company`` and ``decision``, or ``error``.
    """
    with speaking(given["language"]):
        _decide_all(given, say)


def _decide_all(given, say):
    place = Path.cwd()
    sys.path.insert(0, str(place))
    try:
        decide = load_policy(place / POLICY)
    except Exception as error:
        say(error=_told(error, given["file"]))
        return
    for company in range(given["companies"]):
        view = parcel.read(place / VIEWS / str(company))
        os.chdir(place)
        try:
            say(company=company, decision=_plain(decide(given["quarter"], view)))
        except Exception as error:
            say(company=company, error=_told(error, given["file"]))


def _told(error, file):
    """Return what is wrong as the player is to read it: of the file that was handed in."""
    text = str(error) if isinstance(error, CRMError) else f"{type(error).__name__}: {error}"
    return text.replace(POLICY, file)[:_MOST_TEXT]


def _plain(value):
    """Return a decision as what JSON can say."""
    if isinstance(value, pd.Series):
        value = value.to_dict()
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    return value.item() if isinstance(value, np.generic) else value
