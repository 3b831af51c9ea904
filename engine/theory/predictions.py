"""What mean-field theory predicts of every layer, to be drawn under what is measured.

Two things come from outside: the inputs' mean square, and the error signal that the loss puts in at
the output. What lies between is predicted, for the network at birth.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..diagnosis.decay import rates_of_logs
from ..nn.activations import activation
from ..nn.architecture import Architecture
from ..numerics import Exact
from .finite_width import band, fluctuations
from .mean_field import POINTS, activation_and_slope, depth_scale, expectation, preactivations
from .propagation import WEIGHT_VARIANCE, Propagation, log_mean_exp, propagate

GROUPS = 32
"""Examples are sorted into so many groups of like mean square."""
LEVEL = 1e-9
"""|E z g′(z)| below this is 0 but for rounding."""


@dataclass(frozen=True)
class Theory:
    """Predictions for a network at birth, a trainable layer an entry, input side first."""

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
) -> Theory | None:
    """The theory of an architecture, or None where no law is known.

    input_square: the mean square of the inputs, or of each example's.
    output_delta, output_grad: `delta_rms` and `grad_norm` of the output layer, which the loss and
    the targets decide. Their ratio says how far the examples of a batch pull one way, and most
    layers keep it; without output_grad, `grad_norm` is for examples that all do, a ceiling.
    """
    if has_no_law(a):
        return None
    with np.errstate(all="ignore"):
        p = propagate(a, example_groups(a, np.atleast_1d(np.asarray(input_square, np.float64))))
        p.backward(output_delta)
        log_delta = log_mean_exp(np.array(p.log_delta))[:, 0] / 2
        delta = np.exp(log_delta)
        low, high = band(delta, *fluctuations_of(p))
        rate = float(rates_of_logs(log_delta))
        of_all = measures(p, delta, output_delta)
        if output_grad is not None:
            of_all["grad_norm"] *= output_grad / of_all["grad_norm"][-1]
        return Theory(
            measures={name: values.tolist() for name, values in of_all.items()},
            rate=rate,
            depth_scale=depth_scale(rate),
            band=[*zip(low.tolist(), high.tolist(), strict=True), (output_delta, output_delta)],
            source=source(a),
        )


def has_no_law(a: Architecture) -> bool:
    """Where the theory has nothing to say.

    Only dense layers are followed. Identity weights are not random, and a highway's gates are
    products of signals. A batch's variance behind a sum of normalised and other signals is not
    followed. And where E z g′ ≠ 0, as for ReLU, a stream without normalisation that bends the
    activation's own output back into it builds up an error signal along itself, for which weights
    and error signal are not independent.
    """
    if a.architecture != "mlp" or a.init not in WEIGHT_VARIANCE or a.skip == "highway":
        return True
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


def fluctuations_of(p: Propagation) -> tuple[Exact, Exact]:
    """Mean and variance of ln ‖δ‖² about the law, per hidden layer; NaN where not known."""
    a, unknown = p.a, np.full(p.a.depth, np.nan)
    if a.norm != "none" or a.skip != "none":
        return unknown, unknown
    q = np.array(p.q).mean(axis=1)
    share = np.append(1 - a.bias_std**2 / q[1:], 1.0)
    return fluctuations(p.g, q, share, a.width, a.init == "orthogonal")


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
    variance = [p.weight_variance(i, o) for i, o in zip(fan_in, fan_out, strict=True)]
    return {
        "delta_rms": every_delta,
        "grad_norm": np.append(at_dense, output_delta) * np.sqrt(fan_in * fed * fan_out),
        "slope_rms": np.append(np.sqrt([x.mean() for x in p.slope]), 1.0),
        "activation_mean": np.append(mean, np.nan),
        "activation_std": np.append(np.sqrt(np.maximum(square - mean**2, 0)), np.nan),
        "weight_norm": np.sqrt(fan_in * fan_out * variance),
    }


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
    "layer": "as Yang et al. 2019 for batch normalisation, here per example: "
    "‖δ_l‖² = σ_w² E g′(z)² / (σ_w² E g(z)² + σ_b²) ‖δ_{l+1}‖²",
}
SKIP_SOURCE = (
    "; around it a skip, as in Yang & Schoenholz 2017, Mean field residual networks: "
    "‖∂J/∂A_skip‖² = (1 or σ_skip²) ‖∂J/∂A‖² + s² × what comes through the branch"
)


def source(a: Architecture) -> str:
    """The paper and the equation."""
    return SOURCES[a.norm] + (SKIP_SOURCE if a.skip != "none" else "")
