"""What Textual's command palette finds: every key's action, every scenario, languages, palettes.

Scenarios are found by their id and by their titles in both languages, whichever is spoken. What a
choice does is handed in: nothing here knows the app.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider, SearchIcon
from textual.content import Content
from textual.css.query import NoMatches
from textual.events import Resize
from textual.fuzzy import Matcher
from textual.widgets import OptionList
from textual.worker import Worker, WorkerState

from ....scenarios.control_characters import blot_controls
from ....scenarios.i18n import N_, _
from ....scenarios.loading.changes import presets
from ....scenarios.loading.edits import EditableKey
from ....scenarios.loading.glossary import fold, terms
from ....scenarios.schema.spec import Text
from ...render.glyphs import to_ascii
from ...render.palette import PALETTES
from ..keymap import APP_KEYS, BENCH_KEYS, Key
from ..layout import has_room
from ..room_keys import in_room

LANGUAGES = {"en": "English", "es": "Español"}


class Choice(NamedTuple):
    """An entry of the search."""

    title: str
    run: Callable[[], object]
    help: str = ""
    also: Sequence[str] = ()
    """What it is found by besides."""
    weight: float = 1.0
    """How much of its score counts beside others."""
    synonyms: Sequence[str] = ()
    """What it is found by where what is typed stands in it, letter by letter."""

    def line(self) -> str:
        """Title and help in one line, so that many entries fit."""
        return f"{self.title}  ({self.help})" if self.help else self.title


@cache
def titles() -> Mapping[str, Text]:
    """The titles of the presets, which do not change while vglab runs."""
    return {preset.id: preset.title for preset in presets()}


def scenario_choices(names: Sequence[str], open: Callable[[int], object]) -> Iterator[Choice]:
    """All that can be opened, by its place in the list."""
    for number, name in enumerate(names):
        title = titles().get(name)
        words = (title.in_language() or name, title.en, title.es) if title else (name, "", "")
        synonyms = synonyms_of().get(name, ())
        opens = partial(open, number)
        yield Choice(words[0], opens, name, (name, *words[1:]), synonyms=synonyms)


@cache
def synonyms_of() -> Mapping[str, tuple[str, ...]]:
    """Of each preset, all names of the glossary's terms that its title speaks of."""
    return {name: (*_synonyms(name, title),) for name, title in titles().items()}


def _synonyms(name: str, title: Text) -> Iterator[str]:
    said = f" {fold(' '.join((name.replace('-', ' '), title.en, title.es)))} "
    for term in terms():
        own = (term.name.en, term.name.es, *(also for also in term.also if " " in also))
        if any(f" {fold(one)} " in said for one in own):
            yield from term.names


def key_choices(room: str, ascii: bool, press: Callable[[str], object]) -> Iterator[Choice]:
    """What the keys do, those of the room at hand first; `press` does a key's action. They are
    found by what they do and by their word in the key bar."""
    own = [key for key in in_room(room) if key.room and key.room == room]
    usual = [key for key in BENCH_KEYS if not key.room]
    for table in (own, usual, APP_KEYS):
        for key, shown, named in _with_names(table, to_ascii if ascii else str):
            words = _(named.help or named.word)
            title = words[:1].upper() + words[1:]
            also = (_(named.word), *_(SYNONYMS.get(named.action, "")).split())
            yield Choice(title, partial(press, key.action), shown, also)


def _with_names(keys: Sequence[Key], spell: Callable[[str], str]) -> Iterator[tuple[Key, str, Key]]:
    """Keys, what is on them, and the key that says what they do: the first one of a pair."""
    groups: list[list[Key]] = []
    for key in keys:
        if key.word or key.help:
            groups.append([key])
        elif groups:
            groups[-1].append(key)
    for first, *others in groups:
        label = spell(_(first.label))
        marks = label.split()
        if others and len(marks) == 1 + len(others):
            yield from (
                (key, mark, first) for key, mark in zip((first, *others), marks, strict=True)
            )
        else:
            yield first, label, first


def word_choices(entry: EditableKey, choose: Callable[[str], object]) -> list[Choice]:
    """The words that a key of the form can have; the one it has is ticked."""
    return [
        Choice(word, partial(choose, word), "✔" if word == entry.value else "")
        for word in entry.choices
    ]


SYNONYMS: Mapping[str, str] = {
    "run_control.toggle": N_("play stop start train pause"),
    "run_control.restart": N_("reset again anew"),
    "run_control.pace(1)": N_("faster slower speed pace"),
    "navigation.scenarios": N_("presets menu"),
    "navigation.rewind(-1)": N_("history past time travel"),
    "navigation.zoom": N_("maximise full screen enlarge"),
    "navigation.inner(1)": N_("next chart tab view"),
    "rooms.enter('walk')": N_("backpropagation backprop derivative"),
    "rooms.gather('compare')": N_("versus against side by side"),
    "rooms.gather('remedies')": N_("fix cure ranking best"),
    "rooms.gather('diagram')": N_("map edge of chaos critical"),
    "rooms.gather('claims')": N_("textbook notes verdicts"),
    "rooms.follow_advice": N_("advice remedy fix repair apply"),
    "change_panel.toggle": N_("edit settings form hyperparameters"),
    "change_panel.undo": N_("revert undo"),
    "change_panel.pin": N_("reference ghost hold"),
    "app.save": N_("write file store toml"),
    "app.export": N_("picture screenshot json csv svg download"),
    "course.toggle": N_("theory course teach explanation predict task"),
    "app.guess": N_("predict quiz"),
    "app.shade": N_("color color dark light palette"),
    "app.language": N_("spanish english translate"),
    "app.glossary": N_("dictionary meaning words definition"),
    "app.explain": N_("what is this keys shortcuts"),
    "app.leave": N_("exit close"),
}
"""What people may call an action that is called otherwise here."""


