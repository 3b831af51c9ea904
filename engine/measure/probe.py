"""Measures a network: one row of the trace at a time, on stacks of like layers.

Signals are measured segment by segment on the way back, gradients and weights before the update.
The network is not touched. Norms come from error signals and gradients as they are stored, near 1,
and get their true scale back in float64.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..nn.backward import Segment
from ..nn.network import Network
from ..nn.recurrent import MatrixUse, Recurrent, by_step
from ..numerics import Array, Exact, Integers, flatten, norms, norms_from_squares
from .signals import Signals, stacks
from .trace import MEASURES, LayerInfo, NetworkTrace, StepLength, empty_column

if TYPE_CHECKING:
    from .own_measures import OwnProbe


class Probe:
    """Writes a network's measures into its trace."""

    def __init__(
        self,
        network: Network,
        records: Integers,
        birth: Array | None = None,
        step_length: StepLength | None = None,
        decay: float | Array | None = None,
        own: Sequence[str] = (),
    ) -> None:
        """With `birth`, the theta that displacement is measured from, where it is not the present
        one; `step_length` of the optimizer, and the share of the weights that it takes a step, if
        it decays them, one for all or (R, 1); `own`: registered measures to take besides."""
        self.network, self.decay = network, decay
        self.birth = network.theta.copy() if birth is None else birth
        R, taps, place = len(network.seeds), network.taps, network.place
        self.table = np.full((len(MEASURES), len(records), R, len(taps)), np.nan)
        self.time = TimeProbe(network, records) if network.recurrent else None
        time = self.time and self.time.measures
        sizes = tuple(tap.W[0].size for tap in taps)
        measures: dict[str, Exact] = dict(zip(MEASURES, self.table, strict=True))
        self.own = own_probe(network, records, own) if own else None
        self.trace = NetworkTrace(
            tuple(describe(network)),
            measures,
            time=time,
            weights=sizes,
            step_length=step_length,
            ages=np.ones(len(records), np.int64),
            undecayed=None if decay is None else empty_undecayed(records, R, len(taps)),
            own=self.own.columns if self.own else {},
        )
        self.signals = Signals(network)
        steps = [tap.sW for tap in taps]
        before = [*(tap.W for tap in taps), *(tap.dW for tap in taps), *steps]
        self.before, self.steps = Norms(network, before), Norms(network, steps)
        self.items = np.array([place[tap.layer] for tap in taps])
        network.step[...] = self.birth
        self.birth_norms = self.steps.measure()

    def watch(self, segment: Segment) -> None:
        """Measure a segment of layers on the way back: to be given to `Network.backward`."""
        self.signals.watch(segment)
        if self.own:
            self.own.watch(segment)

    def backward(self, row: int, Delta: Array) -> None:
        """Go back through the network from Delta = ∂J/∂Z of the output, and write a row."""
        self.network.backward(Delta, watch=self.watch)
        self.gradients(row)

    def gradients(self, row: int, steps: int = 0) -> None:
        """Write the measures of signals, gradients and weights into a row, after `steps` steps of
        the optimizer; call it after the way back and before `Network.restore`."""
        out: dict[str, Exact] = dict(zip(MEASURES, self.table[:, row].mT, strict=True))
        self.signals.write(out)
        self.move_from(self.birth)
        weights, gradients, moved = self.before.measure().reshape(3, len(self.items), -1)
        self.weights = out["weight_norm"][...] = weights
        np.ldexp(gradients, -self.network.power[self.items], out=out["grad_norm"])
        out["displacement"][...] = relative(moved, self.birth_norms)
        if self.decay is not None and self.trace.undecayed is not None:
            left = self.birth * np.asarray((1 - self.decay) ** steps, self.birth.dtype)
            self.move_from(left)
            moved = relative(self.steps.measure(), self.birth_norms)
            self.trace.undecayed["displacement"][row] = moved.T
        if self.time:
            self.time.signals(row, self.trace)
        if self.own:
            self.own.write(row)

    def move_from(self, birth: Array) -> None:
        """Write how far the parameters are from what they were into `step`, which is free between
        two updates."""
        np.subtract(self.network.theta, birth, out=self.network.step)

    def before_decay(self, row: int) -> None:
        """Write what the step would be without weight decay, where weights decay."""
        if self.trace.undecayed is not None:
            self.trace.undecayed["update_ratio"][row] = relative(
                self.steps.measure(), self.weights
            ).T

    def update(self, row: int, age: int = 1) -> None:
        """Write `update_ratio` into a row, ‖step‖ / ‖W‖ of the step about to be subtracted, the
        optimizer's step number `age`."""
        self.trace.measures["update_ratio"][row] = relative(self.steps.measure(), self.weights).T
        if self.trace.ages is not None:
            self.trace.ages[row] = age


