"""The room of the claims: verdicts that come in, their figures, and the way to an experiment."""

import time
from collections.abc import Callable, Iterator

import pytest
from lab_driver import SIZE, Bench, send_first_frame
from vglab.scenarios.claims.catalog import Topic, claims, topics
from vglab.scenarios.claims.testing import ClaimResult, Measured, examine, measure_trials, trials
from vglab.scenarios.i18n import set_language
from vglab.scenarios.runs.executors import InProcess
from vglab.tui.charts.plotting.canvas import Size
from vglab.tui.protocol import Gather, Open, Ready, Rival, Train, View, Want
from vglab.tui.render.glyphs import UNICODE, to_ascii
from vglab.tui.render.styled_text import plain
from vglab.tui.worker.rooms import claims as proving
from vglab.tui.worker.rooms.claims import Textbook
from vglab.tui.worker.session import FRAME
from worker_driver import Lab

PROBED = ("sigmoid-slope-at-most-a-quarter", "sigmoid-saturates")
"""Claims that are tested in no time."""
TINY = ["network.depth=3", "network.width=4", "training.steps=6"]
ALL = [claim for topic in topics() for claim in topic.claim]


def at(name: str) -> int:
    """The place of a claim in the list."""
    return [claim.id for claim in ALL].index(name)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Measured:
    """A textbook of few claims, of which nothing is known yet."""
    some = tuple(claims()[name] for name in PROBED)
    told = next(claim for claim in ALL if claim.kind != "testable" and not claim.cases)
    parts = (Topic(topics()[0].title, some), Topic(topics()[1].title, (told,)))
    measured = Measured()
    monkeypatch.setattr(proving, "topics", lambda: parts)
    monkeypatch.setattr(proving, "_shared_outcomes", measured)
    return measured


@pytest.fixture
def lab() -> Iterator[Lab]:
    made = Lab()
    made.tell(Open(1, "deep-sigmoid", TINY, "en"), wanted(), Train(True))
    made.turn()
    made.tell(Ready())
    yield made
    made.session.close()


def wanted(claim: int = 0, lang: str = "en", unfolded: bool = False) -> View:
    wants = [Want("claims", 79, 19)]
    return View(wants, ["grad_norm"], "update_ratio", claim=claim, unfolded=unfolded, lang=lang)


def shown(lab: Lab, view: View, until: Callable[[str], bool]) -> str:
    """The room, once it shows what is waited for."""
    text, end = "", time.monotonic() + 60
    lab.tell(view)
    while time.monotonic() < end:
        answer = lab.turn(FRAME)
        lab.tell(Ready())
        if answer is not None and "claims" in answer.pictures:
            picture = answer.pictures["claims"]
            text = "\n".join(plain(line) for line in (picture.title, *picture.lines))
            if until(text):
                return text
        time.sleep(0.02)
    raise AssertionError(text)


def test_verdicts_come_in_and_stay(lab: Lab, few: Measured) -> None:
    lab.tell(Gather("claims", [Rival("deep-sigmoid", TINY)], ticket=1))
    first = shown(lab, wanted(), lambda text: "tested" in text)
    assert topics()[0].title.en in first
    text = shown(lab, wanted(), lambda text: "2 of 2 tested" in text)
    assert text.count("✔") == 1 + 2, "in the title, and at both claims"
    assert text.count("HOLDS") == 2
    known = dict(few)
    assert known
    lab.tell(Gather(None), Gather("claims", [Rival("deep-sigmoid", TINY)], ticket=1))
    shown(lab, wanted(), lambda text: "2 of 2 tested" in text)
    assert few == known, "nothing is measured twice"


def test_a_claim_is_told_with_rule_and_figures_in_the_language_in_use(
    lab: Lab, few: Measured
) -> None:
    del few
    lab.tell(Gather("claims", [Rival("deep-sigmoid", TINY)], ticket=1))
    shown(lab, wanted(), lambda text: "2 of 2 tested" in text)
    text = shown(lab, wanted(1, unfolded=True), lambda text: "rule:" in text)
    assert claims()["sigmoid-saturates"].says.en in text
    assert "5/5" in text
    text = shown(lab, wanted(1, "es", unfolded=True), lambda text: "SE CUMPLE" in text)
    assert "regla:" in text
    assert claims()["sigmoid-saturates"].says.es in " ".join(text.split())


