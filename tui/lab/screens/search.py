"""What Textual's command palette finds: every key's action, every scenario, languages, palettes.

Scenarios are found by their id and by their titles in both languages, whichever is spoken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol, cast

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider, SearchIcon

from ....scenarios.i18n import _
from ....scenarios.loading.changes import presets
from ....scenarios.schema.spec import Text
from ...render.glyphs import plainly
from ...render.palette import PALETTES
from ..keymap import BENCH, LAB, Key, in_room

if TYPE_CHECKING:
    from ..state import Controls
    from .bench import Bench


Run = Callable[[], object]
LANGUAGES = {"en": "English", "es": "Español"}


class Lab(Protocol):
    """What the palette needs of the application."""

    controls: Controls
    bench: Bench

    def speak(self, lang: str) -> None:
        """Say everything in a language."""
        ...

    def choose_palette(self, name: str) -> None:
        """Paint everything in other colours."""
        ...

    def run_action(self, action: str, default_namespace: object) -> object:
        """Do what a key does."""
        ...


class Choice(NamedTuple):
    """Something that can be chosen."""

    title: str
    run: Run
    help: str = ""
    also: Sequence[str] = ()
    """What it is found by besides."""

    def line(self) -> str:
        """Both in one line, so that many are seen."""
        return f"{self.title}  ({self.help})" if self.help else self.title


def nothing() -> None:
    """What is done where nothing is found."""


@cache
def titles() -> Mapping[str, Text]:
    """Of the presets, which do not change while vglab runs."""
    return {preset.id: preset.title for preset in presets()}


def scenarios(app: Lab) -> Iterator[Choice]:
    """All that can be opened."""
    for number, name in enumerate(app.controls.scenarios):
        title = titles().get(name)
        words = (title.chosen() or name, title.en, title.es) if title else (name, "", "")

        def run(number: int = number) -> object:
            return app.bench.action_open(number)

        yield Choice(words[0], run, name, (name, *words[1:]))


def actions(app: Lab) -> Iterator[Choice]:
    """What the keys do, those of the room at hand among them."""
    room = app.controls.room
    own = [key for key in in_room(room) if key.where and key.where == room]
    usual = [key for key in BENCH if not key.where]
    spell = _spelling(app)
    for table, target in ((own, app.bench), (usual, app.bench), (LAB, app)):
        for key, shown, words in _named(table, spell):

            def run(action: str = key.action, of: object = target) -> object:
                return app.run_action(action, of)

            yield Choice(words[:1].upper() + words[1:], run, shown)


def _spelling(app: Lab) -> Callable[[str], str]:
    """How what is shown is spelt."""
    return plainly if app.controls.ascii else str


def _named(keys: Sequence[Key], spell: Callable[[str], str]) -> Iterator[tuple[Key, str, str]]:
    """Keys with what they are called; the second of a pair goes by what the first one says."""
    pair: list[str] = []
    words = ""
    for key in keys:
        shown = spell(_(key.shown))
        if key.word or key.help:
            pair, words = shown.split(), _(key.help or key.word)
        elif not pair:
            continue
        yield key, pair.pop(0) if len(pair) > 1 or not shown else shown, words


def languages(app: Lab) -> Iterator[Choice]:
    """Both."""
    word = _("Language")
    for lang, name in LANGUAGES.items():

        def run(lang: str = lang) -> object:
            return app.speak(lang)

        yield Choice(f"{word}: {name}", run, lang)


def palettes(app: Lab) -> Iterator[Choice]:
    """All of them."""
    word = _("Colours")
    for name, palette in PALETTES.items():

        def run(name: str = name) -> object:
            return app.choose_palette(name)

        yield Choice(f"{word}: {_(palette.title)}", run, name)


class Everything(Provider):
    """One list, so that the order is the table's."""

    sources: ClassVar[Sequence[Callable[[Lab], Iterator[Choice]]]] = (
        actions,
        scenarios,
        palettes,
        languages,
    )

    def _choices(self) -> list[Choice]:
        app = cast("Lab", self.app)
        spell = _spelling(app)
        found = (choice for source in self.sources for choice in source(app))
        return [choice._replace(title=spell(choice.title)) for choice in found]

    async def discover(self) -> Hits:
        for choice in self._choices():
            yield DiscoveryHit(choice.line(), choice.run)

    async def search(self, query: str) -> Hits:
        matcher, found = self.matcher(query), False
        for choice in self._choices():
            score = max(map(matcher.match, (choice.title, choice.help, *choice.also)))
            if score > 0:
                found = True
                yield Hit(score, matcher.highlight(choice.line()), choice.run, choice.title)
        if not found:
            yield Hit(0.01, _("nothing is called that"), nothing)


class Scenarios(Everything):
    """The scenarios alone."""

    sources = (scenarios,)


class Search(CommandPalette):
    """Textual's own, in the lab's marks."""

    def __init__(self, providers: Sequence[type[Provider]], hint: str, ascii: bool) -> None:
        super().__init__(providers, placeholder=plainly(hint) if ascii else hint)
        self.set_class(ascii, "-plain")

    def on_mount(self) -> None:
        self.query_one(SearchIcon).icon = "/"
