"""What a person has chosen for every visit to the lab, in the user's own folder for settings.

A file that is missing, unreadable or wrong counts as no choice; where none can be written, nothing
is kept. Neither is reported.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec
from platformdirs import user_config_path, user_data_path

from ...scenarios.files import write_whole
from ..render.palette import PALETTES


class Preferences(msgspec.Struct, frozen=True):
    """What is kept."""

    palette: str = next(iter(PALETTES))
    keep: bool = False
    """Whether results are kept between visits."""


def preferences_path() -> Path:
    """The file they are kept in."""
    return user_config_path("vglab") / "lab.json"


def results_path() -> Path:
    """The file that results are kept in between visits."""
    return user_data_path("vglab") / "results.jsonl"


def load_preferences() -> Preferences:
    """What was kept last; else the defaults."""
    found = read_kept(preferences_path(), Preferences)
    return found if found and found.palette in PALETTES else Preferences()


def save_preferences(preferences: Preferences) -> None:
    """Keep these."""
    keep(preferences_path(), preferences)


Kept = TypeVar("Kept")


def read_kept(file: Path, kind: type[Kept]) -> Kept | None:
    """What was kept in a file; None where there is nothing of that kind."""
    try:
        if not file.is_file():  # a pipe would keep the lab waiting
            return None
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError):
        return None


def keep(file: Path, value: object) -> None:
    """Keep a value in a file, which is replaced whole or not at all."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, [msgspec.json.encode(value)], force=True)
