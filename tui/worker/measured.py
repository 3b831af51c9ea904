"""What the screen asks of the present run: single values of its document, by their paths."""

from __future__ import annotations

from collections.abc import Sequence

from ...scenarios.schema.exercise_rules import number_at
from ...scenarios.schema.expectations import ExpectationError, Value
from .live_run import Subject


def measured(subject: Subject, paths: Sequence[str]) -> dict[str, Value]:
    """The values at these paths; a path that leads nowhere, or not yet, is left out. What a
    document is made of takes longer to load than a first frame may wait."""
    if not paths:
        return {}
    from ...scenarios.documents.partial import value_at

    found: dict[str, Value] = {}
    for path in paths:
        try:
            found[path] = value_at(number_at(path), subject.scenario, subject.experiment)
        except ExpectationError:
            continue
    return found
