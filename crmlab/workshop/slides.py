"""A session as slides: one HTML file that needs no network and no other file.

1. The built notebook is read as it stands, with its outputs; nothing is run.
2. Every heading begins a slide. A second figure, table or question begins another one, and so does
   a text after one.
3. On the slide: what a cell shows, large, and the first sentences of the prose.
4. In the speaker's notes: the whole prose, where it was shortened, and the code.
5. The sections that the timing of the guide names come first, in the order of the lesson: that is
   what the minutes allow. The others stand behind them, for when somebody asks. The second slide is
   the plan, from which a click leads to each section; the notes say what the guide says.
6. The page sets each slide in 1280 × 720 and makes its letters as large as fit.
"""

import base64
import io
import re
import unicodedata
from dataclasses import dataclass, field, replace
from html import escape, unescape
from itertools import zip_longest
from pathlib import Path

from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.output import check_targets, render, write_whole
from crmlab.workshop.course import guide_of, notebook_of
from crmlab.workshop.guide import read_timing

_TEMPLATE = Path(__file__).with_name("slides.html.j2")

# How much stands on a slide. Lines and columns are those of the page's ordinary letters; a
# Chinese character takes two columns.
_LINES, _COLUMNS = 14, 88
_LINES_AT_MOST = 17  # in smaller letters
_PROSE = 420  # columns of a paragraph on a slide of text
_PROSE_BESIDE = 170  # columns of a paragraph beside a figure, table, reading or question
_SHORT = 40  # columns of a first sentence that needs the next one to say something
_CLOSING = 2  # paragraphs that end a section and go below what they speak about
_PICTURE = 9  # lines that a picture needs at least
_ROW = 0.75  # lines of a row of a table, whose letters may be small
_WIDE = 1.9  # a picture wider than this times its height has no room for text beside it
_WIDE_TABLE = 46  # columns of a table that has none
_FEWEST_SECTIONS = 4  # of a notebook whose slides have a plan

