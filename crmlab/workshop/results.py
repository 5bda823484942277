"""What is known about a returned notebook after it ran: plain data, one row per notebook."""

from dataclasses import asdict, dataclass

# How a task ended. The first three are the verdicts of the check.
PASSED, WRONG, NOT_ATTEMPTED = "passed", "wrong", "not attempted"
FAILED = "failed"  # the cell of the task ended in an error
UNREACHED = "not reached"  # the run was over before the task
ABSENT = "absent"  # no check of the task is in the notebook

# How a notebook ended.
COMPLETE = "complete"  # every cell was run
OUT_OF_TIME, OUT_OF_MEMORY, TOO_MUCH_OUTPUT = "time", "memory", "output"
DIED = "died"  # the process ended before its last cell
TROUBLE = "trouble"  # this computer could not run or judge it: nobody's fault, and not kept
UNREADABLE = "unreadable"  # not a notebook that can be run here
NOT_RUN = "not run"  # nobody on the roster, or not clear whose it is
NOT_RETURNED = "not returned"  # a participant of whom there is no notebook


@dataclass(frozen=True)
class TaskResult:
    """One task of one returned notebook.

    Attributes
    ----------
    task : str
    status : str
        One of the six above.
    mistake : str
        Of a wrong answer: the name of the mistake, ``"form"`` or ``"other"``.
    message : str
        What the check says, in the language of the report; of a failed cell, its error.
    section : str
        The heading of the lesson to read again, as in the English lesson; may be empty.
    cell : int
        The code cell in which it was answered or failed, counted from 1; 0 if there is none.
    taken : bool
        The right result had been taken with ``wb.given`` before the answer was checked.
    code : str
        Of a wrong answer or a failed cell, the code that it came from.
    answer : str
        What tells equal answers, see `equal.digest`; empty where that would say nothing.
    """

    task: str
    status: str
    mistake: str = ""
    message: str = ""
    section: str = ""
    cell: int = 0
    taken: bool = False
    code: str = ""
    answer: str = ""


@dataclass(frozen=True)
class NotebookResult:
    """One returned notebook, or a participant who returned none.

    Attributes
    ----------
    participant : str
        The id on the roster; empty where nobody is known.
    file : str
        Below the folder of returned notebooks; empty where nothing was returned.
    ending : str
        One of the nine above.
    detail : str
        Why it ended so, in the language of the report; may be empty.
    remarks : tuple of str
        What the instructor should know, such as that a file was handed in twice.
    tasks : tuple of TaskResult
        In the order of the exercise.
    seconds : float
        How long it ran.
    isolated : bool or None
        Whether it ran in a place of its own, see `isolation`; None if it was not run.
    """

    participant: str
    file: str
    ending: str
    detail: str = ""
    remarks: tuple = ()
    tasks: tuple = ()
    seconds: float = 0.0
    isolated: bool | None = None

    @property
    def passed(self):
        """How many checks passed."""
        return sum(task.status == PASSED for task in self.tasks)

    def as_data(self):
        """Return the result as plain data, for a JSON file."""
        return asdict(self)

    @classmethod
    def from_data(cls, data):
        """Return the result that `as_data` gave."""
        tasks = tuple(TaskResult(**task) for task in data["tasks"])
        return cls(**(data | {"tasks": tasks, "remarks": tuple(data["remarks"])}))
