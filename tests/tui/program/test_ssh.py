"""The lab for visitors over real SSH: they can work it, and get nowhere else."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from openssh import Gate, free_port, gate, lacking
from shell import ROOT
from terminal import Terminal

pytestmark = pytest.mark.skipif(bool(lacking()), reason=lacking())

SECRET = "the-examination-questions"
CHARTS = "└input"


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    with gate(tmp_path_factory.mktemp("ssh")) as opened:
        (opened.folder / "secret.txt").write_text(SECRET)
        yield opened
        assert not psutil.wait_procs(opened.inside(), timeout=10)[1]


def visit(door: Gate, *more: str, size: tuple[int, int] = (120, 40)) -> Terminal:
    return Terminal(program=door.client("-tt", *more), size=size)


def opened(terminal: Terminal) -> None:
    terminal.until(lambda t: CHARTS in t.text and "VANISHING" in t.text, 30)


def left_behind(folder: Path) -> set[str]:
    """The files that somebody could have written into: the home, and where one is put."""
    places = (Path.home(), Path.cwd(), folder)
    return {str(path) for place in places for path in place.iterdir()} - {str(folder / "known")}


@pytest.mark.slow
def test_a_visitor_works_the_lab_and_leaves(door: Gate) -> None:
    with visit(door) as terminal:
        opened(terminal)
        programs = {Path(one.cmdline()[0]).name for one in door.inside() if one.cmdline()}
        assert not any(name in programs for name in ("login", "scp", "sftp-server"))
        terminal.type("j")
        terminal.until(lambda t: " 2/" in t.text)
        terminal.type("c")
        terminal.until(lambda t: "Change one thing" in t.text)
        terminal.type("c")
        terminal.type(" q")
        assert terminal.wait_for_end() == 0
    assert not psutil.wait_procs(door.inside(), timeout=10)[1]


@pytest.mark.slow
def test_a_connection_that_breaks_leaves_no_process(door: Gate) -> None:
    with visit(door) as terminal:
        opened(terminal)
        assert len(door.inside()) >= 3
        terminal.process.kill()
        terminal.process.wait()
    assert not psutil.wait_procs(door.inside(), timeout=10)[1]


ASKS = ["sh", "cat {folder}/secret.txt", "touch {folder}/mark; exec sh"]


@pytest.mark.parametrize("ask", ASKS)
def test_no_command_is_run(door: Gate, ask: str) -> None:
    before = left_behind(door.folder)
    command = [*door.client("-T"), ask.format(folder=door.folder)]
    keys = typed(door).encode()
    ran = subprocess.run(command, input=keys, capture_output=True, timeout=60)
    assert ran.returncode == 2
    assert b"--kiosk" in ran.stderr
    assert SECRET.encode() not in ran.stdout + ran.stderr
    assert left_behind(door.folder) == before


@pytest.mark.slow
@pytest.mark.parametrize("ask", ASKS)
def test_a_command_on_a_terminal_is_the_lab(door: Gate, ask: str) -> None:
    before = left_behind(door.folder)
    command = [*door.client("-tt"), ask.format(folder=door.folder)]
    with Terminal(program=command) as terminal:
        opened(terminal)
        terminal.type(typed(door))
        terminal.pump(0.5)
    assert SECRET.encode() not in terminal.output
    assert left_behind(door.folder) == before


def typed(door: Gate) -> str:
    """What somebody types who hopes for a shell."""
    return f"\rcat {door.folder}/secret.txt\rtouch {door.folder}/mark\r"


@pytest.mark.parametrize("way", ["scp -O", "scp -s", "sftp"])
def test_no_file_goes_in_or_out(door: Gate, way: str, tmp_path: Path) -> None:
    name, *how = way.split()
    there, here = f"{door.host}:{door.folder}/secret.txt", tmp_path / "got.txt"
    ways = [[name, *how, *door.options, there, str(here)]]
    if name == "scp":
        ways.append([name, *how, *door.options, __file__, f"{door.host}:{door.folder}/mark"])
    for command in ways:
        ran = subprocess.run(command, capture_output=True, timeout=60, cwd=tmp_path)
        assert ran.returncode != 0
    assert not (door.folder / "mark").exists()
    assert not here.exists() or SECRET not in here.read_text()


@pytest.mark.slow
def test_no_tunnel_leads_through_it(door: Gate) -> None:
    with socket.create_server(("127.0.0.1", 0)) as inner:
        inner.settimeout(0.5)
        target = f"127.0.0.1:{inner.getsockname()[1]}"
        straight = [*door.client("-W", target)]
        ran = subprocess.run(straight, stdin=subprocess.DEVNULL, capture_output=True, timeout=30)
        assert ran.returncode != 0
        for flag, spec in (("-L", f"{free_port()}:{target}"), ("-R", f"{free_port()}:{target}")):
            through(door, flag, spec)
        with pytest.raises(TimeoutError):
            inner.accept()


def through(door: Gate, flag: str, spec: str) -> None:
    """Try a tunnel's other end."""
    client = subprocess.Popen(
        door.client("-N", flag, spec), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        limit = time.monotonic() + 2
        while time.monotonic() < limit:
            try:
                with socket.create_connection(("127.0.0.1", int(spec.split(":")[0])), 1) as end:
                    end.settimeout(1)
                    assert end.recv(1) == b""
                return
            except (ConnectionRefusedError, ConnectionResetError):
                time.sleep(0.1)
    finally:
        client.kill()
        client.wait()


KEYS = {
    "suspend": "\x1a",
    "abort": "\x1c",
    "palette": "\x10",
    "save": "x../../etc/mine\r\x1b",
    "export": "X\r12345\x1b",
    "screenshot": "\x10screenshot\r",
    "colon": ":!sh\r",
    "bang": "!sh\r",
    "ssh's own": "\r~C",
}


@pytest.mark.slow
@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
def test_no_key_opens_a_shell_or_writes_a_file(door: Gate, keys: str) -> None:
    before = left_behind(door.folder)
    with visit(door, "-e", "none") as terminal:
        opened(terminal)
        terminal.type(keys)
        terminal.pump(0.5)
        terminal.type(f"\x1b\x1b{typed(door)}")
        terminal.pump(0.5)
        names = [one.name() for one in door.inside()]
        assert all(name.startswith(("sshd", "python", "vglab", "sh", "bash")) for name in names)
        shells = [one for one in door.inside() if one.name() in ("sh", "bash", "dash")]
        assert all("--kiosk" in " ".join(one.cmdline()) for one in shells)
    assert SECRET.encode() not in terminal.output
    assert left_behind(door.folder) == before
    assert not psutil.wait_procs(door.inside(), timeout=10)[1]


@pytest.mark.slow
def test_what_the_visitor_s_machine_says_of_itself_is_not_believed(
    door: Gate, tmp_path: Path
) -> None:
    marker = tmp_path / "mark"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {marker}\n")
    script.chmod(0o755)
    (tmp_path / "sitecustomize.py").write_text(f"open({str(marker)!r}, 'w').close()\n")
    (tmp_path / "evil" / "LC_MESSAGES").mkdir(parents=True)
    shutil.copy(script, tmp_path / "evil" / "LC_MESSAGES" / "vglab.mo")
    said = {
        **dict.fromkeys(("PAGER", "EDITOR", "VISUAL", "BROWSER", "SHELL", "BASH_ENV"), script),
        "PYTHONPATH": tmp_path,
        "TEXTUAL_DRIVER": "sitecustomize:Driver",
        "LC_ALL": os.path.relpath(tmp_path / "evil", "/usr"),
        "LC_MESSAGES": f"../../..{tmp_path}/evil",
    }
    variables = " ".join(f"{name}={value}" for name, value in said.items())
    with visit(door, "-o", f"SetEnv={variables}") as terminal:
        opened(terminal)
        terminal.type("?")
        terminal.pump(0.5)
        terminal.type("q q")
        terminal.pump(0.5)
    assert not marker.exists()


RECIPE = re.compile(r"```sh\n(adduser .*?)```", re.DOTALL)
OWN_MACHINE = "mount -t tmpfs tmpfs /home && cp -a /etc /home/etc && mount --bind /home/etc /etc"


@pytest.mark.parametrize("page", ["en", "es"])
def test_the_account_of_the_page_greets_without_an_error(page: str) -> None:
    """Made as the page says, where the files it changes are a copy."""
    (recipe,) = RECIPE.findall((ROOT / "docs" / page / "shared.md").read_text())
    script = f"set -e; {OWN_MACHINE}\n{recipe.replace(' lab', ' lab >/dev/null', 1)}"
    script += "\nsu - lab -c 'echo welcome; touch kept 2>/dev/null || echo nothing is kept'"
    ran = subprocess.run(
        ["unshare", "-m", "bash", "-c", script], capture_output=True, text=True, check=False
    )
    if ran.returncode and "lab" not in ran.stdout:
        pytest.skip(f"no account can be made here: {ran.stderr[-200:]}")
    assert ran.stdout.splitlines()[-2:] == ["welcome", "nothing is kept"]
    assert "denied" not in ran.stderr
