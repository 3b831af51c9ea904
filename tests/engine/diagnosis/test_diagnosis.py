"""Every rule of the diagnosis, and every row it must bear."""

from dataclasses import replace
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from vglab.engine.data.datasets import generate, split
from vglab.engine.diagnosis.decay import rates
from vglab.engine.diagnosis.diagnosis import Diagnosis, diagnose
from vglab.engine.diagnosis.rules import RULES
from vglab.engine.diagnosis.standing import Standing
from vglab.engine.diagnosis.thresholds import (
    FADED,
    FAR,
    FROZEN_BUDGET,
    GROWN,
    LEAST_STEPS,
    LOST,
    NEAR,
    PATIENCE,
    TORN_STEP,
)
from vglab.engine.measure.trace import MEASURES, LayerInfo, NetworkTrace
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.network import Network
from vglab.engine.numerics import Exact
from vglab.engine.training.optimizers import Settings
from vglab.engine.training.supervised import Training, supervised

STEPS = 1000
Row = Exact | list[float] | list[list[float]] | float


def trace(layers: int = 6, replicas: int = 1, **measured: Row) -> NetworkTrace:
    """One row of a network of so many trainable layers that is well, but for what is stated."""
    well = dict.fromkeys(MEASURES, 0.5) | {"dead": 0.0, "update_ratio": 1e-2, "displacement": 0.0}
    rows = {
        name: np.broadcast_to(np.asarray(value, np.float64), (1, replicas, layers)).copy()
        for name, value in (well | measured).items()
    }
    kinds = ["dense"] * (layers - 1) + ["output"]
    return NetworkTrace(
        tuple(LayerInfo(f"W{i}", kind, "relu", 9, 9, 90) for i, kind in enumerate(kinds, 1)), rows
    )


def found(layers: int = 6, replicas: int = 1, **measured: Row) -> Diagnosis:
    return diagnose(trace(layers, replicas, **measured), 0, STEPS)


def fading(rate: float, layers: int = 6) -> list[float]:
    """δ of the hidden layers, and 1 at the output."""
    return [*(rate**below for below in range(layers - 2, -1, -1)), 1.0]


def test_a_network_that_is_well() -> None:
    d = found()
    assert (d.state, d.rule, d.rate, d.ratio) == ("healthy", "moves", 1, 1)
    assert d.budget == (10,) * 6
    assert d.frozen == ()
    assert not d.flat_gradient_hides
    assert not d.underflows


def test_layers_that_have_lost_half_of_their_units_are_named() -> None:
    assert found(dead=[0.0, 0.49, 0.5, 0.9, 0.0, 1.0]).half_dead == (3, 4)
    assert found().half_dead == ()


@pytest.mark.parametrize("rate", [1e-60, 0.2, 0.999, 1.0, 1.2, 1e40])
def test_the_rate_is_the_factor_per_layer_towards_the_input(rate: float) -> None:
    d = found(delta_rms=fading(rate))
    assert d.rate == pytest.approx(rate)
    assert d.ratio == pytest.approx(rate**4)
    assert d.decay == "exponential"


def test_the_output_layer_has_no_part_in_rate_and_ratio() -> None:
    assert found(delta_rms=[1, 1, 1, 1, 1, 1e9]).rate == 1


def test_a_power_law_is_told_from_an_exponential() -> None:
    layers = np.arange(1.0, 12)
    assert found(11, delta_rms=layers**0.7).decay == "power"
    assert found(11, delta_rms=1.3**layers).decay == "exponential"


def test_slow_layers_with_a_faded_signal_are_frozen_by_vanishing() -> None:
    d = found(delta_rms=fading(0.2), update_ratio=[1e-9, 1e-7, 1e-5, 1e-4, 1e-3, 1e-2])
    assert (d.state, d.rule, d.frozen) == ("vanishing", "frozen", (1, 2))
    assert d.budget == pytest.approx((1e-6, 1e-4, 1e-2, 1e-1, 1, 10))


