"""What mean-field theory predicts of every layer, to be drawn under what is measured.

Two things come from outside: the inputs' mean square, and the error signal that the loss puts in at
the output. What lies between is predicted, for the network at initialization.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..diagnosis.decay import rates_of_logs
from ..nn.activations import activation
from ..nn.architecture import Architecture
from ..numerics import Exact, median
from .correlations import COARSE, REPEATS, Batch, correlate, ties_units
from .finite_width import Fluctuations, band, fluctuations, sample_fluctuations
from .mean_field import POINTS, activation_and_slope, depth_scale, expectation, preactivations
from .propagation import WEIGHT_VARIANCE, Propagation, log_mean_exp, propagate, weight_variance

GROUPS = 32
"""The number of groups of like mean square that examples are sorted into."""
DIRECTIONS = 4.0
"""Examples that span fewer than this have a law of their own with batch normalization."""
LEVEL = 1e-9
"""|E z g′(z)| below this is 0 but for rounding."""


@dataclass(frozen=True)
class Theory:
    """Predictions for a network at initialization, a trainable layer an entry, input side first."""

    measures: dict[str, list[float]]
    """In the trace's units; NaN where no law is known."""
    rate: float
    """From `delta_rms` of the hidden layers, as the diagnosis takes it from what is measured."""
    depth_scale: float
    """Layers over which ‖δ‖² changes by a factor e; ∞ on the edge of chaos."""
    band: list[tuple[float, float]]
    """Where `delta_rms` of 95 % of networks of this width lies; NaN where that is not known."""
    source: str


def theory_for(
    a: Architecture,
    input_square: float | Sequence[float] | Exact,
    output_delta: float = 1.0,
    output_grad: float | None = None,
    batch: Batch | None = None,
    output_spread: float = 0.0,
) -> Theory | None:
    """The theory of an architecture, or None where no law is known.

    input_square: the mean square of the inputs, or of each example's.
    output_delta, output_grad: `delta_rms` and `grad_norm` of the output layer, which the loss and
    the targets decide. Their ratio says how far the examples of a batch pull one way.
    batch: the examples themselves. They decide how far their pull carries to other layers, which
    without them is taken to be the same in all (and `grad_norm`, without output_grad, is a ceiling
    for examples that all pull one way); and some laws are only known with them.
    output_spread: the standard deviation of ln `delta_rms` of the output layer over the networks
    that the band is for; 0 for one, or for networks that are measured by their own.
    """
    if missing_law(a) or (batch is None and follows_units(a)):
        return None
    squares = np.atleast_1d(np.asarray(input_square, np.float64))
    with np.errstate(all="ignore"):
        pull = (
            (output_grad / output_delta) ** 2 / (a.width * a.outputs)
            if output_grad is not None and output_delta
            else None
        )
        given = Output(output_delta, output_grad, output_spread)
        if batch is not None and needs_examples(a, batch):
            return joint_theory(a, batch, given, pull)
        p = propagate(a, example_groups(a, squares))
        p.backward(output_delta)
        log_delta = log_mean_exp(np.array(p.log_delta))[:, 0] / 2
        of_all, strays = measures(p, np.exp(log_delta), output_delta), None
        if batch is not None:
            together = correlate(a, batch, pull, COARSE)
            of_all["grad_norm"] = of_all["delta_rms"] * together.gradients_over_delta()
            strays = sample_fluctuations(a, batch, together.common)
        if strays is None:
            strays = fluctuations_of(p)
        else:
            strays = strays._replace(mean=strays.mean + 2 * (np.log(output_delta) - log_delta))
        return theory(log_delta, of_all, strays, given, source(a))


@dataclass(frozen=True)
class Output:
    """What is known of the output layer."""

    delta: float
    grad: float | None
    spread: float


