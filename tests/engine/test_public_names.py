"""The names that vglab.engine gives to a notebook, and the older paths, which warn."""

import re
from pathlib import Path

import pytest
import vglab.engine
from shell import python

OLD = {
    "vglab.engine.architecture": ["Architecture"],
    "vglab.engine.network": ["Network"],
    "vglab.engine.optimizers": ["Settings"],
    "vglab.engine.data": ["Dataset", "generate", "split"],
    "vglab.engine.training": ["Training", "Experiment"],
    "vglab.engine.theory": ["theory_for", "Theory"],
    "vglab.engine.diagnosis": ["diagnose", "Diagnosis"],
}
"""By the module of 0.1: its names."""

FROM_OLD = """
import sys, warnings
from importlib import import_module
import vglab.engine

for name in sys.argv[2:]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        exec(f"from {sys.argv[1]} import {name} as old")
    (warning,) = caught
    print(warning.category.__name__, warning.filename, old is getattr(vglab.engine, name))
"""

TRAIN = """
import warnings
warnings.simplefilter("error")
import numpy as np
from vglab.engine import Architecture, Dataset, Network, Training
LOAD
from vglab.engine.training import supervised
X = np.zeros((1, 8, 2), np.float32)
data, plan = Dataset(X, X[..., :1]), Training(batch=8, steps=2)
try:
    supervised(Network(Architecture(depth=1), [0], 8), plan, data, None)
except DeprecationWarning as warning:
    print(warning)
warnings.simplefilter("ignore")
print([*supervised(Network(Architecture(depth=1), [0], 8), plan, data, None).steps])
"""


def test_every_public_name_is_there_and_none_besides() -> None:
    assert dir(vglab.engine) == sorted(vglab.engine.PLACES)
    for name in dir(vglab.engine):
        assert getattr(vglab.engine, name).__name__ == name


def test_nothing_is_loaded_until_it_is_asked_for() -> None:
    said = python(
        "import sys, vglab.engine\n"
        "print([name for name in sys.modules if name == 'numpy' or name.startswith('vglab.')])\n"
        "from vglab.engine import Architecture\n"
        "print(Architecture().depth)"
    )
    assert said.splitlines() == ["['vglab.engine']", "10"]


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"vglab\.engine.*Netwrok"):
        vglab.engine.Netwrok  # noqa: B018


@pytest.mark.parametrize("module", OLD)
def test_an_old_path_gives_the_same_and_warns(module: str) -> None:
    said = python(FROM_OLD, module, *OLD[module]).splitlines()
    assert said == ["DeprecationWarning <string> True"] * len(OLD[module])


@pytest.mark.parametrize("first", ["", "import vglab.engine.training.supervised"])
def test_supervised_is_a_module_now_and_still_trains(first: str) -> None:
    warning, steps = python(TRAIN.replace("LOAD", first)).splitlines()
    assert "from vglab.engine," in warning
    assert steps == "[1, 2, 3]"


@pytest.mark.parametrize("name", ["_private", "nothing"])
def test_an_old_path_has_no_other_names(name: str) -> None:
    import vglab.engine.network as old

    with pytest.raises(AttributeError, match=name):
        getattr(old, name)


ENGINE = Path(vglab.engine.__file__ or "").parent


@pytest.mark.parametrize("folder", sorted({path.parent for path in ENGINE.rglob("*.py")}))
def test_a_folders_reading_order_names_every_module(folder: Path) -> None:
    said = (folder / "__init__.py").read_text()
    names = {path.stem for path in folder.glob("*.py") if path.stem != "__init__"}
    if folder == ENGINE:
        names |= {path.parent.name for path in folder.glob("*/__init__.py")}
    if folder.name != "deprecated":
        order = said[said.index("Read in this order") : said.index('"""', 3)]
        assert names <= {*re.findall(r"\w+", order)}


def test_the_equations_stand_where_the_table_says() -> None:
    table = re.findall(r"nn\.layers\.(\w+)\.(\w+)", vglab.engine.__doc__ or "")
    assert len(table) == 5
    from vglab.engine.nn import layers

    for kind, method in table:
        assert method in vars(getattr(layers, kind))
