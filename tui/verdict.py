"""The diagnosis as the verdict line says it: in three lengths, the longest first."""

from __future__ import annotations

from ..scenarios.words import _
from .scales import figure
from .scene import Scene
from .why import sentence, short
from .wire import Verdict


def said_of(scene: Scene) -> Verdict:
    """What is the matter with the network that is looked at, and by which numbers."""
    found, layers = scene.diagnosis, scene.tables.layers
    least = _("×{rate} a layer · {frozen}/{layers} frozen").format(
        rate=figure(found.rate), frozen=len(found.frozen), layers=len(layers)
    )
    return Verdict(found.state, [sentence(found, layers), short(found, layers), least])
