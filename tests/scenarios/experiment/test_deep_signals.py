"""Signals far beyond float32, from a scenario on: against a pass whose scale is a logarithm.

What the network holds is float32's; what its signals must be follows from those weights in float64,
where each layer's Δ is brought back to size 1 and the power of ten it lost is added up.
"""

from collections.abc import Iterator
from math import inf, log10, sqrt

import numpy as np
import pytest
from oracle_seeds import SEEDS
from reference import activations, sigma
from vglab.engine.numerics import Exact
from vglab.scenarios.experiment.build import build
from vglab.scenarios.experiment.data import train_and_test
from vglab.scenarios.loading.inheritance import load

BATCH = 64
RIGHT = 1e-4
"""What the contract promises, down to 1e-300."""
RELU = ("network.activation=relu", "network.init=he", "network.gain=4")
TANH = ("network.activation=tanh", "network.init=orthogonal")


def norm(X: Exact) -> float:
    """‖X‖ where squares would be out of range."""
    largest = float(np.abs(X).max())
    return largest * float(np.linalg.norm(X / largest))


def decades(
    W: list[Exact], b: list[Exact], X: Exact, target: Exact, activation: str
) -> Iterator[tuple[int, float, float]]:
    """Of each layer, from the last: log10 of delta_rms and of grad_norm."""
    g, dg = activations()[activation]
    Z = [X @ W[0] + b[0]]
    for w, v in zip(W[1:], b[1:], strict=True):
        Z.append(g(Z[-1]) @ w + v)
    Delta, shift = sigma(Z[-1]) - target, -log10(len(X))
    for i in reversed(range(len(W))):
        size = float(np.abs(Delta).max())
        Delta, shift = Delta / size, shift + log10(size)
        A = g(Z[i - 1]) if i else X
        yield (
            i,
            log10(len(X) * norm(Delta) / sqrt(Delta.size)) + shift,
            log10(norm(A.T @ Delta)) + shift,
        )
        if i:
            Delta = Delta @ W[i].T * dg(Z[i - 1])


@pytest.mark.sampled(2)
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("depth", [100, 200])
@pytest.mark.parametrize("settings", [(), RELU, TANH], ids=["sigmoid", "relu", "tanh"])
def test_deep_signals_are_right(settings: tuple[str, ...], depth: int, seed: int) -> None:
    more = [f"network.depth={depth}", f"run.seed={seed}", "data.train=64", "data.test=2"]
    scenario = load("deep-sigmoid", [*settings, *more, "training.steps=1"])
    experiment = build(scenario)
    network = experiment.networks["model"]
    W = [tap.W[0].astype(np.float64) for tap in network.taps]
    b = [tap.b[0].astype(np.float64) for tap in network.taps]
    train, _ = train_and_test(scenario, [seed], network.dtype)
    X, target = train.X[0].astype(np.float64), train.target[0].astype(np.float64)
    next(experiment.steps)
    measures, lowest = experiment.trace.networks["model"].measures, inf
    for i, *true in decades(W, b, X, target, scenario.network.activation):
        for name, exponent in zip(("delta_rms", "grad_norm"), true, strict=True):
            if -300 < exponent < 308:
                lowest = min(lowest, exponent)
                read = measures[name][0, 0, i]
                assert abs(10 ** (log10(read) - exponent) - 1) < RIGHT, f"{name} of layer {i + 1}"
    assert settings or lowest < -0.55 * depth, "the signal of sigmoids is far beyond float32"
