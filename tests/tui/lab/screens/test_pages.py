"""Keys that neither train nor look: another language, a guess, files, an explanation."""

import pytest
from lab_driver import SIZE, Bench, send_first_frame
from textual.events import MouseScrollDown
from vglab.scenarios.i18n import Language, _, language, set_language
from vglab.scenarios.runs.executors import InProcess
from vglab.tui.lab.drawing import Drawing
from vglab.tui.lab.keymap import APP_KEYS, BENCH_KEYS
from vglab.tui.lab.screens.help import help_page
from vglab.tui.protocol import Frame, Open, Ready, View, Want
from vglab.tui.render.styled_text import plain
from vglab.tui.worker.foresight import Foresight
from vglab.tui.worker.session import Session


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.mark.parametrize("key", ["f2"])
async def test_a_key_changes_the_language_of_screen_and_worker(bench: Bench, key: str) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        assert "Deep sigmoid" in bench.screen()
        await pilot.press(key)
        assert language() == "es"
        assert "Diez capas sigmoides" in bench.screen()
        assert "escenario" in bench.screen()
        assert bench.ear.last(View).lang == "es"
        await pilot.press("r")
        assert bench.ear.last(Open).lang == "es"
        await pilot.press(key)
        assert (language(), bench.ear.last(View).lang) == ("en", "en")
        assert "Deep sigmoid" in bench.screen()


@pytest.mark.parametrize(
    ("page", "english", "spanish"), [("f1", "Keys", "Teclas"), ("?", "Keys", "Teclas")]
)
async def test_an_open_page_changes_too(
    bench: Bench, page: str, english: str, spanish: str
) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press(page)
        before = bench.screen()
        await pilot.press("f2")
        await pilot.pause()
        assert bench.screen() != before
        assert spanish in bench.screen()
        await pilot.press("f2")
        await pilot.pause()
        assert bench.screen() == before


def test_the_worker_says_everything_again_in_the_other_language() -> None:
    try:
        session, wants = (
            Session(foresight=Foresight(InProcess().submit)),
            [Want("layers", 60, 16), Want("learning", 60, 16)],
        )
        session.obey(Open(1, "deep-sigmoid", ["training.steps=20"], "en"))
        found: list[Frame] = []
        for lang in ("en", "es"):
            session.obey(View(wants, ["grad_norm"], "update_ratio", lang=lang))
            session.obey(Ready())
            session.work(0.0)
            frame = session.answer(9.0, lambda: 9.0)
            assert isinstance(frame, Frame)
            found.append(frame)
        before, after = found
        assert before.verdict != after.verdict
        assert before.pictures["learning"].title != after.pictures["learning"].title
        assert set(after.pictures) == {"layers", "learning"}
    finally:
        set_language("en")


