"""A classifier trained in stages: layers are frozen and set free, and the network may grow.

A network that grows keeps what it has learned; between its last hidden layer and the output layer
stands a new one, with the initial weights it would have had in the whole network. Layers that are
not there yet have no measures. Every stage starts its optimizer anew.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ..data.datasets import Dataset
from ..nn.layers import Leaf
from ..nn.network import Network
from ..nn.storage import group_by_shape, split_into_blocks
from ..numerics import Array, Integers
from .stages import Stage, record_learning, stage_at, with_stages
from .supervised import Experiment, Supervised, Training, drive


def layerwise(network: Network, plan: Training, train: Dataset, test: Dataset | None) -> Experiment:
    """An experiment that trains `network`, the whole of it, in `plan.stages`.

    `Experiment.networks` always has the network as it is by now. Raises ValueError for a network
    with skips that is to grow.
    """
    run = Layerwise(network, plan, train, test)
    return Experiment(run.trace, drive(run.trace, run.step), run.networks)


class Layerwise(Supervised):
    """The textbook's loop on a part of the network."""

    def __init__(
        self, network: Network, plan: Training, train: Dataset, test: Dataset | None
    ) -> None:
        super().__init__(network, plan, train, test)
        self.depth = network.architecture.depth
        if network.architecture.skip != "none" and any(stage.depth for stage in plan.stages):
            raise ValueError("a network with skips does not grow")
        self.shown = self.trace.networks["model"] = with_stages(self.probe.trace)
        self.networks = {"model": network}
        self.stage = -1

    def step(self, k: int) -> bool:
        """As in `Supervised`, for the stage that step k belongs to."""
        stage, row = stage_at(self.plan.stages, k), self.trace.upto
        if stage != self.stage:
            self.stage = stage
            self.enter(self.plan.stages[stage], self.trace.records)
        alive = super().step(k)
        if self.trace.upto > row:
            self.show(row)
        return alive

    def enter(self, stage: Stage, records: Integers) -> None:
        """Let the network grow to what it is in this stage, and freeze what does not learn."""
        depth = stage.depth or self.depth
        network, birth = resize(self.network, self.probe.birth, depth)
        self.attach(network, records, birth)
        self.networks["model"] = self.network
        first, last = stage.span(depth)
        self.learning = learning_mask(self.network, first, last)
        self.here = [*range(depth), self.depth]
        self.span = np.zeros(self.depth + 1, np.bool_)
        self.span[self.here[first - 1 : last]] = True

    def find_step(self) -> None:
        """The step to subtract from theta, 0 where a layer is frozen."""
        self.network.grad *= self.learning
        super().find_step()
        np.copyto(self.network.step, 0, where=self.learning == 0)

    def decay_weights(self) -> None:
        """The same with the decay of the weights that learn."""
        super().decay_weights()
        np.copyto(self.network.step, 0, where=self.learning == 0)

    def show(self, row: int) -> None:
        """Copy a row of measures to the same layers in the whole network's trace."""
        for name, column in self.probe.trace.measures.items():
            self.shown.measures[name][row][:, self.here] = column[row]
        seen, shown = self.probe.trace, self.shown
        for name, column in seen.own.items():
            shown.own[name][row][:, self.here] = column[row]
        if seen.undecayed is not None and shown.undecayed is not None:
            for name, column in seen.undecayed.items():
                shown.undecayed[name][row][:, self.here] = column[row]
        if seen.ages is not None and shown.ages is not None:
            shown.ages[row] = seen.ages[row]
        for name, column in (self.probe.trace.time or {}).items():
            (self.shown.time or {})[name][row][:, self.here] = column[row]
        record_learning(self.shown, row, self.span)


def resize(network: Network, birth: Array, depth: int) -> tuple[Network, Array]:
    """The network with `depth` hidden layers, and its initial parameters; what it has stays as it
    is, and new layers are born now."""
    if network.architecture.depth == depth:
        return network, birth
    alike = [replace(each, depth=depth) for each in network.architectures]
    other = Network(alike, network.seeds, network.batch, network.dtype)
    other_birth = other.theta.copy()
    born, reborn = parameters(network, birth), parameters(other, other_birth)
    # The output layer is the last leaf of both; before it the longer begins as the shorter one is.
    kept = zip(network.leaves[:-1], other.leaves[:-1], strict=False)
    for old, new in (*kept, (network.output, other.output)):
        for name in (*old.parameters(), *old.statistics()):
            getattr(new, name)[...] = getattr(old, name)
        for name in old.parameters():
            reborn[new, name][...] = born[old, name]
    return other, other_birth


def parameters(network: Network, vector: Array) -> dict[tuple[Leaf, str], Array]:
    """Each layer's parameters, (R, …), as views of a vector laid out as the network's theta."""
    groups = group_by_shape(network.leaves, lambda leaf: leaf.parameters())
    return {
        (leaf, name): block[i]
        for name, owners, block in split_into_blocks(groups, vector)
        for i, leaf in enumerate(owners)
    }


def learning_mask(network: Network, first: int, last: int) -> Array:
    """1 for the parameters of the layers from first to last, else 0: (1, parameters)."""
    learning = np.zeros_like(network.theta[:1])
    number = dict(layer_numbers(network))
    for (leaf, _name), part in parameters(network, learning).items():
        part[...] = first <= number[leaf] <= last
    return learning


def layer_numbers(network: Network) -> Iterator[tuple[Leaf, int]]:
    """Every layer without parts, with the number (from 1) of the trained layer it belongs to:
    normalization and shortcuts belong to the weights before them."""
    trunk, number = network.trunk, 0
    for leaf in network.leaves:
        number += leaf in trunk
        yield leaf, number
