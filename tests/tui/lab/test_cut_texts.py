"""Nothing the lab says of itself is cut off at 80 by 24: rooms, notices, legends, titles."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_driver import STATUS
from msgspec.structs import replace
from staged_lab import ROOMS, Staged
from vglab.scenarios.i18n import Language, _, set_language
from vglab.scenarios.loading.course import preset_ids, preset_title
from vglab.scenarios.loading.inheritance import load
from vglab.tui.lab.room_keys import in_room
from vglab.tui.lab.scenario_list import Fact, ListEntry, facts, list_lines, own_keys
from vglab.tui.lab.state import Controls
from vglab.tui.lab.status_lines import frame_lines, header, key_bar
from vglab.tui.lab.tabs import Tabs
from vglab.tui.protocol import Picture, Verdict
from vglab.tui.render.labels import key_label, verdict
from vglab.tui.render.styled_text import GAP, Line, plain

LAB = Path(__file__).parents[3] / "tui" / "lab"
SIZE = (80, 24)
CUT = re.compile(r"\w…")
MORE_ROOMS = {
    "help": ["f1"],
    "terms": ["i"],
    "search": ["slash"],
    "everything": ["ctrl+p"],
    "export": ["f5"],
    "save": ["x"],
    "rivals": ["b", "slash"],
    "lesson": ["e"],
    "predict": ["e", "enter"],
    "quit": ["q"],
}
OURS = re.compile(r"init, …|iniciales…")
"""Where a sentence of ours has an ellipsis of its own."""


@pytest.fixture(params=["en", "es"])
def lang(request: pytest.FixtureRequest) -> Language:
    set_language(request.param)
    return request.param


async def test_no_room_cuts_a_word(lang: Language) -> None:
    bench = Staged(SIZE)
    bench.controls.lang = lang
    async with bench.app.run_test(size=SIZE) as pilot:
        bench.app.bench.dashboard.scenario_list = bench.app.bench.dashboard.scenario_list.again()
        for room, keys in {**ROOMS, **MORE_ROOMS}.items():
            bench.answer()
            await pilot.press(*keys)
            bench.answer()
            bench.app.bench.unsaved._seconds = {("",): 12345.0}
            await pilot.pause()
            seen = OURS.sub("", bench.screen())
            assert not CUT.search(seen), (room, seen)
            await pilot.press("escape", "escape", "escape")


def notices() -> Iterator[tuple[str, str]]:
    """Where the lab says something in passing, and the shortest form of it."""
    for file in LAB.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="say"),
                    args=[*_forms, ast.Call(func=ast.Name("_"), args=[ast.Constant(str(words))])],
                ):
                    yield f"{file.name}:{node.lineno}", words
                case _:
                    pass


def test_what_is_said_in_passing_fits(lang: Language) -> None:
    found = [*notices()]
    assert len(found) >= 8
    for where, words in found:
        (drawn,) = verdict(Verdict("note", [_(words)]), SIZE[0], 1)
        assert plain(drawn).rstrip().endswith(_(words)), (where, lang)


def test_the_titles_of_all_presets_fit_into_the_header(lang: Language) -> None:
    del lang
    ids = preset_ids()
    status = replace(STATUS, step=2000, loss=0.00123)
    for index, name in enumerate(ids):
        for running in (True, False):
            controls = Controls([*ids], index=index, running=running, size=SIZE)
            said = plain(header(controls, preset_title(name).in_language(), status))
            assert "…" not in said
            assert "2000/2000" in said
            assert "0.00123" in said


def test_try_it_and_undo_stand_in_the_key_bar_where_they_act(lang: Language) -> None:
    del lang
    bench = Staged(SIZE)
    dashboard = bench.app.bench.dashboard
    tried, undone = f"y {_('try it')}", f"u {_('undo')}"

    def said() -> str:
        return plain(key_bar(dashboard._bar(), SIZE[0]))

    assert tried not in said()
    assert undone not in said()
    dashboard._readings.remedy = ["network.activation=relu"]
    assert tried in said()
    bench.controls.alter({"network.depth": "3"})
    assert tried in said()
    assert undone in said()
    assert _("pause") not in said()
    bench.controls.running = True
    assert f"{_('space')} {_('pause')}" in said()


def test_the_keys_of_every_room_fit(lang: Language) -> None:
    del lang
    for room in ("remedies", "diagram", "claims", "compare", "form"):
        bar = in_room(room)
        said = plain(key_bar(bar, SIZE[0]))
        assert all(
            f"{_(key.label)} {_(key.word)}".strip() in said
            for key in bar
            if key.room == room and key.rank == 1
        )


def test_what_sets_a_preset_apart_is_told_also_where_it_is_the_usual_value() -> None:
    for name in preset_ids():
        own = own_keys(name)
        told = {fact.name for fact in facts(load(name), own) if fact.own}
        assert told >= {key_label(key) for key in own if not key.startswith("run.")}, name


def test_no_figure_of_the_list_stands_there_without_its_value() -> None:
    entries = [ListEntry("Scenario", "")]
    told = [Fact(f"key {at}", str(at), False) for at in range(5)]
    told.append(Fact("skip placement", "preactivation", False))
    for rows in range(4, 12):
        drawn = "\n".join(plain(line) for line in list_lines(entries, 0, told, (27, rows)))
        assert ("skip placement" in drawn) == ("preactivation" in drawn)


def test_a_list_says_how_much_of_it_is_out_of_sight() -> None:
    entries = [ListEntry(f"Scenario {number}", "") for number in range(41)]
    for index, told in ((0, "↓ 32"), (20, "↑ 16  ↓ 16"), (40, "↑ 32")):
        rows = [plain(line) for line in list_lines(entries, index, [], (27, 10))]
        assert [row.strip(" │") for row in rows if "↓" in row or "↑" in row] == [told]
    assert not any("↓" in plain(line) for line in list_lines(entries[:5], 0, [], (27, 10)))


ENTRIES: Line = [GAP, ("█ ", 8), ("‖δW‖/‖W‖", 1), GAP, ("▚ ", 9), ("congelada", 1)]


@pytest.mark.parametrize("box", [True, False])
@pytest.mark.parametrize("columns", range(20, 60, 3))
def test_an_entry_of_a_legend_is_whole_or_left_out(columns: int, box: bool) -> None:
    picture = Picture([("title", 3), *ENTRIES], [], [])
    for tabs in (None, Tabs(["actualización", "movimiento"], 1)):
        lines = frame_lines(picture, (columns, 5), box, focus=False, tabs=tabs)
        words = re.findall(r"[^\W_]+", " ".join(map(plain, lines)))
        for entry in ("congelada", "movimiento", "actualización"):
            assert not [one for one in words if entry.startswith(one) and one != entry]
