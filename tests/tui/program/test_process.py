"""The command as a process: what it loads, how it takes Ctrl-C and closed pipes, how it starts."""

import json
import os
import pty
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from shell import QUICK, VGLAB, CommandResult, python, result_of, start
from vglab.tui.cli.commands import COMMANDS

LONG = ("--scenario", "deep-sigmoid", "--json", "--set", "training.steps=1000000")
HEAVY = ("numpy", "textual", "plotext")

LOADED = """
import sys
from vglab.tui.cli.main import run
status = run(sys.argv[1:])
print("LOADED", status, *sorted({name.split(".")[0] for name in sys.modules}))
"""


def loaded(*arguments: str) -> set[str]:
    """The packages a command line loads, in a process of its own."""
    _, status, *packages = python(LOADED, *arguments).splitlines()[-1].split()
    assert status == "0"
    return set(packages)


@pytest.mark.parametrize(
    "words",
    [
        *("--help", "scenarios", "scenarios --json", "show relu", "show --help"),
        "schema scenario",
    ],
)
def test_words_alone_load_nothing_heavy(words: str) -> None:
    assert loaded(*words.split()).isdisjoint(HEAVY)


def test_a_file_that_asks_nothing_is_checked_without_the_engine(tmp_path: Path) -> None:
    """A question of a course names a path of the run document, whose types the engine has."""
    file = tmp_path / "mine.toml"
    file.write_text('extends = "relu"\n')
    assert loaded("check", str(file)).isdisjoint(HEAVY)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_loads_nothing_heavy(command: str) -> None:
    assert loaded(command, "--help").isdisjoint(HEAVY)


def test_help_loads_click_alone_and_the_version_numpy() -> None:
    assert loaded("--help").isdisjoint((*HEAVY, "msgspec", "tomllib", "psutil"))
    assert loaded("--version") & {*HEAVY, "msgspec", "psutil"} == {"numpy"}


@pytest.mark.parametrize("output", [("--json",), ()])
def test_a_run_without_a_screen_loads_no_screen(output: tuple[str, ...]) -> None:
    packages = loaded("--scenario", "relu", *output, *QUICK)
    assert "numpy" in packages
    assert packages.isdisjoint(("textual", "plotext", "rich", "asyncio"))


def test_the_engine_loads_numpy_alone() -> None:
    code = """
import numpy.random, pkgutil, sys
before = {name.split(".")[0] for name in sys.modules}
import vglab.engine
for module in pkgutil.iter_modules(vglab.engine.__path__):
    __import__(f"vglab.engine.{module.name}")
after = {name.split(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)
print(*sorted(after - before))
"""
    assert python(code).split() == ["vglab"]


@pytest.mark.parametrize("module", ["vglab.engine", "vglab.tui.cli"])
def test_numpy_gets_one_thread_unless_told_otherwise(module: str) -> None:
    code = f"""
import os
names = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")
for name in names:
    os.environ.pop(name, None)
os.environ["OMP_NUM_THREADS"] = "3"
import {module}
print(*(os.environ[name] for name in names))
"""
    assert python(code).split() == ["1", "1", "3"]


def interrupted(process: "subprocess.Popen[bytes]", *waits: float) -> CommandResult:
    """Press Ctrl-C after each of the waits, and see how it ends."""
    for wait in waits:
        time.sleep(wait)
        process.send_signal(signal.SIGINT)
    return result_of(process)


def one_document(out: str) -> dict[str, object]:
    """stdout holds one complete document and nothing else."""
    (line,) = out.splitlines()
    return json.loads(line)


def unfinished(ended: CommandResult) -> bool:
    """It ended as an interrupted run does."""
    run = one_document(ended.out)
    return (ended.status, ended.err, run["finished"]) == (130, "", False) and run["records"] != []


@pytest.mark.parametrize("waits", [(0.6,), (1.0, 0.0), (0.6, 0.02, 0.1)], ids=str)
def test_ctrl_c_prints_what_is_known(waits: tuple[float, ...]) -> None:
    assert unfinished(interrupted(start(*LONG), *waits))


EARLY = """
import os, signal, sys
from vglab.tui.cli import main as cli
from vglab.tui.cli.process import Interrupts

def hold(interrupts, hold=Interrupts.hold):
    hold(interrupts)
    os.kill(os.getpid(), signal.SIGINT)

Interrupts.hold = hold
cli.main()
"""


