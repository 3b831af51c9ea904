"""What the first lines of a file say of it, told without NumPy: for a screen that is to be there at
once, while another process reads the file."""

from __future__ import annotations

import os

from .record_lines import SCHEMA

HEAD = 1 << 16
"""Bytes that are looked at."""


def is_record(head: bytes) -> bool:
    """Whether the first line says so, or nothing has been written yet."""
    return not head.strip() or b'"' + SCHEMA.encode() + b'"' in head.split(b"\n", 1)[0][:200]


def is_object(head: bytes) -> bool:
    """Whether the first line is an object, of which the end may be still to come."""
    first = head.lstrip().split(b"\n", 1)[0].strip()
    return first.startswith(b"{") and (first.endswith(b"}") or b"\n" not in head)


def is_read_by_lines(path: str) -> bool:
    """Whether no reader can refuse this file: it is there, and is a recording, or more than one
    object a line. False where that takes a closer look."""
    if not os.path.isfile(path):
        return False
    try:
        with open(path, "rb") as file:
            head = file.read(HEAD)
    except OSError:
        return False
    if is_record(head):
        return True
    second = head.lstrip().partition(b"\n")[2].lstrip()
    ours, trainer = head.startswith(b'{"schema":"vglab.'), b'"log_history"' in head
    return is_object(head) and second.startswith(b"{") and not (ours or trainer)
