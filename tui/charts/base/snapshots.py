"""Snapshots of a run: the parameters of its networks at the records, so that one can look back.

The trace keeps every record's figures; what is drawn from the networks themselves (a boundary,
weights one by one) needs their parameters. Of the first replica, and of as many records as a fixed
amount of memory holds: when it is full, every second still goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

import numpy as np

from ....engine.gan.losses import GAMES
from ....engine.gan.targets import latent
from ....engine.nn.assembly import Tap
from ....engine.nn.network import Network
from ....engine.numerics import Array, Exact
from ....scenarios.experiment.data import is_planar, target_sampler, train_and_test
from ....scenarios.schema.spec import Scenario

ROOM = 96 << 20
"""Bytes that snapshots may take."""


class Parameters(NamedTuple):
    """One network, first replica: its weights at a record, and the gradients they got there."""

    network: Network
    """Whose they are: a network that grows is another one afterwards."""
    theta: Array
    statistics: Array
    grad: Array


@dataclass(frozen=True)
class Snapshot:
    """All networks of a run at one record."""

    row: int
    networks: Mapping[str, Parameters]

    @property
    def bytes(self) -> int:
        """The memory it takes, in bytes."""
        return sum(each.theta.nbytes + each.grad.nbytes for each in self.networks.values())


@dataclass
class SnapshotHistory:
    """Snapshots, evenly spaced over the records so far, and always the last one."""

    room: int = ROOM
    stride: int = 1
    snapshots: dict[int, Snapshot] = field(default_factory=dict[int, Snapshot])
    last: Snapshot | None = None

    def keep(self, snapshot: Snapshot) -> None:
        """Add the snapshot of a later row than any before."""
        self.last = snapshot
        if snapshot.row % self.stride == 0:
            self.snapshots[snapshot.row] = snapshot
        self.thin(self.room)

    @property
    def bytes(self) -> int:
        """The memory they take, in bytes."""
        return self.last.bytes * len(self.snapshots) if self.last else 0

    def thin(self, room: int) -> None:
        """Let every second one go until they take no more than so many bytes."""
        while len(self.snapshots) > 1 and self.bytes > room:
            self.stride *= 2
            self.snapshots = {
                row: kept for row, kept in self.snapshots.items() if row % self.stride == 0
            }

    def at(self, row: int) -> Snapshot | None:
        """The latest snapshot of this row or an earlier one; the first, where there is none."""
        if self.last is None or row >= self.last.row:
            return self.last
        before = (kept for kept in self.snapshots.values() if kept.row <= row)
        return max(before, key=lambda kept: kept.row, default=self.last)


def take_snapshot(row: int, networks: Mapping[str, Network], moved: bool) -> Snapshot:
    """The snapshot of the record just made; `moved`: the weights have made a step since."""
    return Snapshot(row, {name: _parameters(net, moved) for name, net in networks.items()})


def _parameters(net: Network, moved: bool) -> Parameters:
    theta = net.theta[0] + net.step[0] if moved else net.theta[0].copy()
    return Parameters(net, theta, net.statistics[0].copy(), net.grad[0].copy())


@dataclass(frozen=True)
class Points:
    """Data in the plane, (n, 2) each: one array a class; for a GAN the real points."""

    classes: list[Array]
    latent: Array | None = None
    """What a generator is fed with to show what it makes."""
    output: Literal["logit", "share", "critic"] = "logit"
    """What an output is: the logit of a probability, a probability, or a critic's f."""


class NetworkTwin:
    """A twin of one network."""

    def __init__(self, network: Network) -> None:
        self._original = network
        cheap = [replace(network.architectures[0], init="lecun")]
        self.twin = Network(cheap, network.seeds[:1], network.batch, network.dtype)
        self._snapshot: Snapshot | None = None
        self._judges: dict[int, Network] = {}

    def show(self, snapshot: Snapshot, name: str) -> None:
        """Give the twin the weights and gradients the network had on the snapshot."""
        if snapshot is not self._snapshot:
            then = snapshot.networks[name]
            self.twin.theta[0], self.twin.statistics[0] = then.theta, then.statistics
            self.twin.grad[0], self._snapshot = then.grad, snapshot

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
class NetworkTwins:
    """The twins of a run, made when they are first asked for."""

    points: Points | None = None
    """The data, where they lie in the plane."""
    twins: dict[Network, NetworkTwin] = field(default_factory=dict[Network, NetworkTwin])

    def of(self, snapshot: Snapshot, name: str) -> NetworkTwin:
        """The twin of a network as it was on a snapshot."""
        network = snapshot.networks[name].network
        if network not in self.twins:
            self.twins[network] = NetworkTwin(network)
        found = self.twins[network]
        found.show(snapshot, name)
        return found


@dataclass(frozen=True)
class SnapshotView:
    """The networks of a run at one snapshot."""

    twins: NetworkTwins
    snapshot: Snapshot

    @property
    def points(self) -> Points | None:
        """The data, where they lie in the plane."""
        return self.twins.points

    def taps(self, name: str, layers: int, fed: bool = False) -> list[Tap | None]:
        """The layers of a network, with W and dW as they were; with Z and A too, once fed.

        A network that grows has none yet between its last hidden layer and its output layer.
        """
        twin = self.twins.of(self.snapshot, name)
        if fed:
            twin.feed()
        taps = twin.twin.taps
        return [*taps[:-1], *[None] * (layers - len(taps)), taps[-1]]

    def output(self, name: str, X: Array) -> Exact:
        """The outputs (n, outputs) of a network for inputs (n, inputs)."""
        return self.twins.of(self.snapshot, name).output(X)

    def twin(self, name: str) -> Network:
        """The twin of a network, with its parameters as they were."""
        return self.twins.of(self.snapshot, name).twin


_MOST_POINTS = 256
"""The most points that are shown: as many as the eye can tell apart."""


def points(scenario: Scenario) -> Points | None:
    """Points of the first replica's data, each class by itself; None where they have no plane."""
    return _KINDS[scenario.kind](scenario)


def _class_points(scenario: Scenario) -> Points | None:
    if not is_planar(scenario):
        return None
    _learned, held_back = train_and_test(scenario, [scenario.run.seed], np.float64)
    X, y = held_back.X[0, :_MOST_POINTS], held_back.target[0, :_MOST_POINTS, 0]
    share = scenario.network.loss == "squared"
    return Points([X[y < 0.5], X[y > 0.5]], output="share" if share else "logit")


def _gan_points(scenario: Scenario) -> Points | None:
    rng, draw = np.random.default_rng(scenario.run.seed), target_sampler(scenario)
    if draw is None:
        return None
    real = draw(rng, _MOST_POINTS)
    fed = latent(scenario.gan.latent)(rng, _MOST_POINTS)
    sure = GAMES[scenario.gan.loss].probability
    return Points([real], fed, "logit" if sure else "critic")


_KINDS = {"classifier": _class_points, "gan": _gan_points}