async def test_a_guess_hides_the_charts_and_is_scored_over_the_depth(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        known = {"birth": 0.2, "now": 0.1, "theory": 0.25, "steps": 10.0}
        bench.ear.answer(bench.frame(factors=known))
        await pilot.pause()
        await pilot.press("f3", "x", "backspace", "0", ".", "2", "7", "backspace")
        shown = bench.screen()
        assert "× 0.2 " in shown
        assert "<layers>" not in shown
        assert "0.25 " not in shown
        await pilot.press("enter")
        rows = [row for row in bench.screen().splitlines() if "off by a factor" in row]
        assert [row.split()[-1] for row in rows[:3]] == ["1", "1024", "9.31"]
        assert "Good guess" in bench.screen()
        await pilot.press("space")
        await pilot.pause()
        assert "<layers>" in bench.screen()


async def test_a_guess_is_told_apart_from_a_lessons_question(bench: Bench) -> None:
    async with bench.app.run_test(size=(80, 24)) as pilot:
        bench.ear.answer(bench.frame(factors={"birth": 0.2, "steps": 10.0}))
        await pilot.pause()
        await pilot.press("f3")
        said = " ".join(bench.screen().split())
        assert "A guess, for practice" in said
        assert "A lesson (e) asks a question of its own" in said


async def test_where_there_is_nothing_to_guess_nothing_is_asked(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        bench.ear.answer(bench.frame(factors={}))
        await pilot.pause()
        await pilot.press("f3")
        assert "nothing to guess" in bench.screen()
        assert bench.app.screen is bench.app.bench


@pytest.mark.parametrize("keys", [("0",), ("minus", "1"), (), ("e",)])
async def test_what_is_no_factor_reveals_nothing(bench: Bench, keys: tuple[str, ...]) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        bench.ear.answer(bench.frame(factors={"birth": 0.234, "steps": 9.0}))
        await pilot.pause()
        await pilot.press("f3", *keys, "enter")
        assert "0.234" not in bench.screen()
        await pilot.press("escape")
        await pilot.pause()
        assert "<layers>" in bench.screen()


def test_the_worker_tells_the_factor_at_birth_and_of_theory() -> None:
    session = Session(foresight=Foresight(InProcess().submit))
    session.obey(Open(1, "deep-sigmoid", ["training.steps=20"], "en"))
    session.obey(View([Want("layers", 60, 16)], ["grad_norm"], "update_ratio"))
    session.work(0.0)
    first = session.answer(0.0, lambda: 0.0)
    session.work(1.0)
    session.obey(Ready())
    second = session.answer(9.0, lambda: 9.0)
    assert isinstance(first, Frame)
    assert isinstance(second, Frame)
    assert first.factors.keys() == {"birth", "now", "steps"}
    assert second.factors.keys() == {"birth", "now", "theory", "steps"}
    assert 0.1 < second.factors["birth"] < 0.4
    assert second.factors["theory"] == pytest.approx(second.factors["birth"], rel=0.2)


async def test_a_page_scrolls_to_its_ends_and_by_the_wheel(bench: Bench) -> None:
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("f1")
        first = bench.screen()
        await pilot.press("end")
        last = bench.screen()
        assert last != first
        assert "more below" not in last
        await pilot.press("home")
        assert bench.screen() == first
        page = bench.app.screen.query_one(Drawing)
        page.post_message(wheel(page))
        await pilot.pause()
        assert bench.screen() not in (first, last)


async def test_a_page_key_scrolls_by_a_page_with_one_row_seen_again(bench: Bench) -> None:
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("i")
        first = bench.screen().splitlines()
        await pilot.press("pagedown")
        assert bench.screen().splitlines()[0] == first[38]
        await pilot.press("pageup")
        assert bench.screen().splitlines() == first


def wheel(widget: Drawing) -> MouseScrollDown:
    """A turn of the wheel over a widget."""
    return MouseScrollDown(widget, 5, 5, 0, 1, 0, shift=False, meta=False, ctrl=False)


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("columns", [60, 80])
def test_no_sentence_of_the_help_is_cut(columns: int, lang: Language) -> None:
    set_language(lang)
    try:
        shown = " ".join("".join(map(plain, help_page(columns, 24))).split())
        for key in (*BENCH_KEYS, *APP_KEYS):
            assert " ".join(_(key.help).split()) in shown
    finally:
        set_language("en")


@pytest.mark.parametrize(
    ("lang", "typed", "name"),
    [("en", "kaiming", "He's weights"), ("es", "inicializacion", "inicialización")],
)
async def test_terms_are_searched_as_one_types(
    bench: Bench, lang: Language, typed: str, name: str
) -> None:
    set_language(lang)
    try:
        async with bench.app.run_test(size=(80, 24)) as pilot:
            await send_first_frame(bench, pilot)
            await pilot.press("i")
            whole = bench.screen()
            await pilot.press("slash", *typed)
            found = bench.screen().splitlines()
            assert found[1].strip().startswith(name)
            assert f"/ {typed}" in found[-1]
            await pilot.press("escape")
            assert bench.screen() == whole
            await pilot.press("slash", *"qxj", "enter", "enter")
            assert bench.app.screen is bench.app.bench, "what is typed closes nothing, enter does"
    finally:
        set_language("en")
