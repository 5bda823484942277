"""Figures, tables and the words of a lesson: true, legible, and carried to every reader."""

import re
from html import unescape

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.pylabtools import select_figure_formats
from IPython.utils.capture import capture_output
from traitlets.config import Config

import crmlab as crm
from crmlab import plots
from crmlab.lesson import Sentence


@pytest.fixture(scope="module")
def log():
    return crm.datasets.load_cdnow("master")


@pytest.fixture(scope="module")
def customers(log):
    return crm.summarize(log, as_of="1998-06-30")


@pytest.fixture(scope="module")
def scores(customers):
    return crm.RFM().fit_transform(customers)


@pytest.fixture(scope="module")
def tiers(customers):
    return crm.Pyramid().fit(customers).summary_


@pytest.fixture(scope="module")
def moves(log):
    before = crm.summarize(log, as_of="1997-06-30")
    after = crm.summarize(log, since="1997-07-01", as_of="1998-06-30")
    return crm.Pyramid().fit(before).migration(before, after)


@pytest.fixture(scope="module")
def profits():
    """Five hundred accounts, many of which cost more than they bring."""
    return pd.DataFrame({"profit": np.random.default_rng(1).normal(1, 3, 500)})


GROUPS = ["convenience", "gourmet", "gift", "office"]
fit = pd.Series([0.0, 0.5, 1.0, 0.3], GROUPS)
lengths = pd.Series([0.35, 0.125, 0.04], ["behavioural", "geographic", "demographic"])
group_bars = pd.DataFrame({"before": [120, 80, 30, 10], "after": [100, 90, 25, 40]}, GROUPS)

FIGURES = {
    "bars": lambda _: plots.bars(lengths, error=lengths / 10),
    "groups of bars": lambda _: plots.bars(group_bars),
    "matrix": lambda _: plots.matrix(fit, 1 - fit, pd.Series([1500, 400, 300, 90], GROUPS)),
    "pyramid": lambda get: plots.pyramid(get("tiers")),
    "pyramid with losses": lambda get: plots.pyramid(
        crm.Pyramid(by="profit").fit(get("profits")).summary_
    ),
    "concentration": lambda get: plots.concentration(get("customers")["spend"]),
    "concentration of the best 90 %": lambda get: plots.concentration(
        get("customers")["spend"], share=0.9
    ),
    "concentration with losses": lambda get: plots.concentration(get("profits")["profit"]),
    **{
        f"segment map of {bins} scores": lambda get, bins=bins: plots.segment_map(
            crm.RFM(bins=bins).fit_transform(get("customers"))
        )
        for bins in (2, 3, 5, 10)
    },
    "segment shares": lambda get: plots.segment_shares(get("scores"), get("customers")["spend"]),
    "segment shares with losses": lambda get: plots.segment_shares(
        get("scores"), get("customers")["spend"] - 40
    ),
    "migration": lambda get: plots.migration(get("moves")),
}


@pytest.fixture(autouse=True)
def _course_style():
    with plt.rc_context():
        plots.use_style()
        yield
    plt.close("all")


@pytest.fixture(params=FIGURES)
def drawn(request):
    return FIGURES[request.param](request.getfixturevalue)


@pytest.fixture
def displayed():
    """Return a function that runs a call as a notebook does and returns what it displays."""
    shell = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
    select_figure_formats(shell, {"png"})

    def run(call, *args, **options):
        with capture_output() as captured:
            call(*args, **options)
        return captured.outputs

    yield run
    InteractiveShell.clear_instance()


def html_of(outputs):
    (output,) = outputs
    return output.data["text/html"]


# --- every figure -------------------------------------------------------------------------


def test_a_drawing_function_returns_its_axes_with_an_alt_text(drawn):
    assert isinstance(drawn, plt.Axes)
    assert re.search(r"\d", drawn.alt)
    assert "nan" not in drawn.alt


