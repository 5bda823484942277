"""Collect the messages of the code, and update and compile their translations.

``python -m tools.catalogue`` brings every ``crmlab/locale/*/LC_MESSAGES/crmlab.po`` in step
with the code and compiles the ``.mo`` beside it. A message is a string literal handed to one
of the functions in `_texts_of`, or to ``_`` in the template of a page, or a text of a question
in a chapter's ``recall.toml``, or a comment in the parameters cell of a script. The words that
tables and legends show are data, which no reader of code can tell from other strings:
``manuscript/words.txt`` lists them, one a line.
A message whose English changed keeps its translation, marked fuzzy: it is shown in English
until a translator has looked at it and taken the mark off.
"""

import ast
import io
import re
import tomllib
from pathlib import Path

import jinja2
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from crmlab.workbook.checks import number_of
from tools.notebooks import COMMENT

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "crmlab" / "locale"
WORDS = ROOT / "manuscript" / "words.txt"
_RECALL = "recall.toml"
_PARAMETERS = re.compile(
    r'^# %% .*tags=\["parameters"\]\n(.*?)(?=^# %%|\Z)', re.MULTILINE | re.DOTALL
)
_FIELD = re.compile(r"\{[^{}]*\}")  # a message of nothing else has nothing to translate


class MessageError(Exception):
    """A message that cannot be translated; says which file and line."""


class _Catalogue(Catalog):
    """A catalogue whose header holds no date and no version, so that diffs stay small."""

    header_comment = "# Chinese and other editions of the course: see tools/catalogue.py."

    @property
    def mime_headers(self):
        return [
            ("Language", str(self.locale)),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]

    @mime_headers.setter
    def mime_headers(self, headers):
        """The header of a file read is written anew."""


def collect():
    """Return every message: a text, or a tuple of singular and plural, to its files.

    A script of the manuscript counts once it has prose in another language: before that,
    nobody sees its messages translated.
    """
    found = {}
    scripts = [path for path in ROOT.glob("manuscript/**/*.py") if _has_an_edition(path)]
    for path in sorted([*ROOT.glob("crmlab/**/*.py"), *scripts]):
        name = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for message in _messages(node, name):
                found.setdefault(message, set()).add(name)
    for path in scripts:
        for cell in _PARAMETERS.findall(path.read_text(encoding="utf-8")):
            for _code, comment in COMMENT.findall(cell):
                found.setdefault(comment, set()).add(path.relative_to(ROOT).as_posix())
    for path in sorted(ROOT.glob(f"manuscript/*/{_RECALL}")):
        for text in filter(_has_words, _texts_of_questions(path)):
            found.setdefault(text, set()).add(path.relative_to(ROOT).as_posix())
    for path in sorted(ROOT.glob("crmlab/**/*.j2")):
        for message in _messages_in_template(path.read_text(encoding="utf-8")):
            found.setdefault(message, set()).add(path.relative_to(ROOT).as_posix())
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    for word in (line for line in lines if line and not line.startswith("#")):
        found.setdefault(word, set()).add(WORDS.relative_to(ROOT).as_posix())
    return found


def _has_an_edition(script):
    return any(script.parent.glob(f"*/{script.stem}.md"))


def _messages(node, path):
    match node:
        # What a task says of itself: `praise = "…"`, `hints = ("…", "…")`.
        case ast.Assign(targets=[ast.Name(id="praise" | "hints")], value=texts):
            return list(_literals(texts, path))
        case ast.Call():
            return _messages_of_call(node, path)
    return []


def _messages_of_call(call, path):
    if getattr(call.func, "id", getattr(call.func, "attr", None)) in ("ngettext", "nmark"):
        forms = [form.value for form in call.args[:2] if isinstance(form, ast.Constant)]
        return [tuple(forms)] if len(forms) == 2 else []
    texts = [text for node in _texts_of(call) for text in _literals(node, path)]
    return list(filter(_has_words, texts))


def _has_words(message):
    return _FIELD.sub("", message) != ""


def _texts_of_questions(path):
    for question in tomllib.loads(path.read_text(encoding="utf-8")).values():
        yield from [question["text"], *question["options"], question["why"]]


def _messages_in_template(source):
    """Yield the messages of a page: ``{{ _("…", name=value) }}``."""
    reader = jinja2.Environment(extensions=["jinja2.ext.i18n"])
    for _line, _function, found in reader.extract_translations(source, ["_"]):
        # With values the message comes first in a tuple.
        yield found if isinstance(found, str) else found[0]


