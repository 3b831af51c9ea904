"""What a color means, and which color that is: four palettes by three kinds of terminal.

Drawings name roles; only the screen, at the last moment, asks this table for a color. Series
colors are Okabe and Ito's; severity is never red against green and never color alone; the heat
ramp is viridis in sixteen steps. The safe palettes move these hues apart until no two are alike to
any of the usual color blindnesses (a test simulates them), and their ramp is cividis. The tables
for 256 and 16 colors hold entries of those palettes exactly, so that no terminal rounds two of
them into one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Literal, NamedTuple

from ...scenarios.i18n import N_

Depth = Literal["truecolor", "256", "standard"]

HEAT_LEVELS = 16


class Role(IntEnum):
    """The meanings a cell's color can have."""

    GROUND = 0
    """As a foreground: ordinary text. As a background: the screen's own."""
    MUTED = 1
    FAINT = 2
    STRONG = 3
    KEY = 4
    STRIPE = 5
    CHOSEN = 6
    ON_CHOSEN = 7
    FIRST = 8
    SECOND = 9
    THIRD = 10
    FOURTH = 11
    FIRST_SOFT = 12
    SECOND_SOFT = 13
    DONE_SOFT = 14
    DONE = 15
    """A layer that has learned and rests; below FROZEN, which wins where layers share a column."""
    HEALTHY = 16
    VANISHING = 17
    EXPLODING = 18
    DEAD = 19
    DIVERGED = 20
    FAULT = 21
    BUSY = 22
    ON_BADGE = 23
    FROZEN = 24
    FROZEN_SOFT = 25
    THEORY = 26
    ON_LOW = 27
    """A mark on the dark half of the heat ramp, and on its bright half, in any theme."""
    ON_HIGH = 28
    PAPER = 31
    """The ground as a foreground, for text on a colored ground."""
    HEAT = 32
    """The lowest of sixteen: HEAT + 15 is the highest."""


_COLUMNS: tuple[tuple[bool, Depth], ...] = (
    (True, "truecolor"),
    (False, "truecolor"),
    (True, "256"),
    (False, "256"),
    (True, "standard"),
    (False, "standard"),
)
"""Dark or light, by the colors there are."""

_COLORS: dict[Role, str] = {
    Role.GROUND: "d7dade 24292f dadada 262626 aaaaaa 000000",
    Role.MUTED: "949aa3 59616b 949494 585858 aaaaaa 555555",
    Role.FAINT: "3d434b c3c9d0 444444 c6c6c6 555555 aaaaaa",
    Role.STRONG: "ffffff 000000 ffffff 000000 ffffff 000000",
    Role.KEY: "e69f00 8a5a00 ffaf00 875f00 ffff55 aa0000",
    Role.STRIPE: "1c232b e7ecf1 262626 e4e4e4 0000aa aaaaaa",
    Role.CHOSEN: "0b5c8f 0b5c8f 005f87 005f87 00aaaa 0000aa",
    Role.ON_CHOSEN: "ffffff ffffff ffffff ffffff 000000 ffffff",
    Role.FIRST: "56b4e9 0072b2 5fafff 005faf 55ffff 0000aa",
    Role.SECOND: "e69f00 a86400 ffaf00 af5f00 ffff55 aa5500",
    Role.THIRD: "009e73 00734f 00af87 00875f 55ff55 00aa00",
    Role.FOURTH: "cc79a7 964673 d787af 87005f ff55ff aa00aa",
    Role.FIRST_SOFT: "35749b 7fb3d3 5f87af 87afd7 00aaaa 00aaaa",
    Role.SECOND_SOFT: "8f6612 d9b98a af875f d7af87 aa5500 aa5500",
    Role.DONE_SOFT: "4d535a c4c9cf 585858 c6c6c6 555555 aaaaaa",
    Role.DONE: "858c95 8f969e 878787 949494 aaaaaa 555555",
    Role.HEALTHY: "56b4e9 0072b2 5fafff 005faf 55ffff 0000aa",
    Role.VANISHING: "e8702a be4600 ff875f af5f00 ff5555 aa0000",
    Role.EXPLODING: "cc79a7 964673 d787af 87005f ff55ff aa00aa",
    Role.DEAD: "a7adb5 59616b a8a8a8 585858 aaaaaa 555555",
    Role.DIVERGED: "cc79a7 964673 d787af 87005f ff55ff aa00aa",
    Role.FAULT: "e8702a be4600 ff875f d75f00 ff5555 aa0000",
    Role.BUSY: "e6c200 7d6500 ffd700 875f00 ffff55 aa5500",
    Role.ON_BADGE: "101214 ffffff 121212 ffffff 000000 ffffff",
    Role.FROZEN: "e8702a be4600 ff875f d75f00 ff5555 aa0000",
    Role.FROZEN_SOFT: "8f4a22 e0a98c af5f5f d7af87 aa0000 ff5555",
    Role.THEORY: "35c79a 00734f 5fd7af 00875f 55ff55 00aa00",
    Role.ON_LOW: "ffffff ffffff ffffff ffffff ffffff ffffff",
    Role.ON_HIGH: "101214 101214 121212 121212 000000 000000",
    Role.PAPER: "101214 fbfbf9 121212 ffffff 000000 ffffff",
}
"""A role's color in each of the columns above."""

