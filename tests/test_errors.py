"""Errors word their message in the language in use, and travel between processes."""

import pickle

import pytest

from crmlab.errors import CRMError, TransactionError


def test_an_error_words_its_message_with_its_values(speak_chinese):
    speak_chinese({"Column {name!r} is empty.": "列 {name!r} 为空。", "date": "日期"})
    assert str(CRMError("Column {name!r} is empty.", name="date")) == "列 'date' 为空。"


@pytest.mark.parametrize("values", [{}, {"name": "{odd}"}])
def test_an_error_is_the_same_after_a_journey(values):
    error = TransactionError("Column '{name}'", rejected=[1], **values)
    arrived = pickle.loads(pickle.dumps(error))
    assert (str(arrived), arrived.rejected) == (str(error), [1])
