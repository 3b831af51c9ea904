"""TensorBoard's event files, read with its own messages (the extra `vglab[tensorboard]`)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import VglabError
from ...i18n import _
from .series import SeriesTable

NAME = "tfevents"
HEAD, FOOT = 12, 4
"""Bytes before and behind a record."""
CONTENTS = {1: "<f4", 2: "<f8", 3: "<i4", 9: "<i8"}
"""What a tensor's bytes are, by TensorFlow's number of their type."""


class TensorBoardMissing(VglabError):
    """TensorBoard is not installed; the message says how to have it."""


def fits(path: str, head: bytes) -> bool:
    """Whether it is an event file, or a folder that has some."""
    if os.path.isdir(path):
        return next(event_files(path), None) is not None
    return NAME in os.path.basename(path) or head[24:28] == b"brai" or b"brain.Event:" in head[:100]


def event_files(path: str) -> Iterator[str]:
    """The event files of a folder, oldest first; a file itself."""
    if os.path.isfile(path):
        yield path
        return
    yield from sorted(str(found) for found in Path(path).rglob(f"*{NAME}*") if found.is_file())


def parse(path: str) -> SeriesTable:
    """The scalars of all event files. Raises OSError, TensorBoardMissing."""
    try:
        events = import_module("tensorboard.compat.proto.event_pb2")
        errors = import_module("google.protobuf.message")
    except ImportError as error:
        said = _("event files need TensorBoard's reader: pip install 'vglab[tensorboard]'")
        raise TensorBoardMissing(said) from error
    found = SeriesTable()
    for file in event_files(path):
        with open(file, "rb") as source:
            data = source.read()
        for record in records(data):
            try:
                add_event(found, events.Event.FromString(record))
            except errors.DecodeError:
                continue
    return found


def records(data: bytes) -> Iterator[bytes]:
    """The records of an event file: each behind its length and a checksum, and before one. The last
    may be half written. TensorBoard's own loader takes 30 times as long, as it sums in Python."""
    at = 0
    while at + HEAD <= len(data):
        length = int.from_bytes(data[at : at + 8], "little")
        end = at + HEAD + length
        if end + FOOT > len(data):
            return
        yield data[at + HEAD : end]
        at = end + FOOT


def add_event(found: SeriesTable, event: Any) -> None:
    """Take in the scalars of an event, old and new style."""
    for value in event.summary.value:
        if value.HasField("simple_value"):
            found.add(event.step, value.tag, float(value.simple_value))
        elif value.HasField("tensor"):
            number = scalar(value.tensor)
            if number is not None:
                found.add(event.step, value.tag, number)


def scalar(tensor: Any) -> float | None:
    """The number of a tensor that holds one; None of any other."""
    if any(side.size != 1 for side in tensor.tensor_shape.dim):
        return None
    for name in ("float_val", "double_val", "int_val", "int64_val"):
        values = getattr(tensor, name)
        if len(values) == 1:
            return float(values[0])
    kind = CONTENTS.get(tensor.dtype)
    if kind is None or len(tensor.tensor_content) != np.dtype(kind).itemsize:
        return None
    return float(np.frombuffer(tensor.tensor_content, kind)[0])
