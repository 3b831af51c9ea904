"""A changed cell costs the bytes of one cell; where Textual has changed, nothing breaks."""

from typing import Any

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from textual._compositor import ChopsUpdate
from textual.app import App
from textual.strip import Strip
from vglab.tui import spans
from vglab.tui.pen import Pen
from vglab.tui.roles import Role
from vglab.tui.runs import Line, style
from vglab.tui.strips import Paint
from vglab.tui.widgets.drawing import Drawing

PAINT = Paint(True, "truecolor")


def line(text: str) -> Line:
    return [(text, 8)]


async def changed(before: list[Line], after: list[Line]) -> str:
    """What is written when a drawing changes."""
    drawing = Drawing(PAINT, "drawing")

    class Lab(App[None]):
        def compose(self):  # noqa: ANN202
            yield drawing

    app = Lab()
    async with app.run_test(size=(100, 10)) as pilot:
        drawing.draw(before)
        await pilot.pause()
        compositor = app.screen._compositor  # pyright: ignore[reportPrivateUsage]
        compositor.render_update()
        drawing.draw(after)
        compositor.update_widgets({drawing})
        update = compositor.render_update()
        return update.render_segments(app.console) if isinstance(update, ChopsUpdate) else ""


async def test_one_changed_cell_is_less_than_a_hundred_bytes() -> None:
    assert spans.exact_spans()
    written = await changed(
        [line("a" * 100)] * 5, [line("a" * 100)] * 4 + [line("a" * 90 + "b" + "a" * 9)]
    )
    assert "b" in written
    assert len(written.encode()) < 100


async def test_nothing_changed_writes_nothing() -> None:
    assert await changed([line("abc")], [line("abc")]) == ""


async def test_two_changes_of_a_line_are_two_spans() -> None:
    spans.exact_spans()
    written = await changed([line("." * 100)], [line("x" + "." * 98 + "y")])
    assert written.count("\x1b[") == 4, "two jumps, one colour, one reset"


RUNS = st.lists(
    st.tuples(
        st.text("ab █▀", min_size=1, max_size=4),
        st.builds(
            style, st.sampled_from([0, *map(int, Role)]), st.sampled_from([0, 5, 8]), st.booleans()
        ),
    ),
    max_size=12,
)


def shown(written: str) -> list[tuple[object, ...]]:
    """The cells of a terminal; a blank has no colour but its ground's."""
    screen: Any = pyte.Screen(60, 2)
    pyte.Stream(screen).feed(written)
    cells = (screen.buffer[y][x] for y in range(2) for x in range(60))
    seen = ((cell.data, cell.bg, cell.data != " " and (cell.fg, cell.bold)) for cell in cells)
    return [*seen]


@given(RUNS, st.sampled_from([ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT, ColorSystem.STANDARD]))
def test_a_pen_writes_what_rich_writes_in_fewer_bytes(runs: Line, system: ColorSystem) -> None:
    strip, pen = Paint(True, "truecolor").strip(runs), Pen(system)
    written = "".join([*(pen.write(text, look) for text, look, _ in strip), pen.rest()])
    console = Console(color_system=None)
    console._color_system = system  # pyright: ignore[reportPrivateUsage]
    plain = strip.render(console)
    assert shown(written) == shown(plain)
    assert len(written) <= len(plain)


def test_a_style_that_a_pen_does_not_know_is_written_as_rich_does() -> None:
    pen, odd = Pen(ColorSystem.TRUECOLOR), Style(underline=True, color="red")
    before = pen.write("a", Style(bold=True))
    assert pen.write("b", odd) == "\x1b[0m" + odd.render("b", color_system=ColorSystem.TRUECOLOR)
    assert pen.write("c", Style(bold=True)) == before.replace("a", "c")


def test_another_textual_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def render_segments(self: ChopsUpdate, console: object, crop: object) -> str:
        return ""

    monkeypatch.setattr(ChopsUpdate, "render_segments", render_segments)
    assert not spans.exact_spans()
    assert ChopsUpdate.render_segments is render_segments


def test_a_terminal_that_cannot_be_asked_has_no_backlog() -> None:
    assert spans.backlog(App()) == 0


def test_a_drawing_is_never_wider_than_its_place() -> None:
    assert Strip.join([PAINT.strip([("ab", 8), ("  ", 0)]), PAINT.blank(3)]).cell_length == 7
