"""The first room's panels: what each draws of a scene, and what it says about itself."""

from dataclasses import replace

import numpy as np
import pytest
from fake_traces import finding, scene, trace
from golden import is_rectangle, same
from vglab.engine.measure.trace import Trace
from vglab.scenarios import i18n as words
from vglab.tui.charts.base.scene import Scene
from vglab.tui.charts.plotting.canvas import Size
from vglab.tui.charts.registry import INNER, PANELS, draw
from vglab.tui.lab.layout import LAYER, ROOMS
from vglab.tui.lab.layout import PANELS as NAMES
from vglab.tui.lab.state import MEASURES
from vglab.tui.lab.status_lines import frame_lines
from vglab.tui.protocol import Picture
from vglab.tui.render.glyphs import ASCII, UNICODE, Glyphs
from vglab.tui.render.palette import Role
from vglab.tui.render.styled_text import back, cells, front, plain

SIZE = Size(45, 16)
THIRD, FOURTH = int(Role.THIRD), int(Role.FOURTH)


def drawn(panel: str, of: Scene | None = None, size: Size = SIZE) -> Picture:
    picture = draw(of or scene(), panel, size)
    assert picture is not None
    return picture


def test_the_screen_knows_the_panels_by_name() -> None:
    assert {*PANELS} <= {*NAMES, LAYER, *ROOMS}


@pytest.mark.parametrize("panel", PANELS)
def test_every_panel_as_text(panel: str) -> None:
    same(f"panel-{panel}", drawn(panel).lines)


@pytest.mark.parametrize("inner", INNER)
def test_everything_the_fourth_panel_shows(inner: str) -> None:
    same(f"inner-{inner}", drawn("inside", scene(inner=inner)).lines)


@pytest.mark.parametrize("measures", MEASURES)
def test_the_legend_names_what_is_drawn(measures: list[str]) -> None:
    title = plain(drawn("layers", scene(measures=tuple(measures))).title)
    assert ("‖∂J/∂W‖" in title) == ("grad_norm" in measures)
    assert ("Δ rms" in title) == ("delta_rms" in measures)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("panel", NAMES)
def test_titles_fit_a_panel_at_eighty_columns(panel: str, language: words.Language) -> None:
    words.set_language(language)
    theory = {"grad_norm": np.full(6, 0.1)}
    picture = drawn(panel, scene(theory=theory), Size(39, 9))
    marks = [text for text, _code in picture.title if text.endswith(" ") and text.strip()]
    head = plain(frame_lines(picture, (40, 10), box=False, focus=False)[0])
    assert all(mark in head for mark in marks), "no mark is left without its words"


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_two_losses_and_the_run_before_differ_in_their_marks(glyphs: Glyphs) -> None:
    both, steps = trace(), np.linspace(0.2, 0.6, 12)[:, None]
    game = replace(both, accuracy={}, loss={"generator": steps, "discriminator": 1 - steps})
    picture = drawn("learning", scene(game, glyphs=glyphs))
    assert (
        plain(picture.title) == f"{glyphs.across * 2} generator  {glyphs.levels[1]} discriminator"
    )
    second = {text for line in picture.lines for text, code in cells(line) if front(code) == THIRD}
    assert second == {glyphs.levels[1]}
    held = drawn("learning", scene(both, glyphs=glyphs, ghost=scene(trace(rows=8))))
    past = {text for line in held.lines for text, code in cells(line) if front(code) == FOURTH}
    assert past == {glyphs.ghost}
    assert plain(held.title).endswith(f"{glyphs.ghost} loss, before")


@pytest.mark.parametrize("chart", ["learning", "layers"])
def test_a_ghost_that_diverged_sets_no_axis(chart: str) -> None:
    far = trace()
    far.loss["train"][-3:] = 1e40
    far.networks["model"].measures["grad_norm"][-1] = 1e40
    plainly = [plain(line) for line in drawn(chart, scene(ghost=scene())).lines]
    assert any("e10" in plain(line) for line in drawn(chart, scene(ghost=scene(far))).lines)
    far.lost_at[:] = 100
    held = drawn(chart, scene(ghost=scene(far)))
    assert [plain(line)[:6] for line in held.lines] == [line[:6] for line in plainly]