def test_the_threshold_of_freezing() -> None:
    for step, state in ((0.99, "vanishing"), (1.01, "healthy")):
        update = [step * FROZEN_BUDGET / STEPS, *[1e-2] * 5]
        assert found(delta_rms=fading(0.2), update_ratio=update).state == state


def test_an_optimizer_that_moves_all_layers_is_believed() -> None:
    d = found(delta_rms=fading(0.4))
    assert (d.state, d.rule) == ("healthy", "fades_but_moves")


@pytest.mark.parametrize(("share", "rule"), [(0.9, "lost"), (1.1, "fades_but_moves")])
def test_an_optimizer_that_moves_layers_with_next_to_no_signal_is_not(
    share: float, rule: str
) -> None:
    alike: dict[str, Any] = {"activation_mean": -1.1, "activation_std": 1}
    t = trace(delta_rms=fading((share * LOST) ** (1 / 4)), **alike)
    assert diagnose(t, 0, STEPS).rule == rule
    apart = trace(
        delta_rms=fading((share * LOST) ** (1 / 4)), activation_mean=0.9, activation_std=1
    )
    assert diagnose(apart, 0, STEPS).rule == "fades_but_moves", "examples differ"
    partly = diagnose(t, 0, STEPS, standing=stand(0.7))
    assert partly.rule == "fades_but_moves"
    learned = diagnose(t, 0, STEPS, standing=stand(0.95))
    assert (learned.state, learned.rule) == ("healthy", "fades_but_moves")
    first_rests = np.array([[False, True, True, True, True, True]])
    assert diagnose(replace(t, trained=first_rests), 0, STEPS).state == "healthy"


@pytest.mark.parametrize(
    ("at_birth", "accuracy", "progress", "rule"),
    [
        (0.9 * FADED, 0.5, 0.5, "faded_at_birth"),
        (1.1 * FADED, 0.5, 0.5, "no_better_than_chance"),
        (0.9 * FADED, 0.7, 0.5, "moves"),
        (0.9 * FADED, 0.5, 0.4, "moves"),
    ],
)
def test_a_network_that_guesses_and_was_born_with_a_faded_signal_has_vanished(
    at_birth: float, accuracy: float, progress: float, rule: str
) -> None:
    """Though by now the signal arrives."""
    first, now = trace(delta_rms=fading(at_birth ** (1 / 4))), trace(displacement=0.5)
    both = {name: np.concatenate([x, now.measures[name]]) for name, x in first.measures.items()}
    t = replace(first, measures=both)
    d = diagnose(t, 1, STEPS, standing=stand(accuracy, progress))
    assert (d.rule, d.state) == (rule, RULES[rule])


def test_a_trained_network_is_not_vanishing() -> None:
    d = found(delta_rms=fading(0.9), update_ratio=1e-8)
    assert (d.state, d.rule, d.frozen) == ("healthy", "slow", (1, 2, 3, 4, 5, 6))


def test_the_threshold_of_fading() -> None:
    for ratio, state in ((0.9 * FADED, "vanishing"), (1.1 * FADED, "healthy")):
        d = found(delta_rms=fading(ratio ** (1 / 4)), update_ratio=1e-8)
        assert d.state == state


def test_too_large_a_step_is_an_explosion_and_a_large_gradient_is_not() -> None:
    update = [TORN_STEP, *[1e-2] * 5]
    assert found(delta_rms=fading(3), update_ratio=update).state == "exploding"
    for rate, rule in ((GROWN * 1.01, "step_too_large"), (GROWN * 0.99, "rate_too_large")):
        assert found(3, delta_rms=fading(rate, 3), update_ratio=TORN_STEP).rule == rule
    clipped = found(delta_rms=fading(30), grad_norm=fading(30))
    assert (clipped.state, clipped.rule) == ("healthy", "grows_but_moves")
    assert found(update_ratio=[*[1e-2] * 5, 5.0]).state == "healthy", "a wild output layer alone"


@pytest.mark.parametrize("rate", [0.2, 0.5, 1.0])
def test_a_signal_that_fades_never_explodes(rate: float) -> None:
    d = found(delta_rms=fading(rate), update_ratio=5 * TORN_STEP)
    assert (d.state, d.rule) == ("unstable", "rate_too_large")


