"""The lab for visitors: served to browsers, and in kiosk mode."""

import asyncio
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import shell
from lab_driver import SIZE, Bench, send_first_frame
from shell import CommandResult
from vglab.tui.cli import screen as commands
from vglab.tui.cli.commands import serve
from vglab.tui.lab.app import LabApp


def test_a_kiosk_opens_no_file(
    ask: Callable[..., CommandResult], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('extends = "relu"\n')
    monkeypatch.setattr(commands, "is_screen", lambda: True)
    said = ask("--kiosk", "--scenario", str(mine))
    assert said.status == 2
    assert "is not a preset" in said.err


def test_a_kiosk_opens_no_data_of_anybodys(
    ask: Callable[..., CommandResult], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "own.csv").write_text("a,y\n" + "1,u\n2,v\n" * 50)
    monkeypatch.setattr(commands, "is_screen", lambda: True)
    said = ask("--kiosk", "--set", f"data.path={tmp_path / 'own.csv'}")
    assert said.status == 2
    assert "own.csv is not a preset, and --kiosk opens nothing else." in said.err


@pytest.mark.parametrize("how", [(), ("--json",), ("--expect", "finished == true")])
def test_a_kiosk_does_nothing_for_scripts(
    ask: Callable[..., CommandResult], how: tuple[str, ...]
) -> None:
    said = ask("--kiosk", *how)
    assert (said.status, said.out) == (2, "")
    assert "ssh -t" in said.err


@pytest.mark.parametrize("said", ["data.path={file}", 'data={{path="{file}"}}'])
def test_a_kiosk_does_not_even_look_for_data(
    ask: Callable[..., CommandResult], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str
) -> None:
    (tmp_path / "own.csv").write_text("secret,y\n1,u\n")
    monkeypatch.setattr(commands, "is_screen", lambda: True)
    for name in ("own.csv", "none.csv"):
        came = ask("--kiosk", "--set", said.format(file=tmp_path / name))
        assert came.status == 2
        assert (
            came.err
            == f"Error: {tmp_path / name} is not a preset, and --kiosk opens nothing else.\n"
        )


async def test_a_kiosk_says_what_it_is_and_offers_no_files() -> None:
    bench = Bench()
    kiosk = LabApp(bench.ear, bench.controls, bench.app.bench.dashboard.scenario_list, kiosk=True)
    bench.app = kiosk
    async with kiosk.run_test(size=(200, 40)) as pilot:
        await send_first_frame(bench, pilot)
        rows = bench.screen().splitlines()
        assert rows[0].startswith(" vglab kiosk ")
        assert any("NOTE   A lab for visitors: presets only" in row for row in rows)
        assert "restart" in rows[-1]
        assert not {"save", "export"} & {*rows[-1].split()}


async def test_a_kiosk_saves_nothing() -> None:
    bench = Bench()
    bench.app.kiosk = True
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("x")
        assert bench.app.screen is bench.app.bench
        assert "Nothing is saved here" in bench.screen()


def test_without_textual_serve_one_line_says_what_to_install(
    ask: Callable[..., CommandResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "textual_serve.server", None)
    said = ask("serve")
    assert said.status != 0
    assert said.err.count("\n") == 1
    assert "vglab[serve]" in said.err


def test_a_port_that_is_taken_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = shell.result_of(shell.start("serve", "--port", port, "--lang", "es"))
    assert said.status == 1
    assert said.err.splitlines()[-1] == (
        f"Error: no se puede servir nada en 127.0.0.1:{port}: pruebe otro --port u otro --host"
    )
    assert "Errno" not in said.err


async def test_what_a_visitor_is_given_starts_without_a_terminal() -> None:
    driver = {"TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver", "LANGUAGE": "en"}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_shell(
        serve.command(memory=2048),
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        env={**os.environ, "PYTHONUTF8": "1", **driver},
    )
    assert process.stdout is not None
    try:
        greeting = await asyncio.wait_for(process.stdout.readuntil(b"__GANGLION__\n"), 20)
        assert greeting.endswith(b"__GANGLION__\n")
    finally:
        process.kill()
        await process.wait()
