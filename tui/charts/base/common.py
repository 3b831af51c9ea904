"""What several charts share: legends, colors, equations, figures in words, theory and ghost."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ....scenarios.documents.missing_law import why_no_law
from ....scenarios.i18n import N_, _, factor_text, figure
from ...protocol import Picture
from ...render.palette import Role
from ...render.styled_text import BOLD, Line, Lines, style
from ..plotting.series import Floats, extent, logarithm, medians
from .chain import ChainStep, backward
from .legends import LegendEntry
from .scene import Scene

SYMBOLS = {
    "grad_norm": "‖∂J/∂W‖",
    "delta_rms": "Δ rms",
    "update_ratio": "‖δW‖/‖W‖",
    "displacement": "‖W - W₀‖/‖W₀‖",
}
"""How a measure is written in a legend."""

EDGES = ("delta_rms_low", "delta_rms_high")
"""The theory's names for where it expects nearly all networks' error signals."""


def budget_roles(scene: Scene) -> list[int]:
    """Layers that never got anywhere, nor can in the steps that are planned, stand out; those that
    have, and rest or have come to a stop, are calm."""
    found = scene.diagnosis
    frozen, done = found.frozen, (*found.done, *found.stopped)
    roles = dict.fromkeys(done, Role.DONE) | dict.fromkeys(frozen, Role.FROZEN)
    return [roles.get(layer, Role.FIRST) for layer in range(1, scene.depth + 1)]


def budget_entries(scene: Scene) -> list[LegendEntry]:
    """What the colors of `budget_roles` mean, where they are to be seen."""
    found = scene.diagnosis
    frozen, done, stopped = found.frozen, found.done, found.stopped
    marks = scene.glyphs.frozen[-1], scene.glyphs.eighths[-1]
    return [
        *([LegendEntry(marks[0], Role.FROZEN, [_("frozen")])] if frozen else []),
        *([LegendEntry(marks[1], Role.DONE, [_("done")])] if done else []),
        *([LegendEntry(marks[1], Role.DONE, [_("stopped")])] if stopped else []),
    ]


def theory_entry(scene: Scene) -> LegendEntry:
    """What theory's dots mean."""
    words = [_("theory (init.)"), _("theory (init.)"), _("theory")]
    return LegendEntry(scene.glyphs.theory, Role.THEORY, words)


def edge_entry(scene: Scene) -> LegendEntry:
    """What the marks around theory's dots mean."""
    return LegendEntry(scene.glyphs.edge, Role.THEORY, [_("most networks")])


def theory_decades(scene: Scene, measure: str) -> Floats | None:
    """What theory expects of a measure, in decades, where it expects anything."""
    values = scene.theory.get(measure)
    return None if values is None else logarithm(values)


def theory_edges(scene: Scene, measure: str) -> list[Floats]:
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


def note(words: str) -> Line:
    """Words in the background."""
    return [(words, style(Role.MUTED))]


def replicas(scene: Scene) -> Line:
    """Of how many runs a chart shows the median."""
    count = next(iter(scene.trace.loss.values())).shape[1]
    return note(_("median of {count}, 10–90 %").format(count=count)) if count > 1 else []


SIGNAL = "Δ⁽ˡ⁾ = ∂J/∂Z⁽ˡ⁾ = Δ⁽ˡ⁺¹⁾ W⁽ˡ⁺¹⁾ᵀ ∘ g′(Z⁽ˡ⁾)"
GRADIENT = "∂J/∂W⁽ˡ⁾ = A⁽ˡ⁻¹⁾ᵀ Δ⁽ˡ⁾"
UPDATE = "‖δW⁽ˡ⁾‖ / ‖W⁽ˡ⁾‖"
FORWARD = "Z⁽ˡ⁾ = A⁽ˡ⁻¹⁾ W⁽ˡ⁾ + b⁽ˡ⁾,   A⁽ˡ⁾ = g(Z⁽ˡ⁾)"

HOW_BARS_ARE_READ = N_(
    "Bars are ‖∂J/∂W‖, the norm of a layer's gradient; the short line is Δ rms, the root mean "
    "square of the error signal, times the batch size. The axis is logarithmic."
)
HOW_MARKS_ARE_READ = N_(
    "Dots are theory at initialization, computed without training; double lines are the run that "
    "this one is compared with: its base, the run before the change, or the one that p has pinned; "
    "where it has another number of layers, they stand as far from the loss as they did there. "
    "A hatched bar, in its own color, is a frozen layer: all planned steps together move it by "
    "less than 1 %, and it has not moved by more. A gray one has moved, and its steps are small "
    "now: it is done where the network has learned, else it has come to a stop."
)
HOW_IT_IS_JUDGED = N_(
    "The verdict is on movement, not on the factor per layer: ×0.23 leaves layer 1 enough to move "
    "in a network of two layers, and next to nothing in one of ten. Where every layer can move by "
    "a hundredth of its norm (1 %) over the planned steps, it is healthy. It is judged by one "
    "batch, so it may change with the next; while training goes, it tells what holds mostly of "
    "late, and counts layers from the least to the most of late, as in 5–8/10."
)
W_SHARE = N_(
    "The factor of W is what remains of a step without g′: it includes normalization, skip "
    "connections and convolutions."
)

GHOST = Role.FOURTH


