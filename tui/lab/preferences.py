"""What a person has chosen about the lab for good: kept in the user's own folder for settings.

A file that is not there, cannot be read or says something else is no choice at all; where none can
be written, nothing is kept. Neither is worth a word.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec
from platformdirs import user_config_path

from ...scenarios.files import write_whole
from ..render.palette import PALETTES


class Preferences(msgspec.Struct, frozen=True):
    """All of them."""

    palette: str = next(iter(PALETTES))


def preferences_path() -> Path:
    """Where they are kept."""
    return user_config_path("vglab") / "lab.json"


def load_preferences() -> Preferences:
    """What was chosen last."""
    try:
        found = msgspec.json.decode(preferences_path().read_bytes(), type=Preferences)
    except (OSError, msgspec.DecodeError):
        return Preferences()
    return found if found.palette in PALETTES else Preferences()


def save_preferences(choices: Preferences) -> None:
    """Keep this, whole or not at all."""
    with suppress(OSError):
        file = preferences_path()
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, [msgspec.json.encode(choices)], force=True)
