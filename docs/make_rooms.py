"""Take pictures of every room of the lab: `python docs/make_rooms.py DIRECTORY`.

Each size, dark and light, in both languages, with an index.html. They are not kept in the
repository: they are for whoever changes a chart.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from make_picture import set_environment

if TYPE_CHECKING:
    from textual.pilot import Pilot
    from vglab.tui.lab.app import LabApp

LOOKS = ("en-dark", "en-light", "es-light", "es-dark")
SIZES = ("80x24", "120x40", "200x60")


class Stop(NamedTuple):
    """A place to take pictures at: the keys that lead there, and those that lead back."""

    name: str
    keys: Sequence[str] = ()
    back: Sequence[str] = ()
    patience: float = 0.4
    """Seconds without a change after which it is complete."""


class Tour(NamedTuple):
    """A scenario at the end of its run, and the stops to take pictures at."""

    scenario: str
    settings: Sequence[str]
    stops: Sequence[Stop]


ESC = ("escape",)
ROOMS = (
    Stop("bench"),
    Stop("list", ["o"], ["o"]),
    Stop("layer", ["left", "left"], ESC),
    Stop("back", ["less_than_sign"] * 6, ["end"]),
    Stop("walk", ["w"], ESC),
    Stop("walk-forward", ["w", "f"], ["f", "escape", "escape"]),
    Stop("signals", ["v"], ESC),
    *(Stop(f"zoom-{at + 1}", [*["tab"] * at, "z"], ["z", *["shift+tab"] * at]) for at in range(4)),
    *(Stop(f"inside-{at}", ["a"] * at, ["A"] * at) for at in range(1, 6)),
    Stop("form", ["c"], ["c"]),
    Stop("changed", ["c", "right", "c"], ["u"], 1.5),
    Stop("compare", ["space", "b"], ESC, 1.5),
    Stop("remedies", ["m"], ESC, 8.0),
    Stop("diagram", ["d"], ESC, 8.0),
    Stop("claims", ["f4"], ESC, 5.0),
    Stop("lesson", ["e"], ESC),
    Stop("guess", ["f3", *"0.3"], ESC),
    Stop("revealed", ["f3", *"0.3", "enter"], ESC),
    Stop("help", ["f1"], ESC),
    Stop("explained", ["question_mark"], ESC),
    Stop("search", ["slash", *"relu"], ESC),
    Stop("everything", ["ctrl+p"], ESC),
    Stop("export", ["f5"], ESC),
    Stop("save", ["x", *"mine"], ESC),
)
BENCH = (Stop("bench"),)
TOURS = (
    Tour("deep-sigmoid", ["training.steps=400"], ROOMS),
    Tour("relu", ["run.replicas=8", "training.steps=300"], (*BENCH, ROOMS[6])),
    Tour("exploding", [], BENCH),
    Tour("dying-relu", [], BENCH),
    Tour("tanh-deep", ["training.steps=100"], (*BENCH, ROOMS[4])),
    Tour(
        "gan-non-saturating",
        ["training.steps=300"],
        (*BENCH, *(Stop(f"inside-{at}", ["a"] * at, ["A"] * at) for at in range(1, 8))),
    ),
    Tour("rnn", ["training.steps=60"], (*BENCH, Stop("lags", ["A"], ["a"]), ROOMS[4])),
    Tour("cnn", ["training.steps=40"], BENCH),
)

Shoot = Callable[["LabApp", Path], None]


@asynccontextmanager
async def open_lab(tour: Tour, size: tuple[int, int]) -> AsyncIterator[tuple[LabApp, Pilot[None]]]:
    """The lab on a scenario, its run ended, its own worker behind it."""
    from vglab.scenarios.i18n import set_language
    from vglab.tui.lab.app import LabApp
    from vglab.tui.lab.scenario_list import list_scenarios
    from vglab.tui.lab.state import PACES, Controls
    from vglab.tui.lab.worker_client import Link

    set_language("en")
    listed, link = list_scenarios(tour.scenario, tour.settings), Link()
    at = listed.ids.index(tour.scenario)
    controls = Controls(listed.ids, "en", [*tour.settings], at, pace=len(PACES) - 1, size=size)
    link.send(*controls.first_orders())
    app = LabApp(link, controls, listed)
    try:
        async with app.run_test(size=size) as pilot:
            async with asyncio.timeout(120):
                while not (app.bench.readings.status and app.bench.readings.status.finished):
                    await pilot.pause(0.1)
            yield app, pilot
    finally:
        link.close()


async def settle(app: LabApp, pilot: Pilot[None], patience: float) -> None:
    """Wait until nothing has changed for a while."""
    before, still = "", 0.0
    async with asyncio.timeout(120):
        while still < patience:
            await pilot.pause(0.1)
            now = app.export_screenshot()
            before, still = now, still + 0.1 if now == before else 0.0


async def set_look(app: LabApp, pilot: Pilot[None], look: str) -> None:
    """Choose a language and a palette, as in `es-dark`."""
    language, palette = look.split("-")
    app.speak(language)
    app.choose_palette(palette)
    await settle(app, pilot, 0.4)


async def take_tour(tour: Tour, size: str, to: Path, only: str, shoot: Shoot) -> None:
    """Take all pictures of a tour at a size."""
    columns, rows = map(int, size.split("x"))
    async with open_lab(tour, (columns, rows)) as (app, pilot):
        for stop in tour.stops:
            name = f"{tour.scenario}_{stop.name}"
            if only not in name:
                continue
            await pilot.press(*stop.keys)
            await settle(app, pilot, stop.patience)
            for look in LOOKS:
                await set_look(app, pilot, look)
                shoot(app, to / f"{name}_{size}_{look}.svg")
            await set_look(app, pilot, LOOKS[0])
            await pilot.press(*stop.back)
            await settle(app, pilot, 0.2)


def svg(app: LabApp, to: Path) -> None:
    """The screen as an SVG file."""
    app.save_screenshot(to.name, str(to.parent))


def index(folder: Path) -> None:
    """Write a page that shows all of them."""
    shown = "\n".join(
        f'<figure><img src="{file.name}" width="900"><figcaption>{file.stem}</figcaption></figure>'
        for file in sorted(folder.glob("*.svg"))
    )
    (folder / "index.html").write_text(f"<!doctype html><meta charset=utf-8>\n{shown}\n")


def main(shoot: Shoot = svg) -> None:
    """Take all tours."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--size", action="append", choices=SIZES, help="default: all of them")
    parser.add_argument("--only", default="", help="a part of the names of the pictures wanted")
    parser.add_argument("--tour", default="", help="a part of the scenario's id")
    asked = parser.parse_args()
    asked.directory.mkdir(parents=True, exist_ok=True)
    wanted = [tour for tour in TOURS if asked.tour in tour.scenario]
    with TemporaryDirectory() as settings:
        set_environment(settings)
        for tour, size in product(wanted, asked.size or SIZES):
            asyncio.run(take_tour(tour, size, asked.directory, asked.only, shoot))
    index(asked.directory)


if __name__ == "__main__":
    main()
