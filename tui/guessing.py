"""Predict, run, reveal: a guess of the factor per layer against what is measured and foreseen.

The factor counts once a layer, so an error in it counts as often as there are layers: the score is
by how many decades the guess is off by the time the error signal has reached the first layer.
"""

from __future__ import annotations

import math

from ..engine.fits import rates
from ..engine.medians import median
from .revealing import STEPS
from .scene import Scene


def factors(scene: Scene) -> dict[str, float]:
    """The factor per layer at birth, where it is looked at, and by theory; what is not there, or
    not finite, is left out."""
    hidden = [at for at, layer in enumerate(scene.tables.layers) if layer.kind != "output"]
    if len(hidden) < 2:
        return {}
    born = scene.rows("delta_rms", slice(0, 1))[0]
    found = {"birth": float(median(rates(born[:, hidden])))}
    found["now"] = scene.diagnosis.rate
    if "delta_rms" in scene.theory:
        found["theory"] = float(rates(scene.theory["delta_rms"][hidden]))
    known = {name: rate for name, rate in found.items() if math.isfinite(rate)}
    return known | {STEPS: float(len(hidden) - 1)}
