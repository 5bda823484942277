"""What a participant gets back: a page in their language on their own notebook, and nobody else's.

It says which checks passed, which mistake was made and where to read again. It gives no answer
away: whoever wants to can do the task again. What a check said word for word stands there only
where it was said in the participant's language; else the mistake is told by its name.
"""

from pathlib import Path

from crmlab import output
from crmlab.language import gettext as _
from crmlab.workshop import results as ends
from crmlab.workshop.page import ENDINGS, STATUSES, explained
from crmlab.workshop.safe_text import block, line

_TEMPLATE = Path(__file__).with_name("feedback.html.j2")


def feedback_page(plan, counts, mark, points, told_in):
    """Return the page of one participant, in the language in use.

    Parameters
    ----------
    plan : crmlab.workshop.plan.Plan
    counts : crmlab.workshop.counts.Class
    mark : crmlab.workshop.marks.Mark
        With a row.
    points : crmlab.workshop.points.Points
    told_in : {"en", "zh"}
        The language of the messages in the results.

    Returns
    -------
    str
        HTML that needs no other file.
    """
    result, person = mark.row.result, mark.participant
    all = len(counts.tasks)
    facts = {_("For"): line(person.name)}
    if result.tasks:
        facts[_("Checks passed")] = _("{passed} of {all}").format(passed=result.passed, all=all)
    facts[_("Points")] = _("{points:g} of {most:g}").format(points=mark.points, most=points.most)
    same = told_in == person.lang
    return output.render(
        _TEMPLATE,
        language=person.lang,
        exercise=plan.exercise,
        facts=facts,
        notes=_notes(mark, same),
        tasks=[
            _task(counts.tasks[name], mark.row.task(name), points, same) for name in counts.tasks
        ]
        if result.tasks
        else [],
        steps=_steps(result),
    )


def _notes(mark, same):
    result = mark.row.result
    notes = [_("It came after the time agreed on.")] if mark.late else []
    if mark.row.files > 1:
        notes.append(
            _("You handed in {files} notebooks. This page is about {file}.").format(
                files=mark.row.files, file=line(result.file)
            )
        )
    if result.ending != ends.COMPLETE:
        ending = _("Your notebook: {ending}.").format(ending=_(ENDINGS[result.ending]))
        notes.append(f"{ending}\n{block(result.detail)}" if same and result.detail else ending)
    return notes


def _task(task, result, points, same):
    sign, style, said = STATUSES[result.status]
    got, most = points.of(result), points.full[task.name]
    wrong = result.status in (ends.WRONG, ends.FAILED)
    told = ""
    if wrong:
        told = block(result.message) if same else ""
        told = told or explained(task, result.mistake or result.status)
    elif result.status == ends.PASSED and result.taken:
        told = _("You had taken the result with wb.given before.")
    section = ""
    # A message in their language names the section itself.
    if result.status == ends.WRONG and not (same and _(result.section) in told):
        section = line(_(result.section or task.section))
    return {
        "name": line(task.name),
        "sign": sign,
        "style": style,
        "said": _(said),
        "points": _("points: {points:g} of {most:g}").format(points=got, most=most) if most else "",
        "told": told,
        "section": section,
    }


def _steps(result):
    steps = []
    if any(task.status in (ends.WRONG, ends.FAILED) for task in result.tasks):
        steps.append(
            _(
                "Try the tasks that did not pass again in your notebook: the check answers at "
                "once, and wb.hint with the name of the task gives one more hint at each call."
            )
        )
    if any(task.status in (ends.NOT_ATTEMPTED, ends.UNREACHED) for task in result.tasks):
        steps.append(_("Tasks left open can be done at any time; none needs another's answer."))
    steps.append(
        _("Answers in words were not checked by the program: compare yours with the solution.")
    )
    return steps