def test_ctrl_c_in_the_first_moment_waits_for_the_first_record() -> None:
    """Before click is loaded, let alone numpy."""
    command = [sys.executable, "-c", EARLY, *LONG]
    ended = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert unfinished(CommandResult(ended.returncode, ended.stdout.decode(), ended.stderr.decode()))


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_ctrl_c_while_the_document_is_printed_leaves_it_whole(unbuffered: str) -> None:
    env = {"PYTHONUNBUFFERED": unbuffered}
    process = start("--scenario", "relu", "--json", "--steps", "90", env=env)
    assert process.stdout
    begun = process.stdout.read(1)
    for _ in range(3):
        process.send_signal(signal.SIGINT)
    rest, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert one_document((begun + rest).decode())["finished"] is True


def test_ctrl_c_ends_what_only_reads() -> None:
    with subprocess.Popen(["sleep", "30"], stdout=subprocess.PIPE) as pipe:
        process = start("check", "/dev/stdin", stdin=pipe.stdout)
        status, out, _ = interrupted(process, 1.0)
        pipe.kill()
    assert (status, out) == (130, "")


@pytest.mark.parametrize(
    "words", [("--scenario", "relu", "--json", *QUICK), ("--help",), ("schema", "run")], ids=str
)
def test_a_reader_who_has_had_enough_ends_it_quietly(words: tuple[str, ...]) -> None:
    process = start(*words)
    assert process.stdout
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr
    assert process.stderr.read() == b""
    assert process.wait(60) == 0
    process.stderr.close()


def test_a_reader_who_is_gone_before_it_starts() -> None:
    read, write = os.pipe()
    os.close(read)
    process = start("--json", *QUICK, stdout=write)
    os.close(write)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")


def test_a_full_disk_is_told() -> None:
    with open("/dev/full", "wb") as full:
        process = start("--json", *QUICK, stdout=full)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err.decode().startswith("Error: ")
    assert err.count(b"\n") == 1


def test_no_stdout_at_all_is_no_crash() -> None:
    command = f"{VGLAB} scenarios >&-"
    ended = subprocess.run(command, shell=True, capture_output=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_a_terminal_that_cannot_write_spanish_still_gets_an_answer() -> None:
    env = {"PYTHONIOENCODING": "ascii", "LANGUAGE": "es"}
    status, out, err = result_of(start("--help", env=env))
    assert (status, err) == (0, "")
    assert "JSON" in out


def terminal_output(master: int) -> Iterator[bytes]:
    """What was written to the terminal until it was closed."""
    while True:
        try:
            data = os.read(master, 4096)
        except OSError:
            return
        if not data:
            return
        yield data


def test_json_shows_a_bar_to_somebody_who_looks() -> None:
    master, slave = pty.openpty()
    process = start("--scenario", "relu", "--json", *QUICK, "--steps", "300", stderr=slave)
    os.close(slave)
    assert process.stdout
    document = process.stdout.read()
    shown = b"".join(terminal_output(master)).decode()
    os.close(master)
    assert process.wait(60) == 0
    process.stdout.close()
    assert one_document(document.decode())["finished"] is True
    assert "300/301  ━" in shown or "301/301  ━" in shown


@pytest.mark.parametrize("term", ["dumb", "xterm"])
def test_without_a_screen_the_run_is_reported(term: str) -> None:
    """stdout is a pipe, or a terminal that can do nothing."""
    master, slave = pty.openpty()
    dumb = term == "dumb"
    process = start("--scenario", "relu", *QUICK, env={"TERM": term}, stdout=slave if dumb else -1)
    os.close(slave)
    piped, err = process.communicate(timeout=60)
    out = b"".join(terminal_output(master)) if dumb else piped
    os.close(master)
    assert (process.returncode, err) == (0, b"")
    assert b"update_ratio" in out
    assert b"\x1b" not in out


def fastest(*command: str) -> float:
    """Processor seconds of the fastest of several starts: what the machine's load changes least."""
    times: list[float] = []
    for _ in range(8):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, capture_output=True, check=True, timeout=60)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(sum(after[:2]) - sum(before[:2]))  # of the user and of the system
    return min(times)


CLICK = """
import click

@click.command()
@click.option("--scenario", help="What to run.")
def command(scenario):
    pass

command(["--help"])
"""


@pytest.mark.slow
def test_help_costs_little_more_than_click() -> None:
    assert fastest(str(VGLAB), "--help") <= 1.2 * fastest(sys.executable, "-c", CLICK)
