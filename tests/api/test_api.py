"""`import vglab`: what a script or a notebook takes away."""

import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import numpy as np
import pytest
import vglab
from shell import python
from vglab.scenarios.i18n import figure
from vglab.scenarios.version import VERSION
from vglab.stating import SHORT_FOR, ShortSettings
from vglab.tui.cli.options import SHORT_FOR as OPTIONS

QUICK = ["network.depth=3", "network.width=4", "training.steps=6"]


@pytest.fixture(scope="module")
def result() -> vglab.RunResult:
    return vglab.run("deep-sigmoid", [*QUICK, "run.replicas=2"])


def test_names_are_loaded_late() -> None:
    script = "import sys, vglab; vglab.__version__; print('numpy' in sys.modules, dir(vglab))"
    loaded, names = python(script).split(" ", 1)
    assert (loaded, "diagnose" in names) == ("False", True)
    assert vglab.__version__ == VERSION
    assert all(getattr(vglab, name) for name in vglab.__all__)
    assert not hasattr(vglab, "depht")


def test_arrays_have_the_axes_of_the_document(result: vglab.RunResult) -> None:
    trace = result.experiment.trace
    assert result.measures["delta_rms"].shape == (2, 7, 4)
    np.testing.assert_array_equal(
        result.measures["delta_rms"], trace.networks["model"].measures["delta_rms"].swapaxes(0, 1)
    )
    np.testing.assert_array_equal(result.loss["test"], trace.loss["test"].T)
    assert result.records == [*range(7)]


def test_a_result_is_short_and_says_what_came_of_it(result: vglab.RunResult) -> None:
    assert repr(result).startswith("<run of deep-sigmoid: 6 steps, replicas 2; ")
    assert len(repr(result)) < 200
    first, last = str(vglab.diagnose(result)).splitlines()
    assert first.startswith("at initialization: healthy. On the way to the input ")
    assert last.startswith(f"at the end: {result.verdict.state}. ")


def test_a_notebook_shows_chart_and_sentence(result: vglab.RunResult) -> None:
    shown = result._repr_html_()
    assert "On the way to the input" in shown
    chart = ElementTree.fromstring(shown[shown.index("<svg") : shown.index("</svg>") + 6])
    lines = [one for one in chart if one.tag.endswith("polyline")]
    assert [len(one.attrib["points"].split()) for one in lines] == [4, 4]


def test_frames_are_tidy(result: vglab.RunResult) -> None:
    pandas = pytest.importorskip("pandas")
    frame = result.to_dataframe()
    assert isinstance(frame, pandas.DataFrame)
    assert [*frame] == ["network", "replica", "seed", "step", "layer", "measure", "value"]
    one = frame.query("replica == 1 and step == 3 and layer == 'W2' and measure == 'grad_norm'")
    assert one["value"].item() == result.measures["grad_norm"][1, 3, 1]
    losses = result.to_dataframe("loss").query("set == 'test' and replica == 1")
    assert losses["loss"].to_list() == result.loss["test"][1].tolist()


def test_a_frame_needs_pandas(result: vglab.RunResult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="a data frame needs pandas: pip install pandas"):
        result.to_dataframe()
    with pytest.raises(ValueError, match="measures or loss"):
        result.to_dataframe("weights")


def test_short_words_are_those_of_the_command_line() -> None:
    options = {name[2:].replace("-", "_"): key for name, (key, _, _) in OPTIONS.items()}
    assert options == SHORT_FOR
    assert {*ShortSettings.__annotations__} == {*SHORT_FOR}


def test_settings_are_values_by_their_keys_and_short_words_for_the_usual_ones() -> None:
    small = {"network.depth": 3, "network.width": 4, "network.activation": "relu"}
    spec = vglab.run("deep-sigmoid", small, steps=2, seed=7, replicas=2, dtype="float64").scenario
    assert (spec.network.depth, spec.network.activation) == (3, "relu")
    assert (spec.training.steps, spec.run.seed, spec.run.replicas) == (2, 7, 2)
    assert vglab.load("relu", small).network.width == 4
    lines = vglab.sweep("tanh", {"network.depth": [2, 3]}, small, steps=1)
    assert len(lines.lines) == 2
    with pytest.raises(TypeError, match="did you mean steps"):
        vglab.run("relu", **{"step": 3})
    with pytest.raises(TypeError, match="settings go over a name"):
        vglab.run(vglab.load("relu"), steps=3)


def test_settings_are_compared() -> None:
    both = vglab.compare("relu", "relu:network.init=xavier", settings=QUICK)
    assert [one.scenario for one in both.document.runs] == ["relu", "relu"]
    assert "network.init=xavier" in repr(both)
    (chart,) = charts(both)
    assert [len(places(one)) for one in lines_of(chart)] == 4 * [4]
    assert both._repr_html_().count("<tr>") == 3


