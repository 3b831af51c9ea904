"""`vglab serve` as a process of its own, and visitors that speak to it as its page does."""

import asyncio
import os
import subprocess
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType
from openssh import free_port, until_open
from shell import VGLAB


@dataclass(frozen=True)
class Server:
    """The server, where it is and what it has written."""

    port: int
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def labs(self) -> list[psutil.Process]:
        """What runs for visitors."""
        return psutil.Process(self.process.pid).children(recursive=True)

    async def says(self, words: str, seconds: float = 30) -> None:
        """Wait until it has written them."""
        async with asyncio.timeout(seconds):
            while words not in self.log.read_text():
                await asyncio.sleep(0.05)


@contextmanager
def serving(
    folder: Path, *options: str, env: Mapping[str, str] | None = None, host: str = "127.0.0.1"
) -> Generator[Server]:
    """The server, for as long as it is needed."""
    port, log = free_port(), folder / "serve.log"
    command = [str(VGLAB), "serve", "--port", str(port), "--host", host, *options]
    environ = {**os.environ, "LANGUAGE": "en", **(env or {})}
    with log.open("wb") as file:
        process = subprocess.Popen(command, env=environ, stdout=file, stderr=file)
    try:
        until_open(port, process, log, host)
        yield Server(port, process, log)
    finally:
        process.terminate()
        try:
            process.wait(20)
        finally:
            process.kill()


class Visitor:
    """One lab, its keys and what it writes."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.output = b""

    async def press(self, keys: str) -> None:
        self.output = b""
        await self.socket.send_json(["stdin", keys])

    async def sees(self, word: str, seconds: float = 30) -> None:
        """Read on until a word has been written since the last key."""
        async with asyncio.timeout(seconds):
            while word.encode() not in self.output:
                message = await self.socket.receive()
                assert message.type in (WSMsgType.BINARY, WSMsgType.TEXT), self.output
                if message.type is WSMsgType.BINARY:
                    self.output += message.data


@asynccontextmanager
async def visit(url: str, origin: str | None = None) -> AsyncGenerator[Visitor]:
    """A visitor's socket: where the page at the address would open it, or elsewhere."""
    async with ClientSession() as session:
        address = f"{url}/ws?width=120&height=40"
        headers = {"Origin": origin or "/".join(url.split("/")[:3])}
        async with session.ws_connect(address, headers=headers, ssl=False) as socket:
            yield Visitor(socket)
