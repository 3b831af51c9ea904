"""What the lab draws of one layer, of one step of the chain, and of the networks themselves."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import vglab
from fake_traces import finding, scene, trace
from golden import is_rectangle
from own_parts import tables_restored
from vglab.engine.measure.own_measures import LayerState
from vglab.engine.measure.trace import NetworkTrace, Trace
from vglab.scenarios.i18n import Language, figure, set_language
from vglab.tui.charts import decision_boundary as boundary
from vglab.tui.charts import weights
from vglab.tui.charts.base import chain
from vglab.tui.charts.base.scene import Scene
from vglab.tui.charts.plotting.canvas import Size
from vglab.tui.charts.registry import INNER, draw, inner_charts, inner_names, tab_names
from vglab.tui.protocol import Open, Picture, View
from vglab.tui.render.palette import Role
from vglab.tui.render.styled_text import back, cells, closer, front, plain
from vglab.tui.worker.live_run import Subject, open_subject

SIZES = [Size(90, 31), Size(79, 19), Size(39, 9), Size(12, 5), Size(1, 1)]
QUICK = ["training.steps=40", "run.record_every=1"]
GAME = ["training.steps=20", "run.record_every=1"]


def picture_of(panel: str, of: Scene, size: Size) -> Picture:
    picture = draw(of, panel, size)
    assert picture is not None
    return picture


def text(panel: str, of: Scene, size: Size = SIZES[0]) -> str:
    return "\n".join(map(plain, picture_of(panel, of, size).lines))


def broken(of: Trace) -> Trace:
    for values in of.networks["model"].measures.values():
        values[:, :, 0], values[:, :, 1], values[:, :, 2] = 0, np.nan, np.inf
    return of


@pytest.mark.sampled(7)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("panel", ["layer", "walk", "signals", "layers", "history"])
@pytest.mark.parametrize(
    "of",
    [trace(), trace(rows=1), trace(layers=1), trace(layers=200), broken(trace()), trace(steps=1)],
    ids=["usual", "one row", "one layer", "200 layers", "broken", "one step"],
)
def test_any_layer_of_any_trace_at_any_size(of: Trace, panel: str, size: Size) -> None:
    depth = len(of.networks["model"].layers)
    for layer in {None, 1, (depth + 1) // 2, depth}:
        looked = scene(of, layer=layer, record_count=of.upto)
        assert is_rectangle(picture_of(panel, looked, size).lines, *size)
        assert is_rectangle(picture_of(panel, replace(looked, forward=True), size).lines, *size)


def test_the_line_of_a_layer_tells_what_is_measured() -> None:
    told = text("layer", scene(layer=3, theory={"delta_rms": np.full(6, 1e-4)}), Size(200, 1))
    assert "layer 3/6" in told
    assert "Δ rms 0.001" in told
    assert "saturated 25 %" in told
    assert "budget 0.001" in told
    assert "Δ against theory ×10" in told
    assert "theory" not in text("layer", scene(layer=3), Size(150, 1))


def test_what_matters_least_is_left_out_of_a_short_line() -> None:
    short = text("layer", scene(layer=3), Size(60, 1))
    assert "Δ rms" in short
    assert "‖W‖" not in short.replace("‖∂J/∂W‖", "").replace("‖δW‖/‖W‖", "")


def test_every_chart_points_at_the_layer() -> None:
    for panel in ("layers", "history", "inside", "signals"):
        lines = picture_of(panel, scene(layer=2), SIZES[0]).lines
        marks = {mark for line in lines for mark, code in cells(line) if front(code) == Role.KEY}
        assert "2" in marks


def test_time_charts_show_all_and_point_at_the_row_looked_at() -> None:
    of = trace(rows=11)
    back = Scene(of, 4, finding(), record_count=11)
    for panel in ("history", "learning"):
        now, then = (picture_of(panel, each, Size(60, 16)) for each in (scene(of), back))
        assert then.time == now.time
        assert "▲30" in plain(then.lines[-1])
        assert "▲" not in plain(now.lines[-1])


def test_the_row_looked_at_leaves_no_part_of_another_number() -> None:
    of = trace(rows=11)
    for row in range(1, 11):
        back = Scene(of, row, finding(), record_count=11)
        foot = plain(picture_of("history", back, Size(60, 16)).lines[-1])
        assert {*foot.replace("▲", " ").split()} <= {
            "0",
            "25",
            "50",
            "75",
            "100",
            "step",
            str(10 * (row - 1)),
        }


def test_signals_stand_in_the_same_columns() -> None:
    of = trace(layers=9)
    of.networks["model"].measures["update_ratio"] *= 1e-120
    lines = [plain(line) for line in picture_of("signals", scene(of, layer=5), SIZES[0]).lines]
    pointers = {line.index("│", 12) for line in lines if line.count("│") > 1}
    assert len(pointers) == 1
    assert {line.index("├") for line in lines if "├" in line} == {lines[-2].index("└")}


def test_the_chain_multiplies_to_the_measured_error_signal() -> None:
    of = trace(layers=5)
    links = chain.backward(scene(of)).links
    assert [(link.other, link.layer) for link in links] == [(5, 4), (4, 3), (3, 2), (2, 1)]
    assert np.prod([link.weights * link.bend for link in links]) == pytest.approx(1e-4)
    assert links[-1].product == pytest.approx(1e-4)


def test_layers_that_are_not_there_yet_are_stepped_over() -> None:
    of = trace(layers=5)
    for values in of.networks["model"].measures.values():
        values[:, :, 2:4] = np.nan
    assert [(link.other, link.layer) for link in chain.backward(scene(of)).links] == [
        (5, 2),
        (2, 1),
    ]


@pytest.mark.parametrize(("layer", "said"), [(5, "×0.001"), (1, "×1e-5"), (6, "output: 1")])
def test_the_walk_says_its_numbers(layer: int, said: str) -> None:
    of = trace()
    of.networks["model"].measures["slope_rms"][:] = 0.25
    walked = text("walk", scene(of, layer=layer))
    if layer == 6:
        assert said in walked
    else:
        assert "slopes g′ of sigmoid multiply by ×0.25" in walked
        assert "weights W multiply by ×0.4" in walked
        assert f"Δ({layer})  =  Δ({layer + 1}) W({layer + 1})ᵀ  ∘  g′(Z({layer}))" in walked


@pytest.fixture(scope="module")
def trained() -> Subject:
    subject = open_subject(Open(1, "tanh", QUICK, "en"))
    for _ in range(25):
        subject.step()
    return subject


@pytest.fixture(scope="module")
def duel() -> Subject:
    subject = open_subject(Open(1, "gan-non-saturating", GAME, "en"))
    for _ in range(12):
        subject.step()
    return subject


def seen(subject: Subject, **view: object) -> Scene:
    given = {"wants": [], "measures": ["grad_norm"], "inner": "update_ratio"}
    return subject.scene(View(**{**given, **view}))


def test_a_twin_has_the_weights_and_the_gradients_of_the_record(trained: Subject) -> None:
    for record in (0, 7, 25):
        looked = seen(trained, record=record)
        assert looked.look is not None
        taps = looked.look.taps("model", looked.depth)
        for name, of in (("weight_norm", "W"), ("grad_norm", "dW")):
            found = [np.linalg.norm(getattr(tap.layer, of)[0].astype(float)) for tap in taps if tap]
            assert found == pytest.approx(looked.latest(name)[0], rel=1e-4)


def test_looking_leaves_the_training_as_it_is(trained: Subject) -> None:
    network = trained.experiment.networks["model"]
    before = network.theta.copy(), network.grad.copy(), network.output.Z.copy()
    for inner in inner_names(seen(trained)):
        for record in (0, None):
            picture_of("inside", seen(trained, inner=inner, record=record, layer=3), SIZES[0])
    text("walk", seen(trained, forward=True, record=3))
    for old, new in zip(before, (network.theta, network.grad, network.output.Z), strict=True):
        np.testing.assert_array_equal(old, new)


def test_forward_the_chain_multiplies_to_the_activations(trained: Subject) -> None:
    looked = seen(trained)
    found = chain.forward(looked)
    mean, std = (looked.latest(f"activation_{name}")[0] for name in ("mean", "std"))
    assert found.signal == pytest.approx(np.hypot(mean, std), rel=1e-4)
    product = np.prod([link.weights * link.bend for link in found.links])
    assert product == pytest.approx(found.signal[-1] / found.start)
    assert "activation tanh multiplies by" in text("walk", replace(looked, forward=True, layer=4))


def test_only_what_a_scenario_has_is_offered(trained: Subject, duel: Subject) -> None:
    assert inner_names(seen(trained)) == [
        name for name in INNER if name not in ("game", "time_steps")
    ]
    assert inner_names(seen(duel)) == [name for name in INNER if name != "time_steps"]
    assert "decision" not in inner_names(scene())


@pytest.mark.sampled(5)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("inner", [name for name in INNER if name != "time_steps"])
@pytest.mark.parametrize("network", [0, 1])
def test_pictures_of_networks_at_any_size(
    trained: Subject, duel: Subject, inner: str, size: Size, network: int
) -> None:
    for subject in (trained, duel):
        for layer in (None, 1, 99):
            looked = seen(subject, inner=inner, network=network, layer=layer)
            assert is_rectangle(picture_of("inside", looked, size).lines, *size)


def test_the_histogram_lies_where_the_sums_lie(trained: Subject) -> None:
    picture = picture_of("inside", seen(trained, inner="shape", layer=4), SIZES[0])
    assert plain(picture.title) == "tanh  ── g  ╌╌ g′  █ Z of layer 4"
    row = plain(picture.lines[-3])
    full = [at for at, mark in enumerate(row) if mark == "█"]
    zero = plain(picture.lines[-1]).index(" 0 ") + 1
    assert abs(float(np.mean(full)) - zero) < 6


def test_a_curve_that_crosses_the_histogram_leaves_it_whole(trained: Subject) -> None:
    lines = picture_of("inside", seen(trained, inner="shape", layer=2), Size(60, 20)).lines
    columns = [*zip(*([*cells(line)] for line in lines[:-2]), strict=True)]
    bars = [[Role.FIRST_SOFT in (front(code), back(code)) for _, code in each] for each in columns]
    assert any(all(column[1:]) for column in bars), "the tallest reaches the top"
    assert all(column == sorted(column) for column in bars), "no bar has a hole"


def test_a_vanishing_gradient_slides_to_the_left_of_its_weights() -> None:
    subject = open_subject(Open(1, "deep-sigmoid", QUICK, "en"))
    looked = seen(subject, inner="weights")
    assert looked.look is not None
    taps = looked.look.taps("model", looked.depth)
    middle = [np.median(weights.sizes(tap.dW[0])) for tap in taps if tap]
    assert np.all(np.diff(middle) > 0)
    lines = picture_of("inside", looked, Size(60, 22)).lines
    first = [
        min(at for at, (mark, _) in enumerate(cells(lines[row])) if mark in "▀▄" and at > 32)
        for row in (2, 19)
    ]
    assert first[1] < first[0] - 8


def test_zeros_have_a_mark_and_no_bin() -> None:
    axis = weights._axis([[np.array([-1.0, -2.0])]], 20)
    table = weights.histograms([np.full(9, -np.inf), None], axis, Size(20, 2))
    assert table.shape == (4, 20)
    assert table[-1, 0] == -2
    assert table[0, 0] == -1


def test_a_decision_is_bright_where_the_second_class_is() -> None:
    subject = open_subject(Open(1, "relu", ["network.depth=2", "training.steps=400"], "en"))
    while not subject.finished:
        subject.step()
    picture = picture_of("inside", seen(subject, inner="decision"), Size(44, 22))
    grounds = [
        [front(code) for _, code in cells(line) if front(code) >= Role.HEAT]
        for line in picture.lines
    ]
    assert np.mean(grounds[0]) < Role.HEAT + 2
    middle = [code for mark, code in cells(picture.lines[11]) if mark in "●▀"]
    assert any((code >> 6) & 63 > Role.HEAT + 12 for code in middle)
    birth = picture_of("inside", seen(subject, inner="decision", record=0), Size(44, 22))
    assert birth.lines != picture.lines


@pytest.mark.parametrize("shape", [(2, 2), (3, 5), (40, 40)])
def test_stretching_keeps_corners_and_planes(shape: tuple[int, int]) -> None:
    y, x = np.meshgrid(np.linspace(0, 1, shape[0]), np.linspace(0, 1, shape[1]), indexing="ij")
    large = boundary.interpolate(2 * x - y, 33, 21)
    assert large.shape == (21, 33)
    expected = 2 * np.linspace(0, 1, 33)[None, :] - np.linspace(0, 1, 21)[:, None]
    assert large == pytest.approx(expected)


def test_what_a_generator_makes_far_off_is_in_the_picture() -> None:
    real, made = np.array([[4.0, 4.0], [5.0, 5.0]]), np.array([[0.0, 1.0], [1e9, 0.0]])
    view = boundary.window([real, made], Size(40, 20))
    assert view.left < 0 < view.right < 100
    assert (view.right - view.left) / (view.head - view.foot) == pytest.approx(1.0)


def test_time_lags_are_drawn_where_a_network_recurs() -> None:
    of = trace()
    tables = of.networks["model"]
    stairs = np.broadcast_to(10.0 ** np.arange(-7.0, 1), (12, 1, 6, 8))
    time = {name: stairs.copy() for name in ("delta_rms", "grad_norm")}
    of.networks["model"] = NetworkTrace(tables.layers, tables.measures, time=time)
    looked = scene(of, inner="time_steps")
    assert "time_steps" in inner_names(looked)
    picture = picture_of("inside", looked, Size(45, 16))
    assert "first step" in plain(picture.lines[-2])
    tops = [plain(line).rstrip() for line in picture.lines]
    heights = [sum("█" in line[at : at + 1] for line in tops) for at in (8, 20, 32)]
    assert heights == sorted(heights)
    assert heights[0] < heights[2]


@pytest.mark.parametrize(("spread", "marks"), [(30.0, {"•", "◦"}), (1.01, {"•"})])
def test_theory_says_where_it_expects_the_error_signal(spread: float, marks: set[str]) -> None:
    expected = trace().networks["model"].measures["delta_rms"][-1, 0]
    theory = {
        "delta_rms": expected,
        "delta_rms_low": expected / spread,
        "delta_rms_high": expected * spread,
    }
    picture = picture_of("signals", scene(theory=theory), Size(90, 60))
    seen = {m for line in picture.lines for m, code in cells(line) if front(code) == Role.THEORY}
    assert seen == marks, "no stray edges that say nothing"
    assert ("◦ most networks" in plain(picture.title)) == ("◦" in marks)


def test_theory_has_a_band(trained: Subject) -> None:
    trained.compare_with(trained.foresee())
    low, high = (trained.theory["model"][f"delta_rms_{edge}"] for edge in ("low", "high"))
    assert np.all(low <= high)


def test_a_network_that_knows_nothing_keeps_its_color() -> None:
    near = boundary.heat_levels(np.array([0.48, 0.499, 0.5, 0.501, 0.52, np.nan]))
    assert len({*near.tolist()}) == 1
    assert boundary.heat_levels(np.array([0.0, 1.0])).tolist() == [0, 15]
    assert len({*boundary.heat_levels(np.linspace(0, 1, 200)).tolist()}) == 15


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_curve_of_the_loss_is_named_in_half_of_80_columns(lang: Language) -> None:
    set_language(lang)
    try:
        called = ("Deep sigmoid with a very long title", "Deep sigmoid, long", "base")
        of = trace()
        held = scene(of, ghost=scene(of, called=called))
        named = plain(closer(picture_of("learning", held, Size(39, 9)).title))
        assert len(named) <= 37
        assert named.endswith({"en": "═ loss, base", "es": "═ pérdida base"}[lang]), (
            "and not its accuracy"
        )
        for mark in ("── ", "● "):
            assert mark in named
    finally:
        set_language("en")


@pytest.fixture
def measured() -> Iterator[Scene]:
    """A run with three measures of a person's own: positive, of decades, with negative values."""
    with tables_restored():
        vglab.register_measure("stable_rank", stable_rank)
        vglab.register_measure("tiny", lambda layer: np.exp(-5.0 * stable_rank(layer)))
        vglab.register_measure("mean_weight", lambda layer: layer.W.mean(axis=(1, 2)))
        names = "run.measures=['stable_rank', 'tiny', 'mean_weight']"
        run = open_subject(Open(1, "relu", [*QUICK, names], "en"))
        for _ in range(5):
            run.step()
        yield run.scene(View([], ["grad_norm"], ""))


