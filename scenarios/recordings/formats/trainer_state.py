"""Hugging Face's `trainer_state.json`: loss, rate and the norm of all gradients, at each log."""

from __future__ import annotations

from typing import Any

import msgspec

from ...errors import printable, shorten
from ...i18n import _
from .csv_log import LogError
from .series import SeriesTable, as_step


class TrainerState(msgspec.Struct, frozen=True):
    """What is used of the file."""

    log_history: list[dict[str, Any]]
    max_steps: float | None = None


def fits(_path: str, head: bytes) -> bool:
    """Whether it is an object with a key that only a Trainer writes."""
    begins = head.lstrip()[:1] == b"{"
    return begins and any(name in head for name in (b'"log_history"', b'"best_model_checkpoint"'))


def parse(path: str) -> SeriesTable:
    """The table of a file. Raises OSError, LogError."""
    found = SeriesTable()
    with open(path, "rb") as file:
        data = file.read()
    try:
        state = msgspec.json.decode(data.replace(b"NaN", b"null"), type=TrainerState)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        words = shorten(printable(str(error)))
        raise LogError(_("not a Trainer state: {reason}").format(reason=words)) from error
    steps = as_step(state.max_steps)
    found.planned = steps or None
    for entry in state.log_history:
        step = as_step(entry.get("step"))
        for name, value in entry.items() if step is not None else ():
            if name not in ("step", "epoch") and isinstance(value, int | float):
                found.add(step or 0, name, float(value))
    return found
