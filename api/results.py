"""What comes back: short when printed, a chart and a sentence in a notebook, and data frames.

Arrays have the axes of the run document: losses [replica, record], measures
[replica, record, layer], input side first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np

from .engine.numerics import Exact
from .engine.training.supervised import Experiment
from .notebook import error_signal_chart, paragraphs
from .notebook_charts import comparison_chart, comparison_table, sweep_chart
from .scenarios.comparison.compare import Comparison
from .scenarios.documents.run import FinalExplainedDiagnosis, RunDocument
from .scenarios.i18n import figure
from .scenarios.runs.summary import finite_median
from .scenarios.runs.tasks import SEED
from .scenarios.schema.spec import Scenario
from .scenarios.sweep.store import Line
from .tables import (
    comparison_frame,
    comparison_layers,
    layer_measures,
    loss_frame,
    measure_frame,
    sweep_frame,
    sweep_layers,
)

if TYPE_CHECKING:
    from pandas import DataFrame

    from .plotting import FigureFile


At = Literal["birth", "end", "both"]


@dataclass(frozen=True)
class DiagnosisResult:
    """The diagnosis of each network, by its name ("model", of a GAN "generator" and
    "discriminator"): `state` and `why` of the last record, and in `at_birth` of the first."""

    networks: Mapping[str, FinalExplainedDiagnosis]

    @property
    def state(self) -> str:
        """The state at the end, of the first network."""
        return next(iter(self.networks.values())).state

    def __str__(self) -> str:
        return "\n".join(self.lines())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return paragraphs(self.lines())

    def lines(self) -> list[str]:
        """Two sentences a network."""
        several = len(self.networks) > 1
        return [
            f"{name + ', ' if several else ''}{when}: {one.state}. {one.why}"
            for name, last in self.networks.items()
            for when, one in (("at initialization", last.at_birth), ("at the end", last))
        ]


@dataclass(frozen=True)
class RunResult:
    """One scenario, trained."""

    document: RunDocument = field(repr=False)
    """All that was measured, as `--json` prints it."""
    experiment: Experiment = field(repr=False)
    """The networks as they are now, and the trace."""

    @property
    def scenario(self) -> Scenario:
        """What was run, every key resolved."""
        return self.document.spec

    @property
    def records(self) -> list[int]:
        """The steps that were recorded, each before its update."""
        return self.document.records

    @cached_property
    def loss(self) -> dict[str, Exact]:
        """ "train" (the batch of that step) and "test"; of a GAN those of its networks: each
        (replica, record)."""
        return {name: as_array(rows) for name, rows in self.document.loss.items()}

    @cached_property
    def accuracy(self) -> dict[str, Exact]:
        """ "train" and "test", each (replica, record); none of a GAN."""
        return {name: as_array(rows) for name, rows in self.document.accuracy.items()}

    @cached_property
    def r2(self) -> dict[str, Exact]:
        """R² of "train" and "test", each (replica, record), where numbers are learned; else
        none."""
        return {name: as_array(rows) for name, rows in (self.document.r2 or {}).items()}

    @property
    def measures(self) -> dict[str, Exact]:
        """The measures of a classifier's network, each (replica, record, layer)."""
        return self.measures_of(next(iter(self.document.networks)))

    def measures_of(self, network: str) -> dict[str, Exact]:
        """The measures of a network by its name, each (replica, record, layer). Raises KeyError
        where there is none of that name."""
        if network not in self.document.networks:
            names = ", ".join(self.document.networks)
            raise KeyError(f"{network!r} is no network of this run; there are: {names}")
        net = self.document.networks[network]
        return {name: as_array(rows) for name, rows in layer_measures(net).items()}

    @property
    def verdict(self) -> DiagnosisResult:
        """What is wrong with each network, at initialization and at the end."""
        return DiagnosisResult(
            {name: net.diagnosis for name, net in self.document.networks.items()}
        )

    def plot(self, chart: str = "gradient", at: At = "end") -> FigureFile:
        """A figure of this run: see `vglab.plot`."""
        from .plotting import figure_of_runs

        return figure_of_runs(chart, [self.document], at)

    def to_dataframe(self, what: str = "measures") -> DataFrame:
        """A tidy frame: of "measures" network, replica, seed, step, layer, measure and value; of
        "loss" replica, seed, step, set, loss and accuracy.

        Raises ImportError where pandas is not installed, ValueError of anything else.
        """
        return frame_of(what, FRAMES)(self.document)

    def __repr__(self) -> str:
        run = self.document
        right = run.accuracy or run.r2 or {}
        ends = [f"{name} {last_median(rows)}" for name, rows in right.items()]
        states = ", ".join(net.diagnosis.state for net in run.networks.values())
        what = "R²" if run.r2 else "accuracy"
        said = f"{what} {', '.join(ends)}" if ends else "no accuracy"
        return (
            f"<run of {run.scenario}: {run.spec.training.steps} steps, replicas {run.replicas};"
            f" {states}; {said}>"
        )

    def _repr_html_(self) -> str:
        charts = [error_signal_chart(name, net) for name, net in self.document.networks.items()]
        return "\n".join(
            [paragraphs([self.document.title]), *charts, paragraphs(self.verdict.lines())]
        )


