"""The lab's lines of words: header, verdict, keys, scenarios, frames. Values in, runs out.

Each line knows several lengths of itself and takes the longest that fits, so nothing is cut off at
eighty columns. What is least needed goes first; help and quit never go.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from ...scenarios.i18n import _, figure
from ..protocol import Picture, Status
from ..render.glyphs import UNICODE, Glyphs
from ..render.labels import state_word
from ..render.palette import Role
from ..render.styled_text import (
    BOLD,
    GAP,
    Line,
    Lines,
    clip,
    closer,
    fit,
    fit_box,
    shorten,
    stamp,
    style,
    width,
)
from .keymap import Key
from .layout import MANY
from .state import PACES, Controls
from .tabs import Tabs, legend_of, tab_room

_WANTED, _TITLE = 3, 12
"""Parts of the header up to this rank may shorten the title, to this length."""

_GAP, _NARROW = "   ", "  "
"""What stands between two parts of the header, and where room is short."""

_APART = "  "
"""What stands between two entries of the key bar."""

_STRIPE = style(0, Role.STRIPE)
_QUIET = style(Role.MUTED, Role.STRIPE)
_KEY = style(Role.KEY, Role.STRIPE, bold=True)
_LOUD = style(Role.STRONG, Role.STRIPE, bold=True)


class Part(NamedTuple):
    """A part of a line; the one with the highest rank is left out first."""

    rank: int
    runs: Line


def fitting(parts: Sequence[Part], columns: int, gap: str) -> list[Part]:
    """The parts that fit, in their order; of one rank the last goes first."""
    kept = [*parts]
    while len(kept) > 1 and sum(width(part.runs) + len(gap) for part in kept) > columns + len(gap):
        kept.remove(max(reversed(kept), key=lambda part: part.rank))
    return kept


def fit_parts(parts: Sequence[Part], columns: int, gap: str = _GAP) -> Line:
    """The parts that fit, on a stripe."""
    kept = fitting(parts, columns, gap)
    line = [run for part in kept for run in [*part.runs, (gap, _STRIPE)]]
    return fit(line, columns, _STRIPE)


def header(controls: Controls, title: str, status: Status | None, glyphs: Glyphs = UNICODE) -> Line:
    """Which scenario, where it is, and how well it does."""
    columns = controls.size[0]
    place = f"{controls.index + 1}/{len(controls.scenarios)}"
    kiosk: Line = [(_("kiosk") + " ", _KEY)] if controls.kiosk else []
    name: Line = [(" vglab ", _LOUD), *kiosk]
    name += [(f"{glyphs.pointer} {place} ", _QUIET), (title, _LOUD)]
    said, gap = _progress(controls, status, glyphs, brief=False), _GAP
    if _spare([Part(0, name), *said], columns, gap) < 0:
        gap = _NARROW
    if _spare([Part(0, name), *said], columns, gap) < 0:
        said = _progress(controls, status, glyphs, brief=True)
    if (spare := _spare([Part(0, name), *said], columns, gap)) < 0:
        name[-1] = (shorten(title, max(len(title) + spare, _TITLE), glyphs), _LOUD)
    return fit_parts([Part(0, name), *said], columns, gap)


def _spare(parts: Sequence[Part], columns: int, gap: str) -> int:
    """Columns that those parts of the header leave that the title gives way to."""
    wanted = [width(part.runs) + len(gap) for part in parts if part.rank <= _WANTED]
    return columns + len(gap) - sum(wanted)


def _progress(controls: Controls, status: Status | None, glyphs: Glyphs, brief: bool) -> list[Part]:
    """State, step and scores of the run; `brief`: the step as numbers alone."""
    if status is None:
        return []
    state = Part(1, [_state(controls, status, glyphs)])
    if controls.room == "compare":  # whose runs have a count of their own
        return [state]
    digits = len(str(status.planned))
    form = _("step {done} of {recorded} recorded") if status.back else _("step {done}/{planned}")
    step = ("{done}/{planned}" if brief else form).format(
        done=f"{status.step:>{digits}}",
        planned=status.recorded if status.back else status.planned,
        recorded=status.recorded,
    )
    digits_of_speed = ".0f" if status.speed >= 10 else ".2g"
    speed = _("{speed} steps/s").format(speed=f"{status.speed:>4{digits_of_speed}}")
    loss, accuracy = f"{figure(status.loss):<7}", f"{figure(status.accuracy):<5}"
    scores = [Part(3, [(_("loss") + " ", _QUIET), (loss, _STRIPE)])]
    if status.accuracy is not None:
        scores.append(Part(4, [(_("accuracy") + " ", _QUIET), (accuracy, _STRIPE)]))
    return [
        state,
        Part(2, [(step, _STRIPE)]),
        *scores,
        Part(5, [(speed if status.speed else " " * len(speed), _QUIET)]),
    ]


def _state(controls: Controls, status: Status, glyphs: Glyphs) -> tuple[str, int]:
    """Paused, done or running, and then at which pace at most."""
    if status.back:
        return f"{glyphs.back} " + _("looking back"), _LOUD
    rate = PACES[controls.pace]
    running = _("following") if controls.watching else _("running")
    paced = rate is not None and not controls.watching
    words = {
        glyphs.running: f"{glyphs.at_most}{rate}/s" if paced else running,
        glyphs.paused: _("paused"),
        glyphs.finished: _("finished"),
    }
    beside = controls.room == "compare"  # its runs go on as the open one would
    waits = controls.room in MANY and not beside
    mark = glyphs.running if controls.running and not waits else glyphs.paused
    ended = status.finished and (controls.watching or not beside)
    mark = glyphs.finished if ended else mark
    longest = max(map(len, words.values()))
    if ended and not controls.watching and status.step < status.planned:  # nothing else ends early
        return f"{glyphs.badges['diverged']} {state_word('diverged').lower()}", _LOUD
    if status.silence and mark == glyphs.running:  # as after kill -9, which writes no end
        return f"{glyphs.paused} {status.silence}", _LOUD
    return f"{mark} {words[mark]:<{longest}}", _LOUD


def key_bar(bar: Sequence[Key], columns: int) -> Line:
    """The bar of keys; the highest ranks are left out where room is short."""
    parts = [_key_part(key) for key in bar if key.word]
    return fit([(" ", _STRIPE), *fit_parts(parts, columns - 1, _APART)], columns, _STRIPE)


def key_at(bar: Sequence[Key], columns: int, column: int) -> Key | None:
    """The key whose entry stands in a column of the bar, of a pair the half that is pointed to;
    None between two entries."""
    pairs = [(key, _key_part(key)) for key in bar if key.word]
    kept = fitting([part for _key, part in pairs], columns - 1, _APART)
    start = 1
    for key, part in pairs:
        if any(part is one for one in kept):
            if start <= column < start + width(part.runs):
                return _half(bar, key, column - start)
            start += width(part.runs) + len(_APART)
    return None


def _half(bar: Sequence[Key], key: Key, column: int) -> Key:
    """Of a pair, as ← →, the key on whose mark the column lies."""
    label, at = _(key.label), bar.index(key)
    marks = label.split()
    pair = [key, *bar[at + 1 : at + len(marks)]]
    if column >= len(label) or len(pair) < len(marks) or any(one.word for one in pair[1:]):
        return key
    return pair[len(label[: column + 1].split()) - 1]


def _key_part(key: Key) -> Part:
    return Part(key.rank, [(_(key.label), _KEY), (f" {_(key.word)}", _STRIPE)])


def against_lines(
    forms: Sequence[str], refusal: str, columns: int, glyphs: Glyphs = UNICODE
) -> Lines:
    """What differs from the reference and what that did, or why a value was not taken."""
    if refusal:
        words = shorten(f"{glyphs.badges['fault']} {refusal}", columns - 2, glyphs)
        return fit_box([[(" ", 0), (words, style(Role.FAULT, bold=True))]], columns, 1)
    name = f" {glyphs.ghost} "
    room = columns - len(name) - 1
    words = next((form for form in forms if len(form) <= room), "".join(forms[-1:]))
    runs = [(name, style(Role.FOURTH, bold=True)), (shorten(words, room, glyphs), 0)]
    return fit_box([runs if words else []], columns, 1)


def frame_lines(
    picture: Picture,
    size: tuple[int, int],
    box: bool,
    focus: bool,
    glyphs: Glyphs = UNICODE,
    tabs: Tabs | None = None,
) -> Lines:
    """A drawn panel in its frame, or under a title row where room is short. The names of its tabs
    stand in the place of its heading; its legend then is at the foot of a frame."""
    columns, rows = size
    code = style(Role.KEY if focus else Role.FAINT)
    if tabs is None:
        title = picture.title if box else _without_heading(picture.title, columns - 3)
        title, rest = _title(title, columns - (5 if box else 3))
    else:
        names, _spans = tabs.line(tab_room(tabs, picture, columns, box), glyphs)
        rest = legend_of(picture)
        left = columns - 3 - width(names) - len(GAP[0])
        title = names if box else [*names, GAP, *whole_entries(rest, left)]
    if not box:
        title = clip(title, columns - 3)
        rule = stamp([(glyphs.across * (columns - 1), code)], 1, [(" ", 0), *title, (" ", 0)])
        return fit_box([rule, *fit_box(picture.lines, columns - 1, rows - 1)], columns, rows)
    left_top, right_top, left_foot, right_foot = glyphs.corners
    bar = glyphs.across * (columns - 2)
    head = stamp([(f"{left_top}{bar}{right_top}", code)], 2, [(" ", 0), *title, (" ", 0)])
    foot: Line = [(f"{left_foot}{bar}{right_foot}", code)]
    taken = 0
    if rest:
        rest = whole_entries(rest, columns - 6)
        foot, taken = stamp(foot, 2, [(" ", 0), *rest, (" ", 0)]), width(rest) + 2
    if picture.caption and width(picture.caption) <= columns - 6 - taken:
        start = columns - 4 - width(picture.caption)
        foot = stamp(foot, start, [(" ", 0), *picture.caption, (" ", 0)])
    body = fit_box(picture.lines, columns - 2, rows - 2)
    side = (glyphs.down, code)
    return [head, *([side, *line, side] for line in body), foot]


def _without_heading(title: Line, room: int) -> Line:
    """The title; only its legend where there is no room for both, and its marks have to be told."""
    long = width(closer(title)) > room and GAP in title
    return title[title.index(GAP) + 1 :] if long and title[0][1] & BOLD else title


def _title(title: Line, room: int) -> tuple[Line, Line]:
    """The title, closer together where it must be, and the last entries of its legend, for which
    there is no room beside it."""
    rest: Line = []
    while width(title) > room and GAP in title[1:]:
        if width(closer(title)) <= room:
            return closer(title), rest
        at = len(title) - 1 - title[::-1].index(GAP)
        title, rest = title[:at], [*title[at:], *rest]
    return clip(title, room), rest[1:]


def whole_entries(legend: Line, room: int) -> Line:
    """As many entries of a legend as fit, close together; none is cut in two."""
    while legend and width(closer(legend)) > room:
        gaps = [at for at, run in enumerate(legend) if run == GAP]
        legend = legend[: gaps[-1]] if gaps else []
    return closer(legend)


def too_small(columns: int, rows: int) -> Lines:
    """What is said where there is no room."""
    words = textwrap.wrap(_("The lab needs at least 60 columns by 18 rows."), max(columns, 8))
    return fit_box([[(line, 0)] for line in words], columns, rows)
