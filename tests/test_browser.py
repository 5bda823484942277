"""A learner's way: open a chapter in JupyterLab, run it, move the explorer.

The browser comes from ``conftest.py``.
"""

import ast
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
import pytest
from playwright.sync_api import expect

from crmlab.workbook.checks import number_of

CHAPTERS = Path(__file__).resolve().parents[1] / "chapters"
CHAPTER = "03a_rfm_and_pyramid.ipynb"  # moved in detail, in every language
EXPLORERS = "explorers.ipynb"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
TOKEN = "a-server-of-this-test-only"
EXPLORER = re.compile(r"^ *widgets\.\w+\(", re.MULTILINE)
SERVER_START, CHAPTER_RUN, MOVE = 60, 240, 30  # seconds, at most
TRACK = 100  # pixels, at least: a shorter way is no slider

# What is asked of JupyterLab's own model: cells outside the window are not on the page.
# Until the page is loaded there is no application, no shell, no widget.
PANEL = "window.jupyterapp?.shell?.currentWidget"
CODE_CELLS = f"[...{PANEL}.content.model.cells].filter(cell => cell.type === 'code')"
LOADED = f"() => {PANEL}?.context?.isReady && {PANEL}.sessionContext.session?.kernel != null"
ERRORS = f"""{CODE_CELLS}.flatMap(cell => cell.outputs.toJSON()
    .filter(output => output.output_type === 'error')
    .map(output => cell.id + ': ' + output.evalue))"""
# After an error the cells below never run.
FINISHED = f"""() => {ERRORS}.length > 0 || {CODE_CELLS}.every(
    cell => cell.executionState !== 'running' && cell.executionCount !== null)"""
CELL_AT = f"""name => [...{PANEL}.content.model.cells].findIndex(cell => cell.id === name)"""
SCROLL = f"""name => {{ const cells = [...{PANEL}.content.model.cells];
    return {PANEL}.content.scrollToItem(cells.findIndex(cell => cell.id === name), 'start') }}"""


@pytest.fixture(scope="module")
def server(browser, tmp_path_factory):
    """Serve copies of lessons without their outputs; nothing in the tree is written."""
    home = tmp_path_factory.mktemp("lab")
    for source in CHAPTERS.glob(f"**/{CHAPTER}"):
        notebook = nbformat.read(source, as_version=4)
        write_without_outputs(notebook, home / "course" / source.relative_to(CHAPTERS))
    write_without_outputs(all_explorers(), home / "course" / EXPLORERS)
    with run_server(home) as address:
        yield address


# The most controls and the longest labels there are, in Chinese: the lessons here are in English.
HELM = """import crmlab as crm
from crmlab import widgets
from crmlab.language import speaking

with speaking("zh"):
    widgets.year_explorer(crm.game.Game(seed=1, customers=800))"""


def all_explorers():
    """Return one notebook with the explorers of all lessons but `CHAPTER`.

    nbval runs every cell of a lesson; here is what its explorers need, and one page and one
    kernel serve them all.
    """
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL})
    for path in sorted(CHAPTERS.glob("[01][0-9]*_*.ipynb")):
        if path.name != CHAPTER:
            for cell in needed(nbformat.read(path, as_version=4).cells):
                cell.id = f"{number_of(path.name)}-{cell.id}"
                notebook.cells.append(cell)
    notebook.cells.append(nbformat.v4.new_code_cell(HELM, id="helm-zh"))
    return notebook


def needed(cells):
    """Return the cells that call an explorer, and those that make what they use."""
    kept, names = [], set()
    for cell in reversed([cell for cell in cells if cell.cell_type == "code"]):
        tree = ast.parse(cell.source)
        if EXPLORER.search(cell.source) or names & set(made(tree)):
            kept.append(cell)
            names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return kept[::-1]


def made(tree):
    """Yield the names that a cell sets, imports, or changes a part of."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
                yield name
            case ast.Attribute(value=ast.Name(id=name), ctx=ast.Store()):
                yield name
            # A database keeps what it is told.
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="sql" | "register")):
                yield name
            # What is done to each of them in turn.
            case ast.For(iter=ast.Tuple(elts=each)):
                yield from (one.id for one in each if isinstance(one, ast.Name))
            case ast.alias(name=name, asname=other):
                yield other or name.partition(".")[0]


def write_without_outputs(notebook, target):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, target)


@contextmanager
def run_server(home):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    options = [
        "--no-browser",
        "--allow-root",
        f"--ServerApp.root_dir={home / 'course'}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={TOKEN}",
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    with (home / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            env=clean_environment(home),
            stdout=log,
            stderr=log,
        )
    try:
        wait_for(f"{address}/api?token={TOKEN}", process, home / "log")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


def clean_environment(home):
    """Return an environment with nobody's settings, in which widgets run."""
    names = ["CONFIG", "DATA", "RUNTIME"]
    own = {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in names}
    own |= {f"JUPYTERLAB_{name}_DIR": str(home / name) for name in ["SETTINGS", "WORKSPACES"]}
    own["IPYTHONDIR"] = str(home / "ipython")
    kept = {name: value for name, value in os.environ.items() if name != "CRMLAB_STATIC"}
    return kept | own


