"""From what came out of a submission's process to one result per task.

The right answers are computed here, after the run, from the trusted seed. What came out is
data of unknown origin: it is read as such, and nothing in it says whether it is right. It may
be built to make a comparison endless (numbers that all fall on one place of a hash table): so
this runs in a process of its own that a clock ends (`watchdog`).
"""

from dataclasses import asdict, replace

from crmlab.language import gettext as _
from crmlab.language import speaking
from crmlab.notices import quiet
from crmlab.workbook.checks import checks_of
from crmlab.workbook.tasks import WRONG
from crmlab.workshop import plain, results, wire
from crmlab.workshop.equal import digest
from crmlab.workshop.results import TaskResult
from crmlab.workshop.runnable import Cell
from crmlab.workshop.watchdog import Limits

_MOST_TEXT = 400  # characters of an error or a message
_MOST_CODE = 1_500  # characters


def judge(context, outcome):
    """Return the results of one run as plain data.

    Parameters
    ----------
    context : dict
        ``exercise``, ``seed``, ``lang``, ``limits``, and ``cells``: what was run, in order.
    outcome : sandbox.Outcome

    Returns
    -------
    dict
        ``tasks``, a `TaskResult` as data for each task of the exercise, and ``detail``.
    """
    checks = checks_of(context["exercise"])
    cells = [Cell(**cell) for cell in context["cells"]]
    run = _Run(cells, plain.events(outcome.output), {task.name for task in checks.TASKS})
    # Made for this notebook alone, and only when there is something to compare.
    case = None
    tasks = []
    with speaking(context["lang"]), quiet():
        for task in checks.TASKS:
            if task.name not in run.answers:
                tasks.append(run.unanswered(task.name, outcome.ending == results.COMPLETE))
                continue
            if case is None and run.answers[task.name].value is not ...:
                case = checks.Case(context["seed"])
            tasks.append(_judged(task, case, run.answers[task.name]))
        detail = _detail(outcome, run, Limits(**context["limits"]))
    found = map(run.with_evidence, tasks)
    return {"tasks": [asdict(task) for task in found], "detail": detail}


def rehearse(exercise):
    """Compare every right answer once: what that takes is loaded before the first run."""
    checks = checks_of(exercise)
    case = checks.Case(1)
    with quiet():
        for task in checks.TASKS:
            task.check(case, task.right(case))


class _Answer:
    """One answer: its value, its data, the number of its cell, whether the result was taken."""

    def __init__(self, value, data, cell, taken):
        self.value, self.data, self.cell, self.taken = value, data, cell, taken


class _Run:
    """What a submission's process wrote, as far as it makes sense."""

    def __init__(self, cells, events, tasks):
        self.cells = cells
        self.answers = {}
        self.errors = {}  # place of the cell: text
        self.last = -1  # place of the last cell that was begun
        for event in events:
            place, name = event.get("cell", event.get("error")), event.get("answer")
            if isinstance(name, str) and name in tasks:
                self._answer(name, event)
            elif type(place) is int and 0 <= place < len(cells):
                if "cell" in event:
                    self.last = place
                else:
                    self.errors[place] = _short(f"{event.get('name')}: {event.get('text')}")

    def _answer(self, name, event):
        try:
            value = wire.decode(event.get("value"))
        except wire.DamagedAnswer as error:
            value = error
        # The last answer counts, but a stub that was left behind undoes none.
        if value is not ... or name not in self.answers:
            self.answers[name] = _Answer(
                value, event.get("value"), self.number(self.last), bool(event.get("taken"))
            )

    def number(self, place):
        """Return the number that the participant sees: of their own code cells, from 1."""
        return self.cells[place].number if 0 <= place < len(self.cells) else 0

    def with_evidence(self, task):
        """Add to a result what its answer is known by, and the code of one that did not pass."""
        answer = self.answers.get(task.task)
        told = digest(answer.data) if answer and answer.value is not ... else ""
        code = ""
        if task.status in (results.WRONG, results.FAILED):
            sources = [cell.source for cell in self.cells if cell.number == task.cell > 0]
            code = "".join(sources)[:_MOST_CODE]
        return replace(task, code=code, answer=told)

    def unanswered(self, task, complete):
        """Return why there is no answer to a task, of a run that was complete or was not."""
        places = [place for place, cell in enumerate(self.cells) if cell.checks(task)]
        failed = [place for place in places if place in self.errors]
        if failed:
            place = failed[-1]
            return TaskResult(
                task, results.FAILED, message=self.errors[place], cell=self.number(place)
            )
        if places and not complete and places[0] >= self.last:
            return TaskResult(task, results.UNREACHED, cell=self.number(places[0]))
        return TaskResult(task, results.ABSENT)


def _judged(task, case, answer):
    if isinstance(answer.value, wire.DamagedAnswer):
        return _wrong(task, answer, "form", _("The answer arrived damaged."))
    if isinstance(answer.value, wire.Large):
        message = _("The answer is a {type} of length {size:,}, far larger than asked for.")
        return _wrong(
            task, answer, "form", message.format(type=answer.value.type, size=answer.value.size)
        )
    try:
        verdict = task.check(case, answer.value)
    except (MemoryError, OSError):  # the computer's trouble, nobody's answer
        raise
    # An answer can be odd in more ways than a check foresees; it is then another's form.
    except Exception as error:
        message = _("The answer cannot be compared: {problem}.")
        return _wrong(task, answer, "form", message.format(problem=type(error).__name__))
    return TaskResult(
        task.name,
        verdict.status,
        mistake=verdict.mistake,
        message=_short(verdict.message),
        section=task.sections(verdict.mistake)[0] if verdict.status == WRONG else "",
        cell=answer.cell,
        taken=answer.taken,
    )


def _wrong(task, answer, mistake, message):
    return TaskResult(
        task.name,
        results.WRONG,
        mistake=mistake,
        message=_short(message),
        cell=answer.cell,
        taken=answer.taken,
    )


def _short(text):
    text = plain.text_of(text)
    return text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 1] + "…"


def _detail(outcome, run, limits):
    """Say why a run ended before its last cell, or which cell failed first."""
    cell = run.number(run.last)
    if outcome.ending == results.COMPLETE:
        if not run.errors:
            return ""
        first = min(run.errors)
        return _("{count} of its cells failed, first cell {cell}: {error}").format(
            count=len(run.errors), cell=run.number(first), error=run.errors[first]
        )
    text = {
        results.OUT_OF_TIME: _("It was stopped after {seconds:.0f} seconds, in cell {cell}."),
        results.OUT_OF_MEMORY: _(
            "It was stopped in cell {cell}: it used more than {memory:.1f} GB of memory, more "
            "than {processes} processes, or more than {threads} threads."
        ),
        results.TOO_MUCH_OUTPUT: _(
            "It was stopped in cell {cell}: it wrote more than {output:.0f} MB."
        ),
        results.DIED: _("Its process ended by itself in cell {cell} ({reason})."),
    }[outcome.ending]
    return text.format(
        cell=cell,
        seconds=limits.seconds,
        memory=limits.memory / (1 << 30),
        processes=limits.processes,
        threads=limits.threads,
        output=limits.output / (1 << 20),
        reason=outcome.reason,
    )
