"""The lab's keys: one table, from which the bindings, the key bar and the help are all made."""

from __future__ import annotations

from dataclasses import dataclass

from ...scenarios.i18n import N_


@dataclass(frozen=True)
class Key:
    """A row of the table; words are translated when they are said."""

    keys: str
    """As Textual names them."""
    action: str
    shown: str = ""
    """As a person reads it; empty for the second half of a pair, which the first half names."""
    word: str = ""
    """In the key bar."""
    help: str = ""
    """In the help."""
    rank: int = 0
    """The highest leaves the key bar first; 0 never does."""
    where: str = ""
    """The room whose key bar it is in, * for all but the first; none: in every one."""


BENCH = (
    Key("space", "run", N_("space"), N_("run/pause"), N_("run or pause the training"), 1),
    Key("s", "step", "s", N_("step"), N_("one training step (to the next record), then pause"), 4),
    Key("r", "restart", "r", N_("restart"), N_("start again from the same seed"), 5),
    Key("plus,equals_sign", "pace(1)", "+ -", N_("speed"), N_("train faster, slower"), 6),
    Key("minus", "pace(-1)"),
    Key(
        "j,down,right_square_bracket",
        "choose(1)",
        "j k",
        N_("scenario"),
        N_("next, previous scenario (also down, up, [ ] and the digits)"),
        2,
    ),
    Key("k,up,left_square_bracket", "choose(-1)"),
    Key("o", "list", "o", N_("list"), N_("the list of scenarios, where it is hidden"), 5),
    Key("left,h", "layer(-1)", "← →", N_("layer"), N_("single out a layer (also h l)"), 3),
    Key("right,l", "layer(1)"),
    Key("comma", "rewind(-1)", ", .", N_("record"), N_("one record back, ahead"), 4),
    Key("full_stop", "rewind(1)"),
    Key("less_than_sign", "leap(-1)", "< >", "", N_("a tenth of what is recorded back, ahead")),
    Key("greater_than_sign", "leap(1)"),
    Key("home", "birth", N_("home end"), "", N_("birth, and now (also a click on the map)")),
    Key("end", "live"),
    Key("w", "room('walk')", "w", N_("chain rule"), N_("walk the chain rule layer by layer"), 4),
    Key(
        "f",
        "turn_round",
        "f",
        N_("direction"),
        N_("walk: error signal back, or signal forward"),
        1,
        "walk",
    ),
    Key("v", "room('signals')", "v", N_("signals"), N_("four measures on the same layers"), 6),
    Key("tab", "aim(1)", "tab", N_("chart"), N_("the chart in focus (shift: the one before)"), 9),
    Key("shift+tab", "aim(-1)"),
    Key("z,enter", "zoom", "z", N_("zoom"), N_("the chart in focus alone, and back"), 5),
    Key("g", "turn('measures')", "g", N_("gradient"), N_("‖∂J/∂W‖ and Δ, or one of them"), 7),
    Key("a", "inner(1)", "a", N_("inside"), N_("what the fourth chart shows (A: back)"), 8),
    Key("A", "inner(-1)"),
    Key("n", "network", "n", N_("network"), N_("the other network, where there are two"), 2),
    Key("b", "gather('compare')", "b", N_("compare"), N_("side by side with other scenarios"), 5),
    Key("m", "gather('remedies')", "m", N_("remedies"), N_("a tournament of all remedies"), 5),
    Key("d", "gather('diagram')", "d", N_("diagram"), N_("phase diagram: gain × depth"), 6),
    Key("C", "gather('claims')", "C", N_("claims"), N_("the course notes' claims, tested"), 6),
    Key("c", "change", "c", N_("change"), N_("change one thing: activation, depth, init, …"), 2),
    Key("u", "undo", "u", "", N_("take the last change back")),
    Key(
        "x",
        "app.save",
        "x",
        N_("save"),
        N_("save the changes as a file; the command line for them"),
        7,
    ),
    Key(
        "X",
        "app.export",
        "X",
        N_("export"),
        N_("a picture, the run as JSON or the chart's numbers as a file"),
        8,
    ),
    Key("p", "pin", "p", N_("pin"), N_("hold what comes against the present run, or no more"), 6),
    Key(
        "escape",
        "back",
        "esc",
        N_("back"),
        N_("back: out of a room, to all layers, to now"),
        1,
        "*",
    ),
)

