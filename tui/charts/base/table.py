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

from ..plotting.series import Floats, band, medians
from .common import EDGES
from .scene import Scene

Cell = str | float | None
Columns = dict[str, Sequence[Cell]]

BINS = 48


class ChartTable(NamedTuple):
    """Column heads, and rows with a cell for each."""

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


def table_from_columns(columns: Mapping[str, Sequence[Cell]]) -> ChartTable:
    """Columns of one length as a table."""
    return ChartTable([*columns], [*zip(*columns.values(), strict=True)])


def layer_table(scene: Scene, measures: Iterable[str]) -> ChartTable:
    """A row a layer, with the measures at the record looked at, theory and the run before."""
    count, layers = scene.depth, scene.tables.layers
    columns: Columns = {"step": [scene.now] * count, "layer": range(1, count + 1)}
    columns["name"] = [layer.name for layer in layers]
    for measure in measures:
        columns |= summary_columns(measure, scene.latest(measure)[None], row=0)
        columns |= dict(_theory_columns(scene, measure))
        if scene.ghost is not None and scene.ghost.has(measure):
            columns[f"{measure}_before"] = _ghost_column(scene, scene.ghost, measure)
    return table_from_columns(columns)


def summary_columns(name: str, table: Floats, row: int | None = None) -> Columns:
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


def _theory_columns(scene: Scene, measure: str) -> Iterator[tuple[str, list[float]]]:
    """Columns of the theory's value and band, where there are any."""
    if measure in scene.theory:
        yield f"{measure}_theory", scene.theory[measure].tolist()
    for edge, name in zip(EDGES, ("low", "high"), strict=True):
        if measure == "delta_rms" and edge in scene.theory:
            yield f"{measure}_theory_{name}", scene.theory[edge].tolist()


def _ghost_column(scene: Scene, ghost: Scene, measure: str) -> list[float]:
    """The other run's medians, its layers told from the loss back."""
    there = medians(ghost.latest(measure)[None])[0]
    found = np.full(scene.depth, np.nan)
    shared = min(scene.depth, len(there))
    found[-shared:] = there[-shared:]
    return found.tolist()


def step_table(scene: Scene, series: Mapping[str, Floats]) -> ChartTable:
    """A row a record, a column for each (T, R) series."""
    columns: Columns = {"step": scene.trace.records[: scene.row_count].tolist()}
    for name, values in series.items():
        columns |= summary_columns(name, values[: scene.row_count, :, None])
    return table_from_columns(columns)


def layers_by_step(scene: Scene, measure: str) -> ChartTable:
    """A row a record, with a measure of each layer in a column."""
    names = [layer.name for layer in scene.tables.layers]
    values = medians(scene.rows(measure, slice(scene.row_count)))
    steps = scene.trace.records[: scene.row_count].tolist()
    rows = [[step, *row] for step, row in zip(steps, values.tolist(), strict=True)]
    return ChartTable(["step", *names], rows)


def layer_tabulator(*measures: str) -> Callable[[Scene], ChartTable]:
    return lambda scene: layer_table(scene, measures)
