"""The lab's keys: one table, from which the bindings, the key bar and the help are all made. Those
of the rooms are in room_keys.py."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from ...scenarios.i18n import N_


@dataclass(frozen=True)
class Key:
    """A row of the table; words are translated when they are said."""

    keys: str
    """As Textual names them."""
    action: str
    """Of the app (`app.save`), or of a part of the bench (`navigation.layer(1)`): `Bench.parts`."""
    label: str = ""
    """As a person reads it; empty for the second half of a pair, which the first half names."""
    word: str = ""
    """In the key bar."""
    help: str = ""
    """In the help."""
    _: KW_ONLY
    rank: int = 0
    """The highest leaves the key bar first; 0 never does."""
    room: str = ""
    """The room in whose key bar it is, `form` while the form is open; * for every room but the
    bench itself; none: in all key bars."""

    @property
    def bound(self) -> str:
        """What Textual binds: a letter with shift and without, for the sake of caps lock."""
        names = self.keys.split(",")
        return ",".join([*names, *(name.upper() for name in names if is_letter(name))])


def is_letter(name: str) -> bool:
    """Whether a key is that of a small letter; `A` is one of its own."""
    return len(name) == 1 and name.islower() and name != "a"


BENCH_KEYS = (
    Key(
        "space",
        "run_control.toggle",
        N_("space"),
        N_("run/pause"),
        N_("run or pause the training"),
        rank=1,
    ),
    Key(
        "s",
        "run_control.step",
        "s",
        N_("step"),
        N_("one training step (to the next record), then pause"),
        rank=4,
    ),
    Key(
        "r", "run_control.restart", "r", N_("restart"), N_("start again from the same seed"), rank=5
    ),
    Key(
        "plus,equals_sign",
        "run_control.pace(1)",
        "+ -",
        N_("speed"),
        N_("train faster, slower"),
        rank=6,
    ),
    Key("minus", "run_control.pace(-1)"),
    Key(
        "j,down,right_square_bracket",
        "scenarios.move(1)",
        "j k",
        N_("scenario"),
        N_("next, previous scenario (also down, up, [ ] and the digits)"),
        rank=3,
    ),
    Key("k,up,left_square_bracket", "scenarios.move(-1)"),
    Key(
        "o",
        "navigation.scenarios",
        "o",
        N_("list"),
        N_("the list of scenarios, where it is hidden"),
        rank=5,
    ),
    Key(
        "e",
        "course.toggle",
        "e",
        N_("lesson"),
        N_("the lesson beside the chart: read, predict, run, compare, a task (page up, page down)"),
        rank=3,
    ),
    Key("pagedown", "navigation.read(8)"),
    Key("pageup", "navigation.read(-8)"),
    Key(
        "left,h",
        "navigation.layer(-1)",
        "← →",
        N_("layer"),
        N_("select a layer (also h l)"),
        rank=3,
    ),
    Key("right,l", "navigation.layer(1)"),
    Key("comma", "navigation.rewind(-1)", ", .", N_("record"), N_("one record back, on"), rank=4),
    Key("full_stop", "navigation.rewind(1)"),
    Key(
        "less_than_sign",
        "navigation.leap(-1)",
        "< >",
        "",
        N_("a tenth of the recording back, on"),
    ),
    Key("greater_than_sign", "navigation.leap(1)"),
    Key(
        "home",
        "navigation.birth",
        N_("home end"),
        "",
        N_("to initialization, to now (also a click on the map)"),
    ),
    Key("end", "navigation.live"),
    Key(
        "w",
        "rooms.enter('walk')",
        "w",
        N_("chain rule"),
        N_("walk the chain rule layer by layer"),
        rank=4,
    ),
    Key(
        "f",
        "navigation.reverse",
        "f",
        N_("direction"),
        N_("walk: error signal back, or signal forward"),
        rank=1,
        room="walk",
    ),
    Key(
        "v",
        "rooms.enter('signals')",
        "v",
        N_("signals"),
        N_("four measures on the same layers"),
        rank=6,
    ),
    Key(
        "tab",
        "navigation.focus(1)",
        "tab",
        N_("chart"),
        N_("the focused chart (shift: the previous one)"),
        rank=9,
    ),
    Key("shift+tab", "navigation.focus(-1)"),
    Key(
        "z,enter",
        "navigation.zoom",
        "z",
        N_("zoom"),
        N_("only the focused chart, and back"),
        rank=5,
    ),
    Key(
        "g", "navigation.measures", "g", N_("gradient"), N_("‖∂J/∂W‖ and Δ, or one of them"), rank=7
    ),
    Key(
        "a",
        "navigation.inner(1)",
        "a",
        N_("next tab"),
        N_("what the fourth chart shows (A: back; also a click on a tab)"),
        rank=3,
    ),
    Key("A", "navigation.inner(-1)"),
    Key(
        "number_sign",
        "navigation.common",
        "#",
        N_("axes"),
        N_("axes of the chapter with the base as a ghost, or the scenario's own"),
        rank=8,
    ),
    Key(
        "n",
        "navigation.network",
        "n",
        N_("network"),
        N_("the other network, where there are two"),
        rank=2,
    ),
    Key(
        "b",
        "rooms.gather('compare')",
        "b",
        N_("compare"),
        N_("side by side with other scenarios"),
        rank=5,
    ),
    Key(
        "m",
        "rooms.gather('remedies')",
        "m",
        N_("remedies"),
        N_("a tournament of all remedies"),
        rank=5,
    ),
    Key(
        "d",
        "rooms.gather('diagram')",
        "d",
        N_("diagram"),
        N_("phase diagram: gain × depth"),
        rank=6,
    ),
    Key(
        "f4",
        "rooms.gather('claims')",
        "F4",
        N_("claims"),
        N_("the course notes' claims, tested"),
        rank=6,
    ),
    Key(
        "c",
        "change_panel.toggle",
        "c",
        N_("change"),
        N_("change one thing: activation, depth, init, …"),
        rank=2,
    ),
    Key(
        "y",
        "rooms.follow_advice",
        "y",
        N_("try it"),
        N_("try what the verdict suggests, compared with the run as it is"),
        rank=1,
    ),
    Key(
        "u",
        "change_panel.undo",
        "u",
        N_("undo"),
        N_("undo the last change or restart"),
        rank=2,
    ),
    Key(
        "x",
        "app.save",
        "x",
        N_("save"),
        N_("save the changes as a file; the command line for them"),
        rank=7,
    ),
    Key(
        "f5",
        "app.export",
        "F5",
        N_("export"),
        N_("a picture, the run as JSON or the chart's numbers as a file"),
        rank=8,
    ),
    Key(
        "p",
        "change_panel.pin",
        "p",
        N_("pin"),
        N_("pin this run and compare later ones with it; again: unpin"),
        rank=6,
    ),
    Key(
        "escape",
        "rooms.back",
        "esc",
        N_("back"),
        N_("back: out of a room, to all layers, to now"),
        rank=1,
        room="*",
    ),
)

FILE_ACTIONS = ("app.save", "app.export", "app.keep")
"""What writes files, which is not done where visitors are."""

APP_KEYS = (
    Key(
        "f3",
        "app.guess",
        "F3",
        N_("guess"),
        N_("guess the factor per layer, for practice; no part of a lesson"),
        rank=8,
    ),
    Key("f2", "app.language", "F2", "en/es", N_("English or Spanish"), rank=11),
    Key(
        "t",
        "app.shade",
        "t",
        N_("theme"),
        N_("dark, light, and both safe for color blindness"),
        rank=10,
    ),
    Key(
        "slash",
        "app.search('scenarios')",
        "/",
        N_("search"),
        N_("find a scenario as you type"),
        rank=7,
    ),
    Key(
        "ctrl+p,colon",
        "app.search('everything')",
        "ctrl+p",
        "",
        N_("find anything: a key, a scenario, a term, colors, a language"),
    ),
    Key(
        "question_mark",
        "app.explain",
        "?",
        N_("help"),
        N_("explain the focused chart using its current values; list the keys"),
    ),
    Key("i", "app.glossary", "i", N_("terms"), N_("what the terms and signs mean"), rank=8),
    Key("f6", "app.keep", "F6", "", N_("keep tournaments and maps between visits, or stop")),
    Key("f1", "app.help", "F1", "", N_("keys only")),
    Key("q", "app.leave", "q", N_("quit"), N_("quit")),
    Key("ctrl+c,ctrl+q", "app.leave(True)"),
    Key("ctrl+z", "app.suspend_process", "ctrl+z", "", N_("suspend (fg comes back)")),
)