def _texts_of(call):
    """Return the arguments of a call that are messages, by the name of the function."""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    words = [value for value in named.values() if isinstance(value, ast.Constant)]
    match getattr(call.func, "id", getattr(call.func, "attr", None)):
        case "_" | "gettext" | "mark" | "Slip":
            return call.args[:1]
        case "CRMError" | "TransactionError" | "NotRunnable" | "say" | "fill_verbatim":
            return call.args[:1]
        case "fill" | "tell":
            return call.args[:1] + words
        case "quiz":
            return call.args + words
        case "evidence":
            # The fourth of a figure is the id of a cell.
            rows = [figure.elts for figure in call.args]
            return [text for row in rows for text in row[:3] + row[4:]] + words
        case "table":
            return call.args[1:2] + words
        case "show":
            axes = ("percent", "in_points")
            return call.args[1:2] + [named[name] for name in named if name not in axes]
    return []


def _literals(node, path):
    """Yield the texts that an argument can be: one, or one of several."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=otherwise):
            yield from _literals(body, path)
            yield from _literals(otherwise, path)
        case ast.Tuple(elts=parts):
            for part in parts:
                yield from _literals(part, path)
        case ast.JoinedStr(values=parts):
            if any(isinstance(part, ast.Constant) and _says_something(part) for part in parts):
                raise MessageError(
                    f"{path}, line {node.lineno}: an f-string cannot be looked up; "
                    "write {fields} and hand the values over."
                )


def _says_something(constant):
    return any(letter.isalpha() for letter in constant.value)


def updated(po):
    """Return the catalogue of a ``.po`` file, brought in step with the code."""
    template = Catalog()
    for message, files in collect().items():
        template.add(message, locations=[(name, None) for name in sorted(files)])
    catalogue = _Catalogue(po.parent.parent.name, fuzzy=False)
    with po.open("rb") as stream:
        for message in read_po(stream, po.parent.parent.name):
            if message.id:
                catalogue[message.id] = message
    catalogue.update(template, update_header_comment=False)
    catalogue.obsolete.clear()
    for message in catalogue:
        # "20 % of customers" looks like a format of old to Babel.
        message.flags -= {"python-format", "python-brace-format"}
        # A guess at words that nobody sees yet would only be in a translator's way.
        if message.id and message.fuzzy and not _is_seen(message, catalogue):
            message.string = ("",) * catalogue.num_plurals if message.pluralizable else ""
            message.flags.discard("fuzzy")
            message.previous_id = ()
    return catalogue


def to_translate(catalogue):
    """Return the messages without a translation, or with one to look at again.

    What the checks of an exercise say is due once that exercise has prose in the language of the
    catalogue; a question to recall once a later exercise, where it is asked, has.
    """
    return [
        message
        for message in catalogue
        if message.id
        and (message.fuzzy or not all(forms(message)))
        and _is_seen(message, catalogue)
    ]


def _is_seen(message, catalogue):
    """Return whether anybody sees a message in the language of the catalogue."""
    exercises = {
        number_of(path.parts[-3])
        for path in ROOT.glob(f"manuscript/*/{catalogue.locale}/workbook.md")
    }
    return any(_is_shown(ROOT / name, exercises) for name, _line in message.locations)


def _is_shown(path, exercises):
    if path.name == _RECALL:
        return number_of(path.parent.name) < max(exercises, default="")
    if path.parent.name != "checks" or path.stem == "__init__":
        return True
    # ch03 holds what 03a and 03b share.
    return any(one.startswith(path.stem.removeprefix("ch")) for one in exercises)


def forms(message):
    """Return the translation of a message as a list, one text per plural form."""
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string]


def as_po(catalogue):
    """Return the text of a ``.po`` file, as bytes."""
    stream = io.BytesIO()
    write_po(
        stream, catalogue, width=0, sort_output=True, include_lineno=False, include_previous=True
    )
    return stream.getvalue()


def as_mo(catalogue):
    """Return a compiled catalogue, as bytes; fuzzy messages are left out."""
    stream = io.BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()


def main():
    for po in sorted(LOCALE.glob("*/LC_MESSAGES/crmlab.po")):
        catalogue = updated(po)
        po.write_bytes(as_po(catalogue))
        po.with_suffix(".mo").write_bytes(as_mo(catalogue))
        count = len(to_translate(catalogue))
        print(f"{po.relative_to(ROOT)}: {len(catalogue)} messages, {count} to translate")


if __name__ == "__main__":
    main()