def test_a_dead_layer_is_told_from_vanishing() -> None:
    delta = [0, 0, 0, 0.3, 0.4, 1]
    d = found(delta_rms=delta, grad_norm=delta, update_ratio=delta, dead=[0, 0.4, 1, 0, 0, 0])
    assert (d.state, d.rule, d.rate, d.ratio) == ("dead", "dead_layer", 0, 0)
    assert d.frozen == (1, 2, 3)
    half = found(delta_rms=fading(0.2), update_ratio=1e-9, dead=[0.6] * 5 + [0])
    assert half.state == "vanishing"


def test_a_dead_layer_is_dead_while_momentum_still_moves_what_lies_below() -> None:
    delta = [0, 0, 0, 0.3, 0.4, 1]
    d = found(delta_rms=delta, grad_norm=delta, update_ratio=1e-2, dead=[0, 0.4, 1, 0, 0, 0])
    assert (d.state, d.rule) == ("dead", "dead_layer")
    nearly = found(delta_rms=delta, grad_norm=delta, update_ratio=1e-2, dead=[0, 0.4, 0.9, 0, 0, 0])
    assert (nearly.state, nearly.rule) == ("vanishing", "lost"), "no signal moves the first layers"


DEAD_FIFTH = [0, 0, 0, 0, 1, 0]


def test_a_dead_layer_that_a_skip_leads_past_is_no_dead_network() -> None:
    """Its own weights stand still, those below it do not."""
    update = [1e-2, 1e-2, 1e-2, 1e-2, 0, 1e-2]
    d = found(delta_rms=[9, 8, 7, 6, 0, 1], dead=DEAD_FIFTH, update_ratio=update)
    assert (d.state, d.rule, d.frozen) == ("healthy", "slow", (5,))
    below = found(dead=DEAD_FIFTH, update_ratio=[0, 0, 0, 0, 0, 1e-2])
    assert (below.state, below.frozen) == ("dead", (1, 2, 3, 4, 5))


def two_rows(birth: NetworkTrace, end: NetworkTrace) -> NetworkTrace:
    rows = {
        name: np.concatenate([birth.measures[name], end.measures[name]]) for name in birth.measures
    }
    return replace(birth, measures=rows)


def test_what_had_faded_before_a_layer_died_has_vanished() -> None:
    born = trace(delta_rms=fading(1e-3), update_ratio=fading(1e-3), displacement=0)
    end: dict[str, Any] = {
        "delta_rms": [0, 0, 0, 0, 0, 1],
        "update_ratio": 0,
        "dead": [0, 0, 0, 0, 1, 0],
    }
    still = trace(displacement=[0, 0, 0, 1e-4, 0.7, 2], **end)
    d = diagnose(two_rows(born, still), 1, STEPS)
    assert (d.state, d.rule) == ("vanishing", "frozen")
    killed = trace(displacement=[0.1, 0.1, 0.1, 0.2, 0.7, 2], **end)
    assert diagnose(two_rows(born, killed), 1, STEPS).state == "dead", "all had moved before"
    sound = trace(displacement=0)
    assert diagnose(two_rows(sound, still), 1, STEPS).state == "dead", "the signal had got there"
    stillborn = trace(delta_rms=0, update_ratio=0, dead=DEAD_FIFTH, displacement=0)
    assert diagnose(stillborn, 0, STEPS).state == "dead"


def stand(accuracy: float, progress: float = 1.0, chance: float = 0.5) -> Standing:
    return Standing(np.array([accuracy]), np.array([chance]), progress)


