"""The lab's first room: one network, four charts of it, and the keys to work it.

The screen shows what the worker draws and sends on what the person wants; it computes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Click, Resize

from ....scenarios.i18n import _
from ....scenarios.loading.edits import stated
from ...protocol import ABOUT, Fault, Frame, Picture, Status, Step, Verdict
from ...render.labels import verdict
from ...render.styled_text import Lines, boxed
from ..drawing import Drawing, Paint, pad
from ..keymap import BENCH, CLAIMS, COMPARE, DIAGRAM, FILES, FORM, Key, in_room
from ..layout import AGAINST, LAYER, PANELS, ROOMS
from ..rooms import Gathering
from ..scenario_list import Catalogue, Entry, Fact, listing, scenarios
from ..state import Controls
from ..status_lines import framed, header, keys, too_small

PLACES = ("header", *PANELS, *ROOMS, LAYER, AGAINST, "verdict", "keys", "scenarios", "message")

_PATIENCE = 0.3
"""Seconds before a scenario that is being built is said to be."""

_NOTICE = 4.0
"""Seconds that a notice stands."""


class Bench(Gathering):
    """One scenario at work."""

    AUTO_FOCUS = ""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key.keys, key.action, show=False) for key in BENCH),
        *(Binding(str(digit), f"open({digit - 1})", show=False) for digit in range(1, 10)),
    ]

    def __init__(
        self,
        controls: Controls,
        catalogue: Catalogue,
        paint: Paint,
        order: Callable[..., None],
    ) -> None:
        super().__init__(id="bench")
        self.controls, self._catalogue, self.order = controls, catalogue, order
        self.answered = 0
        """The ticket of the last answer."""
        self.status: Status | None = None
        self.verdict: Verdict | None = None
        self.diagnosed: Verdict | None = None
        """What the worker has said of the network last."""
        self.noticed = 0
        """Notices that still stand in its place."""
        self.pictures: dict[str, Picture] = {}
        self.factors: dict[str, float] = {}
        self.critical: list[tuple[float, int]] = []
        self.pads = {
            "form": pad(paint, "form", FORM, self.typed),
            "compare": pad(paint, "compare", COMPARE),
            "diagram": pad(paint, "diagram", DIAGRAM),
            "claims": pad(paint, "claims", CLAIMS),
        }
        self._drawings = {name: Drawing(paint, name) for name in PLACES} | self.pads

    @property
    def _entries(self) -> Sequence[Entry]:
        return self._catalogue.entries

    def compose(self) -> ComposeResult:
        self._arrange()
        yield from self._drawings.values()

    def on_resize(self, event: Resize) -> None:
        if tuple(event.size) != self.controls.size:
            self.controls.size = (event.size.width, event.size.height)
            self.look()

    def receive(self, answer: Frame | Fault) -> None:
        """Show what the worker has sent, unless it is about a scenario that was left."""
        if answer.ticket != self.controls.ticket:
            return
        self.answered = answer.ticket
        match answer:
            case Frame():
                self.status, self.diagnosed = answer.status, answer.verdict
                self.verdict = self.verdict if self.noticed else self.diagnosed
                self.controls.charts = answer.status.charts or self.controls.charts
                self.pictures |= answer.pictures
                self.factors = answer.factors
                self.against, self.critical = answer.against, answer.critical
                self._draw("header", "verdict", "keys", AGAINST, *answer.pictures)
            case Fault():
                self.pictures.clear()
                self.complain(answer.text)
                self._draw(*PANELS, *ROOMS, LAYER)

    def rename(self, catalogue: Catalogue) -> None:
        """Call everything what this list calls it."""
        self._catalogue = catalogue
        if self.verdict is not None and self.verdict.state == "fault":
            self._open()
        self.look()

    def complain(self, *forms: str) -> None:
        """Say what has gone wrong, where the diagnosis stands otherwise; longer forms first."""
        self.verdict = Verdict("fault", [*forms])
        self._draw("verdict")

    def explain(self, on: bool) -> None:
        """Have what there is to say of the chart in focus, or no more."""
        self.controls.asked = on
        self.order(self.controls.view())

    @property
    def explanation(self) -> Lines:
        """What the worker has said of the chart in focus."""
        picture = self.pictures.get(ABOUT + self.controls.in_focus)
        return picture.lines if picture else []

    def notice(self, text: str) -> None:
        """Say something in place of the diagnosis, for as long as it takes to read it."""
        self.verdict = Verdict("note", [text])
        self._draw("verdict")
        self.noticed += 1
        self.set_timer(_NOTICE, self._forget)

    def _forget(self) -> None:
        self.noticed -= 1
        if not self.noticed and self.diagnosed is not None:
            self.verdict = self.diagnosed
            self._draw("verdict")

    def on_click(self, event: Click) -> None:
        """A click on a scenario opens it, on a chart brings it into focus or goes to the step."""
        name = event.widget.id if event.widget else None
        if name == "scenarios":
            self._open_listed(event.y)
        elif name in PANELS and not self.seek(name, event.x - self.controls.plan.boxed):
            self.action_aim(PANELS.index(name) - self.controls.panel)

    def _open_listed(self, row: int) -> None:
        index = self.controls.index
        rows = self.controls.plan.places["scenarios"].rows
        listed = listing(self._entries, index, rows, len(self._facts()))
        match listed[row : row + 1]:
            case [int(number)]:
                self.action_open(number)
            case _:
                pass

    def action_run(self) -> None:
        back = self.controls.record is not None
        done = self.status is not None and self.status.finished and not back
        self.controls.running = done or back or not self.controls.running
        self.order(self.controls.running_order())
        if done:
            self._open()
        elif back:
            self.action_live()
        self._draw("header")

    def action_step(self) -> None:
        self.controls.running = False
        self.action_live()
        self.order(Step())

    def action_restart(self) -> None:
        self._open()

    def action_pace(self, by: int) -> None:
        if self.controls.faster(by):
            self.order(self.controls.pace_order())
            self._draw("header")

    def action_choose(self, by: int) -> None:
        self.action_open(self.controls.index + by)

    def action_open(self, index: int) -> None:
        if self.controls.choose(index):
            self.leave()
            self._open()
            self.set_focus(None)
            self.look()

    def action_list(self) -> None:
        self.controls.listing = not self.controls.listing
        self.look()

    def action_aim(self, by: int) -> None:
        self.controls.turn("panel", by)
        self.look()

    def action_zoom(self) -> None:
        self.controls.zoomed = not self.controls.zoomed
        self.look()

    def action_turn(self, knob: str) -> None:
        self.controls.turn(knob)
        self.order(self.controls.view())

    def action_network(self) -> None:
        self.controls.network += 1
        self.order(self.controls.view())

    def reopen(self) -> None:
        self._open(changed=True)
        self.look()

    def redraw(self, *names: str) -> None:
        self._draw(*names)

    def _facts(self) -> list[Fact]:
        controls = self.controls
        return self._catalogue.facts(controls.index, stated(controls.own))

    def _open(self, changed: bool = False) -> None:
        """Open what is chosen; what is on the screen stays until the new pictures come."""
        opening = self.controls.opening(changed)
        self.order(opening, self.controls.view())
        self._draw("header", "scenarios")
        self.set_timer(_PATIENCE, lambda: self._building(opening.ticket))

    def _building(self, ticket: int) -> None:
        """Say that a scenario is still being built, when it is."""
        if self.controls.ticket == ticket != self.answered:
            self.verdict = Verdict("busy", [_("the network is being built")])
            self._draw("verdict")

    def _keys(self) -> list[Key]:
        """The keys that do something here."""
        several = self.status is not None and len(self.status.networks) > 1
        idle = ["network"] * (not several) + [*FILES] * self.controls.kiosk
        bar = in_room("form" if self.controls.form else self.controls.room)
        return [key for key in bar if key.action not in idle]

    def look(self) -> None:
        """Look at something else, or at the same at another size."""
        self._arrange()
        self.order(self.controls.view())

    def _arrange(self) -> None:
        """Put everything in its place, and draw what the screen itself draws."""
        places = self.controls.plan.places
        for name, drawing in self._drawings.items():
            place = places.get(name)
            drawing.display = place is not None
            if place is not None:
                drawing.styles.offset = (place.x, place.y)
                drawing.styles.width, drawing.styles.height = place.columns, place.rows
        self._draw(*places)

    def _draw(self, *names: str) -> None:
        places = self.controls.plan.places
        for name in names:
            if name in places:
                self._drawings[name].draw(self._lines(name, *places[name][2:]))

    def _lines(self, name: str, columns: int, rows: int) -> Lines:
        controls = self.controls
        match name:
            case "header":
                title = self._entries[controls.index].title
                return [header(controls, title, self.status)]
            case "verdict":
                return verdict(self.verdict, columns, rows) if self.verdict else []
            case "keys":
                return [keys(self._keys(), columns)]
            case "scenarios":
                entries, index = self._entries, controls.index
                return scenarios(entries, index, self._facts(), (columns, rows))
            case "form" | "against":
                return self.of_change(name, columns, rows)
            case "message":
                return too_small(columns, rows)
            case _:
                picture = self.pictures.get(name, Picture([], [], []))
                if name == LAYER:
                    return boxed(picture.lines, columns, rows)
                focus = name == PANELS[controls.panel]
                return framed(picture, (columns, rows), controls.plan.boxed, focus)
