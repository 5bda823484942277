"""crm.attribution: every rule divides the same conversions, each in its published way."""

import datetime
from itertools import groupby, permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt

import crmlab as crm
from crmlab import notices

RULES = ["first_touch", "last_touch", "linear", "position_based", "markov", "shapley"]


quick = settings(max_examples=30, deadline=None)


def table(*rows):
    return pd.DataFrame(rows, columns=["path", "conversions", "lost"])


# The worked example of Anderl et al. as the trade tells it.
WORKED = table((("C1", "C2", "C3"), 1, 0), (("C1",), 0, 1), (("C2", "C3"), 0, 1))


@st.composite
def tables(draw, channels="ABCD"):
    """Some paths over a few channels, repeats included, at least one conversion."""
    path = st.lists(st.sampled_from(channels), min_size=1, max_size=5).map(tuple)
    count = st.integers(0, 4)
    rows = draw(st.lists(st.tuples(path, count, count), min_size=1, max_size=8))
    assume(any(won for _path, won, _lost in rows))
    return table(*rows)


# --- from touches to paths ----------------------------------------------------------------


def touchpoints(*rows):
    return pd.DataFrame(rows, columns=["lead_id", "date", "channel"])


TOUCHES = touchpoints(
    ("b", 2, "email"), ("a", 1, "ad"), ("b", 1, "ad"), ("a", 2, "email"), ("c", 5, "ad")
)


def test_equal_sequences_are_counted_together_in_the_order_of_time():
    won = pd.Series({"c": False, "a": True, "b": False})
    assert crm.attribution.paths(TOUCHES, won).to_dict("list") == {
        "path": [("ad", "email"), ("ad",)],
        "conversions": [1, 0],
        "lost": [1, 1],
    }


def test_touches_at_the_same_time_keep_the_order_of_the_table():
    touches = touchpoints(("a", 1, "z"), ("a", 1, "b"), ("a", 0, "c"), ("a", 1, "a"))
    assert crm.attribution.paths(touches, pd.Series({"a": 1}))["path"].tolist() == [
        ("c", "z", "b", "a")
    ]


def test_several_conversions_of_one_path_count_each():
    found = crm.attribution.paths(TOUCHES, pd.Series({"a": 3, "b": 0, "c": 0}))
    assert found[["conversions", "lost"]].to_numpy().tolist() == [[3, 1], [0, 1]]


def test_columns_of_other_names_kinds_and_days_are_taken():
    touches = pd.DataFrame(
        {
            "who": [7, 7, 9],
            "on": pd.to_datetime(["2025-02-01", "2025-01-01", "2025-01-01"]),
            "via": pd.Categorical(["press", "event", "event"], categories=["press", "event", "x"]),
        }
    )
    found = crm.attribution.paths(
        touches, pd.Series({7: True, 9: True}), path="who", time="on", channel="via"
    )
    assert sorted(found["path"]) == [("event",), ("event", "press")]


@pytest.mark.parametrize(
    "days",
    [
        pd.to_datetime(["2025-01-02", "2025-01-01"]),
        pd.to_datetime(["2025-01-02", "2025-01-01"]).tz_localize("Asia/Shanghai"),
        [datetime.date(2025, 1, 2), datetime.date(2025, 1, 1)],
        ["2025-01-02", "2025-01-01"],
    ],
    ids=["moments", "moments with a zone", "dates", "texts"],
)
def test_any_kind_of_time_puts_the_touches_in_order(days):
    touches = pd.DataFrame({"lead_id": "a", "date": days, "channel": ["late", "early"]})
    found = crm.attribution.paths(touches, pd.Series({"a": True}))
    assert found["path"].tolist() == [("early", "late")]


def test_conversions_without_a_touch_are_told_and_left_out():
    with notices.collected() as said:
        found = crm.attribution.paths(TOUCHES, pd.Series({"a": 1, "b": 1, "c": 1, "d": 2, "e": 0}))
    assert found["conversions"].sum() == 3
    assert [sentence.split(" have")[0] for sentence in said] == ["2 conversions"]


