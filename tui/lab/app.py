"""The lab's application: the link to the worker, colors, pages over the bench, the way out."""

from __future__ import annotations

import asyncio
import gc
import io
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Timer
from traceback import format_exc
from typing import ClassVar

from rich.console import Console, RenderableType
from textual.actions import ActionParseResult, parse
from textual.app import App
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.events import Event, Key, MouseDown, Resize
from textual.geometry import Size
from textual.theme import Theme

from ...scenarios.i18n import _, set_language
from ..protocol import Answer, Command, Open, Ready, Rival, Train, Write, WriteResult
from ..render.glyphs import to_ascii
from ..render.palette import PALETTES, Role
from ..render.svg_picture import svg_picture
from .bench.rooms import MOST, candidates, rivals
from .drawing import Drawing, Paint
from .frame_pacing import Curtain, FramePacing, collect_from_now_on
from .keymap import APP_KEYS
from .layout import has_room, usable
from .preferences import Preferences, load_preferences, results_path, save_preferences
from .room_keys import why_idle
from .scenario_list import ScenarioList
from .screens.bench import Bench
from .screens.explanation import ExplanationPage
from .screens.export import FIGURE, PICTURE, RUN, Export, file_names, write_picture
from .screens.glossary import Glossary
from .screens.guess import Guess
from .screens.help import help_page
from .screens.layer_filter import LayerFilter
from .screens.page import Page
from .screens.rivals import Rivals
from .screens.save import Save, command_line
from .screens.search import (
    Search,
    key_choices,
    language_choices,
    palette_choices,
    scenario_choices,
    term_choices,
)
from .state import Controls
from .textual_patches import (
    backlog,
    believe_the_last_size,
    end_quietly,
    exact_spans,
    keep_one_screen,
    read_any_input,
    skip_superseded,
)
from .worker_client import Link

_LAST_RESORT = 1.0
"""Seconds a terminal that has hung up gets to be tidied."""


