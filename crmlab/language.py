"""The language of every word that the package and the lessons show.

Messages are looked up by their English text (GNU gettext), so code is the same in every
language. The choice holds for the whole process, as a notebook has one reader.

Here texts are looked up, and nothing is shown:

- `gettext` looks one up now, `mark` has it looked up later, where it is shown;
- `fill` puts values into it, among which the course's own words are looked up too;
  `fill_verbatim` leaves the values as they are, for they are the user's.

What shows them: `crm.tell` a sentence of a lesson, `notices.say` one of the package about what
it did, and an error what has to be put right.
"""

import gettext as _gettext
import re
from contextlib import contextmanager
from functools import cache
from numbers import Real
from pathlib import Path
from string import Formatter

LANGUAGES = ("en", "zh")
LOCALE = Path(__file__).parent / "locale"
_POINTS, _RELATIVE = "points", "relative"
_SHARES = re.compile(f"(%|{_POINTS}|{_RELATIVE})$")
_current = "en"


@cache
def _catalogue(language):
    if language == "en":
        return _gettext.NullTranslations()
    # Without a catalogue the words stay English: better than no words at all.
    return _gettext.translation("crmlab", LOCALE, languages=[language], fallback=True)


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


def named(label):
    """Return the name of a column with the one that code uses beside it: "消费额 spend".

    The name alone where both are the same, as in English.
    """
    word = gettext(label) if isinstance(label, str) else label
    return word if word == label else f"{word} {label}"


def sentences(*texts):
    """Return sentences in the language in use as one text: Chinese leaves no space between."""
    return ("" if _current == "zh" else " ").join(texts)


def and_more(shown, rest):
    """Return what is shown of a list, with how many more there are, if any."""
    return shown + gettext(" and {count} more").format(count=rest) if rest > 0 else shown


def fill_verbatim(message, /, **values):
    """Return a message in the language in use, its fields filled with values as they are.

    Text values are the user's own, such as the name of a column, and never translated. As
    with the standard logger, a message without values is left alone, braces and all.
    """
    message = gettext(message)
    return written(message, **values) if values else message


def fill(message, /, **values):
    """Return a message in the language in use with its ``{name:format}`` fields filled.

    Text values are looked up in the catalogue too. The formats are those of :func:`written`.
    """
    words = {
        name: gettext(value) if isinstance(value, str) else value for name, value in values.items()
    }
    return written(gettext(message), **words)


def written(form, /, *values, **named):
    """Return a text with its fields filled, as ``str.format`` does, with some formats more.

    ``{gain:+.1points}``
        A difference of two shares: 0.035 is "+3.5 points".
    ``{growth:+.0relative}``
        A relative change: 0.12 is "+12%".
    ``{gain:±+.1points}``, ``{mean:±,.0f}``
        A pair, an estimate and half of its 95 % interval: "+3.5 ± 1.2 points". Any format can
        follow the ±. Half the interval of a share is in points: ``{share:±.1%}`` is
        "31.2% ± 1.5 points".
    ``{interval:+.1points}``, ``{interval:+,.0f}``
        A pair, the ends of an interval: "−1.2 to +3.4 points".

    These have no sign where they round to zero, and "–" for a number that is missing. The minus
    of every number with a format is a true one, "−".
    """
    return _WRITER.vformat(form, values, named)


class _Writer(Formatter):
    def format_field(self, value, spec):
        plus_minus, kind = spec.startswith("±"), spec.removeprefix("±")
        pair = isinstance(value, tuple) and kind
        if not (plus_minus or pair or kind.endswith((_POINTS, _RELATIVE))):
            text = super().format_field(value, spec)
            return _with_minus(text) if kind and isinstance(value, Real) else text
        if plus_minus:
            estimate, half = value
            text = f"{_number(estimate, kind)} ± {_number(half, _half(kind))}"
            kind = _half(kind)
        elif pair:
            low, high = (_number(end, kind) for end in value)
            text = gettext("{low} to {high}").format(low=low, high=high)
        else:
            text = _number(value, kind)
        return _in_points(text) if kind.endswith(_POINTS) else text


_WRITER = _Writer()


def _half(kind):
    """Return the format of half an interval: without a sign, and in points for shares."""
    return _SHARES.sub(_POINTS, kind.replace("+", ""))


def _with_minus(text):
    """Return a formatted number with a true minus sign, and none where it rounds to zero."""
    sign = "−" if re.search("[1-9]|inf", text) else ""
    return re.sub("^( *)-", rf"\1{sign}", text)


def _number(value, kind):
    """Return a number as Python formats it, with the signs of print and without "points"."""
    if value != value:
        return "–"
    text = format(value, _SHARES.sub("%", kind)).replace("-", "−")
    if not re.search("[1-9]|inf", text):
        text = text.lstrip("+−")
    return text.removesuffix("%") if kind.endswith(_POINTS) else text


def _in_points(number):
    one = re.fullmatch("(.*% ± |[+−])?1", number)
    return ngettext("{number} point", "{number} points", 1 if one else 2).format(number=number)


def mark(message):
    """Mark a text for translation where it is defined; translate it where it is shown."""
    return message


def nmark(singular, plural):
    """Mark the two forms of a text for translation, as `mark` does for one."""
    return singular, plural


_ = gettext
