"""For every test: English to begin with; one BLAS thread, as vglab has it, whichever test module
loads numpy first; and examples that are the same everywhere, with no clock to beat on a busy
machine."""

import os
from collections import Counter

import pytest
from hypothesis import settings
from vglab.scenarios import i18n as words

for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

settings.register_profile("vglab", deadline=None, derandomize=True)
settings.load_profile("vglab")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Speak English before the fixtures of a module are made, which come before those of a test."""
    words.set_language("en")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")


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
