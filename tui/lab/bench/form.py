"""The form in which one thing is changed: its keys, the one that is chosen, and what is typed.

Plain values and small methods; `scenarios.loading.edits` says what a value leads to.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from ....scenarios.errors import ScenarioError
from ....scenarios.i18n import _
from ....scenarios.loading.edits import (
    Changes,
    EditableKey,
    as_settings,
    edit,
    editable_keys,
    next_value,
)
from ....scenarios.loading.glossary import fold, meaning_of
from ....scenarios.loading.inheritance import load
from ...render.glyphs import UNICODE
from ...render.labels import key_label
from ...render.palette import Role
from ...render.styled_text import BOLD, Line, Lines, fit, fit_box, shorten, style
from ..course.typed_number import may_become_number, objection, only_a_number, parse_number

_VALUE_MARKS = frozenset("0123456789.,+-−e[]^/*%")
"""What a value can hold beside letters: it is for the form, whichever key is chosen."""
_FORM_LETTERS = frozenset("uUqQhHjJkKlLcC")
"""Letters that do what they do until a value is begun: they undo, quit, move and close."""


@dataclass
class Form:
    """The keys of one scenario, and their values."""

    name: str
    settings: Sequence[str]
    changes: Changes
    at: int = 0
    typing: str = ""
    refusal: str = ""
    """Why the last value was not taken; nothing where it was."""
    named: bool = False
    """Whether the chosen key has been named by typing, so that its value comes next."""
    attempts: dict[str, str] = field(default_factory=dict[str, str])
    """The last value of a key that was not taken, from which the next one is counted."""

    @property
    def entries(self) -> list[EditableKey]:
        """The keys that have an effect as things are; none where the scenario cannot be read."""
        try:
            scenario = load(self.name, [*self.settings, *as_settings(self.changes)])
        except ScenarioError:
            return []
        return editable_keys(scenario, self.changes)

    @property
    def entry(self) -> EditableKey | None:
        """The key that is chosen; None where there are none."""
        found = self.entries
        return found[min(self.at, len(found) - 1)] if found else None

    @property
    def has_words(self) -> bool:
        """Whether the chosen key takes a word."""
        entry = self.entry
        return entry is not None and bool(entry.choices)

    def move(self, by: int) -> None:
        """Choose the key above or below."""
        self.at = (self.at + by) % max(len(self.entries), 1)
        self.cancel()
        self.attempts.clear()

    def step(self, by: int) -> dict[str, str] | None:
        """The changes with the next value of the chosen key; None where it is refused."""
        entry = self.entry
        if entry is None:
            return None
        here = entry._replace(value=self.attempts.get(entry.key, entry.value))
        return self._set(next_value(here, by))

    def choose(self, word: str) -> dict[str, str] | None:
        """The changes with this value of the chosen key; None where it is refused."""
        return self._set(word)

    def type(self, character: str) -> bool:
        """Add a character to what is typed, and say where that is no value; whether it is for the
        form: all are once a value is begun, before that those that a value can hold. The name of
        another key chooses that one, as in `rate = 100`."""
        entry, typed = self.entry, self.typing + character
        if entry is None or not character.isprintable():
            return False
        if self.named and not self.typing and character in " =":
            return True
        if character in " =" and self._goes_by_name(entry, character):
            return True
        if typed == " ":
            return False
        said = "" if self._may_become_name(entry, typed) else _objection(entry, typed)
        if not said or self.named or self.typing:
            self.typing, self.refusal = typed, said
        elif character in _VALUE_MARKS or _is_letter_of(entry, character):
            self.refusal = said
        else:
            return False
        return True

    def _may_become_name(self, entry: EditableKey, typed: str) -> bool:
        """Whether the name of a key begins so: not beside a number, nor by a key of the form."""
        begun = bool(self.typing) or typed not in _FORM_LETTERS
        named = any(name.startswith(_as_name(typed)) for name in self._names())
        return bool(entry.choices) and begun and named

    def _goes_by_name(self, entry: EditableKey, mark: str) -> bool:
        """Choose the key whose name is typed, after which comes this mark; whether there is one. A
        blank may be part of a longer name, or follow a word of the chosen key."""
        found = self._names().get(_as_name(self.typing))
        longer = any(name.startswith(_as_name(self.typing) + " ") for name in self._names())
        if found is None or (mark == " " and (longer or matches(entry, self.typing))):
            return False
        self.cancel()
        self.attempts.clear()
        self.go_to(found)
        self.named = True
        return True

    def _names(self) -> dict[str, str]:
        """The keys by the names that they may be typed by: as the form and as files have them."""
        return {
            _as_name(name): entry.key
            for entry in self.entries
            for name in (entry.key, entry.key.rpartition(".")[2], key_label(entry.key))
        }

    def cancel(self) -> None:
        """Leave the value that is being typed as it was."""
        self.typing, self.refusal, self.named = "", "", False

    def erase(self) -> dict[str, str] | None:
        """One character less; with nothing typed, the changes without that of the chosen key."""
        if self.typing:
            self.typing, self.refusal = self.typing[:-1], ""
            return None
        return self._set(None)

    def enter(self) -> dict[str, str] | None:
        """The changes with what is typed, of a word its first letters; None where nothing is, or it
        is refused."""
        entry = self.entry
        if entry is None or not self.typing:
            return None
        if entry.choices:
            found = matches(entry, self.typing)
            if not found and not self._goes_by_name(entry, "="):
                self.refusal = _objection(entry, self.typing)
            return self._set(found[0]) if found else None
        self.refusal = objection(self.typing)
        number = parse_number(self.typing)
        if number is None or self.refusal:
            self.refusal = self.refusal or only_a_number()
            return None
        return self._set(_spell(entry, self.typing, number))

    def _set(self, value: str | None) -> dict[str, str] | None:
        """The changes with this value of the chosen key; None where it is refused, or nothing
        changes. What is refused is not lost: it can be mended."""
        entry = self.entry
        if entry is None:
            return None
        try:
            found = edit(self.name, self.settings, self.changes, entry.key, value)
        except ScenarioError as error:
            self.refusal = str(replace(error.faults[0], file=""))
            self.attempts[entry.key] = value or entry.value
            return None
        self.cancel()
        self.attempts.clear()
        if found == self.changes:
            return None
        self.changes = found
        self.go_to(entry.key)
        return found

    def go_to(self, key: str) -> None:
        """Choose a key, where it is one of the form's."""
        keys = [entry.key for entry in self.entries]
        self.at = keys.index(key) if key in keys else self.at