def test_nothing_reaches_beyond_the_edge_of_the_figure(drawn):
    figure = drawn.figure
    figure.canvas.draw()
    used, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    assert used.x0 >= 0
    assert used.y0 >= 0
    assert used.x1 <= width
    assert used.y1 <= height


@pytest.mark.parametrize(
    "drawn",
    [name for name in FIGURES if re.match("groups|pyramid|segment shares", name)],
    indirect=True,
)
def test_a_legend_covers_neither_bars_nor_marks_nor_labels(drawn):
    drawn.figure.canvas.draw()
    box = drawn.get_legend().get_window_extent()
    for artist in [*drawn.patches, *drawn.texts]:
        assert not box.overlaps(artist.get_window_extent())
    for marks in drawn.collections:
        points = marks.get_offset_transform().transform(marks.get_offsets())
        assert not any(box.contains(*point) for point in points)


def test_the_text_of_a_cell_stays_inside_the_cell(scores, moves):
    for ax in (plots.segment_map(scores), plots.migration(moves)):
        ax.figure.canvas.draw()
        box = ax.get_window_extent()
        columns, rows = (
            round(abs(np.diff(limits)[0])) for limits in (ax.get_xlim(), ax.get_ylim())
        )
        for text in ax.texts:
            assert text.get_window_extent().width <= box.width / columns
            assert text.get_window_extent().height <= box.height / rows


@pytest.mark.parametrize(
    "draw",
    [
        lambda get, ax: plots.bars(lengths, ax=ax),
        lambda get, ax: plots.matrix(fit, fit, 100 * fit, ax=ax),
        lambda get, ax: plots.pyramid(get("tiers"), ax=ax),
        lambda get, ax: plots.concentration([1, 2, 3], ax=ax),
        lambda get, ax: plots.segment_map(get("scores"), ax=ax),
        lambda get, ax: plots.segment_shares(get("scores"), get("customers")["spend"], ax=ax),
        lambda get, ax: plots.migration(get("moves"), ax=ax),
    ],
)
def test_a_figure_is_drawn_into_the_axes_that_are_given(draw, request):
    ax = plt.subplots()[1]
    assert draw(request.getfixturevalue, ax) is ax
    assert len(plt.get_fignums()) == 1


# --- each figure's finding ----------------------------------------------------------------


def percent(share):
    return f"{share:.0%}"


def test_concentration_states_what_the_best_customers_hold(customers):
    falling = np.sort(customers["spend"])[::-1]
    held = percent(falling[: round(0.1 * len(falling))].sum() / falling.sum())
    ax = plots.concentration(customers["spend"], share=0.1)
    assert ax.get_title("left") == f"The best 10% of customers hold {held} of value"
    assert f"the best 10% of customers hold {held}" in ax.alt


def test_concentration_draws_the_curve_from_the_best_customer_on():
    ax = plots.concentration([60, 30, 10, 0])
    line = ax.lines[0]
    points = sorted(zip(line.get_xdata(), line.get_ydata(), strict=True))
    np.testing.assert_allclose(points, [(0, 0), (0.25, 0.6), (0.5, 0.9), (0.75, 1), (1, 1)])


@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.9, 1.0])
def test_the_label_of_the_marked_share_is_inside_the_axes(customers, share):
    ax = plots.concentration(customers["spend"], share=share)
    ax.figure.canvas.draw()
    inside = ax.get_window_extent()
    label = next(text for text in ax.texts if "hold" in text.get_text()).get_window_extent()
    assert inside.x0 <= label.x0
    assert label.x1 <= inside.x1
    assert inside.y0 <= label.y0
    assert label.y1 <= inside.y1


def test_a_concentration_above_all_of_the_profit_is_inside_the_axes(profits):
    falling = np.sort(profits["profit"])[::-1]
    highest = (falling.cumsum() / falling.sum()).max()
    assert highest > 1.3
    assert plots.concentration(profits["profit"]).get_ylim()[1] >= highest


