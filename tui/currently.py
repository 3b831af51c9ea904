"""The figures of a chart in words: what its equation comes to on the screen now.

Each yields lines for one layer, counted from 1; those without layers pass over it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from ..engine.activations import ACTIVATIONS
from ..engine.diagnosis import FROZEN_BUDGET
from ..engine.medians import median
from ..engine.signals import SATURATED
from ..scenarios.words import _
from .chain import Link, backward
from .cleaning import extent, medians
from .parts import SYMBOLS
from .scales import figure
from .scene import Scene


def of(scene: Scene, measure: str, layer: int) -> float:
    """A measure of a layer: the median over the replicas."""
    return float(medians(scene.latest(measure)[None])[0, layer - 1])


def _link(scene: Scene, layer: int) -> Link | None:
    return next((link for link in backward(scene).links if link.layer == layer), None)


def delta(scene: Scene, layer: int) -> Iterator[str]:
    """The error signal as a product, and against theory."""
    link = _link(scene, layer)
    if link is None:
        said = _("Δ({layer}) rms = {value}: as the loss puts it in")
        yield said.format(layer=layer, value=figure(of(scene, "delta_rms", layer)))
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
    yield f"‖∂J/∂W({layer})‖ = {figure(of(scene, 'grad_norm', layer))}"
    yield from foretold(scene, "grad_norm", layer)


def foretold(scene: Scene, measure: str, layer: int) -> Iterator[str]:
    """What theory expects there at birth, and how far off that is."""
    if measure not in scene.theory:
        return
    value = float(scene.theory[measure][layer - 1])
    said = _("theory, at birth: {symbol} = {value}; measured now is ×{share} of it")
    share = of(scene, measure, layer) / value if value else math.nan
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


def update(scene: Scene, layer: int) -> Iterator[str]:
    """An update, and how far the planned ones would carry."""
    ratio, steps = of(scene, "update_ratio", layer), scene.trace.steps
    budget = scene.diagnosis.budget[layer - 1]
    yield f"‖δW({layer})‖ / ‖W({layer})‖ = {figure(ratio)}"
    said = _("× {steps} steps = {budget}: under {least}, so the layer is frozen")
    moves = _("× {steps} steps = {budget}: at least {least}, so the layer gets somewhere")
    form = said if layer in scene.diagnosis.frozen else moves
    yield form.format(steps=steps, budget=figure(budget), least=figure(FROZEN_BUDGET))


def layers(scene: Scene, layer: int) -> Iterator[str]:
    """Of the first chart."""
    for measure in scene.measures:
        yield from {"delta_rms": delta, "grad_norm": gradient}[measure](scene, layer)
    yield from law(scene)


def history(scene: Scene, layer: int) -> Iterator[str]:
    """A layer's row of the map, from its first column to now, and the ends of the colours."""
    measure = scene.measures[0]
    born = float(medians(scene.rows(measure, slice(0, 1)))[0, layer - 1])
    now = of(scene, measure, layer)
    said = _("{symbol} of layer {layer}: {born} at birth, {now} now (×{share})")
    share = figure(now / born if born else None)
    yield said.format(
        symbol=SYMBOLS[measure], layer=layer, born=figure(born), now=figure(now), share=share
    )
    found = extent(scene.past(measure))
    if found:
        yield _("of all layers and steps: from {low} to {high}").format(
            low=figure(found[0]), high=figure(found[1])
        )


def learning(scene: Scene, layer: int) -> Iterator[str]:
    """Losses and accuracies, first and now."""
    del layer
    for name, values in scene.trace.loss.items():
        born, now = (figure(float(median(values[row]))) for row in (0, scene.upto - 1))
        yield _("loss ({name}): {born} at birth, {now} now").format(name=name, born=born, now=now)
    for name, values in scene.trace.accuracy.items():
        now = figure(float(median(values[scene.upto - 1])))
        yield _("accuracy ({name}): {now}").format(name=name, now=now)


def activations(scene: Scene, layer: int) -> Iterator[str]:
    """What comes out of a layer."""
    mean, std = (figure(of(scene, f"activation_{name}", layer)) for name in ("mean", "std"))
    yield f"A({layer}) = {mean} ± {std}"


def saturation(scene: Scene, layer: int) -> Iterator[str]:
    """Shares of a layer, and the slope under which a unit counts as saturated."""
    steepest = ACTIVATIONS[scene.tables.layers[layer - 1].activation].steepest
    for words, measure in ((_("saturated"), "saturated"), (_("dead"), "dead")):
        yield f"{words}: {100 * of(scene, measure, layer):.3g} %"
    said = _("sup |g′| = {steepest}, so a slope under {least} counts as saturated")
    yield said.format(steepest=figure(steepest), least=figure(SATURATED * steepest))


def shape(scene: Scene, layer: int) -> Iterator[str]:
    """What the slopes come to where the sums lie."""
    mean = figure(of(scene, "slope_rms", layer))
    yield _("g′ of layer {layer}, root mean square: {value}").format(layer=layer, value=mean)


def weights(scene: Scene, layer: int) -> Iterator[str]:
    """A layer's weights and their gradients, as lengths."""
    W, dW = (of(scene, name, layer) for name in ("weight_norm", "grad_norm"))
    yield f"‖W({layer})‖ = {figure(W)},   ‖∂J/∂W({layer})‖ = {figure(dW)}"


def game(scene: Scene, layer: int) -> Iterator[str]:
    """How sure the discriminator is."""
    del layer
    for name, values in scene.trace.gan.items():
        yield f"{name.replace('_', ' ')}: {figure(float(median(values[scene.upto - 1])))}"


def lags(scene: Scene, layer: int) -> Iterator[str]:
    """How fast the error signal fades through time."""
    del layer
    found = scene.diagnosis
    if found.step_rate is not None and found.step_ratio is not None:
        said = _("×{rate} a step back in time; first over last step: {ratio}")
        yield said.format(rate=figure(found.step_rate), ratio=figure(found.step_ratio))


def signals(scene: Scene, layer: int) -> Iterator[str]:
    """All four."""
    for part in (activations, delta, gradient, update):
        yield from part(scene, layer)
    yield from law(scene)


def walked(scene: Scene, layer: int) -> Iterator[str]:
    """The step at hand."""
    yield from delta(scene, layer)
    yield from law(scene)


def many(scene: Scene, layer: int) -> Iterator[str]:
    """Of the scenario that the room was opened from."""
    del layer
    said = _("the open network: ×{rate} a layer, first over last hidden layer {ratio}")
    found = scene.diagnosis
    yield said.format(rate=figure(found.rate), ratio=figure(found.ratio))
    yield from law(scene)
