"""TensorBoard's event files, read with its own loader (the extra `vglab[tensorboard]`)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from ...errors import VglabError
from ...i18n import _
from .series import SeriesTable

NAME = "tfevents"


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
        loaders = import_module("tensorboard.backend.event_processing.event_file_loader")
        events = import_module("tensorboard.compat.proto.event_pb2")
        tensors = import_module("tensorboard.util.tensor_util")
        errors = import_module("google.protobuf.message")
    except ImportError as error:
        said = _("event files need TensorBoard's reader: pip install 'vglab[tensorboard]'")
        raise TensorBoardMissing(said) from error
    found = SeriesTable()
    for file in event_files(path):
        for record in loaders.RawEventFileLoader(file).Load():
            try:
                event = events.Event.FromString(record)
            except errors.DecodeError:
                continue
            add_event(found, event, tensors)
    return found


def add_event(found: SeriesTable, event: Any, tensors: Any) -> None:
    """Take in the scalars of an event, old and new style."""
    for value in event.summary.value:
        if value.HasField("simple_value"):
            found.add(event.step, value.tag, float(value.simple_value))
        elif value.HasField("tensor") and value.metadata.plugin_data.plugin_name in ("scalars", ""):
            array = tensors.make_ndarray(value.tensor)
            if array.size == 1 and array.dtype.kind in "fiu":
                found.add(event.step, value.tag, float(array.reshape(())))
