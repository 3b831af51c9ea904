"""A browser without a window, driven through the DevTools protocol: what a visitor sees.

What the page is sent goes to a terminal of ours too, so that a test can read it; that it is painted
as well, the picture shows.
"""

import asyncio
import base64
import json
import shutil
import zlib
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pyte
from aiohttp import ClientSession, ClientWebSocketResponse

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)
QUIET = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync
 --disable-background-networking --disable-component-update --remote-debugging-port=0"""

Color = tuple[int, int, int]


class Page:
    """One page, what it was sent and what it has asked for."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.screen: Any = pyte.Screen(200, 80)
        self._stream: Any = pyte.ByteStream(self.screen)
        self.requests: list[str] = []
        self._socket, self._numbers = socket, count(1)
        self._replies: dict[int, asyncio.Future[Any]] = {}
        self._reader = asyncio.ensure_future(self._read())

    @property
    def text(self) -> str:
        """What the lab in it shows."""
        return "\n".join(self.screen.display)

    async def call(self, method: str, **how: object) -> Any:
        """The browser's reply to a DevTools method. Raises TimeoutError after half a minute."""
        number = next(self._numbers)
        reply = self._replies[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": how})
        return await asyncio.wait_for(reply, 30)

    async def press(self, key: str) -> None:
        """A key with a character, as a person presses it."""
        await self.call("Input.dispatchKeyEvent", type="keyDown", key=key, text=key)
        await self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    async def until(self, condition: Callable[["Page"], object], seconds: float = 30) -> None:
        """Wait until something is seen."""
        limit = asyncio.get_running_loop().time() + seconds
        while not condition(self):
            assert asyncio.get_running_loop().time() < limit, f"not seen:\n{self.text}"
            await asyncio.sleep(0.05)

    async def says(self, script: str) -> Any:
        """What a script in the page comes to."""
        return (await self.call("Runtime.evaluate", expression=script))["result"].get("value")

    async def colors(self) -> set[Color]:
        """All colors of its picture."""
        taken = await self.call("Page.captureScreenshot", format="png")
        return colors(base64.b64decode(taken["data"]))

    async def _read(self) -> None:
        async for message in self._socket:
            told = json.loads(message.data)
            match told:
                case {"id": number}:
                    self._replies.pop(number).set_result(told.get("result"))
                case {"method": "Network.requestWillBeSent", "params": {"request": request}}:
                    self.requests.append(request["url"])
                case {"method": "Network.webSocketFrameReceived", "params": {"response": frame}}:
                    if frame["opcode"] == 2:
                        self._stream.feed(base64.b64decode(frame["payloadData"]))
                case _:
                    pass


@asynccontextmanager
async def page(address: str, folder: Path) -> AsyncGenerator[Page]:
    """The page at an address, in a browser that knows nothing yet."""
    assert BROWSER
    words = [*QUIET.split(), f"--user-data-dir={folder}", "--window-size=1280,800", "about:blank"]
    nowhere = asyncio.subprocess.DEVNULL
    browser = await asyncio.create_subprocess_exec(BROWSER, *words, stdout=nowhere, stderr=nowhere)
    try:
        port = await appears(folder / "DevToolsActivePort")
        async with ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json/list") as listed:
                found = [one for one in await listed.json() if one["type"] == "page"]
            async with session.ws_connect(found[0]["webSocketDebuggerUrl"], max_msg_size=0) as ws:
                opened = Page(ws)
                await opened.call("Network.enable")
                await opened.call("Page.navigate", url=address)
                yield opened
    finally:
        browser.terminate()
        await browser.wait()


async def appears(file: Path) -> str:
    """The first line of a file, once it is there. Raises TimeoutError after half a minute."""
    for _ in range(600):
        if file.exists() and (text := file.read_text()):
            return text.splitlines()[0]
        await asyncio.sleep(0.05)
    raise TimeoutError(file)


def colors(png: bytes) -> set[Color]:
    """The colors of a picture that a browser has taken: eight bits, not interlaced."""
    at, data, columns, channels = 8, b"", 0, 3
    while at < len(png):
        length, kind = int.from_bytes(png[at : at + 4], "big"), png[at + 4 : at + 8]
        body = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            columns, channels = int.from_bytes(body[:4], "big"), {2: 3, 6: 4}[body[9]]
        data += body if kind == b"IDAT" else b""
        at += length + 12
    found: set[Color] = set()
    for row in rows(zlib.decompress(data), columns * channels, channels):
        found |= set(zip(row[0::channels], row[1::channels], row[2::channels], strict=True))
    return found


def rows(data: bytes, width: int, step: int) -> list[bytearray]:
    """The rows of a picture, each no longer told by its neighbors."""
    made: list[bytearray] = [bytearray(width)]
    for start in range(0, len(data), width + 1):
        kind, row, above = data[start], bytearray(data[start + 1 : start + 1 + width]), made[-1]
        for at in range(width):
            left, corner = (row[at - step], above[at - step]) if at >= step else (0, 0)
            row[at] = (row[at] + predictor(kind, left, above[at], corner)) & 255
        made.append(row)
    return made[1:]


def predictor(kind: int, left: int, up: int, corner: int) -> int:
    """The prediction of a byte from its neighbors, by PNG's five filters."""
    if kind == 4:
        guess = left + up - corner
        return min((left, up, corner), key=lambda near: abs(guess - near))
    return (0, left, up, (left + up) // 2)[kind]
