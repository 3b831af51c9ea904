"""The lab's worker without a screen or a pipe: told orders and the time."""

from dataclasses import dataclass, field
from typing import Any

from shell import QUICK
from vglab.scenarios.runs.executors import InProcess
from vglab.tui.protocol import Command, Frame, View, Want
from vglab.tui.worker.foresight import Foresight
from vglab.tui.worker.session import Session

SETTINGS = [*QUICK[1:4:2], "training.steps=40"]
VIEW = View([Want("layers", 30, 10), Want("learning", 30, 10)], ["grad_norm"], "update_ratio")


@dataclass
class Lab:
    """A session, and a clock that is turned by hand."""

    session: Session = field(
        default_factory=lambda: Session(foresight=Foresight(InProcess().submit))
    )
    now: float = 0.0

    def tell(self, *orders: Command) -> None:
        for order in orders:
            self.session.obey(order)

    def turn(self, seconds: float = 0.0) -> Any:
        """Advance the clock and do what is due; the answer, if one comes."""
        self.now += seconds
        self.session.work(self.now)
        return self.session.answer(self.now, lambda: self.now)

    def frame(self, seconds: float = 0.0) -> Frame:
        answer = self.turn(seconds)
        assert isinstance(answer, Frame)
        return answer
