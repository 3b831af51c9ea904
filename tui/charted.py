"""The numbers behind each chart, as a table: what is seen, with theory and the run before.

Medians over the replicas; where there are several, `…_low` and `…_high` are the 10-90 % band. A
further chart is a further row of CHARTED.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import StringIO
from typing import NamedTuple

import numpy as np

from ..engine.precision import lenses
from .boundary import grid
from .chain import backward, forward
from .cleaning import Floats, band, medians
from .inner import fitting
from .parts import EDGES
from .precise import entries
from .scene import Scene
from .shape import drawn_of, sums
from .signals import LINKED
from .weights import sizes

Cell = str | float | None
Columns = dict[str, Sequence[Cell]]

_BINS = 48


class Table(NamedTuple):
    """Heads, and rows of as many cells."""

    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def csv(self) -> bytes:
        """As a spreadsheet reads it: what is not there is empty, what is infinite says so."""
        text = StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.heads)
        writer.writerows([_cell(cell) for cell in row] for row in self.rows)
        return text.getvalue().encode()


def _cell(cell: Cell) -> Cell:
    return None if cell != cell else cell


def by_column(columns: Mapping[str, Sequence[Cell]]) -> Table:
    """Columns of one length as a table."""
    return Table([*columns], [*zip(*columns.values(), strict=True)])


def charted(scene: Scene, chart: str) -> Table:
    """The table of a chart; of the fourth one, of what it shows."""
    return CHARTED[_shown(scene) if chart == "inside" else chart](scene)


def _shown(scene: Scene) -> str:
    usable = fitting(scene)
    return scene.inner if scene.inner in usable else usable[0]


def layered(scene: Scene, measures: Iterable[str]) -> Table:
    """Layer by layer, as they are at the record looked at."""
    count, layers = scene.depth, scene.tables.layers
    columns: Columns = {"step": [scene.now] * count, "layer": range(1, count + 1)}
    columns["name"] = [layer.name for layer in layers]
    for measure in measures:
        columns |= summed(measure, scene.latest(measure)[None], row=0)
        columns |= dict(_foreseen(scene, measure))
        if scene.ghost is not None:
            columns[f"{measure}_before"] = _before(scene, scene.ghost, measure)
    return by_column(columns)


def summed(name: str, table: Floats, row: int | None = None) -> Columns:
    """(T, R, n) as columns: one of T values where n is 1, or the n values of one row."""
    found = {name: medians(table)}
    if table.shape[1] > 1:
        edges = band(table.swapaxes(0, 1).reshape(table.shape[1], -1), log=False)
        shape = found[name].shape
        found |= {
            f"{name}_low": edges.low.reshape(shape),
            f"{name}_high": edges.high.reshape(shape),
        }
    one = (slice(None), 0) if row is None else row
    return {key: values[one].tolist() for key, values in found.items()}


def _foreseen(scene: Scene, measure: str) -> Iterator[tuple[str, list[float]]]:
    """What theory says of it."""
    if measure in scene.theory:
        yield f"{measure}_theory", scene.theory[measure].tolist()
    for edge, name in zip(EDGES, ("low", "high"), strict=True):
        if measure == "delta_rms" and edge in scene.theory:
            yield f"{measure}_theory_{name}", scene.theory[edge].tolist()


def _before(scene: Scene, ghost: Scene, measure: str) -> list[float]:
    """The other run's medians, its layers told from the loss back."""
    there = medians(ghost.latest(measure)[None])[0]
    found = np.full(scene.depth, np.nan)
    shared = min(scene.depth, len(there))
    found[-shared:] = there[-shared:]
    return found.tolist()


def history(scene: Scene) -> Table:
    """A row a record, a column a layer."""
    names = [layer.name for layer in scene.tables.layers]
    values = medians(scene.rows(scene.measures[0], slice(scene.known)))
    steps = scene.trace.records[: scene.known].tolist()
    rows = [[step, *row] for step, row in zip(steps, values.tolist(), strict=True)]
    return Table(["step", *names], rows)


def over_steps(scene: Scene, named: Mapping[str, Floats]) -> Table:
    """A row a record, a column for each (T, R) series."""
    columns: Columns = {"step": scene.trace.records[: scene.known].tolist()}
    for name, values in named.items():
        columns |= summed(name, values[: scene.known, :, None])
    return by_column(columns)


