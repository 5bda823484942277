"""Explorers: a figure with controls, where moving one shows what a choice does.

Where widgets cannot run (the notebooks as they are built and tested, exported pages, a
plain Python process) the same call shows one figure instead, which makes the point without
being moved. ``CRMLAB_STATIC=1`` in the environment asks for that figure everywhere.
"""

import os
from html import escape
from unicodedata import east_asian_width

import ipywidgets
import matplotlib.pyplot as plt
from IPython import get_ipython
from IPython.core.pylabtools import print_figure
from IPython.display import display

from crmlab import plots
from crmlab.errors import CRMError
from crmlab.lesson import Sentence

# However long it is in a language.
_WHOLE_LABEL = {"description_width": "initial"}
_ROW = {"flex_flow": "row wrap", "align_items": "center", "grid_gap": "0.3em 1.5em"}
# The page below must not jump while a browser decodes the next figure.
_STEADY = {"min_height": "50em", "width": "100%"}
_LIST = (
    '<ul style="line-height: 1.5; max-width: 60em; margin: 0 0 0.5em; padding-left: 1.2em">{}</ul>'
)
# Of a slider, in em: what can be moved along, with the number beside it; and a letter of a label.
_TRACK, _LETTER, _WIDE_LETTER = 17.0, 0.5, 1.0


def explore(draw, stand_in, make_controls, about=()):
    """Show controls and, below them, what `draw` returns for their values.

    Parameters
    ----------
    draw : callable
        Called with one keyword argument per control, at the start and after each move;
        returns Axes with an ``alt`` and sentences, in the order to show. A
        :class:`CRMError` is shown as a sentence.
    stand_in : callable
        Called without arguments; returns one Axes and sentences for where nothing moves.
    make_controls : callable
        Called without arguments where widgets run; returns names and widgets with a `value`.
    about : iterable of str
        What has to be known before the first move, sentence by sentence; above the controls.
    """
    # A page that draws nothing itself need not have set it, and Chinese needs its font.
    plots.use_style()
    if not _widgets_run():
        for part in stand_in():
            display(Sentence(part)) if isinstance(part, str) else plots.show(part)
        return
    bundle = _panel(draw, make_controls(), about)._repr_mimebundle_()
    # A page exported from a notebook that was run live has no kernel: it shows a picture.
    picture = stand_in()[0]
    bundle["image/png"] = _png(picture)
    display(bundle, metadata={"image/png": {"alt": picture.alt}}, raw=True)


def _widgets_run():
    return not os.environ.get("CRMLAB_STATIC") and hasattr(get_ipython(), "kernel")


def _panel(draw, controls, about=()):
    # Text and figure in one piece of HTML change together, without a blank moment between
    # them, and the figure keeps its alt text. An Output widget does neither.
    page = ipywidgets.HTML(layout=_STEADY)

    def redraw(_change=None):
        try:
            parts = draw(**{name: control.value for name, control in controls.items()})
        except CRMError as error:
            parts = [str(error)]
        page.value = _as_html(parts)

    for control in controls.values():
        control.observe(redraw, "value")
    redraw()
    row = ipywidgets.HBox(list(controls.values()), layout=_ROW)
    said = "".join(f"<li>{escape(sentence)}</li>" for sentence in about)
    above = [ipywidgets.HTML(_LIST.format(said))] if said else []
    return ipywidgets.VBox([*above, row, page])


def _as_html(parts):
    return "".join(
        Sentence(part)._repr_html_()
        if isinstance(part, str)
        else f'<img src="data:image/png;base64,{_png(part)}" alt="{escape(part.alt)}" '
        'style="max-width: 100%" decoding="sync">'
        for part in parts
    )


def _png(ax):
    """Return a figure as base64, and close it."""
    picture = print_figure(ax.figure, base64=True)
    plt.close(ax.figure)
    return picture


def buttons(label, options):
    """Return a row of buttons, one of which is pressed.

    Parameters
    ----------
    label : str
        In the language in use, as are the words of `options`.
    options : list of tuple of str and object
        What a button says, and the value it stands for.
    """
    return ipywidgets.ToggleButtons(
        options=options,
        description=label,
        style=_WHOLE_LABEL | {"button_width": "auto"},
        layout={"display": "flex", "align_items": "center", "width": "max-content"},
    )


def choice(label, options, value):
    """Return a list to choose from, for what would be too many buttons.

    Parameters
    ----------
    label, options
        As in :func:`buttons`.
    value : object
        The one that is chosen at the start.
    """
    return ipywidgets.Dropdown(
        options=options,
        value=value,
        description=label,
        style=_WHOLE_LABEL,
        layout={"width": "max-content"},
    )


def slider(label, value, low, high, step=1, readout_format=None):
    """Return a slider that speaks when it is let go: each move draws a figure.

    Parameters
    ----------
    label : str
        In the language in use.
    value, low, high, step : int or float
        Whole numbers give a slider of whole numbers.
    readout_format : str, optional
        As in ``format``, such as ``".0%"``.
    """
    whole = all(isinstance(number, int) for number in (value, low, high, step))
    make = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
    options = {} if readout_format is None else {"readout_format": readout_format}
    return make(
        value,
        min=low,
        max=high,
        step=step,
        description=label,
        continuous_update=False,
        style=_WHOLE_LABEL,
        layout={"width": f"{_TRACK + _length(label):.1f}em", "max_width": "100%"},
        **options,
    )


def _length(label):
    """Return about how long a label is, in em: a Chinese character is as wide as it is high."""
    wide = sum(east_asian_width(letter) in "WF" for letter in label)
    return _WIDE_LETTER * wide + _LETTER * (len(label) - wide)
