"""A lab with two scenarios, whose charts are drawn from a made-up run."""

from collections.abc import Sequence

from fake_traces import scene, trace
from lab_driver import Bench, FakeLink
from vglab.tui.charts.base.scene import Scene
from vglab.tui.charts.plotting.canvas import Size
from vglab.tui.charts.registry import draw
from vglab.tui.lab.app import LabApp
from vglab.tui.lab.scenario_list import ListEntry, ScenarioList
from vglab.tui.lab.state import Controls
from vglab.tui.protocol import Frame, Status, Verdict

ROWS = 41
WORDS = [
    "Every layer multiplies the error signal by 0.1, so that 2 of 11 layers would move by less"
    " than 1 % of their norm over the planned steps.",
    "×0.1 per layer · 2 of 11 frozen",
]
ROOMS: dict[str, Sequence[str]] = {
    "bench": [],
    "list": ["o"],
    "layer": ["left"],
    "back": ["less_than_sign", "less_than_sign"],
    "walk": ["w", "left", "left"],
    "signals": ["v"],
    "zoom": ["tab", "z"],
    "form": ["c"],
}
"""By name: the keys that lead there."""


class Staged(Bench):
    """A lab with two scenarios, whose charts are drawn from a made-up run."""

    def __init__(self, size: tuple[int, int]) -> None:
        entries = [
            ListEntry("Deep sigmoid", "The problem"),
            ListEntry("ReLU", "Other activations"),
        ]
        listed = ScenarioList(["deep-sigmoid", "relu"], entries)
        self.ear, self.controls = FakeLink(), Controls(listed.ids, running=False, size=size)
        self.ear.send(*self.controls.first_orders())
        self.app = LabApp(self.ear, self.controls, listed)

    def seen(self) -> Scene:
        """The run as it is looked at."""
        record = self.controls.record
        shown = scene(
            trace(ROWS, layers=11, steps=400), layer=self.controls.layer, record_count=ROWS
        )
        return shown if record is None else Scene(**{**vars(shown), "upto": record + 1})

    def answer(self) -> None:
        """What a worker would draw of it."""
        seen, wants = self.seen(), self.controls.view().wants
        pictures = {
            want.panel: draw(seen, want.panel, Size(want.columns, want.rows)) for want in wants
        }
        back = seen.back
        status = Status(
            step=seen.now,
            planned=400,
            going=False,
            finished=not back,
            speed=0.0,
            loss=0.1,
            accuracy=0.9,
            networks=["model"],
            rows=ROWS,
            every=10,
            recorded=400,
            back=back,
            depth=11,
        )
        verdict = Verdict("vanishing", WORDS)
        self.ear.answer(Frame(self.controls.ticket, status, pictures, verdict))
