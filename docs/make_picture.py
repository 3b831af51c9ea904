"""Take the pictures of the lab: `python docs/make_picture.py` writes docs/pictures/*.svg.

The lab runs without a terminal, with its own worker, until training has ended, and in a room of
many runs until all of them have.
"""

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

SIZE = (120, 40)
PICTURES = Path(__file__).parent / "pictures"
SHOTS: Mapping[str, tuple[str, Sequence[str], float]] = {
    "lab": ("deep-sigmoid", (), 0.5),
    "chain-rule": ("deep-sigmoid", ("w", *["left"] * 3), 0.5),
    "lesson": ("residual-scaled", ("e", "enter", "3", "enter"), 3.0),
    "phase-diagram": ("tanh", ("d",), 15.0),
}
"""By name: the scenario, the keys to press, and for how many seconds nothing must have changed."""


def set_environment(settings: str) -> None:
    """Set a terminal with all colors, and the folder of settings."""
    os.environ.update(COLORTERM="truecolor", TERM="xterm-256color", XDG_CONFIG_HOME=settings)


async def photograph(
    to: Path,
    scenario: str = "deep-sigmoid",
    keys: Sequence[str] = (),
    still: float = 0.5,
    patience: float = 600.0,
) -> None:
    """Run a scenario to its end in the lab, press keys, and save the screen as SVG once nothing has
    changed for that many seconds."""
    from vglab.scenarios.i18n import set_language
    from vglab.tui.lab.app import LabApp
    from vglab.tui.lab.scenario_list import list_scenarios
    from vglab.tui.lab.state import Controls
    from vglab.tui.lab.worker_client import Link

    set_language("en")
    listed, link = list_scenarios(scenario), Link()
    controls = Controls(listed.ids, "en", [], listed.ids.index(scenario))
    controls.size = SIZE
    link.send(*controls.first_orders())
    app = LabApp(link, controls, listed)
    try:
        async with app.run_test(size=SIZE) as pilot:
            async with asyncio.timeout(patience):
                while not (app.bench.readings.status and app.bench.readings.status.finished):
                    await pilot.pause(0.25)
            await pilot.press(*keys)
            before, seconds = "", 0.0
            async with asyncio.timeout(patience):
                while seconds < still:
                    await pilot.pause(0.25)
                    now = app.picture(f"vglab lab {scenario}")
                    before, seconds = now, seconds + 0.25 if now == before else 0.0
            to.write_text(before)
    finally:
        link.close()


def main() -> None:
    """Take new pictures and replace the old ones."""
    for name, (scenario, keys, still) in SHOTS.items():
        with TemporaryDirectory(dir=PICTURES.parent) as folder:
            set_environment(folder)
            new = Path(folder) / f"{name}.svg"
            asyncio.run(photograph(new, scenario, keys, still))
            new.replace(PICTURES / new.name)


if __name__ == "__main__":
    main()
