"""The lab's application: it owns the link to the worker, the theme and the way out."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Timer
from traceback import format_exc
from typing import ClassVar

from rich.console import Console, RenderableType
from textual.app import App
from textual.binding import Binding, BindingType
from textual.events import Event, Resize
from textual.geometry import Size
from textual.theme import Theme

from ...scenarios.errors import reason
from ...scenarios.files import write_beside
from ...scenarios.i18n import _, set_language
from ...scenarios.loading.inheritance import load
from ..protocol import Answer, Command, Open, Ready, Run, Write, Written
from ..render.palette import PALETTES, Role
from .drawing import Drawing, Paint
from .keymap import LAB
from .layout import usable
from .preferences import Choices, remember, remembered
from .scenario_list import Catalogue, catalogue
from .screens.bench import Bench
from .screens.export import PICTURE, RUN, Export, by_itself, names
from .screens.guess import Guess
from .screens.page import Page
from .screens.save import Saving, command
from .screens.search import Everything, Scenarios, Search
from .screens.text_pages import Explanation, help_page, lesson_page
from .state import Controls
from .textual_patches import backlog, end_quietly, exact_spans, read_any_input, skip_superseded
from .worker_client import Link

_CURTAIN = 0.3
"""Seconds the first charts are waited for."""

_SLOW = 0.25
"""Seconds between frames on a line that does not keep up."""

_POLL = 0.02
"""Seconds between two looks at what the terminal has not taken yet."""

_LATE = 3
"""Frames in a row that found the line busy before it counts as slow."""

_LAST_RESORT = 1.0
"""Seconds a terminal that has hung up gets to be tidied."""


class Errands(App[None]):
    """An application with a first room."""

    link: Link
    bench: Bench
    controls: Controls
    paint: Paint
    kiosk: bool = False
    """Whether nothing may be written or read but presets."""

    def order(self, *orders: Command) -> None:
        """Give orders to the worker."""
        raise NotImplementedError

    def action_language(self) -> None:
        """Say everything in the other language."""
        self.speak("en" if self.controls.lang == "es" else "es")

    def speak(self, lang: str) -> None:
        """Say everything in a language, the worker's charts and verdicts too."""
        controls = self.controls
        controls.lang = "es" if lang == "es" else "en"
        set_language(controls.lang)
        self.bench.rename(catalogue(controls.scenarios[0], controls.settings))
        for screen in self.screen_stack:
            if isinstance(screen, Page):
                screen.show()

    def choose_palette(self, name: str) -> None:
        """Paint everything in other colours, and remember them."""
        raise NotImplementedError

    def action_search(self, what: str) -> None:
        """Let a scenario, or anything that can be done, be found as its name is typed."""
        if self.screen is self.bench:
            source, hint = {
                "scenarios": (Scenarios, _("a scenario's name or id")),
                "everything": (Everything, _("what to do: a key, a scenario, colours, a language")),
            }[what]
            self.push_screen(Search([source], hint, self.controls.ascii))

    def action_guess(self) -> None:
        """Let the factor per layer be guessed, and reveal it."""
        if self.bench.status and not self.bench.factors:
            self.bench.notice(_("nothing to guess: there is one hidden layer"))
        elif not isinstance(self.screen, Guess):
            self.push_screen(Guess(self.paint, lambda: self.bench.factors))

    def action_explain(self) -> None:
        """Explain the chart in focus with its figures, over the keys that there are."""
        if self.screen is not self.bench:
            self.push_screen(Page(self.paint, help_page))
            return
        self.bench.explain(True)
        page = Explanation(self.paint, self.bench)
        self.push_screen(page, lambda _nothing: self.bench.explain(False))

    def action_help(self) -> None:
        """The keys."""
        self.push_screen(Page(self.paint, help_page))

    def renew(self) -> None:
        """Show pages that go with the training as it is now."""
        for screen in self.screen_stack:
            if isinstance(screen, Explanation):
                screen.show()

    def action_save(self) -> None:
        """Save what has been changed as a scenario file."""
        if not self._refused():
            self.push_screen(Saving(self.paint, self.controls.scenario, self.controls.stated))

    def action_export(self) -> None:
        """Let it be chosen what is written: a picture, the run, or the numbers of a chart. The
        training is held still until then, so that they are all of one step."""
        if self._refused() or self.screen is not self.bench:
            return
        title = command(self.controls.scenario, self.controls.stated)
        picture = by_itself(self.export_screenshot(title=title))
        before = self._files()[PICTURE]

        def write(kind: str, path: Path) -> None:
            if kind == PICTURE:
                self._written(_put(path, picture))
            else:
                self.order(Write(str(path), None if kind == RUN else self.controls.in_focus))
                if not self.link.alive:
                    self._written(Written(reason=_("the worker has ended")))

        self.order(Run(False))
        page = Export(self.paint, lambda: self._files() | {PICTURE: before}, write)
        self.push_screen(page, lambda _nothing: self.order(self.controls.running_order()))

    def _files(self) -> dict[str, str]:
        return names(self.controls, self.bench.status.step if self.bench.status else 0)

    def _written(self, answer: Written) -> None:
        """Say what has become of a file."""
        for screen in self.screen_stack:
            if isinstance(screen, Export):
                screen.say(answer.path, answer.reason)

    def _refused(self) -> bool:
        """Whether no file may be written; it is said then."""
        if self.kiosk:
            self.bench.notice(_("Nothing is saved here: this lab is for looking."))
        return self.kiosk


