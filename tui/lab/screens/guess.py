"""The page on which the factor per layer is guessed: it hides the charts until it is revealed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key

from ....scenarios.i18n import _, figure
from ...protocol import STEPS
from ...render.palette import Role
from ...render.styled_text import BOLD, Line, Lines, fit_box, style, wrap_words
from ..course.steps import factor_of
from ..course.typed_number import LONGEST, is_spelled_out, parse_number
from ..drawing import Paint
from .page import Page


class Guess(Page):
    """Takes a number, and shows it against the factors that `known` returns."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False),
        Binding("enter", "reveal", show=False),
        Binding("backspace", "erase", show=False),
    ]

    def __init__(self, paint: Paint, factors: Callable[[], Mapping[str, float]]) -> None:
        self.text, self.revealed = "", False
        super().__init__(paint, self._page)
        self._factors = factors

    def _page(self, columns: int, rows: int) -> Lines:
        return guess_page(self.text, self.revealed, self._factors(), (columns, rows))

    def on_key(self, event: Key) -> None:
        """What can be read is typed; once it is revealed, any key goes back."""
        mark = event.character
        if self.revealed and event.key != "f2":
            event.stop()
            event.prevent_default()
            self.dismiss()
        elif mark and event.is_printable:
            event.stop()
            event.prevent_default()
            self.text = (self.text + mark)[:LONGEST]
            self.show()

    def action_erase(self) -> None:
        self.text = self.text[:-1]
        self.show()

    def action_reveal(self) -> None:
        self.revealed = factor(self.text) is not None
        self.show()


_MEASURE = 74
_MARGIN = "  "


def factor(text: str) -> float | None:
    """The factor that a text stands for; None where it is none."""
    value = parse_number(text)
    return value if value is not None and value > 0 else None


def decades_off(guess: float, real: float, steps: float) -> float:
    """By how many decades a guess is off over the whole depth; infinite against nothing."""
    return abs(math.log10(guess) - math.log10(real)) * steps if real > 0 else math.inf


def guess_page(
    text: str, revealed: bool, factors: Mapping[str, float], size: tuple[int, int]
) -> Lines:
    """The question, and after it the answer."""
    room, strong = min(size[0] - 4, _MEASURE), style(Role.STRONG) | BOLD
    question = _(
        "By what factor does the error signal change per layer, on its way from the output to the"
        " input? 1 keeps it, 0.5 halves it, 2 doubles it."
    )
    apart = _(
        "Nothing of it is kept. A lesson (e) asks a question of its own and keeps the answer."
    )
    lines: Lines = [[], [(_MARGIN + _("A guess, for practice"), strong)], []]
    said = f"  = {figure(factor(text))}" if is_spelled_out(text) else ""
    lines += [[(_MARGIN + line, 0)] for line in wrap_words(question, max(room, 8))]
    lines += [[], [(f"{_MARGIN}× ", style(Role.KEY) | BOLD), (text or "_", strong), (said, 0)], []]
    if revealed:
        lines += _answer(text, factors)
    else:
        told = wrap_words(apart, max(room, 8))
        lines += [_quiet(_hint(text)), [], *map(_quiet, told)]
    return fit_box(lines, *size)


def _hint(text: str) -> str:
    good = factor(text) is not None or not text
    return (
        _("enter reveals it · esc: not now") if good else _("a number greater than 0, such as 0.25")
    )


def _answer(text: str, factors: Mapping[str, float]) -> Lines:
    """Guess against measured and theory."""
    guess = factor(text)
    if guess is None or not factors.keys() & {"birth", "now", "theory"}:
        return [_quiet(_("nothing is measured here to compare a guess with"))]
    rows = [_row(name, guess, factors) for name in ("birth", "now", "theory") if name in factors]
    steps = int(factors[STEPS])
    words = _("how far off: over the {steps} steps from the last hidden layer to the first")
    return [*rows, [], _quiet(words.format(steps=steps)), *_praise(guess, factors)]


def _row(name: str, guess: float, factors: Mapping[str, float]) -> Line:
    names = {
        "birth": _("measured at initialization"),
        "now": _("measured now"),
        "theory": _("theory"),
    }
    longest, off = max(map(len, names.values())), decades_off(guess, factors[name], factors[STEPS])
    words = _("off by a factor of {factor}").format(factor=factor_of(off))
    role = Role.HEALTHY if off < 1 else Role.VANISHING
    return [
        (f"{_MARGIN}{names[name]:<{longest}}  ", style(Role.MUTED)),
        (f"× {figure(factors[name]):<8}", style(Role.STRONG) | BOLD),
        (words, style(role)),
    ]


def _praise(guess: float, factors: Mapping[str, float]) -> Iterator[Line]:
    """The grade of a guess, where there is a measurement at initialization."""
    if "birth" in factors:
        off = decades_off(guess, factors["birth"], factors[STEPS])
        yield []
        yield [(_MARGIN + _grade(off), style(Role.STRONG) | BOLD)]


def _grade(off: float) -> str:
    if off < 1:
        return _("Good guess: the right order of magnitude at the first layer.")
    return _("Off by more than an order of magnitude at the first layer.")


def _quiet(words: str) -> Line:
    return [(_MARGIN + words, style(Role.MUTED))]
