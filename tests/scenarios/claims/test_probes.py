"""Probes of the engine, against what is known of them."""

import numpy as np
import pytest
from vglab.engine.measure.trace import Trace
from vglab.scenarios.claims.experiments import learning_speed
from vglab.scenarios.claims.probes import dead_weights, early_activations, random_gains

SEEDS = range(2)


@pytest.mark.slow
def test_larger_weights_explode_more_often_and_a_smaller_fold_is_reached_more_often() -> None:
    few = random_gains(SEEDS, "tanh")
    wide, small = (
        random_gains(SEEDS, "tanh", **{k: v}) for k, v in (("largest", "300"), ("fold", "3"))
    )
    assert (wide["share_exploding"] > few["share_exploding"] + 0.1).all()
    assert (wide["share_vanishing"] < few["share_vanishing"]).all()
    assert (small["share_exploding"] > few["share_exploding"] + 0.1).all()
    assert (small["share_vanishing"] > few["share_vanishing"]).all()


def test_a_dead_units_weights_stay_with_sgd_alone() -> None:
    assert (dead_weights(SEEDS)["moved_dead"] == 0).all()
    for optimizer in ("momentum", "adam", "adamw"):
        assert (dead_weights(SEEDS, optimizer)["moved_dead"] > 1e-3).all()


def test_sigmoids_forget_the_first_layer_unless_they_are_skipped() -> None:
    plain = early_activations(SEEDS, "sigmoid")["dependence"]
    assert plain == pytest.approx(0.25**9, rel=1.0), "a slope of a quarter in each of nine layers"
    assert (early_activations(SEEDS, "sigmoid", skip="identity")["dependence"] > 0.01).all()
    linear = early_activations(SEEDS, "linear", init="orthogonal")["dependence"]
    assert linear == pytest.approx(1, rel=1e-3), "an orthogonal map keeps every length"


def test_a_network_has_learned_when_its_accuracy_stays() -> None:
    accuracy = np.array([[0.5, 0.5, 0.95], [0.95, 0.5, 0.5], [0.96, 0.95, 0.5], [0.1, 0.1, 0.99]])
    records = np.array([0, 10, 20, 30])
    trace = Trace(20, records, {"test": accuracy}, {"test": accuracy}, {}, upto=3)
    assert learning_speed(trace).tolist() == [100, 50, 0], "what is not yet written does not count"
