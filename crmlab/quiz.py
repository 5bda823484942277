"""Questions with feedback for every option, in plain HTML.

They need no kernel: they answer in JupyterLab, in an exported page and in a repository's
preview alike.
"""

from html import escape

from crmlab.language import gettext as _

_STYLE = (
    "<style>.crm-quiz{border-left:4px solid #0173b2;padding:.2em 1em;margin:.8em 0}"
    ".crm-quiz summary{cursor:pointer}.crm-quiz details p{margin:.3em 0 .6em 1.4em}</style>"
)


def quiz(question, options):
    """Show a question; a click on an option opens its feedback.

    Parameters
    ----------
    question : str
    options : list of tuple
        ``(answer, is_right, feedback)``; exactly one is right.

    Returns
    -------
    IPython.display.HTML

    Raises
    ------
    ValueError
        If not exactly one option is right.
    """
    from IPython.display import HTML

    if sum(is_right for _answer, is_right, _feedback in options) != 1:
        raise ValueError(_("A quiz question needs exactly one right option."))
    parts = [
        f"<details><summary>{escape(str(answer))}</summary><p>"
        f"{'✓ ' + _('Right.') if is_right else '✗ ' + _('Not quite.')} {escape(feedback)}"
        "</p></details>"
        for answer, is_right, feedback in options
    ]
    return HTML(f'{_STYLE}<div class="crm-quiz"><p><b>{escape(question)}</b></p>{"".join(parts)}</div>')
