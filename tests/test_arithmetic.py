"""The same decisions on every machine; see ``tools/arithmetic.py`` for what stands in for one."""

import json
import platform
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import crmlab as crm
from crmlab.arguments import beside
from tools import arithmetic
from tools.arithmetic import KINDS, ROOT, environment

OTHERS = list(KINDS)[1:]


@pytest.fixture(scope="module")
def found():
    """What `tests/decisions.py` prints, by kind of arithmetic."""
    command = [sys.executable, "-m", "tests.decisions"]
    options = {"cwd": ROOT, "capture_output": True, "text": True, "check": True}
    return {
        kind: json.loads(subprocess.run(command, env=environment(kind), **options).stdout)
        for kind in KINDS
    }


@pytest.mark.parametrize("kind", OTHERS)
def test_decisions_are_the_same_under_every_arithmetic(found, kind):
    assert found[kind]["decided"] == found["native"]["decided"]


@pytest.mark.skipif(
    platform.machine() not in {"x86_64", "AMD64"}, reason="the kinds are of Intel's and AMD's"
)
def test_without_rounding_each_planted_decision_hangs_on_the_last_bit(found):
    unrounded = {kind: one["unrounded"] for kind, one in found.items()}
    names = set(unrounded["native"])
    assert names == {name for name in names if len({u[name] for u in unrounded.values()}) > 1}
    assert names == found["native"]["decided"]["planted"].keys()


# --- rounding -----------------------------------------------------------------------------

numbers = st.floats(-1e12, 1e12)


@given(st.lists(numbers, min_size=1), st.sampled_from([-1, 1]))
def test_what_differs_in_the_last_bit_is_equal_and_what_differs_more_keeps_its_order(values, side):
    values = np.array(values)
    # Away from the middle between two rounded values, where a last bit decides which it is.
    values = crm.steady(values)
    assert (crm.steady(np.nextafter(values, side * np.inf)) == values).all()
    order = np.argsort(values, kind="stable")
    assert (np.diff(crm.steady(values)[order]) >= 0).all()


@pytest.mark.parametrize(
    ("scores", "rounded"),
    [
        ([0.1 + 0.2, 0.3], [0.3, 0.3]),
        ([np.nextafter(1, 0), 1, np.nextafter(1, 2)], [1, 1, 1]),
        ([1234567891.4, 3], [1234567890, 0]),
        ([1e-17, 1], [0, 1]),
        ([np.nan, -np.inf, 2 / 3], [np.nan, -np.inf, 0.666666667]),
        ([0.0, -0.0, -1e-320], [0, 0, 0]),
        ([], []),
    ],
)
def test_the_largest_score_gives_the_place_that_all_are_rounded_to(scores, rounded):
    np.testing.assert_array_equal(crm.steady(scores), np.array(rounded, dtype=float))
    assert not np.signbit(crm.steady(scores)[crm.steady(scores) == 0]).any()


def test_a_table_stays_a_table():
    frame = pd.DataFrame({"a": [1 / 3, 2]}, index=["x", "y"])
    assert crm.steady(frame, 3).to_dict() == {"a": {"x": 0.33, "y": 2}}
    assert crm.steady(frame["a"], digits=2).to_dict() == {"x": 0.3, "y": 2}


def test_a_cut_point_moves_by_less_than_a_reader_sees():
    cuts = np.array([-np.inf, -2.0, 0.0, 2.0, np.inf])
    down, up = beside(cuts, -1), beside(cuts, 1)
    assert (down[[1, 3]] < cuts[[1, 3]]).all()
    assert (up[[1, 3]] > cuts[[1, 3]]).all()
    np.testing.assert_allclose([down, up], [cuts, cuts], rtol=1e-8)


# --- kinds --------------------------------------------------------------------------------


def test_a_kind_replaces_another_and_leaves_the_rest():
    first = environment("sandybridge", {"HOME": "/here", "OMP_NUM_THREADS": "8"})
    assert first == {"HOME": "/here", **KINDS["sandybridge"]}
    assert environment("native", first) == {"HOME": "/here", "OMP_NUM_THREADS": "1"}


@pytest.mark.parametrize(
    ("variables", "kind"),
    [
        ({"OMP_NUM_THREADS": "1"}, None),
        ({"CRMLAB_ARITHMETIC": "prescott", "OPENBLAS_CORETYPE": "Zen"}, "prescott"),
        ({"OPENBLAS_CORETYPE": "Zen"}, "as set"),
        ({"NPY_DISABLE_CPU_FEATURES": "AVX2"}, "as set"),
    ],
)
def test_a_person_can_choose(variables, kind):
    assert arithmetic.chosen(variables) == kind


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="CRMLAB_ARITHMETIC=abacus: there are native"):
        arithmetic.chosen({"CRMLAB_ARITHMETIC": "abacus"})


def test_every_run_compares_notebooks_under_every_kind():
    chapters = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("chapters/*.ipynb")]
    assert {arithmetic.in_turn(path) for path in chapters} == set(KINDS)
