"""Take the picture of the lab: `python docs/make_picture.py` writes docs/pictures/lab.svg.

The lab runs without a terminal, with its own worker, until training has ended.
"""

import asyncio
import os
from pathlib import Path
from tempfile import TemporaryDirectory

SIZE = (120, 40)
PICTURE = Path(__file__).parent / "pictures" / "lab.svg"


def set_environment(settings: str) -> None:
    """Set a terminal with all colours, and the folder of settings."""
    os.environ.update(COLORTERM="truecolor", TERM="xterm-256color", XDG_CONFIG_HOME=settings)


async def photograph(to: Path, scenario: str = "deep-sigmoid", patience: float = 60.0) -> None:
    """Run a scenario to its end in the lab and save the screen as SVG."""
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
            await pilot.pause(0.5)
            to.write_text(app.picture(f"vglab --scenario {scenario}"))
    finally:
        link.close()


def main() -> None:
    """Take a new picture and replace the old one."""
    with TemporaryDirectory(dir=PICTURE.parent) as folder:
        set_environment(folder)
        new = Path(folder) / PICTURE.name
        asyncio.run(photograph(new))
        new.replace(PICTURE)


if __name__ == "__main__":
    main()