def test_the_pyramid_states_what_the_tiers_above_the_last_hold(tiers):
    above = tiers.drop("Basic")
    shares = above["customers"].sum() / 23570, above["value"].sum() / tiers["value"].sum()
    ax = plots.pyramid(tiers)
    customers, value = map(percent, shares)
    assert ax.get_title("left") == (
        f"The tiers above Basic: {customers} of customers hold {value} of value"
    )
    for tier, row in tiers.iterrows():
        customers, value = percent(row["share_of_customers"]), percent(row["share_of_value"])
        assert f"{tier}: {customers} of customers, {value} of value" in ax.alt


def test_the_bars_of_the_pyramid_are_as_long_as_the_shares_best_tier_on_top(tiers):
    ax = plots.pyramid(tiers)
    of_customers, of_value = ([bar.get_width() for bar in container] for container in ax.containers)
    assert of_customers == tiers["share_of_customers"].tolist()
    assert of_value == tiers["share_of_value"].tolist()
    top, bottom = ax.get_ylim()[1], ax.get_ylim()[0]
    assert top < 0 < bottom
    assert [label.get_text() for label in ax.get_yticklabels()] == tiers.index.tolist()


def test_a_tier_that_brings_a_loss_is_inside_the_axes(profits):
    summary = crm.Pyramid(by="profit").fit(profits).summary_
    assert summary["share_of_value"].min() < -0.3
    assert plots.pyramid(summary).get_xlim()[0] <= summary["share_of_value"].min()


def test_the_segment_map_states_the_largest_segment(scores):
    counts = scores["segment"].value_counts()
    ax = plots.segment_map(scores)
    finding = f"The largest segment is {counts.index[0]}"
    share = percent(counts.iloc[0] / len(scores))
    assert ax.get_title("left") == f"{finding}: {share} of customers"
    assert f"{finding} with {share} of customers" in ax.alt


def test_each_cell_of_the_segment_map_names_its_segment_and_counts_its_customers(scores):
    ax = plots.segment_map(scores)
    shown = {text.get_position(): text.get_text() for text in ax.texts}
    for (recency, frequency), cell in scores.groupby(["R", "F"]):
        name = cell["segment"].value_counts().index[0]
        assert shown[frequency - 0.5, recency - 0.5] == f"{name}\n{len(cell):,}"
    assert sum(bool(text) for text in shown.values()) == len(scores.groupby(["R", "F"]))
    bottom, top = ax.get_ylim()
    assert bottom < top


def test_segment_shares_state_the_segment_with_the_most_value(customers, scores):
    spend = customers["spend"].groupby(scores["segment"], observed=True).sum()
    best = spend.idxmax()
    size, value = percent((scores["segment"] == best).mean()), percent(spend.max() / spend.sum())
    ax = plots.segment_shares(scores, customers["spend"])
    assert ax.get_title("left") == f"{best}: {size} of customers, {value} of value"
    for name, total in spend.items():
        size = percent((scores["segment"] == name).mean())
        assert f"{name}: {size} of customers, {percent(total / spend.sum())} of value" in ax.alt


def test_a_segment_that_brings_a_loss_is_inside_the_axes(customers, scores):
    profit = customers["spend"] - 40
    shares = profit.groupby(scores["segment"], observed=True).sum() / profit.sum()
    assert shares.min() < 0
    assert plots.segment_shares(scores, profit).get_xlim()[0] <= shares.min()


def test_migration_states_how_many_stay_and_on_what_basis(moves):
    tiers = [name for name in moves.index if name != "No purchase before"]
    stay = sum(moves.loc[tier, tier] for tier in tiers) / moves.loc[tiers].sum(axis=None)
    ax = plots.migration(moves)
    finding = f"{percent(stay)} of customers stay in their tier"
    assert ax.get_title("left") == f"{finding} (same thresholds)"
    assert finding in ax.alt


