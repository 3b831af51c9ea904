"""What the lab does on a key that is neither training nor looking: another language, a guess."""

from __future__ import annotations

from textual.app import App

from ..scenarios.words import set_language
from .bench import Bench
from .catalogue import catalogue
from .controls import Controls
from .strips import Paint
from .widgets.guess import Guess
from .widgets.page import Page


class Errands(App[None]):
    """An application with a first room."""

    bench: Bench
    controls: Controls
    paint: Paint
    kiosk: bool = False
    """Whether nothing may be written or read but presets."""

    def action_language(self) -> None:
        """Say everything in the other language, the worker's charts and verdicts too."""
        controls = self.controls
        controls.lang = "en" if controls.lang == "es" else "es"
        set_language(controls.lang)
        self.bench.rename(catalogue(controls.scenarios[0], controls.settings))
        for screen in self.screen_stack:
            if isinstance(screen, Page):
                screen.show()

    def action_guess(self) -> None:
        """Let the factor per layer be guessed, and reveal it."""
        if not isinstance(self.screen, Guess):
            self.push_screen(Guess(self.paint, lambda: self.bench.factors))
