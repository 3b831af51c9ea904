"""What is said of a network does not leap with every batch while it trains."""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import replace

import pytest
from vglab.engine.diagnosis.diagnosis import Diagnosis
from vglab.scenarios.i18n import Language, figure, set_language
from vglab.tui.charts.base.scene import Scene
from vglab.tui.protocol import Open, Step, Train, View
from vglab.tui.worker.live_run import Subject, open_subject
from vglab.tui.worker.session import FRAME
from vglab.tui.worker.spoken_verdict import verdict_of
from worker_driver import VIEW, Lab

STEPS = 400
COUNT = re.compile(r"(\S+)/10 hidden (frozen|stopped)")
LOOK = View([], ["grad_norm"], "")


def trained(subject: Subject, steps: int = STEPS) -> Subject:
    for _step in range(steps):
        subject.step()
    return subject


def changes(told: list[str]) -> int:
    return sum(one != other for one, other in zip(told[1:], told, strict=False))


def told(scene: Scene, lately: Sequence[Diagnosis] = ()) -> str:
    """The count that is told."""
    found = COUNT.search(" ".join(verdict_of(scene, lately=lately).forms))
    return found[0] if found else ""


def test_the_count_of_frozen_layers_keeps_still_while_training_goes() -> None:
    set_language("en")
    subject = trained(open_subject(Open(1, "deep-sigmoid", [], "en")))
    leaping, steady = list[str](), list[str]()
    for row in range(1, STEPS):
        scene = subject.scene(View([], ["grad_norm"], "", record=row))
        leaping.append(told(scene))
        lately = subject.lately(scene)
        steady += [told(replace(scene, diagnosis=lately[-1]), lately)] if lately else []
    assert changes(leaping) > 30, "else nothing has to be kept still"
    assert any("–" in one for one in steady), "the least and the most of late"
    assert changes(steady) < changes(leaping) / 10


def test_the_rule_that_holds_mostly_is_told_and_its_last_figures() -> None:
    subject = trained(open_subject(Open(1, "deep-sigmoid", [], "en")), 100)
    usual, odd = subject.lately(subject.scene(LOOK))[-1], 60
    assert [one.rule for one in subject.lately(subject.scene(LOOK))] == ["frozen"] * 5
    subject.judged["model", odd] = replace(usual, rule="moves")
    assert [one.rule for one in subject.lately(subject.scene(LOOK))] == ["frozen"] * 4
    assert subject.lately(subject.scene(LOOK))[-1] == usual


def test_a_held_run_tells_of_the_record_on_the_screen() -> None:
    set_language("en")
    lab = Lab()
    lab.tell(Open(1, "deep-sigmoid", [], "en"), VIEW, Train(True))
    while (subject := lab.session.subject) is None or subject.done < 300:
        lab.turn(FRAME)
    lab.tell(Step())
    while lab.session.single or lab.session.going:
        lab.turn(FRAME)
    frame = lab.session._frame(lab.now)
    scene = subject.scene(VIEW)
    assert frame is not None
    assert frame.verdict == verdict_of(scene, subject.advised(scene))


@pytest.mark.parametrize(("lang", "words"), [("en", "try "), ("es", "pruebe ")])
def test_each_verdict_can_be_told_without_its_advice(lang: Language, words: str) -> None:
    set_language(lang)
    try:
        subject = trained(open_subject(Open(1, "deep-sigmoid", [], lang)), 50)
        scene = subject.scene(LOOK)
        advised = verdict_of(scene, subject.advised(scene))
        key = "y:" if advised.remedy else words
        assert any(key in form.lower() for form in advised.forms)
        assert not any(key in form.lower() for form in advised.unadvised)
        assert advised.unadvised
        assert advised.unadvised[-1] == advised.forms[-1]
    finally:
        set_language("en")


@pytest.mark.parametrize(
    ("name", "frozen"), [("pytorch-default", True), ("cnn", True), ("tanh-deep", False)]
)
def test_it_is_told_which_network_has_hatched_bars(name: str, frozen: bool) -> None:
    subject = trained(open_subject(Open(1, name, [], "en")), 1)
    assert verdict_of(subject.scene(View([], ["grad_norm"], "", record=0))).frozen is frozen


@pytest.mark.parametrize(("lang", "room"), [("en", 101), ("es", 98)])
def test_the_whole_sentence_has_room_beside_its_badge(lang: Language, room: int) -> None:
    """In the three lines that the verdict has at 120 columns."""
    set_language(lang)
    try:
        subject = trained(open_subject(Open(1, "deep-sigmoid", [], lang)), 200)
        said = verdict_of(subject.scene(LOOK)).forms[0]
        assert (" of 10 hidden layers" if lang == "en" else " de 10 capas ocultas") in said
        assert len(textwrap.wrap(said, room)) <= 3
    finally:
        set_language("en")


def test_the_reference_is_held_against_the_factor_that_the_verdict_tells() -> None:
    """Though it is that of a record some steps before the one drawn."""
    set_language("en")
    lab = Lab()
    lab.tell(Open(1, "dying-relu", [], "en", base=[]), VIEW, Train(True))
    lab.turn()
    pairs = list[tuple[str, str]]()
    drawn = list[str]()
    while (subject := lab.session.subject) is None or subject.done < 300:
        lab.turn(FRAME)
        frame = subject and lab.session._frame(lab.now)
        if frame and subject and subject.done > 100 and frame.against:
            told = re.search(r"×\S+ per layer", frame.verdict.forms[-1])
            held = re.search(r"per layer → (×\S+)", frame.against[-1])
            pairs += [(told[0].split()[0], held[1])] if told and held else []
            drawn += [f"×{figure(subject.scene(VIEW).diagnosis.mean_rate)}"] if held else []
    assert any(now != one for now, (one, _other) in zip(drawn, pairs, strict=True)), "else no proof"
    assert all(one == other for one, other in pairs)
