"""The diagnosis as the verdict line says it: in four lengths, the longest first."""

from __future__ import annotations

from .scene import Scene
from .why import brief, pace, sentence, short
from .wire import Verdict


def said_of(scene: Scene) -> Verdict:
    """What is the matter with the network that is looked at, and by which numbers."""
    found, layers = scene.diagnosis, scene.tables.layers
    forms = [sentence(found, layers), short(found, layers), brief(found, layers), pace(found)]
    return Verdict(found.state, forms)
