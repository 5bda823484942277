"""Figures and tables of the course: each states its finding and carries an alt text.

Every function that draws takes an optional ``ax`` and returns the Axes. :func:`show`
displays a figure with its alt text; a notebook cell ends with it.
"""

from datetime import date
from functools import partial
from html import escape, unescape
from pathlib import Path
from zlib import crc32

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import font_manager
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter
from pandas.io.formats.style import Styler

from crmlab.arguments import steady
from crmlab.language import fill, named, sentences, written
from crmlab.language import gettext as _
from crmlab.segmentation.pyramid import lorenz_curve, top_share

# Told apart by readers with any colour vision (Wong, 2011, Nature Methods 8:441).
PALETTE = sns.color_palette("colorblind")
# A subset of Noto Sans CJK SC, made by tools/font.py: figures need no font of the machine.
CHINESE_FONT = "crmlab Sans SC"
_FONT_FILE = Path(__file__).parent / "locale" / "zh" / "fonts" / "crmlab-sans-sc.otf"
_TEXT_LEFT = {"selector": "td, th.col_heading", "props": "text-align: left"}
_TABLE_STYLE = [
    {
        "selector": "caption",
        "props": "caption-side: top; text-align: left; font-weight: bold; white-space: nowrap",
    },
    {"selector": "th.row_heading, th.index_name", "props": "text-align: left"},
]
_MAIN, _SECOND, _GREY = PALETTE[0], PALETTE[1], "0.6"


def use_style():
    """Set the look of every figure drawn from now on."""
    sns.set_theme(style="whitegrid", palette="colorblind")
    if CHINESE_FONT not in font_manager.get_font_names():
        font_manager.fontManager.addfont(_FONT_FILE)
    plt.rcParams.update(
        {
            # Glyph by glyph: Latin letters from the first, Chinese characters from ours.
            "font.family": ["DejaVu Sans", CHINESE_FONT],
            "figure.figsize": (7.5, 4.2),
            "figure.dpi": 100,
            "figure.constrained_layout.use": True,
            "axes.titlelocation": "left",
            "axes.titlesize": "large",
            "axes.spines.top": False,
            "axes.spines.right": False,
        }
    )


def show(drawn, title=None, *, x=None, y=None, percent="", in_points="", alt=None, **values):
    """Give a figure its words, display it once, and carry an alt text.

    Parameters
    ----------
    drawn : matplotlib.axes.Axes, matplotlib.figure.Figure or seaborn grid
    title, x, y, alt : str, optional
        English texts with ``{name:format}`` fields, looked up in the catalogue: what the
        figure found, the axes with their units, and what to tell a reader who cannot see
        it. The figures of this module bring their own title, and an alt text with the facts
        drawn, to which `alt` adds.
    percent, in_points : {"", "x", "y", "xy"}
        Axes whose values are shares, and differences of shares; the words of the latter say
        that the numbers are points.
    **values
        What the fields stand for. Text values are translated too.

    Raises
    ------
    ValueError
        If there is no alt text.
    """
    from IPython.display import display

    figure = getattr(drawn, "figure", drawn)
    texts = {"title": title, "xlabel": x, "ylabel": y}
    texts = {name: fill(text, **values) for name, text in texts.items() if text is not None}
    if texts:
        drawn.set(**texts)
    for name in percent + in_points:
        axis = getattr(drawn, f"{name}axis")
        per_cent = PercentFormatter(1, decimals=0)
        axis.set_major_formatter(per_cent if name in percent else FuncFormatter(_point_tick))
        # No step of 2.5 %, which would be shown as 2 %.
        axis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10]))
    facts = [ax.alt for ax in figure.axes if hasattr(ax, "alt")]
    alt = sentences(*([fill(alt, **values), *facts] if alt else facts))
    if not alt:
        raise ValueError("A figure needs an alt text: say in alt='…' what it shows.")
    # The list of claims (docs/claims.md) is made of the titles as they are shown.
    titles = [ax.get_title("left") or ax.get_title() for ax in figure.axes]
    words = {"alt": alt, "title": " · ".join(filter(None, titles))}
    display(figure, metadata={"image/png": words})
    # The inline backend would show an open figure a second time.
    plt.close(figure)


def _point_tick(tick, _place):
    return FuncFormatter.fix_minus(f"{round(100 * tick, 6) + 0:g}")