class LabApp(Errands):
    """One worker, one room."""

    TITLE = "vglab"
    CSS_PATH = "lab.tcss"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key.keys, key.action, show=False, priority="ctrl+c" in key.keys) for key in LAB
    ]

    def __init__(
        self, link: Link, controls: Controls, catalogue: Catalogue, kiosk: bool = False
    ) -> None:
        super().__init__()
        self.kiosk = controls.kiosk = kiosk
        self.link, self.controls = link, controls
        self.ended_by: signal.Signals | None = None
        self.report = ""
        """What is to be known of the error the lab has ended by."""
        self._late = 0
        self._waiting, self._curtain = True, ExitStack()
        """Nothing is painted before the first charts are there, or ought to be."""
        self.palette = (Choices() if kiosk else remembered()).palette
        self.paint = self._painted()
        controls.colourless = bool(os.environ.get("NO_COLOR"))
        controls.shades = controls.colourless or self.paint.depth == "standard"
        self.bench = Bench(controls, catalogue, self.paint, self.order)
        exact_spans()
        skip_superseded(self)
        read_any_input(self)
        end_quietly(self)

    def get_default_screen(self) -> Bench:
        """The lab opens in its first room."""
        return self.bench

    def on_mount(self) -> None:
        if self.controls.shades:
            self.order(self.controls.view())
        if self.kiosk:
            self.bench.notice(_("A lab for visitors: presets only, and nothing is kept."))
        self._curtain.enter_context(self.batch_update())
        self.set_timer(_CURTAIN, self._raise_curtain)
        loop = asyncio.get_running_loop()
        self.link.attach(loop, self._answered, self._lost)
        for name in (signal.SIGTERM, signal.SIGHUP):
            loop.remove_signal_handler(name)  # the driver's, in a browser
            signal.signal(name, lambda name, _frame: self._end(signal.Signals(name), loop))

    @property
    def size(self) -> Size:
        """The columns and rows that are drawn of the terminal."""
        return Size(*usable(super().size))

    async def on_event(self, event: Event) -> None:
        """Believe no terminal that it is of any size."""
        if isinstance(event, Resize):
            event.size = event.virtual_size = event.container_size = Size(*usable(event.size))
        await super().on_event(event)

    def panic(self, *renderables: RenderableType) -> None:
        """End by an error, and keep what is to be known of it."""
        self.report = self.report or _report(renderables)
        super().panic()

    def order(self, *orders: Command) -> None:
        """Give orders to the worker; when it is gone, opening something starts another."""
        if not self.link.alive and any(isinstance(order, Open) for order in orders):
            self.link.start()
            orders = self.controls.beginning()
        self.link.send(*orders)

    def action_shade(self) -> None:
        names = [*PALETTES]
        self.choose_palette(names[(names.index(self.palette) + 1) % len(names)])

    def choose_palette(self, name: str) -> None:
        self.palette = name
        self.paint = self._painted()
        for screen in self.screen_stack:
            for drawing in screen.query(Drawing):
                drawing.repaint(self.paint)
        if not self.kiosk:
            remember(Choices(name))

    def action_lesson(self) -> None:
        controls = self.controls
        scenario = load(controls.scenario, controls.stated)
        self.push_screen(Page(self.paint, lesson_page(scenario, controls.ascii)))

    def action_leave(self) -> None:
        self.exit()

    def _painted(self) -> Paint:
        """The paint of the palette, and its theme, so that Textual's own ground agrees."""
        chosen = PALETTES[self.palette]
        paint = Paint(chosen.dark, self.console.color_system, self.controls.ascii, chosen.safe)
        colours, name = paint.palette, f"vglab-{self.palette}"
        ground = colours[Role.PAPER]
        theme = Theme(
            name,
            primary=colours[Role.FIRST],
            background=ground,
            surface=ground,
            panel=ground,
            foreground=colours[Role.GROUND],
            dark=chosen.dark,
        )
        self.register_theme(theme)
        self.theme = name
        return paint

    def _answered(self, answer: Answer) -> None:
        if isinstance(answer, Written):
            self._written(answer)
            return
        self.bench.receive(answer)
        self.renew()
        self._raise_curtain()
        self.call_after_refresh(self._settle)

    def _raise_curtain(self) -> None:
        """Paint for the first time; Textual has forgotten what it was not allowed to paint."""
        if self._waiting:
            self._waiting = False
            self._curtain.close()
            self.bench.refresh()

    def _settle(self, late: bool = False) -> None:
        """Ask for the next frame once the terminal has taken this one; never queue two."""
        if backlog(self):
            self.set_timer(_POLL, lambda: self._settle(late=True))
            return
        self._late = self._late + 1 if late else 0
        if self._late >= _LATE:
            self.set_timer(_SLOW, lambda: self.link.send(Ready()))
        else:
            self.link.send(Ready())

    def _lost(self, reason: str) -> None:
        said = _("The worker has ended ({reason}). Press r to start it again.").format(
            reason=reason
        )
        self.bench.complain(said, _("The worker has ended. Press r to start it again."))

    def _end(self, name: signal.Signals, loop: asyncio.AbstractEventLoop) -> None:
        """Leave tidily; neither a terminal that is gone nor a screen that is being drawn can hold
        the process back. Textual may wait for ever for its last words to be taken, and the loop
        with it, so a thread keeps the time."""
        self.ended_by = name
        last_resort = Timer(_LAST_RESORT, os._exit, [128 + name])
        last_resort.daemon = True
        last_resort.start()
        with suppress(RuntimeError):  # the loop is over, as the lab is
            loop.call_soon_threadsafe(self._leave)

    def _leave(self) -> None:
        self.link.close()
        self.exit()


def _report(renderables: Sequence[RenderableType]) -> str:
    if sys.exc_info()[0]:
        return format_exc()
    console = Console(file=io.StringIO(), width=100)
    with console.capture() as said:
        console.print(*renderables)
    return said.get()


def _put(path: Path, text: str) -> Written:
    try:
        return Written(str(write_beside(path, text.encode())))
    except OSError as error:
        return Written(reason=reason(error))
