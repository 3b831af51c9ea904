"""The pipe: whole messages come out however the bytes were cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vglab.tui.protocol import (
    Answer,
    Command,
    Frame,
    Open,
    Pace,
    Picture,
    Ready,
    Refusal,
    Status,
    Step,
    Train,
    Verdict,
    View,
    Want,
    answers,
    commands,
    pack,
)

COMMANDS: list[Command] = [
    Open(1, "deep-sigmoid", ["run.seed=3"], "es"),
    Train(True),
    Step(),
    Pace(None),
    Pace(20.0),
    View([Want("layers", 45, 16)], ["grad_norm"], "update_ratio", 0, True),
    Ready(),
]
STATUS = Status(
    step=1,
    planned=2000,
    going=True,
    finished=False,
    speed=3.5,
    loss=None,
    accuracy=0.5,
    networks=["model"],
)
PICTURE = Picture([("título", 3)], [], [[("▀▄█", 99), ("x", 0)], []])
ANSWERS: list[Answer] = [
    Frame(1, STATUS, {"layers": PICTURE}, Verdict("healthy", ["well"])),
    Frame(2, STATUS, {}),
    Refusal(3, "no such key"),
]


@given(st.lists(st.integers(1, 50), min_size=1))
def test_messages_survive_any_cutting(cuts: list[int]) -> None:
    stream = b"".join(map(pack, COMMANDS))
    inbox, found = commands(), []
    at = 0
    while at < len(stream):
        size = cuts[at % len(cuts)]
        found += inbox.feed(stream[at : at + size])
        at += size
    assert found == COMMANDS


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: type(answer).__name__)
def test_answers_arrive_as_they_were_sent(answer: Answer) -> None:
    assert [*answers().feed(pack(answer))] == [answer]


def test_half_a_message_is_waited_for() -> None:
    inbox = answers()
    assert [*inbox.feed(pack(ANSWERS[0])[:-1])] == []
    assert [*inbox.feed(pack(ANSWERS[0])[-1:])] == [ANSWERS[0]]
