"""Slides of a chapter: everything of the notebook is there, once, and nothing is cut off."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest

from crmlab.errors import CRMError
from crmlab.workshop.slides import (
    _FORMULA,
    _chunks,
    _deck,
    _formula,
    _timing,
    slides,
    write_slides,
)

CHAPTERS = Path(__file__).resolve().parents[1] / "chapters"
GUIDES = CHAPTERS.parent / "manuscript"
ZH = "03b_groups_and_offers"
# One with the fewest slides, one with formulas, one in Chinese.
NOTEBOOKS = [
    CHAPTERS / name
    for name in (
        "05c_winning_back.ipynb",
        "02b_purchase_models.ipynb",
        "zh/03b_groups_and_offers.ipynb",
    )
]
EACH = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: str(p.relative_to(CHAPTERS)))

# Boxes whose contents reach beyond them; answers are open, as the class will see them.
CUT_OFF = """() => sheets.flatMap((sheet, number) => {
    show(number);
    sheet.querySelectorAll("details").forEach(answer => answer.open = true);
    const slide = sheet.querySelector(".slide"), body = sheet.querySelector(".body");
    const boxes = [slide, body, ...body.querySelectorAll("div, p, pre, ul, ol, figure")];
    const cut = boxes.some(box => box.clientWidth > 0 &&
        (box.scrollHeight > box.clientHeight + 2 || box.scrollWidth > box.clientWidth + 2));
    const letters = parseFloat(getComputedStyle(body).fontSize);
    return cut || letters < 16 ? [[number + 1, letters]] : [];
})"""


class Page(HTMLParser):
    """What the tests ask of a page: headings, pictures, resources, text."""

    def __init__(self, html):
        super().__init__()
        self.headings, self.pictures, self.resources, self.text = [], [], [], []
        self._heading = self._silent = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in ("h1", "h2", "h3"):
            self._heading = []
        if tag in ("style", "script", "small"):
            self._silent = tag
        if tag == "img":
            self.pictures.append((attrs["src"], attrs.get("alt")))
        self.resources += [attrs[name] for name in ("src", "href", "data") if name in attrs]

    def handle_endtag(self, tag):
        if tag in ("h1", "h2", "h3"):
            title = "".join(self._heading).strip()
            if not self.headings or self.headings[-1] != title:
                self.headings.append(title)
            self._heading = None
        if tag == self._silent:
            self._silent = None

    def handle_data(self, data):
        if self._silent:
            return
        self.text.append(data)
        if self._heading is not None:
            self._heading.append(data)


@cache
def page_of(path):
    return slides(path, "zh" if path.parent.name == "zh" else "en")


def cells(path, kind):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def outputs(path):
    return [output for cell in cells(path, "code") for output in cell.outputs]


def letters(text):
    return re.sub(r"\W", "", text)


def write_notebook(path, *sources, output=None):
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_markdown_cell(source) for source in sources]
    book.cells.append(nbformat.v4.new_code_cell("1", execution_count=1))
    book.cells[-1].outputs = [output] if output else []
    nbformat.write(book, path)
    return path


@EACH
def test_every_heading_begins_a_slide(path):
    lines = "\n".join(cell.source for cell in cells(path, "markdown"))
    headings = re.findall(r"^#{1,3} +(.+)$", lines, re.MULTILINE)
    # Those of the plan first, each part in the order of the lesson; and the plan itself.
    found = Page(page_of(path)).headings
    assert found[1] in ("Plan", "计划")
    assert sorted(found[:1] + found[2:]) == sorted(re.sub("[*`]", "", title) for title in headings)


@EACH
def test_every_figure_is_there_once_with_its_description(path):
    expected = [
        (
            "data:image/png;base64," + "".join(output.data["image/png"].split()),
            output.metadata.get("image/png", {}).get("alt", ""),
        )
        for output in outputs(path)
        if "image/png" in output.get("data", {})
    ]
    drawn = {picture for picture, _alt in expected}
    found = [picture for picture in Page(page_of(path)).pictures if picture[0] in drawn]
    assert sorted(found) == sorted(expected)
    assert expected


@EACH
def test_every_table_reading_and_question_is_there_once(path):
    page = page_of(path)
    shown = [
        output.data["text/html"]
        for output in outputs(path)
        if "text/html" in output.get("data", {})
    ]
    assert {html: page.count(html) for html in shown} == {html: shown.count(html) for html in shown}


@EACH
def test_no_word_is_lost_between_slide_and_notes(path):
    page = letters("".join(Page(page_of(path)).text))
    paragraphs = [
        re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", paragraph)
        for cell in cells(path, "markdown")
        for paragraph in cell.source.split("\n\n")
        if not paragraph.startswith(("#", "$$"))
    ]
    items = [item for text in paragraphs for item in re.split(r"^(?:-|\d+\.) ", text, flags=re.M)]
    assert [item for item in items if letters(item) not in page] == []


@EACH
def test_all_code_is_in_the_notes_in_its_order(path):
    text = "".join(Page(page_of(path)).text)
    sources = [cell.source for cell in cells(path, "code")]
    places = [text.find(source) for source in sources]
    assert min(places) > 0
    assert len({*places}) == len(places)


@EACH
def test_the_page_asks_for_nothing_from_elsewhere(path):
    page = page_of(path)
    known = re.compile(r"data:image/png;base64,.*|#slide-\d+", re.DOTALL)
    assert all(known.fullmatch(address) for address in Page(page).resources)
    assert not re.search(r"https?://|@import|url\(", re.sub(r"base64,[^\"]+", "", page))


def test_the_same_notebook_gives_the_same_page():
    assert slides(NOTEBOOKS[0]) == slides(NOTEBOOKS[0])


@EACH
def test_nothing_is_cut_off_and_no_letters_are_tiny(path, browser, tmp_path):
    (tmp_path / "slides.html").write_text(page_of(path), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto((tmp_path / "slides.html").as_uri())
    assert page.evaluate(CUT_OFF) == []
    page.close()


def test_a_question_is_answered_before_the_next_slide_comes(browser, tmp_path):
    path = write_slides("3a", tmp_path / "slides.html")
    page = browser.new_page()
    page.goto(path.as_uri())
    first = page.evaluate("sheets.findIndex(sheet => sheet.querySelector('details'))") + 1
    page.goto(path.as_uri() + f"#{first}")
    page.reload()
    page.keyboard.press("ArrowRight")
    assert page.url.endswith(f"#{first}")
    assert page.locator(f"#slide-{first} details[open]").count() == 3
    page.keyboard.press("ArrowRight")
    assert page.url.endswith(f"#{first + 1}")
    page.close()


def test_the_plan_leads_to_each_section_and_back(browser, tmp_path):
    path = write_slides("5c", tmp_path / "slides.html")
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(path.as_uri() + "#5")
    page.keyboard.press("p")
    assert page.url.endswith("#2")
    for number in range(page.locator("#slide-2 a").count()):
        link = page.locator("#slide-2 a").nth(number)
        name = link.inner_text()
        link.click()
        assert page.locator(".now h1, .now h2, .now h3").inner_text() == name
        page.keyboard.press("p")
    page.keyboard.press("p")
    assert not page.url.endswith("#2")
    page.close()


WITH_PLAN = sorted(path.parent for path in GUIDES.glob("[01][0-9][ab_]*/guide.md"))


@pytest.mark.parametrize("folder", WITH_PLAN, ids=lambda path: path.name)
def test_what_the_plan_of_a_guide_shows_fits_its_minutes(folder):
    book = nbformat.read(CHAPTERS / f"{folder.name}.ipynb", as_version=4)
    timing = _timing(CHAPTERS / f"{folder.name}.ipynb", "en")
    assert all(part.places for part in timing if part.sections != "exercise")
    planned = {place for part in timing for place in part.places}
    count = sum(slide.place in planned for slide in _deck(book.cells))
    # Three minutes for most of them; 92 were shown once.
    assert 15 <= count <= 36
    formulas = [
        text for cell in book.cells if cell.cell_type == "markdown" for text in _chunks(cell.source)
    ]
    for text in formulas:
        if found := _FORMULA.fullmatch(text):
            assert "<img" in _formula(found[1])


def test_the_notes_of_a_section_say_what_the_guide_says():
    page = slides(CHAPTERS / "03a_rfm_and_pyramid.ipynb")
    assert "Minutes 5–17: the messy export: find the unit error together" in page


def test_a_second_window_follows_with_the_notes(browser, tmp_path):
    path = write_slides("3a", tmp_path / "slides.html")
    page = browser.new_page()
    page.goto(path.as_uri() + "#6")
    with page.expect_popup() as opened:
        page.keyboard.press("w")
    notes = opened.value
    notes.locator(".now aside").wait_for()
    assert not page.locator(".now aside").is_visible()
    page.keyboard.press("ArrowRight")
    notes.wait_for_url("**#7")
    notes.keyboard.press("End")
    page.wait_for_url(f"**#{page.locator('.sheet').count()}")
    page.close()


def test_text_that_a_cell_prints_is_never_read_as_html(tmp_path):
    printed = nbformat.v4.new_output("stream", text="<script>alert(1)</script>\n")
    page = slides(write_notebook(tmp_path / "x.ipynb", "# Title", output=printed))
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_a_long_paragraph_is_shortened_at_a_sentence_and_whole_in_the_notes(tmp_path):
    sentences = [f"This is sentence number {n} of a long paragraph." for n in range(40)]
    page = slides(write_notebook(tmp_path / "x.ipynb", "# Title", " ".join(sentences)))
    slide, notes = page.split("<aside>")
    assert sentences[0] in slide
    assert re.search(r"paragraph\.</p>", slide)
    assert sentences[-1] not in slide
    assert " ".join(sentences) in notes


def test_a_long_list_goes_on_on_the_next_slide(tmp_path):
    items = [f"- item {n}" for n in range(40)]
    page = slides(write_notebook(tmp_path / "x.ipynb", "# Title\n\n" + "\n".join(items)))
    assert page.count("<section") == 3
    assert re.findall(r"<li>(item \d+)", page) == [f"item {n}" for n in range(40)]


def test_a_notebook_that_has_not_been_run_is_refused(tmp_path):
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])
    nbformat.write(book, tmp_path / "new.ipynb")
    with pytest.raises(CRMError, match=r"new\.ipynb has not been run"):
        slides(tmp_path / "new.ipynb")


def test_a_notebook_without_a_heading_is_refused(tmp_path):
    with pytest.raises(CRMError, match="no heading"):
        slides(write_notebook(tmp_path / "x.ipynb", "Only words."))


def test_a_chapter_that_does_not_exist_is_told_with_those_that_do(tmp_path):
    with pytest.raises(CRMError, match=r"no session 99 .* 3a"):
        write_slides(99, tmp_path / "slides.html")
    assert list(tmp_path.iterdir()) == []


def test_slides_that_are_there_are_written_over_only_when_told(tmp_path):
    path = tmp_path / "slides.html"
    path.write_text("mine")
    with pytest.raises(CRMError, match="left as it is"):
        write_slides("3a", path)
    assert path.read_text() == "mine"
    write_slides("3a", path, overwrite=True)
    assert "<section" in path.read_text(encoding="utf-8")
    assert list(tmp_path.iterdir()) == [path]
