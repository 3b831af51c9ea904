"""The rooms of the lab that show many runs: `compare`, `remedies`, `phase_diagram`, `claims`.

What a room needs is loaded when it is entered: the lab opens in none of them. A further room is a
file of its own, which ends with its record `KIND`, and a row here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..room import RoomKind
from . import compare


def _remedies() -> RoomKind:
    from .remedies import KIND

    return KIND


def _phase_diagram() -> RoomKind:
    from .phase_diagram import KIND

    return KIND


def _claims() -> RoomKind:
    from .claims import KIND

    return KIND


ROOMS: Mapping[str, Callable[[], RoomKind]] = {
    "compare": lambda: compare.KIND,
    "remedies": _remedies,
    "diagram": _phase_diagram,
    "claims": _claims,
}
