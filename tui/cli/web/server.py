"""textual-serve's server with an application of our own around its public handlers.

The page is answered only under names of this server, and a socket only to a page of it: another
site's script, or a foreign name that is made to lead here (DNS rebinding), gets 403.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import psutil
import textual_serve.server
from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .address import WebAddress

PAGE = Path(__file__).parent
"""The folder of the page that visitors get."""
STATIC = Path(textual_serve.server.__file__).parent / "static"
FULL = (
    "All places in the lab are taken. Please try again in a few minutes.\n"
    "Todas las plazas del laboratorio están ocupadas. Vuelva a intentarlo en unos minutos.\n"
)
"""In both languages: nothing is known yet of the visitor."""
HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""Of the page: no other site may show it in a frame, where its script would count as ours."""

PATIENCE = 3.0
"""Seconds to wait for a place: a lab whose page is being reloaded has to end first."""
FAREWELL = 0.8
"""Seconds that labs get to end by themselves, and then their sockets, when the server ends."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TRACKER = "multiprocessing.resource_tracker"
"""What a process runs that clears up after others, and ends when they have."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class LabServer(textual_serve.server.Server):
    """Serves the page, its files and a socket a visitor."""

    def __init__(self, address: WebAddress, command: str, visitors: int) -> None:
        super().__init__(command, address.host, address.port, title="vglab")
        self.address = address
        self.places = asyncio.Semaphore(visitors)
        pages = Environment(
            loader=FileSystemLoader(PAGE), autoescape=True, undefined=StrictUndefined
        )
        self.template = pages.get_template("app_index.html")

    async def run(self, announce: Callable[[], None]) -> signal.Signals:
        """Serve until a signal comes, and return it; no lab is left.

        Raises OSError or UnicodeError where nothing can be served.
        """
        for name in ("textual-serve", "aiohttp.server"):  # they repeat what visitors have sent
            logging.getLogger(name).setLevel(logging.CRITICAL)
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[signal.Signals] = loop.create_future()
        for number in SIGNALS:
            loop.add_signal_handler(number, resolve, ended, number)
        runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, self.host, self.port).start()
            announce()
            return await ended
        finally:
            await end_labs()
            with suppress(TimeoutError):
                await asyncio.wait_for(runner.cleanup(), FAREWELL)

    def application(self) -> web.Application:
        """The routes: at the top, and below the public address's path, which a web server in front
        of this one may strip or keep."""
        app = web.Application(middlewares=[self.refuse_strangers])
        for base in {"", self.address.path}:
            app.router.add_get(f"{base}/", self.page)
            app.router.add_get(f"{base}/ws", self.socket)
            app.router.add_static(f"{base}/static", STATIC)
        return app

    @web.middleware
    async def refuse_strangers(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """403 for names that are not ours, and for pages of other sites."""
        if not self.address.is_own(request.host):
            text = "403: the lab is not called so here; --public-url gives it another name\n"
            raise web.HTTPForbidden(text=text)
        origin = request.headers.get("Origin")
        if origin is not None and not self.address.is_own_page(origin, request.host):
            raise web.HTTPForbidden(text="403: a page of another site has no lab here\n")
        return await handler(request)

    async def take_place(self) -> None:
        """Take a place, or answer 503 and a polite sentence where all of them stay taken."""
        try:
            await asyncio.wait_for(self.places.acquire(), PATIENCE)
        except TimeoutError:
            raise web.HTTPServiceUnavailable(text=FULL, headers={"Retry-After": "60"}) from None

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The page, which finds the socket and its files where the browser has found the page."""
        await self.take_place()
        self.places.release()
        base = self.address.url if self.address.public else f"http://{request.host}"
        text = self.template.render(
            font_size=textual_serve.server.to_int(request.query.get("fontsize", "16"), 16),
            app_websocket_url=f"ws{base.removeprefix('http')}/ws",
            config={"static": {"url": f"{base}/static/"}},
            application={"name": self.title},
        )
        return web.Response(text=text, content_type="text/html", headers=HEADERS)

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """A visitor's lab, from the first key to the last."""
        if "Origin" not in request.headers:  # every browser sends it
            raise web.HTTPForbidden(text="403: a socket is for a page of the lab\n")
        await self.take_place()
        try:
            return await self.handle_websocket(request)
        finally:
            self.places.release()


def resolve(future: asyncio.Future[signal.Signals], by: signal.Signals) -> None:
    """Remember the first signal."""
    if not future.done():
        future.set_result(by)


async def end_labs() -> None:
    """End every lab with all it has started: by asking first."""
    labs = psutil.Process().children()
    everyone = [one for one in psutil.Process().children(recursive=True) if not is_tracker(one)]
    for lab in labs:
        with suppress(psutil.NoSuchProcess):
            lab.terminate()
    limit = asyncio.get_running_loop().time() + FAREWELL
    while any(map(is_at_work, everyone)) and asyncio.get_running_loop().time() < limit:
        await asyncio.sleep(0.05)
    for one in filter(is_at_work, everyone):
        with suppress(psutil.NoSuchProcess):
            one.kill()


def is_at_work(process: psutil.Process) -> bool:
    """Whether a process has not ended; one that has is left for asyncio, which waits for it."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def is_tracker(process: psutil.Process) -> bool:
    """Whether a process clears up after others that have ended."""
    try:
        return any(TRACKER in word for word in process.cmdline())
    except psutil.Error:
        return True
