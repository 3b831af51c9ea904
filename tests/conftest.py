"""For every test: English to begin with, and the language as it was found; one BLAS thread, as
vglab has it, whichever test module loads numpy first; and examples that are the same everywhere,
with no clock to beat on a busy machine."""

import os
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import settings
from vglab.scenarios import i18n as words

for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

settings.register_profile("vglab", deadline=None, derandomize=True)
settings.load_profile("vglab")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = words.language()
    monkeypatch.setenv("LANGUAGE", "en")
    words.set_language("en")
    yield
    words.set_language(before)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow all but every n-th case of a test that is `sampled(n)`."""
    cases: Counter[str] = Counter()
    for item in items:
        if sampled := item.get_closest_marker("sampled"):
            test = item.nodeid.partition("[")[0]
            if cases[test] % sampled.args[0]:
                item.add_marker("slow")
            cases[test] += 1