def test_theory_is_drawn_where_it_is_known() -> None:
    expected = {"grad_norm": 10.0 ** np.arange(-3.0, 3)}
    picture = drawn("layers", scene(theory=expected))
    assert "• theory" in plain(picture.title), "never a name that reads as a measurement"
    wide = drawn("layers", scene(theory=expected), Size(80, 16))
    assert "theory (init.)" in plain(wide.title)
    assert Role.THEORY in {front(code) for line in picture.lines for _, code in cells(line)}


def test_frozen_layers_stand_out() -> None:
    colors = [
        {
            front(code)
            for line in drawn("layers", scene(diagnosis=found, measures=("grad_norm",))).lines
            for _, code in cells(line)
        }
        for found in (finding(frozen=(1,)), finding(frozen=()))
    ]
    assert Role.FROZEN in colors[0]
    assert Role.FROZEN not in colors[1]


def test_layers_that_are_done_are_calm() -> None:
    done = replace(finding(frozen=(2,)), done=(1, 3))
    picture = drawn("layers", scene(diagnosis=done, measures=("grad_norm",)))
    marks: dict[int, set[str]] = {}
    for line in picture.lines:
        for mark, code in cells(line):
            marks.setdefault(front(code), set()).add(mark)
    assert marks[Role.DONE] <= {*UNICODE.eighths}, "a done layer is not hatched"
    assert marks[Role.FROZEN] <= {*UNICODE.frozen}
    assert "▚ frozen" in plain(picture.title)
    assert "█ done" in plain(picture.title)


def test_a_mark_on_a_frozen_bar_leaves_no_hole_in_it() -> None:
    of = trace()
    of.networks["model"].measures["delta_rms"][:] = of.networks["model"].measures["grad_norm"] / 10
    found = finding(frozen=(1, 2, 3, 4, 5, 6))
    lines = drawn("layers", scene(of, diagnosis=found), Size(60, 20)).lines
    columns = zip(*([*cells(line)] for line in lines[:-2]), strict=True)
    for column in columns:
        bar = [Role.FROZEN in (front(c),) or back(c) == Role.FROZEN_SOFT for _, c in column]
        assert bar == sorted(bar), "from its top to the foot it is one piece"


def test_accuracy_is_drawn_as_it_was_measured() -> None:
    of = trace(rows=400, steps=399)
    noisy = np.where(np.arange(400) % 3 == 0, 0.1, 0.9)[:, None]
    noisy[-1] = 0.5
    of.accuracy["test"] = noisy
    lines = drawn("learning", scene(of), Size(60, 23)).lines[:-2]
    rows = {
        at: row
        for row, line in enumerate(lines)
        for at, (_mark, code) in enumerate(cells(line))
        if front(code) == Role.SECOND
    }
    heights = {20 - row for row in rows.values()}
    assert heights <= {2, 10, 18}, "no bead between two values that were measured"
    assert 20 - rows[max(rows)] == 10, "the last one is the last record's"


def test_a_noisy_loss_is_smoothed_before_a_faint_band() -> None:
    of = trace(rows=2000, steps=1999)
    rng = np.random.default_rng(0)
    of.loss["train"] = 0.5 + 0.1 * rng.standard_normal((2000, 1))
    lines = drawn("learning", scene(of), Size(60, 40)).lines[:-2]
    span = {
        role: [row for row, line in enumerate(lines) if role in {front(c) for _, c in cells(line)}]
        for role in (Role.FIRST, Role.FIRST_SOFT)
    }
    assert len(span[Role.FIRST]) < len(span[Role.FIRST_SOFT]) / 3


def test_the_past_fills_up_to_the_present() -> None:
    of = trace(rows=101, steps=100)
    of.upto = 51
    lines = drawn("history", scene(of)).lines
    full = drawn("history", scene(trace(rows=101, steps=100))).lines
    count, whole = (plain(rows[0]).count("▀") for rows in (lines, full))
    assert count > 0.9 * whole, "halved as long as the plan's first half is enough"
    of.upto = 61
    assert plain(drawn("history", scene(of)).lines[0]).count("▀") < 0.7 * whole


