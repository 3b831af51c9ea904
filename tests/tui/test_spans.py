"""A changed cell costs the bytes of one cell; where Textual has changed, nothing breaks."""

import pytest
from textual._compositor import ChopsUpdate
from textual.app import App
from textual.strip import Strip
from vglab.tui import spans
from vglab.tui.runs import Line
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
    assert written.count("\x1b[") == 6, "two jumps, two colours, two resets"


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
