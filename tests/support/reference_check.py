"""Ties the engine's networks to their textbook twin: same weights, same data, exact measures."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Any, get_args

import autograd
import numpy as np
from autograd.extend import defvjp, primitive
from reference import LOSSES, Array, Function, Parameters, activations, backward, blocks, forward
from reference_rnn import GATES, recur
from vglab.engine.measure.probe import Probe
from vglab.engine.nn.activations import ACTIVATIONS
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.layers import Dense
from vglab.engine.nn.network import Network
from vglab.engine.nn.normalization import BatchNorm, LayerNorm
from vglab.scenarios.schema.spec import Norm, Placement, Skip

LONG = np.longdouble
WIDE = bool(np.finfo(LONG).minexp < -16000)
"""True where long double has the range to hold 1e-300 squared."""


@dataclass(frozen=True)
class Batch:
    """Inputs and targets: X (R, N, inputs), target (R, N, outputs)."""

    X: Array
    target: Array


NORMS, SKIPS, PLACEMENTS = get_args(Norm), get_args(Skip), get_args(Placement)


def block_forms() -> Iterator[Architecture]:
    """Every way of normalizing and skipping: a small network each."""
    base = Architecture(inputs=3, depth=5, width=6, activation="tanh", bias_std=0.1)
    for norm in NORMS:
        yield replace(base, norm=norm)
        for skip, where, every in product(SKIPS, PLACEMENTS, (1, 2, 3)):
            scales = (1.0, 0.7) if skip != "highway" else (1.0,)
            for scale in scales if skip != "none" else ():
                yield replace(
                    base,
                    norm=norm,
                    skip=skip,
                    skip_placement=where,
                    skip_every=every,
                    skip_scale=scale,
                )


def other_forms() -> Iterator[Architecture]:
    """Convolutions, with norms and skips, and recurrent networks: a small one of each."""
    maps = Architecture(2, 1, 3, 4, "cnn", activation="tanh", bias_std=0.1, side=4)
    for norm, skip, where in product(NORMS, SKIPS, PLACEMENTS):
        if skip != "none" or where == PLACEMENTS[0]:
            yield replace(maps, norm=norm, skip=skip, skip_placement=where, skip_every=1)
    yield replace(maps, kernel=1)
    yield replace(maps, kernel=5)
    for cell, activation, depth in product(GATES, ACTIVATIONS, (1, 3)):
        yield Architecture(2, 1, depth, 4, cell, activation, bias_std=0.1, length=6)
    for cell in GATES:
        yield Architecture(2, 1, 2, 4, cell, "tanh", init="orthogonal", length=1)


def form_id(a: Architecture) -> str:
    """A test's id."""
    skip = f"{a.skip}-{a.skip_placement}-every{a.skip_every}-times{a.skip_scale}"
    kind = {"cnn": f"-{a.kernel}", "mlp": ""}.get(a.architecture, f"-{a.length}")
    form = f"{a.architecture}{kind}-{a.depth}-{a.activation}-{a.init}-{a.norm}"
    return f"{form}-{skip if a.skip != 'none' else 'plain'}"


def sample_size(a: Architecture) -> int:
    """How many numbers a sample has."""
    return a.inputs * {"mlp": 1, "cnn": a.side**2}.get(a.architecture, a.length)


def fitting(a: Architecture, loss: str) -> Architecture:
    """`a` with as many outputs as the loss is meant for."""
    return replace(a, outputs=1 if loss == "binary_cross_entropy" else 3)


def draw_batch(a: Architecture, loss: str, R: int, N: int, dtype: Any = np.float64) -> Batch:
    """X (R, N, inputs) and targets (R, N, outputs) of the loss's kind, at random."""
    rng = np.random.default_rng(7)
    X = rng.standard_normal((R, N, sample_size(a))).astype(dtype)
    if loss == "squared":
        return Batch(X, rng.standard_normal((R, N, a.outputs)).astype(dtype))
    # Classes of unlike size: gradients of a constant output would else cancel, and be all rounding.
    classes = rng.choice(max(2, a.outputs), size=(R, N), p=[0.8, 0.2] if a.outputs < 3 else None)
    target = np.eye(a.outputs)[classes] if a.outputs > 1 else classes[..., None]
    return Batch(X, target.astype(dtype))


