"""A changed cell costs the bytes of one cell; where Textual has changed, nothing breaks."""

import sys
from codecs import getincrementaldecoder
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from queue import Queue
from types import SimpleNamespace
from typing import Any, ClassVar

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_driver import SIZE, Bench
from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from rich.style import Style
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import XTermParser  # pyright: ignore[reportPrivateImportUsage]
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen
from textual.strip import Strip
from vglab.tui.lab import textual_patches as spans
from vglab.tui.lab.drawing import Drawing, Paint
from vglab.tui.lab.terminal_input import KeyReader
from vglab.tui.lab.textual_patches import Pen
from vglab.tui.render.palette import Role
from vglab.tui.render.styled_text import Line, style

PAINT = Paint(True, "truecolor")


def line(text: str) -> Line:
    return [(text, 8)]


class Recorder(Driver):
    """A terminal that only takes down what is written to it."""

    written: ClassVar[list[str]] = []

    def write(self, data: str) -> None:
        self.written.append(data)

    def start_application_mode(self) -> None: ...
    def stop_application_mode(self) -> None: ...
    def disable_input(self) -> None: ...


@asynccontextmanager
async def shown_at(app: App[Any], size: tuple[int, int]) -> AsyncGenerator[tuple[Any, list[str]]]:
    """An app at a recorder of a size: its pilot, and what has been written."""
    Recorder.written.clear()
    app.driver_class = Recorder
    async with app.run_test(headless=False, size=size) as pilot:
        await pilot.pause()
        yield pilot, Recorder.written


async def changed(before: list[Line], after: list[Line]) -> str:
    """What is written when a drawing changes."""
    drawing = Drawing(PAINT, "drawing")

    class Lab(App[None]):
        def compose(self):  # noqa: ANN202
            yield drawing

    async with shown_at(Lab(), (100, 10)) as (pilot, written):
        drawing.draw(before)
        await pilot.pause(0.1)
        written.clear()
        drawing.draw(after)
        await pilot.pause(0.1)
        return "".join(written)


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
    assert written.count("\x1b[") == 5, "two jumps, one color, one reset, the cursor's place"


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
    """The cells of a terminal; a blank has no color but its ground's."""
    screen: Any = pyte.Screen(60, 2)
    pyte.Stream(screen).feed(written)
    cells = (screen.buffer[y][x] for y in range(2) for x in range(60))
    seen = ((cell.data, cell.bg, cell.data != " " and (cell.fg, cell.bold)) for cell in cells)
    return [*seen]


@given(RUNS, st.sampled_from(["truecolor", "256", "standard"]))
def test_a_pen_writes_what_rich_writes_in_fewer_bytes(runs: Line, system: Any) -> None:
    strip, pen = Paint(True, "truecolor").strip(runs), Pen(COLOR_SYSTEMS[system])
    written = "".join([*(pen.write(text, look) for text, look, _ in strip), pen.rest()])
    plain = strip.render(Console(color_system=system))
    assert shown(written) == shown(plain)
    assert len(written) <= len(plain)


def test_a_style_that_a_pen_does_not_know_is_written_as_rich_does() -> None:
    pen, odd = Pen(ColorSystem.TRUECOLOR), Style(underline=True, color="red")
    before = pen.write("a", Style(bold=True))
    assert pen.write("b", odd) == "\x1b[0m" + odd.render("b", color_system=ColorSystem.TRUECOLOR)
    assert pen.write("c", Style(bold=True)) == before.replace("a", "c")