def test_each_cell_of_the_migration_gives_the_share_of_its_row_and_the_count(moves):
    ax = plots.migration(moves)
    shown = {text.get_position(): text.get_text() for text in ax.texts}
    rows = moves[moves.sum(axis=1) > 0]
    assert len(shown) == rows.size
    for place, (_tier, row) in enumerate(rows.iterrows()):
        for column, count in enumerate(row):
            expected = f"{percent(count / row.sum())}\n{count:,}"
            assert shown[column + 0.5, place + 0.5] == expected


def test_bars_tell_their_lengths_first_row_on_top():
    ax = plots.bars(lengths)
    assert ax.alt == "behavioural: 0.35; geographic: 0.125; demographic: 0.04."
    assert [bar.get_width() for bar in ax.patches] == lengths.tolist()
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_groups_of_bars_tell_the_shortest_and_the_longest_of_each_row():
    assert plots.bars(group_bars).alt.startswith("convenience: 100 … 120; gourmet: 80 … 90;")


def test_a_matrix_tells_and_shows_where_each_group_is():
    ax = plots.matrix(fit, 1 - fit, pd.Series(100, GROUPS))
    assert "office: 0.30, 0.70" in ax.alt
    np.testing.assert_allclose(ax.collections[0].get_offsets()[1], (0.5, 0.5))
    assert [text.get_text() for text in ax.texts] == GROUPS


def test_figures_speak_the_language_in_use(speak_chinese, tiers, scores, moves):
    title = "{tiers}: {customers:.0%} of customers hold {value:.0%} of value"
    words = {"Basic": "普通", "Hibernating": "沉睡", "tier": "层级", "Gone": "流失"}
    speak_chinese(words | {title: "{tiers}：{customers:.0%}，{value:.0%}", "gourmet": "美食家"})
    ax = plots.pyramid(tiers)
    assert re.match(r".*：40%，\d\d%$", ax.get_title("left"))
    assert ax.get_ylabel() == "层级"
    assert "普通" in ax.alt
    assert "沉睡" in plots.segment_map(scores).get_title("left")
    assert plots.migration(moves).get_xticklabels()[-1].get_text() == "流失"
    assert "美食家" in plots.bars(group_bars).alt
    assert plots.bars(group_bars.rename_axis("tier")).get_ylabel() == "层级"


# --- show ---------------------------------------------------------------------------------


def test_show_displays_a_figure_once_with_its_alt_text_and_closes_it(displayed):
    (output,) = displayed(plots.show, plots.concentration([1, 2, 7]))
    assert output.data["image/png"]
    assert output.metadata["image/png"]["alt"].startswith("Concentration curve")
    assert plt.get_fignums() == []


def test_show_sets_the_words_of_any_figure(displayed):
    ax = sns.barplot(x=[1, 3], y=["a", "b"])
    words = {"title": "The longest is {name}", "x": "{unit}", "y": "group"}
    words["alt"] = "Bars up to {high:.1f}."
    (output,) = displayed(plots.show, ax, **words, name="b", unit="yuan", high=3)
    assert ax.get_title("left") + ax.get_title() == "The longest is b"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("yuan", "group")
    assert output.metadata["image/png"] == {
        "alt": "Bars up to 3.0.",
        "title": "The longest is b",
    }


def test_the_words_of_an_author_stand_before_the_facts_of_the_figure(displayed):
    (output,) = displayed(plots.show, plots.bars(lengths), "One", alt="Bars: R² of {n}.", n=3)
    assert output.metadata["image/png"]["alt"].startswith("Bars: R² of 3. behavioural: 0.35;")


def test_two_figures_side_by_side_tell_both_their_facts(displayed):
    figure, (left, right) = plt.subplots(1, 2)
    plots.concentration([1, 1], ax=left)
    plots.bars(lengths, ax=right)
    (output,) = displayed(plots.show, figure)
    assert "hold 20%" in output.metadata["image/png"]["alt"]
    assert "geographic: 0.125" in output.metadata["image/png"]["alt"]


