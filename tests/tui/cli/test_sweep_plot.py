"""A sweep's grid, its heat map, and the critical line over it."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from vglab.engine.nn.activations import activation
from vglab.engine.theory.mean_field import critical_gain
from vglab.scenarios.experiment.build import build
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.runs.results import Result
from vglab.scenarios.schema.expectations import ExpectationError
from vglab.scenarios.sweep.critical_line import (
    critical_gains,
    critical_points,
    input_lengths,
    predicted_rate,
    trainable_points,
)
from vglab.scenarios.sweep.pivot import Grid, bin_values, default_figure, grid, sort_values
from vglab.scenarios.sweep.plan import plan
from vglab.scenarios.sweep.store import Line, line
from vglab.tui.charts.plotting.grid_map import Map, ansi, below, colors, draw_map
from vglab.tui.cli.main import run
from vglab.tui.figures.summaries import sweep_map
from vglab.tui.render.palette import HEAT_LEVELS, Role
from vglab.tui.render.styled_text import back, cells, front, plain

KEYS = ("network.gain", "network.depth")
PLAN = plan("tanh", ["network.gain=1,2,3", "network.depth=4,8"], ["run.replicas=3"])


def result(accuracy: float | None) -> Result:
    return Result(
        accuracy={"test": accuracy},
        loss={"test": 1e-9},
        gan={},
        networks={},
        diverged_at=None,
        seconds=0.0,
    )


def entries() -> list[Line]:
    """Accuracies that grow with the gain, fall with the depth, and are lost in one place."""
    found: list[Line] = []
    for planned in PLAN.runs:
        gain, depth, seed = *planned.at.values(), planned.scenario.run.seed
        accuracy = float(gain) / float(depth) + (seed - 1) / 100
        lost = (gain, depth) == (3.0, 8) or seed == 2
        found.append(line(PLAN, planned, result(None if lost else accuracy), "1.0"))
    return found


def test_a_place_is_the_median_of_its_runs() -> None:
    found = grid(entries(), KEYS, "accuracy.test")
    assert (found.across, found.up) == ([1.0, 2.0, 3.0], [4, 8])
    expected = [[0.245, 0.495, 0.745], [0.12, 0.245, math.inf]]
    np.testing.assert_allclose(found.values, expected)


def test_axes_that_are_not_drawn_are_gone_over() -> None:
    found = grid(entries(), KEYS[:1], "accuracy.test")
    assert (found.across, found.up) == ([1.0, 2.0, 3.0], [""])
    np.testing.assert_allclose(found.values, [[0.1825, 0.37, 0.745]], rtol=1e-6)
    seeds = grid(entries(), ["run.seed"], "accuracy.test")
    assert seeds.across == [0, 1, 2]
    assert math.isinf(seeds.values[0, 2])


def test_a_run_that_failed_is_seen_but_has_no_figure() -> None:
    failed = [replace(one, error="no memory", accuracy={}) for one in entries()]
    found = grid([*failed[:3], *entries()[3:]], KEYS, "accuracy.test")
    assert not np.isnan(found.values).any()
    assert math.isinf(found.values[0, 0])
    partial = grid(entries()[:3], KEYS, "accuracy.test")
    assert partial.values.shape == (1, 1)
    apart = grid([*entries()[:3], *entries()[-3:]], KEYS, "accuracy.test").values
    assert np.isnan(apart).tolist() == [[False, True], [True, False]]


@pytest.mark.parametrize("path", ["accuracy", "acuracy.test", "scenario", "what ever"])
def test_a_figure_that_is_none_is_said(path: str) -> None:
    with pytest.raises(ExpectationError):
        grid(entries(), KEYS, path)


def test_points_at_random_lie_in_boxes() -> None:
    overs = ["network.gain=0.5:3", "training.rate=1e-4:1:log"]
    whole = plan("tanh", overs, random=100)
    made = [line(whole, run, result(0.5), "1.0") for run in whole.runs]
    found = grid(made, whole.keys, "accuracy.test")
    assert len(found.across) <= 10
    assert len(found.up) <= 10
    assert 20 < np.isfinite(found.values).sum() <= 100
    assert 1e-4 < found.up[0] < 1e-3  # by factors
    assert bin_values([0.0, 1.0, 9.0, 10.0], 2) == {0.0: 2.5, 1.0: 2.5, 9.0: 7.5, 10.0: 7.5}


def test_words_are_ordered_after_numbers() -> None:
    assert sort_values(["relu", 3, "elu", 1.5, 3]) == [1.5, 3, "elu", "relu"]
    assert default_figure(entries()) == "accuracy.test"
    assert default_figure([replace(entries()[0], gan={"distance": 1.0})]) == "gan.distance"


def test_the_map_has_a_color_for_every_place() -> None:
    picture = draw_map(Map(grid(entries(), KEYS, "accuracy.test"), *KEYS), 60)
    head, *body, numbers, foot = [plain(one) for one in picture]
    assert head.strip() == "network.depth"
    assert foot.strip() == "network.gain"
    assert numbers.split() == ["1", "2", "3"]
    assert [row[0] for row in body if row[0] != " "] == ["8", "4"]
    high, low = [*cells(picture[1])], [*cells(picture[-3])]
    assert Role.HEAT <= front(high[3][1]) == back(high[3][1]) < front(low[3][1])
    assert "!" in plain(picture[1])  # lost in all replicas
    levels = [front(code) - Role.HEAT for mark, code in low[:-8] if mark == "▀"]
    assert levels == sorted(levels)
    assert len(set(levels)) == 3
    assert 0 < levels[0] < levels[-1] < HEAT_LEVELS


def test_a_line_is_beads_on_the_colors() -> None:
    found = grid(entries(), KEYS, "accuracy.test")
    plainly, beaded = (
        draw_map(Map(found, *KEYS, points), 60) for points in ((), ((1.5, 4), (2, 8)))
    )
    changed = [n for n, (a, b) in enumerate(zip(plainly, beaded, strict=True)) if a != b]
    assert len(changed) == 2
    places = []
    for n in changed:
        (spot,) = (i for i, (mark, _) in enumerate(cells(beaded[n])) if mark == "•")
        places.append(spot)
        assert back([*cells(beaded[n])][spot][1]) >= Role.HEAT
    upper, lower = places
    assert (upper - 2) * 2 // 3 == pytest.approx(lower - 2, abs=1)  # gains 2 and 1.5


@pytest.mark.parametrize(
    ("values", "log"), [([0.5, 0.6], False), ([1e-6, 1.0], True), ([-1.0, 5.0], False)]
)
def test_colors_are_logarithmic_where_factors_count(values: list[float], log: bool) -> None:
    shape = np.array([values])
    axis, is_log = colors(Grid([1, 2], [""], shape), 10)
    assert is_log is log
    low, high = (math.log10(v) if log else v for v in (min(values), max(values)))
    assert axis.low <= low < high <= axis.high + 1e-9


def test_labels_keep_apart() -> None:
    assert below([0.5, 0.75, 1.0], 8) == "  0.5     0.75     1"
    assert below(["sigmoid", "tanh", "relu"], 3) == "sigmoid"


def test_the_lines_become_escapes() -> None:
    text = ansi(draw_map(Map(grid(entries(), KEYS, "accuracy.test"), *KEYS), 60), "truecolor")
    assert "network.gain" in text


def test_the_critical_line_is_mean_field_theorys() -> None:
    deep = load("tanh", ["network.init=lecun", "network.bias_std=0.3", "network.width=64"])
    points = {depth: gain for gain, depth in critical_gains(deep, KEYS, [0.5, 3.0], [10, 60])}
    expected = critical_gain(activation("tanh"), 0.3**2)
    assert expected
    assert points[60] == pytest.approx(expected, rel=2e-3)
    assert abs(points[60] - expected) < abs(points[10] - expected)
    for depth, gain in points.items():
        assert predicted_rate(deep, input_lengths(deep), depth, gain) == pytest.approx(1, abs=1e-3)


def test_the_critical_line_is_drawn_over_images_too() -> None:
    """Digits: at the gain that keeps the signal of 40 layers, networks do keep it."""
    digits = load("schoenholz-2017")
    ((gain, _depth),) = critical_gains(digits, KEYS, [1.0, 2.0], [40])
    assert gain == pytest.approx(1.336, abs=0.003)
    at = ["network.depth=40", f"network.gain={gain}", "training.steps=1", "run.record_every=1"]
    trace = build(load("schoenholz-2017", [*at, "run.replicas=4"]))
    next(trace.steps)
    signal = trace.trace.networks["model"].measures["delta_rms"][0]
    rates = (signal[:, 0] / signal[:, -2]) ** (1 / 39)
    assert np.median(rates) == pytest.approx(1, abs=0.02)


def test_there_is_no_line_where_there_is_no_law() -> None:
    scenario = load("tanh", ["network.init=identity"])
    assert [*critical_gains(scenario, KEYS, [0.5, 3.0], [10])] == []
    assert [*critical_gains(load("tanh"), (*KEYS, "network.norm"), [0.5, 3.0], [10])] == []
    assert [*critical_gains(load("tanh"), KEYS, [2.0, 3.0], [10])] == []
    assert [*critical_gains(load("gan-saturating"), KEYS, [0.5, 3.0], [10])] == []


def test_the_line_follows_the_axes() -> None:
    found = grid(entries(), KEYS, "accuracy.test")
    assert [depth for _, depth in critical_points(PLAN.scenario, KEYS, found)] == [4, 8]
    whole = plan("tanh", ["network.depth=4,8", "network.gain=0.5,2"])
    made = [line(whole, run, result(0.5), "1.0") for run in whole.runs]
    turned = critical_points(whole.scenario, whole.keys, grid(made, whole.keys, "accuracy.test"))
    assert [depth for depth, _ in turned] == [4, 8]
    assert all(0.9 < gain < 1.3 for _, gain in turned)
    assert critical_points(whole.scenario, KEYS[1:], grid(made, KEYS[1:], "accuracy.test")) == []


def test_a_map_has_the_depths_that_theory_says_can_be_trained() -> None:
    """6 ξ_c of tanh with σ_b² = 0.05: 21.8 layers at σ_w = 1, 41.9 at 2."""
    made = plan(
        "tanh", ["network.gain=1,2", "network.depth=10,20,30,40,50"], ["network.bias_std=0.2236"]
    )
    values = Grid([1.0, 2.0], [10, 20, 30, 40, 50], np.zeros((5, 2)))
    line_of = trainable_points(made.scenario, made.keys, values)
    assert line_of[0] == (1.0, pytest.approx(21.8, rel=0.01))
    assert line_of[-1] == (2.0, pytest.approx(41.9, rel=0.01))
    assert max(depth for _gain, depth in line_of) > 100, "without bound on the critical line"
    drawn = sweep_map(values, made.keys, "accuracy.train", made.scenario)
    trainable, critical = drawn.lines
    assert trainable.points[0] == (0.5, pytest.approx(1.68, abs=0.01)), "in columns and rows"
    assert trainable.points[-1] == (1.5, pytest.approx(3.69, abs=0.01))
    assert [up for _across, up in critical.points] == [0.5, 1.5, 2.5, 3.5, 4.5]
    assert all(0.6 < across < 1.0 for across, _up in critical.points), "σ_w is 1.33 of deep ones"
    assert sweep_map(values, made.keys, "accuracy.train").lines == []
    other = plan("tanh", ["network.gain=1,2", "training.rate=0.1,0.2"], [])
    assert trainable_points(other.scenario, other.keys, values) == []


def test_the_file_of_a_sweep_is_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By plot, with theory over it: its lines say what was stated."""
    axes = ["--over", "network.gain=1,2", "--over", "network.depth=2,3"]
    file, shown = tmp_path / "s.jsonl", tmp_path / "s.svg"
    stated = ["--steps", "2", "--set", "network.width=8"]
    assert run(["sweep", "tanh", *axes, *stated, "--out", str(file), "--workers", "1"]) == 0
    draw = ["plot", str(file), "-o", str(shown), "--force"]
    assert run(draw) == 0
    assert run([*draw, "--steps", "2"]) == 0
    assert capsys.readouterr().err == ""
    assert run([*draw, "--chart", "phase"]) == 0
    assert run(["plot", "tanh", "--chart", "phase", "-o", str(shown), "--force"]) == 2
    assert "vglab sweep tanh" in capsys.readouterr().err
    with_theory = shown.read_text()
    for wrong, said in (("network.width=9", "8, not 9"), ("network.slope=0.3", "does nothing")):
        assert run([*draw, "--set", wrong]) == 2
        assert said in capsys.readouterr().err
    older = [json.loads(entry) for entry in file.read_text().splitlines()]
    for entry in older:
        del entry["set"], entry["preset"]
    file.write_text("".join(json.dumps(entry, separators=(",", ":")) + "\n" for entry in older))
    assert run(draw) == 0
    assert "drawn without theory" in capsys.readouterr().err
    assert shown.read_text().count("<path") < with_theory.count("<path")
    assert run([*draw, *stated]) == 0
    assert capsys.readouterr().err == ""
    assert run([*draw, "--figure", "loss"]) == 2
    assert run(["show", str(file)]) == 2
    assert "vglab plot and vglab export read a sweep's file" in capsys.readouterr().err


