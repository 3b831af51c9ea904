"""Backpropagation through time, step by step: what each use of the shared weights sees."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from reference import activations
from reference_check import (
    LONG,
    WIDE,
    Batch,
    Pass,
    draw_batch,
    exact_measures,
    exactly,
    measure,
    norm,
    parameters,
    rms,
    run,
    twin_pass,
)
from reference_rnn import GATES
from vglab.engine.measure.probe import Probe
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.network import Network

pytestmark = pytest.mark.skipif(not WIDE, reason="long double is no wider than double here")
TYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])
CELLS = pytest.mark.parametrize("cell", GATES)
BASE = Architecture(2, 1, 2, 6, "rnn", activation="tanh", length=12, bias_std=0.1)
RIGHT = 1e-4


def step_by_step(network: Network, batch: Batch) -> Pass:
    """Through the twin in long double, with a W for each step."""
    a = network.architecture
    P = parameters(network, 0, LONG)
    for p in P[:-1]:
        p["W"] = np.repeat(p["W"][None], a.length, axis=0)
    g = exactly(*activations(a.slope)[a.activation])
    return twin_pass(a, g, P, batch.X[0].astype(LONG), batch.target[0].astype(LONG), "squared")


def by_step(network: Network, batch: Batch) -> dict[str, Any]:
    """What the probe reads, (layers, steps) each."""
    probe = Probe(network, np.arange(1))
    with np.errstate(all="ignore"):
        run(network, batch, "squared", probe)
    assert probe.trace.time is not None
    return {name: table[0, 0] for name, table in probe.trace.time.items()}


def agree(a: Architecture, dtype: Any, tolerance: float = RIGHT) -> Pass:
    """Every step's measures are the twin's."""
    network, batch = Network(a, [0], 8, dtype), draw_batch(a, "squared", 1, 8, dtype)
    read, seen = by_step(network, batch), step_by_step(network, batch)
    hidden = zip(seen.Deltas[:-1], seen.grads[:-1], strict=True)
    for i, (Delta, grad) in enumerate(hidden):
        delta = np.array([rms(step * 8) for step in Delta])
        each = np.array([norm(step) for step in grad["W"]])
        np.testing.assert_allclose(read["delta_rms"][i].astype(LONG), delta, rtol=tolerance)
        np.testing.assert_allclose(read["grad_norm"][i].astype(LONG), each, rtol=tolerance)
    once = {"delta_rms": rms(seen.Deltas[-1] * 8), "grad_norm": norm(seen.grads[-1]["W"])}
    for name, true in once.items():
        assert np.isnan(read[name][-1][:-1]).all()
        assert read[name][-1][-1] == pytest.approx(float(true), rel=tolerance)
    return seen


@CELLS
@TYPES
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "elu"])
def test_every_step_is_measured(cell: str, activation: str, dtype: Any) -> None:
    agree(replace(BASE, architecture=cell, activation=activation), dtype)


@pytest.mark.sampled(3)
@CELLS
@TYPES
def test_a_hundred_steps_of_a_vanishing_signal(cell: str, dtype: Any) -> None:
    """Each step has an exponent of its own: the first is right where the last is 1e60 as loud."""
    a = replace(BASE, architecture=cell, activation="sigmoid", length=100, depth=2, gain=0.5)
    seen = agree(replace(a, forget_bias=0.0), dtype)
    last, first = (rms(seen.Deltas[0][t]) for t in (-1, 0))
    assert first < 1e-15 * last


@TYPES
def test_down_to_1e_300(dtype: Any) -> None:
    a = replace(BASE, activation="sigmoid", length=184, depth=1, gain=0.1, init="lecun", bias_std=0)
    seen = agree(replace(a, width=8), dtype)
    assert 1e-304 < rms(seen.Deltas[0][0]) < 1e-285


@TYPES
def test_a_hundred_steps_of_an_exploding_signal(dtype: Any) -> None:
    a = replace(BASE, activation="linear", length=100, depth=1, gain=1.6, init="orthogonal")
    a = replace(a, bias_std=0.0)
    seen = agree(a, dtype)
    assert rms(seen.Deltas[0][0]) > 1e20 * rms(seen.Deltas[0][-1])


@CELLS
@TYPES
@pytest.mark.parametrize("bias", [-30.0, -9.0, -4.0, 4.0, 9.0, 30.0])
def test_gates_that_are_shut_or_open(cell: str, bias: float, dtype: Any) -> None:
    a = replace(BASE, architecture=cell, length=6, depth=2)
    network, batch = Network(a, [0], 8, dtype), draw_batch(a, "squared", 1, 8, dtype)
    for tap in network.taps[:-1]:
        tap.b[...] = bias
    read = measure(network, batch, "squared")
    g = exactly(*activations()["tanh"])
    X, t = batch.X[0].astype(LONG), batch.target[0].astype(LONG)
    true = exact_measures(network, twin_pass(a, g, parameters(network, 0, LONG), X, t, "squared"))
    measures = ["delta_rms", "slope_rms"]
    # A GRU that keeps all it has makes its first outputs from what rounding leaves of 1 - U.
    if not (cell == "gru" and bias >= 9) and not network.out_of_range(batch.X):
        measures.append("grad_norm")
    for name in measures:
        np.testing.assert_allclose(read[name][0].astype(LONG), true[name], rtol=RIGHT, err_msg=name)


@CELLS
def test_replicas_are_single_runs(cell: str) -> None:
    a = replace(BASE, architecture=cell, activation="sigmoid", length=40)
    batch = draw_batch(a, "squared", 3, 8)
    both = Network([a, replace(a, gain=6.0), a], [3, 4, 5], 8, np.float64)
    read = measure(both, batch, "squared")
    alone = Network(replace(a, gain=6.0), [4], 8, np.float64)
    own = measure(alone, Batch(batch.X[1:2], batch.target[1:2]), "squared")
    for name, values in own.items():
        np.testing.assert_allclose(read[name][1:2], values, rtol=1e-9)
    np.testing.assert_allclose(both.grad[1], alone.grad[0], rtol=1e-9, atol=1e-300)


@CELLS
def test_a_sequence_of_one_step_hands_nothing_on(cell: str) -> None:
    network = Network(replace(BASE, architecture=cell, length=1), [0], 8, np.float64)
    run(network, draw_batch(network.architecture, "squared", 1, 8), "squared")
    for tap in network.taps[:-1]:
        assert (tap.dW[:, tap.layer.inputs :] == 0).all()
        assert (tap.dW[:, : tap.layer.inputs] != 0).any()


def test_only_a_recurrent_network_is_measured_through_time() -> None:
    assert Probe(Network(Architecture(), [0], 4), np.arange(1)).trace.time is None
