"""The keys while recordings are watched: some do nothing then, and some are called otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ...scenarios.i18n import N_
from .keymap import Key

TRAINING_ACTIONS = (
    "run_control.step",
    "run_control.pace(1)",
    "run_control.pace(-1)",
    "rooms.enter('walk')",
    "rooms.gather('remedies')",
    "rooms.gather('diagram')",
    "rooms.gather('claims')",
    "change_panel.toggle",
    "change_panel.undo",
    "rooms.follow_advice",
    "compare.turn(1)",
    "course.toggle",
    "app.save",
    "app.keep",
    "app.guess",
)
"""What has no meaning for a recording, of which nothing can be changed."""
FILTER, _FILTER_RANK = "app.search('scenarios')", 3
WATCH_WORDS = {
    "run_control.toggle": (N_("follow/pause"), N_("follow the file, or hold still")),
    "run_control.restart": (N_("reread"), N_("read the file again from its beginning")),
    "scenarios.move(1)": (N_("file"), N_("next, previous file (also down, up and the digits)")),
    "navigation.scenarios": (N_("list"), N_("the list of files, where it is hidden")),
    "rooms.gather('compare')": (N_("compare"), N_("side by side with other files")),
    FILTER: (N_("layers"), N_("show only layers whose names a pattern finds")),
}
"""What keys are called, and do, while recordings are watched, where that is something else."""


def while_watching(keys: Iterable[Key]) -> list[Key]:
    """The keys that do something while recordings are watched, as they are called then."""
    kept = [key for key in keys if key.action not in TRAINING_ACTIONS]
    return [_renamed(key) for key in kept]


def _renamed(key: Key) -> Key:
    word, help = WATCH_WORDS.get(key.action, (key.word, key.help))
    rank = _FILTER_RANK if key.action == FILTER else key.rank
    return replace(key, word=word, help=help, rank=rank)
