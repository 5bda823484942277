"""What a section is made of: paragraphs, notes, single figures, tables and drawings."""

import base64
import io
from dataclasses import dataclass, field
from typing import ClassVar

import pandas as pd

from crmlab.language import written

_LONG = 20  # letters, from which a column needs room
SHARE = "{:.0%}"


def money_format(typical):
    """Return a format for amounts of about this size: cents where they matter."""
    return "{:,.2f}" if abs(typical) < 1000 else "{:,.0f}"


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    kind: ClassVar = "text"
    text: str


@dataclass(frozen=True)
class Notes:
    """A list of sentences."""

    kind: ClassVar = "notes"
    sentences: list


@dataclass(frozen=True)
class Gap:
    """What a log cannot answer, what it would need for that, and which chapter shows it."""

    kind: ClassVar = "gap"
    text: str


@dataclass(frozen=True)
class Tiles:
    """Single figures that are read at a glance: label to text."""

    kind: ClassVar = "tiles"
    figures: dict


@dataclass(frozen=True)
class Table:
    """A frame with a caption.

    Attributes
    ----------
    caption : str
    frame : pandas.DataFrame
        Its index is not shown. Column names are in the language of the report.
    formats : dict
        Column to format; without one a number is whole and text is text.
    """

    kind: ClassVar = "table"
    caption: str
    frame: pd.DataFrame
    formats: dict = field(default_factory=dict)

    def columns(self):
        """Return name and look of each column: ``number``, ``word`` or ``long`` text."""
        return [(name, self._look(self.frame[name])) for name in self.frame]

    def rows(self):
        """Return the cells, row by row: text, and the look of the column."""
        columns = [
            [(self._written(value, name), look) for value in self.frame[name]]
            for name, look in self.columns()
        ]
        return list(zip(*columns, strict=True))

    @staticmethod
    def _look(column):
        if pd.api.types.is_numeric_dtype(column.dtype):
            return "number"
        return "long" if column.astype("str").str.len().max() > _LONG else "word"

    def _written(self, value, name):
        if isinstance(value, str):
            return value
        return "–" if pd.isna(value) else written(self.formats.get(name, "{:,.0f}"), value)


@dataclass(frozen=True)
class Figure:
    """A drawing as SVG, sharp in print, and what it shows for those who cannot see it."""

    kind: ClassVar = "figure"
    svg: bytes
    alt: str
    drawn: object = field(default=None, repr=False, compare=False)  # the Axes, for a notebook

    @classmethod
    def of(cls, axes):
        """Take the drawing that a function of `crmlab.plots` made, and close it."""
        import matplotlib.pyplot as plt
        from matplotlib.backends.backend_svg import FigureCanvasSVG

        stream = io.BytesIO()
        # Letters as outlines: the page needs no font. A fixed salt and no date: the same
        # report is the same bytes. `savefig` would draw twice, first for the layout alone.
        with plt.rc_context({"svg.fonttype": "path", "svg.hashsalt": "crmlab"}):
            FigureCanvasSVG(axes.figure).print_svg(stream, metadata=dict.fromkeys(_STAMPS))
        plt.close(axes.figure)
        return cls(stream.getvalue(), axes.alt, axes)

    @property
    def address(self):
        """The drawing itself as an address, so that the page needs no other file."""
        return "data:image/svg+xml;base64," + base64.b64encode(self.svg).decode()


# What Matplotlib would write about itself and the time.
_STAMPS = ("Creator", "Date", "Format", "Type")


@dataclass(frozen=True)
class Section:
    """One topic of the page. `missing` says why it could not be computed, if so."""

    key: str
    title: str
    parts: list
    missing: str | None = None

    @property
    def tables(self):
        """The frames of the section, in order."""
        return [part.frame for part in self.parts if part.kind == "table"]

    @property
    def gaps(self):
        """What cannot be said: why the section is missing, or what the log cannot answer."""
        if self.missing:
            return [self.missing]
        return [part.text for part in self.parts if part.kind == "gap"]