def test_show_writes_shares_in_per_cent(displayed):
    ax = plt.subplots()[1]
    ax.plot([0, 1], [0, 0.5])
    displayed(plots.show, ax, percent="y", alt="A line.")
    assert ax.yaxis.get_major_formatter()(0.25) == "25%"
    assert "%" not in ax.xaxis.get_major_formatter()(0.25)


def test_show_writes_differences_of_shares_in_points(displayed):
    ax = pd.Series([-0.02, 0.03]).plot()
    displayed(
        plots.show, ax, "It grows by {gain:+.0points}", gain=0.05, in_points="y", alt="A line."
    )
    assert ax.get_title("left") == "It grows by +5 points"
    assert [label.get_text() for label in ax.get_yticklabels()][1:-1] == [
        "−2",
        "−1",
        "0",
        "1",
        "2",
        "3",
    ]


@pytest.mark.parametrize("alt", [None, ""])
def test_show_refuses_a_figure_without_an_alt_text(displayed, alt):
    with pytest.raises(ValueError, match="needs an alt text"):
        displayed(plots.show, plt.subplots()[1], "A title", alt=alt)


# --- table --------------------------------------------------------------------------------


def mixed_table():
    return pd.DataFrame(
        {
            "segment": ["Champions", "tea & snacks"],
            "day": pd.to_datetime(["2024-02-29 13:30", None]),
            "moment": pd.to_datetime(["2024-02-28", "2024-02-29"]).tz_localize("UTC"),
            "spend": [12345.678, np.nan],
            "count": pd.array([1000, None], "Int64"),
            "wait": pd.to_timedelta([1, 2], "D"),
        },
        index=pd.Index(pd.to_datetime(["2024-01-31", "2024-02-29"]), name="month"),
    )


def cells(table, kind="td"):
    found = re.findall(rf"<{kind} [^>]*>(.*?)</{kind}>", table.to_html())
    return [unescape(text) for text in found]


def test_the_same_table_is_the_same_bytes():
    one, other = (plots.table(mixed_table(), "One") for _ in range(2))
    assert one.to_html() == other.to_html()
    assert repr(one) == repr(other)


def test_digits_that_are_not_shown_change_no_byte():
    frame = pd.DataFrame({"share": [0.25, 0.5]})
    one, other = (plots.table(part, "One", "{:.2f}") for part in (frame, frame + 1e-12))
    assert one.to_html() == other.to_html()


def test_different_tables_have_different_identities():
    one, other = (plots.table(pd.Series([number]), "One") for number in (1, 2))
    assert one.uuid != other.uuid


def test_a_table_rounds_numbers_and_writes_dates_as_days():
    assert cells(plots.table(mixed_table(), "One")) == [
        *["Champions", "2024-02-29", "2024-02-28", "12,346", "1,000", "1 days 00:00:00"],
        *["tea & snacks", "–", "2024-02-29", "–", "–", "2 days 00:00:00"],
    ]


def test_dates_in_the_index_are_days_too():
    assert "2024-01-31" in cells(plots.table(mixed_table(), "One"), "th")


def test_formats_are_one_for_all_numbers_or_one_per_column():
    frame = pd.DataFrame({"share": [0.126], "spend": [1234.5]})
    assert cells(plots.table(frame, "One", "{:.1f}")) == ["0.1", "1234.5"]
    assert cells(plots.table(frame, "One", {"share": "{:.0%}"})) == ["13%", "1,234"]


def test_a_column_of_differences_is_in_points_and_one_of_pairs_has_its_half():
    frame = pd.DataFrame(
        {"extra": [-0.035, np.nan], "gain": [(12.6, 3.2), (-8.1, 2.2)], "share": [0.3, 0.25]}
    )
    formats = {"extra": "{:+.1points}", "gain": "{:±+.0f}", "share": "{:.0%}"}
    rows = repr(plots.table(frame, "Two offers", formats)).splitlines()
    assert rows[2:] == ["0 | −3.5 points | +13 ± 3 | 30%", "1 | – | −8 ± 2 | 25%"]


