"""The points of a scenario whose data lie in the plane: what a picture of the plane shows."""

from __future__ import annotations

import numpy as np

from ..engine.games import GAMES
from ..engine.targets import latent
from ..scenarios.samples import in_plane, parts, target
from ..scenarios.spec import Scenario
from .likeness import Points

_SHOWN = 256
"""Points that are shown: as many as can be told apart."""


def points(scenario: Scenario) -> Points | None:
    """Points of the first replica's data, each class by itself; None where they have no plane."""
    return _KINDS[scenario.kind](scenario)


def _classified(scenario: Scenario) -> Points | None:
    if not in_plane(scenario):
        return None
    _learnt, held_back = parts(scenario, [scenario.run.seed], np.float64)
    X, y = held_back.X[0, :_SHOWN], held_back.target[0, :_SHOWN, 0]
    share = scenario.network.loss == "squared"
    return Points([X[y < 0.5], X[y > 0.5]], output="share" if share else "logit")


def _imitated(scenario: Scenario) -> Points | None:
    rng, draw = np.random.default_rng(scenario.run.seed), target(scenario)
    if draw is None:
        return None
    real = draw(rng, _SHOWN)
    fed = latent(scenario.gan.latent)(rng, _SHOWN)
    sure = GAMES[scenario.gan.loss].probability
    return Points([real], fed, "logit" if sure else "critic")


_KINDS = {"classifier": _classified, "gan": _imitated}
