"""The run before, as it stands behind the present one in the charts: in grey, without figures."""

from __future__ import annotations

import numpy as np

from ..scenarios.words import _
from .cleaning import Floats, extent, logarithm, medians
from .parts import key
from .roles import Role
from .runs import Line
from .scene import Scene

ROLE = Role.FOURTH


def layer_by_layer(scene: Scene, measure: str) -> Floats | None:
    """The ghost's medians in decades, one a layer of the present network, which are told from the
    loss back: NaN where the ghost has no such layer."""
    if scene.ghost is None:
        return None
    there = logarithm(medians(scene.ghost.latest(measure)[None])[0])
    found = np.full(scene.depth, np.nan)
    shared = min(scene.depth, len(there))
    found[-shared:] = there[-shared:]
    return found


def decades(scene: Scene, measures: tuple[str, ...]) -> tuple[float, float]:
    """The decades of the present run and, as they are now, of its ghost."""
    low, high = scene.decades(measures)
    ghosts = [layer_by_layer(scene, measure) for measure in measures]
    seen = [found for ghost in ghosts if ghost is not None and (found := extent(ghost))]
    return min([low, *(a for a, _b in seen)]), max([high, *(b for _a, b in seen)])


def losses(scene: Scene, names: list[str]) -> dict[str, tuple[Floats, Floats]]:
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


def entry(scene: Scene, mark: str) -> Line:
    """The legend's entry, where there is a ghost."""
    return key(mark, _("before"), ROLE) if scene.ghost is not None else []
