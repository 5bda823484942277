"""Everything that grading leaves, written beside each other under one name.

========================  =========================================================================
``report.html``           the class report, for the instructor
``report.csv``            the same, one row per file and task
``report_class.html``     for the projector: nobody is named
``report_words.html``     the answers in words
``report_moodle.csv``     marks, to import
``report_canvas.csv``     marks, to import
``report_feedback/``      a page for each participant, in their language
========================  =========================================================================

Where the class was packed by Moodle, ``report_feedback.zip`` holds the same pages as Moodle takes
them back. No file is ever there half.
"""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

from crmlab.errors import CRMError
from crmlab.language import speaking
from crmlab.output import check_folder, drafts, write_whole
from crmlab.workshop.counts import count_class
from crmlab.workshop.course import guide_of
from crmlab.workshop.feedback import feedback_page
from crmlab.workshop.gradebook import for_canvas, for_moodle, is_gradebook
from crmlab.workshop.guide import read_guide
from crmlab.workshop.marks import is_late, marks_of
from crmlab.workshop.page import Beside, render
from crmlab.workshop.points import Points
from crmlab.workshop.sheet import as_csv, is_sheet
from crmlab.workshop.words_page import words_page

_MOODLE_FEEDBACK = "{name}_{number}_assignfeedback_file_/feedback.html"


class Report:
    """What is written about a class.

    Parameters
    ----------
    plan : crmlab.workshop.plan.Plan
    path : str or os.PathLike
        Where the page goes; the other files go beside it, under names that begin alike. An earlier
        report is written over.
    lang : {"en", "zh"}
    intake : crmlab.workshop.returned.Intake, optional
        What came back.
    points : crmlab.workshop.points.Points, optional
        One for each task, if none are given.
    due : datetime.datetime, optional
    title : str, optional
        Of the column with the marks; the name of the exercise, if none is given.

    Raises
    ------
    CRMError
        If there is no such folder, or a table would go where another file is.
    """

    def __init__(self, plan, path, lang="en", intake=None, points=None, due=None, title=None):
        self._plan, self._lang, self._due = plan, lang, due
        self._title = title or plan.exercise
        self._notebooks = intake.notebooks if intake else ()
        self._passed_over = intake.passed_over if intake else ()
        self._points = points
        self._page = Path(path)
        self._advice = _advice(plan) if lang == "en" else {}  # guides are in English
        self._check()

    def write_so_far(self, results, running, left):
        """Write the page while notebooks are being checked.

        Parameters
        ----------
        results : iterable of NotebookResult
            Those that are there.
        running : iterable of str
            Files that are being checked.
        left : int
            How many notebooks are still to be checked.
        """
        results = list(results)
        owners = {one.file: one.participant for one in self._notebooks if one.participant}
        names = {file: owner.name for file, owner in owners.items()}
        # Who is still to come has returned something: no row says yet that nothing is there.
        waiting = set(owners.values()) - {owners.get(one.file) for one in results}
        here = tuple(one for one in self._plan.participants if one not in waiting)
        with speaking(self._lang):
            counts = count_class(replace(self._plan, participants=here), results)
            beside = self._beside(counts, tuple(names.get(one, one) for one in running), left)
            self._write(self._page, render(self._plan, counts, beside))

    def write(self, results):
        """Write everything.

        Parameters
        ----------
        results : iterable of NotebookResult
            Every returned notebook.

        Returns
        -------
        list of pathlib.Path
            The page first.

        Raises
        ------
        CRMError
            If a file is locked by another program.
        """
        with speaking(self._lang):
            counts = count_class(self._plan, results)
            points = self._points or _one_each(counts)
            beside = self._beside(counts)
            marks = list(beside.marks.values())
            texts = {
                # Tables first: one may be open in a program that locks it, a page is not.
                self._beside_page(".csv"): as_csv(counts),
                self._beside_page("_moodle.csv"): for_moodle(marks, self._title),
                self._beside_page("_canvas.csv"): for_canvas(marks, self._title, points.most),
                self._beside_page("_class.html"): render(self._plan, counts, beside, named=False),
                self._beside_page("_words.html"): words_page(self._plan, counts, self._notebooks),
                self._page: render(self._plan, counts, beside),
            }
            for path, text in texts.items():
                self._write(path, text)
            folder = self._write_feedback(counts, marks, points)
        order = [self._page, *(path for path in texts if path != self._page)]
        return [*order, *folder]

    def _beside(self, counts, running=None, left=0):
        points = self._points or _one_each(counts)
        marks = marks_of(counts, points, self._notebooks, self._due)
        return Beside(
            marks={one.participant.id: one for one in marks},
            most=self._points and points.most,
            late={one.file: is_late(one, self._due) for one in self._notebooks},
            passed_over=self._passed_over,
            advice=self._advice,
            running=running,
            left=left,
        )

    def _write_feedback(self, counts, marks, points):
        """Write the pages that go home; return what was written."""
        folder = self._beside_page("_feedback")
        folder.mkdir(exist_ok=True)
        pages = {}
        for one in marks:
            if one.row is not None:
                with speaking(one.participant.lang):
                    pages[one] = feedback_page(self._plan, counts, one, points, self._lang)
                self._write(folder / f"{one.participant.folder}.html", pages[one])
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for one, page in pages.items():
                if one.platform is not None and one.platform.kind == "moodle":
                    name = _MOODLE_FEEDBACK.format(
                        name=one.platform.name, number=one.platform.number
                    )
                    # No time is written down: the same results give the same bytes.
                    name = name.encode("utf-8", "replace").decode()
                    archive.writestr(zipfile.ZipInfo(name), page)
            is_empty = not archive.namelist()
        if is_empty:
            return [folder]
        path = self._beside_page("_feedback.zip")
        with drafts(path) as [draft]:
            draft.write_bytes(packed.getvalue())
        return [folder, path]

    def _beside_page(self, ending):
        return self._page.with_name(self._page.stem + ending)

    def _check(self):
        check_folder(self._page)
        # The name was chosen for the page: beside roster.html there may be a roster.csv.
        for ending, is_ours in (
            (".csv", is_sheet),
            ("_moodle.csv", is_gradebook),
            ("_canvas.csv", is_gradebook),
        ):
            table = self._beside_page(ending)
            if table == self._page or (table.exists() and not is_ours(table)):
                raise CRMError(
                    "The table of the class report would be written to {name!r}, which is another "
                    "file. Choose another name for the page, such as report.html.",
                    name=str(table),
                )

    def _write(self, target, text):
        try:
            write_whole(target, text)
        except PermissionError as error:
            raise CRMError(
                "{name!r} cannot be written; it may be open in another program. Close it there, "
                "then run the command again: what was checked is kept.",
                name=str(target),
            ) from error


def _one_each(counts):
    return Points(dict.fromkeys(counts.tasks, 1.0), dict.fromkeys(counts.tasks, 0.0))


def _advice(plan):
    """Return what the guide of the session says of each mistake, where the course is at hand."""
    try:
        return read_guide(guide_of(plan.exercise)).advice
    except (CRMError, OSError):
        return {}