def language_choices(speak: Callable[[str], object]) -> Iterator[Choice]:
    """Both languages."""
    word = _("Language")
    for lang, name in LANGUAGES.items():
        yield Choice(f"{word}: {name}", partial(speak, lang), lang)


def term_choices(show: Callable[[str], object]) -> Iterator[Choice]:
    """The terms of the glossary, by all their names; after whatever can be done."""
    for term in terms():
        name = term.name.in_language()
        yield Choice(name, partial(show, name), _("term"), term.names, _LATER)


_LATER = 0.5


def palette_choices(choose: Callable[[str], object]) -> Iterator[Choice]:
    """All palettes."""
    word = _("Colors")
    for name, palette in PALETTES.items():
        yield Choice(f"{word}: {_(palette.title)}", partial(choose, name), name)


class Finder(Provider):
    """Finds choices by what is typed. An error is a line of the list: Textual logs it, unseen."""

    choices: Sequence[Choice] = ()

    async def discover(self) -> Hits:
        try:
            for hit in self.every():
                yield hit
        except Exception as error:  # noqa: BLE001 - whatever it is, it is said
            said = _say_failure(error)
            yield DiscoveryHit(Content(said), _do_nothing, said)

    async def search(self, query: str) -> Hits:
        try:
            for hit in self.matching(query):
                yield hit
        except Exception as error:  # noqa: BLE001 - whatever it is, it is said
            said = _say_failure(error)
            yield Hit(_FIRST, Content(said), _do_nothing, said)

    def every(self) -> Iterator[DiscoveryHit]:
        """All there is, before anything is typed."""
        for choice in self.choices:
            yield DiscoveryHit(Content(choice.line()), choice.run, choice.line())

    def matching(self, query: str) -> Iterator[Hit]:
        """What has such a name; or that nothing has."""
        matcher, found = self.matcher(query), False
        for choice in self.choices:
            called = [name for name in choice.synonyms if fold(query) in fold(name)]
            names = (choice.title, choice.help, *choice.also, *called)
            score = max(map(matcher.match, names))
            if score > 0:
                found = True
                yield Hit(
                    score * choice.weight,
                    _highlight(matcher, choice.line()),
                    choice.run,
                    choice.title,
                )
        if not found:
            yield Hit(0.01, _("nothing has that name"), _do_nothing)


_FIRST = 1e6
"""A score above all others."""


def _highlight(matcher: Matcher, line: str) -> Content:
    """A line with what was typed made visible in it. Textual takes brackets for its markup."""
    return Content(line, [*matcher.highlight(line.replace("[", "(")).spans])


def _say_failure(error: BaseException) -> str:
    said = _("the search failed: {error}").format(error=f"{type(error).__name__}: {error}")
    return blot_controls(said)


def _do_nothing() -> None:
    """What is done where nothing is found."""


def finder_of(choices: Sequence[Choice]) -> type[Finder]:
    """A finder of these. Textual takes classes, so they get one of their own."""
    return type("Finder", (Finder,), {"choices": choices})


class Search(CommandPalette):
    """Textual's own, in the lab's marks."""

    def __init__(
        self,
        choices: Sequence[Choice],
        hint: str,
        ascii: bool,
        complain: Callable[[str], object],
        start: int = 0,
    ) -> None:
        spell = to_ascii if ascii else str
        spelled = [choice._replace(title=spell(choice.title)) for choice in choices]
        super().__init__([finder_of(spelled)], placeholder=spell(hint))
        self._complain, self._start = complain, start
        self.set_class(ascii, "-plain")

    def on_resize(self, event: Resize) -> None:
        """Close where there is no room: Textual's list cannot be drawn at every size."""
        if not has_room(*self.app.size):
            event.prevent_default()
            self.dismiss()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Begin at the choice that is to be pointed to, once it is listed."""
        start, self._start = self._start, 0
        if event.option_index == 0 and 0 < start < event.option_list.option_count:
            event.option_list.highlighted = start

    def run_worker(self, work: Any, *names: Any, **settings: Any) -> Worker[Any]:
        """Search on without ending the lab where a burst of keys has closed the list meanwhile."""
        return super().run_worker(work, *names, **{**settings, "exit_on_error": False})

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say what went wrong in a search, unless it looked for the list that has been closed."""
        error = event.worker.error
        if event.state is WorkerState.ERROR and error and not isinstance(error, NoMatches):
            self.dismiss()
            self._complain(_say_failure(error))

    def on_mount(self) -> None:
        for icon in self.query(SearchIcon):  # none where a burst of keys has closed it already
            icon.icon = "/"