_HEADING = re.compile(r"(#{1,3}) +(.+)")
_ITEM = re.compile(r"^(?=(?:[-*]|\d+\.) )", re.MULTILINE)
_FORMULA = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
_SHORT_RELATION = re.compile(r"(\\[gln]e)(?![A-Za-z])")
_SIZES = re.compile(r"\\(?:textstyle|displaystyle|[bB]igg?[lrm]?)(?![A-Za-z])")
# A sentence ends at a mark before a space and a capital; a Chinese one at its mark.
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z*`“\"(])|(?<=[。？！])(?!”)")


@dataclass(frozen=True)
class _Shown:
    """What a cell shows: a ``picture``, ``table``, ``question``, ``reading`` or ``print``."""

    kind: str
    html: str
    lines: float
    wide: bool = False

    @property
    def is_large(self):
        return self.kind in ("picture", "table", "question")


@dataclass
class _Slide:
    """One slide while it is put together; texts are Markdown, one paragraph or list each."""

    level: int
    title: str
    within: str  # the heading above it
    place: int = 0  # of the heading among those of the notebook
    starts: bool = True  # the first slide with this heading
    texts: list = field(default_factory=list)
    shown: list = field(default_factory=list)
    closing: list = field(default_factory=list)
    code: list = field(default_factory=list)

    def continued(self):
        return _Slide(self.level, self.title, self.within, self.place, starts=False)

    def room_for(self, shown):
        """Whether one more output fits."""
        if any(one.kind == "question" for one in self.shown):
            return False
        if shown.is_large and any(one.is_large for one in self.shown):
            return False
        # What a figure says belongs below it, in smaller letters if it must.
        most = _LINES_AT_MOST if self.shown and not shown.is_large else _LINES
        return self.lines([shown]) <= most

    def room_below(self, texts):
        """Whether texts fit below what is shown."""
        if any(one.kind == "question" for one in self.shown):
            return False
        return self.lines(texts=texts) <= _LINES_AT_MOST

    def lines(self, shown=(), texts=()):
        """Return how many lines the slide takes, with something more on it."""
        shown = [*self.shown, *shown]
        columns = _columns_beside(shown)
        prose = sum(_lines(_lead(text, columns)) for text in [*self.texts, *texts])
        return prose + sum(one.lines for one in shown)

    @property
    def is_text(self):
        return not self.shown

    @property
    def is_bare(self):
        return not self.texts and not self.shown

    @property
    def columns(self):
        """How much of a paragraph is shown."""
        return _columns_beside(self.shown)

    @property
    def beside(self):
        """The picture or table that text stands beside, not above; None where it stands above."""
        if not self.texts and not self.closing and len(self.shown) == 1:
            return None
        narrow = (one for one in self.shown if one.kind in ("picture", "table") and not one.wide)
        return next(narrow, None)


def _columns_beside(shown):
    return _PROSE_BESIDE if any(one.is_large for one in shown) else _PROSE


def slides(notebook, lang="en"):
    """Return the slides of a notebook as one HTML page.

    Parameters
    ----------
    notebook : str or os.PathLike
        A notebook that has been run.
    lang : {"en", "zh"}
        The language of the notebook.

    Returns
    -------
    str

    Raises
    ------
    CRMError
        If the notebook has no heading, or a cell of it has not been run.
    """
    import nbformat

    book = nbformat.read(notebook, as_version=4)
    if any(cell.cell_type == "code" and cell.execution_count is None for cell in book.cells):
        raise CRMError(
            "{name} has not been run. Run all of its cells, save it, and try again.",
            name=Path(notebook).name,
        )
    deck = _deck(book.cells)
    if not deck:
        raise CRMError(
            "{name} has no heading, and slides begin at headings.", name=Path(notebook).name
        )
    timing = _timing(Path(notebook), lang)
    planned = {place for part in timing for place in part.places}
    main = [slide for slide in deck if slide.place in planned] if timing else deck
    rest = [slide for slide in deck if slide.place not in planned] if timing else []
    markdown = _markdown()
    pages = [
        _page(slide, part, markdown, _said_of(slide, timing))
        for cut in (main, rest)
        for slide, part in zip(cut, _parts(cut), strict=True)
    ]
    plan = _plan_slide([*main, *rest], timing)
    # After the title; every number behind it is one higher.
    pages[1:1] = [plan] if plan else []
    return render(
        _TEMPLATE,
        language=lang,
        title=_unmarked(deck[0].title),
        slides=pages,
        main=len(main) + bool(plan),
    )


def write_slides(session, path, lang="en", overwrite=False):
    """Write the slides of a session of the course.

    Parameters
    ----------
    session : str or int
        ``"3a"``, or 3 where the chapter has one session only.
    path : str or os.PathLike
    lang : {"en", "zh"}
    overwrite : bool, default False

    Returns
    -------
    pathlib.Path

    Raises
    ------
    CRMError
        If there is no such session, or there is such a file and `overwrite` is False.
    OSError
        If the file cannot be written.
    """
    path = Path(path)
    check_targets([path], overwrite)
    write_whole(path, slides(notebook_of("chapters", session, lang), lang))
    return path


# --- from cells to slides ---------------------------------------------------------------


def _deck(cells):
    """Return the slides of a notebook's cells; what stands before the first heading is left out."""
    deck = []
    headings = {}  # level to the latest heading
    for cell in cells:
        if cell.cell_type == "markdown":
            for text in _chunks(cell.source):
                heading = _HEADING.fullmatch(text)
                if heading:
                    level, title = len(heading[1]), heading[2]
                    headings = {above: t for above, t in headings.items() if above < level}
                    place = deck[-1].place + 1 if deck else 0
                    deck.append(_Slide(level, title, headings.get(2, ""), place))
                    headings[level] = title
                elif deck:
                    if not deck[-1].is_text:
                        deck.append(deck[-1].continued())
                    deck[-1].texts.append(text)
        elif cell.cell_type == "code" and deck:
            _add_code(deck, cell)
    return [part for slide in _closed(_joined(deck)) for part in _split(slide)]


def _add_code(deck, cell):
    shown = [one for output in cell.outputs for one in _shown(output)]
    for number, one in enumerate(shown):
        if not deck[-1].room_for(one) and not deck[-1].is_bare:
            deck.append(deck[-1].continued())
        deck[-1].shown.append(one)
        if number == 0:
            deck[-1].code.append(cell.source)
    if not shown:
        deck[-1].code.append(cell.source)


def _joined(deck):
    """Put what goes on with a heading onto one slide, where nothing large stands on it."""
    kept = []
    for slide in deck:
        before = kept[-1] if kept else None
        if (
            before is not None
            and not slide.starts
            and slide.shown
            and not any(one.is_large for one in [*before.shown, *slide.shown])
            and before.lines(slide.shown, slide.texts) <= _LINES
        ):
            before.texts += slide.texts
            before.shown += slide.shown
            before.code += slide.code
        else:
            kept.append(slide)
    return kept


def _closed(deck):
    """Move short last words of a section below the figure or table that they speak about."""
    kept = []
    for number, slide in enumerate(deck):
        is_last = number + 1 == len(deck) or deck[number + 1].starts
        before = kept[-1] if kept else None
        if (
            not slide.starts
            and is_last
            and slide.is_text
            and len(slide.texts) <= _CLOSING
            and not any(_is_special(text) for text in slide.texts)
            and before.room_below(slide.texts)
        ):
            before.closing, before.code = slide.texts, before.code + slide.code
        else:
            kept.append(slide)
    return kept


def _split(slide):
    """Give texts that are too long for one slide several."""
    if not slide.is_text:
        return [slide]
    parts = [[]]
    for piece in (piece for text in slide.texts for piece in _pieces(text)):
        lines = sum(_lines(_lead(text, _PROSE)) for text in [*parts[-1], piece])
        if parts[-1] and lines > _LINES_AT_MOST:
            parts.append([])
        parts[-1].append(piece)
    deck = [
        _Slide(
            slide.level, slide.title, slide.within, slide.place, slide.starts and number == 0, texts
        )
        for number, texts in enumerate(parts)
    ]
    deck[-1].code = slide.code
    return deck


# --- the plan of the guide --------------------------------------------------------------


@dataclass(frozen=True)
class _Part:
    """A row of the timing, and which headings of the notebook it means."""

    minutes: str
    what: str
    sections: str
    places: tuple


def _timing(path, lang):
    """Return the rows of the guide's timing; none where the session has no guide."""
    import nbformat

    english = path if lang == "en" else path.parent.parent / path.name
    try:
        guide = guide_of(path.stem)
        rows = read_timing(guide) if guide.parent.name == path.stem else []
        headings = _headings(nbformat.read(english, as_version=4).cells)
    except (CRMError, OSError):
        return []
    timing = [
        _Part(row.minutes, row.what, row.sections, _places(row.sections, headings)) for row in rows
    ]
    if timing:  # the title is always shown, and what people take home
        taken_home = (*timing[-1].places, *_places("Recap", headings))
        timing[0] = replace(timing[0], places=(0, *timing[0].places))
        timing[-1] = replace(timing[-1], places=tuple(dict.fromkeys(taken_home)))
    return timing


def _headings(cells):
    """Return the headings of a notebook in their order."""
    texts = (
        text for cell in cells if cell.cell_type == "markdown" for text in _chunks(cell.source)
    )
    return [found[2] for found in map(_HEADING.fullmatch, texts) if found]


def _places(sections, headings):
    """Return which headings are meant by a cell of the timing, such as "Recall, Claim check"."""
    places, rest = [], sections
    while rest:
        whole = [
            heading for heading in headings if rest == heading or rest.startswith(f"{heading}, ")
        ]
        name = max(whole, key=len, default=rest.partition(", ")[0])
        if name == "title":  # with what stands below it before the first section
            places.append(0)
        places += [
            place
            for place, heading in enumerate(headings)
            if (heading == name if whole else heading.startswith(name))
        ]
        rest = rest[len(name) :].removeprefix(", ")
    return tuple(dict.fromkeys(places))


def _said_of(slide, timing):
    """Return what the guide says of a section, for the notes of its first slide."""
    if not slide.starts:
        return []
    return [
        _("Minutes {minutes}: {what}").format(minutes=part.minutes, what=part.what)
        for part in timing
        if slide.place in part.places
    ]


def _plan_slide(deck, timing):
    """Return the slide from which a click leads to each section; None for a short notebook."""
    first = {}
    for number, slide in enumerate(deck, start=1):
        first.setdefault(slide.place, (number + (number > 1), _unmarked(slide.title)))
    shown, rows = {0}, []
    for part in timing:
        links = [first[place] for place in part.places if place and place not in shown]
        shown |= set(part.places)
        if links or not part.places:
            rows.append((part.minutes, links))
    rest = [link for place, link in first.items() if place not in shown]
    if len(rows) + len(rest) < _FEWEST_SECTIONS:
        return None
    return {
        "level": 2,
        "title": escape(_("Plan")),
        "within": "",
        "part": 1,
        "is_bare": False,
        "beside": None,
        "plan": rows,
        "more": rest,
        "texts": [],
        "shown": [],
        "closing": [],
        "notes": [],
    }


# --- prose ------------------------------------------------------------------------------


def _chunks(source):
    """Return the paragraphs, lists and headings of a Markdown cell; code blocks stay whole."""
    fenced = re.split(r"(^```.*?^```$)", source, flags=re.MULTILINE | re.DOTALL)
    for number, part in enumerate(fenced):
        yield from [part] if number % 2 else filter(None, map(str.strip, part.split("\n\n")))


def _is_special(text):
    """Whether it is a list, table, code block or formula, which is never shortened."""
    return bool(_ITEM.match(text)) or text.startswith(("|", "```", "$$", ">"))


