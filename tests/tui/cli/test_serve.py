"""The lab for visitors: served to browsers, and in kiosk mode."""

import asyncio
import os
import shlex
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import shell
from lab_driver import SIZE, Bench, begun
from shell import Said
from textual_serve.server import Server
from vglab.tui.cli import group as commands
from vglab.tui.cli.commands import serve as serving
from vglab.tui.lab.app import LabApp


def test_a_kiosk_opens_no_file(
    ask: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('extends = "relu"\n')
    monkeypatch.setattr(commands, "is_screen", lambda: True)
    said = ask("--kiosk", "--scenario", str(mine))
    assert said.status == 2
    assert "no preset" in said.err


def test_a_kiosk_opens_no_data_of_anybodys(
    ask: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "own.csv").write_text("a,y\n" + "1,u\n2,v\n" * 50)
    monkeypatch.setattr(commands, "is_screen", lambda: True)
    said = ask("--kiosk", "--set", f"data.path={tmp_path / 'own.csv'}")
    assert said.status == 2
    assert "own.csv is no preset, and --kiosk opens nothing else." in said.err


@pytest.mark.parametrize("how", [(), ("--json",), ("--expect", "finished == true")])
def test_a_kiosk_does_nothing_for_scripts(ask: Callable[..., Said], how: tuple[str, ...]) -> None:
    said = ask("--kiosk", *how)
    assert (said.status, said.out) == (2, "")
    assert "ssh -t" in said.err


@pytest.mark.parametrize("said", ["data.path={file}", 'data={{path="{file}"}}'])
def test_a_kiosk_does_not_even_look_for_data(
    ask: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str
) -> None:
    (tmp_path / "own.csv").write_text("secret,y\n1,u\n")
    monkeypatch.setattr(commands, "is_screen", lambda: True)
    for name in ("own.csv", "none.csv"):
        came = ask("--kiosk", "--set", said.format(file=tmp_path / name))
        assert came.status == 2
        assert (
            came.err == f"Error: {tmp_path / name} is no preset, and --kiosk opens nothing else.\n"
        )


async def test_a_kiosk_says_what_it_is_and_offers_no_files() -> None:
    bench = Bench()
    kiosk = LabApp(bench.ear, bench.controls, bench.app.bench.dashboard.scenario_list, kiosk=True)
    bench.app = kiosk
    async with kiosk.run_test(size=(200, 40)) as pilot:
        await begun(bench, pilot)
        rows = bench.screen().splitlines()
        assert rows[0].startswith(" vglab kiosk ")
        assert any("NOTE   A lab for visitors: presets only" in row for row in rows)
        assert "restart" in rows[-1]
        assert not {"save", "export"} & {*rows[-1].split()}


async def test_a_kiosk_saves_nothing() -> None:
    bench = Bench()
    bench.app.kiosk = True
    async with bench.app.run_test(size=SIZE) as pilot:
        await begun(bench, pilot)
        await pilot.press("x")
        assert bench.app.screen is bench.app.bench
        assert "Nothing is saved here" in bench.screen()


def test_visitors_get_a_kiosk_at_the_address_that_is_asked_for(
    ask: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[Server] = []
    monkeypatch.setattr(Server, "serve", lambda server: served.append(server))
    monkeypatch.setenv("PYTHONUTF8", "0")
    said = ask("serve", "--port", "8123")
    assert said.status == 0
    assert "http://127.0.0.1:8123" in said.err
    assert (served[0].host, served[0].port) == ("127.0.0.1", 8123)
    assert shlex.split(served[0].command)[-1] == "--kiosk"


@pytest.mark.parametrize(
    ("theirs", "fits"),
    [
        (None, False),
        ("<title>{{ app.title }}</title>", False),
        (
            "{{ application.name or 'x' }} {{ config.static.url }} {{ app_websocket_url }}"
            " {{ font_size }} {{ more }}",
            True,
        ),
    ],
)
def test_where_pages_are_filled_in_otherwise_visitors_get_textual_serves_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, theirs: str | None, fits: bool
) -> None:
    assert serving.page() == serving.PAGE, "this one is known"
    if theirs is not None:
        (tmp_path / "templates").mkdir()
        (tmp_path / "templates" / "app_index.html").write_text(theirs)
    monkeypatch.setattr(serving, "files", lambda package: tmp_path)
    assert serving.page() == (serving.PAGE if fits else tmp_path / "templates")


def test_without_textual_serve_one_line_says_what_to_install(
    ask: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "textual_serve.server", None)
    said = ask("serve")
    assert said.status != 0
    assert said.err.count("\n") == 1
    assert "vglab[serve]" in said.err


def test_a_port_that_is_taken_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = shell.said(shell.start("serve", "--port", port, "--lang", "es"))
    assert said.status == 1
    assert said.err.splitlines()[-1] == (
        f"Error: no se puede servir nada en 127.0.0.1:{port}: pruebe otro --port u otro --host"
    )
    assert "Errno" not in said.err


async def test_what_a_visitor_is_given_starts_without_a_terminal() -> None:
    driver = {"TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver", "LANGUAGE": "en"}
    words = shlex.split(serving.command())
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *words,
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