def test_layers_that_rest_in_a_network_that_has_learned_are_done() -> None:
    """Not frozen, unless they never moved."""
    resting: dict[str, Any] = {"update_ratio": 1e-8, "displacement": [0.005, 0.3, 0.2, 0.3, 0.4, 2]}
    for delta in (fading(0.9), fading(0.1)):
        d = diagnose(trace(delta_rms=delta, **resting), 0, STEPS, standing=stand(0.984))
        assert (d.state, d.rule, d.frozen, d.done) == ("healthy", "done", (1,), (2, 3, 4, 5, 6))
        assert (d.accuracy, d.chance) == (0.984, 0.5)
    unknown = diagnose(trace(delta_rms=fading(0.1), **resting), 0, STEPS)
    assert (unknown.state, unknown.frozen, unknown.done) == ("vanishing", (1,), ())
    assert unknown.stopped == (2, 3, 4, 5, 6)
    assert (unknown.accuracy, unknown.chance) == (None, None)
    moving = diagnose(trace(), 0, STEPS, standing=stand(0.984))
    assert (moving.state, moving.rule) == ("healthy", "moves")


def test_a_layer_that_has_moved_far_is_not_frozen() -> None:
    """It has come to a stop, as under a learning rate of 100."""
    t = trace(displacement=[1e-3, 0.02, 5, 22, 150, 80], update_ratio=1e-8, delta_rms=fading(0.1))
    d = diagnose(t, 0, STEPS, standing=stand(0.5))
    assert (d.frozen, d.stopped, d.done) == ((1,), (2, 3, 4, 5, 6), ())
    d = diagnose(t, 0, STEPS, standing=stand(0.99))
    assert (d.frozen, d.stopped, d.done) == ((1,), (), (2, 3, 4, 5, 6))


def test_a_layer_that_steps_have_carried_off_is_not_held_back_by_its_signal() -> None:
    """Its signal was sound at initialization, and it guesses ever since."""
    end = trace(delta_rms=fading(0.1), update_ratio=1e-8, displacement=FAR)
    measures = {n: np.concatenate([trace().measures[n], end.measures[n]]) for n in MEASURES}
    t = NetworkTrace(end.layers, measures)
    assert diagnose(t, 1, STEPS, standing=stand(0.5, progress=0.2)).rule == "overshot"
    assert diagnose(t, 1, STEPS, standing=stand(0.8, progress=0.2)).rule == "frozen"


@pytest.mark.parametrize("layers", [2, 3, 10, 51])
def test_the_mean_factor_per_layer_makes_the_ratio_in_all(layers: int) -> None:
    delta = np.exp(np.random.default_rng(layers).normal(0.02, 0.3, layers))
    d = found(layers, delta_rms=delta)
    assert d.mean_rate ** (layers - 2) == pytest.approx(d.ratio)
    assert d.ratio == pytest.approx(delta[0] / delta[-2])


def test_nothing_is_wrong_with_what_has_learned() -> None:
    faults: list[dict[str, Any]] = [
        {"dead": [0, 0, 0, 0, 1, 0], "update_ratio": 0},
        {"update_ratio": 5.0},
        {"update_ratio": 5.0, "delta_rms": fading(3)},
    ]
    for wrong in faults:
        t = trace(**wrong)
        assert diagnose(t, 0, STEPS).state != "healthy"
        assert diagnose(t, 0, STEPS, standing=stand(0.99)).state == "healthy"


def test_the_thresholds_of_having_learned_and_of_guessing() -> None:
    """Accuracies of 0.9 and 0.65 of two classes; as far on the way where one class is common."""
    moved = trace(displacement=0.1, update_ratio=1e-8)
    for accuracy, rule in ((0.91, "done"), (0.89, "slow"), (0.66, "slow"), (0.64, "too_slow")):
        assert diagnose(moved, 0, STEPS, standing=stand(accuracy)).rule == rule
    assert diagnose(moved, 0, STEPS, standing=stand(0.91, chance=0.9)).rule == "too_slow"


@pytest.mark.parametrize(
    ("update", "moved", "progress", "rule"),
    [
        (1e-2, NEAR, 1.0, "no_better_than_chance"),
        (1e-2, NEAR * 0.99, 1.0, "too_slow"),
        (1e-8, 0.3, 1.0, "too_slow"),
        (1e-8, FAR, 1.0, "overshot"),
        (1e-2, FAR, 1.0, "overshot"),
        (1e-2, FAR, PATIENCE * 0.99, "moves"),
        (1e-8, 0.3, PATIENCE * 0.99, "slow"),
        (1e-8, 0.0, 0.0, "few_steps"),
    ],
)
def test_a_sound_signal_and_nothing_learned_is_a_state_of_its_own(
    update: float, moved: float, progress: float, rule: str
) -> None:
    t = trace(update_ratio=update, displacement=moved)
    d = diagnose(t, 0, STEPS, standing=stand(0.5, progress))
    assert (d.rule, d.state) == (rule, RULES[rule])


