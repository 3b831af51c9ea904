"""The textbook twin: the engine's networks again, as naively as their formulas read.

One network, no replica axis, any number type, everything allocated anew; no code is the engine's.
`forward` has normalization and skips and is written for autograd; `backward` is the textbook's, for
plain networks. P[i] holds layer i's parameters by name, those of a shortcut with the last layer it
passes over; `probes` are zeros added to each layer's Z, so that a gradient at them is Δ.
"""

from collections.abc import Callable, Sequence
from math import erfc, pi, sqrt
from typing import Any

import autograd.numpy
from autograd.extend import defvjp, primitive
from vglab.engine.nn.architecture import Architecture

np: Any = autograd.numpy
Array = Any
Function = Callable[[Array], Array]
Parameters = list[dict[str, Array]]


def sigma(z: Array) -> Array:
    small = np.exp(-np.abs(z))
    return np.where(z > 0, 1.0, small) / (1 + small)


def bell(z: Array) -> Array:
    return np.exp(-z * z / 2) / sqrt(2 * pi)


phi = primitive(
    lambda z: np.array([erfc(-v / sqrt(2)) / 2 for v in z.flat], z.dtype).reshape(z.shape)
)
defvjp(phi, lambda _, z: lambda up: up * bell(z))


def piecewise(high: Function, low: Function) -> Function:
    """`high` over 0, `low` elsewhere."""
    return lambda z: np.where(z > 0, high(z), low(np.minimum(z, 0)))


def constant(c: float) -> Function:
    return lambda z: c + 0 * z


ALPHA, SCALE = 1.6732632423543772, 1.0507009873554805


def activations(slope: float = 0.2) -> dict[str, tuple[Function, Function]]:
    """g and g′ by name."""
    return {
        "sigmoid": (sigma, lambda z: sigma(z) * sigma(-z)),
        "tanh": (np.tanh, lambda z: 4 * sigma(2 * z) * sigma(-2 * z)),
        "relu": (piecewise(lambda z: z, constant(0)), piecewise(constant(1), constant(0))),
        "leaky_relu": (
            piecewise(lambda z: z, lambda z: slope * z),
            piecewise(constant(1), constant(slope)),
        ),
        "elu": (piecewise(lambda z: z, np.expm1), piecewise(constant(1), np.exp)),
        "selu": (
            piecewise(lambda z: SCALE * z, lambda z: SCALE * ALPHA * np.expm1(z)),
            piecewise(constant(SCALE), lambda z: SCALE * ALPHA * np.exp(z)),
        ),
        "gelu": (lambda z: z * phi(z), lambda z: phi(z) + z * bell(z)),
        "silu": (lambda z: z * sigma(z), lambda z: sigma(z) * (1 + z * sigma(-z))),
        "softplus": (lambda z: np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))), sigma),
        "linear": (lambda z: 1 * z, constant(1)),
    }


LOSSES: dict[str, tuple[Callable[[Array, Array], Array], Callable[[Array, Array], Array]]] = {
    "binary_cross_entropy": (
        lambda z, t: np.sum(np.log1p(np.exp(-np.abs(z))) + np.maximum(z, 0) - t * z) / len(z),
        lambda z, t: ((1 - t) * sigma(z) - t * sigma(-z)) / len(z),
    ),
    "softmax_cross_entropy": (
        lambda z, t: np.sum(t * (np.log(np.sum(np.exp(z), 1, keepdims=True)) - z)) / len(z),
        lambda z, t: (np.exp(z) / np.sum(np.exp(z), 1, keepdims=True) - t) / len(z),
    ),
    "squared": (lambda z, t: np.sum((z - t) ** 2) / 2 / len(z), lambda z, t: (z - t) / len(z)),
}
"""J(Z, target), the mean over the batch, and ∂J/∂Z."""


def blocks(a: Architecture) -> list[range]:
    """The hidden layers each shortcut passes over; the first layer has none."""
    every = a.skip_every if a.skip != "none" else 1
    return [range(i, min(i + every, a.depth)) for i in range(1, a.depth, every)]


def linear(p: dict[str, Array], A: Array) -> Array:
    return A @ p["W"] + p["b"]


