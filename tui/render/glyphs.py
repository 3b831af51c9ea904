"""Every mark the lab draws, in one table: each exactly one cell wide."""

from __future__ import annotations

import codecs
import re
import sys
import unicodedata
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Glyphs:
    """One set of marks; a terminal gets the set it can show."""

    eighths: str
    """A column filled from one eighth to the whole."""
    halves: str
    """Upper half, lower half."""
    shades: str
    """A ramp: four steps within each of four colors, or more steps that need no color."""
    curve: str
    """The marker of a fine line: plotext's name or a single character."""
    speck: str
    """What stands for faint dots of it in a legend."""
    dot: str
    levels: str
    """A short line at the foot, in the middle and at the head of a cell."""
    frozen: str
    """A bar of a layer that cannot move: half of a cell, and a whole one."""
    guide: str
    theory: str
    edge: str
    """Where theory's band ends."""
    ghost: str
    zero: str
    infinite: str
    across: str
    corners: str
    """Upper left, upper right, lower left, lower right."""
    down: str
    badges: dict[str, str]
    running: str
    paused: str
    finished: str
    back: str
    cursor: str
    """Points up at the layer that is singled out."""
    pointer: str
    at_most: str
    ellipsis: str


UNICODE = Glyphs(
    eighths="▁▂▃▄▅▆▇█",
    halves="▀▄",
    shades="░▒▓█",
    curve="braille",
    speck="⡇",
    dot="●",
    levels="▁━▔",
    frozen="▗▚",
    guide="╌",
    theory="•",
    edge="◦",
    ghost="═",
    zero="x",
    infinite="!",
    across="─",
    corners="╭╮╰╯",
    down="│",
    badges={
        "vanishing": "▼",
        "exploding": "▲",
        "unstable": "◆",
        "not_learning": "◇",
        "healthy": "✔",
        "not_yet": "◇",
        "dead": "○",
        "diverged": "✖",
        "fault": "✖",
        "busy": "…",
        "note": "»",
        "unknown": "…",
    },
    running="▶",
    paused="■",
    finished="●",
    back="◀",
    cursor="▲",
    pointer="▸",
    at_most="≤",
    ellipsis="…",
)

ASCII = Glyphs(
    eighths="_.-,;+%#",
    halves="',",
    shades=".:-=+*%#",
    curve="*",
    speck="*",
    dot="o",
    levels="_-'",
    frozen="a&",
    guide=".",
    theory="@",
    edge="`",
    ghost="=",
    zero="x",
    infinite="!",
    across="-",
    corners="++++",
    down="|",
    badges={
        "vanishing": "v",
        "exploding": "^",
        "unstable": "*",
        "not_learning": "?",
        "healthy": "+",
        "not_yet": "?",
        "dead": "o",
        "diverged": "X",
        "fault": "X",
        "busy": "~",
        "note": ">",
        "unknown": "~",
    },
    running=">",
    paused="#",
    finished="o",
    back="<",
    cursor="^",
    pointer=">",
    at_most="<",
    ellipsis="~",
)
"""For terminals that know no more than ASCII."""


def marks(ascii: bool, colorless: bool = False) -> Glyphs:
    """The set for a terminal; where there are no colors the ramp has to do without."""
    plain = replace(UNICODE, shades=ASCII.shades) if colorless else UNICODE
    return ASCII if ascii else plain


_LETTERS = {
    ord(mark): plain
    for marks, plains in (
        ("¡«»“”◐░▒▓✘≮≰≯≱±·¿×Δαδθξσλπ–‖′←", '!""""/.:*X!!!!+.?xDadtxslp-|\'<'),
        ("↑→↓∂∇∘√≈≤≥−⁻━▏▸ᴸᵀ½⅓┤├┬┴┼┌┐└┘│", "^>vdvoV=<>---|>LT//||+++++++|"),
        ("─", "-"),
    )
    for mark, plain in zip(marks, plains, strict=True)
}
_ARROWS = (("← →", "h l"), ("↑ ↓", "k j"))
"""Arrow keys: < and > are keys of their own, and these letters do the same as the arrows."""
_TIMES = re.compile(r"(?<=\d)·(?=\d)")
_POWER = re.compile("[⁺⁻⁽⁾⁰¹²³⁴⁵⁶⁷⁸⁹ˡᴸ]+")

_NAMES = (
    "halves eighths levels corners speck dot frozen guide theory edge ghost across down running"
    " paused back cursor pointer at_most ellipsis"
)


def _pairs() -> dict[int, str]:
    """Each mark of the one table, and what stands for it in the other."""
    found: dict[int, str] = {}
    for name in _NAMES.split():
        pairs = zip(getattr(UNICODE, name), getattr(ASCII, name), strict=True)
        found |= {ord(mark): plain for mark, plain in pairs}
    badges = zip(UNICODE.badges.values(), ASCII.badges.values(), strict=True)
    return {ord(mark): plain for mark, plain in badges} | found


_TABLE = _LETTERS | _pairs()


def to_ascii(text: str) -> str:
    """The text in ASCII, as long as it was."""
    if text.isascii():
        return text
    for arrows, letters in _ARROWS:
        text = text.replace(arrows, letters)
    return "".join(map(_one, text.translate(_TABLE)))


def _one(mark: str) -> str:
    """A letter without its accent; a question mark for what there is nothing for."""
    first = unicodedata.normalize("NFKD", mark)[:1]
    return first if first.isascii() else "?"


def write_powers(text: str) -> str:
    """Powers as 2x10^-6, to be read where no line has been broken yet."""
    return _POWER.sub(lambda found: "^" + to_ascii(found[0]), _TIMES.sub("×", text))


def needs_ascii(encoding: str | None = None) -> bool:
    """Whether a terminal that takes this encoding can show no more."""
    stated = encoding or sys.stdout.encoding or "ascii"
    try:
        return codecs.lookup(stated).name != "utf-8"
    except LookupError:
        return True
