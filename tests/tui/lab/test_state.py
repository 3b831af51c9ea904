"""What the keys turn, and the orders that follow."""

import pytest
from vglab.tui.lab.layout import FOUR, LAYER, PANELS, SIX
from vglab.tui.lab.state import MEASURES, PACES, USUAL_PACE, Controls
from vglab.tui.protocol import Open, Pace, Train, View


@pytest.fixture
def controls() -> Controls:
    return Controls(["a", "b", "c"], settings=["run.seed=3"], lang="es", size=(120, 40))


def test_a_worker_is_told_everything_at_first(controls: Controls) -> None:
    opening, pace, run, view = controls.first_orders()
    assert opening == Open(1, "a", ["run.seed=3"], "es", base=["run.seed=3"])
    assert pace == Pace(PACES[USUAL_PACE]) == Pace(500)
    assert run == Train(True)
    assert isinstance(view, View)
    assert [want.panel for want in view.wants] == [*FOUR, LAYER]


def test_each_opening_has_a_ticket_of_its_own(controls: Controls) -> None:
    assert [controls.open_order().ticket for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize(("index", "moves"), [(-1, False), (0, False), (1, True), (3, False)])
def test_the_list_has_ends(controls: Controls, index: int, moves: bool) -> None:
    assert controls.choose(index) == moves
    assert controls.scenario == ("b" if moves else "a")


def test_the_pace_has_ends(controls: Controls) -> None:
    while controls.change_pace(1):
        pass
    seen = [controls.pace_order().rate]
    while controls.change_pace(-1):
        seen.append(controls.pace_order().rate)
    assert tuple(reversed(seen)) == PACES


@pytest.mark.parametrize(("knob", "positions"), [("measures", MEASURES), ("panel", FOUR)])
def test_knobs_go_round(controls: Controls, knob: str, positions: tuple[object, ...]) -> None:
    seen = []
    for _ in positions:
        seen.append(getattr(controls, knob))
        controls.turn(knob)
    assert seen == [*range(len(positions))]
    assert getattr(controls, knob) == 0
    controls.turn(knob, -1)
    assert getattr(controls, knob) == len(positions) - 1


def test_a_wide_screen_has_six_charts_to_go_through(controls: Controls) -> None:
    controls.size = (200, 60)
    seen = []
    for _ in SIX:
        seen.append(PANELS[controls.panel])
        controls.turn("panel")
    assert seen == [*SIX]
    controls.turn("panel", -1)
    controls.size = (120, 40)
    controls.turn("panel")
    assert PANELS[controls.panel] in FOUR, "what is out of sight is not in focus"
