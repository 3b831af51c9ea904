"""Some of a recording's layers: those whose names a pattern finds."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..errors import VglabError, printable, shorten
from ..i18n import _
from .record_lines import RecordedLayer

if TYPE_CHECKING:
    from .recording import RecordedRun

LayerChoice = re.Pattern[str]
MOST_LETTERS = 200
"""Of a pattern."""


class PatternError(VglabError):
    """A pattern of layers cannot be understood; the message says why."""


def parse_choice(pattern: str) -> LayerChoice:
    """A pattern as a person writes it. Raises PatternError."""
    try:
        if len(pattern) > MOST_LETTERS:
            raise re.error(_("more than {count} letters").format(count=MOST_LETTERS))
        return re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        said = _("{pattern} is not a pattern of names: {reason}")
        facts = {"pattern": pattern, "reason": str(error)}
        shown = {name: shorten(printable(text)) for name, text in facts.items()}
        raise PatternError(said.format(**shown)) from error


def places_of(layers: Sequence[RecordedLayer], choice: LayerChoice | None) -> list[int]:
    """The places of the layers that the pattern finds; of all of them where there is none, or it
    finds nothing."""
    every = list(range(len(layers)))
    if choice is None:
        return every
    return [n for n in every if choice.search(layers[n].name)] or every


def chosen_layers(recording: RecordedRun, choice: LayerChoice | None) -> RecordedRun:
    """The recording of those layers alone; the same where that is all of them."""
    kept = places_of(recording.layers, choice)
    if len(kept) == len(recording.layers):
        return recording
    found = copy.copy(recording)
    found.layers = [recording.layers[n] for n in kept]
    found.tables = {name: table[:, kept] for name, table in recording.tables.items()}
    found.first_weight = recording.first_weight[kept]
    place = {layer: at for at, layer in enumerate(kept)}
    causes = recording.causes.items()
    found.causes = {place[layer]: cause for layer, cause in causes if layer in place}
    return found


def natural(name: str) -> tuple[tuple[int, int | str], ...]:
    """A key by which `block.2` stands before `block.10`."""
    parts = re.split(r"(\d+)", name)
    return tuple((0, int(part[:18])) if part.isdigit() else (1, part) for part in parts if part)
