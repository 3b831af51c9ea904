"""A terminal of any size that sends any byte: the lab works on, and ends when it is asked to."""

import fcntl
import json
import os
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from functools import partial
from pathlib import Path
from threading import Thread

import psutil
import pytest
from shell import start
from terminal import Terminal

LIGHT = ("--scenario", "deep-sigmoid", "--set", "training.steps=1000000")
MEMORY = 1 << 30
LEFT = b"\x1b[?1049l"


def opened(terminal: Terminal) -> None:
    terminal.until(lambda t: "└input" in t.text and "VANISHING" in t.text)


def resize(terminal: Terminal, columns: int, rows: int) -> None:
    fcntl.ioctl(terminal.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def weight(terminal: Terminal) -> int:
    return psutil.Process(terminal.process.pid).memory_info().rss


def busy(terminal: Terminal) -> float:
    """Seconds of a processor that the lab has taken."""
    spent = psutil.Process(terminal.process.pid).cpu_times()
    return spent.user + spent.system


@pytest.mark.slow
def test_a_window_of_any_size_is_left_by_its_key() -> None:
    with Terminal(*LIGHT) as terminal:
        opened(terminal)
        resize(terminal, 65535, 65535)
        terminal.pump(3)
        assert weight(terminal) < MEMORY
        terminal.type("q")
        assert terminal.wait_for_end() == 0


@pytest.mark.slow
def test_a_size_that_is_typed_is_believed_within_reason() -> None:
    with Terminal(*LIGHT) as terminal:
        opened(terminal)
        terminal.type("\x1b[48;99999;99999;1;1t")
        terminal.pump(3)
        assert weight(terminal) < MEMORY
        terminal.type("q")
        assert terminal.wait_for_end() == 0


@pytest.mark.slow
def test_a_size_that_the_environment_says_is_believed_within_reason() -> None:
    with Terminal(*LIGHT, env={"COLUMNS": "100000", "LINES": "99999"}) as terminal:
        terminal.until(lambda t: "Leaky ReLU" in t.text)
        assert weight(terminal) < MEMORY
        terminal.type("q")
        assert terminal.wait_for_end() == 0


BUSY = """
import sys
from vglab.tui.lab.screens.bench import Bench

def sleepless(bench):
    print(end="BUSY", file=sys.__stderr__, flush=True)
    while True:
        pass

Bench.action_help = sleepless
from vglab.tui.lab.app import LabApp
LabApp.action_help = sleepless
from vglab.tui.cli.main import main
main()
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_lab_that_is_busy_drawing(name: signal.Signals) -> None:
    with Terminal(*LIGHT, program=(sys.executable, "-c", BUSY)) as terminal:
        opened(terminal)
        terminal.type("\x1bOP")
        terminal.until(lambda t: b"BUSY" in t.output)
        before = time.monotonic()
        terminal.process.send_signal(name)
        assert terminal.wait_for_end() == 128 + name
        assert time.monotonic() - before < 5


BYTES = [b"\xff", b"\x80", b"\xe9j", b"\xf1o", b"\x1b[M\xa0\xa0\xa0", b"\xc3\x28", b"\xed\xa0\x80"]
KEYS = [b"\x1b[1114112u", b"\x1b[27;5;99999999~", b"\x1b[99999999999999u", b"\x1b[55296u"]
SIZES = [b"\x1b[48;0;0;0;0t\x1b[<0;5;5M\x1b[48;40;120;0;0t"]


@pytest.mark.slow
def test_no_byte_ends_the_lab() -> None:
    with Terminal(*LIGHT) as terminal:
        opened(terminal)
        for data in [*BYTES, *KEYS, *SIZES]:
            os.write(terminal.fd, data)
            terminal.pump(0.2)
            assert terminal.process.poll() is None, data
        terminal.type("q")
        assert terminal.wait_for_end() == 0
        assert b"Traceback" not in terminal.output


@pytest.mark.slow
def test_a_paste_that_never_ends_leaves_the_keys_alone() -> None:
    with Terminal(*LIGHT) as terminal:
        opened(terminal)
        terminal.type("\x1b[200~never")
        terminal.pump(2.5)
        terminal.type("q")
        assert terminal.wait_for_end() == 0


@pytest.mark.slow
def test_a_long_paste_is_cut_and_soon_over() -> None:
    with Terminal(*LIGHT) as terminal:
        opened(terminal)
        terminal.type("/")
        terminal.pump(0.5)
        os.set_blocking(terminal.fd, False)
        left = memoryview(b"\x1b[200~" + b"tanh" * (1 << 18) + b"\x1b[201~")
        before = busy(terminal)
        while left:
            try:
                left = left[os.write(terminal.fd, left) :]
            except BlockingIOError:
                terminal.pump(0.01)
        os.set_blocking(terminal.fd, True)
        terminal.until(lambda t: "tanhtanh" in t.text)
        terminal.type("\x1b")
        terminal.pump(0.5)
        assert busy(terminal) - before < 6
        terminal.type("q")
        assert terminal.wait_for_end() == 0


FAILS = """
from vglab.tui.lab.app import LabApp

def fail(app):
    raise ZeroDivisionError("on purpose")

LabApp.action_help = fail
from vglab.tui.cli.main import main
main()
"""


@pytest.mark.slow
@pytest.mark.parametrize("kiosk", [False, True])
def test_an_error_of_the_lab_is_a_line_and_a_report(kiosk: bool, tmp_path: Path) -> None:
    words = ("--kiosk",) if kiosk else LIGHT
    with Terminal(
        *words, program=(sys.executable, "-c", FAILS), env={"TMPDIR": str(tmp_path)}
    ) as terminal:
        terminal.until(lambda t: "└input" in t.text)
        terminal.type("\x1bOP")
        assert terminal.wait_for_end() == 1
        assert termios.tcgetattr(terminal.fd) == terminal.before
        said = terminal.output.partition(LEFT)[2].decode()
    assert "Traceback" not in said
    line = re.sub(r"\x1b\[[?<0-9]*[a-z]", "", said).strip()
    reports = [*tmp_path.glob("vglab-*.txt")]
    if kiosk:
        assert line == "Error: the lab has crashed: ZeroDivisionError: on purpose"
        assert reports == []
    else:
        (report,) = reports
        form = "Error: the lab has crashed; the report is in"
        assert line == f"{form} {report}"
        assert "ZeroDivisionError: on purpose" in report.read_text()
        assert report.read_text().startswith("vglab 0.")


DRIVER = {"TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver", "PYTHONUTF8": "1"}


def packet(kind: bytes, data: bytes) -> bytes:
    """What a browser's server hands on."""
    return kind + len(data).to_bytes(4, "big") + data


@pytest.mark.slow
@pytest.mark.parametrize("size", ["20000", "80"])
def test_a_browser_may_say_any_size_and_send_any_byte(size: str) -> None:
    env = {"COLUMNS": size, "ROWS": size, **DRIVER}
    with start("--kiosk", env=env, stdin=subprocess.PIPE) as lab:
        assert lab.stdin is not None
        assert lab.stdout is not None
        heard, pipe = bytearray(), lab.stdout
        chunks = iter(partial(os.read, pipe.fileno(), 4096), b"")
        reader = Thread(target=lambda: [heard.extend(chunk) for chunk in chunks])
        reader.start()
        limit = time.monotonic() + 40
        while b"VANISHING" not in heard and time.monotonic() < limit:
            time.sleep(0.05)
        for wide in (99999, "wide", None):
            words = json.dumps({"type": "resize", "width": wide, "height": 99999})
            lab.stdin.write(packet(b"M", words.encode()))
            time.sleep(1)
        assert psutil.Process(lab.pid).memory_info().rss < MEMORY
        for data in (*BYTES, *KEYS, b"q"):
            lab.stdin.write(packet(b"D", data))
        assert lab.wait(20) == 0
        reader.join()
    assert b"VANISHING" in heard
