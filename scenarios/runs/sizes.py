"""How large a run is, and how many threads suit it; known before NumPy is loaded."""

from ..schema.rules import NETWORKS
from ..schema.spec import Layers, Scenario
from .cores import cores

PLACES = 64
"""Of an image: each has an entry for every channel."""
THREAD_ENTRIES = 16_000
"""Entries of a layer's array for all its replicas, from which on a thread gains more than it costs
to hand the interpreter over."""


def layer_entries(run: Scenario) -> int:
    """Entries of the widest layer's array, for one replica."""
    width = max(net.width for net in trained_networks(run))
    return run.training.batch * width * (PLACES if is_image(run) else 1)


def suitable_threads(run: Scenario) -> int:
    """How many threads a run's replicas are best spread over, on this machine."""
    replicas = run.run.replicas
    return min(cores(), replicas, max(1, replicas * layer_entries(run) // THREAD_ENTRIES))


def is_image(run: Scenario) -> bool:
    """Whether a layer has channels, and places in each."""
    return run.kind == "classifier" and run.network.architecture == "cnn"


def trained_networks(run: Scenario) -> list[Layers]:
    """The networks that are trained."""
    return [getattr(run, name) for name in NETWORKS[run.kind]]