def test_a_signal_that_too_long_steps_have_lost_is_the_rates_fault() -> None:
    """It arrived at initialization, and layers went their own length: they are saturated by now."""
    end = trace(delta_rms=fading(0.1), update_ratio=1e-8, displacement=FAR)
    for rate, rule in ((1.0, "overshot"), (0.1, "frozen")):
        born = trace(delta_rms=fading(rate), displacement=0)
        d = diagnose(two_rows(born, end), 1, STEPS, standing=stand(0.5))
        assert (d.rule, d.state) == (rule, RULES[rule])


def test_nothing_is_expected_of_a_few_steps() -> None:
    t = trace(displacement=0.5)
    for steps, rule in ((LEAST_STEPS - 1, "moves"), (LEAST_STEPS, "no_better_than_chance")):
        assert diagnose(t, 0, steps, standing=stand(0.5)).rule == rule


def test_a_network_that_guesses_for_want_of_signal_has_vanished() -> None:
    t = trace(delta_rms=fading(0.1), update_ratio=1e-8, displacement=1e-6)
    assert diagnose(t, 0, STEPS, standing=stand(0.5)).state == "vanishing"


def test_what_the_first_step_taught_is_not_forgotten_by_a_network_that_learned() -> None:
    delta, uses = [1e-6, 1e-4, 1e-2, 1.0], [1e-9, 1e-2, 0.1, 0.5]
    steps = {"delta_rms": delta, "grad_norm": uses}
    time = {name: np.array([[[values, values]]], np.float64) for name, values in steps.items()}
    t = replace(trace(2), time=time)
    assert diagnose(t, 0, STEPS).rule == "forgets"
    assert diagnose(t, 0, STEPS, standing=stand(1.0)).state == "healthy"


def test_standing_is_that_of_replicas_that_live() -> None:
    t = trace(replicas=3, update_ratio=1e-8, displacement=0.5)
    t.measures["delta_rms"][0, 2] = nan
    them = Standing(np.array([0.99, 0.97, nan]), np.full(3, 0.5), 1.0)
    d = diagnose(t, 0, STEPS, standing=them)
    assert (d.rule, d.accuracy) == ("done", pytest.approx(0.98))


def test_nothing_to_learn_is_no_signal_lost() -> None:
    d = found(delta_rms=0.0, grad_norm=0.0, update_ratio=0.0)
    assert (d.state, d.rule, d.rate, d.ratio) == ("healthy", "slow", 1, 1)


@pytest.mark.parametrize("bad", [nan, inf])
@pytest.mark.parametrize("name", ["delta_rms", "grad_norm", "update_ratio"])
def test_what_is_not_finite_has_diverged(name: str, bad: float) -> None:
    t = trace()
    t.measures[name][0, 0, 1] = bad
    d = diagnose(t, 0, STEPS)
    assert (d.state, d.rule) == ("diverged", "not_finite")
    assert np.isnan([d.rate, d.ratio, *d.budget]).all()


def test_whoever_saw_the_loss_diverge_is_believed() -> None:
    d = diagnose(trace(), 0, STEPS, diverged=True)
    assert (d.state, d.rate) == ("diverged", 1)


def test_figures_are_medians_over_the_replicas_that_live() -> None:
    delta = [fading(0.1), fading(0.2), fading(0.4), [nan] * 6]
    d = found(replicas=4, delta_rms=delta)
    assert d.state == "healthy"
    assert d.rate == pytest.approx(0.2)
    assert found(replicas=3, delta_rms=[fading(0.1), [nan] * 6, [nan] * 6]).state == "diverged"