def test_two_sweeps_in_one_file_are_not_drawn_as_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    axes = ["--over", "network.gain=1,2", "--steps", "2", "--workers", "1"]
    parts = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    for width, part in zip((8, 9), parts, strict=True):
        assert (
            run(["sweep", "tanh", *axes, "--set", f"network.width={width}", "--out", str(part)])
            == 0
        )
    both = tmp_path / "both.jsonl"
    both.write_text("".join(part.read_text() for part in parts))
    assert run(["plot", str(both), "-o", str(tmp_path / "s.svg")]) == 2
    assert "runs of two sweeps are in it (network.width = 9, not 8)" in capsys.readouterr().err


def test_a_sweep_is_drawn_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    axes = ["--over", "network.gain=1,2", "--over", "network.depth=2,3", "--steps", "2"]
    files = ["--out", str(tmp_path / "s.jsonl"), "--draw", str(tmp_path / "s.svg")]
    assert run(["sweep", "tanh", *axes, *files, "--workers", "1"]) == 0
    assert (tmp_path / "s.svg").read_text().count("<path") > 10
    assert run(["sweep", "tanh", *axes, *files]) == 2
    assert "the file exists already" in capsys.readouterr().err
    assert run(["sweep", "tanh", *axes, *files, "--force"]) == 0
    assert run(["sweep", "tanh", *axes, *files[:3], str(tmp_path / "s.gif")]) == 2
