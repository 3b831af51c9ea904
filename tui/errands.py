"""What the lab does on a key that is neither training nor looking: another language, a guess, a
file.
"""

from __future__ import annotations

from pathlib import Path

from textual.app import App

from ..scenarios.reasons import reason
from ..scenarios.words import _, set_language
from .bench import Bench
from .catalogue import catalogue
from .controls import Controls
from .exporting import PICTURE, RUN, by_itself, names
from .files import put
from .help import help_page
from .keeping import command
from .link import Link
from .searching import Everything, Scenarios, Search
from .strips import Paint
from .widgets.explanation import Explanation
from .widgets.export import Export
from .widgets.guess import Guess
from .widgets.page import Page
from .widgets.saving import Saving
from .wire import Command, Run, Write, Written


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


def _put(path: Path, text: str) -> Written:
    try:
        return Written(str(put(path, text.encode())))
    except OSError as error:
        return Written(reason=reason(error))
