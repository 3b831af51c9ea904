"""Everything the lab can do is found as its name is typed; scenarios in both languages."""

from inspect import signature
from typing import NoReturn

import pytest
from lab_driver import SIZE, Bench, send_first_frame
from textual.actions import parse
from textual.pilot import Pilot
from textual.widgets import OptionList
from vglab.scenarios.i18n import language, set_language
from vglab.scenarios.loading.edits import editable_keys
from vglab.scenarios.loading.inheritance import load
from vglab.tui.lab.keymap import APP_KEYS, BENCH_KEYS, Key
from vglab.tui.lab.layout import ROOMS
from vglab.tui.lab.room_keys import COMPARE_KEYS, DIAGRAM_KEYS, ROOM_KEYS
from vglab.tui.lab.screens.page import Page
from vglab.tui.lab.screens.search import (
    Finder,
    Search,
    finder_of,
    key_choices,
    language_choices,
    palette_choices,
    scenario_choices,
    synonyms_of,
    term_choices,
    word_choices,
)
from vglab.tui.protocol import Open, Step, View
from vglab.tui.render.palette import PALETTES


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def found(bench: Bench, pilot: Pilot[None], key: str, words: str) -> list[str]:
    """What is listed when this has been typed."""
    await pilot.press(key)
    assert isinstance(bench.app.screen, Search)
    await pilot.press(*words)
    await pilot.pause(0.4)
    options = bench.app.screen.query_one(OptionList).options
    return [str(getattr(option, "hit").text) for option in options]  # noqa: B009


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("deep-sig", "deep-sigmoid"),
        ("residual-scaled", "residual-scaled"),
        ("explota", "exploding"),
        ("exploding", "exploding"),
    ],
)
async def test_a_scenario_is_found_by_id_and_by_either_title(
    bench: Bench, words: str, name: str
) -> None:
    bench.controls.index = 1
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        titles = await found(bench, pilot, "/", words)
        assert titles
        await pilot.press("enter")
        await pilot.pause(0.2)
        assert bench.app.screen is bench.app.bench
        assert bench.ear.last(Open).scenario == name


@pytest.mark.parametrize(
    ("words", "name"), [("dead", "dying-relu"), ("muerta", "dying-relu"), ("kaiming", "")]
)
def test_a_scenario_has_the_names_that_the_glossary_knows(words: str, name: str) -> None:
    called = {id for id, names in synonyms_of().items() if any(words in one for one in names)}
    assert (name in called) if name else not called
    assert "deep-sigmoid" not in called


async def test_a_scenario_is_found_by_a_synonym(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        titles = await found(bench, pilot, "/", "dead")
        assert any(title.startswith("Dying ReLU") for title in titles), titles


async def test_all_scenarios_are_listed_in_the_order_of_the_course(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        names = bench.controls.scenarios
        assert [choice.help for choice in scenario_choices(names, print)] == names
        listed = await found(bench, pilot, "/", "")
        assert len(listed) == len(bench.controls.scenarios)
        assert listed[0] == "Deep sigmoid  (deep-sigmoid)"
        await pilot.press("escape", "escape")
        assert bench.app.screen is bench.app.bench


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "order"), [("one training step", Step()), ("walk the chain", None)]
)
async def test_what_keys_do_is_done(bench: Bench, words: str, order: Step | None) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await found(bench, pilot, "ctrl+p", words)
        await pilot.press("enter")
        await pilot.pause(0.2)
        if order:
            assert bench.ear.last(Step) == order
        else:
            assert bench.controls.room == "walk"


@pytest.mark.parametrize(
    ("room", "own"), [("", ()), ("compare", COMPARE_KEYS), ("diagram", DIAGRAM_KEYS)]
)
def test_every_action_of_the_keys_can_be_found(room: str, own: tuple[object, ...]) -> None:
    listed = [*key_choices(room, False, print)]
    assert all(choice.title and choice.help for choice in listed)
    shown = " ".join(choice.help for choice in listed).split()
    usual = [key for key in (*BENCH_KEYS, *APP_KEYS) if not key.room and key.label]
    assert {name for key in usual for name in key.label.split()} <= {*shown}
    assert (len(own) > 0) == (len(listed) > len([*key_choices("", False, print)]))


@pytest.mark.sampled(3)
@pytest.mark.parametrize("key", [*BENCH_KEYS, *APP_KEYS, *ROOM_KEYS])
def test_every_key_has_something_that_does_it(bench: Bench, key: Key) -> None:
    part, method, arguments = parse(key.action)
    app = bench.app
    does = (
        getattr(app, f"action_{method}")
        if part == "app"
        else getattr(app.bench.parts[part], method)
    )
    signature(does).bind(*arguments)


