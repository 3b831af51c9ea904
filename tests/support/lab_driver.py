"""A lab that a test works by its keys, with a link that records its orders."""

from collections.abc import Callable
from typing import Any

from screens import screen_text
from textual.pilot import Pilot
from vglab.tui.lab.app import LabApp
from vglab.tui.lab.drawing import Drawing
from vglab.tui.lab.layout import PANELS
from vglab.tui.lab.scenario_list import list_scenarios
from vglab.tui.lab.state import Controls
from vglab.tui.protocol import Answer, Command, Frame, Picture, Status, Verdict
from vglab.tui.render.styled_text import plain

STATUS = Status(
    step=160,
    planned=2000,
    going=True,
    finished=False,
    speed=84.0,
    loss=0.693,
    accuracy=0.5,
    networks=["model"],
    charts=["update_ratio", "activations"],
)
SIZE = (120, 40)


class FakeLink:
    """A link without a process: `orders` keeps what is sent, `answer` gives the lab an answer."""

    def __init__(self) -> None:
        self.alive, self.starts = True, 0
        self.orders: list[Command] = []

    def start(self) -> None:
        self.alive, self.starts = True, self.starts + 1

    def attach(
        self, loop: object, on_answer: Callable[[Answer], None], on_lost: Callable[[str], None]
    ) -> None:
        self.answer, self.lose = on_answer, on_lost

    def send(self, *orders: Command) -> None:
        if self.alive:
            self.orders += orders

    def close(self) -> None:
        self.alive = False

    def last(self, kind: type[Command]) -> Any:
        return next((order for order in reversed(self.orders) if isinstance(order, kind)), None)


class Bench:
    """A lab under test."""

    def __init__(self) -> None:
        listed = list_scenarios("deep-sigmoid")
        self.ear, self.controls = FakeLink(), Controls(listed.ids, size=SIZE)
        self.ear.send(*self.controls.first_orders())
        self.app = LabApp(self.ear, self.controls, listed)

    def frame(self, **more: object) -> Frame:
        pictures = {name: Picture([(name, 3)], [], [[(f"<{name}>", 0)]]) for name in PANELS}
        given = {
            "status": STATUS,
            "pictures": pictures,
            "verdict": Verdict("healthy", ["all is well"]),
        }
        return Frame(self.controls.ticket, **{**given, **more})

    def text(self, name: str) -> str:
        return "\n".join(map(plain, self.app.bench.query_one(f"#{name}", Drawing).lines))

    def screen(self) -> str:
        return screen_text(self.app)


async def send_first_frame(bench: Bench, pilot: Pilot[None], **more: object) -> None:
    """Give the lab its first frame, with `more` for the frame's fields."""
    bench.ear.answer(bench.frame(**more))
    await pilot.pause()
