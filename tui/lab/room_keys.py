"""The keys of rooms, form and lesson, and which of all keys the bar at the foot shows there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ...scenarios.i18n import N_, _
from .keymap import APP_KEYS, BENCH_KEYS, Key
from .watch_keys import TRAINING_ACTIONS

FORM_KEYS = (
    Key("up,k", "change_panel.move(-1)", "↑ ↓", N_("key"), rank=1, room="form"),
    Key("down,j", "change_panel.move(1)", room="form"),
    Key("left,h", "change_panel.turn(-1)", "← →", N_("value"), rank=1, room="form"),
    Key("right,l", "change_panel.turn(1)", room="form"),
    Key("enter", "change_panel.enter", "a-z enter", N_("type it"), rank=2, room="form"),
    Key("backspace,delete", "change_panel.erase", N_("del"), N_("reset"), rank=2, room="form"),
    Key("escape", "change_panel.back", "esc", N_("close"), rank=1, room="form"),
    Key("c", "change_panel.toggle", room="form"),
)
"""The keys of the form, while it is open."""

COMPARE_KEYS = (
    Key("slash,enter", "app.choose_rivals", "/", N_("choose which"), rank=1, room="compare"),
    Key("tab,a", "compare.turn(1)", "tab", N_("chart"), rank=1, room="compare"),
    Key("shift+tab", "compare.turn(-1)", room="compare"),
    *(
        Key(
            str(digit),
            f"compare.toggle({digit - 1})",
            "1-9" * (digit == 1),
            N_("add") * (digit == 1),
            rank=1,
            room="compare",
        )
        for digit in range(1, 10)
    ),
)

DIAGRAM_KEYS = (
    Key("left,h", "diagram.move(-1, 0)", "← → ↑ ↓", N_("place"), rank=1, room="diagram"),
    Key("right,l", "diagram.move(1, 0)", room="diagram"),
    Key("up,k", "diagram.move(0, 1)", room="diagram"),
    Key("down,j", "diagram.move(0, -1)", room="diagram"),
    Key("enter", "diagram.open", "enter", N_("open"), rank=1, room="diagram"),
    Key("b", "diagram.compare", "b", N_("compare"), rank=1, room="diagram"),
    Key(
        "exclamation_mark,i",
        "diagram.criticality",
        "i",
        N_("critical gain"),
        rank=1,
        room="diagram",
    ),
)


def list_keys(room: str, word: str) -> tuple[Key, ...]:
    """Keys that point to the rows of a room's list, which are called so in the key bar."""
    return (
        Key("up,k", f"{room}.move(-1)", "↑ ↓", word, rank=1, room=room),
        Key("down,j", f"{room}.move(1)", room=room),
        Key("pageup", f"{room}.move(-8)", room=room),
        Key("pagedown", f"{room}.move(8)", room=room),
    )


REMEDIES_KEYS = (
    *list_keys("remedies", N_("remedy")),
    Key("enter", "remedies.open", "enter", N_("apply it"), rank=1, room="remedies"),
    Key("b", "remedies.compare", "b", N_("compare"), rank=1, room="remedies"),
)

CLAIMS_KEYS = (
    *list_keys("claims", N_("claim")),
    Key("enter", "claims.unfold", "enter", N_("figures"), rank=1, room="claims"),
    Key("o", "claims.open", "o", N_("open"), rank=1, room="claims"),
)

LESSON_KEYS = (
    Key("enter", "course.go_on", "enter", N_("go on"), rank=1, room="lesson"),
    Key("backspace", "course.go_back", N_("backspace"), N_("step back"), rank=7, room="lesson"),
)
"""The keys of the lesson, while it is open."""

QUESTION_KEYS = (
    *LESSON_KEYS,
    Key("escape", "rooms.back", "esc", N_("close"), N_("close the lesson"), rank=1),
    Key("question_mark,f1", "app.help", "?", N_("help"), rank=0),
    Key("ctrl+q", "app.leave(True)", "ctrl+q", N_("quit"), rank=0),
)
"""The keys while a prediction is asked for, to which every character belongs."""

TELLING = ("rooms.enter", "rooms.gather", "rooms.follow_advice", "app.guess", "app.export")
"""What is refused while a question is open, as it would tell its answer, or has nothing to take."""

ROOM_KEYS = (*FORM_KEYS, *COMPARE_KEYS, *DIAGRAM_KEYS, *REMEDIES_KEYS, *CLAIMS_KEYS)
"""The keys of the form, and of the rooms that take some for themselves."""

EVERYWHERE = ("app.explain", "app.search('everything')", "app.leave")
"""Those that stand in the bar of every room beside its own."""
CHART_ACTIONS = ("navigation.measures", "navigation.inner(1)")
"""Those that do something where the four charts are, and nothing in a room."""
SHARED: Mapping[str, tuple[str, ...]] = {
    "form": ("run_control.toggle", "change_panel.undo", "app.save"),
    "compare": ("run_control.toggle",),
}
"""Those of the bench that do something in a room, too."""