def table(frame, caption, formats=None, **values):
    """Return a table with a caption and rounded numbers, its words in the language in use.

    Parameters
    ----------
    frame : pandas.DataFrame or pandas.Series
    caption : str
        What the table shows, with its units: an English text with ``{name:format}``
        fields, looked up in the catalogue.
    formats : str or mapping, optional
        One format for all numbers, or column to format, as in
        :func:`crmlab.language.written`. Without one, numbers are whole, with separators, and
        dates are year-month-day. Headers show the name that code uses, too.
    **values
        What the fields of the caption stand for. Text values are translated too.

    Returns
    -------
    Table
        A pandas Styler.
    """
    frame = frame.to_frame() if isinstance(frame, pd.Series) else frame
    every = formats if isinstance(formats, str) else "{:,.0f}"
    form = dict.fromkeys(frame, _html_word)
    form |= dict.fromkeys(frame.select_dtypes("number", exclude="timedelta"), every)
    form |= formats if isinstance(formats, dict) else {}
    form = {k: partial(written, one) if isinstance(one, str) else one for k, one in form.items()}
    styler = Table(frame, uuid="0").set_caption(escape(fill(caption, **values)))
    styler = styler.format(form, na_rep="–").set_table_styles(_TABLE_STYLE)
    text = frame.select_dtypes(["str", "object", "category"])
    styler = styler.set_table_styles({name: [_TEXT_LEFT] for name in text}, overwrite=False)
    for axis, shown in (("index", _html_word), ("columns", _html_name)):
        styler = styler.format_index(shown, axis=axis)
        if any(name is not None for name in getattr(frame, axis).names):
            styler = styler.format_index_names(_html_name, axis=axis, na_rep="")
    # pandas draws a random id; what looks the same must be the same bytes.
    return styler.set_uuid(f"{crc32(styler.to_html().encode()):08x}")


class Table(Styler):
    """A pandas Styler that shows its rows, not its address, where there is no HTML."""

    def __repr__(self):
        return unescape(f"{self.caption}\n{self.to_string(delimiter=' | ')}".rstrip())


def _word(value):
    """Return what to show for a name or value of a table or figure."""
    if isinstance(value, str):
        return _(value)
    if isinstance(value, (bool, np.bool_)):
        return _(str(value))
    return f"{value:%Y-%m-%d}" if isinstance(value, date) and not pd.isna(value) else value


def _html_word(value):
    word = _word(value)
    return escape(word, quote=False) if isinstance(word, str) else word


def _html_name(value):
    """Return what to show for the name of a column: a learner of code needs both its names."""
    return escape(named(value), quote=False) if isinstance(value, str) else _html_word(value)