def learning(scene: Scene) -> Table:
    """Losses and accuracies."""
    trace = scene.trace
    losses = {f"loss_{name}": values for name, values in trace.loss.items()}
    return over_steps(
        scene, losses | {f"accuracy_{name}": values for name, values in trace.accuracy.items()}
    )


def walked(scene: Scene) -> Table:
    """The factors of the chain rule, in the order in which they are walked."""
    chain = forward(scene) if scene.forward else backward(scene)
    heads = ("layer", "from", "before", "weights", "activation", "factor", "after", "product")
    return Table(
        heads,
        [
            (at.layer, at.other, at.before, at.weights, at.bend, at.factor, at.after, at.product)
            for at in chain.links
        ],
    )


def shape(scene: Scene) -> Table:
    """g and g′, and how many Z lie there."""
    layer = scene.layer or 1
    heads, Z = ("z", "g", "g_slope", "count"), sums(scene, layer)
    if Z is None:
        return Table(heads, [])
    drawn = drawn_of(scene, layer, Z, 2 * _BINS + 1)
    reach = float(drawn.places[-1])
    counts = np.histogram(np.clip(Z, -reach, reach), _BINS, (-reach, reach))[0]
    middles = slice(1, None, 2)
    columns = (drawn.places[middles], drawn.value[middles], drawn.slope[middles], counts)
    return Table(
        ("z", "g", "g_slope", "count"), [*zip(*(c.tolist() for c in columns), strict=True)]
    )


def weights(scene: Scene) -> Table:
    """How many of a layer's weights and gradients are of which size."""
    heads = ("layer", "of", "size_low", "size_high", "count")
    taps = scene.look.taps(scene.network, scene.depth) if scene.look else []
    rows: list[Sequence[Cell]] = []
    for layer, tap in enumerate(taps, 1):
        for of, values in (("W", tap.dense.W[0]), ("dW", tap.dense.dW[0])) if tap else ():
            logs = sizes(values)
            counts, edges = np.histogram(logs[np.isfinite(logs)], _BINS)
            bounds = (10.0**edges).tolist()
            rows += [
                (layer, of, bounds[at], bounds[at + 1], count)
                for at, count in enumerate(counts.tolist())
            ]
    return Table(heads, rows)


def plane(scene: Scene) -> Table:
    """What the network says of a grid of places, and the points."""
    return Table(("what", "x", "y", "value"), [*grid(scene)])


def lags(scene: Scene) -> Table:
    """A recurrent layer at every step of its sequences."""
    layer = min(scene.layer or 1, scene.depth - 1)
    time = scene.tables.time or {}
    columns: Columns = {}
    for name, table in time.items():
        columns |= summed(name, table[scene.upto - 1 : scene.upto, :, layer - 1], row=0)
    count = len(next(iter(columns.values()), ()))
    return by_column({"layer": [layer] * count, "sequence_step": range(1, count + 1)} | columns)


def precision(scene: Scene) -> Table:
    """The typical entry of each layer's gradient, and the share that a type rounds to 0."""
    found, count = lenses(scene.tables, scene.upto - 1), scene.depth
    columns: Columns = {"step": [scene.now] * count, "layer": range(1, count + 1)}
    columns["name"] = [layer.name for layer in scene.tables.layers]
    columns |= summed("entry_rms", entries(scene, scene.latest("grad_norm"))[None], row=0)
    return by_column(columns | {f"lost_{lens.type}": lens.lost for lens in found})


def _of(*measures: str) -> Callable[[Scene], Table]:
    return lambda scene: layered(scene, measures)


CHARTED: Mapping[str, Callable[[Scene], Table]] = {
    "layers": lambda scene: layered(scene, scene.measures),
    "history": history,
    "learning": learning,
    "update_ratio": _of("update_ratio"),
    "activations": _of("activation_mean", "activation_std"),
    "saturation": _of("saturated", "dead"),
    "shape": shape,
    "weights": weights,
    "plane": plane,
    "game": lambda scene: over_steps(scene, scene.trace.gan),
    "lags": lags,
    "precision": precision,
    "walk": walked,
    "signals": _of(*LINKED),
}
