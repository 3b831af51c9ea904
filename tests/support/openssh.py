"""An OpenSSH server of our own, on loopback, that lets visitors into the lab and nowhere else.

It is configured with the very lines that docs/en/shared.md tells an administrator to write.
"""

import getpass
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from shell import ROOT, VGLAB

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
PRIVILEGED = Path("/run/sshd")
"""A directory that a server which is started by root insists on."""

LISTED = re.compile(r"```text\n(Match User lab\n(?:.*\n)*?)```")

OWN = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
PidFile none
AuthorizedKeysFile {folder}/guest.pub
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
Subsystem sftp internal-sftp
"""


def lacking() -> str:
    """What is missing here for such a server; nothing, if it can be had."""
    missing = [name for name in ("ssh", "ssh-keygen", "scp", "sftp") if not shutil.which(name)]
    missing += [] if SSHD else ["sshd"]
    return f"not installed: {', '.join(missing)} (openssh-server)" if missing else ""


@dataclass(frozen=True)
class Gate:
    """The server, and how to go there."""

    folder: Path
    port: int
    server: psutil.Process

    @property
    def options(self) -> list[str]:
        """For ssh, scp and sftp alike."""
        stated = {
            "Port": self.port,
            "IdentityFile": self.folder / "guest",
            "IdentitiesOnly": "yes",
            "StrictHostKeyChecking": "no",
            "UserKnownHostsFile": self.folder / "known",
            "LogLevel": "ERROR",
            "ControlPath": "none",
            "BatchMode": "yes",
        }
        words = (("-o", f"{key}={value}") for key, value in stated.items())
        return ["-F", "none", *(word for pair in words for word in pair)]

    @property
    def host(self) -> str:
        return f"{getpass.getuser()}@127.0.0.1"

    def client(self, *more: str) -> list[str]:
        """The command line of a client."""
        return ["ssh", *self.options, *more, self.host]

    def inside(self) -> list[psutil.Process]:
        """What runs for those who have come in."""
        return [one for one in self.server.children(recursive=True) if one.is_running()]


@contextmanager
def gate(folder: Path) -> Generator[Gate]:
    """The server, for as long as it is needed."""
    for name in ("host", "guest"):
        make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(make, check=True, timeout=60)
    port = free_port()
    config = folder / "config"
    config.write_text(OWN.format(port=port, folder=folder) + documented_lines())
    own = os.geteuid() == 0 and not PRIVILEGED.exists()
    if own:
        PRIVILEGED.mkdir(mode=0o755)
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([str(SSHD), "-D", "-e", "-f", str(config)], stderr=log)
    try:
        until_open(port, server, folder / "log")
        yield Gate(folder, port, psutil.Process(server.pid))
    finally:
        server.terminate()
        server.wait(10)
        if own:
            with suppress(OSError):
                PRIVILEGED.rmdir()


def documented_lines() -> str:
    """The lines of the documentation, for this user and this installation."""
    found = LISTED.search((ROOT / "docs" / "en" / "shared.md").read_text())
    assert found
    lines = found[1].replace("User lab", f"User {getpass.getuser()}")
    assert "/usr/local/bin/vglab" in lines
    return lines.replace("/usr/local/bin/vglab", str(VGLAB))


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def until_open(
    port: int, server: "subprocess.Popen[bytes]", log: Path, host: str = "127.0.0.1"
) -> None:
    limit = time.monotonic() + 60
    while True:
        assert server.poll() is None, log.read_text()
        assert time.monotonic() < limit, log.read_text()
        with suppress(OSError), socket.create_connection((host, port), 1):
            return
        time.sleep(0.05)
