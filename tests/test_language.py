"""The language in use, and sentences filled with values."""

import pytest

import crmlab as crm
from crmlab.language import LANGUAGES, current_language, fill, gettext, ngettext, use_language

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