def run(network: Network, batch: Batch, loss: str, probe: Probe | None = None) -> Array:
    """One pass forward and back through the engine, measured or not: its loss, (R,)."""
    from vglab.engine.nn.losses import LOSSES

    Z = network.forward(batch.X)
    value = LOSSES[loss](Z, batch.target, network.Delta)
    if probe:
        probe.backward(0, network.Delta)
    else:
        network.backward(network.Delta)
    return value


def measure(network: Network, batch: Batch, loss: str) -> dict[str, Array]:
    """What the probe reads of a pass and of an update by a tenth of the gradient: (R, L) each."""
    probe = Probe(network, np.arange(1))
    with np.errstate(all="ignore"):
        run(network, batch, loss, probe)
        network.restore()
        np.multiply(network.grad, 0.1, out=network.step)
        probe.update(0)
    return {name: values[0] for name, values in probe.trace.measures.items()}


def parameters(network: Network, r: int, dtype: Any = np.float64, prefix: str = "") -> Parameters:
    """Replica r's parameters as the twin wants them; prefix "d" for their gradients."""

    def take(leaf: Any, *names: str) -> dict[str, Array]:
        return {name: getattr(leaf, prefix + name)[r].astype(dtype) for name in names}

    trunk = [tap.layer for tap in network.taps]
    P = [take(dense, "W", "b") for dense in trunk]
    norms = [leaf for leaf in network.leaves if isinstance(leaf, BatchNorm | LayerNorm)]
    for p, leaf in zip(P, norms, strict=False):
        p |= take(leaf, "gamma", "beta")
    beside = [d for d in network.leaves if isinstance(d, Dense) and d not in trunk]
    for block, dense in zip(blocks(network.architecture), beside, strict=False):
        names = [name for name in ("W", "b") if name in (*dense.parameters(), *dense.statistics())]
        if not prefix or dense.parameters():
            P[block[-1]] |= {f"{name}_skip": v for name, v in take(dense, *names).items()}
    return P


def exactly(g: Function, dg: Function) -> Function:
    """g, which autograd shall not take apart: its derivative is dg to full relative precision."""
    whole = primitive(g)
    defvjp(whole, lambda _, z: lambda up: up * dg(z))
    return whole


@dataclass(frozen=True)
class Pass:
    """What a pass through the twin shows."""

    loss: Array
    X: Array
    preactivations: list[Array]
    out: list[Array]
    Deltas: list[Array]
    grads: Parameters


def twin_pass(a: Architecture, g: Function, P: Parameters, X: Array, t: Array, loss: str) -> Pass:
    """A pass by autograd for any architecture: X (N, inputs), t (N, outputs)."""
    twin, J = recur if a.architecture in GATES else forward, LOSSES[loss][0]
    shapes = [probe_shape(a, len(X), p["W"].shape[-1]) for p in P[:-1]]
    probes = [np.zeros(shape, X.dtype) for shape in (*shapes, (len(X), a.outputs))]
    value_and_grad: Any = autograd.value_and_grad
    gradient = value_and_grad(lambda pair: J(twin(a, g, pair[0], X, pair[1])[0], t))
    value, (grads, Deltas) = gradient((P, probes))
    Z, given, out = twin(a, g, P, X, probes)
    return Pass(value, X, given, [*out, Z], Deltas, grads)


def probe_shape(a: Architecture, N: int, n: int) -> tuple[int, ...]:
    """Of Z in a hidden layer of the twin."""
    if a.architecture in GATES:
        return a.length, N, n
    return (N * a.side**2 if a.architecture == "cnn" else N), n


def error_signal(network: Network, i: int, r: int) -> Array:
    """Layer i's Δ, at its true scale and in the twin's shape."""
    tap, a = network.taps[i], network.architecture
    D = tap.Delta[r] * 2.0 ** -network.power[network.place[tap.delta], r]
    if a.architecture in GATES and i < a.depth:
        return np.moveaxis(D, 0, 2).reshape(a.length, network.batch, -1)
    return D


def textbook_pass(
    a: Architecture, P: Parameters, X: Array, t: Array, loss: str, slope: float = 0.2
) -> Pass:
    """A pass by the formulas, without norms and skips: X (N, inputs), t (N, outputs)."""
    g, dg = activations(slope)[a.activation]
    J, gradient = LOSSES[loss]
    Z, given, out = forward(a, g, P, X, [np.zeros(1, X.dtype)] * len(P))
    Deltas, grads = backward(dg, P, X, given, out, gradient(Z, t))
    return Pass(J(Z, t), X, given, [*out, Z], Deltas, grads)