def weigh(a: Architecture, p: dict[str, Array], A: Array) -> Array:
    """A W + b; in a CNN, where a row is a place, the sum over the places around it."""
    if a.architecture != "cnn":
        return linear(p, A)
    k, side = a.kernel, a.side
    W = np.reshape(p["W"], (k, k, -1, a.width))
    border = (k // 2, k // 2)
    maps = np.reshape(A, (-1, side, side, W.shape[2]))
    maps = np.pad(maps, ((0, 0), border, border, (0, 0)), "constant")
    around = [(y, x) for y in range(k) for x in range(k)]
    Z = sum(maps[:, y : y + side, x : x + side] @ W[y, x] for y, x in around)
    return np.reshape(Z, (-1, a.width)) + p["b"]


def pool(a: Architecture, A: Array) -> Array:
    """The output layer's input (N, n): of a CNN's maps (N · places, n) the mean over the places."""
    if a.architecture != "cnn":
        return A
    return np.mean(np.reshape(A, (-1, a.side**2, a.width)), axis=1)


def normalize(a: Architecture, p: dict[str, Array], Z: Array) -> Array:
    if a.norm == "none":
        return Z
    axis = {"batch": 0, "layer": 1}[a.norm]
    X = Z - np.mean(Z, axis, keepdims=True)
    return p["gamma"] * X / np.sqrt(np.mean(X**2, axis, keepdims=True) + a.norm_eps) + p["beta"]


def join(a: Architecture, p: dict[str, Array], A: Array, branch: Array) -> Array:
    """The shortcut from A (N, n) and its branch (N, n) together, (N, n)."""
    if a.skip == "none":
        return branch
    if a.skip == "highway":
        T = sigma(A @ p["W_skip"] + p["b_skip"])
        return T * branch + (1 - T) * A
    return (A if a.skip == "identity" else A @ p["W_skip"]) + a.skip_scale * branch


def forward(
    a: Architecture, g: Function, P: Parameters, X: Array, probes: Sequence[Array]
) -> tuple[Array, list[Array], list[Array]]:
    """The output's Z, and for each hidden layer what g is given and what the layer puts out."""
    given: list[Array] = []
    out: list[Array] = []
    if a.skip_placement == "preactivation" and a.skip != "none":
        Y = weigh(a, P[0], X) + probes[0]
        for block in blocks(a):
            H = Y
            for i in block:
                given.append(normalize(a, P[i - 1], H))
                out.append(g(given[-1]))
                H = weigh(a, P[i], out[-1]) + (0 if i == block[-1] else probes[i])
            Y = join(a, P[block[-1]], Y, H) + probes[block[-1]]
        given.append(normalize(a, P[a.depth - 1], Y))
        out.append(g(given[-1]))
        return linear(P[-1], pool(a, out[-1])) + probes[-1], given, out
    A = X
    for block in [range(1), *blocks(a)]:
        skipped = A
        for i in block:
            Z = normalize(a, P[i], weigh(a, P[i], A))
            if i == block[-1] > 0 and a.skip_placement == "inside":
                Z = join(a, P[i], skipped, Z)
            given.append(Z + probes[i])
            A = g(given[-1])
            if i == block[-1] > 0 and a.skip_placement == "outside":
                A = join(a, P[i], skipped, A)
            out.append(A)
    return linear(P[-1], pool(a, A)) + probes[-1], given, out


def backward(
    dg: Function,
    P: Parameters,
    X: Array,
    preactivations: list[Array],
    out: list[Array],
    Delta: Array,
) -> tuple[list[Array], Parameters]:
    """Δ⁽ˡ⁻¹⁾ = Δ⁽ˡ⁾ W⁽ˡ⁾ᵀ ∘ g′(Z⁽ˡ⁻¹⁾), ∂J/∂W = AᵀΔ, ∂J/∂b = 1ᵀΔ, of a plain network."""
    Deltas = [Delta]
    for p, Z in zip(reversed(P[1:]), reversed(preactivations), strict=True):
        Deltas.insert(0, Deltas[0] @ p["W"].T * dg(Z))
    inputs = [X, *out]
    return Deltas, [
        {"W": A.T @ D, "b": np.sum(D, 0, keepdims=True)}
        for A, D in zip(inputs, Deltas, strict=True)
    ]
