"""What tests of scenarios share."""

import pytest
from vglab.scenarios import i18n as words


@pytest.fixture
def spanish() -> None:
    """The test speaks Spanish."""
    words.set_language("es")