def test_the_popular_plot_lies() -> None:
    flat = [3.0, 9.0, 10.0, 9.0, 8.0, 1.0]
    assert found(delta_rms=fading(0.1), grad_norm=flat).flat_gradient_hides
    assert not found(delta_rms=fading(0.5), grad_norm=flat).flat_gradient_hides
    assert not found(delta_rms=fading(0.1), grad_norm=fading(0.1)).flat_gradient_hides
    assert not found(delta_rms=fading(0.1), grad_norm=0.0).flat_gradient_hides


def test_an_update_of_0_for_a_gradient_that_is_there_underflows() -> None:
    delta, update = fading(1e-9), [0, 0, 1e-20, 1e-11, 1e-3, 1e-2]
    assert found(delta_rms=delta, grad_norm=delta, update_ratio=update).underflows
    assert not found(delta_rms=delta, grad_norm=delta, update_ratio=delta).underflows
    assert not found(delta_rms=0.0, grad_norm=0.0, update_ratio=0.0).underflows


def test_layers_that_a_stage_keeps_are_not_frozen() -> None:
    t = trace(delta_rms=fading(0.2), update_ratio=[0, 0, 0, 1e-2, 1e-2, 1e-2])
    kept = np.array([[False, False, False, True, True, True]])
    d = diagnose(NetworkTrace(t.layers, t.measures, kept), 0, STEPS)
    assert (d.state, d.frozen, d.underflows) == ("healthy", (), False)
    assert d.budget[:3] == (0, 0, 0)
    none = diagnose(NetworkTrace(t.layers, t.measures, np.zeros((1, 6), np.bool_)), 0, STEPS)
    assert none.state == "healthy"


def through_time(delta: list[float], uses: list[float], update: float = 1e-2) -> Diagnosis:
    """Of a recurrent layer whose gradient has norm ½, and an output layer."""
    both = {"delta_rms": delta, "grad_norm": uses}
    steps = {name: np.array([[[values, values]]], np.float64) for name, values in both.items()}
    return diagnose(replace(trace(2, update_ratio=update), time=steps), 0, STEPS)


def test_what_the_first_step_cannot_teach_is_forgotten() -> None:
    """Its budget is that of the layer, 10, times its share of the gradient, a half."""
    d = through_time([1e-6, 1e-4, 1e-2, 1.0], [0.49e-4, 1e-2, 0.1, 0.5])
    assert (d.state, d.rule, d.frozen) == ("vanishing", "forgets", ())
    assert d.step_rate == pytest.approx(1e-2)
    assert d.step_ratio == pytest.approx(1e-6)
    assert through_time([1e-6, 1e-4, 1e-2, 1.0], [0.51e-4, 1e-2, 0.1, 0.5]).rule == "moves"
    assert through_time([1.1 * FADED, 0.3, 0.6, 1.0], [1e-9, 1e-2, 0.1, 0.5]).rule == "moves"


def test_an_explosion_through_time() -> None:
    d = through_time([1e3, 1e2, 10, 1.0], [0.5] * 4, TORN_STEP)
    assert (d.state, d.step_rate) == ("exploding", pytest.approx(10))


def test_without_steps_there_is_no_rate_of_them() -> None:
    assert found().step_rate is found().step_ratio is None


def test_one_hidden_layer_has_no_way_to_fade() -> None:
    d = found(2, delta_rms=[1e-9, 1], update_ratio=[1e-9, 1])
    assert (d.rate, d.ratio, d.decay, d.rule) == (1, 1, "exponential", "slow")


def test_two_hidden_layers() -> None:
    d = found(3, delta_rms=[0.001, 0.1, 1], update_ratio=[1e-9, 1e-3, 1])
    assert (d.rate, d.decay, d.state) == (pytest.approx(0.01), "exponential", "vanishing")


ANY = st.one_of(st.sampled_from([0.0, nan, inf, 5e-324, 1.7e308, 1.0]), st.floats(0, 1.7e308))


