"""What stands in the verdict's place: the diagnosis, and what is more urgent for a while."""

from __future__ import annotations

from collections.abc import Callable

from ....scenarios.i18n import _
from ...protocol import Verdict
from ..course.progress import first_unfinished
from ..state import Controls
from .dashboard import Dashboard

STANDS = 4.0
"""Seconds that a notice stands."""


class Notices:
    """Shows a verdict, a notice or a fault; a verdict waits until the last notice has gone."""

    def __init__(
        self, dashboard: Dashboard, set_timer: Callable[[float, Callable[[], None]], object]
    ) -> None:
        self._dashboard, self._set_timer = dashboard, set_timer
        self._standing = 0
        """Notices that have not gone yet."""
        self._greeting = False
        """Whether nobody has done anything since the lab opened with a word of welcome."""
        self._diagnosis: Verdict | None = None

    def diagnose(self, diagnosis: Verdict | None) -> None:
        """Show what the worker says of the network."""
        self._diagnosis = diagnosis
        if not self._standing:
            self._dashboard.show_verdict(diagnosis)

    def complain(self, *forms: str) -> None:
        """Say what has gone wrong, until something else is to be said; longer forms first."""
        self._dashboard.show_verdict(Verdict("fault", [*forms]))

    def say(self, *forms: str) -> None:
        """Say something for as long as it takes to read it; longer forms first."""
        self._dashboard.show_verdict(Verdict("note", [*forms]))
        self._standing += 1
        self._set_timer(STANDS, self._end)

    def greet(self, controls: Controls) -> None:
        """Say what is to be known as the lab opens: nothing where it runs what was asked for. Where
        the run waits it is said until somebody does something; where it goes, the verdict is what
        there is to be seen."""
        greet = self.say if controls.running else self._welcome
        if controls.kiosk:
            words = _("A lab for visitors: presets only, and nothing is saved.")
            keys = _("Press e for the course, ? for help.")
            brief = _("For visitors, nothing is saved: e opens the course, ? the help.")
            greet(f"{words} {keys}", brief)
        elif controls.bare and (ahead := first_unfinished(controls.scenarios, controls.progress)):
            title = self._dashboard.scenario_list.entries[ahead].title
            words = _("press e to go on with the course at lesson {number}: {title}")
            brief = _("press e to go on with lesson {number}")
            forms = (form.format(number=ahead + 1, title=title) for form in (words, brief))
            greet(*forms)
        elif controls.bare and not controls.running:
            self._welcome(_("The run waits: press e to predict it first, space to run it."))

    def _welcome(self, *forms: str) -> None:
        self._dashboard.show_verdict(Verdict("note", [*forms]))
        self._standing, self._greeting = self._standing + 1, True

    def end_greeting(self) -> None:
        """Let the word of welcome go, as somebody has done something."""
        if self._greeting:
            self._greeting = False
            self._end()

    def _end(self) -> None:
        self._standing -= 1
        if not self._standing and self._diagnosis is not None:
            self._dashboard.show_verdict(self._diagnosis)