def bars(lengths, error=None, ax=None):
    """Draw horizontal bars, one group a row, the first row at the top.

    Parameters
    ----------
    lengths : pandas.Series or pandas.DataFrame
        Index: the rows; columns: the bars of a group, named in a legend.
    error : pandas.Series or pandas.DataFrame, optional
        How far the error bar reaches; with two rows, to the left and to the right.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    count = lengths.size / len(lengths)
    ax = ax or plt.subplots(figsize=(7.5, 1 + len(lengths) * (0.3 + 0.12 * count)))[1]
    words = lengths.rename(index=_word)
    if isinstance(words, pd.DataFrame):
        words = words.rename(columns=_word)
    options = {} if error is None else {"xerr": error.to_numpy(), "capsize": 4}
    words.plot.barh(ax=ax, width=0.8, **options)
    ax.invert_yaxis()
    ax.set_ylabel(_word(lengths.index.name) or "")
    ax.grid(axis="y", visible=False)
    low, high = (words, words) if words.ndim == 1 else (words.min(axis=1), words.max(axis=1))
    return with_alt(ax, _facts(map(_range, words.index, low, high)))


def _facts(parts):
    return _("{facts}.").format(facts=_("; ").join(parts))


def _range(name, low, high):
    """Return the name of a row of bars and the length of its shortest and longest."""
    short, long = f"{low:.3g}", f"{high:.3g}"
    length = short if short == long else f"{short} … {long}"
    return _("{name}: {length}").format(name=name, length=length)


def matrix(x, y, size, ax=None):
    """Draw a two-by-two matrix of groups scored from 0 to 1, circles by size.

    Parameters
    ----------
    x, y : pandas.Series
        Scores, same index: the names of the groups.
    size : pandas.Series
        Areas of the circles, in square points.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or plt.subplots(figsize=(6.4, 4.6))[1]
    ax.scatter(x, y, s=size, alpha=0.5)
    for name in x.index:
        # Beside its circle, towards the middle: above it, another circle is more often met.
        inside = 1 if x[name] <= 0.5 else -1
        shift = (inside * (4 + np.sqrt(size[name] / np.pi)), 0)
        words = {"textcoords": "offset points", "va": "center", "ha": ["left", "right"][inside < 0]}
        words["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.8}
        ax.annotate(_word(name), (x[name], y[name]), shift, **words)
    for line in (ax.axhline, ax.axvline):
        line(0.5, ls="--", color=_GREY)
    ax.set(xlim=(-0.15, 1.15), ylim=(-0.15, 1.25))
    return with_alt(
        ax,
        _facts(
            _("{name}: {length}").format(name=_word(k), length=f"{x[k]:.2f}, {y[k]:.2f}")
            for k in x.index
        ),
    )


def pyramid(summary, ax=None):
    """Draw tiers as bars: each tier's share of customers against its share of value.

    Parameters
    ----------
    summary : pandas.DataFrame
        ``Pyramid.summary_``.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or plt.subplots()[1]
    height, place = 0.38, np.arange(len(summary))
    parts = {
        "share_of_customers": (_("share of customers"), _GREY, -height / 2),
        "share_of_value": (_("share of value"), _MAIN, height / 2),
    }
    for column, (label, colour, shift) in parts.items():
        bars = ax.barh(place + shift, summary[column], height, color=colour, label=label)
        ax.bar_label(bars, fmt="{:.0%}", padding=3)
    ax.set_yticks(place, [_(str(tier)) for tier in summary.index])
    ax.invert_yaxis()
    # A tier that brings a loss has a bar to the left of 0.
    longest = summary[list(parts)].to_numpy()
    ax.set_xlim(1.3 * min(0, longest.min()), 1.1 * longest.max())
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set(xlabel=_("share of all customers, of all value"), ylabel=_("tier"))
    ax.grid(axis="y", visible=False)
    ax.legend(loc="best")
    best = summary.iloc[:-1]
    ax.set_title(
        _("{tiers}: {customers:.0%} of customers hold {value:.0%} of value").format(
            tiers=_("The tiers above {last}").format(last=_(str(summary.index[-1]))),
            customers=best["share_of_customers"].sum(),
            value=best["share_of_value"].sum(),
        )
    )
    return with_alt(
        ax,
        _("Bar chart of the customer pyramid. {tiers}.").format(
            tiers=_("; ").join(
                _("{tier}: {customers:.0%} of customers, {value:.0%} of value").format(
                    tier=_(str(row.Index)),
                    customers=row.share_of_customers,
                    value=row.share_of_value,
                )
                for row in summary.itertuples()
            )
        ),
    )


def concentration(values, share=0.2, ax=None):
    """Draw how much of the value the best customers hold, and mark one share.

    Parameters
    ----------
    values : array-like
        Value per customer, in money.
    share : float, default 0.2
        The share of customers to mark.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or plt.subplots()[1]
    curve = lorenz_curve(values)
    held = top_share(values, share)
    # The Lorenz curve starts with the poorest; managers ask about the best.
    ax.plot(1 - curve["share_of_customers"], 1 - curve["share_of_value"], color=_MAIN, lw=2)
    ax.plot([0, 1], [0, 1], color=_GREY, ls="--")
    ax.annotate(_("all customers equal"), (0.72, 0.72), (0.72, 0.6), color="0.35")
    ax.plot([share, share, 0], [0, held, held], color=_SECOND, ls=":")
    ax.plot(share, held, "o", color=_SECOND)
    text = _("best {share:.0%} hold {held:.0%}").format(share=share, held=held)
    shift, side = (10, "left") if share < 0.5 else (-10, "right")
    ax.annotate(text, (share, held), (shift, -14), textcoords="offset points", ha=side)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set(
        xlim=(0, 1),
        # Above 100 % where some customers bring losses.
        ylim=(0, 1.02 * (1 - curve["share_of_value"]).max()),
        xlabel=_("share of customers, best first"),
        ylabel=_("share of value"),
        title=_("The best {share:.0%} of customers hold {held:.0%} of value").format(
            share=share, held=held
        ),
    )
    return with_alt(
        ax,
        _(
            "Concentration curve of customer value, best customers first: the best {share:.0%} of "
            "customers hold {held:.0%}; a dashed diagonal shows equal customers."
        ).format(share=share, held=held),
    )


def segment_map(scores, ax=None):
    """Draw how many customers have each pair of recency and frequency scores.

    Parameters
    ----------
    scores : pandas.DataFrame
        ``R``, ``F`` and ``segment``, as from ``RFM.transform``.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        Each cell gives the commonest segment and the number of customers.
    """
    best = int(scores[["R", "F"]].max().max())
    levels = range(1, best + 1)
    ax = ax or plt.subplots(figsize=(max(8.2, 2.2 + 1.2 * best), 1.5 + 0.7 * best))[1]
    counts = pd.crosstab(scores["R"], scores["F"]).reindex(
        index=levels, columns=levels, fill_value=0
    )
    names = scores.groupby(["R", "F"])["segment"].agg(lambda found: found.mode().iloc[0])
    text = [
        [
            f"{_(str(names.loc[r, f]))}\n{counts.loc[r, f]:,}" if counts.loc[r, f] else ""
            for f in levels
        ]
        for r in levels
    ]
    sns.heatmap(
        counts,
        annot=np.array(text, dtype=object),
        fmt="",
        cmap="Blues",
        linewidths=1,
        annot_kws={"fontsize": "small"},
        cbar_kws={"label": _("customers")},
        ax=ax,
    )
    ax.invert_yaxis()
    largest = scores["segment"].value_counts().idxmax()
    share = (scores["segment"] == largest).mean()
    ax.set(
        xlabel=_("frequency score F (high is good)"),
        ylabel=_("recency score R (high is good)"),
        title=_("The largest segment is {segment}: {share:.0%} of customers").format(
            segment=_(str(largest)), share=share
        ),
    )
    return with_alt(
        ax,
        _(
            "Heat map of customers by recency score and frequency score; each cell names its "
            "commonest segment. The largest segment is {segment} with {share:.0%} of customers."
        ).format(segment=_(str(largest)), share=share),
    )


def segment_shares(scores, values, ax=None):
    """Draw each segment's share of customers against its share of value.

    Parameters
    ----------
    scores : pandas.DataFrame
        ``segment``, as from ``RFM.transform``.
    values : pandas.Series
        Value per customer, in money, same index.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or plt.subplots(figsize=(7.5, 4.8))[1]
    grouped = values.groupby(scores["segment"], observed=True).agg(["size", "sum"])
    shares = grouped / grouped.sum()
    place = np.arange(len(shares))
    ax.hlines(place, shares["size"], shares["sum"], color=_GREY, zorder=1)
    ax.scatter(shares["size"], place, color=_GREY, s=45, label=_("share of customers"))
    ax.scatter(shares["sum"], place, color=_MAIN, s=45, label=_("share of value"))
    ax.set_yticks(place, [_(str(name)) for name in shares.index])
    ax.invert_yaxis()
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    if (shares >= 0).all(axis=None):
        ax.set_xlim(left=0)
    ax.legend()
    best = steady(shares["sum"]).idxmax()
    ax.set(
        xlabel=_("share of all customers, of all value"),
        ylabel=_("segment"),
        title=_("{segment}: {customers:.0%} of customers, {value:.0%} of value").format(
            segment=_(str(best)),
            customers=shares.loc[best, "size"],
            value=shares.loc[best, "sum"],
        ),
    )
    return with_alt(
        ax,
        _("Share of customers against share of value per segment. {segments}.").format(
            segments=_("; ").join(
                _("{segment}: {customers:.0%} of customers, {value:.0%} of value").format(
                    segment=_(str(name)), customers=row["size"], value=row["sum"]
                )
                for name, row in shares.iterrows()
            )
        ),
    )


def migration(matrix, ax=None):
    """Draw a tier-migration matrix: of each tier before, which share went where.

    Parameters
    ----------
    matrix : pandas.DataFrame
        Counts, as from ``Pyramid.migration``.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or plt.subplots(figsize=(8, 4.6))[1]
    matrix = matrix[matrix.sum(axis=1) > 0]
    shares = matrix.div(matrix.sum(axis=1), axis=0)
    text = shares.map("{:.0%}".format) + "\n" + matrix.map("{:,}".format)
    sns.heatmap(
        shares,
        annot=text.to_numpy(),
        fmt="",
        cmap="Blues",
        vmin=0,
        vmax=1,
        linewidths=1,
        annot_kws={"fontsize": "small"},
        cbar_kws={
            "label": _("share of the tier before"),
            "format": PercentFormatter(1, decimals=0),
        },
        ax=ax,
    )
    ax.set_xticklabels([_(str(name)) for name in matrix.columns], rotation=0)
    ax.set_yticklabels([_(str(name)) for name in matrix.index], rotation=0)
    known = [name for name in matrix.index if name in matrix.columns]
    stayed = np.trace(matrix.loc[known, known].to_numpy()) / matrix.loc[known].to_numpy().sum()
    basis = matrix.attrs.get("basis")
    kind = {"rank": _("ranked anew"), "thresholds": _("same thresholds")}.get(basis, "")
    title = _("{stayed:.0%} of customers stay in their tier").format(stayed=stayed)
    ax.set(
        xlabel=_("tier after"),
        ylabel=_("tier before"),
        title=_("{title} ({kind})").format(title=title, kind=kind) if kind else title,
    )
    return with_alt(
        ax,
        _(
            "Migration matrix of tiers, share of the tier before and count in each cell. "
            "{stayed:.0%} of customers stay in their tier."
        ).format(stayed=stayed),
    )


def with_alt(ax, alt):
    """Return the Axes with what a reader who cannot see them is told."""
    ax.alt = alt
    return ax