def test_many_leads_are_counted_as_a_slow_reference_counts_them():
    rng = np.random.default_rng(3)
    touches = pd.DataFrame(
        {
            "lead_id": rng.integers(0, 300, 900).astype(str),
            "date": rng.permutation(900),
            "channel": rng.choice(list("abc"), 900),
        }
    )
    won = pd.Series(rng.random(300) < 0.4, index=np.arange(300).astype(str))
    slow = {}
    for lead, rows in touches.sort_values("date").groupby("lead_id"):
        ended = slow.setdefault(tuple(rows["channel"]), [0, 0])
        ended[0 if won[lead] else 1] += 1
    with notices.collected():
        found = crm.attribution.paths(touches, won).set_index("path")
    assert dict(zip(found.index, found.to_numpy().tolist(), strict=True)) == slow
    frequency = found.sum(axis="columns")
    assert frequency.is_monotonic_decreasing


@pytest.mark.parametrize(
    ("touches", "converted", "message"),
    [
        (TOUCHES, [True, False, True], "must be a Series"),
        (TOUCHES, pd.Series([1, 1, 0], index=["a", "a", "b"]), "must be a Series"),
        (TOUCHES, pd.Series({"a": True, "b": True}), "how 1 of the paths ended: 'c'"),
        (TOUCHES, pd.Series({"a": 1, "b": -1, "c": 0}), "`converted` has values"),
        (TOUCHES, pd.Series({"a": 1, "b": np.nan, "c": 0}), "`converted` has values"),
        (TOUCHES, pd.Series({"a": "yes", "b": "no", "c": "no"}), "True and False"),
        (TOUCHES.drop(columns="date"), pd.Series(dtype=bool), "lacks 'date'"),
        (TOUCHES.head(0), pd.Series(dtype=bool), "no rows"),
        (TOUCHES.replace("ad", None), pd.Series(dtype=bool), "'channel' is empty in 3"),
        (TOUCHES.to_dict(), pd.Series(dtype=bool), "DataFrame"),
    ],
)
def test_unusable_touches_are_refused_with_the_reason(touches, converted, message):
    with pytest.raises(crm.CRMError, match=message):
        crm.attribution.paths(touches, converted)


# --- published answers --------------------------------------------------------------------


def test_the_worked_example_has_the_published_removal_effects_and_credits():
    found = crm.attribution.markov(WORKED)
    assert found["removal_effect"].to_dict() == pytest.approx({"C1": 0.5, "C2": 1, "C3": 1})
    assert found["credit"].to_dict() == pytest.approx({"C1": 0.2, "C2": 0.4, "C3": 0.4})


@pytest.mark.parametrize(("together", "split"), [(10, [6, 4]), (20, [11, 9])])
def test_two_channels_split_what_they_bring_together(together, split):
    worth = {"A": 6, "B": 4, ("A", "B"): together}
    assert crm.attribution.shapley_values(worth).tolist() == pytest.approx(split)


def test_the_glove_game_has_its_known_value():
    """Two left gloves, one right: a pair is worth 1. Shapley: 1/6, 1/6, 2/3."""
    worth = {"L1": 0, "L2": 0, "R": 0, ("L1", "L2"): 0}
    worth |= {("L1", "R"): 1, ("L2", "R"): 1, ("L1", "L2", "R"): 1}
    assert crm.attribution.shapley_values(worth).tolist() == pytest.approx([1 / 6, 1 / 6, 2 / 3])


def test_the_rules_of_thumb_computed_by_hand():
    paths = table((("a", "b", "a", "c"), 6, 0), (("b", "c"), 4, 9), (("c",), 1, 0), (("d",), 0, 5))
    assert crm.attribution.first_touch(paths).tolist() == [6, 4, 1, 0]
    assert crm.attribution.last_touch(paths).tolist() == [0, 0, 11, 0]
    assert crm.attribution.linear(paths).tolist() == pytest.approx([3, 3.5, 4.5, 0])
    assert crm.attribution.position_based(paths).tolist() == pytest.approx([3, 2.6, 5.4, 0])
    uneven = crm.attribution.position_based(paths, first=0.6, last=0.2)
    assert uneven.tolist() == pytest.approx([4.2, 3.6, 3.2, 0])
    middle_only = crm.attribution.position_based(paths, first=0, last=0)
    assert middle_only.tolist() == pytest.approx([3, 5, 3, 0])
    assert crm.attribution.shapley(paths).tolist() == pytest.approx([2, 4, 5, 0])