def backward_pass(network: Network, batch: Batch, loss: str, r: int) -> Pass:
    """The formulas applied to the pre-activations that the engine itself has come to.

    A chaotic network magnifies the rounding of its forward pass, by whatever formulas: what such a
    one has to be right about is the network as it was computed.
    """
    a, P = network.architecture, parameters(network, r, LONG)
    g, dg = activations(a.slope)[a.activation]
    X, t, Z = (v[r].astype(LONG) for v in (batch.X, batch.target, network.output.Z))
    given = [tap.activate.Z[r].astype(LONG) for tap in network.taps if tap.activate]
    out = [g(z) for z in given]
    Deltas, grads = backward(dg, P, X, given, out, LOSSES[loss][1](Z, t))
    return Pass(None, X, given, [*out, Z], Deltas, grads)


def whole_pass(network: Network, batch: Batch, loss: str, r: int) -> Pass:
    """Forward and back through the twin, in long double."""
    X, t = batch.X[r].astype(LONG), batch.target[r].astype(LONG)
    return any_pass(network.architecture, parameters(network, r, LONG), X, t, loss)


def any_pass(a: Architecture, P: Parameters, X: Array, t: Array, loss: str) -> Pass:
    """A pass by the formulas where they are written out, else by autograd; shapes as in those."""
    if a.norm == a.skip == "none" and a.architecture == "mlp":
        return textbook_pass(a, P, X, t, loss, a.slope)
    return twin_pass(a, exactly(*activations(a.slope)[a.activation]), P, X, t, loss)


@cache
def steepest(name: str, slope: float) -> float:
    """The largest |g′| on a fine grid over [-9, 9]."""
    return float(np.abs(activations(slope)[name][1](np.linspace(-9, 9, 20001))).max())


def exact_measures(network: Network, twin: Pass, r: int = 0) -> dict[str, Array]:
    """The contract's definitions, naively, in long double: (L,) each.

    `dead` is what rounds to 0, `faint` what is among the last normal numbers; `grad_terms` would
    be the gradient's norm if no sum in it canceled.
    """
    a, P = network.architecture, parameters(network, r, LONG)
    dg = activations(a.slope)[a.activation][1]
    N, least = len(twin.X), 4 * np.finfo(network.dtype).smallest_normal
    slopes = [dg(Z) for Z in twin.preactivations] + [np.ones((N, a.outputs), LONG)]
    supremum = [steepest(a.activation, a.slope)] * a.depth + [1.0]
    grads, weights = [p["W"] for p in twin.grads], [p["W"] for p in P]
    return {
        "grad_norm": np.array([norm(d) for d in grads]),
        "delta_rms": np.array([rms(D * N) for D in twin.Deltas]),
        "slope_rms": np.array([rms(S) for S in slopes]),
        "activation_mean": np.array([A.mean() for A in twin.out]),
        "activation_std": np.array([A.std() for A in twin.out]),
        "saturated": np.array(
            [(np.abs(S) < 0.05 * s).mean() for S, s in zip(slopes, supremum, strict=True)]
        ),
        "dead": np.array([(by_unit(S).astype(network.dtype) == 0).all(0).mean() for S in slopes]),
        "grad_terms": np.array(grad_terms(a, twin)),
        "faint": np.array([(np.abs(by_unit(S)) < least).all(0).mean() for S in slopes]),
        "weight_norm": np.array([norm(W) for W in weights]),
        "update_ratio": np.array(
            [norm(d) / 10 / norm(W) for d, W in zip(grads, weights, strict=True)]
        ),
        "displacement": np.zeros(len(weights)),
    }


def grad_terms(a: Architecture, twin: Pass) -> list[Array]:
    """‖|A|ᵀ |Δ|‖ of each layer (L,); zeros where weights are shared."""
    if a.architecture != "mlp":
        return [0.0] * len(twin.grads)
    inputs = [twin.X, *twin.out[:-1]]
    return [norm(np.abs(A).T @ np.abs(D)) for A, D in zip(inputs, twin.Deltas, strict=True)]


def by_unit(S: Array) -> Array:
    return S.reshape(-1, S.shape[-1])


def norm(X: Array) -> Array:
    return np.sqrt((X**2).sum())


def rms(X: Array) -> Array:
    return np.sqrt((X**2).mean())
