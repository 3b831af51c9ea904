"""What several panels have in common: legends, notes, and the colours of frozen layers."""

from __future__ import annotations

from ..scenarios.words import _
from .cleaning import Floats, logarithm
from .roles import Role
from .runs import BOLD, Line, Lines, style
from .scene import Scene
from .wire import Picture

SYMBOLS = {
    "grad_norm": "‖∂J/∂W‖",
    "delta_rms": "Δ rms",
    "update_ratio": "‖δW‖/‖W‖",
}
"""How a measure is written in a legend."""

EDGES = ("delta_rms_low", "delta_rms_high")
"""The theory's names for where it expects nearly all networks' error signals."""


def by_budget(scene: Scene) -> list[int]:
    """Layers that cannot get anywhere in the steps that are planned stand out."""
    frozen = scene.diagnosis.frozen
    return [Role.FROZEN if layer in frozen else Role.FIRST for layer in range(1, scene.depth + 1)]


def theory_of(scene: Scene, measure: str) -> Floats | None:
    """What theory expects of a measure, in decades, where it expects anything."""
    values = scene.theory.get(measure)
    return None if values is None else logarithm(values)


def expected(scene: Scene, measure: str) -> list[Floats]:
    """Between which edges theory expects a measure, in decades, where it says so."""
    known = measure == "delta_rms" and EDGES[0] in scene.theory
    return [logarithm(scene.theory[edge]) for edge in EDGES] if known else []


def picture(
    title: str,
    legend: Line,
    caption: Line,
    lines: Lines,
    time: tuple[int, int, int] | None = None,
) -> Picture:
    """A panel with its title and its legend."""
    head = [(title, style(Role.STRONG) | BOLD), *legend] if title else legend
    return Picture(head, caption, lines, time)


def key(mark: str, words: str, role: int) -> Line:
    """An entry of a legend."""
    return [("  ", 0), (f"{mark} ", style(role)), (words, style(Role.MUTED))]


def note(words: str) -> Line:
    """Words in the background."""
    return [(words, style(Role.MUTED))]


def replicas(scene: Scene) -> Line:
    """Of how many runs a chart shows the median."""
    count = next(iter(scene.trace.loss.values())).shape[1]
    return note(_("median of {count}, 10–90 %").format(count=count)) if count > 1 else []
