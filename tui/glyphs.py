"""Every mark the lab draws, in one table: each exactly one cell wide."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Glyphs:
    """One set of marks; a terminal gets the set it can show."""

    eighths: str
    """A column filled from one eighth to the whole."""
    halves: str
    """Upper half, lower half."""
    shades: str
    """A ramp: four steps within each of four colours, or more steps that need no colour."""
    curve: str
    """The marker of a fine line: plotext's name or a single character."""
    dot: str
    levels: str
    """A short line at the foot, in the middle and at the head of a cell."""
    frozen: str
    """A bar of a layer that cannot move: half of a cell, and a whole one."""
    guide: str
    theory: str
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
    dot="●",
    levels="▁━▔",
    frozen="▗▚",
    guide="╌",
    theory="•",
    ghost="═",
    zero="x",
    infinite="!",
    across="─",
    corners="╭╮╰╯",
    down="│",
    badges={
        "vanishing": "▼",
        "exploding": "▲",
        "healthy": "✔",
        "dead": "○",
        "diverged": "✖",
        "fault": "✖",
        "busy": "…",
        "note": "i",
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
    dot="o",
    levels="_-'",
    frozen="a&",
    guide=".",
    theory="@",
    ghost="=",
    zero="x",
    infinite="!",
    across="-",
    corners="++++",
    down="|",
    badges={
        "vanishing": "v",
        "exploding": "^",
        "healthy": "+",
        "dead": "o",
        "diverged": "X",
        "fault": "X",
        "busy": "~",
        "note": "i",
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


def marks(ascii: bool, colourless: bool = False) -> Glyphs:
    """The set for a terminal; where there are no colours the ramp has to do without."""
    plain = replace(UNICODE, shades=ASCII.shades) if colourless else UNICODE
    return ASCII if ascii else plain
