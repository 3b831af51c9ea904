"""The worker as a process: it answers, it dies, it leaves nothing behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from shell import QUICK
from vglab.tui.lab.worker_client import WORKER, Link
from vglab.tui.protocol import Answer, Frame, Open, Ready, Train, View, Want, pack

BEGINNING = (
    Open(1, "deep-sigmoid", [*QUICK[1:4:2], "training.steps=1000000"], "en"),
    View([Want("layers", 30, 10)], ["grad_norm"], "update_ratio"),
    Train(True),
)
SECONDS = 20.0


class Screen:
    """What a screen would be told."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.answers: list[Answer] = []
        self.lost: list[str] = []
        link.attach(asyncio.get_running_loop(), self.answers.append, self.lost.append)

    async def until(self, condition: Callable[[], object]) -> None:
        limit = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < limit, "it took too long"
            await asyncio.sleep(0.01)


@pytest.fixture
async def screen() -> AsyncIterator[Screen]:
    link = Link()
    yield Screen(link)
    link.close()
    assert link.process.poll() is not None


async def test_orders_given_before_anyone_listens_are_answered(screen: Screen) -> None:
    screen.link.send(*BEGINNING)
    await screen.until(lambda: screen.answers)
    frame = screen.answers[0]
    assert isinstance(frame, Frame)
    assert frame.pictures["layers"].lines


@pytest.mark.slow
async def test_the_worker_trains_on_while_the_screen_is_busy(screen: Screen) -> None:
    screen.link.send(*BEGINNING)
    await screen.until(lambda: screen.answers)
    await asyncio.sleep(1)
    assert len(screen.answers) == 1, "no frame that was not asked for"
    screen.link.send(Ready())
    await screen.until(lambda: len(screen.answers) > 1)
    before, after = (
        answer.status.step for answer in screen.answers[:2] if isinstance(answer, Frame)
    )
    assert after > before + 2


async def test_a_worker_that_aborts_is_reported_within_a_second(screen: Screen) -> None:
    screen.link.send(*BEGINNING)
    await screen.until(lambda: screen.answers)
    os.kill(screen.link.process.pid, signal.SIGABRT)
    killed = time.monotonic()
    await screen.until(lambda: screen.lost)
    assert time.monotonic() - killed < 1
    assert screen.lost == ["signal 6"]
    assert not screen.link.alive


async def test_another_worker_takes_its_place(screen: Screen) -> None:
    os.kill(screen.link.process.pid, signal.SIGKILL)
    await screen.until(lambda: screen.lost)
    screen.link.send(Ready())
    screen.link.start()
    screen.link.send(*BEGINNING)
    await screen.until(lambda: screen.answers)
    assert screen.link.alive


async def test_what_the_worker_said_last_is_the_reason() -> None:
    link = Link([sys.executable, "-c", "raise SystemExit('no such thing')"])
    screen = Screen(link)
    await screen.until(lambda: screen.lost)
    assert screen.lost == ["no such thing"]
    link.close()


async def test_a_full_pipe_does_not_hold_the_screen_up(screen: Screen) -> None:
    os.kill(screen.link.process.pid, signal.SIGSTOP)
    many = Open(1, "deep-sigmoid", ["x" * 1000] * 100, "en")
    start = time.monotonic()
    screen.link.send(*[many] * 3)
    assert time.monotonic() - start < 1
    os.kill(screen.link.process.pid, signal.SIGCONT)
    screen.link.send(*BEGINNING)
    await screen.until(
        lambda: (
            any(isinstance(answer, Frame) for answer in screen.answers)
            or (screen.answers and screen.link.send(Ready()))
        )
    )


@pytest.fixture
def worker() -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(WORKER, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_the_worker_ends_when_its_screen_is_gone(worker: "subprocess.Popen[bytes]") -> None:
    assert worker.stdin is not None
    worker.stdin.close()
    assert worker.wait(SECONDS) == 0


def test_ctrl_c_is_the_screens_to_handle(worker: "subprocess.Popen[bytes]") -> None:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(b"".join(map(pack, BEGINNING)))
    worker.stdin.flush()
    assert worker.stdout.read(1), "it is up"
    worker.send_signal(signal.SIGINT)
    time.sleep(0.2)
    assert worker.poll() is None