def wait_for(url, process, log):
    limit = time.monotonic() + SERVER_START
    while time.monotonic() < limit and process.poll() is None:
        try:
            return urlopen(url, timeout=5).close()
        except URLError:
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()}")


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1200, "height": 1000})
    yield page
    page.close()


def explorers():
    """Return the ids of all cells that call an explorer, in the notebook of all of them."""
    return [cell.id for cell in all_explorers().cells if EXPLORER.search(cell.source)]


def run_all_cells(page, url):
    page.goto(f"{url}?token={TOKEN}")
    page.wait_for_function(LOADED, timeout=SERVER_START * 1000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.wait_for_function(FINISHED, timeout=CHAPTER_RUN * 1000)


@pytest.mark.parametrize(("language", "path"), [("en", CHAPTER), ("zh", f"zh/{CHAPTER}")])
def test_moving_the_explorer_changes_the_figure(server, page, language, path):
    run_all_cells(page, f"{server}/lab/workspaces/{language}/tree/{path}")
    assert page.evaluate(ERRORS) == []

    page.evaluate(SCROLL, "explorer")
    explorer = page.locator(".jp-OutputArea-output .widget-vbox")
    figure, reading = explorer.locator("img"), explorer.locator("p")
    figure.wait_for(timeout=MOVE * 1000)
    expect(explorer.locator(".widget-label:visible").first).not_to_have_text("")
    # The browser leaves out what it has not drawn yet where it is asked for texts as shown.
    labels = explorer.locator(".widget-label:visible").all_text_contents()
    assert all(label.isascii() == (language == "en") for label in labels), labels
    before = figure.get_attribute("src"), reading.all_text_contents()

    explorer.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "old => document.querySelector('.widget-vbox img').src !== old",
        arg=before[0],
        timeout=MOVE * 1000,
    )
    assert reading.all_text_contents() != before[1]

    # Faster than the kernel can draw: what is shown in the end is what is set in the end.
    page.keyboard.press("Home")
    explorer.get_by_role("button", name="k-means").press("Enter")
    page.wait_for_function(
        "() => /3.*k-means/.test(document.querySelector('.widget-vbox img').alt)",
        timeout=MOVE * 1000,
    )
    assert page.locator(".jp-Dialog").count() == 0


@pytest.fixture(scope="module")
def opened(server, browser):
    """Open the notebook of explorers and run it."""
    page = browser.new_page(viewport={"width": 1200, "height": 1000})
    run_all_cells(page, f"{server}/lab/workspaces/explorers/tree/{EXPLORERS}")
    yield page
    page.close()


@pytest.mark.parametrize("cell", explorers())
def test_every_slider_of_every_explorer_changes_what_is_read(opened, cell):
    page = opened
    assert page.evaluate(ERRORS) == []
    page.evaluate(SCROLL, cell)
    place = page.evaluate(CELL_AT, cell)
    explorer = page.locator(f'.jp-Cell[data-windowed-list-index="{place}"] .widget-vbox')
    explorer.locator("img").wait_for(timeout=MOVE * 1000)
    sliders = explorer.get_by_role("slider")
    assert sliders.count() > 0
    tracks = explorer.locator(".slider-container")
    assert tracks.count() >= sliders.count() // 2  # a range has two handles on one track
    for track in tracks.all():
        assert track.bounding_box()["width"] >= TRACK, explorer.all_text_contents()
    for number in range(sliders.count()):
        before = explorer.locator("img").get_attribute("src")
        slider = sliders.nth(number)
        at = slider.get_attribute("aria-valuenow")
        slider.focus()
        # To one end, or if it is there already to the other: a single step need not show.
        page.keyboard.press("End")
        if slider.get_attribute("aria-valuenow") == at:
            page.keyboard.press("Home")
        page.wait_for_function(
            "([place, old]) => document.querySelector("
            '`.jp-Cell[data-windowed-list-index="${place}"] .widget-vbox img`).src !== old',
            arg=[place, before],
            timeout=MOVE * 1000,
        )
    assert page.locator(".jp-Dialog").count() == 0
