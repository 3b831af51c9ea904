"""A figure of runs, by matplotlib: shown in a notebook, written as SVG, PDF or PNG."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Literal

from .scenarios.documents.run import RunDocument
from .tui.figures.drawing import FORMATS, draw_figure
from .tui.figures.kinds import KINDS


class FigureFile:
    """A figure of one or several runs."""

    def __init__(
        self, chart: str, runs: Sequence[RunDocument], at: Literal["birth", "end", "both"] = "end"
    ) -> None:
        """chart: a name as of `vglab plot --chart`; at: of charts by layer, the record.

        Raises ValueError where there is no such chart, and DrawingError without matplotlib or where
        the runs have no such numbers.
        """
        if chart not in KINDS:
            raise ValueError(f"{chart!r} is no chart; allowed: {', '.join(KINDS)}")
        self.chart, self.runs, self.at = chart, tuple(runs), at
        self.svg = self.data("svg")

    def data(self, form: str) -> bytes:
        """The figure as a file of that form: svg, pdf or png."""
        return draw_figure(self.chart, self.runs, form, self.at)

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
        return f"<figure {self.chart}: {', '.join(run.scenario for run in self.runs)}>"
