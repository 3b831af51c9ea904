"""Colours as a terminal is told them: only what changes from one run of text to the next.

Rich tells of each run its colour, its ground and its weight, and takes all of it back behind the
run. Most runs share a ground with those beside them, and many a blank has a colour to no purpose;
over a slow line that is half of all there is to wait for.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rich.color import ColorSystem
from rich.style import Style

REST = "\x1b[0m"


class Look(NamedTuple):
    """What a terminal is told of a run: its colour, its ground, its weight."""

    front: str = "39"
    ground: str = "49"
    weight: str = "22"


PLAIN = Look()
"""How a terminal writes that has been told nothing."""


class Pen:
    """What a terminal has been told so far."""

    def __init__(self, system: ColorSystem) -> None:
        self._system, self._held = system, PLAIN

    def write(self, text: str, style: Style | None) -> str:
        """A run, and before it what is new about it."""
        look = PLAIN if style is None else look_of(style, self._system)
        if look is None or style is None:
            return self.rest() + (style.render(text, color_system=self._system) if style else text)
        if not text.strip(" "):
            look = Look(self._held.front, look.ground, self._held.weight)
        new = [said for said, held in zip(look, self._held, strict=True) if said != held]
        self._held = look
        return f"\x1b[{';'.join(new)}m{text}" if new else text

    def rest(self) -> str:
        """Take everything back."""
        held, self._held = self._held, PLAIN
        return "" if held == PLAIN else REST


@lru_cache(4096)
def look_of(style: Style, system: ColorSystem) -> Look | None:
    """How a style is told; None where there is more to it than a pen knows."""
    more = (style.italic, style.underline, style.reverse, style.strike, style.dim, style.blink)
    if any(more) or style.link:
        return None
    front, ground = style.color, style.bgcolor
    return Look(
        ";".join(front.downgrade(system).get_ansi_codes()) if front else PLAIN.front,
        ";".join(ground.downgrade(system).get_ansi_codes(False)) if ground else PLAIN.ground,
        "1" if style.bold else PLAIN.weight,
    )
