"""What states, networks and series of a run are called, and the colour of a state."""

from __future__ import annotations

from ..scenarios.words import _
from .roles import Role

STATE_ROLES = {
    "vanishing": Role.VANISHING,
    "exploding": Role.EXPLODING,
    "healthy": Role.HEALTHY,
    "dead": Role.DEAD,
    "diverged": Role.DIVERGED,
    "fault": Role.FAULT,
    "busy": Role.BUSY,
    "note": Role.BUSY,
}


def state_word(state: str) -> str:
    """The badge's word."""
    return {
        "vanishing": _("VANISHING"),
        "exploding": _("EXPLODING"),
        "healthy": _("HEALTHY"),
        "dead": _("DEAD"),
        "diverged": _("DIVERGED"),
        "fault": _("STOPPED"),
        "busy": _("BUILDING"),
        "note": _("NOTE"),
    }[state]


def series_word(name: str) -> str:
    """What a series or a network of the run document is called."""
    return {
        "train": _("train"),
        "test": _("test"),
        "generator": _("generator"),
        "discriminator": _("discriminator"),
        "distance": _("distance"),
    }.get(name, name)
