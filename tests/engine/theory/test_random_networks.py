"""Theory of plain networks drawn at random, against quadrature on Gauss-Legendre panels."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import exp, pi, sqrt

import numpy as np
import pytest
from oracle_seeds import SEEDS
from reference import activations
from vglab.engine.nn.activations import ACTIVATIONS
from vglab.engine.nn.architecture import Architecture
from vglab.engine.numerics import Exact
from vglab.engine.theory.predictions import theory_for

EDGES = [0, 1e-3, 0.01, 0.05, 0.2, 0.6, 1.5, 3, 6, 12]
"""Panels of a Gaussian's right half: a kink at 0 lies between two."""
OUTPUT = 0.5
"""The error signal at the output."""


def gaussian_nodes() -> tuple[Exact, Exact]:
    """z and the weights of E f(z)."""
    t, w = np.polynomial.legendre.leggauss(60)
    panels = list(pairwise(EDGES))
    z = np.concatenate([(b - a) / 2 * t + (a + b) / 2 for a, b in panels])
    p = np.concatenate([(b - a) / 2 * w for a, b in panels]) * np.exp(-z * z / 2) / sqrt(2 * pi)
    return np.concatenate([-z, z]), np.tile(p, 2)


Z, P = gaussian_nodes()


@dataclass(frozen=True)
class Layer:
    """Averages over a layer's units."""

    slope: float
    """E g′²."""
    mean: float
    square: float


def layer(g: Callable[[Exact], Exact], dg: Callable[[Exact], Exact], q: float) -> Layer:
    """Of one whose pre-activations are N(0, q)."""
    z = sqrt(q) * Z
    A, S = g(z), dg(z)
    return Layer(float(S * S @ P), float(A @ P), float(A * A @ P))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_curves_of_random_networks(name: str, seed: int) -> None:
    rng = np.random.default_rng([seed, len(name)])
    gain, depth, width = (
        exp(rng.uniform(-1.2, 1.4)),
        int(rng.integers(3, 30)),
        int(rng.integers(8, 200)),
    )
    bias, square = float(rng.choice([0, rng.uniform(0, 1)])), float(rng.uniform(0.1, 2))
    a = Architecture(2, 1, depth, width, activation=name, init="lecun", gain=gain, bias_std=bias)
    found = theory_for(a, square, OUTPUT)
    assert found
    g, dg = activations()[name]
    layers = list[Layer]()
    for _ in range(depth):
        layers.append(layer(g, dg, gain**2 * square + bias**2))
        square = layers[-1].square
    S = np.array([each.slope for each in layers])
    mean, root = (
        np.array(values)
        for values in zip(*((each.mean, sqrt(each.square)) for each in layers), strict=True)
    )
    # A hidden layer gets the signal of the one above times σ_w² E g′²; the last, from one output.
    factors = np.append(gain**2 * np.ones(depth - 1), gain**2 / width) * S
    delta = OUTPUT * np.sqrt(np.cumprod(factors[::-1])[::-1])
    rate = exp(-np.polyfit(np.arange(depth), np.log(delta), 1)[0])
    measures = {key: np.array(values[:-1]) for key, values in found.measures.items()}
    np.testing.assert_allclose(measures["delta_rms"], delta, rtol=1e-5)
    np.testing.assert_allclose(measures["slope_rms"], np.sqrt(S), rtol=1e-6)
    assert np.abs((measures["activation_mean"] - mean) / root).max() < 1e-6
    std = np.sqrt(root**2 - mean**2)
    assert np.abs((measures["activation_std"] - std) / root).max() < 1e-6
    assert found.rate == pytest.approx(rate, rel=1e-5)
