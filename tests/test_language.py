"""The language in use, and sentences filled with values."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import crmlab as crm
from crmlab.language import (
    LANGUAGES,
    current_language,
    fill,
    fill_verbatim,
    gettext,
    ngettext,
    speaking,
    use_language,
    written,
)

WORDS = {
    "Champions": "冠军客户",
    "{segment}: {count:,} customers": "{count:,} 位客户：{segment}",
}


def test_the_language_is_english_until_another_is_chosen():
    assert current_language() == "en"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_chosen_is_the_one_in_use(language):
    use_language(language)
    assert crm.current_language() == language


@pytest.mark.parametrize("language", ["de", "EN", "", None])
def test_an_unknown_language_is_refused_with_the_known_ones(language):
    with pytest.raises(ValueError, match=r"no language .*Choose one of: 'en', 'zh'"):
        use_language(language)


def test_a_refused_language_changes_nothing():
    use_language("zh")
    with pytest.raises(ValueError, match="de"):
        use_language("de")
    assert current_language() == "zh"


def test_fill_puts_formatted_values_into_a_message():
    sentence = fill("{segment}: {count:,} customers", segment="Champions", count=12054)
    assert sentence == "Champions: 12,054 customers"


def test_fill_translates_the_message_and_its_text_values(speak_chinese):
    speak_chinese(WORDS)
    sentence = fill("{segment}: {count:,} customers", segment="Champions", count=12054)
    assert sentence == "12,054 位客户：冠军客户"


def test_values_of_the_user_are_not_translated(speak_chinese):
    speak_chinese(WORDS)
    sentence = fill_verbatim("{segment}: {count:,} customers", segment="Champions", count=12054)
    assert sentence == "12,054 位客户：Champions"


def test_without_values_braces_are_only_braces():
    assert fill_verbatim("There is no file '{new}.csv'.") == "There is no file '{new}.csv'."


def test_a_field_may_have_any_name():
    assert fill("{message} {values}", message="one", values=2) == "one 2"


def test_a_text_without_a_translation_stays_english(speak_chinese):
    speak_chinese(WORDS)
    assert gettext("Loyal") == "Loyal"
    assert ngettext("one customer", "many customers", 2) == "many customers"


def test_an_empty_text_stays_empty_in_every_language(speak_chinese):
    speak_chinese(WORDS)
    assert gettext("") == ""


def test_back_in_english_the_words_are_english(speak_chinese):
    speak_chinese(WORDS)
    use_language("en")
    assert gettext("Champions") == "Champions"


@pytest.mark.parametrize(("count", "form"), [(0, "customers"), (1, "customer"), (2, "customers")])
def test_english_has_two_forms_of_a_counted_word(count, form):
    assert ngettext("customer", "customers", count) == form


# --- points, relative changes, intervals ----------------------------------------------------

SHARES = st.floats(-1, 1) | st.sampled_from([0.0, -0.0, 1e-9, -1e-9, 0.01, -0.01, 0.145])
DIGITS = st.integers(0, 3)


@given(SHARES, DIGITS)
def test_points_are_the_nearest_hundredths_with_their_sign(gain, digits):
    number, unit = written(f"{{:+.{digits}points}}", gain).split()
    assert unit == ("point" if number in {"+1", "−1"} else "points")
    assert len(number.partition(".")[2]) == digits
    read = float(number.replace("−", "-"))
    assert abs(read - 100 * gain) <= 0.5 * 10**-digits + 1e-9
    assert number[0] in {-1: "−", 0: "0", 1: "+"}[np.sign(read)]


@given(SHARES, DIGITS)
def test_points_in_chinese_are_the_same_number_with_its_own_unit(gain, digits):
    form = f"{{:+.{digits}points}}"
    with speaking("zh"):
        chinese = written(form, gain)
    assert chinese == re.sub(" points?$", "个百分点", written(form, gain))


@given(
    st.floats(-1e6, 1e6), st.floats(0, 1e5), st.sampled_from(["+,.0f", ",.0f", ".2f", "+.1points"])
)
def test_an_estimate_stands_before_half_of_its_interval_which_has_no_sign(estimate, half, kind):
    text = written(f"{{:±{kind}}}", (estimate, half))
    before, after = text.split(" ± ")
    unit = " points" if kind.endswith("points") else ""
    assert after.endswith(unit)
    assert not re.search("[+−-]", after)
    alone = written(f"{{:{kind}}}", estimate)
    assert re.sub("[+−]", "", before) == re.sub("[+−-]| points?", "", alone)


@pytest.mark.parametrize(
    ("form", "value", "english", "chinese"),
    [
        ("{:+.1points}", 0.035, "+3.5 points", "+3.5个百分点"),
        ("{:.1points}", -0.004, "−0.4 points", "−0.4个百分点"),
        ("{:+.0points}", 0.01, "+1 point", "+1个百分点"),
        ("{:+.1points}", 0.01, "+1.0 points", "+1.0个百分点"),
        ("{:+.0points}", -0.001, "0 points", "0个百分点"),
        ("{:+.1points}", -0.0, "0.0 points", "0.0个百分点"),
        ("{:+.1points}", math.nan, "– points", "–个百分点"),
        ("{:±+.1points}", (0.035, 0.012), "+3.5 ± 1.2 points", "+3.5 ± 1.2个百分点"),
        ("{:±+.0points}", (0.03, 0.01), "+3 ± 1 points", "+3 ± 1个百分点"),
        ("{:±.1%}", (0.312, 0.015), "31.2% ± 1.5 points", "31.2% ± 1.5个百分点"),
        ("{:±.0%}", (0.31, 0.01), "31% ± 1 point", "31% ± 1个百分点"),
        ("{:±+,.0f}", (-1234.4, 567), "−1,234 ± 567", "−1,234 ± 567"),
        ("{:±.2f}", (4.125, math.nan), "4.12 ± –", "4.12 ± –"),
        ("{:+.1points}", (-0.012, 0.034), "−1.2 to +3.4 points", "−1.2到+3.4个百分点"),
        ("{:+,.0f}", (-1200.0, 34.0), "−1,200 to +34", "−1,200到+34"),
        ("{:.0%}", (0.12, 0.15), "12% to 15%", "12%到15%"),
        ("{:+.0relative}", -0.12, "−12%", "−12%"),
        ("{:+,.0f}", -1234.4, "−1,234", "−1,234"),
        ("{:8.1f}", -2.5, "    −2.5", "    −2.5"),
        ("{:.1f}", -0.04, "0.0", "0.0"),
        ("{:.1e}", -0.00025, "−2.5e-04", "−2.5e-04"),
        ("{:+.0relative}", 0.001, "0%", "0%"),
        ("{:.1relative}", np.float32(0.25), "25.0%", "25.0%"),
    ],
)
def test_what_a_number_is_can_be_read_in_both_languages(form, value, english, chinese):
    assert written(form, value) == english
    with speaking("zh"):
        assert written(form, value) == chinese


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([",.0f", "+.1%", ".3g"]))
def test_every_other_format_is_that_of_python_with_the_minus_of_print(value, spec):
    form = f"{{value:{spec}}}"
    ours, python = written(form, value=value), form.format(value=value)
    assert ours.removeprefix("−") == python.removeprefix("-")
    read = float(python.rstrip("%").replace(",", ""))
    assert ours.startswith("−") == (read < 0)


@pytest.mark.parametrize("value", [-3, -2.5, "-3", "W-7"])
def test_a_value_without_a_format_stays_as_it_is(value):
    assert written("{value}", value=value) == str(value)
    assert written("{value:>4}", value=str(value)) == f"{value!s:>4}"


def test_a_message_takes_the_formats_of_numbers(speak_chinese):
    speak_chinese({"It adds {gain:±+.1points}.": "增加{gain:±+.1points}。"})
    assert fill("It adds {gain:±+.1points}.", gain=(0.035, 0.012)) == "增加+3.5 ± 1.2 points。"


def test_an_estimate_without_its_half_is_refused():
    with pytest.raises(TypeError):
        written("{:±.1f}", 3.5)
