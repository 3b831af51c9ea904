"""The network as it is drawn: a block a layer, whose color is the decade of the error signal."""

import numpy as np
import pytest
from fake_traces import scene, trace
from golden import is_rectangle
from vglab.tui.charts.base.scene import Scene
from vglab.tui.charts.network_diagram import strip
from vglab.tui.charts.plotting.canvas import Size
from vglab.tui.charts.registry import draw
from vglab.tui.protocol import Picture
from vglab.tui.render.axes import layer_at
from vglab.tui.render.palette import Role
from vglab.tui.render.styled_text import back, cells, front, plain

SPAN = (-9.0, 1.0)


def drawn(of: Scene, size: Size, panel: str = "network") -> Picture:
    picture = draw(of, panel, size)
    assert picture is not None
    return picture


def colors(line: list[tuple[str, int]]) -> list[int]:
    """The colors of blocks from left to right, each once."""
    found = [max(front(code), back(code)) for mark, code in cells(line) if mark in "▀▄"]
    return [hue for at, hue in enumerate(found) if not at or hue != found[at - 1]]


@pytest.mark.parametrize("layers", [1, 6, 30, 200])
@pytest.mark.parametrize("size", [Size(44, 16), Size(38, 8), Size(12, 5), Size(3, 2), Size(1, 1)])
def test_any_network_at_any_size(layers: int, size: Size) -> None:
    assert is_rectangle(drawn(scene(trace(layers=layers), layer=1), size).lines, *size)


def test_a_signal_that_fades_is_seen_to_fade() -> None:
    row, _places = strip(scene(span=SPAN), 80)
    hues = colors(row)
    assert hues == sorted(hues), "darker towards the input"
    assert hues[-1] - hues[0] >= 6
    even = trace()
    even.networks["model"].measures["delta_rms"][:] = 0.1
    row, _places = strip(scene(even, span=SPAN), 80)
    assert len({*colors(row)}) == 1
    assert min(colors(row)) > Role.HEAT + 8


def test_arrows_go_the_way_of_the_error_signal() -> None:
    row, _places = strip(scene(), 80)
    assert plain(row).strip().startswith("input")
    assert plain(row).strip().endswith("loss")
    assert plain(row).count("◀") == 5


@pytest.mark.parametrize(("panel", "size"), [("network", Size(60, 20)), ("layer", Size(80, 2))])
def test_a_column_stands_for_its_layer(panel: str, size: Size) -> None:
    picture = drawn(scene(span=SPAN), size, panel)
    assert picture.layers is not None
    row = [*cells(picture.lines[size.rows // 2 - 1])]
    blocks = (layer_at(at, picture.layers) for at, (mark, _) in enumerate(row) if mark in "▀▄")
    found = [layer for layer in blocks if layer]
    assert {*found} == {1, 2, 3, 4, 5, 6}
    assert found == sorted(found)
    assert layer_at(size.columns + 3, picture.layers) is None


def test_the_axis_of_the_chapter_holds_what_lies_outside_too() -> None:
    of = trace()
    assert scene(of, span=SPAN).decades(("grad_norm",)) == pytest.approx(SPAN, abs=1)
    of.networks["model"].measures["grad_norm"][:] = np.float64(1e-30)
    low, high = scene(of, span=SPAN).decades(("grad_norm",))
    assert low == pytest.approx(-30)
    assert high == 1.0
