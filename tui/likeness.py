"""Twins of a run's networks, which can be put back to any still and asked what they do there.

A twin is one replica of the same architecture with parameters of its own. Asking it leaves the run
as it is: pictures of boundaries and distributions cost the training nothing but time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from ..engine.arrays import Array, Exact
from ..engine.composition import Tap
from ..engine.network import Network
from .film import Still


@dataclass(frozen=True)
class Points:
    """Data in the plane, (n, 2) each: one array a class; for a GAN the real points."""

    classes: list[Array]
    latent: Array | None = None
    """What a generator is fed with to show what it makes."""
    output: Literal["logit", "share", "critic"] = "logit"
    """What an output is: the logit of a probability, a probability, or a critic's f."""


class Likeness:
    """A twin of one network."""

    def __init__(self, network: Network) -> None:
        self._original = network
        cheap = [replace(network.architectures[0], init="lecun")]
        self.twin = Network(cheap, network.seeds[:1], network.batch, network.dtype)
        self._shown: Still | None = None
        self._judges: dict[int, Network] = {}

    def show(self, still: Still, name: str) -> None:
        """Give the twin the weights and gradients the network had on the still."""
        if still is not self._shown:
            then = still.networks[name]
            self.twin.theta[0], self.twin.statistics[0] = then.theta, then.statistics
            self.twin.grad[0], self._shown = then.grad, still

    def feed(self) -> None:
        """Send the batch at hand through the twin."""
        batch = self._original.X
        if batch is not None:
            with np.errstate(all="ignore"):
                self.twin.forward(batch[:1].copy())

    def output(self, X: Array) -> Exact:
        """What it makes of inputs (n, inputs), as it would outside training: (n, outputs)."""
        twin = self.twin
        if len(X) not in self._judges:
            judge = Network(twin.architectures, twin.seeds, len(X), twin.dtype, source=twin)
            self._judges = {**dict([*self._judges.items()][-3:]), len(X): judge}
        with np.errstate(all="ignore"):
            out = self._judges[len(X)].forward(X[None].astype(twin.dtype))
        return out[0].astype(np.float64)


@dataclass
class Likenesses:
    """The twins of a run, made when they are first asked for."""

    points: Points | None = None
    """The data, where they lie in the plane."""
    made: dict[Network, Likeness] = field(default_factory=dict[Network, Likeness])

    def of(self, still: Still, name: str) -> Likeness:
        """The twin of a network as it was on a still."""
        network = still.networks[name].network
        if network not in self.made:
            self.made[network] = Likeness(network)
        found = self.made[network]
        found.show(still, name)
        return found


@dataclass(frozen=True)
class Look:
    """The networks of a run at one still."""

    likenesses: Likenesses
    still: Still

    @property
    def points(self) -> Points | None:
        """The data, where they lie in the plane."""
        return self.likenesses.points

    def taps(self, name: str, layers: int, fed: bool = False) -> list[Tap | None]:
        """The layers of a network, with W and dW as they were; with Z and A too, once fed.

        A network that grows has none yet between its last hidden layer and its output layer.
        """
        likeness = self.likenesses.of(self.still, name)
        if fed:
            likeness.feed()
        taps = likeness.twin.taps
        return [*taps[:-1], *[None] * (layers - len(taps)), taps[-1]]

    def output(self, name: str, X: Array) -> Exact:
        """What a network makes of inputs."""
        return self.likenesses.of(self.still, name).output(X)

    def twin(self, name: str) -> Network:
        """A network as it was."""
        return self.likenesses.of(self.still, name).twin
