"""The lab's keys: one table, from which the bindings, the key bar and the help are all made."""

from __future__ import annotations

from dataclasses import dataclass

from ..scenarios.words import N_


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


BENCH = (
    Key("space", "run", "space", N_("run/pause"), N_("run or pause the training"), 1),
    Key("s", "step", "s", N_("step"), N_("one training step (to the next record), then pause"), 3),
    Key("r", "restart", "r", N_("restart"), N_("start again from the same seed"), 4),
    Key("plus,equals_sign", "pace(1)", "+ -", N_("speed"), N_("train faster, slower"), 6),
    Key("minus", "pace(-1)"),
    Key(
        "j,down,right_square_bracket",
        "choose(1)",
        "j k",
        N_("scenario"),
        N_("next, previous scenario (also ↓ ↑, [ ] and the digits)"),
        2,
    ),
    Key("k,up,left_square_bracket", "choose(-1)"),
    Key("tab", "list", "tab", N_("list"), N_("the list of scenarios, where it is hidden"), 5),
    Key("l,right", "aim(1)", "← →", N_("chart"), N_("the chart in focus (also h l)"), 9),
    Key("h,left", "aim(-1)"),
    Key("z,enter", "zoom", "z", N_("zoom"), N_("the chart in focus alone, and back"), 5),
    Key("g", "turn('measures')", "g", N_("gradient"), N_("‖∂J/∂W‖ and Δ, or one of them"), 7),
    Key("a", "turn('inner')", "a", N_("inside"), N_("updates, activations or saturation"), 8),
    Key("n", "network", "n", N_("network"), N_("the other network, where there are two"), 2),
    Key("escape", "back"),
)

LAB = (
    Key("t", "shade", "t", N_("theme"), N_("dark or light"), 10),
    Key("question_mark,f1", "help", "?", N_("help"), N_("this page"), 0),
    Key("q", "leave", "q", N_("quit"), N_("quit"), 0),
    Key("ctrl+c,ctrl+q", "leave"),
)
