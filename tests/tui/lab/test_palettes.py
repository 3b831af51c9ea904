"""The palettes: four to go through, remembered, and two that are safe for color blindness."""

from itertools import combinations

import numpy as np
import pytest
from lab_driver import SIZE, Bench, FakeLink, send_first_frame
from vglab.tui.lab.app import LabApp
from vglab.tui.lab.preferences import (
    Preferences,
    load_preferences,
    preferences_path,
    save_preferences,
)
from vglab.tui.protocol import View
from vglab.tui.render.palette import HEAT_LEVELS, PALETTES, Role, palette

SIGHTS = {
    "usual": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
"""How colors are seen with each color blindness at its worst, in linear RGB: Machado, Oliveira
and Fernandes 2009, "A physiologically-based model for simulation of color vision deficiency"."""

SERIES = (Role.FIRST, Role.SECOND, Role.THIRD, Role.FOURTH, Role.FROZEN, Role.THEORY, Role.STRONG)
STATES = (Role.HEALTHY, Role.VANISHING, Role.EXPLODING, Role.DEAD)


def linear(hue: str) -> np.ndarray:
    parts = np.array([int(hue[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIELAB, in which a distance of 2.3 is just noticed."""
    to_xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    share = to_xyz @ np.clip(rgb, 0, 1) / [0.95047, 1, 1.08883]
    f = np.where(share > 216 / 24389, np.cbrt(share), (24389 / 27 * share + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def nearest(colors: dict[int, str], roles: tuple[Role, ...]) -> float:
    """How far apart the two are that are most alike, to whoever finds them most alike."""
    seen = {
        role: [lab(np.array(sight) @ linear(colors[role])) for sight in SIGHTS.values()]
        for role in roles
    }
    return min(
        float(np.linalg.norm(a - b))
        for one, other in combinations(roles, 2)
        for a, b in zip(seen[one], seen[other], strict=True)
    )


@pytest.mark.parametrize("dark", [True, False])
def test_the_safe_palette_keeps_everything_apart_for_everybody(dark: bool) -> None:
    usual, safe = (palette(dark, "truecolor", kind) for kind in (False, True))
    assert nearest(safe, SERIES) >= 20
    assert nearest(safe, SERIES) >= 1.5 * nearest(usual, SERIES)
    assert nearest(safe, STATES) >= 15


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("safe", [False, True])
def test_the_heat_ramp_rises_for_everybody(sight: str, safe: bool) -> None:
    colors = palette(True, "truecolor", safe)
    ramp = [linear(colors[Role.HEAT + level]) for level in range(HEAT_LEVELS)]
    lightness = [lab(np.array(SIGHTS[sight]) @ rgb)[0] for rgb in ramp]
    assert np.diff(lightness).min() > 0


async def test_a_key_goes_through_all_of_them_and_the_last_is_remembered(bench: Bench) -> None:
    names = [*PALETTES]
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        assert bench.app.palette == names[0]
        seen = set[tuple[str, ...]]()
        for name in [*names[1:], names[0], names[1], names[2]]:
            await pilot.press("t")
            assert bench.app.palette == name
            assert bench.app.theme == f"vglab-{name}"
            assert bench.app.current_theme.dark == PALETTES[name].dark
            seen.add(tuple(bench.app.paint.palette.values()))
        assert len(seen) == 4
    again = LabApp(FakeLink(), bench.controls, bench.app.bench.dashboard.scenario_list)
    assert again.palette == "safe-dark"
    assert (
        again.paint.palette[Role.FIRST] == palette(True, again.paint.depth, safe=True)[Role.FIRST]
    )


async def test_without_colors_the_worker_is_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = LabApp(bench.ear, bench.controls, bench.app.bench.dashboard.scenario_list)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("g")
        view = bench.ear.last(View)
        assert (view.shades, view.colorless) == (True, True)


async def test_a_kiosk_neither_remembers_nor_recalls(bench: Bench) -> None:
    save_preferences(Preferences("light"))
    before = preferences_path().read_bytes()
    kiosk = LabApp(bench.ear, bench.controls, bench.app.bench.dashboard.scenario_list, kiosk=True)
    assert kiosk.palette == "dark"
    async with kiosk.run_test(size=SIZE) as pilot:
        await pilot.press("t", "t")
        assert kiosk.palette == "safe-dark"
    assert preferences_path().read_bytes() == before


@pytest.mark.parametrize("kept", [b"", b"[]", b'{"palette": "pink"}', b'{"palette": 3}', b"\xff"])
def test_what_cannot_be_read_is_no_choice(kept: bytes) -> None:
    preferences_path().parent.mkdir(parents=True)
    preferences_path().write_bytes(kept)
    assert load_preferences() == Preferences("dark")


def test_where_nothing_can_be_kept_nothing_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/proc/nowhere")
    save_preferences(Preferences("light"))
    assert load_preferences() == Preferences("dark")


@pytest.fixture
def bench() -> Bench:
    return Bench()