def matches(entry: EditableKey, typed: str) -> list[str]:
    """The words a key can have that begin as typed: itself first, then in their order."""
    begun = typed.strip()
    found = [word for word in entry.choices if word.startswith(begun)]
    return sorted(found, key=lambda word: word != begun)


def _as_name(typed: str) -> str:
    """A name as it is compared: without accents, capitals, and lines for blanks."""
    return fold(typed).replace("_", " ").strip()


def _objection(entry: EditableKey, typed: str) -> str:
    """Why a value of a key cannot begin as typed; nothing where it can."""
    if entry.choices:
        fits = bool(matches(entry, typed))
        return "" if fits else _("no word here begins with {typed}").format(typed=typed)
    return "" if may_become_number(typed) else only_a_number()


def _is_letter_of(entry: EditableKey, character: str) -> bool:
    """Whether it may have been meant for a word, which keys of the form are not."""
    return bool(entry.choices) and character.isalnum() and character not in _FORM_LETTERS


def _spell(entry: EditableKey, typed: str, number: float) -> str:
    """A number that was typed, as `--set` takes it: digits as they are, for a whole number no
    decimals."""
    if typed.isdecimal():
        return typed
    whole = number.is_integer() and entry.value.lstrip("-").isdecimal()
    return repr(int(number) if whole else number)


