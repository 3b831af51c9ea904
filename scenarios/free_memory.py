"""How much memory is left: of the machine, or of what a container or a job may use of it."""

from pathlib import Path

LIMITS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    (
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        "/sys/fs/cgroup/memory/memory.usage_in_bytes",
    ),
)
"""Where Linux says what a control group may use and what it does use: version 2, version 1."""


def free_memory() -> int:
    """Bytes that can still be taken."""
    import psutil

    return min([psutil.virtual_memory().available, *left_of_group()])


def left_of_group() -> list[int]:
    """Bytes that the control group of this process has left, where it has a limit."""
    left: list[int] = []
    for limit, used in LIMITS:
        try:
            left.append(int(Path(limit).read_text()) - int(Path(used).read_text()))
        except (OSError, ValueError):  # no such file, or "max"
            continue
    return [max(0, each) for each in left]


def gigabytes(count: float) -> str:
    """A number of bytes as it is said."""
    return f"{count / 1e9:.3g} GB"
