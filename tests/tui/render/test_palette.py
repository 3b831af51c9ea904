"""Colors: every role has one on every terminal, and none is rounded into another."""

from itertools import pairwise, product

import pytest
from rich.color import Color, ColorSystem
from vglab.tui.lab.drawing import Paint, merge_runs
from vglab.tui.render.palette import HEAT_LEVELS, Role, palette

THEMES = [(dark, safe) for dark in (True, False) for safe in (False, True)]
EACH = [(*theme, depth) for theme, depth in product(THEMES, ["truecolor", "256", "standard"])]
SYSTEMS = {"256": ColorSystem.EIGHT_BIT, "standard": ColorSystem.STANDARD}
STATES = (Role.HEALTHY, Role.VANISHING, Role.EXPLODING, Role.DEAD)


def shown(hue: str, depth: str) -> int | None:
    """The number of the entry that the terminal is sent."""
    return Color.parse(hue).downgrade(SYSTEMS[depth]).number


def light(hue: str) -> float:
    """The relative luminance of WCAG 2."""
    parts = [int(hue[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("dark", "safe", "depth"), EACH)
def test_every_role_has_a_color(dark: bool, safe: bool, depth: str) -> None:
    colors = palette(dark, depth, safe)
    assert set(colors) == {int(role) for role in Role} | {*range(32, 32 + HEAT_LEVELS)}


@pytest.mark.parametrize(("dark", "safe"), THEMES)
def test_256_colors_are_sent_as_they_stand(dark: bool, safe: bool) -> None:
    for role, hue in palette(dark, "256", safe).items():
        number = shown(hue, "256")
        assert number is not None
        there = Color.from_ansi(number).get_truecolor()
        spread = max(
            abs(a - b) for a, b in zip(there, Color.parse(hue).get_truecolor(), strict=True)
        )
        # Light grays become the next darker one on their way through rich; nothing else moves.
        gray = hue[1:3] == hue[3:5] == hue[5:7]
        assert spread <= (10 if gray else 0), (
            f"{Role(role) if role <= 32 else role}: {hue} becomes {there.hex}"
        )


@pytest.mark.parametrize(("dark", "safe"), THEMES)
def test_16_colors_are_sent_as_they_stand(dark: bool, safe: bool) -> None:
    for hue in palette(dark, "standard", safe).values():
        number = shown(hue, "standard")
        assert number is not None
        channel = {"00", "55", "aa", "ff"}
        assert {hue[1:3], hue[3:5], hue[5:7]} <= channel


@pytest.mark.parametrize("safe", [False, True])
@pytest.mark.parametrize("depth", ["truecolor", "256"])
def test_heat_rises_in_lightness_and_no_two_levels_are_one(depth: str, safe: bool) -> None:
    colors = palette(True, depth, safe)
    ramp = [colors[Role.HEAT + level] for level in range(HEAT_LEVELS)]
    assert len(set(ramp)) == HEAT_LEVELS
    assert all(light(low) < light(high) for low, high in pairwise(ramp))
    if depth == "256":
        assert len({shown(hue, "256") for hue in ramp}) == HEAT_LEVELS


@pytest.mark.parametrize(("dark", "safe", "depth"), EACH)
def test_words_can_be_read(dark: bool, safe: bool, depth: str) -> None:
    colors = palette(dark, depth, safe)
    ground = colors[Role.PAPER]
    for role in (Role.GROUND, Role.MUTED, Role.STRONG, Role.KEY):
        assert contrast(colors[role], ground) >= 4.5, role
    for state in STATES:
        assert contrast(colors[Role.ON_BADGE], colors[state]) >= 4.5, state
    for series in (Role.FIRST, Role.SECOND, Role.THIRD, Role.FROZEN):
        assert contrast(colors[series], ground) >= 3, series


def test_terminals_that_say_nothing_get_sixteen_colors() -> None:
    assert Paint(True, None).depth == "standard"
    assert Paint(True, "truecolor").depth == "truecolor"


def test_blanks_take_no_run_of_their_own() -> None:
    line = [("██", 8), (" ", 0), ("██", 8), ("  ", 5 << 6), ("x", 1)]
    assert merge_runs(line) == [("██ ██", 8), ("  ", 5 << 6), ("x", 1)]