def test_shares_of_moves_are_those_observed():
    moves = crm.attribution.transition_matrix(table((("a", "a", "b"), 1, 1), (("a",), 0, 2)))
    assert moves.loc["(start)"].tolist() == [1, 0, 0, 0]
    assert moves.loc["a"].tolist() == pytest.approx([1 / 3, 1 / 3, 0, 1 / 3])
    assert moves.loc["b"].tolist() == pytest.approx([0, 0, 0.5, 0.5])
    assert moves.columns.tolist() == ["a", "b", "(conversion)", "(lost)"]


# --- properties ---------------------------------------------------------------------------


@quick
@given(tables())
def test_every_rule_divides_exactly_the_conversions(paths):
    credits = crm.attribution.compare(paths)
    assert credits.columns.tolist() == RULES
    assert (credits >= 0).all(axis=None)
    total = paths["conversions"].sum()
    assert credits.sum().to_numpy() == pytest.approx(np.full(len(RULES), total), rel=1e-12)


@quick
@given(tables(), st.permutations("ABCD"))
def test_new_names_for_the_channels_change_no_credit(paths, names):
    new = dict(zip("ABCD", names, strict=True))
    renamed = paths.assign(path=[tuple(map(new.get, path)) for path in paths["path"]])
    before = crm.attribution.compare(paths).rename(index=new).sort_index()
    pd.testing.assert_frame_equal(before, crm.attribution.compare(renamed))


@quick
@given(tables(), st.randoms())
def test_the_order_and_the_splitting_of_rows_change_no_credit(paths, random):
    rows = [(path, 1, 0) for path, won, _lost in paths.to_numpy() for _one in range(won)]
    rows += [(path, 0, 1) for path, _won, lost in paths.to_numpy() for _one in range(lost)]
    random.shuffle(rows)
    single = crm.attribution.compare(table(*rows))
    together = crm.attribution.compare(paths).loc[single.index]
    pd.testing.assert_frame_equal(single, together, rtol=1e-9)


@quick
@given(tables(channels="ABC"), st.integers(1, 5))
def test_a_channel_of_lost_paths_only_is_credited_nothing(paths, lost):
    credits = crm.attribution.compare(pd.concat([paths, table((("A", "Z"), 0, lost))]))
    assert credits.loc["Z"].tolist() == [0] * len(RULES)


def converts(shares, without=None):
    """Chance of a conversion: let everybody move on until all have arrived."""
    moves = shares.iloc[:, :-2].to_numpy()
    won = shares["(conversion)"].to_numpy()
    if without is not None:  # whoever moves there is lost
        moves = moves * (shares.columns[:-2] != without)
    at, arrived = np.eye(len(moves))[0], 0.0
    for _step in range(2000):
        arrived += at @ won
        at = np.append(0, at @ moves)
    return arrived


@pytest.mark.parametrize("seed", range(5))
def test_removal_effects_are_what_removing_the_channel_does(seed):
    rng = np.random.default_rng(seed)
    paths = table(
        *[
            (tuple(rng.choice(list("ABCD"), rng.integers(1, 6))), *rng.integers(0, 5, 2))
            for _path in range(6)
        ],
        (("A", "B"), 1, 1),
    )
    shares = crm.attribution.transition_matrix(paths)
    effect = crm.attribution.markov(paths)["removal_effect"]
    for channel in effect.index:
        left = converts(shares, without=channel) / converts(shares)
        assert effect[channel] == pytest.approx(1 - left, abs=1e-9)


@quick
@given(tables())
def test_removal_effects_are_shares_that_sum_to_one_at_least(paths):
    effect = crm.attribution.markov(paths)["removal_effect"]
    assert effect.between(0, 1 + 1e-12).all()
    assert effect.sum() >= 1 - 1e-9


@quick
@given(tables())
def test_a_channel_after_itself_changes_nothing_in_the_chain(paths):
    twice = [tuple(np.repeat(path, 2).tolist()) for path in paths["path"]]
    once = [tuple(channel for channel, _same in groupby(path)) for path in twice]
    pd.testing.assert_frame_equal(
        crm.attribution.markov(paths.assign(path=twice)),
        crm.attribution.markov(paths.assign(path=once)),
    )


@quick
@given(tables())
def test_the_short_way_to_shapley_equals_the_long_one(paths):
    long = crm.attribution.shapley_values(crm.attribution.coalition_worth(paths))
    short = crm.attribution.shapley(paths)
    assert short.to_dict() == pytest.approx(long.to_dict())


@quick
@given(tables())
def test_the_worth_of_a_coalition_is_what_needs_no_other_channel(paths):
    for coalition, worth in crm.attribution.coalition_worth(paths).items():
        inside = [set(path) <= set(coalition) for path in paths["path"]]
        assert worth == paths["conversions"][inside].sum()


