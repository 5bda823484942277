"""What a lesson shows beside figures and tables: readings from the data, and questions."""

from html import escape
from zlib import crc32

from crmlab.language import fill, sentences
from crmlab.language import gettext as _

_READING = "border-left:4px solid #029e73;padding:.1em 1em;margin:.4em 0"
_QUIZ = (
    "<style>.crm-quiz{border-left:4px solid #0173b2;padding:.2em 1em;margin:.8em 0}"
    ".crm-quiz summary{cursor:pointer}.crm-quiz details p{margin:.3em 0 .6em 1.4em}</style>"
)


class Sentence:
    """A sentence that a cell reads off its data; shows as text, and as HTML in a notebook."""

    def __init__(self, sentence):
        self.sentence = sentence

    def __repr__(self):
        return self.sentence

    def _repr_html_(self):
        return f'<p style="{_READING}">{escape(self.sentence)}</p>'


def tell(message, /, **values):
    """Show one sentence with numbers from the data, in the language in use.

    Parameters
    ----------
    message : str
        The English sentence with ``{name:format}`` fields; looked up in the catalogue. The
        formats are those of :func:`crmlab.language.written`.
    **values
        What the fields stand for. Text values are translated too.
    """
    from IPython.display import display

    display(Sentence(fill(message, **values)))


def evidence(*figures, **values):
    """Show what the figures of a memo rest on, a row for each.

    Parameters
    ----------
    *figures : tuple
        ``(figure, estimate, interval, cell, assumption)``: what is stated; its value and its 95 %
        interval, as texts with ``{name:format}`` fields; the id of the cell that computed it; and
        what has to hold besides. All but the id are English and looked up in the catalogue. The
        interval of what was counted, or set by the company, is ``""``.
    **values
        What the fields stand for. Text values are translated too.

    Examples
    --------
    >>> evidence(
    ...     ("a letter adds", "{added:.1f}", "{within:.1f}", "letter-gain", "next year as this"),
    ...     added=2.4,
    ...     within=(1.1, 3.7),
    ... )  # doctest: +SKIP
    """
    import pandas as pd
    from IPython.display import display

    from crmlab.plots import table

    columns = ["figure", "estimate", "95 % interval", "cell", "assumption"]
    rows = [
        (
            _(what),
            fill(estimate, **values),
            fill(interval, **values) if interval else "–",
            cell,
            _(assumption) if assumption else "–",
        )
        for what, estimate, interval, cell, assumption in figures
    ]
    shown = pd.DataFrame(rows, columns=columns).set_index("figure")
    display(table(shown, "What the memo rests on"))


def quiz(question, *options, **values):
    """Show a question; a click on an option opens its feedback.

    It is plain HTML and needs no kernel: it answers in JupyterLab, in an exported page and
    in a repository's preview alike.

    Parameters
    ----------
    question : str
        An English text with ``{name:format}`` fields, looked up in the catalogue, as are
        those of the options.
    *options : tuple
        ``(answer, is_right, feedback)``; exactly one is right. They are shown in an order
        that depends on the question only.
    **values
        What the fields stand for. Text values are translated too.

    Raises
    ------
    ValueError
        If not exactly one option is right.
    """
    from IPython.display import HTML, display

    if sum(is_right for _answer, is_right, _feedback in options) != 1:
        raise ValueError("A quiz question needs exactly one right option.")
    # Authors write the right answer first; readers must not find it there.
    turn = crc32(question.encode()) % len(options)
    parts = [
        f"<details><summary>{escape(fill(answer, **values))}</summary><p>"
        + sentences(
            "✓ " + _("Right.") if is_right else "✗ " + _("Not quite."),
            escape(fill(feedback, **values)),
        )
        + "</p></details>"
        for answer, is_right, feedback in options[turn:] + options[:turn]
    ]
    head = f"<p><b>{escape(fill(question, **values))}</b></p>"
    display(HTML(f'{_QUIZ}<div class="crm-quiz">{head}{"".join(parts)}</div>'))
