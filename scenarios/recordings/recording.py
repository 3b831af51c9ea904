"""What is kept of a run: a table a measure, samples × layers, that never grows beyond its bounds.

Where a run has more samples than there is room for, one of each two neighbors is kept: that which
departs more from what came before it, in its loss or in the gradient of any layer, so that a spike
outlives every thinning. A row is always a sample as it was measured, never a mean.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .record_lines import LAYERED, SCALARS, RecordedLayer, RecordedOptimizer

Table = NDArray[np.float64]

MOST_SAMPLES = 2048
"""Rows: more than a terminal has columns."""
MOST_NUMBERS = 4_000_000
"""Numbers in all tables, 32 MB: networks of very many layers keep fewer rows."""
FEWEST_SAMPLES = 128
MOST_MESSAGES = 50
TABLES = (*LAYERED, "path")
RECENT = 0.1
"""The share of a new sample in what is taken for usual."""


@dataclass
class RunFacts:
    """What a recording says of the run besides its samples."""

    framework: str = ""
    version: str = ""
    started: float | None = None
    steps: int | None = None
    """Steps that are planned, where that is known."""
    budget: float | None = None
    ranks: int = 1
    optimizers: tuple[RecordedOptimizer, ...] = ()


class RecordedRun:
    """One run, as far as it has been read. Tables are (rows, layers), rows in order of the step."""

    def __init__(self, room: int = MOST_SAMPLES, fine: bool = True) -> None:
        self.run = RunFacts()
        self.losses: RecordedRun = RecordedRun(room, fine=False) if fine else self
        """The loss of every step that has one, and what else was noted: a table without layers."""
        self.layers: list[RecordedLayer] = []
        self.count = 0
        """Rows in use."""
        self.samples = 0
        """Samples that have been read, kept or not."""
        self.stride = 1
        """Of how many samples one is kept."""
        self.segments = 0
        """Headers that were read: each is a start of the training."""
        self.finished = False
        self.messages: dict[str, str] = {}
        """What the recorder had to say, each thing once."""
        self.causes: dict[int, str] = {}
        """Why a layer's gradient was last exactly 0, by layer."""
        self.lost_at: int | None = None
        """The first step from which on the loss was not a number."""
        self.most_steps = 0
        """The step of the last sample."""
        self.first_weight: Table = np.empty(0)
        self._gone: Table = np.empty(0)
        self.last_step = 0
        """The last step that anything is known of."""
        self.version = 0
        """Grows with each change."""
        self._wish = room
        self._allocate([])

    def _allocate(self, layers: Sequence[RecordedLayer]) -> None:
        """Empty tables for these layers."""
        self.layers = list(layers)
        width = max(len(layers), 1)
        fitting = MOST_NUMBERS // (width * len(TABLES))
        self.room = max(min(self._wish, fitting), FEWEST_SAMPLES)
        self.steps = np.zeros(self.room, np.int64)
        self.surprise = np.zeros(self.room)
        self.scalars = {name: np.full(self.room, np.nan) for name in SCALARS}
        self.total_norm = np.full(self.room, np.nan)
        """Of all gradients together, where that is all that was written."""
        self.noted: dict[str, Table] = {}
        # Rows are written whole, so what is beyond them costs neither time nor memory.
        self.tables = {name: np.empty((self.room, len(layers))) for name in TABLES}
        """`path` is how far each layer has gone, in its length: the sum of ‖ΔW‖/‖W‖ over steps."""
        self.first_weight, self._gone = np.full(len(layers), np.nan), np.zeros(len(layers))
        self._usual = np.full(len(layers) + 1, np.nan)
        self._window = 0
        """Samples that the row before the last stands for so far; 0: it is settled."""
        self.count, self.samples, self.stride = 0, 0, 1
        self.causes, self.lost_at, self.most_steps, self.last_step = {}, None, 0, 0

    def begin(self, layers: Sequence[RecordedLayer]) -> None:
        """A new start of the training: of the same layers it goes on, of others it begins anew."""
        self.segments += 1
        self.finished = False
        if list(layers) != self.layers:
            self._allocate(layers)
            self.losses = RecordedRun(self._wish, fine=False)
        self.version += 1

    def add_layer(self, layer: RecordedLayer) -> int:
        """Make room for a layer that was not known of before; returns its place."""
        if (len(self.layers) + 1) * len(TABLES) * self.room > MOST_NUMBERS:
            self._shrink()
        self.layers.append(layer)
        gap = np.full((self.room, 1), np.nan)
        self.tables = {name: np.hstack([table, gap]) for name, table in self.tables.items()}
        self.first_weight = np.append(self.first_weight, np.nan)
        self._gone, self._usual = np.append(self._gone, 0.0), np.append(self._usual, np.nan)
        return len(self.layers) - 1

    def _shrink(self) -> None:
        """Half the rows, where layers need the room."""
        if self.room // 2 < FEWEST_SAMPLES:
            return
        while self.count > self.room // 2:
            self._keep_rows(self._every_second())
            self.stride *= 2
        self.room //= 2
        for columns in self._columns():
            for name, table in columns.items():
                columns[name] = table[: self.room].copy()
        self.steps, self.surprise = self.steps[: self.room], self.surprise[: self.room]
        self.total_norm = self.total_norm[: self.room]

    def _columns(self) -> tuple[dict[str, Table], ...]:
        return self.scalars, self.noted, self.tables

    def go_back(self, step: int) -> None:
        """Forget the rows from a step on: the training has gone back to it."""
        if self.losses is not self:
            self.losses.go_back(step)
        self.count = int(np.searchsorted(self.steps[: self.count], step))
        self.most_steps = int(self.steps[self.count - 1]) if self.count else 0
        if self.lost_at is not None and self.lost_at >= step:
            self.lost_at = None
        self._window = 0
        self._gone = self.tables["path"][self.count - 1].copy() if self.count else 0 * self._gone
        if not self.count:
            self.first_weight[:] = np.nan

    def add(
        self,
        step: int,
        scalars: Mapping[str, float | None],
        layered: Mapping[str, Sequence[float | None]],
        noted: Mapping[str, float | None] | None = None,
    ) -> None:
        """Take a sample in; its step must be later than that of the one before. A loss that is
        there and None is none that is finite."""
        self._watch_loss(step, scalars)
        if self.losses is not self:
            self.losses.add(step, {"loss": scalars.get("loss")}, {}, noted)
        self.last_step = step
        row = self._next_row()
        self.steps[row] = step
        for name, column in self.scalars.items():
            value = scalars.get(name)
            column[row] = np.nan if value is None else value
        total = scalars.get("total_norm")
        self.total_norm[row] = np.nan if total is None else total
        for name, table in self.tables.items():
            values = layered.get(name)
            table[row] = np.nan if values is None else np.array(values, np.float64)
        self._note(row, noted or {})
        self._account(row, step)
        self.version += 1

    def add_loss(
        self, step: int, scalars: Mapping[str, float | None], noted: Mapping[str, float | None]
    ) -> None:
        """Take in what is known of a step between two samples."""
        if self.losses.count and step <= self.losses.most_steps:
            self.losses.go_back(step)
        self._watch_loss(step, scalars)
        self.losses.add(step, {"loss": scalars.get("loss")}, {}, noted)
        self.last_step = step
        self.version += 1

    def _watch_loss(self, step: int, scalars: Mapping[str, float | None]) -> None:
        """Note since when the loss is no number."""
        if "loss" not in scalars:
            return
        lost = scalars["loss"] is None or not math.isfinite(scalars["loss"])
        self.lost_at = (step if self.lost_at is None else self.lost_at) if lost else None

    def _note(self, row: int, noted: Mapping[str, float | None]) -> None:
        for name in [*noted][:20]:
            if name not in self.noted and len(self.noted) < 20:
                self.noted[name] = np.full(self.room, np.nan)
        for name, column in self.noted.items():
            value = noted.get(name)
            column[row] = np.nan if value is None else value

    def _account(self, row: int, step: int) -> None:
        """Keep the sums that thinning must not lose."""
        if self.layers:
            self._account_layers(row, step)
        self.samples += 1
        self.most_steps = max(self.most_steps, step)
        kept = self.samples == 1 or self.lost_at == int(self.steps[row])
        self.surprise[row] = max(self._depart(row), np.inf if kept else 0.0)

    def _account_layers(self, row: int, step: int) -> None:
        weight, update = self.tables["weight_norm"][row], self.tables["update_norm"][row]
        unseen = np.isnan(self.first_weight) & np.isfinite(weight)
        self.first_weight[unseen] = weight[unseen]
        with np.errstate(all="ignore"):
            ratio = update / weight
        since = step - self.most_steps if self.samples else 1
        self._gone += np.where(np.isfinite(ratio), ratio * max(since, 1), 0)
        self.tables["path"][row] = self._gone

    def _depart(self, row: int) -> float:
        """By how many powers of e the sample departs from what is usual, where it does most."""
        loss = float(self.scalars["loss"][row])
        if not self.layers:
            return self._depart_in_loss(loss)
        here = np.append(self.tables["grad_norm"][row], loss)
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log(np.abs(here))
        known = np.isfinite(logs)
        apart = np.abs(logs - self._usual)[known & np.isfinite(self._usual)]
        fresh = known & np.isnan(self._usual)
        self._usual[fresh] = logs[fresh]
        self._usual[known] += RECENT * (logs[known] - self._usual[known])
        return float(apart.max(initial=0))

    def _depart_in_loss(self, loss: float) -> float:
        """The same where the loss is all there is."""
        if not math.isfinite(loss) or not loss:
            return 0.0
        log, usual = math.log(abs(loss)), float(self._usual[-1])
        usual = log if math.isnan(usual) else usual
        self._usual[-1] = usual + RECENT * (log - usual)
        return abs(log - usual)

    def _next_row(self) -> int:
        """The row of a new sample, the last one. What was the last one goes to a row of its own, or
        to that of its neighbors, of which the one is kept that departs most."""
        if self.count < 2 or self._window == 0:
            if self.count == self.room:
                self._keep_rows(self._every_second())
                self.stride *= 2
            self.count += 1
        elif self.surprise[self.count - 1] > self.surprise[self.count - 2]:
            self._copy_row(self.count - 1, self.count - 2)
        self._window = (self._window + 1) % self.stride
        return self.count - 1

    def _every_second(self) -> NDArray[np.intp]:
        """One of each two rows; the first and the last are among them."""
        inner = np.arange(1, self.count - 1)
        pairs = inner[: len(inner) // 2 * 2].reshape(-1, 2)
        later = self.surprise[pairs[:, 1]] > self.surprise[pairs[:, 0]]
        kept = pairs[np.arange(len(pairs)), later.astype(int)]
        return np.concatenate([[0], kept, inner[len(inner) // 2 * 2 :], [self.count - 1]])

    def _keep_rows(self, rows: NDArray[np.intp]) -> None:
        for table in self._all():
            table[: len(rows)] = table[rows]
        self.count = len(rows)

    def _copy_row(self, source: int, target: int) -> None:
        for table in self._all():
            table[target] = table[source]

    def _all(self) -> list[NDArray[np.float64] | NDArray[np.int64]]:
        """Everything that has a row a sample."""
        tables = [table for columns in self._columns() for table in columns.values()]
        return [self.steps, self.surprise, self.total_norm, *tables]
