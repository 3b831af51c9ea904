"""Legends name the signs that are drawn, and no others, in any language and on any screen."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from fake_traces import scene, trace
from vglab.scenarios.i18n import set_language
from vglab.tui.charts.base.scene import Scene
from vglab.tui.charts.plotting.canvas import Size
from vglab.tui.charts.registry import draw, inner_names, tab_names
from vglab.tui.lab.layout import FOUR, LayoutPlan, Rect, plan
from vglab.tui.lab.status_lines import frame_lines
from vglab.tui.lab.tabs import Tabs
from vglab.tui.protocol import Open, Picture, View
from vglab.tui.render.palette import Role
from vglab.tui.render.styled_text import Line, Lines, cells, front, plain
from vglab.tui.worker.ghosts import Ghosts
from vglab.tui.worker.kept_runs import KeptRuns
from vglab.tui.worker.live_run import Subject, open_subject

SCREENS = ((80, 24), (120, 40))
SHORT = ["training.steps=40", "run.record_every=1", "training.stages=[]"]
PRESETS = (
    *("deep-sigmoid", "depth-cliff", "tanh-deep", "relu-deep", "dying-relu", "exploding"),
    *("adam-wall", "linear", "layerwise", "rnn", "gan-saturating", "gan-wasserstein"),
)
GROUPS: dict[int, str] = {
    Role.FIRST: "bar",
    Role.FIRST_SOFT: "bar",
    Role.SECOND: "second",
    Role.THIRD: "third",
    Role.FOURTH: "ghost",
    Role.FROZEN: "frozen",
    Role.FROZEN_SOFT: "frozen",
    Role.DONE: "done",
    Role.DONE_SOFT: "done",
    Role.DEAD: "zero",
    Role.DIVERGED: "not finite",
}
"""Signs that are told by their color."""
MARKS: dict[tuple[int, str], str] = {
    **{(Role.STRONG, mark): "level" for mark in "▁━▔"},
    (Role.THEORY, "•"): "theory",
    (Role.THEORY, "◦"): "edge",
}
"""Others are told by the mark as well."""


def signs(lines: Lines) -> set[str]:
    """The signs in lines, by what they stand for."""
    drawn = {(front(code), mark) for line in lines for mark, code in cells(line)}
    named = {MARKS.get(sign, GROUPS.get(sign[0], "")) for sign in drawn if sign[1] != " "}
    return named - {""}


def is_legend(row: Line) -> bool:
    """Whether a row of a chart holds entries for which there was no room over it."""
    return plain(row)[2:3] == " " and plain(row)[:1] == " " and bool(signs([row[:2]]))


def wrong(
    picture: Picture,
    place: Rect,
    layout: LayoutPlan,
    tabs: Tabs | None,
    free: frozenset[str] = frozenset({"bar"}),
) -> str:
    """In what a chart and its legend differ; but what is measured is named though nothing of it is
    there, or by its tab alone."""
    framed = frame_lines(picture, place[2:], layout.boxed, focus=False, tabs=tabs)
    body, head = [*picture.lines], [framed[0], *framed[-1:][: layout.boxed]]
    if body and is_legend(body[0]):
        head.append(body.pop(0))
    drawn, named = signs(body), signs(head)
    missing, idle = drawn - named - free, named - drawn - free
    heads = " | ".join(plain(line) for line in head)
    return f"drawn: {missing}, named: {idle}: {heads}" if missing or idle else ""


def charts(of: Scene, columns: int, rows: int) -> Iterator[str]:
    """What is wrong with the legends of all charts on a screen of this size."""
    layout = plan(columns, rows, FOUR[0])
    names = inner_names(of)
    for panel in FOUR:
        place = layout.places[panel]
        for at, inner in enumerate(names if panel == "inside" else [""]):
            shown = replace(of, inner=inner)
            picture = draw(shown, panel, Size(*layout.inside(place)))
            assert picture is not None
            tabs = Tabs(tab_names(of), at) if inner else None
            free = {"bar", "ghost"} if panel == "learning" else {"bar"}  # curves hide each other
            if said := wrong(picture, place, layout, tabs, frozenset(free)):
                yield f"{columns}x{rows} {panel} {inner}: {said}"


def opened(preset: str, settings: list[str], lang: str) -> tuple[Subject, Ghosts]:
    """A preset with its theory, and its base as a ghost."""
    order = Open(1, preset, settings, lang, base=settings)
    subject, ghosts = open_subject(order), Ghosts(KeptRuns())
    subject.compare_with(subject.foresee())
    ghosts.want_base(order)
    ghosts.follow()
    return subject, ghosts


def faults(preset: str, settings: list[str], lang: str) -> list[str]:
    """What is wrong with its legends at initialization and at the end."""
    set_language("es" if lang == "es" else "en")
    subject, ghosts = opened(preset, settings, lang)
    found = list[str]()
    view = View([], ["grad_norm", "delta_rms"], "")
    for when in ("birth", "end"):
        while when == "end" and not subject.finished:
            subject.step()
        while ghosts.is_behind(subject):
            ghosts.follow()
        seen = replace(subject.scene(view), ghost=ghosts.scene(subject, view))
        found += [f"{when} {said}" for size in SCREENS for said in charts(seen, *size)]
    return found


@pytest.mark.sampled(4)
@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("preset", PRESETS)
def test_a_legend_names_what_is_drawn(preset: str, lang: str) -> None:
    assert faults(preset, SHORT, lang) == []


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("preset", PRESETS)
def test_so_it_does_at_the_end_of_the_whole_run(preset: str, lang: str) -> None:
    assert faults(preset, [], lang) == []


def test_a_sign_without_an_entry_and_an_entry_without_a_sign_are_found() -> None:
    layout = plan(80, 24, FOUR[0])
    place = layout.places["layers"]
    right = draw(scene(trace()), "layers", Size(*layout.inside(place)))
    assert right is not None
    assert wrong(right, place, layout, None) == ""
    unnamed = Picture(right.title[:1], [], right.lines)
    assert "drawn: {" in wrong(unnamed, place, layout, None)
    idle = Picture(right.title, [], [[(" " * 39, 0)]] * len(right.lines))
    assert "named: {" in wrong(idle, place, layout, None)


def test_entries_without_room_over_a_chart_take_a_row_of_it() -> None:
    of = trace()
    crowded = scene(
        of, theory={"grad_norm": np.full(6, 1e-3)}, ghost=replace(scene(of), called=["base"])
    )
    narrow = draw(crowded, "layers", Size(24, 9))
    wide = draw(crowded, "layers", Size(90, 9))
    assert narrow is not None
    assert wide is not None
    assert is_legend(narrow.lines[0])
    assert not is_legend(wide.lines[0])
    assert len(narrow.lines) == len(wide.lines) == 9