def test_a_sweep_goes_on_from_its_file(tmp_path: Path) -> None:
    over = {"network.gain": [0.5, 1.0], "network.activation": "tanh,relu"}
    plain = vglab.sweep("tanh", over, QUICK)
    assert repr(plain) == "<sweep over network.gain, network.activation: 4 runs>"
    file = tmp_path / "grid.jsonl"
    first = vglab.sweep("tanh", over, QUICK, out=file)
    again = vglab.sweep("tanh", over, QUICK, out=file)
    assert [one.seconds for one in first.lines] == [one.seconds for one in again.lines]
    assert [one.loss for one in first.lines] == [one.loss for one in plain.lines]


def charts(result: Any) -> list[Element]:
    """The charts that a notebook shows of a result."""
    shown = re.findall("<svg.*?</svg>", result._repr_html_(), re.DOTALL)
    return [*map(ElementTree.fromstring, shown)]


def lines_of(chart: Element) -> list[Element]:
    return [one for one in chart if one.tag.endswith("polyline")]


def places(line: Element) -> list[tuple[float, ...]]:
    return [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]


def test_a_notebook_shows_a_sweep_as_curves_or_a_map() -> None:
    over = {"training.rate": "1e-3:1:4:log", "network.activation": "tanh,relu"}
    (chart,) = charts(vglab.sweep("tanh", over, QUICK))
    first, second = map(places, lines_of(chart))
    steps = [b[0] - a[0] for a, b in pairwise(first)]
    assert steps == pytest.approx(3 * steps[:1], abs=0.2), "evenly spaced by factors"
    assert len(second) == 4
    many = vglab.sweep("tanh", {"network.gain": [1, 2], "network.depth": "1:5"}, QUICK)
    (chart,) = charts(many)
    boxes = [one for one in chart if one.tag.endswith("rect")]
    assert len(boxes) == 10
    accuracy = many.lines[0].accuracy["test"]
    assert boxes[0][0].text == f"1, 1: {figure(accuracy)}"


def test_frames_of_many_runs_are_tidy() -> None:
    pytest.importorskip("pandas")
    both = vglab.compare("relu", "tanh", settings=[*QUICK, "run.replicas=2"])
    layers = both.to_dataframe("layers")
    one = layers.query(
        "scenario == 'tanh' and replica == 1 and layer == 2 and when == 'birth'"
        " and measure == 'delta_rms'"
    )
    net = both.document.runs[1].replicas[1].networks["model"]
    assert one["value"].item() == (net.measures_at_birth or {})["delta_rms"][1]
    assert len(both.to_dataframe()) == 4
    found = vglab.sweep("tanh", {"network.gain": [1.0]}, QUICK, measures=["dead"], theory=True)
    frame = found.to_dataframe("layers")
    assert [*frame] == ["network.gain", "seed", "network", "layer", "when", "measure", "value"]
    assert {*frame.query("measure == 'dead'")["when"]} >= {"birth", "end"}
    assert "theory" in {*frame["when"]}
    with pytest.raises(ValueError, match="runs or layers"):
        found.to_dataframe("weights")


@pytest.mark.slow
def test_many_runs_are_drawn(tmp_path: Path) -> None:
    both = vglab.compare("relu", "tanh", settings=QUICK)
    drawn = both.plot("error-signal", at="birth")
    assert repr(drawn) == "<figure error-signal: ReLU, tanh>"
    with pytest.raises(ValueError, match="is no chart; allowed: gradient"):
        both.plot("loss")
    curves = vglab.sweep("tanh", {"network.init": "he,xavier", "run.seed": [0, 1]}, QUICK)
    assert repr(curves.plot("loss.train")) == "<figure loss.train: network.init>"
    many = vglab.sweep("tanh", {"network.gain": [1, 2], "network.depth": "1:7"}, QUICK)
    many.plot("networks.model.diagnosis.rate").save(tmp_path / "map.png")
    assert (tmp_path / "map.png").stat().st_size > 5000
    with pytest.raises(ValueError, match=r"diagnosis\.state"):
        many.plot("networks.model.diagnosis.state")


def test_a_gan_has_two_verdicts() -> None:
    run = vglab.run("gan-non-saturating", ["training.steps=3"])
    assert [*run.verdict.networks] == ["generator", "discriminator"]
    assert len(str(run.verdict).splitlines()) == 4
    assert run.measures_of("discriminator")["grad_norm"].shape == (1, 2, 3)


@pytest.mark.slow
def test_runs_are_drawn(result: vglab.RunResult, tmp_path: Path) -> None:
    figure = result.plot("loss")
    assert repr(figure) == "<figure loss: deep-sigmoid>"
    assert ElementTree.fromstring(figure._repr_svg_()).tag.endswith("svg")
    both = vglab.plot(result, "relu", settings=QUICK)
    both.save(tmp_path / "gradient.pdf")
    assert (tmp_path / "gradient.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(ValueError, match="no such form"):
        both.save(tmp_path / "gradient.gif")
    with pytest.raises(ValueError, match="is no chart; allowed: gradient"):
        result.plot("losses")
