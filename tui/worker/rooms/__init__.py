"""The rooms of the lab that show many runs: what each must know to be drawn, and who makes it.

What a room needs is loaded when it is entered: the lab opens in none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...protocol import Gather
from ..room import Room
from .compare import side_by_side


def ranking(order: Gather) -> Room:
    """The tournament of remedies."""
    from .remedies import Ranking

    return Ranking(order)


def diagram(order: Gather) -> Room:
    """The phase diagram."""
    from .phase_diagram import Diagram

    return Diagram(order)


def textbook(order: Gather) -> Room:
    """The claims."""
    from .claims import Textbook

    return Textbook(order)


ROOMS: Mapping[str, Callable[[Gather], Room]] = {
    "compare": side_by_side,
    "remedies": ranking,
    "diagram": diagram,
    "claims": textbook,
}
