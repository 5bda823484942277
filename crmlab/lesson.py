"""What a lesson shows beside figures and tables: readings from the data, and questions."""

from html import escape
from zlib import crc32

from crmlab.language import fill
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
        f"{'✓ ' + _('Right.') if is_right else '✗ ' + _('Not quite.')} "
        f"{escape(fill(feedback, **values))}</p></details>"
        for answer, is_right, feedback in options[turn:] + options[:turn]
    ]
    head = f"<p><b>{escape(fill(question, **values))}</b></p>"
    display(HTML(f'{_QUIZ}<div class="crm-quiz">{head}{"".join(parts)}</div>'))