@pytest.mark.filterwarnings("error")
@given(arrays(np.float64, (len(MEASURES), 3, 4), elements=ANY))
def test_no_row_is_too_strange(values: Exact) -> None:
    t = trace(4, 3)
    for name, rows in zip(MEASURES, values, strict=True):
        t.measures[name][0] = rows
    d = diagnose(t, 0, STEPS)
    assert RULES[d.rule] == d.state
    assert d.decay in ("exponential", "power", "undecided")
    assert len(d.budget) == 4
    if d.state != "diverged":
        assert d.rate >= 0
        assert d.ratio >= 0
    assert set(d.frozen) <= {1, 2, 3, 4}


def test_fits_take_any_leading_axes() -> None:
    delta = np.array([[fading(0.3), fading(2.0)], [fading(1.0), fading(0.9)]])[..., :-1]
    assert rates(delta) == pytest.approx(np.array([[0.3, 2.0], [1.0, 0.9]]))


@pytest.mark.parametrize(
    ("a", "plan", "state", "rule"),
    [
        (Architecture(), Settings(rate=0.5), "vanishing", "frozen"),
        (Architecture(activation="relu", init="he"), Settings(rate=0.1), "healthy", "moves"),
        (
            Architecture(activation="relu", init="lecun", gain=2, depth=30),
            Settings(rate=0.1),
            "exploding",
            "step_too_large",
        ),
        (
            Architecture(activation="relu", init="uniform"),
            Settings(rate=0.1),
            "vanishing",
            "frozen",
        ),
    ],
)
def test_networks_at_birth(a: Architecture, plan: Settings, state: str, rule: str) -> None:
    net = Network(a, [0, 1, 2], 64)
    train, test = split(generate("circles", [0, 1, 2], 256, 0.1, np.float32), 192)
    run = supervised(net, Training(settings=plan, steps=2000, batch=64), train, test)
    next(run.steps)
    d = diagnose(run.trace.networks["model"], 0, 2000)
    assert (d.state, d.rule) == (state, rule)
    assert d.flat_gradient_hides == (a.init == "uniform")


def test_layers_that_are_not_there_yet_are_left_out() -> None:
    """A network that grows is judged by what it has."""
    there = [1.0, 1.0, nan, nan, nan, 1.0]
    learning = np.array([[False, True, False, False, False, True]])
    frozen = [0, 1e-6, nan, nan, nan, 1e-6]
    seen = dict.fromkeys(MEASURES, there) | {"update_ratio": frozen, "displacement": 0.0}
    t = trace(**seen)  # pyright: ignore[reportArgumentType]
    d = diagnose(NetworkTrace(t.layers, t.measures, learning), 0, STEPS)
    assert (d.state, d.rule, d.rate) == ("dead", "dead_layer", 1)
    t.measures["dead"][...] = np.multiply(there, 0.0)
    d = diagnose(NetworkTrace(t.layers, t.measures, learning), 0, STEPS)
    assert (d.state, d.rule, d.ratio) == ("healthy", "slow", 1)
    assert d.frozen == (2, 6)
    assert d.budget == pytest.approx((0, 1e-3, nan, nan, nan, 1e-3), nan_ok=True)
    assert not d.underflows


def test_a_layer_that_learns_is_there() -> None:
    """One that should be, and is not a number, has diverged."""
    t = trace(**{name: [1.0, nan, nan, 1.0] for name in MEASURES}, layers=4)  # pyright: ignore[reportArgumentType]
    learning = np.array([[True, True, False, True]])
    assert diagnose(NetworkTrace(t.layers, t.measures, learning), 0, STEPS).state == "diverged"


@pytest.mark.parametrize(
    ("update", "share", "rule"),
    [
        (1e-7, FADED / 2, "starved"),
        (1e-7, FADED * 2, "slow"),
        (1e-7, nan, "slow"),
        (1e-2, FADED / 2, "moves"),
    ],
)
def test_a_generator_starves_where_it_stands_still_for_want_of_signal(
    update: float, share: float, rule: str
) -> None:
    t = trace(replicas=3, update_ratio=update)
    shares = np.array([[share, share, 1.0]])
    d = diagnose(NetworkTrace(t.layers, t.measures, share=shares), 0, STEPS)
    assert (d.rule, d.state) == (rule, RULES[rule])
