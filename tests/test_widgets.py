"""The explorers: what moving a control shows, and what stands in where nothing moves."""

import inspect
import os

import ipywidgets
import numpy as np
import pandas as pd
import pytest
from jupyter_client.manager import start_new_kernel
from matplotlib.figure import Figure

from crmlab import RFM, widgets
from crmlab.errors import CRMError
from crmlab.lesson import Sentence
from crmlab.widgets import panel, segments

VIEW = "application/vnd.jupyter.widget-view+json"


def make_customers(purchases=60):
    rng = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "recency_days": rng.integers(0, 700, 400),
            "purchases": rng.integers(1, 1 + purchases, 400),
            "spend": rng.lognormal(5, 1, 400).round(2),
        }
    )


@pytest.fixture
def shown(monkeypatch):
    """Collect what is displayed; in a live explorer a move replaces what was there."""
    found = []

    def display(thing, **options):
        found.append(thing)

    def replace(parts):
        found[:] = [Sentence(one) if isinstance(one, str) else one.figure for one in parts]
        return as_html(parts)

    as_html = panel._as_html
    monkeypatch.setattr("IPython.display.display", display)
    monkeypatch.setattr(panel, "display", display)
    monkeypatch.setattr(panel, "_as_html", replace)
    return found


@pytest.fixture
def live(monkeypatch, shown):
    """Return a function that connects a segment explorer; it returns the controls."""
    connected = {}

    def connect(draw, stand_in, make_controls):
        connected.update(make_controls())
        connected["panel"] = panel._panel(draw, dict(connected))

    def start(customers):
        monkeypatch.setattr(segments, "explore", connect)
        widgets.segment_explorer(customers)
        return connected

    return start


def figures(shown):
    return [thing for thing in shown if isinstance(thing, Figure)]


def lengths(shown):
    (figure,) = figures(shown)
    return [bar.get_width() for bar in figure.axes[0].containers[0]]


def sentences(shown):
    return [thing.sentence for thing in shown if isinstance(thing, Sentence)]


def moved(customers, before, now):
    first, second = (RFM(**model).fit_transform(customers)["segment"] for model in (before, now))
    return (first.astype("str") != second.astype("str")).sum()


def test_moving_the_slider_changes_the_bars_and_counts_who_moved(live, shown):
    customers = make_customers()
    controls = live(customers)
    start = lengths(shown)
    controls["bins"].value = 4
    expected = RFM(bins=4).fit_transform(customers)["segment"].value_counts(normalize=True)
    assert lengths(shown) != start
    assert sum(lengths(shown)) == pytest.approx(1)
    assert max(lengths(shown)) == pytest.approx(expected.max())
    count = moved(customers, {"bins": 5}, {"bins": 4})
    assert sentences(shown)[0] == (
        f"With 4 scores instead of 5 scores, {count} of 400 customers get another segment."
    )


def test_a_move_is_compared_with_the_setting_before_it_not_with_the_first(live, shown):
    customers = make_customers()
    controls = live(customers)
    controls["bins"].value = 4
    controls["method"].value = "kmeans"
    count = moved(customers, {"bins": 4}, {"bins": 4, "method": "kmeans"})
    assert sentences(shown)[:2] == [
        f"With k-means instead of quantiles, {count} of 400 customers get another segment.",
        "You have seen 3 of 10 settings.",
    ]


def test_lines_reach_over_every_setting_seen(live, shown):
    controls = live(make_customers())
    seen = [lengths(shown)]
    for bins in (4, 7, 6):
        controls["bins"].value = bins
        seen.append(lengths(shown))
    (figure,) = figures(shown)
    (lines,) = figure.axes[0].collections
    ends = np.array([line[:, 0] for line in lines.get_segments()])
    np.testing.assert_allclose(ends, np.column_stack([np.min(seen, 0), np.max(seen, 0)]))


def test_another_measure_changes_the_bars_not_the_segments(live, shown):
    customers = make_customers()
    controls = live(customers)
    controls["bins"].value = 6
    before = lengths(shown), sentences(shown)
    controls["measure"].value = "share of spend"
    segment = RFM(bins=6).fit_transform(customers)["segment"]
    expected = customers.groupby(segment, observed=True)["spend"].sum() / customers["spend"].sum()
    assert max(lengths(shown)) == pytest.approx(expected.max())
    assert lengths(shown) != before[0]
    assert sentences(shown) == before[1]


