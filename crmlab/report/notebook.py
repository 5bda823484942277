"""A section of a report in a cell of a notebook: the same parts as on the page."""

import pandas as pd

from crmlab import plots
from crmlab.language import gettext as _
from crmlab.language import sentences
from crmlab.lesson import tell


def show_section(report, key):
    """Show one section of a report, or why there is none.

    Parameters
    ----------
    report : Report
    key : str
        Of the section, as in the addresses of the page.
    """
    section = report.section(key)
    if section.missing:
        tell("{text}", text=sentences(_("Not shown:"), section.missing))
    for part in section.parts:
        _SHOWN[part.kind](part)


def _text(part):
    tell("{text}", text=part.text)


def _gap(part):
    tell("{text}", text=sentences(_("Not in this log:"), part.text))


def _notes(part):
    for sentence in part.sentences:
        tell("{text}", text=sentence)


def _tiles(part):
    from IPython.display import display

    figures = pd.Series(part.figures, name=_("figure"))
    display(plots.table(figures, "Figures at a glance"))


def _table(part):
    from IPython.display import display

    frame = part.frame.set_index(part.frame.columns[0])
    display(plots.table(frame, "{title}", part.formats, title=part.caption))


def _figure(part):
    import matplotlib.pyplot as plt

    with plt.rc_context():  # as it was drawn, whatever the notebook has set since
        plots.use_style()
        plots.show(part.drawn)


_SHOWN = {
    "text": _text,
    "gap": _gap,
    "notes": _notes,
    "tiles": _tiles,
    "table": _table,
    "figure": _figure,
}