@quick
@given(st.lists(st.integers(-9, 9), min_size=7, max_size=7))
def test_shapley_values_are_the_mean_gain_over_all_orders(numbers):
    sets = [("A",), ("B",), ("C",), ("A", "B"), ("A", "C"), ("B", "C"), ("A", "B", "C")]
    worth = dict(zip(map(frozenset, sets), numbers, strict=True))
    gains = dict.fromkeys("ABC", 0.0)
    for order in permutations("ABC"):
        for place, player in enumerate(order):
            before = frozenset(order[:place])
            gains[player] += (worth[before | {player}] - worth.get(before, 0)) / 6
    values = crm.attribution.shapley_values(worth)
    assert values.to_dict() == pytest.approx(gains)


@quick
@given(st.lists(st.integers(-9, 9), min_size=3, max_size=3))
def test_a_player_who_adds_nothing_gets_nothing(numbers):
    a, b, both = numbers
    worth = {"A": a, "B": b, ("A", "B"): both, "Z": 0}
    worth |= {("A", "Z"): a, ("B", "Z"): b, ("A", "B", "Z"): both}
    values = crm.attribution.shapley_values(worth)
    assert values["Z"] == pytest.approx(0)
    assert values.sum() == pytest.approx(both)


def test_what_the_empty_coalition_is_worth_is_not_divided():
    values = crm.attribution.shapley_values({(): 2, "A": 5, "B": 5, ("A", "B"): 10})
    assert values.tolist() == [4, 4]


# --- the figure ---------------------------------------------------------------------------


def test_the_figure_names_the_channel_on_which_the_rules_differ_most():
    paths = table((("ad", "email"), 7, 2), (("event", "email"), 2, 5), (("ad",), 1, 0))
    ax = crm.attribution.figures.comparison(crm.attribution.compare(paths))
    assert ax.get_title() == "The rules differ most on email: 0% to 90%"
    assert "email 0% to 90%; " in ax.alt
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["first touch", "last touch", "linear", "position-based", "Markov", "Shapley"]
    for dots in ax.collections[1:]:
        assert dots.get_offsets().data[:, 0].sum() == pytest.approx(1)
    plt.close(ax.figure)


# --- refusals -----------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [*RULES, "compare", "coalition_worth", "transition_matrix"])
def test_without_a_conversion_there_is_nothing_to_credit(rule):
    with pytest.raises(crm.CRMError, match="No path ends in a conversion"):
        getattr(crm.attribution, rule)(table((("A", "B"), 0, 7)))


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (WORKED.drop(columns="lost"), "lacks 'lost'"),
        (WORKED.head(0), "no rows"),
        (table(("email", 1, 0)), "with the comma"),
        (table(((), 1, 0)), "one or more channels"),
        (table((("A", None), 1, 0)), "empty channel"),
        (table((("A",), -1, 0)), "'conversions' has values"),
        (table((("A",), 1, np.inf)), "'lost' has values"),
        (table((("A",), "1", 0)), "'conversions' must hold counts"),
    ],
)
def test_what_is_no_table_of_paths_is_refused(paths, message):
    with pytest.raises(crm.CRMError, match=message):
        crm.attribution.linear(paths)


@pytest.mark.parametrize("shares", [(0.7, 0.4), (-0.1, 0.4), (0.4, float("nan"))])
def test_impossible_shares_are_refused(shares):
    with pytest.raises(crm.CRMError, match="together at most 1"):
        crm.attribution.position_based(WORKED, *shares)


def test_coalitions_that_are_missing_doubled_or_too_many_are_refused():
    values = crm.attribution.shapley_values
    with pytest.raises(crm.CRMError, match=r"1 coalitions is missing, for instance of \{'B'\}"):
        values({"A": 1, ("A", "B"): 2})
    with pytest.raises(crm.CRMError, match=r"\{'A', 'B'\} is given twice"):
        values({"A": 1, "B": 1, ("A", "B"): 2, ("B", "A"): 2})
    many = table((tuple("ABCDEFGHIJKLM"), 1, 0))
    with pytest.raises(crm.CRMError, match="13 players have 2"):
        crm.attribution.coalition_worth(many)
    assert crm.attribution.shapley(many).tolist() == pytest.approx([1 / 13] * 13)
