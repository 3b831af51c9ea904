"""How much memory is left: of the machine, or of what a container or a slice may use of it."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

GROUPS = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")
"""Where Linux keeps control groups, and says which one this process is in."""


def free_memory() -> int:
    """Bytes that can still be taken."""
    import psutil

    return min([psutil.virtual_memory().available, *left_of_groups(OWN, GROUPS)])


def left_of_groups(own: Path, root: Path) -> Iterator[int]:
    """Bytes that each control group around this process has left, where it has a limit."""
    for group in groups(own, root):
        try:
            limit = int((group / "memory.max").read_text())
            yield max(0, limit - int((group / "memory.current").read_text()))
        except (OSError, ValueError):  # the outermost has no such file, and others say "max"
            continue


def groups(own: Path, root: Path) -> Iterator[Path]:
    """The control group of this process, and those around it."""
    try:
        lines = own.read_text().splitlines()
    except OSError:
        return
    for line in lines:
        if line.startswith("0::/"):  # the one hierarchy of version 2
            path = PurePosixPath(line.removeprefix("0::/"))
            yield from (root / each for each in (path, *path.parents))


def gigabytes(count: float) -> str:
    """A number of bytes as it is said."""
    return f"{count / 1e9:.3g} GB"
