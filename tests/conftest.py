"""What every test starts from."""

import os
import shutil

import matplotlib as mpl
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from hypothesis import HealthCheck, settings
from playwright.sync_api import sync_playwright

from crmlab import language

# A busy machine is no reason to fail: how long a draw takes says nothing about the code.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
# Figures are drawn into memory, on a machine with a screen too.
mpl.use("Agg")


_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
# In a container there is neither a user to sandbox for nor a graphics card.
_FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", *_QUIET]


@pytest.fixture(scope="module")
def browser():
    """Return a Chromium of this machine; ``CRMLAB_BROWSER`` names another one.

    Without one, its tests are skipped and the last lines of the run say so; where ``CI`` is
    set, they fail.
    """
    names = [os.environ["CRMLAB_BROWSER"]] if "CRMLAB_BROWSER" in os.environ else _BROWSERS
    path = next((path for path in map(shutil.which, names) if path), None)
    if path is None:
        reason = "NO BROWSER TEST: no Chromium here; install one, or name it in CRMLAB_BROWSER"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=_FLAGS)


@pytest.fixture(autouse=True)
def _english_afterwards():
    """Restore the language, which holds for the whole process."""
    yield
    language.use_language("en")


@pytest.fixture
def speak_chinese(tmp_path, monkeypatch):
    """Return a function that compiles a small Chinese catalogue and switches to it.

    Tests that use it do not depend on what the course's own catalogue translates.
    """

    def speak(words):
        catalogue = Catalog(locale="zh")
        for english, chinese in words.items():
            catalogue.add(english, chinese)
        path = tmp_path / "zh" / "LC_MESSAGES" / "crmlab.mo"
        path.parent.mkdir(parents=True)
        with path.open("wb") as file:
            write_mo(file, catalogue)
        monkeypatch.setattr(language, "LOCALE", tmp_path)
        language._catalogue.cache_clear()
        language.use_language("zh")

    yield speak
    language._catalogue.cache_clear()
