"""What every test starts from."""

import pytest

from crmlab.language import use_language


@pytest.fixture(autouse=True)
def _english_afterwards():
    """Restore the language, which holds for the whole process."""
    yield
    use_language("en")