def joint_theory(a: Architecture, batch: Batch, output: Output, pull: float | None) -> Theory:
    """The theory of examples that go together."""
    if ties_units(a):
        each = [correlate(a, batch, pull, COARSE, seed) for seed in range(REPEATS)]
    else:
        each = [correlate(a, batch, pull)]
    p = each[0]
    to_output = median(np.array([one.log_delta for one in each])) / 2
    log_delta = to_output + np.log(output.delta)
    delta = np.append(np.exp(log_delta), output.delta)
    of_all = {
        "delta_rms": delta,
        "grad_norm": delta * median(np.array([one.gradients_over_delta() for one in each])),
        "slope_rms": np.append(np.sqrt(p.slope), 1.0),
        "activation_mean": np.append([x.values.mean() for x in p.output], np.nan),
        "activation_std": np.append([x.values.std() for x in p.output], np.nan),
        "weight_norm": weight_norms(a),
    }
    unknown = np.full(a.depth, np.nan)
    return theory(log_delta, of_all, Fluctuations(unknown, unknown), output, TOGETHER)


def theory(
    log_delta: Exact,
    of_all: dict[str, Exact],
    strays: Fluctuations,
    output: Output,
    law: str,
) -> Theory:
    """What follows from ln `delta_rms` of the hidden layers, from all layers' measures, and from
    how ln ‖δ‖² strays about the law."""
    if output.grad is not None:
        of_all["grad_norm"] *= output.grad / of_all["grad_norm"][-1]
    rate = float(rates_of_logs(log_delta))
    spread = (2 * output.spread) ** 2
    low, high = band(log_delta, strays._replace(variance=strays.variance + spread))
    at_output = band(np.log([output.delta]), Fluctuations(np.zeros(1), np.array([spread])))
    edges = zip((*low, *at_output[0]), (*high, *at_output[1]), strict=True)
    return Theory(
        measures={name: values.tolist() for name, values in of_all.items()},
        rate=rate,
        depth_scale=depth_scale(rate),
        band=[(float(bottom), float(top)) for bottom, top in edges],
        source=law,
    )


def missing_law(a: Architecture) -> str:
    """Why the theory has nothing to say, as a word; empty where it has.

    Only dense layers are followed. Identity weights are not random, those of a person's own
    initializer have a variance that is not known, and a highway's gates are
    products of signals. A variance of weights beyond float64 leaves nothing to follow. (Some laws
    also take the examples themselves: see `needs_examples`.)
    """
    if a.architecture != "mlp":
        return a.architecture
    if a.init not in WEIGHT_VARIANCE:
        return "identity_init" if a.init == "identity" else "own_init"
    if a.skip == "highway":
        return "highway"
    if np.isinf(a.gain * a.gain):
        return "infinite_weights"
    return ""


def needs_examples(a: Architecture, batch: Batch) -> bool:
    """Whether the law is one of examples together.

    A batch's variance is the same for all units in the limit of many examples in all directions,
    which two coordinates do not have, nor a sum of normalized and other signals.
    """
    return follows_units(a) or (
        a.norm == "batch"
        and (
            batch.directions() < DIRECTIONS
            or (a.skip != "none" and a.skip_placement == "preactivation")
        )
    )


def follows_units(a: Architecture) -> bool:
    """Whether units have to be followed over the examples.

    With batch normalization inside a skip's sum. And where E z g′ ≠ 0, as for ReLU, on a stream
    without normalization that bends the activation's own output back into it: a unit that is on
    stays on, and its error signal is carried past and through.
    """
    if a.skip == "none" or a.skip_placement == "preactivation":
        return False
    if a.norm == "batch" and a.skip_placement == "inside":
        return True
    return a.skip == "identity" and a.norm == "none" and not even_slope(a)


def even_slope(a: Architecture) -> bool:
    """Whether E z g′(z) = 0: true of sigmoid, tanh and linear."""
    _, S = activation_and_slope(activation(a.activation, a.slope), preactivations(np.ones(1)))
    return bool(abs(expectation(S * POINTS)[0]) < LEVEL)


def example_groups(a: Architecture, squares: Exact) -> Exact:
    """Mean squares of groups of examples; a single one where the batch is taken as a whole."""
    whole = a.norm == "batch" or (a.skip == "identity" and a.skip_placement == "inside")
    parts = np.array_split(np.sort(squares), 1 if whole else min(GROUPS, len(squares)))
    return np.array([part.mean() for part in parts])


