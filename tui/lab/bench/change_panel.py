"""The keys that change one thing about what is open: the form, the reference, and the way back."""

from __future__ import annotations

from collections.abc import Callable

from ....scenarios.loading.toml_reader import split_setting
from ...protocol import Pin
from ..layout import AGAINST, FORM
from ..state import Controls
from .dashboard import Dashboard
from .form import Form
from .run_control import RunControl


class ChangePanel:
    """Changes the open scenario, and runs it again at once."""

    def __init__(
        self,
        controls: Controls,
        dashboard: Dashboard,
        run_control: RunControl,
        order: Callable[..., None],
        unfocus: Callable[[], None],
        list_words: Callable[[], None],
    ) -> None:
        self._controls, self._dashboard, self._run_control = controls, dashboard, run_control
        self._order, self._unfocus, self._list_words = order, unfocus, list_words

    def toggle(self) -> None:
        """Open the form, or close it."""
        if self._controls.form:
            self.close()
        else:
            self._open()

    def back(self) -> None:
        """Leave the value that is being typed as it was; with nothing typed, close the form."""
        form = self._controls.form
        if form is not None and form.typing:
            form.cancel()
            self._draw()
        else:
            self.close()

    def _open(self) -> None:
        controls = self._controls
        controls.form = form = Form(controls.scenario, controls.settings, controls.own)
        form.go_to(self._hinted())
        controls.list_open, controls.fresh = False, True
        self._dashboard.update()
        self._dashboard.drawings[FORM].focus()

    def _hinted(self) -> str:
        """The key that the hint of the open task sets, once that has been asked for."""
        controls, scenario = self._controls, self._controls.exercise
        asked = controls.at_task and controls.lesson.hint
        attempt = scenario.task.attempt if scenario is not None and asked else ()
        return next((split_setting(setting)[0] for setting in attempt), "")

    def close(self) -> None:
        """Close the form, if it is open; what was changed stays so."""
        if self._controls.form is not None:
            self._controls.form = None
            self._unfocus()
            self._dashboard.update()

    def move(self, by: int) -> None:
        """Choose the key of the form above or below."""
        if (form := self._controls.form) is not None:
            form.move(by)
            self._draw()

    def turn(self, by: int) -> None:
        """Give the chosen key its next value."""
        self._enter(lambda form: form.step(by))

    def enter(self) -> None:
        """Give the chosen key the value that is typed; with nothing typed, list its words."""
        form = self._controls.form
        if form is not None and form.has_words and not form.typing:
            self._list_words()
        else:
            self._enter(Form.enter)

    def choose(self, word: str) -> None:
        """Give the chosen key this value."""
        self._enter(lambda form: form.choose(word))

    def erase(self) -> None:
        """Take back the last character; with nothing typed, the change of the chosen key."""
        self._enter(Form.erase)

    def _enter(self, changes: Callable[[Form], dict[str, str] | None]) -> None:
        form = self._controls.form
        if form is None:
            return
        found = changes(form)
        if found is not None:
            self.apply(found)
        self._draw()

    def _draw(self) -> None:
        self._dashboard.draw(FORM, AGAINST, "keys")

    def type(self, character: str) -> bool:
        """Type a character into the form; whether it goes no further."""
        form = self._controls.form
        taken = form is not None and form.type(character)
        if taken:
            self._draw()
        return taken

    def apply(self, changes: dict[str, str]) -> None:
        """Run the open scenario with these changes, held against the run before them."""
        controls = self._controls
        controls.alter(changes)
        if controls.form is not None:
            controls.form.changes = controls.own
        if controls.at_task and not controls.running:
            controls.running = True
            self._order(controls.run_order())
        self._reopen()

    def undo(self) -> None:
        """Take back the last change, or the last restart: its run goes on where it stood."""
        controls = self._controls
        undone = controls.take_back()
        if undone:
            if controls.form is not None:
                controls.form.changes = controls.own
            self._reopen(changed=undone == "change")

    def _reopen(self, changed: bool = True) -> None:
        self._run_control.open(changed)
        self._dashboard.update()

    def pin(self) -> None:
        """Hold what comes against the present run, or against the run before again."""
        controls = self._controls
        controls.pinned = controls.has_reference = not controls.pinned
        self._order(Pin(controls.pinned))
        self._dashboard.update()