@pytest.mark.slow
async def test_a_language_and_a_page_are_found(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await found(bench, pilot, "ctrl+p", "español")
        await pilot.press("enter")
        await pilot.pause(0.2)
        assert language() == "es"
        assert bench.ear.last(View).lang == "es"
        assert (await found(bench, pilot, "ctrl+p", "signos"))[0].startswith("Qué significan")
        await pilot.press("enter")
        await pilot.pause(0.2)
        assert isinstance(bench.app.screen, Page)
        await pilot.press("ctrl+p")
        assert isinstance(bench.app.screen, Page), "a page is read first"


@pytest.mark.slow
async def test_what_is_not_there_is_said_so_in_the_language_in_use(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("f2")
        assert await found(bench, pilot, "/", "zzzz") == ["no hay nada con ese nombre"]
        await pilot.press("enter")
        await pilot.pause(0.2)
        assert bench.app.screen is bench.app.bench


@pytest.mark.slow
async def test_colors_are_chosen_by_name(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        listed = await found(bench, pilot, "ctrl+p", "blindness")
        assert sum("blindness" in title for title in listed) == 3
        await found_and_entered(pilot)
        assert bench.app.palette in PALETTES


async def found_and_entered(pilot: Pilot[None]) -> None:
    await pilot.press("enter")
    await pilot.pause(0.2)


@pytest.mark.slow
async def test_only_ascii_is_shown_where_nothing_else_can_be(bench: Bench) -> None:
    bench.controls.ascii = True
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot)
        await found(bench, pilot, "ctrl+p", "select a layer")
        box = bench.screen().splitlines()[1:8]
        assert all(line[2:78].isascii() for line in box)
        for letter in "hl":
            assert f"Select a layer (also h l)  ({letter})" in bench.screen()


def test_no_entry_holds_the_head_of_a_catalog() -> None:
    set_language("es")
    for room in ("", "compare", "diagram", "remedies", "claims"):
        for choice in key_choices(room, False, print):
            assert "Project-Id-Version" not in choice.line()
            assert "\n" not in choice.line()


@pytest.mark.sampled(6)
@pytest.mark.parametrize(
    ("word", "action"),
    [
        ("compare", "rooms.gather('compare')"),
        ("zoom", "navigation.zoom"),
        ("help", "app.explain"),
        ("export", "app.export"),
        ("pin", "change_panel.pin"),
        ("theme", "app.shade"),
    ],
)
async def test_a_key_is_found_first_by_its_word_in_the_key_bar(
    bench: Bench, word: str, action: str
) -> None:
    pressed: list[str] = []
    titles: dict[str, str] = {}
    for choice in key_choices("", False, pressed.append):
        choice.run()
        titles.setdefault(pressed[-1], choice.title)
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        assert (await found(bench, pilot, "ctrl+p", word))[0] == titles[action]


def test_no_key_stands_there_twice() -> None:
    said = [choice.line() for choice in key_choices("", False, print)]
    assert len(said) == len({*said})
    assert [line for line in said if line.startswith("Quit")] == ["Quit  (q)"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("word", "action"), [("backprop", "rooms.enter('walk')"), ("dictionary", "app.glossary")]
)
async def test_a_key_is_found_by_what_else_it_may_be_called(
    bench: Bench, word: str, action: str
) -> None:
    titles: dict[str, str] = {}
    pressed: list[str] = []
    for choice in key_choices("", False, pressed.append):
        choice.run()
        titles.setdefault(pressed[-1], choice.title)
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        assert (await found(bench, pilot, ":", word))[0].startswith(titles[action])


async def test_an_entry_of_the_key_bar_is_clicked(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        before = bench.controls.running
        at = bench.text("keys").index("pause")
        await pilot.click("#keys", offset=(at, 0))
        assert bench.controls.running != before


@pytest.mark.parametrize(("typed", "term"), [("kaiming", "He's weights"), ("lote", "batch")])
async def test_a_term_is_found_by_what_people_call_it_in_either_language(
    bench: Bench, typed: str, term: str
) -> None:
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot)
        listed = await found(bench, pilot, "ctrl+p", typed)
        assert any(one.startswith(term) for one in listed)
        chosen = next(one for one in term_choices(bench.app.action_glossary) if one.title == term)
        await pilot.press("escape")
        chosen.run()
        await pilot.pause()
        assert bench.screen().splitlines()[1].strip().startswith(term)


async def test_a_search_that_fails_says_so(bench: Bench) -> None:
    async def fail() -> None:
        raise ZeroDivisionError("by nothing")

    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("ctrl+p")
        await pilot.pause()
        bench.app.screen.run_worker(fail())
        await pilot.pause(0.3)
        assert bench.app.screen is bench.app.bench
        assert "ZeroDivisionError: by nothing" in " ".join(bench.text("verdict").split())


QUERIES = ("a", "capa", "señal", "[/b]", "[", "\\", "next step", "¿?", "x" * 300)


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("watching", [False, True])
async def test_no_search_raises_an_error(bench: Bench, lang: str, watching: bool) -> None:
    """Textual logs what a provider raises, unseen; here nothing catches it."""
    bench.controls.watching = watching
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        bench.app.speak(lang)
        names = ["own[/b].toml", "[red]x.csv", *bench.controls.scenarios]
        scenario = load("deep-sigmoid")
        sets = [[*key_choices(room, False, print)] for room in ("", *ROOMS, "form")]
        sets += [[*scenario_choices(names, print)], [*term_choices(print)]]
        sets += [[*palette_choices(print)], [*language_choices(print)]]
        sets += [word_choices(entry, print) for entry in editable_keys(scenario, {})]
        for choices in sets:
            finder = finder_of(choices)(bench.app.bench)
            await finder.startup()
            listed = [str(hit.display) for hit in finder.every()]
            assert listed == [choice.line() for choice in choices], "brackets are no markup"
            for query in QUERIES:
                assert [str(hit.match_display) for hit in finder.matching(query)]
            await finder.shutdown()


@pytest.mark.parametrize("typed", ["", "step"])
async def test_an_error_of_a_search_is_a_line_of_its_list(
    bench: Bench, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> NoReturn:
        raise ZeroDivisionError("by [nothing]")

    monkeypatch.setattr(Finder, "matching" if typed else "every", fail)
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        listed = await found(bench, pilot, "ctrl+p", typed)
        assert listed == ["the search failed: ZeroDivisionError: by [nothing]"]
        await pilot.press("enter")
        assert bench.app.screen is bench.app.bench
