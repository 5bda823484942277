"""Figures and tables of the course: each states its finding and carries an alt text.

Every function that draws takes an optional ``ax`` and returns the Axes. :func:`show`
displays a figure with its alt text; a notebook cell ends with it.
"""

import zlib

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.ticker import PercentFormatter

from crmlab.language import gettext as _
from crmlab.pyramid import lorenz_curve, top_share

# Told apart by readers with any colour vision (Wong, 2011, Nature Methods 8:441).
PALETTE = sns.color_palette("colorblind")
_MAIN, _SECOND, _GREY = PALETTE[0], PALETTE[1], "0.6"


def use_style():
    """Set the look of every figure drawn from now on."""
    sns.set_theme(style="whitegrid", palette="colorblind")
    plt.rcParams.update(
        {
            "figure.figsize": (7.5, 4.2),
            "figure.dpi": 100,
            "figure.constrained_layout.use": True,
            "axes.titlelocation": "left",
            "axes.titlesize": "large",
            "axes.spines.top": False,
            "axes.spines.right": False,
        }
    )


def show(drawn, alt=None):
    """Display a figure once, with an alt text for readers who cannot see it.

    Parameters
    ----------
    drawn : matplotlib.axes.Axes, matplotlib.figure.Figure or seaborn grid
    alt : str, optional
        What the figure shows. The figures of this module bring their own.

    Raises
    ------
    ValueError
        If there is neither `alt` nor a title to take its place.
    """
    from IPython.display import display

    figure = getattr(drawn, "figure", drawn)
    alt = alt or getattr(figure, "alt", None)
    if not alt:
        raise ValueError(_("Say in alt='…' what the figure shows."))
    display(figure, metadata={"image/png": {"alt": alt}})
    # The inline backend would show an open figure a second time.
    plt.close(figure)


def table(frame, caption, labels=None, formats=None, bars=None):
    """Return a table with a caption, readable headings and rounded numbers.

    Parameters
    ----------
    frame : pandas.DataFrame or pandas.Series
    caption : str
        What the table shows, with its units.
    labels : mapping, optional
        Column or index name to heading, for names that are not plain words.
    formats : mapping or str, optional
        Column to format, such as ``"{:.1%}"``; ``"{:,.0f}"`` for all by default for floats.
    bars : list of str, optional
        Columns that get a bar in each cell.

    Returns
    -------
    pandas.io.formats.style.Styler
    """
    frame = frame.to_frame() if isinstance(frame, pd.Series) else frame
    labels = labels or {}
    shown = frame.rename(columns=lambda name: _word(name, labels))
    shown = shown.rename(index=lambda name: _word(name, {}))
    shown.index.names = [name and _word(name, labels) for name in frame.index.names]
    shown.columns.names = [name and _word(name, labels) for name in frame.columns.names]
    for name in shown.select_dtypes(["str", "object", "category"]):
        shown[name] = shown[name].map(lambda value: _word(value, {}), na_action="ignore")
    if isinstance(formats, dict):
        formats = {_word(name, labels): form for name, form in formats.items()}
    elif formats is None:
        formats = dict.fromkeys(shown.select_dtypes("number"), "{:,.0f}")
    # pandas draws a random id; the same content must give the same bytes.
    identity = f"{zlib.crc32((caption + shown.to_csv()).encode()):08x}"
    styler = shown.style.set_uuid(identity).set_caption(caption).format(formats, na_rep="–")
    styler = styler.set_table_styles(
        [
            {
                "selector": "caption",
                "props": "caption-side: top; text-align: left; font-weight: bold",
            },
            {"selector": "td, th", "props": "text-align: right"},
            {"selector": "th.row_heading, th.index_name", "props": "text-align: left"},
        ]
    )
    text = list(shown.select_dtypes(["str", "object", "category"]).columns)
    styler = styler.set_properties(subset=text, **{"text-align": "left"})
    for name in bars or ():
        styler = styler.bar(subset=[_word(name, labels)], color="#9ecae1", vmin=0)
    return styler


def _word(value, labels):
    """Return the word to show for a name or value of a table."""
    if value in labels:
        return labels[value]
    return _(value) if isinstance(value, str) else value


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
    ax.set_xlim(0, 1.1 * summary[list(parts)].max().max())
    ax.xaxis.set_major_formatter(PercentFormatter(1))
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
    return _with_alt(
        ax,
        _("Bar chart of the customer pyramid. {tiers}.").format(
            tiers="; ".join(
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
    ax.annotate(text, (share, held), (10, -14), textcoords="offset points")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(PercentFormatter(1))
    ax.set(
        xlim=(0, 1),
        ylim=(
            min(0, (1 - curve["share_of_value"]).min()),
            max(1.02, (1 - curve["share_of_value"]).max()),
        ),
        xlabel=_("share of customers, best first"),
        ylabel=_("share of value"),
        title=_("The best {share:.0%} of customers hold {held:.0%} of value").format(
            share=share, held=held
        ),
    )
    return _with_alt(
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
    ax = ax or plt.subplots(figsize=(8.2, 5))[1]
    best = int(scores[["R", "F"]].max().max())
    levels = range(1, best + 1)
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
    return _with_alt(
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
    ax.xaxis.set_major_formatter(PercentFormatter(1))
    ax.set_xlim(left=0)
    ax.legend()
    best = shares["sum"].idxmax()
    ax.set(
        xlabel=_("share of all customers, of all value"),
        ylabel=_("segment"),
        title=_("{segment}: {customers:.0%} of customers, {value:.0%} of value").format(
            segment=_(str(best)),
            customers=shares.loc[best, "size"],
            value=shares.loc[best, "sum"],
        ),
    )
    return _with_alt(
        ax,
        _("Share of customers against share of value per segment. {segments}.").format(
            segments="; ".join(
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
        cbar_kws={"label": _("share of the tier before"), "format": PercentFormatter(1)},
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
        title=f"{title} ({kind})" if kind else title,
    )
    return _with_alt(
        ax,
        _(
            "Migration matrix of tiers, share of the tier before and count in each cell. "
            "{stayed:.0%} of customers stay in their tier."
        ).format(stayed=stayed),
    )


def _with_alt(ax, alt):
    ax.figure.alt = alt
    return ax