def test_a_claim_that_is_long_is_told_whole_or_says_where(few: Measured) -> None:
    claim = claims()[PROBED[0]]
    todo = trials([claim])
    few.update(zip((trial.setup for trial in todo), measure_trials((*todo,)), strict=True))
    room = Textbook.__new__(Textbook)
    room.parts, room.outcomes, room.claims = (Topic(topics()[0].title, (claim,)),), few, [claim]
    whole = "\n".join(map(plain, room.picture(wanted(unfolded=True), Size(79, 30)).lines))
    assert claim.says.en in " ".join(whole.split())
    assert "all of it" not in whole
    short = [plain(line) for line in room.picture(wanted(unfolded=True), Size(79, 4)).lines]
    assert len(short) == 4
    assert short[-1].strip() == f"… all of it: vglab claims {claim.id}"


def test_what_has_not_run_says_so_and_is_told_whole() -> None:
    room = Textbook.__new__(Textbook)
    room.parts, room.outcomes, room.claims = topics(), Measured(), ALL
    text = " ".join(
        "".join(map(plain, room.picture(wanted(unfolded=True), Size(79, 19)).lines)).split()
    )
    assert f"“{ALL[0].says.en}” not run yet" in text
    assert not any(trial.setup in room.outcomes for trial in trials(ALL))


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_finding_fits_eighty_columns_and_the_chosen_one_is_in_sight(lang: str) -> None:
    set_language("es" if lang == "es" else "en")
    room = Textbook.__new__(Textbook)
    room.parts, room.outcomes, room.claims = topics(), Measured(), ALL
    for number, claim in enumerate(ALL):
        picture = room.picture(wanted(number), Size(79, 19))
        assert len(picture.lines) == 19
        assert {sum(len(text) for text, _ in line) for line in picture.lines} == {79}
        start = claim.says.in_language()[:20]
        assert any(start in plain(line) for line in picture.lines), claim.id


def test_the_table_has_a_row_for_each_that_is_judged(few: Measured) -> None:
    some = [claims()[name] for name in PROBED]
    for trial in trials(some):
        (few[trial.setup],) = measure_trials((trial,))
    room = Textbook.__new__(Textbook)
    room.parts, room.outcomes, room.claims = (), few, some
    rows = [dict(zip(room.table().heads, row, strict=True)) for row in room.table().rows]
    judged = [one for one in examine(some, InProcess()) if isinstance(one, ClaimResult)]
    assert [row["claim"] for row in rows] == [*PROBED]
    assert {row["verdict"] for row in rows} == {"holds"} == {one.verdict for one in judged}
    assert all(row["obey"] == row["tried"] == 5 for row in rows)


def test_its_marks_can_be_written_in_ascii() -> None:
    assert [to_ascii(mark) for mark in "✔◐✘…≮≰≯≱"] == [*"+/X~", *"!!!!"]
    assert UNICODE.badges["healthy"] == "✔"


@pytest.mark.slow
async def test_keys_point_tell_and_open_the_experiment(bench: Bench) -> None:
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("f4")
        assert bench.ear.last(Gather).room == "claims"
        await pilot.press("down", "down", "up", "enter")
        assert (bench.ear.last(View).claim, bench.ear.last(View).unfolded) == (1, True)
        await pilot.press("pagedown", *["up"] * 20)
        assert (bench.ear.last(View).claim, bench.ear.last(View).unfolded) == (0, True)
        place = at("tiny-in-the-deepest-layers")
        await pilot.press(*["down"] * place, "o")
        order = bench.ear.last(Open)
        case = next(case for case in ALL[place].cases if case.scenario)
        assert order.scenario == case.scenario
        assert order.settings == [*case.set]
        assert bench.ear.last(Gather).room is None
        assert bench.controls.room == ""


async def test_an_experiment_with_settings_is_opened_with_them(bench: Bench) -> None:
    number, case = next(
        (number, claim.cases[0])
        for number, claim in enumerate(ALL)
        if claim.cases and claim.cases[0].scenario and claim.cases[0].set
    )
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("f4")
        bench.controls.claim = number
        await pilot.press("o")
        order = bench.ear.last(Open)
        assert order.scenario == case.scenario
        assert {*order.settings} == {*case.set}


async def test_a_claim_on_equations_has_no_run_to_open(bench: Bench) -> None:
    number = next(n for n, claim in enumerate(ALL) if claim.cases and claim.cases[0].probe)
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("f4")
        bench.controls.claim = number
        await pilot.press("o")
        assert bench.ear.last(Open).ticket == 1
        assert bench.controls.room == "claims"
        assert "no run to open" in bench.screen()


@pytest.fixture
def bench() -> Bench:
    return Bench()
