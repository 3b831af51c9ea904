"""A figure of runs, by matplotlib: shown in a notebook, written as SVG, PDF or PNG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path
from typing import Literal

from .scenarios.comparison.compare import Comparison
from .scenarios.documents.run import RunDocument
from .scenarios.schema.expectations import ExpectationError
from .scenarios.schema.spec import Scenario
from .scenarios.sweep.pivot import default_figure
from .scenarios.sweep.store import Line
from .tui.figures.drawing import FORMATS, draw_panels
from .tui.figures.kinds import KINDS, MEASURES, FigureMap, Panel
from .tui.figures.summaries import comparison_panel, sweep_figure

At = Literal["birth", "end", "both"]


class FigureFile:
    """A figure of one or several runs."""

    def __init__(self, chart: str, of: Iterable[str], panels: Sequence[Panel | FigureMap]) -> None:
        """chart: its name; of: the runs it shows; panels: see tui/figures.

        Raises DrawingError without matplotlib, or where there is nothing to draw.
        """
        self.chart, self.of, self.panels = chart, tuple(of), tuple(panels)
        self.svg = self.data("svg")

    def data(self, form: str) -> bytes:
        """The figure as a file of that form: svg, pdf or png."""
        return draw_panels(self.chart, self.panels, form)

    def save(self, path: str | PathLike[str]) -> None:
        """Write it; the ending says the form. Raises ValueError of any other ending than .svg, .pdf
        or .png, and OSError where it cannot be written."""
        form = Path(path).suffix.lower().removeprefix(".")
        if form not in FORMATS:
            raise ValueError(f"{path}: no such form of a figure; allowed: {', '.join(FORMATS)}")
        Path(path).write_bytes(self.data(form))

    def _repr_svg_(self) -> str:
        return self.svg.decode()

    def __repr__(self) -> str:
        return f"<figure {self.chart}: {', '.join(self.of)}>"


def figure_of_runs(chart: str, runs: Sequence[RunDocument], at: At) -> FigureFile:
    """A figure of runs. chart: a name as of `vglab plot --chart`; at: of charts by layer, the
    record. Raises ValueError where there is no such chart, and what FigureFile raises."""
    refuse_unknown(chart, KINDS)
    return FigureFile(chart, (run.scenario for run in runs), KINDS[chart](runs, at))


def figure_of_comparison(chart: str, document: Comparison, at: At) -> FigureFile:
    """Scenarios side by side, a point a layer. chart: gradient, error-signal, update or
    displacement. Raises as `figure_of_runs` does."""
    refuse_unknown(chart, MEASURES)
    titles = (one.title for one in document.runs)
    return FigureFile(chart, titles, [comparison_panel(document, chart, at)])


def figure_of_sweep(
    figure: str | None,
    lines: Sequence[Line],
    keys: Sequence[str],
    scenario: Scenario | None = None,
) -> FigureFile:
    """A sweep over its first two keys, with theory's lines where the scenario is known. figure: the
    path of a number in a line. Raises ValueError where there is none, and what FigureFile raises.
    """
    path = figure or default_figure(lines)
    try:
        return FigureFile(path, keys, [sweep_figure(lines, keys, path, scenario)])
    except ExpectationError as error:
        raise ValueError(f"{path}: {error}") from error


def refuse_unknown(chart: str, known: Iterable[str]) -> None:
    """Raises ValueError where there is no such chart."""
    if chart not in known:
        hint = f"; .plot().save({chart!r}) writes a file" if "." in chart else ""
        raise ValueError(f"{chart!r} is no chart; allowed: {', '.join(known)}{hint}")