@pytest.fixture
def inner(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Textual's compositor, as it is before anything of it is replaced."""
    found = import_module("textual._compositor")
    for update in (found.ChopsUpdate, found.LayoutUpdate):
        monkeypatch.setattr(update, "render_segments", lambda self, console: plain(self, console))
    return found


def plain(update: Any, console: Console, crop: object = None) -> str:
    """An update, written without colors, in a way that takes one word more."""
    return "".join(segment.text for segment in console.render(update))


class Renamed:
    """An update whose parts have other names."""

    def __init__(self, strips: object, spans: object) -> None: ...
    def render_segments(self, console: object) -> str: ...


MOVED: dict[str, Callable[[Any, Any], object]] = {
    "no compositor": lambda spans, whole: None,
    "no spans": lambda spans, whole: SimpleNamespace(LayoutUpdate=whole),
    "no whole screen": lambda spans, whole: SimpleNamespace(ChopsUpdate=spans),
    "other parts": lambda spans, whole: SimpleNamespace(ChopsUpdate=spans, LayoutUpdate=Renamed),
}
"""What may be left of the compositor, when a release of Textual has moved its updates."""


async def opens() -> bool:
    """Whether a lab shows its first charts on a terminal."""
    bench = Bench()
    async with shown_at(bench.app, SIZE) as (pilot, written):
        bench.ear.answer(bench.frame())
        await pilot.pause(0.2)
        screen: Any = pyte.Screen(*SIZE)
        pyte.Stream(screen).feed("".join(written))
        return "<layers>" in "\n".join(screen.display)


async def test_as_it_is_textual_can_be_taught(inner: Any) -> None:
    assert spans.exact_spans()
    assert await opens()


@pytest.mark.parametrize("moved", MOVED.values(), ids=list(MOVED))
async def test_where_textual_has_moved_its_updates_the_lab_still_works(
    inner: Any, monkeypatch: pytest.MonkeyPatch, moved: Callable[[Any, Any], object]
) -> None:
    updates = inner.ChopsUpdate, inner.LayoutUpdate
    before = [update.render_segments for update in updates]
    monkeypatch.setitem(sys.modules, inner.__name__, moved(*updates))
    assert not spans.exact_spans()
    assert [update.render_segments for update in updates] == before
    assert await opens()


async def test_where_updates_are_written_by_another_call_the_lab_still_works(
    inner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inner.ChopsUpdate, "render_segments", plain)
    assert not spans.exact_spans()
    assert inner.ChopsUpdate.render_segments is plain
    assert await opens()


async def test_where_textual_displays_in_another_way_the_lab_still_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    display: Any = vars(App)["_display"]

    def another(app: App[Any], screen: Any, renderable: Any, layer: object = None) -> None:
        display(app, screen, renderable)

    monkeypatch.setattr(App, "_display", another)
    assert not spans.skip_superseded(App())
    assert await opens()


async def test_what_is_about_to_be_painted_over_is_not_written() -> None:
    written: list[object] = []

    class Lab(App[None]):
        def _display(self, screen: Any, renderable: Any) -> None:
            written.append(renderable)

    app, screen = Lab(), SimpleNamespace(_repaint_required=True)
    assert spans.skip_superseded(app)
    display = vars(app)["_display"]
    display(screen, "touched")
    screen._repaint_required = False
    display(screen, "whole")
    display(SimpleNamespace(), "by another Textual")
    assert written == ["whole", "by another Textual"]


@pytest.mark.parametrize(
    "driver",
    [None, SimpleNamespace(), SimpleNamespace(_writer_thread=SimpleNamespace(_queue=[]))],
    ids=str,
)
def test_a_terminal_that_cannot_be_asked_has_no_backlog(driver: object) -> None:
    app: Any = SimpleNamespace(_driver=driver)
    assert spans.backlog(App()) == spans.backlog(app) == 0


def test_a_terminal_that_can_be_asked_tells_its_backlog() -> None:
    queue: Queue[str] = Queue()
    queue.put("a frame")
    writer = SimpleNamespace(_writer_thread=SimpleNamespace(_queue=queue))
    app: Any = SimpleNamespace(_driver=writer)
    assert spans.backlog(app) == 1


def test_a_drawing_is_never_wider_than_its_place() -> None:
    assert Strip.join([PAINT.strip([("ab", 8), ("  ", 0)]), PAINT.blank(3)]).cell_length == 7


@pytest.mark.slow
@pytest.mark.parametrize("missing", ["XTermParser", "getincrementaldecoder"])
async def test_where_textual_reads_keys_in_another_way_the_lab_still_works(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    driver = sys.modules[App().driver_class.__module__]
    monkeypatch.setattr(driver, "XTermParser", XTermParser)
    monkeypatch.setattr(driver, "getincrementaldecoder", getincrementaldecoder)
    monkeypatch.delattr(driver, missing)
    before = {**vars(driver)}
    assert not spans.read_any_input(App())
    assert vars(driver) == before
    assert await opens()


def test_keys_are_read_by_a_reader_that_goes_on_and_by_one_only() -> None:
    driver = sys.modules[App().driver_class.__module__]
    assert spans.read_any_input(App())
    ours = driver.XTermParser
    assert spans.read_any_input(App())
    assert driver.XTermParser is ours
    assert isinstance(ours(debug=False), KeyReader)
    assert driver.getincrementaldecoder("utf-8")().decode(b"\xe9j") == "\ufffdj"


async def test_where_textual_ends_by_errors_in_another_way_the_lab_still_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(App, "_fatal_error")
    assert not spans.end_quietly(App())
    assert await opens()


@pytest.mark.slow
async def test_sizes_that_come_fast_are_answered_once_each() -> None:
    bench, resizes = Bench(), list[Resize]()

    def note(message: Message) -> None:
        if isinstance(message, Resize):
            resizes.append(message)

    async with bench.app.run_test(size=SIZE, message_hook=note) as pilot:
        await pilot.pause(0.2)
        resizes.clear()
        screen = bench.app.screen
        for size in (Size(100, 30), Size(*SIZE), Size(90, 30), Size(*SIZE)):
            screen.post_message(Resize(size, size))
            screen.call_later(lambda: None)
        await pilot.pause(1)
        assert len(resizes) < 60
        assert bench.app.screen.size == SIZE
        assert bench.controls.size == SIZE


@pytest.mark.parametrize("moved", [None, lambda screen, size, when: None], ids=["gone", "other"])
async def test_where_textual_lays_out_in_another_way_the_lab_still_works(
    monkeypatch: pytest.MonkeyPatch, moved: object
) -> None:
    monkeypatch.setattr(spans, "_SCREEN_RESIZED", moved)
    before = vars(Screen)["_screen_resized"]
    assert not spans.believe_the_last_size()
    assert vars(Screen)["_screen_resized"] is before
    assert await opens()
