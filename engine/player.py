"""One of the two networks that are trained against each other."""

from dataclasses import dataclass, field

import numpy as np

from .arrays import Integers
from .network import Network
from .optimizers import OPTIMIZERS, Settings
from .probe import Probe
from .stages import learns, staged


@dataclass(frozen=True)
class Rule:
    """What turns one network's gradients into steps."""

    optimizer: str = "adam"
    settings: Settings = field(default_factory=lambda: Settings(rate=1e-3))
    clip_norm: float = 0.0
    """The largest norm a gradient keeps; 0 for no clipping."""
    clip_weights: float = 0.0
    """The largest size a parameter keeps; 0 for no clipping."""


@dataclass(frozen=True)
class Pass:
    """What becomes of one pass through a network."""

    row: int | None
    """The row that is due, if one is."""
    trains: bool
    """In this stage the network learns; else it is only measured."""
    moves: bool
    """False behind the last step: what it would do is measured, and not done."""


class Player:
    """One of the two networks, what trains it and what measures it."""

    def __init__(self, network: Network, rule: Rule, records: Integers) -> None:
        self.network, self.rule = network, rule
        self.optimizer = OPTIMIZERS[rule.optimizer](rule.settings, network.theta)
        self.probe = Probe(network, records)
        self.trace = staged(self.probe.trace)

    def descend(self, this: Pass) -> None:
        """Measure the gradients at hand, and take the step they make."""
        if this.row is not None:
            self.probe.gradients(this.row)
        self.find_step(this.trains)
        if this.row is not None:
            self.probe.update(this.row)
            learns(self.trace, this.row, this.trains)
        if this.trains and this.moves:
            self.network.theta -= self.network.step

    def find_step(self, trains: bool) -> None:
        """The step to subtract from theta: 0 for a network that does not learn."""
        network, rule = self.network, self.rule
        if not trains:
            network.step.fill(0)
            return
        network.restore(self.optimizer.squares, rule.clip_norm or np.inf)
        self.optimizer.update(network.theta, network.grad, network.step)
        if rule.clip_weights:
            after = network.theta - network.step
            network.step += after - np.clip(after, -rule.clip_weights, rule.clip_weights)
