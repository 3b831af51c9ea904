"""The rooms of many runs as text: what they show of runs that were made up.

`GOLDEN=write pytest tests/tui/worker/test_rooms.py` stores what is seen now; look at the difference
before it is committed.
"""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from fake_traces import finding, scene, trace
from golden import is_rectangle, same
from vglab.engine.diagnosis.diagnosis import Diagnosis
from vglab.scenarios.claims.catalog import claims, topics
from vglab.scenarios.claims.testing import Measured, measure_trials, trials
from vglab.scenarios.comparison.compare import Arrival
from vglab.scenarios.comparison.remedies import REMEDIES, apply_remedies
from vglab.scenarios.comparison.tournament import Field, standings, tournament
from vglab.scenarios.i18n import Language, set_language
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.runs.diagnosis_record import DiagnosisRecord, FinalDiagnosisRecord
from vglab.scenarios.runs.executors import InProcess
from vglab.scenarios.runs.results import NetworkResult, Result
from vglab.scenarios.sweep.phase_diagram import DEPTHS
from vglab.tui.charts.plotting.canvas import Size
from vglab.tui.protocol import Gather, Picture, View
from vglab.tui.render.glyphs import UNICODE
from vglab.tui.render.styled_text import plain
from vglab.tui.worker.live_run import Subject
from vglab.tui.worker.reference import effects, told_differences
from vglab.tui.worker.room import Room
from vglab.tui.worker.rooms.claims import Textbook
from vglab.tui.worker.rooms.compare import SideBySide
from vglab.tui.worker.rooms.phase_diagram import Diagram
from vglab.tui.worker.rooms.remedies import Ranking

SIZES = {"80x24": Size(79, 19), "120x40": Size(91, 31)}
CLAIM = 24
PLACE = (4, 2)
"""What is pointed to among the claims and in the phase diagram."""
SLOW = "explosion-is-less-common"
GAINS = [round(0.5 * 1.26**at, 2) for at in range(13)]


def result(accuracy: float, state: str) -> Result:
    """A run that was made up."""
    found = {
        "state": state,
        "rate": accuracy,
        "decay": "exponential",
        "ratio": accuracy**9,
        "budget": (accuracy,),
        "frozen": (),
        "flat_gradient_hides": False,
        "underflows": False,
        "rule": "moves",
    }
    diagnosis = FinalDiagnosisRecord(**found, at_birth=DiagnosisRecord(**found))
    scores = {"test": accuracy}
    return Result(
        accuracy=scores,
        loss={"test": 1 - accuracy},
        gan={},
        networks={"model": NetworkResult(diagnosis)},
        diverged_at=None,
        seconds=1.0,
    )


def remedies() -> Ranking:
    """A tournament in which every third has still to run."""
    room = Ranking.__new__(Ranking)
    room.field = Field()
    for number, remedy in enumerate([None, *REMEDIES]):
        if entrant := apply_remedies("deep-sigmoid", (), [remedy] if remedy else ()):
            room.field.enter(entrant)
            state = ("vanishing", "healthy", "exploding")[number % 3]
            came = result(0.5 + number / 50, state)
            room.field.outcomes[-1] += [came] if number % 3 or not number else []
    return room


def diagram() -> Diagram:
    """A diagram that has come to the deep networks."""
    room = Diagram.__new__(Diagram)
    room.order = Gather("diagram", [], GAINS, [*DEPTHS])
    room.runs = [load("tanh")]
    room.line = [(0.8 + depth / 20, depth) for depth in DEPTHS]
    places = range(len(GAINS) * (len(DEPTHS) - 2))
    room.outcomes = {n: result((n * 7 % 101) / 100, "healthy") for n in places}
    room.outcomes[5] = "it was lost"
    return room


def textbook() -> Textbook:
    """The claims, of which those on the equations alone have been tried."""
    room = Textbook.__new__(Textbook)
    probed = [claim for claim in claims().values() if all(case.probe for case in claim.cases)]
    some = [claim for claim in probed if claim.id != SLOW]
    room.parts, room.claims = topics(), [*claims().values()]
    todo = trials(some)
    measured = measure_trials((*todo,))
    room.outcomes = Measured(zip((trial.setup for trial in todo), measured, strict=True))
    return room


