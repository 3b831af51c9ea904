"""Where the lab is served, by which names a browser may ask for it, and what a visitor may take."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from ....scenarios.i18n import _
from ..localized import InputError

AUTHORITY = re.compile(r"(?P<name>[a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?", re.IGNORECASE)
"""What a Host header may be: a name or an address, and a port."""
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class WebAddress:
    """Where to listen, and the address that browsers use where a web server stands in between."""

    host: str
    port: int
    public: SplitResult | None = None

    @property
    def url(self) -> str:
        """The address to open."""
        if self.public:
            return self.public.geturl()
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def path(self) -> str:
        """The public address's path, without a slash at its end."""
        return self.public.path if self.public else ""

    def is_own(self, authority: str) -> bool:
        """Whether a Host header names this server: by a name that was configured, or by a number,
        which nobody else's DNS can give."""
        match = AUTHORITY.fullmatch(authority)
        if match is None:
            return False
        name = match["name"].lower().strip("[]")
        public = self.public.hostname if self.public else None
        own = ("localhost", self.host.lower(), socket.gethostname().lower(), public)
        return name in own or is_number(name)

    def is_own_page(self, origin: str, authority: str) -> bool:
        """Whether an Origin header is a page of this server, which was asked for at `authority`."""
        own = {origin_of(f"http://{authority}"), origin_of(f"https://{authority}")}
        if self.public:
            own.add(origin_of(self.public.geturl()))
        return origin_of(origin) in own - {None}


def origin_of(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; None where one cannot be read."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname and port else None


def is_number(host: str) -> bool:
    """Whether it is an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def parse_public_url(text: str) -> SplitResult:
    """The parts of `--public-url`, its path without a slash at its end; raises InputError."""
    try:
        url = urlsplit(text.rstrip("/"))
        extras = url.query or url.fragment or url.username
        valid = url.scheme in PORTS and AUTHORITY.fullmatch(url.netloc) and not extras
        valid = valid and (url.port is None or url.port > 0)
    except ValueError:
        url, valid = None, False
    if url is None or not valid:
        form = _("--public-url {found!r}: allowed is https://HOST[:PORT][/PREFIX], or http://")
        raise InputError([form.format(found=text)])
    return url
