"""For every test: one BLAS thread, as vglab has it, whichever test module loads numpy first; and
examples that are the same everywhere, with no clock to beat on a busy machine."""

import os
from collections import Counter

import pytest
from hypothesis import settings

for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

settings.register_profile("vglab", deadline=None, derandomize=True)
settings.load_profile("vglab")


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
