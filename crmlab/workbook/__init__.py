"""The workbook: exercises on a participant's own company, with checks that name the mistake."""

from collections import Counter

import pandas as pd
from IPython.display import display

from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.language import use_language
from crmlab.lesson import Sentence
from crmlab.notices import quiet
from crmlab.plots import table
from crmlab.workbook import progress, recall
from crmlab.workbook.cases import Data
from crmlab.workbook.checks import checks_of
from crmlab.workbook.tasks import NOT_ATTEMPTED


class Workbook:
    """One exercise of one participant.

    Parameters
    ----------
    exercise : str
        The session folder's name, such as ``"03a_rfm_and_pyramid"``.
    seed : int
        Makes the participant's own company and numbers.
    participant : str
        Who works here; progress is kept under this name.
    lang : {"en", "zh"}

    Attributes
    ----------
    data : object
        The participant's data: attributes are tables, described in the exercise.
    """

    def __init__(self, exercise, seed=1, participant="me", lang="en"):
        use_language(lang)
        self.exercise, self.seed, self.participant = exercise, seed, str(participant)
        checks = checks_of(exercise)
        self._case = checks.Case(seed)
        self.data = Data(self._case)
        self._tasks = {task.name: task for task in checks.TASKS}
        self._hints_given = dict.fromkeys(self._tasks, 0)
        self._asked = []

    def check(self, name, value):
        """Check an answer and remember the result.

        Parameters
        ----------
        name : str
            The task.
        value : object
            The answer; ``...`` says that there is none yet.

        Returns
        -------
        crmlab.workbook.tasks.Verdict
        """
        with quiet():
            verdict = self._task(name).check(self._case, value)
        if verdict.status != NOT_ATTEMPTED:
            self._record(name, verdict.status, verdict.mistake, verdict.message)
        return verdict

    def hint(self, name):
        """Return one more hint at each call."""
        hints = self._task(name).hints
        given = self._hints_given[name]
        self._hints_given[name] = min(given + 1, len(hints))
        self._record(name, "hint")
        if given == len(hints):
            return Sentence(_("There is no further hint; the solution notebook shows one way."))
        count = _("Hint {number} of {all}: ").format(number=given + 1, all=len(hints))
        return Sentence(count + _(hints[given]))

    def given(self, name):
        """Return the right result of an earlier task, so that one mistake is not paid twice."""
        self._record(name, "taken")
        with quiet():
            return self._task(name).right(self._case)

    def recall(self, count=2):
        """Show questions on earlier chapters, the same at every rerun of this exercise.

        The first time these are the questions that are due again, then new ones.

        Parameters
        ----------
        count : int, default 2
        """
        chosen = recall.choose(self.participant, self.exercise, self.seed, count)
        self._asked = [
            recall.Asked(number, question, self._case.company)
            for number, question in enumerate(chosen, start=1)
        ]
        for asked in self._asked:
            self._record(asked.question.name, recall.ASKED)
            display(asked)

    def check_recall(self, *letters):
        """Check the letters chosen for the questions of :meth:`recall`, in their order.

        Parameters
        ----------
        *letters : str
            As in ``"b"``, ``"B"`` or ``"b)"``; ``...`` says that there is none yet.
        """
        if letters and not self._asked:
            raise CRMError("Run wb.recall() first: it shows the questions.")
        if len(letters) != len(self._asked):
            raise CRMError(
                "Give one letter for each question, in their order, as in "
                'wb.check_recall("a", "b"). Letters: {letters}; questions: {questions}.',
                letters=len(letters),
                questions=len(self._asked),
            )
        for asked, letter in zip(self._asked, letters, strict=True):
            verdict = asked.check(letter)
            if verdict.status != NOT_ATTEMPTED:
                self._record(asked.question.name, verdict.status, verdict.mistake)
            display(verdict)

    def progress(self):
        """Return how far this participant is with this seed.

        Returns
        -------
        pandas.DataFrame
            One row per task of this exercise: ``tries``, ``passed`` (``"✓"`` or ``"not
            yet"``) and ``last mistake``; missing where nothing was checked.
        """
        found = progress.summary(self.participant).reset_index(["exercise", "seed"])
        ours = found[found["exercise"].eq(self.exercise) & found["seed"].eq(self.seed)]
        ours = ours.drop(columns=["exercise", "seed"]).reindex(list(self._tasks))
        return ours.assign(
            tries=ours["tries"].astype("Int64"),
            passed=ours["passed"].map({True: "✓", False: _("not yet")}),
        )

    def _task(self, name):
        if name not in self._tasks:
            raise CRMError(
                "There is no task {name!r}. The tasks are: {tasks}.",
                name=name,
                tasks=", ".join(self._tasks),
            )
        return self._tasks[name]

    def _record(self, task, status, mistake="", said=""):
        progress.record(
            self.participant, self.exercise, self.seed, task, status, mistake, said=said
        )


def _names_of_tasks(exercise, kept):
    """Return the tasks of an exercise; of one of an earlier edition, those that were kept."""
    try:
        return [task.name for task in checks_of(exercise).TASKS]
    except (ModuleNotFoundError, AttributeError):
        return [name for name in kept if not name.startswith("recall_")]


def progress_page():
    """Show how far this learner is: one row per exercise and seed that was started.

    Returns
    -------
    pandas Styler, or a sentence where nothing was checked yet
    """
    rows = {}
    for (exercise, seed), tasks in progress.summary().groupby(["exercise", "seed"], sort=True):
        tasks = tasks.droplevel(["exercise", "seed"])
        every = _names_of_tasks(exercise, tasks.index)
        # Questions to recall are asked along the way; they are not tasks of an exercise.
        tasks = tasks[tasks.index.isin(every)]
        if len(tasks):
            rows[exercise, seed] = {
                "passed": tasks["passed"].sum(),
                "tasks": len(every),
                "tries": tasks["tries"].sum(),
                "look at again": ", ".join(tasks.index[~tasks["passed"]]),
            }
    if not rows:
        return Sentence(_("No exercise has been checked yet; exercises/ holds them."))
    seeds = Counter(exercise for exercise, _seed in rows)
    names = [
        _("{exercise}, seed {seed}").format(exercise=exercise, seed=seed)
        if seeds[exercise] > 1
        else exercise
        for exercise, seed in rows
    ]
    page = pd.DataFrame(rows.values(), index=pd.Index(names, name="exercise"))
    return table(page, "Your exercises")
