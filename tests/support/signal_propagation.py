"""Signals sent through networks at initialization, as the mean-field papers do it: Gaussian inputs
of one length go in at the bottom, a random error signal at the top, and every layer is measured."""

from dataclasses import dataclass, replace

import numpy as np
from vglab.engine.measure.probe import Probe
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.network import Network
from vglab.engine.numerics import Exact

SQUARE = 1.0
"""The inputs' mean square."""


def wide(depth: int, width: int = 256, /, **changes: object) -> Architecture:
    """A network as wide at its ends as inside."""
    a = Architecture(inputs=width, outputs=width, depth=depth, width=width, init="lecun")
    return replace(a, norm_eps=0.0, **changes)


def spheres(shape: tuple[int, ...], seed: int) -> Exact:
    """Random vectors of mean square 1 along the last axis."""
    x = np.random.default_rng(seed).standard_normal(shape)
    return x / np.sqrt(np.square(x).mean(axis=-1, keepdims=True))


@dataclass(frozen=True)
class Flow:
    """What a pass shows, hidden layers only: (R, layers)."""

    measures: dict[str, Exact]

    @property
    def log_square(self) -> Exact:
        """ln of the error signal's mean square."""
        return 2 * np.log(self.measures["delta_rms"][:, :-1])

    def rate(self, first: int = 3, last: int = -1) -> float:
        """The factor per layer towards the input, mean over replicas, from layer `first` on."""
        y = self.log_square[:, first - 1 : last].mean(axis=0) / 2
        return float(np.exp(-np.polyfit(np.arange(len(y)), y, 1)[0]))


def flow(a: Architecture, replicas: int = 2, batch: int = 16) -> Flow:
    """One pass forward and back through fresh networks."""
    net = Network(a, range(replicas), batch, np.float64)
    probe = Probe(net, np.arange(1))
    net.forward(np.broadcast_to(spheres((batch, a.inputs), 1), (replicas, batch, a.inputs)).copy())
    probe.backward(0, spheres((replicas, batch, a.outputs), 2) / batch)
    return Flow({name: values[0] for name, values in probe.trace.measures.items()})
