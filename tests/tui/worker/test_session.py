"""The worker's side without a process: told orders and the time, asked for work and answers."""

from concurrent.futures import Future
from typing import Any

import pytest
from msgspec.structs import replace
from vglab.scenarios.i18n import set_language
from vglab.scenarios.loading.changes import differences
from vglab.scenarios.loading.inheritance import load
from vglab.tui.protocol import Frame, Open, Pace, Ready, Refusal, Step, Train, View, Want
from vglab.tui.worker.foresight import Foresight
from vglab.tui.worker.ghosts import Ghosts
from vglab.tui.worker.kept_runs import KeptRuns
from vglab.tui.worker.live_run import open_subject
from vglab.tui.worker.reference import _sentence
from vglab.tui.worker.session import FRAME, Session
from worker_driver import SETTINGS, VIEW, Lab


@pytest.fixture
def lab() -> Lab:
    made = Lab()
    made.tell(Open(1, "deep-sigmoid", SETTINGS, "en"), VIEW)
    return made


def settle(lab: Lab) -> Frame:
    """The first frame, and the theory that is asked after it."""
    first = lab.frame()
    lab.turn()
    lab.tell(Ready())
    lab.frame(FRAME)
    lab.tell(Ready())
    return first


def test_the_first_frame_shows_the_network_at_birth_though_nothing_runs(lab: Lab) -> None:
    frame = lab.frame()
    assert frame.ticket == 1
    assert (frame.status.step, frame.status.planned, frame.status.going) == (0, 40, False)
    assert set(frame.pictures) == {"layers", "learning"}
    assert frame.verdict is not None
    assert frame.verdict.forms[0].endswith(".")
    *worded, pace = frame.verdict.forms
    assert all(form.lower().startswith(("at initialization: ", "at init.: ")) for form in worded)
    assert pace.startswith("×"), "where there is no room beside another run"


def test_a_session_with_nothing_to_do_waits_for_orders(lab: Lab) -> None:
    settle(lab)
    assert lab.session.patience(lab.now) is None
    assert lab.turn(10) is None


def test_the_theory_comes_after_the_first_frame(lab: Lab) -> None:
    first = lab.frame()
    assert "theory" not in str(first.pictures["layers"].title)
    assert lab.session.patience(lab.now) == 0
    lab.turn()
    lab.tell(Ready())
    assert "theory" in str(lab.frame(FRAME).pictures["layers"].title)


def test_a_session_trains_and_obeys_while_the_theory_is_asked() -> None:
    asked: Future[Any] = Future()
    calls: list[Any] = []
    lab = Lab(Session(foresight=Foresight(lambda call: calls.append(call) or asked)))
    lab.tell(Open(1, "deep-sigmoid", SETTINGS, "en"), VIEW, Train(True))
    lab.frame()
    lab.tell(Ready())
    for _ in range(9):
        lab.turn(FRAME)
        lab.tell(Ready())
    assert len(calls) == 1
    assert lab.session.subject.done > 5
    lab.tell(Train(False), Ready())
    assert lab.session.patience(lab.now) < FRAME, "it looks whether the theory is there"
    asked.set_result(calls[0]())
    lab.turn(FRAME)
    assert lab.session.subject.theory is not None


def test_only_what_changed_is_sent_again(lab: Lab) -> None:
    settle(lab)
    lab.tell(Train(True))
    assert "learning" in lab.frame().pictures
    lab.tell(Ready(), Train(False))
    assert lab.frame().pictures == {}


def test_no_second_frame_before_the_screen_is_ready(lab: Lab) -> None:
    lab.tell(Train(True))
    lab.frame()
    assert [lab.turn(1) for _ in range(3)] == [None] * 3
    lab.tell(Ready())
    assert lab.frame(1).status.step >= 3


def test_frames_keep_their_distance_but_orders_are_answered_at_once(lab: Lab) -> None:
    settle(lab)
    lab.tell(Train(True))
    lab.frame()
    lab.tell(Ready())
    assert lab.turn(FRAME / 2) is None
    lab.tell(View([Want("layers", 20, 8)], ["delta_rms"], "update_ratio"))
    assert lab.frame().pictures.keys() == {"layers"}


def test_drawing_takes_no_more_than_its_share(lab: Lab) -> None:
    settle(lab)
    lab.tell(Train(True))
    lab.session.work(lab.now)
    slow = iter([lab.now + 1.0])
    assert lab.session.answer(lab.now, lambda: next(slow)) is not None
    assert lab.session.pace.next_frame >= lab.now + 4