def test_measures_of_ones_own_have_charts_among_the_others(measured: Scene) -> None:
    names = [name for name in inner_names(measured) if "own." in name]
    assert len(names) == 6
    told = dict(zip(inner_names(measured), tab_names(measured), strict=True))
    assert (told["own.stable_rank"], told["steps.own.stable_rank"]) == (
        "stable_rank",
        "stable_rank by step",
    )
    for name in names:
        for size in SIZES:
            drawn = picture_of("inside", replace(measured, inner=name), size)
            assert is_rectangle(drawn.lines, *size)
        assert "layer" in text("inside", replace(measured, inner=name)) or "step" in name


def test_a_chart_of_ones_own_shows_what_was_measured(measured: Scene) -> None:
    values = measured.tables.own["stable_rank"][measured.upto - 1, 0]
    chart = inner_charts(measured)["own.stable_rank"]
    assert [row[-1] for row in chart.table(measured).rows] == pytest.approx(values.tolist())
    assert figure(float(values[1])) in next(chart.figures(measured, 2))
    assert "singular" in chart.reading[0], "its docstring explains it"
    steps = inner_charts(measured)["steps.own.stable_rank"].table(measured).rows
    assert [row[2] for row in steps] == pytest.approx(
        measured.tables.own["stable_rank"][: measured.upto, 0, 1].tolist()
    )
    assert "log└" in text("inside", replace(measured, inner="own.tiny"))
    signed = text("inside", replace(measured, inner="own.mean_weight"))
    assert "log" not in signed
    assert "█" not in signed, "a bar would have to begin somewhere"


def stable_rank(layer: LayerState) -> np.ndarray:
    """‖W‖² over the square of the largest singular value."""
    return (layer.W**2).sum(axis=(1, 2)) / np.linalg.norm(layer.W, 2, axis=(1, 2)) ** 2


@pytest.mark.parametrize("lang", ["en", "es"])
def test_axes_are_named_at_80_columns(lang: Language) -> None:
    set_language(lang)
    try:
        words = {"en": ("layer", "step"), "es": ("capa", "paso")}[lang]
        layers, history = (
            text(name, scene(), Size(39, 9)).splitlines() for name in ("layers", "history")
        )
        assert f" {words[0]} " in layers[-2]
        assert layers[-2].strip().startswith("log└")
        assert history[-1].rstrip().endswith(f" {words[1]}")
        assert len(layers) == len(history) == 9
    finally:
        set_language("en")