def ghost_layers(scene: Scene, measure: str, log: bool = True) -> Floats | None:
    """The ghost's medians, in decades or as they are, one a layer of the present network, which are
    told from the loss back: NaN where the ghost has no such layer. None where it has no such
    measure."""
    if scene.ghost is None or not scene.ghost.has(measure):
        return None
    there = medians(scene.ghost.latest(measure)[None])[0]
    there = logarithm(there) if log else there
    found = np.full(scene.depth, np.nan)
    shared = min(scene.depth, len(there))
    found[-shared:] = there[-shared:]
    return found


def decades_with_ghost(scene: Scene, measures: tuple[str, ...]) -> tuple[float, float]:
    """The decades of the present run and, as they are now, of its ghost, where that is finite."""
    low, high = scene.decades(measures)
    if ghost_diverged(scene):
        return low, high
    ghosts = [ghost_layers(scene, measure) for measure in measures]
    seen = [found for ghost in ghosts if ghost is not None and (found := extent(ghost))]
    return min([low, *(a for a, _b in seen)]), max([high, *(b for _a, b in seen)])


def ghost_diverged(scene: Scene) -> bool:
    """Whether there is a ghost, and it diverges somewhere: how far it goes sets no axis."""
    return scene.ghost is not None and scene.ghost.trace.diverged_at is not None


def ghost_losses(scene: Scene, names: list[str]) -> dict[str, tuple[Floats, Floats]]:
    """The ghost's losses of these names, so far: steps and medians."""
    if scene.ghost is None:
        return {}
    trace, upto = scene.ghost.trace, scene.ghost.upto
    steps = trace.records[:upto].astype(np.float64)
    return {
        name: (steps, medians(trace.loss[name][:upto, :, None])[:, 0])
        for name in names
        if name in trace.loss
    }


def ghost_entry(scene: Scene, mark: str) -> list[LegendEntry]:
    """The legend's entry of the ghost, where there is one."""
    if scene.ghost is None:
        return []
    return [LegendEntry(mark, GHOST, scene.ghost.called or [_("before")])]


def ghost_loss_entry(scene: Scene, mark: str) -> list[LegendEntry]:
    """The same where only its loss is drawn, beside an accuracy of this run."""
    return [
        entry._replace(forms=[_("loss, {name}").format(name=name) for name in entry.forms])
        for entry in ghost_entry(scene, mark)
    ]


def value_at(scene: Scene, measure: str, layer: int) -> float:
    """A measure of a layer: the median over the replicas."""
    return float(medians(scene.latest(measure)[None])[0, layer - 1])


def _link(scene: Scene, layer: int) -> ChainStep | None:
    return next((link for link in backward(scene).links if link.layer == layer), None)


def delta_figures(scene: Scene, layer: int) -> Iterator[str]:
    """The error signal as a product, and against theory."""
    link = _link(scene, layer)
    if link is None:
        said = _("Δ({layer}) rms = {value}: as it comes from the loss")
        yield said.format(layer=layer, value=figure(value_at(scene, "delta_rms", layer)))
    else:
        product = _(
            "Δ({layer}) rms = {value} = {before} at layer {other} × {weights} by W"
            " × {bend} by g′ ({whole} of the loss's)"
        )
        apart = _("Δ({layer}) rms = {value}, {before} at layer {other} ({whole} of the loss's)")
        known = math.isfinite(link.weights) and math.isfinite(link.bend)
        yield (product if known else apart).format(
            layer=layer,
            value=figure(link.after),
            before=figure(link.before),
            other=link.other,
            weights=figure(link.weights),
            bend=figure(link.bend),
            whole=f"×{figure(link.product)}",
        )
    yield from theory_figures(scene, "delta_rms", layer)


def gradient_figures(scene: Scene, layer: int) -> Iterator[str]:
    """The gradient of a layer's weights."""
    yield f"‖∂J/∂W({layer})‖ = {figure(value_at(scene, 'grad_norm', layer))}"
    yield from theory_figures(scene, "grad_norm", layer)


def theory_figures(scene: Scene, measure: str, layer: int) -> Iterator[str]:
    """What theory expects there at initialization, and how far off that is."""
    if measure not in scene.theory:
        return
    value = float(scene.theory[measure][layer - 1])
    said = _(
        "theory, at initialization: {symbol} = {value}; the measured value is now ×{share} of it"
    )
    share = value_at(scene, measure, layer) / value if value else math.nan
    if math.isfinite(share):
        symbol = SYMBOLS.get(measure, measure)
        yield said.format(symbol=symbol, value=figure(value), share=figure(share))


def law_figures(scene: Scene) -> Iterator[str]:
    """Which law the theory's marks follow."""
    found = scene.law
    if not scene.asked:
        yield _("theory: being computed")
        return
    if found is None:
        reason = why_no_law(scene.law_missing)
        yield _("theory: none. {reason}").format(reason=reason).rstrip()
        return
    measured = factor_text(scene.diagnosis.mean_rate)
    said = _("theory: ×{rate} per layer at initialization, from: {source}")
    if math.isfinite(scene.diagnosis.mean_rate):
        said = _(
            "theory: ×{rate} per layer at initialization (measured now: ×{measured}), from: "
            "{source}"
        )
    yield said.format(rate=factor_text(found.rate), measured=measured, source=found.source)
