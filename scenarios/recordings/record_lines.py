"""A line of a recording, schema `vglab.record/1`: a header, a sample, a message or the end.

A line that a killed writer left half-finished has no line feed, so that what is appended later
stands behind it on the same line: what can be read of it is read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import msgspec

from ..errors import VglabError, printable, shorten
from ..i18n import _

SCHEMA = "vglab.record/1"
MOST_STARTS = 4
"""Beginnings of records that are tried in a broken line."""
Numbers = list[float | None]


class LineError(VglabError):
    """A line of a file cannot be read; the message says why."""


class RepeatedBlock(msgspec.Struct, frozen=True):
    """Where a layer stands among repeated blocks: `blocks`, 3."""

    name: str
    index: int


class RecordedLayer(msgspec.Struct, frozen=True, omit_defaults=True):
    """A weight matrix of the network that was recorded."""

    name: str
    kind: str = ""
    shape: tuple[int, ...] = ()
    parameters: int = 0
    dtype: str = ""
    optimizer: int | None = 0
    """Which optimizer moves it; None: none does."""
    trained: bool = True
    """Whether it asks for a gradient."""
    block: RepeatedBlock | None = None
    series: str | None = None
    """What it is in each of these blocks, as `attn.q`."""


class RecordedOptimizer(msgspec.Struct, frozen=True):
    """An optimizer of the run."""

    name: str = ""
    rate: float | None = None
    eps: float | None = None
    weight_decay: float | None = None
    momentum: float | None = None


class RecordLine(msgspec.Struct, frozen=True):
    """All that a line may hold; which fields are there says what it is."""

    schema: str | None = None
    version: str | None = None
    framework: str | None = None
    started: float | None = None
    steps: float | None = None
    budget: float | None = None
    ranks: int | None = None
    optimizers: list[RecordedOptimizer] = []
    layers: list[RecordedLayer] = []
    step: float | None = None
    time: float | None = None
    loss: float | msgspec.UnsetType | None = msgspec.UNSET
    rate: float | None = None
    scale: float | None = None
    clip: float | None = None
    skipped: float | None = None
    cost: float | None = None
    grad_norm: Numbers | None = None
    weight_norm: Numbers | None = None
    update_norm: Numbers | None = None
    delta_rms: Numbers | None = None
    activation_mean: Numbers | None = None
    activation_std: Numbers | None = None
    batch_spread: Numbers | None = None
    zero: Numbers | None = None
    cause: dict[str, str] = {}
    noted: dict[str, float | None] = {}
    message: str | None = None
    code: str | None = None
    finished: bool | None = None


LAYERED = (
    "grad_norm",
    "weight_norm",
    "update_norm",
    "delta_rms",
    "activation_mean",
    "activation_std",
    "batch_spread",
    "zero",
)
"""What is measured of each layer."""
SCALARS = ("loss", "rate", "scale", "clip", "skipped", "cost", "time")
"""What is measured of the whole."""

_decoder = msgspec.json.Decoder(RecordLine)
_START = re.compile(rb'\{"(schema|step|message|finished)"\s*:')


def read_line(line: bytes) -> RecordLine:
    """A line, or what stands whole at the end of it. Raises LineError."""
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        for start in _later_starts(line):
            try:
                return _decoder.decode(line[start:])
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                continue
        raise LineError(_explain(error)) from error


def _later_starts(line: bytes) -> Sequence[int]:
    """Where, behind its beginning, a whole record may stand in a line."""
    return [found.start() for found in _START.finditer(line) if found.start()][-MOST_STARTS:]


def _explain(error: Exception) -> str:
    words = shorten(printable(" ".join(str(error).split())))
    return _("not a line of {schema}: {reason}").format(schema=SCHEMA, reason=words)


def whole_step(step: float | None) -> int:
    """A step as a whole number. Raises LineError where it is none."""
    if step is None or not math.isfinite(step) or not 0 <= step < 2**53:
        raise LineError(_("step is not a whole number, 0 or more"))
    return int(step)