FRAMES = {"measures": measure_frame, "loss": loss_frame}


def as_array(rows: object) -> Exact:
    """Nested lists as an array; null is not a number."""
    return np.array(rows, np.float64)


def last_median(rows: list[list[float | None]]) -> str:
    """The median over the replicas of the last record."""
    return figure(finite_median(row[-1] for row in rows))


@dataclass(frozen=True)
class ComparisonResult:
    """Scenarios side by side."""

    document: Comparison = field(repr=False)
    """As `vglab compare --json` prints it, and what each layer was like at both ends."""

    def plot(self, chart: str = "gradient", at: At = "end") -> FigureFile:
        """A figure with a point a layer and scenario, and the band of the replicas.

        chart: gradient, error-signal, update or displacement; at: the record. Raises ValueError
        where there is no such chart, and DrawingError without matplotlib.
        """
        from .plotting import figure_of_comparison

        return figure_of_comparison(chart, self.document, at)

    def to_dataframe(self, what: str = "runs") -> DataFrame:
        """A tidy frame: of "runs" a row for each replica of each scenario (scenario, title,
        replica, seed, what it was like at the end, and the diagnosis); of "layers" scenario, title,
        replica, seed, network, layer (from 1), when (birth or end), measure and value.

        Raises ImportError where pandas is not installed, ValueError of anything else.
        """
        return frame_of(what, {"runs": comparison_frame, "layers": comparison_layers})(
            self.document
        )

    def __repr__(self) -> str:
        each = "; ".join(
            f"{one.title} {', '.join(net.at_end.state for net in one.networks.values())}"
            for one in self.document.runs
        )
        return f"<comparison, replicas {self.document.replicas}: {each}>"

    def _repr_html_(self) -> str:
        return comparison_chart(self.document) + comparison_table(self.document)


@dataclass(frozen=True)
class SweepResult:
    """A grid of runs, each a line as in a sweep's file."""

    lines: tuple[Line, ...] = field(repr=False)
    keys: tuple[str, ...]
    """What was varied."""
    scenario: Scenario | None = field(default=None, repr=False)
    """What was not, of the first point; theory's lines over a map come from it."""

    def plot(self, figure: str | None = None) -> FigureFile:
        """A figure over the first two axes: curves, or a map where the second has many values.

        figure: the path of a number in a line, as --figure takes it; by default the test accuracy
        (of a GAN, the distance). Raises ValueError where there is no such number, and DrawingError
        without matplotlib.
        """
        from .plotting import figure_of_sweep

        return figure_of_sweep(figure, self.lines, self.axes, self.scenario)

    @property
    def axes(self) -> tuple[str, ...]:
        """What was varied but the seed; the seed where nothing else was."""
        return tuple(key for key in self.keys if key != SEED) or (SEED,)

    def to_dataframe(self, what: str = "runs") -> DataFrame:
        """A tidy frame: of "runs" a row a run (the axes by their keys, seed, figures, diagnosis,
        error); of "layers" the axes, seed, network, layer (from 1), when (birth, end or theory),
        measure and value of what `measures` and `theory` have kept.

        Raises ImportError where pandas is not installed, ValueError of anything else.
        """
        return frame_of(what, {"runs": sweep_frame, "layers": sweep_layers})(self.lines)

    def __repr__(self) -> str:
        failed = sum(entry.error is not None for entry in self.lines)
        lost = f", {failed} failed" if failed else ""
        return f"<sweep over {', '.join(self.keys)}: {len(self.lines)} runs{lost}>"

    def _repr_html_(self) -> str:
        return paragraphs([repr(self)[1:-1]]) + sweep_chart(self.lines, self.axes)


F = TypeVar("F")


def frame_of(what: str, frames: Mapping[str, F]) -> F:
    """What makes the frame of that name. Raises ValueError where there is none."""
    if what not in frames:
        raise ValueError(f"{what!r} is no frame: {' or '.join(frames)}")
    return frames[what]
