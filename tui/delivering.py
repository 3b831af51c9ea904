"""Files that the lab's worker writes: the run document so far, and the numbers of a chart."""

from __future__ import annotations

from pathlib import Path

from ..scenarios.reasons import reason
from .charted import charted
from .files import put
from .rooms import Room
from .scene import Scene
from .subject import Subject
from .wire import Write, Written


def delivered(order: Write, subject: Subject, scene: Scene, room: Room | None) -> Written:
    """Write the file that is asked for, and say what became of it."""
    try:
        return Written(str(put(Path(order.path), _content(order, subject, scene, room))))
    except OSError as error:
        return Written(reason=reason(error))


def _content(order: Write, subject: Subject, scene: Scene, room: Room | None) -> bytes:
    if order.chart is None:
        from .document import document, encoded  # with the theory, which no first frame waits for

        return encoded(document(subject.scenario, subject.experiment, subject.seconds)) + b"\n"
    table = charted(scene, order.chart) if room is None else room.table()
    return table.csv()