class LabApp(App[None]):
    """One worker, one bench, and the pages over it."""

    TITLE = "vglab"
    CSS_PATH = "lab.tcss"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key.bound, key.action, show=False, priority="ctrl+c" in key.keys)
        for key in APP_KEYS
    ]

    def __init__(
        self, link: Link, controls: Controls, scenario_list: ScenarioList, kiosk: bool = False
    ) -> None:
        super().__init__()
        self.kiosk = controls.kiosk = kiosk
        """Whether nothing may be written or read but presets."""
        self.link, self.controls = link, controls
        self.end_signal: signal.Signals | None = None
        self.report = ""
        """What is to be known of the error the lab has ended by."""
        chosen = Preferences() if kiosk else load_preferences()
        self.palette = chosen.palette
        controls.keep = str(results_path()) if chosen.keep else ""
        self.paint = self._make_paint()
        controls.colorless = bool(os.environ.get("NO_COLOR"))
        controls.shades = controls.colorless or self.paint.depth == "standard"
        self.bench = Bench(controls, scenario_list, self.paint, self.order)
        self._curtain = Curtain(self, self.bench.refresh)
        self._pacing = FramePacing(
            lambda: backlog(self), lambda: self.link.send(Ready()), self.set_timer
        )
        exact_spans()
        skip_superseded(self)
        believe_the_last_size()
        read_any_input(self)
        end_quietly(self)
        keep_one_screen(self)

    def get_default_screen(self) -> Bench:
        """The lab opens on its bench."""
        return self.bench

    def on_mount(self) -> None:
        if self.controls.shades:
            self.order(self.controls.view())
        self.bench.notices.greet(self.controls)
        self._curtain.drop()
        loop = asyncio.get_running_loop()
        self.link.attach(loop, self._show_answer, self._report_lost_worker)
        for name in (signal.SIGTERM, signal.SIGHUP):
            loop.remove_signal_handler(name)  # the driver's, in a browser
            signal.signal(name, lambda name, _frame: self._end(signal.Signals(name), loop))

    @property
    def size(self) -> Size:
        """The columns and rows that are drawn of the terminal."""
        return Size(*usable(super().size))

    async def on_event(self, event: Event) -> None:
        """Believe no terminal that it is of any size; notice when somebody begins to work."""
        if isinstance(event, Resize):
            event.size = event.virtual_size = event.container_size = Size(*usable(event.size))
        elif isinstance(event, Key | MouseDown):
            self.bench.notices.end_greeting()
        await super().on_event(event)

    def panic(self, *renderables: RenderableType) -> None:
        """End by an error, and keep what is to be known of it."""
        self.report = self.report or _report(renderables)
        super().panic()

    def order(self, *orders: Command) -> None:
        """Give orders to the worker; when it is gone, opening something starts another."""
        if not self.link.alive and any(isinstance(order, Open) for order in orders):
            self.link.start()
            orders = self.controls.first_orders()
        self.link.send(*orders)

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do what a key does. Textual looks for `action_…` on a widget, a screen or the app; an
        action may also name a part of the bench and its method, as `navigation.layer(1)` does."""
        name, method, arguments = action if isinstance(action, tuple) else parse(action)
        said = action if isinstance(action, str) else f"{name}.{method}"
        if refused := why_idle(said, self.bench.dashboard.fronts, self.controls.watching):
            self.bench.notices.say(refused)
            return True
        part = self.bench.parts.get(name)
        if part is None:
            return await super().run_action(action, default_namespace, namespaces)
        getattr(part, method)(*arguments)
        return True

    def action_language(self) -> None:
        """Switch to the other language."""
        self.speak("en" if self.controls.lang == "es" else "es")

    def speak(self, lang: str) -> None:
        """Switch to a language, in the worker's charts and verdicts too."""
        controls = self.controls
        controls.lang = "es" if lang == "es" else "en"
        set_language(controls.lang)
        self.bench.rename(self.bench.dashboard.scenario_list.again())
        for screen in self.screen_stack:
            if isinstance(screen, Page):
                screen.show()

    def action_shade(self) -> None:
        """Switch to the next palette."""
        names = [*PALETTES]
        self.choose_palette(names[(names.index(self.palette) + 1) % len(names)])

    def choose_palette(self, name: str) -> None:
        """Switch to a palette, and keep it for the next visit."""
        self.palette = name
        self.paint = self._make_paint()
        for screen in self.screen_stack:
            for drawing in screen.query(Drawing):
                drawing.repaint(self.paint)
        self._save_preferences()

    def action_keep(self) -> None:
        """Keep results between visits, or no more; what is kept already stays."""
        if self.screen is not self.bench or self._refuses_files():
            return
        controls = self.controls
        controls.keep = "" if controls.keep else str(results_path())
        self._save_preferences()
        kept = _("results are kept between visits, in {file}; F6 turns this off")
        brief = _("results are kept between visits; F6 turns this off")
        over = _("results are no longer kept between visits")
        said = [kept.format(file=controls.keep), brief] if controls.keep else [over]
        self.bench.notices.say(*said)

    def _save_preferences(self) -> None:
        if not self.kiosk:
            save_preferences(Preferences(self.palette, bool(self.controls.keep)))

    def action_search(self, what: str) -> None:
        """Open the search for scenarios, or for everything that can be done."""
        if self.screen is not self.bench:
            return
        if self.controls.watching and what == "scenarios":
            self.push_screen(LayerFilter(self.paint, self.controls.settings, self._filter_layers))
            return
        ascii, controls = self.controls.ascii, self.controls
        choices = [*scenario_choices(controls.scenarios, self.bench.scenarios.open)]
        hint = _("a scenario's name or id")
        if what == "everything":
            keys = key_choices(controls.room, ascii, self.run_action)
            choices = [*keys, *choices, *palette_choices(self.choose_palette)]
            choices += [*language_choices(self.speak), *term_choices(self.action_glossary)]
            hint = _("what to do: a key, a scenario, colors, a language, a term")
        if has_room(*self.size):
            self.push_screen(Search(choices, hint, ascii, self.bench.notices.complain))

    def _filter_layers(self, settings: Sequence[str]) -> None:
        """Show the layers that these settings choose."""
        self.controls.settings[:], self.controls.layer = settings, None
        self.bench.run_control.open()

    def action_choose_rivals(self) -> None:
        """Open the list from which is chosen what is compared with the open run."""
        controls = self.controls
        _here, *beside = rivals(controls)
        runs, shared = candidates(controls), len(controls.settings)
        page = Rivals(self.paint, runs, beside, most=MOST - 1, shared=shared)

        def compare(chosen: list[Rival] | None) -> None:
            if chosen:
                self.bench.compare.show(chosen)

        self.push_screen(page, compare)

    def action_guess(self) -> None:
        """Open the page on which the factor per layer is guessed."""
        readings = self.bench.readings
        if readings.status and not readings.factors:
            self.bench.notices.say(_("nothing to guess: there is one hidden layer"))
        elif not isinstance(self.screen, Guess) and not self.bench.rooms.refuses():
            self.push_screen(Guess(self.paint, lambda: readings.factors))

    def action_explain(self) -> None:
        """Open the page that explains the chart in focus; elsewhere, or in a question, the keys."""
        if self.screen is not self.bench or self.controls.asking:
            self.action_help()
            return
        self.bench.explain(True)
        keys = partial(help_page, watching=self.controls.watching)
        page = ExplanationPage(self.paint, self.bench.explanation, keys)
        self.push_screen(page, lambda _nothing: self.bench.explain(False))

    def action_help(self) -> None:
        """Open the page of keys."""
        self.push_screen(Page(self.paint, partial(help_page, watching=self.controls.watching)))

    def action_glossary(self, typed: str = "") -> None:
        """Open the page of what terms mean, where this is searched for."""
        if not isinstance(self.screen, Glossary):
            self.push_screen(Glossary(self.paint, typed))

    def action_save(self) -> None:
        """Open the page that saves the changes as a scenario file."""
        if not self._refuses_files():
            self.push_screen(Save(self.paint, self.controls.scenario, self.controls.all_settings))

    def action_export(self) -> None:
        """Open the page that writes a picture, the run or a chart's numbers, all of one step."""
        if self._refuses_files() or self.screen is not self.bench:
            return
        controls = self.controls
        title = command_line(controls.scenario, controls.all_settings)
        if controls.watching:
            title = f"vglab watch {controls.scenario}"
        picture = self.picture(title)
        before = self._files()[PICTURE]

        def write(kind: str, path: Path) -> WriteResult | None:
            if kind == PICTURE:
                return write_picture(path, picture)
            chart = None if kind == RUN else controls.in_focus
            self.order(Write(str(path), chart, drawn=kind == FIGURE))
            return None if self.link.alive else WriteResult(reason=_("the worker has stopped"))

        self.order(Train(False))
        page = Export(self.paint, lambda: self._files() | {PICTURE: before}, write)
        self.push_screen(page, lambda _nothing: self.order(controls.run_order()))

    def picture(self, title: str) -> str:
        """The bench as it is shown, as SVG."""
        spell = to_ascii if self.controls.ascii else str
        rows = self.bench.dashboard.screen_lines()
        spelled = [[(spell(text), code) for text, code in row] for row in rows]
        return svg_picture(spelled, self.paint.palette, title)

    def _files(self) -> dict[str, str]:
        status = self.bench.readings.status
        return file_names(self.controls, status.step if status else 0)

    def _refuses_files(self) -> bool:
        """Whether no file may be written; a notice says so then."""
        if self.kiosk:
            self.bench.notices.say(_("Nothing is saved here: this lab is read-only."))
        return self.kiosk

    def action_suspend_process(self) -> None:
        """Hand the terminal back to the shell until `fg`; a visitor has no shell to go to."""
        if not self.kiosk:
            super().action_suspend_process()

    def action_leave(self, at_once: bool = False) -> None:
        """End the lab; where something would be lost, say so first."""
        if at_once or self.screen is not self.bench or self.bench.unsaved.may_leave():
            self.exit()

    def _make_paint(self) -> Paint:
        """The paint of the palette; Textual's theme is set to the same colors."""
        chosen = PALETTES[self.palette]
        paint = Paint(chosen.dark, self.console.color_system, self.controls.ascii, chosen.safe)
        colors, name = paint.palette, f"vglab-{self.palette}"
        ground = colors[Role.PAPER]
        theme = Theme(
            name,
            primary=colors[Role.FIRST],
            background=ground,
            surface=ground,
            panel=ground,
            foreground=colors[Role.GROUND],
            dark=chosen.dark,
        )
        self.register_theme(theme)
        self.theme = name
        return paint

    def _show_answer(self, answer: Answer) -> None:
        if isinstance(answer, WriteResult):
            for screen in self.screen_stack:
                if isinstance(screen, Export):
                    screen.say(answer)
            self.bench.unsaved.take_note(answer)
            return
        self.bench.receive(answer)
        for screen in self.screen_stack:
            if isinstance(screen, ExplanationPage):
                screen.show()
        self._curtain.lift()
        self.call_after_refresh(self._pacing.settle)
        if not gc.isenabled():
            self.call_after_refresh(collect_from_now_on)

    def _report_lost_worker(self, reason: str) -> None:
        said = _("The worker has stopped ({reason}). Press r to start it again.")
        brief = _("The worker has stopped. Press r to start it again.")
        self.bench.notices.complain(said.format(reason=reason), brief)

    def _end(self, name: signal.Signals, loop: asyncio.AbstractEventLoop) -> None:
        """Leave tidily, and soon: Textual may wait for ever for a terminal that is gone, and the
        loop with it, so a thread keeps the time."""
        self.end_signal = name
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