def form_lines(
    form: Form, columns: int, rows: int, right: bool = False, waits: bool = False
) -> Lines:
    """The keys and their values, the chosen one marked, and below what a change does; `right` where
    the form stands at the right of the screen, `waits` where a changed run is held still."""
    room = columns - 2
    found = form.entries
    longest = max((len(key_label(entry.key)) for entry in found), default=0)
    head: Line = [(" " + _("Change one thing"), style(Role.STRONG) | BOLD)]
    hint = _("the run starts again with the same data and seed")
    if waits:
        hint = _(
            "the run is set back to its first step, with the same data and seed: space runs it"
        )
    hints: Lines = [[(f" {line}", style(Role.MUTED))] for line in textwrap.wrap(hint, room - 2)]
    chosen = found[min(form.at, len(found) - 1)] if found else None
    below = [[], *_choices(chosen, room - 2)]
    meaning = _meaning(chosen, room - 2)
    if _LEAST_LISTED + len(meaning) + len(below) + 2 <= rows:
        below[1:1] = meaning
    if len(found) + len(hints) + len(below) + 3 <= rows:
        below += [[], *hints]
    space = max(rows - 2 - len(below), 1)
    first = max(0, min(form.at - space // 2, len(found) - space))
    listed = [
        _row(form, entry, number == form.at, min(longest, 14), room)
        for number, entry in enumerate(found)
    ][first : first + space]
    hidden = len(found) - first - len(listed)
    held = " " + _("held: space runs it") if waits else ""
    above: Line = [(f" ↑ {first}" if first else held, style(Role.MUTED))]
    below[0] = [(f" ↓ {hidden}", style(Role.MUTED))] if hidden else []
    lines = fit_box([head, above, *listed, *below], room, rows)
    edge: Line = [(UNICODE.down, style(Role.KEY))]
    return [[*edge, *line, (" ", 0)] if right else [*line, (" ", 0), *edge] for line in lines]


_LEAST_LISTED = 8
"""Keys that stay in sight above what the chosen one means."""


def _meaning(entry: EditableKey | None, columns: int) -> Lines:
    """What the key sets, in plain words."""
    words = meaning_of(entry.key) if entry else ""
    return [[(f" {line}", 0)] for line in textwrap.wrap(words, columns)]


def _choices(entry: EditableKey | None, columns: int) -> Lines:
    """The words that a key can have, or that a number can be typed; and what files call it."""
    if entry is None:
        return []
    words = f"{_KEPT}· ".join(entry.choices) or _("← → or type a number, then enter")
    wrapped = [line.replace(_KEPT, " ") for line in textwrap.wrap(words, columns)]
    said: Lines = [[(f" {line}", style(Role.SECOND))] for line in wrapped]
    return [*said, [(f" {entry.key}", style(Role.MUTED))]]


_LEAST_NAME = 8
"""Columns of a name that a long value leaves to it."""
_KEPT = "\N{NO-BREAK SPACE}"
"""A blank before a dot, so that no line begins with one."""


def _row(form: Form, entry: EditableKey, chosen: bool, longest: int, room: int) -> Line:
    value = form.attempts.get(entry.key, entry.value)
    if chosen and form.typing:
        value = form.typing + "▏"
    label = key_label(entry.key)
    column = max(min(longest, room - 2 - len(value)), min(longest, len(label), _LEAST_NAME))
    name = f"{shorten(label, column):<{column}}"
    code = style(Role.ON_CHOSEN, Role.CHOSEN, bold=True) if chosen else 0
    mark = UNICODE.pointer if entry.changed else " "
    quiet = code or style(Role.KEY if entry.changed else Role.MUTED)
    loud = code or (style(Role.KEY) | BOLD if entry.changed else style(Role.STRONG))
    return fit([(f"{mark}{name} ", quiet), (value, loud)], room, code)