def test_a_pace_is_kept(lab: Lab) -> None:
    settle(lab)
    lab.tell(Pace(10), Train(True))
    start = lab.session.subject.experiment.trace.done
    for _ in range(200):
        lab.turn(0.01)
    made = lab.session.subject.experiment.trace.done - start
    assert 19 <= made <= 22
    assert 0 < (lab.session.patience(lab.now) or 0) <= 0.1


def test_a_step_goes_to_the_next_record_and_holds(lab: Lab) -> None:
    settle(lab)
    lab.tell(Train(True), Step())
    frame = lab.frame()
    assert (frame.status.step, frame.status.going) == (1, False)
    lab.tell(Ready())
    assert lab.turn(1) is None


def test_where_records_are_sparse_a_step_reaches_the_next_one() -> None:
    lab = Lab()
    lab.tell(Open(1, "deep-sigmoid", [*SETTINGS, "run.record_every=10"], "en"), VIEW)
    settle(lab)
    lab.tell(Step())
    assert lab.frame().status.step == 10


def test_training_ends_by_itself(lab: Lab) -> None:
    settle(lab)
    lab.tell(Train(True))
    for _ in range(60):
        lab.turn(0.001)
        lab.tell(Ready())
    assert lab.session.patience(lab.now + 1) is None or lab.turn(1) is not None
    lab.tell(Ready(), Train(True))
    frame = lab.frame(1)
    assert (frame.status.step, frame.status.finished, frame.status.speed) == (40, True, 0)


def test_of_several_scenarios_asked_for_only_the_last_is_built(lab: Lab) -> None:
    lab.tell(*(Open(ticket, "relu", SETTINGS, "en") for ticket in (2, 3, 4)))
    assert lab.frame().ticket == 4


@pytest.mark.parametrize(
    ("scenario", "settings", "said"),
    [
        ("deep-sigmoid", ["network.depth=0"], "network.depth"),
        ("no-such-thing", [], "no-such-thing"),
        ("deep-sigmoid", ["run.replicas=1000", "network.width=512", "network.depth=200"], "GB"),
    ],
)
def test_a_scenario_that_cannot_run_is_a_fault_with_its_reason(
    lab: Lab, scenario: str, settings: list[str], said: str
) -> None:
    settle(lab)
    lab.tell(Open(2, scenario, settings, "en"))
    answer = lab.turn()
    assert isinstance(answer, Refusal)
    assert answer.ticket == 2
    assert said in answer.text
    lab.tell(Ready(), Open(3, "relu", SETTINGS, "en"))
    assert lab.frame().ticket == 3


def test_the_verdict_speaks_the_language_of_the_order(lab: Lab) -> None:
    english = lab.frame().verdict
    lab.tell(Ready(), Open(2, "deep-sigmoid", SETTINGS, "es"))
    spanish = lab.frame().verdict
    assert english is not None
    assert spanish is not None
    assert english.forms != spanish.forms
    assert "capa" in spanish.forms[0]


def back(**more: Any) -> View:
    """A look at an earlier record."""
    return View([*VIEW.wants, Want("layer", 120, 1)], ["grad_norm"], "update_ratio", **more)


def run_to_the_end(lab: Lab) -> Frame:
    """The first frame of a run that is over."""
    first = settle(lab)
    lab.tell(Train(True))
    for _ in range(60):
        lab.turn(0.001)
        lab.tell(Ready())
    lab.tell(Train(False))
    lab.turn(FRAME)
    lab.tell(Ready())
    return first


def test_what_is_looked_back_at_is_as_it_was(lab: Lab) -> None:
    birth = run_to_the_end(lab)
    lab.tell(back(record=0))
    frame = lab.frame()
    assert (frame.status.step, frame.status.recorded, frame.status.back) == (0, 40, True)
    assert (frame.status.rows, frame.status.every, frame.status.depth) == (41, 1, 4)
    assert frame.status.loss == birth.status.loss
    assert frame.verdict is not None
    assert birth.verdict is not None
    assert frame.verdict.state == birth.verdict.state
    assert frame.verdict.forms[-2:] == birth.verdict.forms[-2:]


def test_a_record_that_there_is_not_is_the_last_one(lab: Lab) -> None:
    run_to_the_end(lab)
    lab.tell(back(record=999, layer=99))
    frame = lab.frame()
    assert (frame.status.step, frame.status.back) == (40, False)
    assert "layer 4/4" in str(frame.pictures["layer"].lines)


