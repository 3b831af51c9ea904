"""The lab in a real terminal: opened, worked, killed and left, with nothing left behind."""

import os
import shutil
import signal
import subprocess
import termios
import time
from collections.abc import Iterator

import psutil
import pytest
from shell import VGLAB
from terminal import Terminal

LIGHT = ("--scenario", "deep-sigmoid", "--set", "training.steps=1000000")
CHARTS = "└input"
LEFT = b"\x1b[?1049l"
"""What gives the terminal its former screen back."""


def opened(terminal: Terminal) -> list[psutil.Process]:
    """The lab with its charts drawn; its processes."""
    terminal.until(lambda t: CHARTS in t.text and "VANISHING" in t.text)
    process = psutil.Process(terminal.process.pid)
    return [process, *process.children(recursive=True)]


def gone(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=5)[1]


@pytest.mark.slow
def test_quitting_leaves_the_terminal_as_it_was() -> None:
    with Terminal(*LIGHT) as terminal:
        processes = opened(terminal)
        assert len(processes) == 2
        assert termios.tcgetattr(terminal.fd) != terminal.before, "raw while the lab is open"
        terminal.type("q")
        assert terminal.wait_for_end() == 0
        assert termios.tcgetattr(terminal.fd) == terminal.before
        assert LEFT in terminal.output
        assert gone(processes)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_killed_lab_tidies_up_and_takes_its_worker_along(name: str) -> None:
    with Terminal(*LIGHT) as terminal:
        processes = opened(terminal)
        processes[0].send_signal(getattr(signal, name))
        assert terminal.wait_for_end() == -getattr(signal, name)
        assert termios.tcgetattr(terminal.fd) == terminal.before
        assert LEFT in terminal.output
        assert gone(processes)


@pytest.mark.slow
def test_a_terminal_that_is_closed_ends_the_lab() -> None:
    terminal = Terminal(*LIGHT)
    processes = opened(terminal)
    os.close(terminal.fd)
    assert gone(processes)
    terminal.process.wait()


def test_a_terminal_that_is_closed_ends_a_lab_that_nobody_tells() -> None:
    """Below a program that leads the session and stays, as `make run` does, no signal comes."""
    leader = ("sh", "-c", 'trap "" HUP; "$@"; :', "sh", str(VGLAB))
    terminal = Terminal(*LIGHT, program=leader)
    opened(terminal)
    labs = psutil.Process(terminal.process.pid).children(recursive=True)
    os.close(terminal.fd)
    ended = gone(labs)
    terminal.process.kill()
    terminal.process.wait()
    assert ended


@pytest.mark.slow
def test_a_lab_that_is_shot_leaves_no_worker() -> None:
    with Terminal(*LIGHT) as terminal:
        processes = opened(terminal)
        processes[0].kill()
        terminal.process.wait()
        assert gone(processes)


@pytest.mark.slow
def test_a_worker_that_aborts_is_reported_and_restarted() -> None:
    with Terminal(*LIGHT) as terminal:
        _, worker = opened(terminal)
        worker.send_signal(signal.SIGABRT)
        terminal.until(lambda t: "The worker has stopped (signal 6)" in t.text, 2)
        assert CHARTS in terminal.text
        terminal.type("r")
        terminal.until(lambda t: "VANISHING" in t.text)
        terminal.type("q")
        assert terminal.wait_for_end() == 0


@pytest.mark.slow
def test_a_terminal_that_does_not_say_its_size_is_a_plain_one() -> None:
    with Terminal(*LIGHT, size=(80, 24), sized=False) as terminal:
        processes = opened(terminal)
        os.close(terminal.fd)
        assert gone(processes)
        terminal.fd = os.open(os.devnull, os.O_RDONLY)


def test_while_paused_not_a_byte_is_written() -> None:
    with Terminal(*LIGHT) as terminal:
        opened(terminal)
        terminal.type(" ")
        terminal.until(lambda t: "paused" in t.text)
        terminal.pump(1)
        assert terminal.pump(3) == 0


