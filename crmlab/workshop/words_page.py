"""The answers in words of a class, gathered on one page: the question once, then the answers."""

import json
import re
from pathlib import Path

from crmlab import output
from crmlab.errors import CRMError
from crmlab.language import current_language, ngettext
from crmlab.language import gettext as _
from crmlab.workshop.course import notebook_of, session_of
from crmlab.workshop.notebook_json import source_of
from crmlab.workshop.page import names_of
from crmlab.workshop.safe_text import block, line

_TEMPLATE = Path(__file__).with_name("words.html.j2")
_MOST = 6_000  # characters of one answer
_MARKS = re.compile(r"^#+ +|[*`]", re.MULTILINE)


def words_page(plan, counts, notebooks):
    """Return the page, in the language in use.

    Parameters
    ----------
    plan : crmlab.workshop.plan.Plan
    counts : crmlab.workshop.counts.Class
    notebooks : iterable of crmlab.workshop.returned.Returned

    Returns
    -------
    str
    """
    words = {one.file: {its.place: its.text for its in one.words} for one in notebooks}
    rows = [
        (name, words.get(row.result.file, {}))
        for row, name in zip(counts.rows, names_of(counts), strict=True)
        if row.counted
    ]
    last = max((place for _name, said in rows for place in said), default=0)
    questions = _questions(plan)
    return output.render(
        _TEMPLATE,
        language=current_language(),
        exercise=plan.exercise,
        places=[_place(rows, place, questions) for place in range(1, last + 1)],
    )


def _place(rows, place, questions):
    question, model = questions[place - 1] if place <= len(questions) else ("", "")
    silent = [line(name) for name, said in rows if not said.get(place)]
    return {
        "question": question,
        "model": model,
        "answers": [
            {"name": line(name), "text": block(said[place], _MOST), "length": _length(said[place])}
            for name, said in rows
            if said.get(place)
        ],
        "silent": _("No answer from: {names}").format(names=" · ".join(silent)) if silent else "",
    }


def _length(text):
    chinese = len(re.findall("[\u3400-\u9fff]", text))
    count = chinese + len(re.findall(r"[^\W\u3400-\u9fff]+", text))
    return ngettext("{count} word", "{count} words", count).format(count=count)


def _questions(plan):
    """Return question and model answer of each place, as the course has them."""
    session, lang = session_of(plan.exercise), current_language()
    for edition in dict.fromkeys((lang, "en")):
        try:
            path = notebook_of("solutions", session, edition)
        except CRMError:
            continue
        cells = json.loads(path.read_bytes())["cells"]
        return [
            (_unmarked(source_of(before)), _unmarked(source_of(after)))
            for before, cell, after in zip(cells, cells[1:], cells[2:], strict=False)
            if cell["id"].endswith("-yours")
        ]
    return []


def _unmarked(markdown):
    """Return Markdown as text: paragraphs in one line each, without its marks."""
    paragraphs = _MARKS.sub("", markdown).split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