_VIRIDIS: dict[Depth, str] = {
    "truecolor": "440154 481a6c 472f7d 414487 39568c 31688e 2a788e 23888e"
    " 1f988b 22a884 35b779 54c568 7ad151 a5db36 d2e21b fde725",
    "256": "5f005f 5f0087 5f00af 005f87 005faf 008787 0087af 00af5f"
    " 00af87 5faf5f 00d75f 5fd75f 87d75f afd75f d7d75f ffff5f",
    "standard": " ".join(f"{hue} " * 4 for hue in ("0000aa", "00aaaa", "00aa00", "ffff55")),
}
"""Low to high; sixteen colors are four by four shades (see glyphs.py)."""

_SAFE: dict[Role, str] = {
    Role.FIRST: "6cc4f5 3a8fd0 5fd7ff 0087d7 55ffff 0000aa",
    Role.SECOND: "e6c200 a68a00 ffd700 af8700 ffff55 aa5500",
    Role.THIRD: "007a5a 005540 00875f 005f5f 5555ff 00aa00",
    Role.FOURTH: "aa4499 b05a90 af5faf af5f87 ff55ff aa00aa",
    Role.FIRST_SOFT: "3f7fa3 9ecbeb 5f87af 87afd7 00aaaa 00aaaa",
    Role.SECOND_SOFT: "8f7a10 e0cf80 878700 d7d787 aa5500 aa5500",
    Role.HEALTHY: "56b4e9 0072b2 5fafff 005faf 55ffff 0000aa",
    Role.VANISHING: "d55e00 be4600 d75f00 af5f00 ff5555 aa0000",
    Role.EXPLODING: "e6c200 7a2f5c ffd700 87005f ffff55 aa00aa",
    Role.DEAD: "8f8f8f 707070 8a8a8a 6c6c6c aaaaaa 555555",
    Role.DIVERGED: "e6c200 7a2f5c ffd700 87005f ffff55 aa00aa",
    Role.FAULT: "d55e00 be4600 d75f00 af5f00 ff5555 aa0000",
    Role.FROZEN: "c05000 8f3300 d75f00 870000 ff5555 aa0000",
    Role.FROZEN_SOFT: "7a3a10 d9a08c 875f5f d7af87 aa0000 ff5555",
    Role.THEORY: "b0b0b0 5a3fb0 b2b2b2 5f00af aaaaaa 555555",
}
"""Where the safe palettes differ."""

_CIVIDIS: dict[Depth, str] = {
    "truecolor": "00224e 002e6c 1e3a6f 35456c 47516c 575d6d 666970 757575"
    " 848279 948e77 a59c74 b7a96e c8b866 dbc75a eed649 fee838",
    "256": "000000 00005f 005f87 005faf 5f5f5f 5f5f87 875f5f 5f8787"
    " 878787 af8787 87af87 afaf5f d7af5f d7d75f ffd75f ffff5f",
    "standard": " ".join(f"{hue} " * 4 for hue in ("0000aa", "5555ff", "aaaaaa", "ffff55")),
}


class Palette(NamedTuple):
    """A palette that can be chosen."""

    title: str
    dark: bool
    safe: bool = False


PALETTES: Mapping[str, Palette] = {
    "dark": Palette(N_("dark"), dark=True),
    "light": Palette(N_("light"), dark=False),
    "safe-dark": Palette(N_("dark, safe for color blindness"), dark=True, safe=True),
    "safe-light": Palette(N_("light, safe for color blindness"), dark=False, safe=True),
}
"""By name, in the order in which a key goes through them."""


def palette(dark: bool, depth: Depth, safe: bool = False) -> dict[int, str]:
    """The color of every role, as `#rrggbb`."""
    column = _COLUMNS.index((dark, depth))
    rows = _COLORS | _SAFE if safe else _COLORS
    named = {int(role): f"#{row.split()[column]}" for role, row in rows.items()}
    heat = enumerate((_CIVIDIS if safe else _VIRIDIS)[depth].split(), Role.HEAT)
    return named | {level: f"#{hue}" for level, hue in heat}