def broken(of: Trace) -> Trace:
    """Exact zeros, NaN and infinities wherever they can be."""
    for values in of.networks["model"].measures.values():
        values[:, :, 0], values[:, :, 1], values[:, :, 2] = 0, np.nan, np.inf
    for values in (*of.loss.values(), *of.accuracy.values()):
        values[len(values) // 2 :] = np.nan
    return of


@pytest.mark.sampled(8)
@pytest.mark.parametrize(
    "size", [Size(45, 16), Size(39, 9), Size(10, 4), Size(1, 1), Size(180, 50)]
)
@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize(
    "of",
    [
        trace(),
        trace(rows=1),
        trace(layers=1),
        trace(layers=200),
        trace(replicas=9),
        broken(trace()),
    ],
    ids=["usual", "one row", "one layer", "200 layers", "replicas", "broken"],
)
def test_any_trace_at_any_size(of: Trace, panel: str, size: Size) -> None:
    for inner in INNER:
        assert is_rectangle(drawn(panel, scene(of, inner=inner), size).lines, *size)


def test_a_layer_that_is_not_there_yet_is_not_drawn() -> None:
    of = trace()
    for values in of.networks["model"].measures.values():
        values[:, :, 2:5] = np.nan
    for panel in PANELS:
        assert "!" not in "".join(map(plain, drawn(panel, scene(of)).lines))
    of.lost_at[:] = 0
    assert "!" in "".join(map(plain, drawn("layers", scene(of)).lines))


def test_a_game_has_two_losses_and_no_accuracy() -> None:
    of = trace()
    of.loss = {"generator": of.loss["train"], "discriminator": of.loss["test"] * 2}
    of.accuracy = {}
    picture = drawn("learning", scene(of))
    assert "generator" in plain(picture.title)
    colors = {front(code) for line in picture.lines for _, code in cells(line)}
    assert {Role.FIRST, Role.THIRD} <= colors


def test_a_loss_of_many_decades_gets_an_axis_of_decades() -> None:
    of = trace()
    of.loss["train"] = 10.0 ** np.linspace(0, -8, 12)[:, None]
    assert "1e-6" in "".join(map(plain, drawn("learning", scene(of)).lines))


@pytest.mark.parametrize(("faintest", "lost"), [(-12.0, True), (-6.0, False)])
def test_layers_that_float16_would_lose_stand_out(faintest: float, lost: bool) -> None:
    """Under half its smallest number, 2⁻²⁵ = 3e-8, an entry is 0."""
    of = trace()
    net = of.networks["model"]
    sizes = np.sqrt([layer.inputs * layer.outputs for layer in net.layers])
    net.measures["grad_norm"][:] = sizes * 10.0 ** np.linspace(faintest, 0, len(sizes))
    lines = drawn("inside", scene(of, inner="precision")).lines
    colors = {front(code) for line in lines for _, code in cells(line)}
    assert Role.FIRST in colors
    assert (Role.FROZEN in colors) is lost


def test_the_mean_and_what_each_batch_has_shown_have_names_of_their_own() -> None:
    said = [
        plain(drawn("learning", scene(trace(rows=rows)), Size(90, 16)).title) for rows in (400, 12)
    ]
    assert "loss (train), mean" in said[0]
    assert "⡇ each batch, now 0.1" in said[0]
    assert "── loss (train)" in said[1]
    assert "batch" not in said[1]


@pytest.mark.parametrize("called", [("base (Deep sigmoid)", "base"), ("before",)])
def test_a_ghost_beside_the_accuracy_is_named_as_a_loss(called: tuple[str, ...]) -> None:
    picture = drawn("learning", scene(ghost=replace(scene(), called=called)), Size(80, 16))
    assert f"═ loss, {called[0]}" in plain(picture.title)
    game = replace(trace(), accuracy={})
    alone = scene(game, ghost=replace(scene(game), called=called))
    assert f"═ {called[0]}" in plain(drawn("learning", alone, Size(80, 16)).title)


def test_bars_under_the_line_of_what_has_moved_are_hatched_and_no_others() -> None:
    seen = trace()
    seen.networks["model"].measures["displacement"][-1] = [[1e-4, 5e-3, 0.02, 0.3, 0.009, 1.0]]
    judged = finding(frozen=(1, 3, 4))
    picture = drawn("inside", scene(seen, inner="displacement", diagnosis=judged), Size(60, 14))
    foot = [
        (mark, front(code))
        for mark, code in cells(picture.lines[-3])
        if mark in UNICODE.frozen + UNICODE.eighths and mark != " "
    ]
    hatched = [role == Role.FROZEN for _mark, role in foot]
    width = len(foot) // 6
    assert [hatched[n * width] for n in range(6)] == [True, True, False, False, True, False]
    assert f"{UNICODE.frozen[-1]} <1 %" in plain(picture.title)
