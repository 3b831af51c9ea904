"""The names that vglab.scenarios gives to a notebook, and the older paths, which warn."""

import pytest
import vglab.scenarios
from shell import python

OLD = {
    "vglab.scenarios.reading": {
        "load": "load",
        "presets": "presets",
        "ScenarioError": "ScenarioError",
    },
    "vglab.scenarios.changes": {"changes": "changes"},
    "vglab.scenarios.build": {"build": "build"},
    "vglab.tui.document": {"document": "document", "encoded": "encode"},
    "vglab.tui.why": {"sentence": "sentence"},
}
"""By the module of 0.1: its names, and what they are called now."""

MOVED = """
import sys, warnings
from importlib import import_module

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    module = import_module(sys.argv[1])
(warning,) = caught
print(warning.category.__name__, warning.message)

import vglab.scenarios
for pair in sys.argv[2:]:
    old, new = pair.split("=")
    print(getattr(module, old) is getattr(vglab.scenarios, new))
"""


def test_every_public_name_is_there_and_none_besides() -> None:
    assert dir(vglab.scenarios) == sorted(vglab.scenarios.PLACES)
    for name in dir(vglab.scenarios):
        assert getattr(vglab.scenarios, name).__name__ == name


def test_nothing_is_loaded_until_it_is_asked_for() -> None:
    said = python(
        "import sys, vglab.scenarios\n"
        "print({name for name in sys.modules if name.startswith('vglab.')})\n"
        "from vglab.scenarios import load\n"
        "print(load('relu').id, 'numpy' in sys.modules)"
    )
    assert said.splitlines() == ["{'vglab.scenarios'}", "relu False"]


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"vglab\.scenarios.*laod"):
        vglab.scenarios.laod  # noqa: B018


@pytest.mark.parametrize("module", OLD)
def test_an_old_path_gives_the_same_and_warns(module: str) -> None:
    warning, *same = python(MOVED, module, *map("=".join, OLD[module].items())).splitlines()
    expected = f"{module} is deprecated: import from vglab.scenarios"
    assert warning == f"DeprecationWarning {expected}"
    assert same == ["True"] * len(OLD[module])
