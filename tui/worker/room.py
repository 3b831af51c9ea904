"""The rooms of the lab that show many runs: what each must know to be drawn, and who makes it.

What a room needs is loaded when it is entered: the lab opens in none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ..charts.plotting.canvas import Size
from ..protocol import Picture, View

if TYPE_CHECKING:
    from ..charts.table import Table


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