def test_the_same_look_twice_draws_the_same(lab: Lab) -> None:
    run_to_the_end(lab)
    seen = []
    for record in (7, 30, 7):
        lab.tell(back(record=record, layer=3))
        seen.append(lab.frame().pictures)
        lab.tell(Ready())
    assert seen[0] == seen[2] != seen[1]
    assert lab.turn(10) is None


def test_a_scenario_that_is_opened_is_seen_as_it_is_now(lab: Lab) -> None:
    run_to_the_end(lab)
    lab.tell(back(record=20))
    lab.frame()
    lab.tell(Ready(), Open(2, "relu", SETTINGS, "en"), back())
    frame = lab.frame()
    assert (frame.ticket, frame.status.back, frame.status.step) == (2, False, 0)


def test_a_verdict_keeps_its_advice_longer_than_its_numbers() -> None:
    lab = Lab()
    lab.tell(Open(1, "rnn", ["training.steps=3"], "en"), VIEW)
    verdict = lab.frame().verdict
    assert verdict is not None
    whole, shorter, *_ = verdict.forms
    assert whole.endswith("Not learned yet? lstm, a larger forget_bias.")
    assert shorter.endswith(" in all). Not learned yet? lstm, a larger forget_bias.")
    assert len(shorter) < len(whole) - 100


def test_lists_as_long_as_one_another_are_said_to_differ() -> None:
    set_language("en")
    base, own = load("gan-saturating"), load("gan-staged")
    listing = differences(base, own)
    assert [change.key for change in listing] == ["training.stages"]
    assert _sentence(listing, 1, ["no effect"]) == "other stages: no effect"


def train_to(lab: Lab, step: int) -> None:
    lab.tell(Train(True))
    while lab.session.subject.done < step:
        lab.turn(0.01)
    lab.tell(Train(False))


def opened_at(lab: Lab, order: Open) -> int:
    lab.tell(order, Ready())
    return lab.frame(FRAME).status.step


def test_a_run_that_was_left_goes_on_where_it_stood(lab: Lab) -> None:
    settle(lab)
    train_to(lab, 20)
    assert opened_at(lab, Open(2, "tanh", SETTINGS, "en")) == 0
    assert opened_at(lab, Open(3, "deep-sigmoid", SETTINGS, "en")) == 19
    assert opened_at(lab, Open(4, "deep-sigmoid", SETTINGS, "en", run=4)) == 0
    assert opened_at(lab, Open(5, "deep-sigmoid", SETTINGS, "en")) == 19


def test_kept_runs_take_no_more_than_their_memory_the_oldest_goes_first() -> None:
    names = ["deep-sigmoid", "tanh", "relu"]
    first, second, third = (open_subject(Open(1, name, SETTINGS, "en")) for name in names)
    for run in (first, second, third):
        for _ in range(30):
            run.step()
    kept = KeptRuns(second.bytes + third.bytes)
    kept.keep(first)
    kept.keep(second)
    assert [*kept.runs.values()] == [first, second]
    kept.keep(third)
    assert kept.open(Open(7, "tanh", SETTINGS, "en")) is second
    assert second.ticket == 7
    assert kept.open(Open(8, "deep-sigmoid", SETTINGS, "en")).done == 1