_RUN = ("run_control.toggle", "run_control.step", "run_control.restart", "run_control.pace")
_CHOICE = ("scenarios.move", "scenarios.open", "navigation.scenarios")
_RECORD = tuple(f"navigation.{name}" for name in ("rewind", "leap", "birth", "live"))
_LOOK = (*_RECORD, "navigation.layer", "navigation.network", "navigation.common")
_CHANGE = ("change_panel.toggle", "change_panel.undo", "rooms.follow_advice", "course.toggle")
_CHARTS = ("navigation.focus", "navigation.zoom")
_HELD = ("change_panel.pin",)
_BEHIND_MANY = (*_RUN, *_CHOICE, *_LOOK, *_CHANGE, *_CHARTS, *_HELD, "navigation.reverse")

HIDDEN: Mapping[str, tuple[str, ...]] = {
    "walk": _CHARTS,
    "signals": (*_CHARTS, "navigation.reverse"),
    "compare": tuple(
        name for name in _BEHIND_MANY if name not in ("run_control.toggle", "navigation.network")
    ),
    "remedies": _BEHIND_MANY,
    "diagram": _BEHIND_MANY,
    "claims": _BEHIND_MANY,
    "form": ("navigation.scenarios", "course.toggle"),
    "list": (*_LOOK, *_CHARTS[:1], "navigation.measures", "navigation.inner"),
    "question": (*_RUN, *_HELD),
    "prediction": ("scenarios.move",),
    "cover": (*_LOOK, "navigation.measures"),
}
"""What each of those that stand before the charts keeps a key from changing, unseen."""


def is_hidden(action: str, fronts: Iterable[str]) -> bool:
    """Whether what an action changes is behind one of those that stand before the charts."""
    name = action.partition("(")[0]
    return any(name in HIDDEN.get(front, ()) for front in fronts)


def why_idle(action: str, fronts: Sequence[str], watching: bool) -> str:
    """Why a key does nothing here, in words; nothing where it does something."""
    if watching and action in TRAINING_ACTIONS:
        return _("A recording can only be watched: nothing is trained here.")
    if not is_hidden(action, fronts):
        return ""
    if is_hidden(action, set(fronts) - {"question", "prediction", "cover"}):
        return _("this key does nothing here: esc goes back")
    return _("predict first (enter), or close the lesson (esc)")


LATE = 3
"""The rank of a key that is in a bar where there is room beside its room's own."""


def in_room(room: str) -> list[Key]:
    """The rows of a room's key bar, its own first. A room with keys of its own shows hardly any
    others: most of them say nothing of what is seen there."""
    rooms = (room,) if room == "form" else (room, "*")
    own = [key for key in (*BENCH_KEYS, *ROOM_KEYS) if room and key.room in rooms]
    taken = {name for key in own for name in key.keys.split(",")}
    idle = CHART_ACTIONS if room else ()
    others = [key for key in (*BENCH_KEYS, *APP_KEYS) if not key.room and key.action not in idle]
    if any(key.room == room for key in ROOM_KEYS):
        wanted = (*EVERYWHERE, *SHARED.get(room, ()))
        others = [key for key in others if key.action in wanted]
    if room == "form":  # whose own keys are kept longer
        others = [replace(key, rank=LATE) if key.action == _RUN[0] else key for key in others]
    return [*own, *(key for key in others if not taken & {*key.keys.split(",")})]


def in_question(bar: Sequence[Key]) -> list[Key]:
    """The bench's key bar while a prediction is asked for: no key of it is a character."""
    own = {name for key in QUESTION_KEYS for name in key.keys.split(",")}
    named = [(key, key.keys.split(",")[0]) for key in bar]
    others = [key for key, name in named if name in _NAMED and name not in own]
    return [*QUESTION_KEYS, *others]


_NAMED = ("left", "right", "tab", "f2", "f5", "home", "end")
"""Keys of the bench that are no characters, and answer no question."""


def while_typing(bar: Sequence[Key]) -> list[Key]:
    """The form's key bar while a value is being typed, to which every character belongs."""
    own = [key for key in bar if key in FORM_KEYS and key.keys != "c"]
    own = [replace(key, word=N_("cancel")) if key.keys == "escape" else key for key in own]
    others = [key for key in QUESTION_KEYS if key.action.startswith("app.")]
    return [*own, *(replace(key, label=_NO_VALUE.get(key.label, key.label)) for key in others)]


_NO_VALUE: Mapping[str, str] = {"?": "F1"}
"""A key that does the same and is no character, by one that may be typed."""


def with_lesson(bar: Sequence[Key]) -> list[Key]:
    """The bench's key bar while the lesson is open, whose keys come first."""
    return [*LESSON_KEYS, *bar]
