"""Every test here starts in English and leaves the language as it found it."""

from collections.abc import Iterator

import pytest
from vglab.scenarios import i18n as words


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = words.language()
    monkeypatch.setenv("LANGUAGE", before)
    words.set_language("en")
    yield
    words.set_language(before)


@pytest.fixture
def spanish() -> None:
    """The test speaks Spanish."""
    words.set_language("es")