def test_kept_runs_give_snapshots_before_they_go() -> None:
    run = open_subject(Open(1, "deep-sigmoid", SETTINGS, "en"))
    for _ in range(30):
        run.step()
    whole = run.history.bytes
    run.history.thin(whole // 2)
    assert 0 < run.history.bytes <= whole // 2
    assert run.history.at(10) is not None


def test_a_scenario_is_held_against_the_one_it_extends() -> None:
    lab = Lab()
    lab.tell(Open(1, "tanh", SETTINGS, "en", base=SETTINGS), VIEW)
    first = lab.frame()
    assert not first.against, "the first frame does not wait for it"
    lab.tell(Ready())
    while lab.session.ghosts.wanted_base is not None or lab.session.subject.theory is None:
        lab.turn(FRAME)
        lab.tell(Ready())
    frame = lab.frame(FRAME) if lab.session.pace.stale else None
    train_to(lab, 20)
    lab.tell(Ready(), VIEW)
    while lab.session.ghosts.base.done < 20:
        lab.turn(FRAME)
        lab.tell(Ready())
    lab.tell(Ready(), VIEW)
    frame = lab.frame(FRAME)
    assert frame.against[0].startswith("base (Deep sigmoid): activation sigmoid → tanh")
    assert "═ base" in str(frame.pictures["layers"].title).replace("', 11), ('", "")
    lab.tell(Ready(), replace(VIEW, common=False))
    assert not lab.frame(FRAME).against, "unlocked, it is shown alone"


def test_a_base_is_trained_once_for_all_that_extend_it() -> None:
    lab = Lab()
    lab.tell(Open(1, "tanh", SETTINGS, "en", base=SETTINGS), VIEW)
    lab.turn()
    train_to(lab, 3)
    until_followed(lab)
    base = lab.session.ghosts.base
    assert base.history.at(1) is None, "nobody looks back with it"
    lab.tell(Open(2, "relu", SETTINGS, "en", base=SETTINGS), VIEW, Ready())
    lab.turn(FRAME)
    train_to(lab, 3)
    until_followed(lab)
    assert lab.session.ghosts.base is base
    assert base.done == 3, "it was there already"


def test_a_base_that_was_visited_to_its_end_is_not_trained_again(lab: Lab) -> None:
    lab.turn()
    train_to(lab, 40)
    visited = lab.session.subject
    visited.step()
    assert visited.finished
    lab.tell(Open(2, "tanh", SETTINGS, "en", base=SETTINGS), VIEW, Ready())
    lab.turn(FRAME)
    train_to(lab, 2)
    until_followed(lab)
    assert lab.session.ghosts.base is visited


def test_bases_take_a_fixed_amount_of_memory() -> None:
    ghosts = Ghosts(KeptRuns(), bases=KeptRuns(1))
    for ticket, name in enumerate(("tanh", "dying-relu")):
        ghosts.want_base(Open(ticket, name, [], "en", base=[f"run.seed={ticket}"]))
        ghosts.follow()
    assert [*ghosts.bases.runs.values()] == [ghosts.base]


def until_followed(lab: Lab) -> None:
    """Let the base come to where the subject is."""
    lab.tell(Ready())
    while lab.session.ghosts.is_behind(lab.session.subject):
        lab.turn(FRAME)
        lab.tell(Ready())


@pytest.mark.parametrize(
    ("scenario", "story"),
    [("deep-sigmoid", "decision"), ("adam", "displacement"), ("rnn", "time_steps")],
)
def test_the_fourth_panel_tells_the_story(scenario: str, story: str) -> None:
    lab = Lab()
    settings = ["training.steps=3", "run.record_every=1"]
    lab.tell(Open(1, scenario, settings, "en"), replace(VIEW, inner=""))
    status = lab.frame().status
    assert status.story == story
    assert story in status.charts
    assert len(status.tabs) == len(status.charts)


def test_a_chart_that_costs_much_waits_and_is_drawn_once_a_second() -> None:
    lab = Lab()
    view = replace(VIEW, wants=[*VIEW.wants, Want("inside", 30, 10)], inner="decision")
    lab.tell(Open(1, "tanh", [*SETTINGS, "training.steps=4000"], "en"), view)
    assert "inside" not in lab.frame().pictures, "nothing waits for it"
    lab.turn(FRAME)
    lab.tell(Ready(), Train(True))
    drawn = 0
    for _ in range(30):
        answer = lab.turn(FRAME)
        lab.tell(Ready())
        drawn += isinstance(answer, Frame) and "inside" in answer.pictures
    assert 2 <= drawn <= 4, "of thirty frames in three seconds"
    lab.tell(Train(False))
    assert "inside" in lab.frame().pictures, "where it rests, it is what there is"


def test_the_step_is_that_of_the_record_that_is_shown() -> None:
    """The header, charts and explanations count alike."""
    lab = Lab()
    lab.tell(Open(1, "deep-sigmoid", SETTINGS, "en"), VIEW)
    assert lab.frame().status.step == 0
    lab.tell(Ready(), Step())
    assert lab.frame(FRAME).status.step == 1
    lab.tell(Ready(), Train(True))
    last = None
    for _ in range(60):
        last = lab.turn(FRAME) or last
        lab.tell(Ready())
    assert last is not None
    assert (last.status.step, last.status.finished) == (40, True)


def test_a_task_is_judged_before_theory_has_been_asked() -> None:
    """Only the very first frame does not wait for what measures are made of."""
    lab, path = Lab(), "networks.model.diagnosis.at_birth.ratio"
    view = replace(VIEW, asks=[path])
    lab.tell(Open(1, "deep-sigmoid", SETTINGS, "en"), view)
    assert lab.frame().measured == {}
    lab.tell(Ready(), Open(2, "deep-sigmoid", [*SETTINGS, "network.gain=3"], "en"), view)
    frame = lab.frame(FRAME)
    assert lab.session.subject is not None
    assert lab.session.subject.theory is None
    assert path in frame.measured