def _pieces(text):
    """Return a long list in pieces that fit a slide each."""
    if not _ITEM.match(text) or _lines(text) <= _LINES:
        return [text]
    pieces = [""]
    for item in _ITEM.split(text):
        if pieces[-1] and _lines(pieces[-1] + item) > _LINES:
            pieces.append("")
        pieces[-1] += item
    return pieces


def _lead(text, columns):
    """Return the first sentences of a paragraph, as many as fit, and one at least."""
    if _is_special(text):
        return text
    sentences = _SENTENCE.split(" ".join(text.split("\n")))
    joint = "" if _width(text) > 1.3 * len(text) else " "  # Chinese has no space between them
    kept = sentences[0]
    for sentence in sentences[1:]:
        longer = f"{kept}{joint}{sentence}"
        # No mark of bold or of code is left open.
        if _is_whole(kept) and _width(longer) > columns:
            break
        kept = longer
    return kept


def _is_whole(text):
    bold = text.count("**")
    is_closed = bold % 2 == 0 and (text.count("*") - 2 * bold) % 2 == 0 and text.count("`") % 2 == 0
    return is_closed and _width(text) > _SHORT


def _width(text):
    """Return the columns of a text."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _lines(text):
    """Return how many lines a Markdown text takes, with the space below it."""
    if text.startswith("$$"):
        return 4
    if text.startswith("|"):
        return 1.3 * (text.count("\n") + 1)
    parts = _ITEM.split(text)
    return 0.5 + sum(-(-_width(part) // _COLUMNS) for part in parts if part)


def _unmarked(markdown):
    return re.sub(r"[*`]", "", markdown)


def _markdown():
    """Return a function from Markdown to HTML without links, which lead nowhere from a slide."""
    import mistune

    class Renderer(mistune.HTMLRenderer):
        def link(self, text, url, title=None):
            return text

    to_html = mistune.Markdown(Renderer(escape=True), plugins=[mistune.plugins.table.table])

    def convert(text):
        formula = _FORMULA.fullmatch(text.strip())
        return _formula(formula[1]) if formula else to_html(text)

    return convert


def _formula(tex):
    """Return a formula as a picture: browsers set none without a library."""
    from matplotlib.mathtext import math_to_image

    file = io.BytesIO()
    # In one line, and in the words that matplotlib knows.
    written = _SHORT_RELATION.sub(r"\1q", _SIZES.sub("", " ".join(tex.split())))
    math_to_image(f"${written}$", file, dpi=220, format="png")
    data = base64.b64encode(file.getvalue()).decode("ascii")
    picture = f'<img src="data:image/png;base64,{data}" alt="{escape(tex.strip())}">'
    return f'<p class="formula">{picture}</p>'


# --- outputs ----------------------------------------------------------------------------


def _shown(output):
    """Return what an output shows on a slide: nothing or one thing."""
    if output.output_type == "stream":
        return _printed(output.text)
    if output.output_type == "error":
        return _printed(f"{output.ename}: {output.evalue}")
    if "image/png" in output.data:
        alt = output.get("metadata", {}).get("image/png", {}).get("alt", "")
        data = "".join(output.data["image/png"].split())
        width, height = _size_of(data)
        html = f'<figure><img src="data:image/png;base64,{data}" alt="{escape(alt)}"></figure>'
        return [_Shown("picture", html, _PICTURE, wide=width > _WIDE * height)]
    html = output.data.get("text/html")
    if html is None:
        return _printed(output.data.get("text/plain", ""))
    if "<table" in html:
        lines = 1 + _ROW * html.count("<tr")
        wide = _table_width(html) > _WIDE_TABLE
        return [_Shown("table", f'<div class="table">{html}</div>', lines, wide)]
    lines = 0.5 + -(-_width(_text_of(html)) // _COLUMNS)
    if "<details" in html:
        return [_Shown("question", html, lines)]
    return [_Shown("reading", html, lines)]


def _text_of(html):
    return unescape(re.sub(r"<style.*?</style>|<[^>]+>", "", html, flags=re.DOTALL)).strip()


def _table_width(html):
    rows = [
        [_width(_text_of(cell)) + 3 for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr.*?</tr>", html, re.DOTALL)
    ]
    return sum(max(widths) for widths in zip_longest(*rows, fillvalue=0))


def _printed(text):
    lines = text.strip().splitlines()
    height = sum(-(-_width(line) // _COLUMNS) for line in lines)
    return [_Shown("print", f"<pre>{escape(text.strip())}</pre>", height)] if lines else []


def _size_of(data):
    """Return width and height of a PNG picture, which stand at the same place in each."""
    head = base64.b64decode(data[:32])
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


# --- one slide as HTML ------------------------------------------------------------------


def _parts(deck):
    """Yield for each slide which one with its heading it is, from 1."""
    part = 0
    for slide in deck:
        part = 1 if slide.starts else part + 1
        yield part


def _page(slide, part, markdown, said):
    beside = slide.beside
    notes = [markdown(text) for text in said]
    notes += [
        markdown(text) for text in slide.texts + slide.closing if _is_cut(text, slide.columns)
    ]
    notes += [f"<pre><code>{escape(code)}</code></pre>" for code in slide.code]
    return {
        "level": slide.level,
        "title": markdown(slide.title).removeprefix("<p>").removesuffix("</p>\n"),
        "within": _unmarked(slide.within),
        "part": part,
        "is_bare": slide.is_bare,
        "beside": beside and (beside.kind, beside.html),
        "texts": [markdown(_lead(text, slide.columns)) for text in slide.texts],
        "shown": [one.html for one in slide.shown if one is not beside],
        "closing": [markdown(_lead(text, slide.columns)) for text in slide.closing],
        "notes": notes,
        "plan": [],
        "more": [],
    }


def _is_cut(text, columns):
    return not _is_special(text) and _width(_lead(text, columns)) < _width(" ".join(text.split()))