def test_starting_up_writes_one_screen() -> None:
    with Terminal(*LIGHT, "--set", "training.steps=1") as terminal:
        opened(terminal)
        assert len(terminal.output) < 50_000, "two screens would be 52"


@pytest.mark.parametrize(
    ("env", "seen", "unseen"),
    [
        ({}, b"\x1b[38;2;", b"\x1b[38;5;"),
        ({"COLORTERM": ""}, b"38;5;", b"38;2;"),
        ({"COLORTERM": "", "TERM": "xterm"}, b"\x1b[9", b"38;5;"),
    ],
    ids=["truecolor", "256", "16"],
)
def test_each_kind_of_terminal_gets_colors_it_knows(
    env: dict[str, str], seen: bytes, unseen: bytes
) -> None:
    with Terminal(*LIGHT, env=env) as terminal:
        opened(terminal)
        assert seen in terminal.output
        assert unseen not in terminal.output


def test_spanish_from_title_to_verdict() -> None:
    with Terminal(*LIGHT, "--lang", "es", size=(80, 24)) as terminal:
        terminal.until(lambda t: "SE DESVANECE" in t.text)
        assert "Diez capas" in terminal.text
        assert "entrada" in terminal.text


@pytest.fixture
def tmux() -> Iterator[list[str]]:
    if not shutil.which("tmux"):
        pytest.skip("tmux is not installed")
    command = ["tmux", "-L", f"vglab-test-{os.getpid()}", "-f", "/dev/null"]
    yield command
    subprocess.run([*command, "kill-server"], check=False, capture_output=True)


def test_inside_tmux_from_opening_to_quitting(tmux: list[str]) -> None:
    def pane() -> str:
        return subprocess.run(
            [*tmux, "capture-pane", "-p"], check=True, capture_output=True, text=True
        ).stdout

    def until(text: str) -> str:
        limit = time.monotonic() + 20
        while text not in (shown := pane()):
            assert time.monotonic() < limit, shown
            time.sleep(0.1)
        return shown

    def press(*keys: str) -> None:
        subprocess.run([*tmux, "send-keys", *keys], check=True)

    shell = ["new-session", "-d", "-x", "80", "-y", "24", "env", "PS1=$ ", "LANGUAGE=en", "sh"]
    subprocess.run([*tmux, *shell], check=True)
    press(f"echo before; {VGLAB} {' '.join(LIGHT)}; echo left with $?", "Enter")
    shown = until("VANISHING")
    assert "1e-" in shown
    press("o")
    until("activation  sigmoid")
    press("Escape")
    time.sleep(0.6)  # or a terminal takes the next key for Alt and that key
    press("j")
    until("2/41 Two sigmoid layers")
    press("z")
    press("q")
    after = until("left with 0")
    assert "before" in after
    assert "vglab ▸" not in after


@pytest.mark.slow
def test_the_lab_is_suspended_and_comes_back() -> None:
    with Terminal("--scenario", "deep-sigmoid") as terminal:
        terminal.until(lambda t: "└input" in t.text)
        lab = psutil.Process(terminal.process.pid)
        terminal.type("\x1a")
        terminal.until(lambda _t: lab.status() == psutil.STATUS_STOPPED)
        assert b"\x1b[?1049l" in terminal.output, "the shell has its screen again"
        terminal.output.clear()
        terminal.process.send_signal(signal.SIGCONT)
        terminal.until(lambda t: b"\x1b[?1049h" in t.output and "└input" in t.text)
        terminal.type("q")
        assert terminal.wait_for_end() == 0


@pytest.mark.slow
def test_a_visitor_cannot_suspend_the_lab() -> None:
    with Terminal("--kiosk") as terminal:
        terminal.until(lambda t: "└input" in t.text)
        terminal.type("\x1a")
        terminal.pump(1)
        assert psutil.Process(terminal.process.pid).status() != psutil.STATUS_STOPPED
        terminal.type("q")
        assert terminal.wait_for_end() == 0
