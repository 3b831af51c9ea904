"""The keys that change one thing about what is open: the form, the reference, and the way back."""

from __future__ import annotations

from collections.abc import Sequence

from ..protocol import Pin
from ..render.styled_text import Lines
from .drawing import Pad
from .form import Form, drawn
from .layout import FORM
from .navigation import Travel
from .status_lines import against as told


class Changing(Travel):
    """A screen on which one thing after another can be changed."""

    pads: dict[str, Pad]
    against: Sequence[str] = ()
    """What differs from the reference, and what that did."""

    def reopen(self) -> None:
        """Open what is chosen, as it has been changed."""
        raise NotImplementedError

    def redraw(self, *names: str) -> None:
        """Draw these places anew."""
        raise NotImplementedError

    def action_change(self) -> None:
        """Open the form, or close it."""
        controls = self.controls
        if controls.form:
            self.shut_form()
        else:
            self._open_form()

    def _open_form(self) -> None:
        controls = self.controls
        controls.form = Form(controls.scenario, controls.settings, controls.own)
        controls.listing, controls.fresh = False, True
        self.look()
        self.pads[FORM].focus()

    def shut_form(self) -> None:
        """Close the form; what was changed stays so."""
        if self.controls.form is not None:
            self.controls.form = None
            self.set_focus(None)
            self.look()

    def action_form(self, what: str) -> None:
        """A key of the form: move or turn by one, enter or take back what is typed."""
        form = self.controls.form
        if form is None:
            return
        found = {
            "up": lambda: form.move(-1),
            "down": lambda: form.move(1),
            "less": lambda: form.turned(-1),
            "more": lambda: form.turned(1),
            "enter": form.entered,
            "erase": form.erased,
        }[what]()
        if found is not None:
            self.change(found)
        self.redraw(FORM, "against", "keys")

    def typed(self, character: str) -> bool:
        """A character for the form; whether it takes it."""
        form = self.controls.form
        taken = form is not None and form.type(character)
        if taken:
            self.redraw(FORM, "against")
        return taken

    def change(self, changes: dict[str, str]) -> None:
        """Run it with these changes, held against the run before them."""
        self.controls.alter(changes)
        self.reopen()

    def action_undo(self) -> None:
        """Take back the last change."""
        controls = self.controls
        if controls.take_back():
            if controls.form is not None:
                controls.form.changes = controls.own
            self.reopen()

    def action_pin(self) -> None:
        """Hold what comes against the present run, or against the run before again."""
        controls = self.controls
        controls.pinned = controls.referred = not controls.pinned
        self.order(Pin(controls.pinned))
        self.look()

    def of_change(self, name: str, columns: int, rows: int) -> Lines:
        """The form, where it is open; or the line that tells what a change did."""
        form, pinned = self.controls.form, self.controls.pinned
        if name == FORM:
            right = self.controls.plan.places[FORM].x > 0
            return drawn(form, columns, rows, right) if form else []
        return told(self.against, form.refused if form else "", columns, pinned)
