"""The rooms of the lab that show many runs: what each must know to be drawn, and who makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from .charted import Table
from .charts import Size
from .diagram import Diagram
from .ranking import Ranking
from .sidebyside import side_by_side
from .wire import Gather, Picture, View


class Room(Protocol):
    """Several runs at work."""

    @property
    def version(self) -> int:
        """Changes with what there is to see."""
        ...

    @property
    def finished(self) -> bool:
        """Whether nothing more comes."""
        ...

    def work(self) -> None:
        """Do a little of what is to be done here."""
        ...

    def picture(self, view: View, size: Size) -> Picture:
        """What there is to see."""
        ...

    def table(self) -> Table:
        """The same as numbers."""
        ...

    def close(self) -> None:
        """End it and leave nothing behind."""
        ...


def textbook(order: Gather) -> Room:
    """The claims; what they are judged by is loaded when they are."""
    from .proving import Textbook

    return Textbook(order)


ROOMS: Mapping[str, Callable[[Gather], Room]] = {
    "compare": side_by_side,
    "remedies": Ranking,
    "diagram": Diagram,
    "claims": textbook,
}