def test_a_caption_is_filled_and_translated_with_every_word_of_the_table(speak_chinese):
    speak_chinese({"Spend ({unit})": "消费（{unit}）", "yuan": "元", "Champions": "冠军客户"})
    caption = "Spend ({unit})"
    frame = pd.DataFrame({"Champions": ["Champions"]}, index=pd.Index(["yuan"], name="yuan"))
    table = plots.table(frame, caption, unit="yuan")
    assert "<caption>消费（元）</caption>" in table.to_html()
    assert cells(table) == ["冠军客户"]
    # A header has the name that code uses, too; a row's label is a word.
    headers = ["冠军客户 Champions", "元 yuan", "元"]
    assert [text for text in cells(table, "th") if text.strip()] == headers


def test_yes_and_no_are_words_of_the_language_in_use(speak_chinese):
    speak_chinese({"True": "是", "False": "否"})
    frame = pd.DataFrame({"b": [True, False]}, index=pd.Index([False, True], name="a"))
    assert cells(plots.table(frame, "One")) == ["是", "否"]
    assert cells(plots.table(frame, "One"), "th")[-2:] == ["否", "是"]


def test_text_is_aligned_left_under_a_heading_that_is_too():
    html = plots.table(mixed_table().reset_index(drop=True), "One").to_html()
    for selector in ("td.col0", "th.col_heading.col0", "th.row_heading", "caption"):
        rule = re.search(rf"#T_\w+\s+{re.escape(selector)} {{(.*?)}}", html, re.DOTALL)
        assert "text-align: left" in rule[1]
    assert "td.col3" not in html


def test_markup_in_data_and_in_captions_is_shown_as_text():
    frame = pd.DataFrame({"<i>name": ["<script>alert(1)</script>"]}, index=["<b>"])
    html = plots.table(frame, "a < {name}", name="<u>").to_html()
    assert not re.search("<script>|<i>|<b>|<u>", html)
    assert "&lt;script&gt;" in html
    assert "a &lt; &lt;u&gt;" in html


def test_a_table_without_html_shows_its_rows_and_no_address():
    shown = repr(plots.table(mixed_table(), "Spend & more").background_gradient(subset=["spend"]))
    assert shown.startswith("Spend & more\n")
    assert "2024-02-29 | tea & snacks | – | 2024-02-29 | – | –" in shown
    assert "0x" not in shown


def test_a_series_is_a_table_of_one_column():
    table = plots.table(pd.Series({"a": 1, "b": 2}, name="customers"), "One")
    assert cells(table) == ["1", "2"]
    assert "customers" in cells(table, "th")


def test_a_table_of_two_levels_keeps_both():
    frame = mixed_table().groupby(["segment", "day"], dropna=False)["spend"].agg(["size", "sum"])
    assert {"size", "sum", "segment", "day"} <= set(cells(plots.table(frame, "One"), "th"))


# --- words of a lesson --------------------------------------------------------------------


def test_tell_fills_its_sentence_and_shows_it_once(displayed):
    (output,) = displayed(crm.tell, "{count:,} of {name}", count=1234, name="CDNOW")
    assert output.data["text/plain"] == "1,234 of CDNOW"
    assert ">1,234 of CDNOW</p>" in output.data["text/html"]


def test_tell_translates_the_sentence_and_its_text_values(displayed, speak_chinese):
    speak_chinese({"Best: {name}.": "最佳：{name}。", "Champions": "冠军客户"})
    (output,) = displayed(crm.tell, "Best: {name}.", name="Champions")
    assert output.data["text/plain"] == "最佳：冠军客户。"


