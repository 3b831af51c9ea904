"""The points of a scenario whose data lie in the plane: what a picture of the plane shows."""

from __future__ import annotations

import numpy as np

from ..engine.data import DATASETS, generate, split
from ..engine.games import GAMES
from ..engine.targets import TARGETS, latent
from ..scenarios.spec import Scenario
from .likeness import Points

_SHOWN = 256
"""Points that are shown: as many as can be told apart."""


def points(scenario: Scenario) -> Points | None:
    """Points of the first replica's data, each class by itself; None where they have no plane."""
    return _KINDS[scenario.kind](scenario)


def _classified(scenario: Scenario) -> Points | None:
    data = scenario.data
    if data.name not in DATASETS:
        return None
    made = generate(data.name, [scenario.run.seed], data.train + data.test, data.noise, np.float64)
    held_back = split(made, data.train)[1]
    X, y = held_back.X[0, :_SHOWN], held_back.target[0, :_SHOWN, 0]
    share = scenario.network.loss == "squared"
    return Points([X[y < 0.5], X[y > 0.5]], output="share" if share else "logit")


def _imitated(scenario: Scenario) -> Points | None:
    data, rng = scenario.data, np.random.default_rng(scenario.run.seed)
    if data.name not in TARGETS:
        return None
    real = TARGETS[data.name](rng, _SHOWN, data.noise)
    fed = latent(scenario.gan.latent)(rng, _SHOWN)
    sure = GAMES[scenario.gan.loss].probability
    return Points([real], fed, "logit" if sure else "critic")


_KINDS = {"classifier": _classified, "gan": _imitated}