def fluctuations_of(p: Propagation) -> Fluctuations:
    """How ln ‖δ‖² strays about the law, per hidden layer; NaN where not known."""
    a, unknown = p.a, np.full(p.a.depth, np.nan)
    if a.norm != "none" or a.skip != "none":
        return Fluctuations(unknown, unknown)
    q = np.array(p.q).mean(axis=1)
    share = np.append(1 - a.bias_std**2 / q[1:], 1.0)
    return Fluctuations(*fluctuations(p.g, q, share, a.width, a.init == "orthogonal"))


def measures(p: Propagation, delta: Exact, output_delta: float) -> dict[str, Exact]:
    """The trace's measures, as far as they are predicted."""
    a = p.a
    fan_in = np.array([a.inputs] + [a.width] * a.depth)
    fan_out = np.array([a.width] * a.depth + [a.outputs])
    every_delta = np.append(delta, output_delta)
    fed = np.array([x.mean() for x in (*p.fed, p.output[-1].square)])
    at_dense = np.exp(log_mean_exp(np.array(p.log_dense))[:, 0] / 2)
    mean = np.array([x.mean.mean() for x in p.output])
    square = np.array([x.square.mean() for x in p.output])
    return {
        "delta_rms": every_delta,
        "grad_norm": np.append(at_dense, output_delta) * np.sqrt(fan_in * fed * fan_out),
        "slope_rms": np.append(np.sqrt([x.mean() for x in p.slope]), 1.0),
        "activation_mean": np.append(mean, np.nan),
        "activation_std": np.append(np.sqrt(np.maximum(square - mean**2, 0)), np.nan),
        "weight_norm": weight_norms(a),
    }


def weight_norms(a: Architecture) -> Exact:
    """‖W‖ of every layer."""
    fans = [(a.inputs, a.width), *[(a.width, a.width)] * (a.depth - 1), (a.width, a.outputs)]
    return np.sqrt([i * o * weight_variance(a, i, o) for i, o in fans])


def derivatives_only(theory: Theory) -> list[float]:
    """`delta_rms` if δ were the product of the activations' derivatives, as is often taught.

    A reference that is wrong: it leaves out the weights, which undo or outdo the derivatives.
    """
    slopes = np.array(theory.measures["slope_rms"])
    return (theory.measures["delta_rms"][-1] * slopes[::-1].cumprod()[::-1]).tolist()


SOURCES = {
    "none": "Schoenholz et al. 2017, Deep information propagation: "
    "‖δ_l‖² = σ_w² E g′(√q_l z)² ‖δ_{l+1}‖², q_{l+1} = σ_w² E g(√q_l z)² + σ_b²",
    "batch": "Yang et al. 2019, A mean field theory of batch normalization, for a large batch of "
    "examples in all directions: ‖δ_l‖² = E g′(z)² / Var g(z) ‖δ_{l+1}‖²",
    "layer": "as Yang et al. 2019 for batch normalization, here per example: "
    "‖δ_l‖² = σ_w² E g′(z)² / (σ_w² E g(z)² + σ_b²) ‖δ_{l+1}‖²",
}
TOGETHER = (
    "Lee et al. 2018, Deep neural networks as Gaussian processes, and Yang et al. 2019, A mean "
    "field theory of batch normalization, for these examples i, j: E Z_i Z_j = σ_w² E A_i A_j + "
    "σ_b², E dA_i dA_j = σ_w² E δ_i δ_j, between them averages over units of these covariances"
)
SKIP_SOURCE = (
    "; around it a skip, as in Yang & Schoenholz 2017, Mean field residual networks: "
    "‖∂J/∂A_skip‖² = (1 or σ_skip²) ‖∂J/∂A‖² + s² × what comes through the branch"
)


def source(a: Architecture) -> str:
    """The paper and the equation."""
    return SOURCES[a.norm] + (SKIP_SOURCE if a.skip != "none" else "")
