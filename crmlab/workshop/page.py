"""The class report: one page for the ten minutes before a debriefing.

1. What to revisit: the tasks that most people missed, and what to say about each.
2. A map of participants and tasks, and one of tasks and mistakes, with the code behind them.
3. Everybody on their own, the notebooks that could not be checked, files that were passed over,
   and equal answers.

Of the same page there is one for the projector, on which nobody is named and no code is quoted.
The page needs no other file and no script. The template holds structure and look; the words
are here; the numbers come from `counts`, and texts of a submission through `safe_text`.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from crmlab import output
from crmlab.language import current_language, mark
from crmlab.language import gettext as _
from crmlab.workbook.tasks import FORM, OTHER, ROWS, SHIFTED, at_once
from crmlab.workshop import results as ends
from crmlab.workshop.equal import equal_answers
from crmlab.workshop.safe_text import block, line
from crmlab.workshop.sheet import message_of

_TEMPLATE = Path(__file__).with_name("page.html.j2")
_MOST_TO_REVISIT = 5
_LEAST_FOR_SHARE = 20  # of fewer people a percentage says more than is known
_SHORT = 48  # characters of a name in the map
_TAIL = 32  # characters of a file there
_MOST_CODES = 3  # quoted for one mistake
_MOST_CODE = 800  # characters of each

# Sign, class of the cell, and what it says.
STATUSES = {
    ends.PASSED: ("✓", "passed", mark("check passed")),
    ends.WRONG: ("✗", "wrong", mark("check not passed")),
    ends.FAILED: ("!", "failed", mark("the cell ended in an error")),
    ends.NOT_ATTEMPTED: ("○", "open", mark("left open")),
    ends.UNREACHED: ("…", "unreached", mark("the run ended before it")),
    ends.ABSENT: ("–", "absent", mark("no check in the notebook")),
}
ENDINGS = {
    ends.COMPLETE: mark("ran to the end"),
    ends.OUT_OF_TIME: mark("stopped: out of time"),
    ends.OUT_OF_MEMORY: mark("stopped: out of memory"),
    ends.TOO_MUCH_OUTPUT: mark("stopped: too much output"),
    ends.DIED: mark("Python ended before the last cell"),
    ends.TROUBLE: mark("not checked: this computer could not"),
    ends.UNREADABLE: mark("not a notebook that can be run"),
    ends.NOT_RUN: mark("not run: it is not clear whose it is"),
    ends.NOT_RETURNED: mark("not returned"),
}
_WHAT_TO_DO = {
    ends.OUT_OF_TIME: mark("Look for a loop without an end; if it is only slow, allow more time."),
    ends.OUT_OF_MEMORY: mark(
        "Look for a table that grows by mistake, such as a merge on keys that repeat."
    ),
    ends.TOO_MUCH_OUTPUT: mark("Look for a print in a loop, and have it taken out."),
    ends.DIED: mark("Look for a call that ends Python, such as exit(), and have it taken out."),
    ends.TROUBLE: mark("Close other programs, then run the command again."),
    ends.UNREADABLE: mark("Ask for the .ipynb file again, saved in JupyterLab."),
    ends.NOT_RUN: mark(
        "Give it the name it was handed out under, or put it into a folder of the participant's "
        "name; then run the command again."
    ),
}
_MISTAKES = {
    FORM: mark("another form of answer"),
    ROWS: mark("rows with something in common"),
    SHIFTED: mark("rows off by one number"),
    OTHER: mark("no known mistake"),
    ends.FAILED: mark("error in the cell"),
}
_EXPLAINED = {
    FORM: mark("The answers have another form than the task asks for."),
    ROWS: mark("The wrong rows have something in common; the message of each answer says what."),
    SHIFTED: mark("The wrong rows are all off by the same number."),
    OTHER: mark("No known mistake explains the answers: look at two or three of them together."),
    ends.FAILED: mark("The cell ended in an error: read the message together."),
}


@dataclass(frozen=True)
class Beside:
    """What the page shows beside the counts.

    Attributes
    ----------
    marks : dict
        Id of a participant to `crmlab.workshop.marks.Mark`.
    most : float or None
        The points of somebody who passed everything; None where points are not to be shown.
    late : dict
        File to whether it came late.
    passed_over : tuple of crmlab.workshop.returned.PassedOver
    advice : dict
        Task and mistake to what the instructor may say, from the guide of the session.
    running : tuple of str or None
        While notebooks are being checked: who is running; None when all is done.
    left : int
        How many notebooks are still to be checked.
    """

    marks: dict
    most: float | None = None
    late: dict = None
    passed_over: tuple = ()
    advice: dict = None
    running: tuple | None = None
    left: int = 0


# --- the page ---------------------------------------------------------------------------


def render(plan, counts, beside=None, named=True):
    """Return the class report as one HTML page, in the language in use.

    Parameters
    ----------
    plan : crmlab.workshop.plan.Plan
    counts : crmlab.workshop.counts.Class
    beside : Beside, optional
    named : bool
        Without, the page is for the projector: nobody is named, no code is quoted.

    Returns
    -------
    str
    """
    beside = beside or Beside({})
    tasks = [tally.task for tally in counts.tallies]
    names = names_of(counts)
    people = [
        _person(number, row, tasks, names[number - 1], beside)
        for number, row in enumerate(counts.rows, start=1)
    ]
    return output.render(
        _TEMPLATE,
        language=current_language(),
        exercise=plan.exercise,
        named=named,
        progress=_progress(counts, beside),
        has_points=beside.most is not None,
        points_of_class=_points_of_class(beside) if named else "",
        equal=_equal(counts, names) if named else [],
        passed_over=[(line(one.file), block(one.why)) for one in beside.passed_over if named],
        head=_head(counts),
        about=_about(counts, named),
        revisit=[
            _revisit(counts, tally, (beside.advice or {}) if named else {})
            for tally in counts.to_revisit()[:_MOST_TO_REVISIT]
        ],
        revisit_notes=_revisit_notes(counts),
        legend=[(sign, style, _(text)) for sign, style, text in STATUSES.values()],
        tasks=tasks,
        people=people,
        passed=[_passed(tally) for tally in counts.tallies],
        mistakes=_mistakes(counts, names if named else None),
        returned=counts.returned,
        troubles=_troubles(counts, people),
        missing=_missing(counts),
    )


def names_of(counts):
    """Return for each row the name to show; people of one name have their ids behind it."""
    known = {
        row.participant.id: line(row.participant.name) for row in counts.rows if row.participant
    }
    times = Counter(name.casefold() for name in known.values())
    names = []
    for row in counts.rows:
        name = known[row.participant.id] if row.participant else _("not identified")
        shared = row.participant and times[name.casefold()] > 1
        names.append(
            f"{line(name, _SHORT)} ({line(row.participant.id, _SHORT)})" if shared else name
        )
    return names


def _progress(counts, beside):
    """Say how far the grading is, while it goes on."""
    if beside.running is None:
        return ""
    done = sum(row.files > 0 or row.participant is None for row in counts.rows)
    said = _("So far {done} of {all} notebooks are checked.").format(
        done=done, all=done + beside.left
    )
    running = " · ".join(line(name, _SHORT) for name in beside.running)
    if running:
        said += " " + _("Running now: {names}.").format(names=running)
    return said + " " + _("This page renews itself.")


def _points_of_class(beside):
    points = [one.points for one in beside.marks.values() if one.points is not None]
    if not points or beside.most is None:
        return ""
    return _("Points: {mean:.1f} of {most:g} on average of those who returned a notebook.").format(
        mean=sum(points) / len(points), most=beside.most
    )


def _equal(counts, names):
    """Return who gave equal answers to questions whose right answers differ."""
    rows = [row for row in counts.rows if row.counted]
    name_of = {
        row.participant.id: name
        for row, name in zip(counts.rows, names, strict=True)
        if row.participant
    }
    return [
        (
            name_of[pair.one.participant.id],
            name_of[pair.other.participant.id],
            ", ".join(line(task) for task in pair.tasks),
        )
        for pair in equal_answers(rows)
    ]


def _head(counts):
    return {
        _("participants"): counts.participants,
        _("returned"): counts.returned,
        _("ran to the end"): counts.complete,
        _("not returned"): counts.participants - counts.returned,
        _("files of nobody on the roster"): counts.unknown,
    }


def _isolation(counts):
    """Say whether the notebooks ran in places of their own, if any ran."""
    ran = [row.result.isolated for row in counts.rows if row.result.isolated is not None]
    if not ran:
        return []
    if all(ran):
        return [
            _(
                "Isolated: every notebook ran in a place of its own, without your files, your "
                "other programs and the network."
            )
        ]
    return [
        _(
            "Not isolated: {count} of {all} notebooks ran with your rights to files and network, "
            "because this system gives no place of their own. See the handbook, What grading "
            "promises."
        ).format(count=len(ran) - sum(ran), all=len(ran))
    ]


def _about(counts, named):
    about = [
        *_isolation(counts),
        _(
            "A check compares an answer with that of the participant's own company, worked out "
            "anew after the notebook was run. This page says which checks passed, and no more."
        ),
        _(
            "Not checked: answers in words, which are for people to read, and how an answer was "
            "found. This page cannot see who found it."
        ),
        _(
            "An asterisk (*) means that the right result had been taken with wb.given before the "
            "answer was checked."
        ),
    ]
    if named and any(row.files > 1 for row in counts.rows):
        about.append(
            _(
                "Somebody with several files has a row for each; the counts of the class use the "
                "one with the most checks passed."
            )
        )
    return about


def _of(count, all):
    """Say a count of how many; with the share where it means something."""
    if all >= _LEAST_FOR_SHARE:
        return _("{count} of {all} ({share:.0%})").format(count=count, all=all, share=count / all)
    return _("{count} of {all}").format(count=count, all=all)


def _passed(tally):
    """Return for the foot of the map how many passed, and how often after taking the result."""
    taken = _("{count} of them after taking the result").format(count=tally.taken)
    title = f"{tally.task} · {_of(tally.passed, tally.reached)}"
    return tally.passed, tally.taken, f"{title} · {taken}" if tally.taken else title


# --- what to revisit --------------------------------------------------------------------


def _revisit(counts, tally, advice):
    task = counts.tasks[tally.task]
    # A named mistake is worth more than a bigger number of unexplained ones: it can be told.
    name = (tally.named or tally.mistakes.most_common(1))[0][0]
    parts = [(_name(what), count) for what, count in tally.mistakes.most_common()]
    if tally.left_open:
        parts.append((_("left open"), tally.left_open))
    return {
        "task": tally.task,
        "missed": _("not passed by {people} who reached it").format(
            people=_of(tally.missed, tally.reached)
        ),
        "label": _("Most common named mistake") if tally.named else _("Most common"),
        "name": _name(name),
        "explained": explained(task, name),
        "section": _(counts.section_of(tally)),
        "hint": _(task.hints[0]) if task.hints else "",
        "say": advice.get((tally.task, name), ""),
        "parts": parts,
    }


def _revisit_notes(counts):
    if not counts.returned:
        return [_("No notebook of a participant was returned yet.")]
    if not any(tally.passed + tally.missed for tally in counts.tallies):
        return [_("No task was answered in any notebook.")]
    notes = [] if counts.to_revisit() else [_("Every answer that was handed in passed its check.")]
    left = [f"{tally.task} {_of(tally.left_open, tally.reached)}" for tally in counts.left_open()]
    if left:
        notes.append(
            _("Left open by at least half of those who reached it: {tasks}").format(
                tasks=" · ".join(left)
            )
        )
    return notes


def _name(mistake):
    """Return the name of a mistake as shown; like that of a variable, it has one language."""
    return _(_MISTAKES[mistake]) if mistake in _MISTAKES else line(mistake, 60)


def explained(task, mistake):
    """Return what a mistake of a task is, in the language in use."""
    return task.explained(mistake) or _(_EXPLAINED.get(mistake, ""))


def _mistakes(counts, names):
    """Return the map of mistakes: per task the named ones made, then those without a name."""
    most = max((n for tally in counts.tallies for n in tally.mistakes.values()), default=0)
    if not most:
        return None

    def shaded(tally, name):
        count = tally.mistakes[name]
        return {
            "count": count,
            "share": round(count / most, 3),
            "name": _name(name),
            "said": explained(counts.tasks[tally.task], name),
            "codes": _codes(counts, names, tally.task, name) if names and count else [],
        }

    rows = []
    for tally in counts.tallies:
        named = [shaded(tally, name) for name, _count in tally.named]
        rows.append((tally.task, named, [shaded(tally, name) for name in _MISTAKES]))
    return {
        "rows": rows,
        "columns": max(1, *(len(named) for _task, named, _rest in rows)),
        "rest": [_(text) for text in _MISTAKES.values()],
    }


def _codes(counts, names, name, mistake):
    """Return the code of some of those who made a mistake, with their names."""
    found = []
    for row, who in zip(counts.rows, names, strict=True):
        task = row.task(name)
        made = [ends.FAILED] if task.status == ends.FAILED else at_once(task.mistake)
        if row.counted and task.code and mistake in made:
            found.append((line(who, _SHORT), block(task.code, _MOST_CODE)))
    return found[:_MOST_CODES]


# --- everybody on their own -------------------------------------------------------------


def _person(number, row, all, name, beside):
    result = row.result
    short = line(name, 2 * _SHORT)
    id = line(row.participant.id if row.participant else result.participant)
    file = line(result.file)
    remarks = [line(remark) for remark in result.remarks]
    if (beside.late or {}).get(result.file):
        remarks.insert(0, _("late"))
    if row.files > 1:
        remarks.insert(0, _file_of(row))
    passed = passed_said = ""
    if result.tasks:
        passed = f"{result.passed}/{len(all)}"
        passed_said = _("{passed} of {all} checks passed").format(
            passed=result.passed, all=len(all)
        )
    mark = beside.marks.get(row.participant.id) if row.participant and row.counted else None
    return {
        "anchor": f"person-{number}",
        "short": short,
        "points": f"{mark.points:g}" if mark and mark.points is not None else "",
        "file": file,
        "whole": [text for text in (name if name != short else "", id, file) if text],
        "id": id,
        "short_file": _tail(file) if row.files > 1 or not row.participant else "",
        "again": row.place > 1,
        "ending": _(ENDINGS[result.ending]),
        "detail": block(result.detail),
        "remarks": remarks,
        "short_remarks": [line(text, 2 * _SHORT) for text in _in_the_map(row, remarks)],
        "tasks": [_task(row.task(name)) for name in all] if result.tasks else [],
        "passed": passed,
        "passed_said": passed_said,
    }


def _in_the_map(row, remarks):
    """Return what the map says about a run: its end, unless it is where the tasks would be."""
    ending, complete = row.result.ending, row.result.ending == ends.COMPLETE
    said = row.result.detail if complete else _(ENDINGS[ending]) if row.result.tasks else ""
    return [text for text in (said, *remarks) if text]


def _tail(file):
    """Return the end of a path, by which files of one folder differ."""
    return file if len(file) <= _TAIL else "…" + file[1 - _TAIL :]


def _file_of(row):
    counted = _("counted") if row.counted else _("not counted")
    return _("file {place} of {files}, {counted}").format(
        place=row.place, files=row.files, counted=counted
    )


def _task(task):
    sign, style, said = STATUSES[task.status]
    mistake = _name(task.mistake) if task.mistake else ""
    star = _("result taken before with wb.given") if task.taken else ""
    parts = [line(task.task), _(said), mistake, star]
    return {
        "task": line(task.task),
        "sign": sign + ("*" if task.taken else ""),
        "style": style,
        "said": _(said),
        "label": " · ".join(part for part in parts if part),
        "mistake": mistake,
        "message": message_of(task),
        "star": star,
        "cell": task.cell or "",
        "code": block(task.code, _MOST_CODE),
    }


def _troubles(counts, people):
    """Return the notebooks of which not everything could be checked, and what to do."""
    return [
        person | {"what_to_do": _(_WHAT_TO_DO[row.result.ending])}
        for row, person in zip(counts.rows, people, strict=True)
        if row.result.ending in _WHAT_TO_DO
    ]


def _missing(counts):
    """Say who returned nothing, if anybody."""
    names = [
        line(row.participant.name, _SHORT)
        for row in counts.rows
        if row.participant and not row.files
    ]
    if not names:
        return ""
    return _("Not returned ({count}): {names}").format(count=len(names), names=" · ".join(names))