def compare() -> SideBySide:
    """Three runs of different depth."""
    names = {"deep-sigmoid": 11, "relu": 11, "shallow-sigmoid": 3}

    def subject(name: str, layers: int) -> SimpleNamespace:
        frozen = (1, 2) if name == "deep-sigmoid" else ()
        said = finding("vanishing" if frozen else "healthy", frozen, layers)
        shown = scene(trace(layers=layers), diagnosis=said)
        return SimpleNamespace(scenario=load(name), scene=lambda _view: shown)

    return SideBySide([cast("Subject", subject(*one)) for one in names.items()])


ROOMS: dict[str, Callable[[], Room]] = {
    "compare": compare,
    "remedies": remedies,
    "diagram": diagram,
    "claims": textbook,
}


def shown(room: Room, size: Size) -> Picture:
    """What the room draws."""
    view = View([], ["grad_norm"], "update_ratio", place=PLACE, claim=CLAIM)
    return room.picture(view, size)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("room", ROOMS)
def test_a_room_of_many_runs_looks_as_it_did(room: str, lang: Language, size: str) -> None:
    set_language(lang)
    picture = shown(ROOMS[room](), SIZES[size])
    assert is_rectangle(picture.lines, *SIZES[size])
    same(f"rooms/{room}-{lang}-{size}", [picture.title, *picture.lines])


def test_a_tournament_scrolls_to_the_row_that_is_pointed_to() -> None:
    room = remedies()
    rows = [one.title for one in standings(room.field)]
    for rank in (0, 8, len(rows) - 1, 99):
        view = View([], ["grad_norm"], "update_ratio", rank=rank)
        lines = [plain(line) for line in room.picture(view, Size(79, 9)).lines]
        (here,) = [line for line in lines if line.startswith(UNICODE.pointer)]
        title = room.in_order()[min(rank, len(rows) - 1)].title
        assert title[:20] in here


def test_a_tournament_that_is_opened_again_goes_on_where_it_was() -> None:
    room = remedies()
    waiting = [i for i, came in enumerate(room.field.outcomes) if not came]
    kept = [came[:] for came in room.field.outcomes]
    arrivals = tournament("deep-sigmoid", (), InProcess, room.field)
    first = next(event for event in arrivals if isinstance(event, Arrival))
    arrivals.close()
    assert first.scenario in waiting
    assert all(room.field.outcomes[i] == came for i, came in enumerate(kept) if came)


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("compared", ["gradient", "loss"])
def test_no_two_runs_side_by_side_have_one_name(compared: str, lang: Language) -> None:
    set_language(lang)
    try:
        room, plainly = compare(), View([], ["grad_norm"], "", compared=compared)
        depths = (3, 30)
        room.subjects = [
            cast("Subject", SimpleNamespace(**(vars(room.subjects[0]) | {"scenario": one})))
            for one in (
                load("relu"),
                load("relu", ["network.activation=tanh"]),
                *(load("relu", [f"network.depth={depth}"]) for depth in depths),
            )
        ]
        drawn = room.picture(plainly, Size(79, 19))
        shown = plain(drawn.title) + "\n" + "\n".join(map(plain, drawn.lines))
        depth = {"en": "depth", "es": "profundidad"}[lang]
        for name in ("tanh", f"{depth} 3", f"{depth} 30"):
            assert name in shown
        assert len({names[0] for names in room.names}) == 4
        assert "…" not in shown
        assert is_rectangle(drawn.lines, 79, 19)
    finally:
        set_language("en")


def test_sequences_are_compared_by_the_factor_of_a_step() -> None:
    layers, steps = scene(), scene(diagnosis=finding_of_steps(0.46))
    assert effects(steps, scene(diagnosis=finding_of_steps(0.9)))[0] == "×0.9 per step → ×0.46"
    assert "per layer" in effects(layers, layers)[0]
    assert not any("per layer" in said for said in effects(steps, layers))


def finding_of_steps(rate: float) -> Diagnosis:
    return replace(finding(), step_rate=2 * rate, mean_step_rate=rate)


def test_how_often_the_lab_records_is_no_difference_between_two_runs() -> None:
    before, now = load("relu", ["run.record_every=1"]), load("relu", ["network.depth=30"])
    assert [change.key for change in told_differences(before, now)] == ["network.depth"]
