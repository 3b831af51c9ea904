"""What a run has measured so far: tables that only grow.

Rows below `upto` never change, so whoever reads them needs no lock and no copy.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from ..numerics import Exact, Integers, Mask

MEASURES = (
    "grad_norm",
    "delta_rms",
    "slope_rms",
    "activation_mean",
    "activation_std",
    "saturated",
    "dead",
    "weight_norm",
    "update_ratio",
    "displacement",
)

StepLength = Callable[[Exact, Exact], Exact]
"""How long an optimizer's step k (from 1) is while the gradient stays as it is, in any unit; of k
and the size of a gradient's entries."""


@dataclass(frozen=True)
class LayerInfo:
    """What a trained matrix is: its name (W1, W2, …), its layer's kind and sizes."""

    name: str
    kind: str
    activation: str
    inputs: int
    outputs: int
    parameters: int


@dataclass(frozen=True)
class NetworkTrace:
    """One network's measures, each (T, R, L) float64: record, replica, layer; input side first."""

    layers: tuple[LayerInfo, ...]
    measures: dict[str, Exact]
    trained: Mask | None = None
    """(T, L): False where a stage of the training keeps a layer as it is; None where none does."""
    time: dict[str, Exact] | None = None
    """Of a recurrent network, each (T, R, L, steps): the same at every step of its sequences."""
    share: Exact | None = None
    """(T, R): a generator's gradient over that which the non-saturating loss would give it."""
    weights: tuple[int, ...] = ()
    """How many entries each W has, where that is not inputs × outputs."""

    step_length: StepLength | None = None
    """The optimizer's; None for one whose steps under a constant gradient are all alike."""
    ages: Integers | None = None
    """(T,) the number of the optimizer's step, from 1, that each row's update is."""
    undecayed: dict[str, Exact] | None = None
    """`update_ratio` and `displacement`, (T, R, L) each, without what weight decay has its part in;
    None where weights do not decay."""
    own: dict[str, Exact] = field(default_factory=dict[str, Exact])
    """A person's own measures, each (T, R, L) (see own_measures)."""

    def by_gradient(self, measure: str) -> Exact:
        """`update_ratio` or `displacement`, (T, R, L), as the gradient alone makes it: weight decay
        knows nothing of the loss. NaN where it was not measured."""
        columns = self.undecayed or self.measures
        if measure in columns:
            return columns[measure]
        return np.full_like(self.measures["update_ratio"], np.nan)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many entries each W has."""
        return self.weights or tuple(layer.inputs * layer.outputs for layer in self.layers)

    def replica(self, r: int) -> "NetworkTrace":
        """The trace of replica r alone: measures (T, 1, L)."""
        return replace(
            self,
            measures=select_replica(self.measures, r),
            time=self.time and select_replica(self.time, r),
            share=None if self.share is None else self.share[:, [r]],
            own=select_replica(self.own, r),
            undecayed=None if self.undecayed is None else select_replica(self.undecayed, r),
        )


@dataclass
class Trace:
    """All that a run of R replicas records in T rows."""

    steps: int
    """Training steps that are planned."""
    records: Integers
    """(T,) the step each row belongs to; it is measured before that step's update, the last row
    after all."""
    loss: dict[str, Exact]
    """(T, R) each."""
    accuracy: dict[str, Exact]
    """(T, R) each; none for a GAN, nor where numbers are learned."""
    networks: dict[str, NetworkTrace]
    upto: int = 0
    chance: dict[str, Exact] = field(default_factory=dict[str, Exact])
    """(R,) each; of the sets that accuracy is of, what naming the commonest class would give."""
    lost_at: Integers = field(init=False)
    """(R,) the first step at which each replica's loss was not finite, recorded or not; -1 where
    it always was."""
    finished: bool = False
    done: int = field(default=0)
    """Training steps that have been taken."""
    r2: dict[str, Exact] = field(default_factory=dict[str, Exact])
    """(T, R) each; only where numbers are learned."""
    gan: dict[str, Exact] = field(default_factory=dict[str, Exact])
    """(T, R) each; a GAN's account of the game (see outcome)."""

    def __post_init__(self) -> None:
        replicas = next(iter(self.loss.values())).shape[1]
        self.lost_at = np.full(replicas, -1)

    @property
    def diverged_at(self) -> int | None:
        """The first step at which the loss of any replica was not finite."""
        lost = self.lost_at[self.lost_at >= 0]
        return int(lost.min()) if lost.size else None

    def mark_diverged(self, k: int, alive: Mask) -> None:
        """Note the replicas whose loss is no longer finite at step k."""
        if not alive.all():
            self.lost_at[~alive & (self.lost_at < 0)] = k


def select_replica(columns: dict[str, Exact], r: int) -> dict[str, Exact]:
    """One replica's part of columns (T, R, …), which keep that axis."""
    return {name: column[:, [r]] for name, column in columns.items()}


def schedule(steps: int, every: int) -> Integers:
    """The steps that are recorded: 0, every, 2 every, … and `steps` itself."""
    return np.append(np.arange(0, steps, every), steps)


def empty_column(records: Integers, *shape: int) -> Exact:
    """A column (records, *shape) of a trace, all NaN until it is written."""
    return np.full((len(records), *shape), np.nan)
