"""The lab in a real browser: opened, worked, looked at and left."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from browser import BROWSER, Page, colors, page
from openssh import free_port, until_open
from shell import VGLAB
from vglab.tui.render.palette import Role, palette

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="not installed: chromium"),
]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The lab, served to this machine."""
    port, log = free_port(), tmp_path / "log"
    with log.open("wb") as file:
        command = [str(VGLAB), "serve", "--port", str(port)]
        process = subprocess.Popen(
            command, env={**os.environ, "LANGUAGE": "en"}, stdout=file, stderr=file
        )
    try:
        until_open(port, process, log)
        yield f"http://127.0.0.1:{port}/", psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(10)


def gone(of: psutil.Process) -> bool:
    """Whether nothing runs for visitors, soon."""
    limit = time.monotonic() + 10
    while of.children(recursive=True) and time.monotonic() < limit:
        time.sleep(0.1)
    return not of.children(recursive=True)


def is_painted(seen: set[tuple[int, int, int]], dark: bool) -> bool:
    """Whether the bars are there in their colors, on their ground."""
    shades = palette(dark, "truecolor")
    wanted = {shades[role] for role in (Role.PAPER, Role.FIRST, Role.FROZEN)}
    return {tuple(bytes.fromhex(shade.lstrip("#"))) for shade in wanted} <= seen


async def test_a_visitor_opens_works_and_leaves_it(
    server: tuple[str, psutil.Process], tmp_path: Path
) -> None:
    address, process = server
    async with page(address, tmp_path / "browser") as visit:
        await visit.until(lambda page: "VANISHING" in page.text)
        assert await visit.says("document.title") == "vglab"
        assert is_painted(await visit.colors(), dark=True)
        await visit.press("j")
        await visit.until(lambda page: " 2/" in page.text)
        await visit.press("k")
        await visit.until(lambda page: "VANISHING" in page.text)
        await visit.press("t")
        await visit.until(lambda page: "VANISHING" in page.text)
        await settled(visit)
        assert is_painted(await visit.colors(), dark=False)
        await visit.press("q")
        assert await says_soon(visit, "document.body.className.includes('-closed')")
        assert await visit.says("document.activeElement.id") == "again"
        assert all(url.startswith((address, "data:")) for url in visit.requests), visit.requests
    assert gone(process)


async def test_a_page_that_is_closed_ends_its_lab(
    server: tuple[str, psutil.Process], tmp_path: Path
) -> None:
    address, process = server
    async with page(address, tmp_path / "browser") as visit:
        await visit.until(lambda page: "VANISHING" in page.text)
        assert process.children(recursive=True)
    assert gone(process)


async def test_a_server_that_is_shot_leaves_no_lab(
    server: tuple[str, psutil.Process], tmp_path: Path
) -> None:
    address, process = server
    async with page(address, tmp_path / "browser") as visit:
        await visit.until(lambda page: "VANISHING" in page.text)
        labs = process.children(recursive=True)
        process.send_signal(signal.SIGKILL)
        assert not psutil.wait_procs(labs, timeout=10)[1]


async def settled(visit: Page) -> None:
    """Until nothing more comes for a moment."""
    if "finished" not in visit.text:
        await visit.press(" ")
    await visit.until(lambda page: "paused" in page.text or "finished" in page.text)
    await visit.says("new Promise(done => setTimeout(done, 500))")


async def says_soon(visit: Page, script: str) -> bool:
    limit = time.monotonic() + 10
    while not (said := await visit.says(script)) and time.monotonic() < limit:
        pass
    return bool(said)


def test_the_picture_is_read_right() -> None:
    """A picture of two pixels, each row filtered in another way."""
    import zlib

    raw = b"".join(
        bytes([kind, *row])
        for kind, row in ((1, (9, 8, 7, 1, 1, 1)), (2, (1, 1, 1, 1, 1, 1)), (4, (0, 0, 0, 0, 0, 0)))
    )
    parts = ((b"IHDR", (2).to_bytes(4) + (3).to_bytes(4) + bytes([8, 2, 0, 0, 0])),)
    parts = (*parts, (b"IDAT", zlib.compress(raw)))
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        len(body).to_bytes(4) + kind + body + bytes(4) for kind, body in parts
    )
    assert colors(png) == {(9, 8, 7), (10, 9, 8), (11, 10, 9)}