def test_an_impossible_setting_says_why_and_the_next_one_works(live, shown):
    controls = live(make_customers(purchases=2))
    controls["method"].value = "kmeans"
    assert figures(shown) == []
    assert "k-means cannot find 5 groups in purchases" in sentences(shown)[0]
    controls["method"].value = "quantile"
    assert len(figures(shown)) == 1


def test_a_table_that_cannot_be_scored_is_refused_at_once():
    with pytest.raises(CRMError, match="spend"):
        widgets.segment_explorer(make_customers().drop(columns="spend"))


def test_labels_and_readings_follow_the_language(live, shown, speak_chinese):
    speak_chinese(
        {
            "Scores": "得分档数",
            "Cut by": "切法",
            "Show": "显示",
            "k-means": "k 均值",
            "You have seen {count} of {all} settings.": "{all}种设置，已看{count}种。",
        }
    )
    controls = live(make_customers())
    controls["bins"].value = 4
    names = ["bins", "method", "measure"]
    assert [controls[name].description for name in names] == ["得分档数", "切法", "显示"]
    assert controls["method"].options[1] == ("k 均值", "kmeans")
    assert "10种设置，已看2种。" in sentences(shown)


def test_every_control_waits_for_the_end_of_a_move_and_has_a_label(live):
    controls = live(make_customers())
    assert controls["bins"].continuous_update is False
    row, _output = controls["panel"].children
    assert [control.description for control in row.children] == ["Scores", "Cut by", "Show"]


@pytest.mark.parametrize("asked", ["1", ""], ids=["asked for", "no kernel"])
def test_one_figure_stands_in_where_widgets_do_not_run(asked, shown, monkeypatch, capsys):
    monkeypatch.setenv("CRMLAB_STATIC", asked)
    widgets.segment_explorer(make_customers(purchases=2))
    (figure,) = figures(shown)
    assert "least to most of 5 settings" in [text.get_text() for text in figure.legends[0].texts]
    assert len(sentences(shown)) == 1, "k-means is impossible here, so only one change is told"
    assert not any(isinstance(thing, (ipywidgets.Widget, dict)) for thing in shown)
    assert capsys.readouterr().out == "", "what a fit has to say is not the learner's doing"


@pytest.fixture(scope="module")
def kernel():
    """Return a function that runs code in a real kernel and lists what it displays."""
    environment = {k: v for k, v in os.environ.items() if k != "CRMLAB_STATIC"}
    manager, client = start_new_kernel(env=environment)

    def run(code):
        messages = []
        reply = client.execute_interactive(code, output_hook=messages.append, timeout=60)
        assert reply["content"]["status"] == "ok", messages
        return [one["content"] for one in messages if one["msg_type"] == "display_data"]

    run("import numpy as np\nimport pandas as pd\nfrom crmlab import widgets")
    run(inspect.getsource(make_customers))
    yield run
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_a_live_explorer_carries_a_picture_for_pages_without_a_kernel(kernel):
    (panel,) = kernel("widgets.segment_explorer(make_customers())")
    assert {VIEW, "image/png"} <= panel["data"].keys()
    assert "10 settings" in panel["metadata"]["image/png"]["alt"]


def test_in_a_kernel_a_move_replaces_figure_and_reading(kernel):
    kernel(
        "from ipywidgets.widgets.widget import _instances\n"
        "widgets.segment_explorer(make_customers())\n"
        "page, slider = (\n"
        "    [one for one in _instances.values() if type(one).__name__ == name][-1]\n"
        "    for name in ['HTML', 'IntSlider']\n"
        ")\n"
        "before = page.value\n"
        "assert before.count('<img ') == 1 and 'Over 1 settings' in before\n"
        "slider.value = 4\n"
        "assert page.value.count('<img ') == 1 and 'Over 2 settings' in page.value\n"
        "assert 'With 4 scores instead of 5' in page.value"
    )


def test_the_stand_in_makes_no_widget_in_a_kernel(kernel):
    shown = kernel(
        "import os\nfrom unittest import mock\n"
        "with mock.patch.dict(os.environ, CRMLAB_STATIC='1'):\n"
        "    widgets.segment_explorer(make_customers())"
    )
    kinds = [sorted(one["data"]) for one in shown]
    assert kinds == [["image/png", "text/plain"], *[["text/html", "text/plain"]] * 2]
