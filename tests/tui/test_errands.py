"""Keys that neither train nor look: another language, a guess, files, an explanation."""

import pytest
from bench import SIZE, Bench, begun
from vglab.scenarios.words import language, set_language
from vglab.tui.session import Session
from vglab.tui.wire import Frame, Open, Ready, View, Want


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.mark.parametrize("key", ["L", "f2"])
async def test_a_key_changes_the_language_of_screen_and_worker(bench: Bench, key: str) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await begun(bench, pilot)
        assert "Deep sigmoid" in bench.screen()
        await pilot.press(key)
        assert language() == "es"
        assert "Sigmoide profunda" in bench.screen()
        assert "escenario" in bench.screen()
        assert bench.ear.last(View).lang == "es"
        await pilot.press("r")
        assert bench.ear.last(Open).lang == "es"
        await pilot.press(key)
        assert (language(), bench.ear.last(View).lang) == ("en", "en")
        assert "Deep sigmoid" in bench.screen()


@pytest.mark.parametrize(
    ("page", "english", "spanish"), [("e", "against", ""), ("?", "Keys", "Teclas")]
)
async def test_an_open_page_changes_too(
    bench: Bench, page: str, english: str, spanish: str
) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await begun(bench, pilot)
        await pilot.press(page)
        before = bench.screen()
        await pilot.press("L")
        await pilot.pause()
        assert bench.screen() != before
        assert spanish in bench.screen()
        await pilot.press("L")
        await pilot.pause()
        assert bench.screen() == before


def test_the_worker_says_everything_again_in_the_other_language() -> None:
    try:
        session, wants = Session(), [Want("layers", 60, 16), Want("learning", 60, 16)]
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