def own_probe(network: Network, records: Integers, names: Sequence[str]) -> OwnProbe:
    """What takes a person's own measures, which few runs have."""
    from .own_measures import OwnProbe

    return OwnProbe(network, records, names)


class Norms:
    """Norms of some arrays, each (R, …) and R vectors."""

    def __init__(self, network: Network, arrays: Sequence[Array]) -> None:
        self.squares = np.empty((len(arrays), len(arrays[0])), arrays[0].dtype)
        self.parts = list(stacks(network, arrays))
        self.each = [(X, self.squares[at]) for at, X in self.parts]

    def measure(self) -> Exact:
        """The norms, (arrays, R) float64; no square in them under- or overflows."""
        for X, squares in self.each:
            np.vecdot(X, X, out=squares)
        return norms_from_squares(self.squares, self.parts)


def relative(part: Exact, whole: Exact) -> Exact:
    """part/whole; 0 for nothing of nothing."""
    ratio = part / whole
    undefined = np.isnan(ratio)
    if undefined.any():
        ratio[undefined & (part == 0) & (whole == 0)] = 0
    return ratio


def empty_undecayed(records: Integers, *shape: int) -> dict[str, Exact]:
    """Empty columns of the measures that weight decay has a part in."""
    return {name: empty_column(records, *shape) for name in ("update_ratio", "displacement")}


def describe(network: Network) -> Iterator[LayerInfo]:
    """The matrices that are measured, input side first: W1, W2, …, or by a name of their own in
    the layer they belong to."""
    number = {layer: i for i, layer in enumerate(network.trunk, 1)}
    for tap, count in zip(network.taps, network.parameter_counts(), strict=True):
        layer = tap.layer
        kind, g = layer.kind, network.g.name
        if layer is network.output:
            kind, g = "output", "linear"
        inputs, outputs = layer.units(tap.weight)
        yield LayerInfo(f"{tap.weight}{number[layer]}", kind, g, inputs, outputs, count)


AT_ONCE = 1 << 18
"""Numbers that are computed by one call."""
TIME_MEASURES = ("delta_rms", "grad_norm")
"""Root mean square of Δ_t × N over batch and units; norm of what step t adds to ∂J/∂W."""


class TimeProbe:
    """Writes (R, layers, steps) a row; the output layer, which is used once, stands at the last
    step, with NaN before it."""

    def __init__(self, network: Network, records: Integers) -> None:
        self.network = network
        self.layers = network.recurrent
        shape = len(network.seeds), len(network.taps), network.architecture.length
        self.measures = {name: empty_column(records, *shape) for name in TIME_MEASURES}
        self.spare = np.empty(max(AT_ONCE, *(x.W.size for x in self.layers)), network.dtype)

    def signals(self, row: int, seen: NetworkTrace) -> None:
        """Write both measures of the last backward pass into a row; the output layer's are copied
        from `seen`, whose row is written."""
        for i, layer in enumerate(self.layers):
            power = self.network.power[self.network.place[layer]] - layer.shift + layer.power
            for name, value in zip(TIME_MEASURES, self.of(layer), strict=True):
                self.measures[name][row, :, i] = np.ldexp(value, -power.T)
        for name, column in self.measures.items():
            column[row, :, -1, -1] = seen.measures[name][row, :, -1]

    def of(self, layer: Recurrent) -> tuple[Exact, Exact]:
        """Root mean square of Δ_t × N and ‖∂J/∂W‖ of step t alone, (R, T) each, before the steps'
        exponents are taken out."""
        units = layer.gates * layer.outputs
        delta = norms(norms(flatten(layer.Delta_t)).swapaxes(1, 2))
        return delta * np.sqrt(self.network.batch / units), step_gradient_norms(layer, self.spare)


def step_gradient_norms(layer: Recurrent, spare: Array) -> Exact:
    """‖∂J/∂W‖ as each step alone would have it, (R, T)."""
    each = [
        np.concatenate([norms(flatten(some)) for some in step_gradients(layer, use, spare)], axis=2)
        for use in layer.uses()
    ]
    return norms(np.concatenate(each, axis=1).swapaxes(1, 2))


def step_gradients(layer: Recurrent, use: MatrixUse, spare: Array) -> Iterator[Array]:
    """What each step adds to a block of ∂J/∂W: (R, gates, some steps, rows, n) at a time."""
    left, right = by_step(use.left, layer.rows)[:, None].mT, layer.Delta_t[:, use.gates]
    R, gates, T, _, n = right.shape
    one = R * gates * left.shape[-2] * n
    some = spare.size // one
    for t in range(0, T, some):
        count = min(some, T - t)
        out = spare[: count * one].reshape(R, gates, count, -1, n)
        yield np.matmul(left[:, :, t : t + some], right[:, :, t : t + some], out=out)
