"""What every test starts from."""

import matplotlib as mpl
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from crmlab import language

# Figures are drawn into memory, on a machine with a screen too.
mpl.use("Agg")


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
        monkeypatch.setattr(language, "_LOCALE_DIR", tmp_path)
        language._catalogue.cache_clear()
        language.use_language("zh")

    yield speak
    language._catalogue.cache_clear()
