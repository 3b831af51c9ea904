"""Take a picture of every preset at initialization and at the end: `python docs/make_gallery.py
DIRECTORY`.

At 80 × 24 and 120 × 40, as SVG and as text, in the language asked for. They are not kept in the
repository: they are what the sentences of gallery.md are held against, by eye.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from make_picture import set_environment

if TYPE_CHECKING:
    from textual.pilot import Pilot
    from vglab.tui.lab.app import LabApp

SIZES = ((80, 24), (120, 40))
PATIENCE = 300
STILL = 3
"""Looks, 0.4 seconds apart, at a screen that stays the same before it is taken."""


async def take(preset: str, lang: str, moments: str, to: Path) -> None:
    """Open a preset, take it at initialization, train it, take it at the end; or one of the two."""
    from vglab.scenarios.i18n import set_language
    from vglab.tui.lab.app import LabApp
    from vglab.tui.lab.scenario_list import list_scenarios
    from vglab.tui.lab.state import PACES, Controls
    from vglab.tui.lab.worker_client import Link

    set_language("es" if lang == "es" else "en")
    listed, link = list_scenarios(preset), Link()
    controls = Controls(listed.ids, lang, [], listed.ids.index(preset), running=False)
    controls.pace = len(PACES) - 1
    link.send(*controls.first_orders())
    app = LabApp(link, controls, listed)
    try:
        async with app.run_test(size=SIZES[0]) as pilot, asyncio.timeout(PATIENCE):
            while app.bench.readings.status is None:
                await pilot.pause(0.05)
            if moments != "end":
                await shoot(app, pilot, to / f"{preset}_birth_{lang}")
            if moments == "birth":
                return
            await pilot.press("space")
            while not app.bench.readings.status.finished:
                await pilot.pause(0.1)
            await shoot(app, pilot, to / f"{preset}_end_{lang}")
    finally:
        link.close()


def are_drawn(app: LabApp) -> bool:
    """Whether every chart in sight has come, at the size it was last asked for."""
    from vglab.tui.render.styled_text import width

    pictures = app.bench.readings.pictures
    return all(
        (found := pictures.get(want.panel)) is not None
        and [width(line) for line in found.lines] == [want.columns] * want.rows
        for want in app.bench.controls.plan.wants()
    )


async def shoot(app: LabApp, pilot: Pilot[None], stem: Path) -> None:
    """Write what is to be seen at each size, once every chart is there and nothing has changed for
    a while: theory and the charts that take long come later than the others."""
    from vglab.tui.render.styled_text import plain

    for columns, rows in SIZES:
        await pilot.resize_terminal(columns, rows)
        now: list[str] = []
        still = 0
        while still < STILL or not are_drawn(app):
            await pilot.pause(0.4)
            before, now = now, [plain(line) for line in app.bench.dashboard.screen_lines()]
            still = still + 1 if now == before else 0
        file = Path(f"{stem}_{columns}x{rows}")
        file.with_suffix(".svg").write_text(app.picture(f"vglab --scenario {stem.name}"))
        file.with_suffix(".txt").write_text("\n".join(now) + "\n")


def main() -> None:
    """Take all presets, or those whose ids have what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--lang", choices=("en", "es"), default="en")
    parser.add_argument("--at", choices=("both", "birth", "end"), default="both")
    parser.add_argument("--only", default="", help="a part of the presets' ids")
    asked = parser.parse_args()
    asked.directory.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as settings:
        set_environment(settings)
        from vglab.scenarios.loading.course import preset_ids

        for preset in preset_ids():
            if asked.only in preset:
                print(preset, flush=True)
                asyncio.run(take(preset, asked.lang, asked.at, asked.directory))


if __name__ == "__main__":
    main()
