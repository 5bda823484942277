"""The language of every word that the package and the lessons show.

Messages are looked up by their English text (GNU gettext), so code is the same in every
language. The choice holds for the whole process, as a notebook has one reader.
"""

import gettext as _gettext
from contextlib import contextmanager
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "zh")
_LOCALE_DIR = Path(__file__).parent / "locale"
_current = "en"


@cache
def _catalogue(language):
    if language == "en":
        return _gettext.NullTranslations()
    # Without a catalogue the words stay English: better than no words at all.
    return _gettext.translation("crmlab", _LOCALE_DIR, languages=[language], fallback=True)


def use_language(language):
    """Choose the language of every word shown from now on.

    Parameters
    ----------
    language : {"en", "zh"}

    Raises
    ------
    ValueError
        If the course has no edition in that language.
    """
    global _current
    if language not in LANGUAGES:
        known = ", ".join(repr(name) for name in LANGUAGES)
        raise ValueError(
            _("There is no language {language!r}. Choose one of: {known}.").format(
                language=language, known=known
            )
        )
    _current = language


@contextmanager
def speaking(language):
    """Use a language within the block, and afterwards the one that was in use before."""
    before = _current
    use_language(language)
    try:
        yield
    finally:
        use_language(before)


def current_language():
    """Return the code of the language in use, ``"en"`` or ``"zh"``."""
    return _current


def gettext(message):
    """Return `message` in the language in use, or as it is where no translation exists."""
    # An empty msgid is the catalogue's header in gettext, never a text to show.
    return _catalogue(_current).gettext(message) if message else message


def ngettext(singular, plural, count):
    """Return the form of a message that fits `count`, in the language in use."""
    return _catalogue(_current).ngettext(singular, plural, count)


def fill(message, /, **values):
    """Return a message in the language in use with its ``{name:format}`` fields filled.

    Text values are looked up in the catalogue too.
    """
    words = {
        name: gettext(value) if isinstance(value, str) else value for name, value in values.items()
    }
    return gettext(message).format(**words)


def mark(message):
    """Mark a text for translation where it is defined; translate it where it is shown."""
    return message


_ = gettext
