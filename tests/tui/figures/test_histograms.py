"""Histograms by layer: densities of a layer's own numbers, of a network that is as it was drawn."""

import numpy as np
import pytest
from vglab.scenarios.experiment.build import build
from vglab.scenarios.experiment.layer_arrays import layer_arrays
from vglab.scenarios.loading.inheritance import load
from vglab.tui.cli.commands.plot import CHARTS
from vglab.tui.figures.histograms import HISTOGRAMS, histogram_panels
from vglab.tui.figures.kinds import KINDS

SMALL = ("network.depth=4", "network.width=64", "training.batch=128", "training.steps=3")


def test_the_arrays_are_those_that_are_measured() -> None:
    scenario = load("tanh", [*SMALL, "run.record_every=1"])
    experiment = build(scenario)
    for _ in experiment.steps:
        pass
    measures = experiment.trace.networks["model"].measures
    for number, layer in enumerate(layer_arrays(scenario, "birth")):
        assert np.linalg.norm(layer.W) == pytest.approx(measures["weight_norm"][0, 0, number])
        assert layer.A.std() == pytest.approx(measures["activation_std"][0, 0, number], rel=0.3)
        assert layer.A.shape[:2] == layer.Delta.shape[:2] == (1, 128)
    trained = layer_arrays(scenario, "end")
    assert np.linalg.norm(trained[0].W) == pytest.approx(measures["weight_norm"][-1, 0, 0])


def test_a_curve_a_layer_is_a_density() -> None:
    scenarios = [load("tanh", [*SMALL, f"network.init={init}"]) for init in ("uniform", "xavier")]
    for chart in HISTOGRAMS:
        panels = [*histogram_panels(chart, scenarios, "birth")]
        assert [panel.title for panel in panels] == ["tanh", "tanh"]
        for panel in panels:
            assert [curve.name for curve in panel.curves] == [f"layer {i}" for i in (1, 2, 3, 4)]
            for curve in panel.curves:
                assert 0.9 < np.trapezoid(curve.middle, curve.x) < 1.01


def test_weights_that_are_too_small_narrow_every_layer() -> None:
    """Glorot & Bengio 2010, figures 6 and 7: the outputs narrow on their way forward, the error
    signals on their way back."""
    scenario = load("tanh", [*SMALL, "network.init=uniform", "data.name=digits"])
    peaks = {
        chart: [curve.middle.max() for curve in next(iter(panels)).curves]
        for chart in HISTOGRAMS
        for panels in [histogram_panels(chart, [scenario], "birth")]
    }
    assert peaks["activation-histogram"] == sorted(peaks["activation-histogram"])
    assert peaks["error-signal-histogram"][0] > peaks["error-signal-histogram"][2]


def test_of_many_layers_some_are_told_apart() -> None:
    (panel,) = histogram_panels("activation-histogram", [load("tanh-deep", SMALL[1:])], "birth")
    assert len(panel.curves) == 6
    assert (panel.curves[0].name, panel.curves[-1].name) == ("layer 1", "layer 50")


def test_every_figure_can_be_asked_for() -> None:
    assert {*CHARTS} == {*KINDS, *HISTOGRAMS}
