"""Exercise and lesson notebooks run as papermill runs them: any seed, any language, own data."""

import json

import nbformat
import papermill
import pytest

from crmlab import datasets
from crmlab.language import gettext, use_language
from crmlab.workbook.checks import checks_of
from tools.notebooks import ROOT, editions
from tools.without_kernel import run


@pytest.fixture(autouse=True)
def _own_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("CRMLAB_PROGRESS", str(tmp_path / "progress.sqlite"))


def shelf(name):
    """Every notebook of a shelf: exercise, language, path."""
    return [
        pytest.param(one.script.parent.name, one.language, one.target.relative_to(ROOT))
        for one in editions()
        if one.shelf == name
    ]


def tasks_of(exercise):
    return checks_of(exercise).TASKS


@pytest.mark.parametrize(("exercise", "lang", "path"), shelf("exercises"))
@pytest.mark.parametrize("seed", [7, 20261121])
def test_an_unsolved_exercise_runs_through(exercise, lang, path, seed, tmp_path):
    shown = run(ROOT / path, tmp_path, seed=seed, participant="p", lang=lang)
    use_language(lang)
    words = gettext("not attempted yet")
    for task in tasks_of(exercise):
        assert f"○ {task.name}: {words}" in shown


@pytest.mark.parametrize(("exercise", "lang", "path"), shelf("solutions"))
def test_the_solution_passes_every_check_for_another_seed(exercise, lang, path, tmp_path):
    shown = run(ROOT / path, tmp_path, seed=31, lang=lang)
    for task in tasks_of(exercise):
        assert f"✓ {task.name}" in shown
    assert "✗" not in shown


OWN_LOG = {
    "01_crm_at_a_glance": {"cutoff": "1998-06-30"},
    "02b_purchase_models": {
        "cutoff": "1997-09-30",
        "end": "1998-06-30",
        "margin": 0.3,
        "manager_cost": 3,
    },
    "03a_rfm_and_pyramid": {"start": "1997-01-01", "cutoff": "1997-09-30", "end": "1998-06-30"},
    "05b_churn": {
        "earlier": ["1997-08-31"],
        "cutoff": "1998-01-31",
        "today": "1998-06-30",
        "horizon": 120,
    },
}


@pytest.mark.parametrize("lesson", OWN_LOG)
def test_a_lesson_runs_on_a_log_of_ones_own(lesson, tmp_path):
    log = datasets.load_cdnow("sample")[["customer_id", "date", "amount"]]
    log.to_csv(tmp_path / "mine.csv", index=False)
    mine = {"transactions": str(tmp_path / "mine.csv"), "currency": "US$"}
    shown = run(ROOT / f"chapters/{lesson}.ipynb", tmp_path, **mine, **OWN_LOG[lesson])
    assert "US$" in shown


def test_chapter_6a_runs_on_baskets_of_ones_own(tmp_path):
    lines = datasets.load_complete_journey("lines")
    few = lines[lines["customer_id"].isin(lines["customer_id"].unique()[:120])]
    common = few["product_category"].value_counts().index[:40]
    mine = few[few["product_category"].isin(common)].assign(product=few["product_category"])
    mine[["order_id", "customer_id", "date", "product"]].to_csv(tmp_path / "mine.csv", index=False)
    own = {"baskets": str(tmp_path / "mine.csv"), "split": "2017-10-01"}
    path = ROOT / "chapters/06a_cross_sell.ipynb"
    shown = run(path, tmp_path, then="print(*names, sep='|')", **own)
    assert set(shown.splitlines()[-1].split("|")) == set(common)


def test_papermill_runs_a_notebook_in_a_kernel(tmp_path):
    """As the README says; the other tests put the parameters in without a kernel."""
    exercise, target = "exercises/00_primer.ipynb", tmp_path / "out.ipynb"
    papermill.execute_notebook(
        ROOT / exercise, target, parameters={"seed": 7}, progress_bar=False, log_output=False
    )
    cells = nbformat.read(target, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    shown = "".join(output.get("data", {}).get("text/plain", "") for output in outputs)
    assert shown.count("○") == len(tasks_of("00_primer"))


def test_exercises_hold_no_solution():
    for path in (ROOT / "exercises").rglob("*.ipynb"):
        text = json.dumps(nbformat.read(path, as_version=4))
        assert "SOLUTION" not in text
        assert '"solution"' not in text


def test_solutions_keep_the_markers_of_nbgrader():
    for path in (ROOT / "solutions").rglob("*.ipynb"):
        text = json.dumps(nbformat.read(path, as_version=4))
        assert text.count("### BEGIN SOLUTION") == text.count("### END SOLUTION") > 0