FILES = ("app.save", "app.export")
"""What writes files, which is not done where visitors are."""

FORM = (
    Key("up,k", "form('up')", "↑ ↓", N_("key"), "", 1, "form"),
    Key("down,j", "form('down')", where="form"),
    Key("left,h", "form('less')", "← →", N_("value"), "", 1, "form"),
    Key("right,l", "form('more')", where="form"),
    Key("enter", "form('enter')", "0-9 enter", N_("type it"), "", 2, "form"),
    Key("backspace,delete", "form('erase')", N_("del"), N_("as it was"), "", 3, "form"),
    Key("escape,c", "change", "esc", N_("close"), "", 1, "form"),
)
"""The keys of the form, while it is open."""

COMPARE = tuple(
    Key(
        str(digit),
        f"beside({digit - 1})",
        "1-9" * (digit == 1),
        N_("add or remove a scenario") * (digit == 1),
        "",
        1,
        "compare",
    )
    for digit in range(1, 10)
)

DIAGRAM = (
    Key("left,h", "point(-1, 0)", "← → ↑ ↓", N_("place"), "", 1, "diagram"),
    Key("right,l", "point(1, 0)", where="diagram"),
    Key("up,k", "point(0, 1)", where="diagram"),
    Key("down,j", "point(0, -1)", where="diagram"),
    Key("enter", "visit", "enter", N_("open this run"), "", 1, "diagram"),
    Key("exclamation_mark,i", "criticality", "i", N_("to criticality"), "", 1, "diagram"),
)

CLAIMS = (
    Key("up,k", "claim(-1)", "↑ ↓", N_("claim"), "", 1, "claims"),
    Key("down,j", "claim(1)", where="claims"),
    Key("pageup", "claim(-8)", where="claims"),
    Key("pagedown", "claim(8)", where="claims"),
    Key("enter", "tell", "enter", N_("figures"), "", 1, "claims"),
    Key("o", "demonstrate", "o", N_("open"), "", 1, "claims"),
)
"""The keys of the rooms that take some for themselves."""

LAB = (
    Key("e", "lesson", "e", N_("lesson"), N_("what this scenario teaches"), 3),
    Key("G", "guess", "G", N_("guess"), N_("guess the factor per layer, then reveal it"), 8),
    Key("L,f2", "language", "L", "en/es", N_("English or Spanish (also F2)"), 11),
    Key("t", "shade", "t", N_("theme"), N_("dark, light, and both safe for colour blindness"), 10),
    Key("slash", "search('scenarios')", "/", N_("search"), N_("find a scenario as you type"), 7),
    Key(
        "ctrl+p",
        "search('everything')",
        "ctrl+p",
        "",
        N_("find anything: a key, a scenario, colours, a language"),
    ),
    Key(
        "question_mark",
        "explain",
        "?",
        N_("help"),
        N_("explain the chart in focus with its figures of now; and the keys"),
        0,
    ),
    Key("f1", "help", "F1", "", N_("the keys alone")),
    Key("q", "leave", "q", N_("quit"), N_("quit"), 0),
    Key("ctrl+c,ctrl+q", "leave"),
)


def in_room(room: str) -> list[Key]:
    """The rows of a room's key bar, its own first."""
    wheres = (room,) if room == "form" else (room, "*")
    own = [
        key for key in (*BENCH, *FORM, *COMPARE, *DIAGRAM, *CLAIMS) if room and key.where in wheres
    ]
    taken = {name for key in own for name in key.keys.split(",")}
    others = [key for key in (*BENCH, *LAB) if not key.where]
    return [*own, *(key for key in others if not taken & {*key.keys.split(",")})]