def test_a_reading_is_its_sentence():
    assert repr(Sentence("Five of 10.")) == "Five of 10."


def test_markup_in_a_reading_is_shown_as_text(displayed):
    html = html_of(displayed(crm.tell, "x < {name}", name="<script>"))
    assert "x &lt; &lt;script&gt;" in html


OPTIONS = [("yes", True, "Because."), ("no", False, "Look again."), ("both", False, "Not both.")]


def test_evidence_has_a_row_per_figure_of_the_memo(displayed, speak_chinese):
    speak_chinese({"estimate": "估计值", "{gain:+.1f} yuan": "{gain:+.1f}元"})
    (output,) = displayed(
        crm.evidence,
        ("gain", "{gain:+.1f} yuan", "{within:+.1f}", "letter-gain", "as in June"),
        ("customers", "{count:,}", "", "letters", ""),
        gain=2.44,
        within=(1.1, 3.7),
        count=1200,
    )
    head, _names, *rows = output.data["text/plain"].splitlines()[1:]
    assert "估计值 estimate" in head
    assert rows == [
        "gain | +2.4元 | +1.1 to +3.7 | letter-gain | as in June",
        "customers | 1,200 | – | letters | –",
    ]


def test_a_quiz_marks_the_right_option_and_gives_every_option_its_feedback(displayed):
    html = html_of(displayed(crm.quiz, "Is it?", *OPTIONS))
    found = re.findall(r"<summary>(.*?)</summary><p>(.) \S.*?\. (.*?)</p>", html)
    assert sorted(found) == [
        ("both", "✗", "Not both."),
        ("no", "✗", "Look again."),
        ("yes", "✓", "Because."),
    ]
    assert "Is it?" in html


@pytest.mark.parametrize("right", [(), (0, 1), (0, 1, 2)])
def test_a_quiz_needs_exactly_one_right_option(right):
    options = [(name, place in right, "…") for place, name in enumerate("abc")]
    with pytest.raises(ValueError, match="exactly one right option"):
        crm.quiz("Which?", *options)


def place_of_right(html):
    return re.findall("[✓✗]", html).index("✓")


def test_the_place_of_the_right_option_varies_from_question_to_question(displayed):
    places = [
        place_of_right(html_of(displayed(crm.quiz, f"Question {number}?", *OPTIONS)))
        for number in range(60)
    ]
    assert all(places.count(place) >= 10 for place in range(3))


def test_a_question_is_the_same_each_time_and_in_every_language(displayed, speak_chinese):
    first, second = (html_of(displayed(crm.quiz, "Which?", *OPTIONS)) for _ in range(2))
    assert first == second
    speak_chinese({"Which?": "哪一个？", "yes": "是", "Because.": "因为。", "Right.": "正确。"})
    html = html_of(displayed(crm.quiz, "Which?", *OPTIONS))
    assert place_of_right(html) == place_of_right(first)
    assert "哪一个？" in html
    assert "<summary>是</summary><p>✓ 正确。因为。</p>" in html


def test_the_numbers_of_a_question_have_the_formats_of_a_reading(displayed):
    options = [("{gain:+.1points}", True, "{gain:.1points} more."), ("{wrong:.1%}", False, "No.")]
    html = html_of(displayed(crm.quiz, "From {old:.0%}?", *options, old=0.1, gain=0.02, wrong=0.12))
    assert "From 10%?" in html
    assert "<summary>+2.0 points</summary><p>✓ Right. 2.0 points more.</p>" in html
    assert "<summary>12.0%</summary>" in html


def test_markup_in_a_question_is_shown_as_text(displayed):
    options = [("<b>", True, "<i>"), ("no", False, "no")]
    html = html_of(displayed(crm.quiz, "Is a < b?", *options))
    assert "Is a &lt; b?" in html
    assert "<summary>&lt;b&gt;</summary>" in html
    assert "&lt;i&gt;" in html
