"""Parts of a person's own for the tests, a plug-in on the disk, and a clean table afterwards."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from vglab.engine.data.datasets import OWN_SOURCES
from vglab.engine.gan.targets import TARGETS
from vglab.engine.measure.own_measures import OWN_MEASURES, LayerState
from vglab.engine.nn.activations import ACTIVATIONS
from vglab.engine.nn.initializers import INITIALIZERS
from vglab.engine.nn.losses import LOSSES, THRESHOLDS
from vglab.scenarios.experiment.registering import CALLS
from vglab.scenarios.schema import vocabulary
from vglab.scenarios.schema.activation_facts import ACTIVATION_FACTS

TABLES: tuple[dict[Any, Any], ...] = (
    ACTIVATIONS,
    ACTIVATION_FACTS,
    INITIALIZERS,
    LOSSES,
    THRESHOLDS,
    OWN_SOURCES,
    OWN_MEASURES,
    TARGETS,
    CALLS,
    vocabulary.DATA_FORMS,
    *vocabulary.PARTS.values(),
)


@contextmanager
def tables_restored() -> Generator[None]:
    """What is registered meanwhile is forgotten afterwards, and plug-ins are looked for anew."""
    with ExitStack() as stack:
        for table in TABLES:
            stack.enter_context(patch.dict(table))
        vocabulary._load_once.cache_clear()
        yield
    vocabulary._load_once.cache_clear()


def mish(z: Any) -> Any:
    """z tanh ln(1 + eᶻ) (Misra 2019)."""
    return z * np.tanh(np.logaddexp(0, z))


def mish_slope(z: Any) -> Any:
    t = np.tanh(np.logaddexp(0, z))
    return t + z * (1 - t * t) * np.exp(-np.logaddexp(0, -z))


def third(rng: Any, fan_in: int, fan_out: int) -> Any:
    return rng.standard_normal((fan_in, fan_out)) / 3


def hinge(z: Any, t: Any) -> Any:
    return np.maximum(0, 1 - (2 * t - 1) * z).sum(axis=-1)


def hinge_gradient(z: Any, t: Any) -> Any:
    side = 2 * t - 1
    return np.where(side * z < 1, -side, 0)


def stripes(rng: Any, size: int) -> Any:
    X = rng.uniform(-1, 1, (size, 2))
    return X, np.floor(1.5 * (X[:, 0] + 1)).astype(int)


def stable_rank(layer: LayerState) -> Any:
    """‖W‖²_F / ‖W‖²."""
    return (layer.W**2).sum(axis=(1, 2)) / np.linalg.norm(layer.W, 2, axis=(1, 2)) ** 2


PLUGIN = """
import numpy as np
import vglab

def curve(z):
    return z / (1 + np.abs(z))

def slope(z):
    return {slope} / (1 + np.abs(z)) ** 2

def register():
    vglab.register_activation("bend", curve, slope)
"""


def write_plugin(folder: Path, name: str, code: str) -> None:
    """A package as pip leaves it: a module, and a dist-info that states an entry point."""
    (folder / f"{name}.py").write_text(code)
    info = folder / f"{name}-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(f"[vglab.parts]\n{name} = {name}:register\n")
