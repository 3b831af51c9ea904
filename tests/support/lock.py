"""The releases that the lock names, and whether the ones at hand are those."""

import re
from importlib.metadata import version

from packaging.markers import Marker
from shell import ROOT

LOCKS = {name: ROOT / "requirements" / f"{name}.txt" for name in ("run", "dev", "frameworks")}
PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?: ; (?P<marker>.+?))?(?: \\)?$", re.M)


def lock_versions(name: str) -> dict[str, str]:
    """The releases in a lock for this Python and platform, by package name."""
    return {
        found["name"]: found["version"]
        for found in PINNED.finditer(LOCKS[name].read_text())
        if not found["marker"] or Marker(found["marker"]).evaluate()
    }


def is_locked(name: str) -> bool:
    """Whether the release of a package that is installed is the one in the lock."""
    return lock_versions("dev")[name] == version(name)
