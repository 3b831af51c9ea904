"""What the rest of vglab reads scenarios with: one of them, or the list of presets."""

from msgspec import Struct

from .changes import Change, changes
from .course import chapters
from .faults import Fault, ScenarioError
from .inheritance import load
from .spec import Text

__all__ = ["Fault", "ScenarioError", "Summary", "load", "presets"]


class Summary(Struct, frozen=True):
    """A preset, as the list shows it."""

    id: str
    group: Text
    """The chapter of the course it belongs to."""
    title: Text
    changes: tuple[Change, ...]
    """What it changes against its base."""


def presets() -> list[Summary]:
    """All presets, in the order of the course."""
    return [
        Summary(preset, chapter.title, scenario.title, tuple(changes(scenario)))
        for chapter in chapters()
        for preset in chapter.presets
        if (scenario := load(preset))
    ]
