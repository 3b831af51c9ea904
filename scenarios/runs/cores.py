"""How many cores there are, and how many processes may be started beside this one."""

import os
import sys

from ..errors import VglabError
from ..i18n import _

PROCESSES = "VGLAB_PROCESSES"
"""The environment variable that says how many processes a room of the lab may start."""
KIOSK_PROCESSES = 2
"""How many a room may start for a visitor without VGLAB_PROCESSES: the machine is shared."""
MOST = 1024


class ProcessesError(VglabError, ValueError):
    """VGLAB_PROCESSES is no number: one line that says what is allowed."""


def cores() -> int:
    """The cores this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def requested_processes() -> int | None:
    """The number in VGLAB_PROCESSES; None where it is not set. Raises ProcessesError."""
    text = os.environ.get(PROCESSES, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST):
        form = _("{name}: found {found!r}; allowed is a whole number from 1 to {most}")
        raise ProcessesError(form.format(name=PROCESSES, found=text[:40], most=MOST))
    return int(text)


def room_processes() -> int:
    """How many processes a room of the lab may start: as stated, never more than the cores but one,
    which is for the screen. Raises ProcessesError."""
    free = max(1, cores() - 1)
    return min(requested_processes() or free, free)
