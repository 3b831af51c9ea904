"""Which keys the bar at the foot shows in each room, and in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .keymap import APP_KEYS, BENCH_KEYS, LESSON_KEYS, ROOM_KEYS, Key

EVERYWHERE = ("app.explain", "app.search('everything')", "app.leave")
"""Those that stand in the bar of every room beside its own."""
SHARED: Mapping[str, tuple[str, ...]] = {
    "form": ("change_panel.undo", "app.save"),
    "compare": ("run_control.toggle",),
}
"""Those of the bench that do something in a room, too."""


def in_room(room: str) -> list[Key]:
    """The rows of a room's key bar, its own first. A room with keys of its own shows hardly any
    others: most of them say nothing of what is seen there."""
    rooms = (room,) if room == "form" else (room, "*")
    own = [key for key in (*BENCH_KEYS, *ROOM_KEYS) if room and key.room in rooms]
    taken = {name for key in own for name in key.keys.split(",")}
    others = [key for key in (*BENCH_KEYS, *APP_KEYS) if not key.room]
    if any(key.room == room for key in ROOM_KEYS):
        wanted = (*EVERYWHERE, *SHARED.get(room, ()))
        others = [key for key in others if key.action in wanted]
    return [*own, *(key for key in others if not taken & {*key.keys.split(",")})]


def with_lesson(bar: Sequence[Key]) -> list[Key]:
    """The bench's key bar while the lesson is open, whose keys come first."""
    return [*LESSON_KEYS, *bar]
