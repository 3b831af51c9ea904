"""The figures of a chart in words: what its equation comes to on the screen now.

Each yields lines for one layer, counted from 1; those without layers pass over it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...engine.diagnosis.diagnosis import FROZEN_BUDGET
from ...scenarios.i18n import _, figure
from .chain import Link, backward
from .common import SYMBOLS
from .plotting.series import medians
from .scene import Scene


def value_at(scene: Scene, measure: str, layer: int) -> float:
    """A measure of a layer: the median over the replicas."""
    return float(medians(scene.latest(measure)[None])[0, layer - 1])


def _link(scene: Scene, layer: int) -> Link | None:
    return next((link for link in backward(scene).links if link.layer == layer), None)


def delta(scene: Scene, layer: int) -> Iterator[str]:
    """The error signal as a product, and against theory."""
    link = _link(scene, layer)
    if link is None:
        said = _("Δ({layer}) rms = {value}: as the loss puts it in")
        yield said.format(layer=layer, value=figure(value_at(scene, "delta_rms", layer)))
    else:
        said = _(
            "Δ({layer}) rms = {value} = {before} at layer {other} × {weights} by W"
            " × {bend} by g′ ({whole} of the loss's)"
        )
        yield said.format(
            layer=layer,
            value=figure(link.after),
            before=figure(link.before),
            other=link.other,
            weights=figure(link.weights),
            bend=figure(link.bend),
            whole=f"×{figure(link.product)}",
        )
    yield from foretold(scene, "delta_rms", layer)


def gradient(scene: Scene, layer: int) -> Iterator[str]:
    """The gradient of a layer's weights."""
    yield f"‖∂J/∂W({layer})‖ = {figure(value_at(scene, 'grad_norm', layer))}"
    yield from foretold(scene, "grad_norm", layer)


def foretold(scene: Scene, measure: str, layer: int) -> Iterator[str]:
    """What theory expects there at birth, and how far off that is."""
    if measure not in scene.theory:
        return
    value = float(scene.theory[measure][layer - 1])
    said = _("theory, at birth: {symbol} = {value}; measured now is ×{share} of it")
    share = value_at(scene, measure, layer) / value if value else math.nan
    if math.isfinite(share):
        symbol = SYMBOLS.get(measure, measure)
        yield said.format(symbol=symbol, value=figure(value), share=figure(share))


def law(scene: Scene) -> Iterator[str]:
    """Which law the theory's marks follow."""
    found = scene.law
    if found is None:
        yield _("theory: no law is known for this network, so none is drawn")
        return
    measured = figure(scene.diagnosis.rate)
    said = _("theory: ×{rate} a layer at birth (measured now ×{measured}), from: {source}")
    yield said.format(rate=figure(found.rate), measured=measured, source=found.source)


def update_figures(scene: Scene, layer: int) -> Iterator[str]:
    """An update, and how far the planned ones would carry."""
    ratio, steps = value_at(scene, "update_ratio", layer), scene.trace.steps
    budget = scene.diagnosis.budget[layer - 1]
    yield f"‖δW({layer})‖ / ‖W({layer})‖ = {figure(ratio)}"
    said = _("× {steps} steps = {budget}: under {least}, so the layer is frozen")
    moves = _("× {steps} steps = {budget}: at least {least}, so the layer gets somewhere")
    form = said if layer in scene.diagnosis.frozen else moves
    yield form.format(steps=steps, budget=figure(budget), least=figure(FROZEN_BUDGET))
