"""The worker's side of the lab when recordings are watched: it reads files instead of training.

It takes the same orders as a session that trains, and answers with the same frames; orders that
have no meaning for a recording change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as altered
from pathlib import Path

from ...scenarios.errors import VglabError
from ...scenarios.i18n import N_, _, set_language
from ...scenarios.recordings.watch_document import encode, watch_document
from ...scenarios.schema.spec import Scenario
from ..charts.base.chart import Explanation, explain
from ..charts.base.scene import Scene
from ..charts.plotting.canvas import Size
from ..charts.registry import draw, find
from ..protocol import (
    ABOUT,
    Answer,
    Command,
    Frame,
    Gather,
    Open,
    Picture,
    Pin,
    Ready,
    Refusal,
    Train,
    View,
    Want,
    Write,
    WriteResult,
)
from .answers import AnswerPace
from .new_files import write
from .recorded_subject import RecordedSubject, open_recorded

LOOK = 0.5
"""Seconds between two looks at the files."""
FRAME = 0.25
"""Seconds between frames, at least."""
REST = 4.0
"""As a multiple of what a frame took to draw."""
PIECE = 0.05
"""Seconds that are read on at once, so that orders are heard meanwhile."""

SIDE_BY_SIDE = (
    N_(
        "Each recording at its last sample, drawn on the same axis: bars of equal height are"
        " gradients of equal norm. Data, seeds and steps are each run's own."
    ),
)
"""How recordings side by side are to be read."""


@dataclass
class WatchSession:
    """What is watched, and how."""

    pipe: int | None = None
    """The descriptor of what `-` stands for."""
    order: Open | None = None
    subjects: dict[str, RecordedSubject] = field(default_factory=dict[str, RecordedSubject])
    subject: RecordedSubject | None = None
    reference: RecordedSubject | None = None
    beside: list[RecordedSubject] = field(default_factory=list[RecordedSubject])
    """What is shown side by side; nothing outside that room."""
    runs: dict[str, int] = field(default_factory=dict[str, int])
    """Which reading of each file it is: another number has it read anew."""
    ticket: int = 0
    fault: Refusal | None = None
    view: View | None = None
    going: bool = True
    pace: AnswerPace = field(default_factory=lambda: AnswerPace(FRAME, REST))
    next_look: float = 0.0
    seen: object = None
    """The versions of all that was drawn last."""
    results: list[WriteResult] = field(default_factory=list[WriteResult])
    pictures: dict[str, Picture] = field(default_factory=dict[str, Picture])

    def obey(self, command: Command) -> None:
        """Take an order."""
        match command:
            case Ready():
                self.pace.ready = True
                return
            case Write():
                self.results.append(self._write(command))
                return
            case Open():
                self.order, self.fault = command, None
            case View():
                set_language("es" if command.lang == "es" else "en")
                self.view = command
            case Gather():
                self._gather(command)
            case Pin(on=on):
                self.reference = self.subject if on else None
            case Train(going=going):
                self.going = going
            case _:
                pass
        self.pictures.clear()
        self.pace.ask()

    def patience(self, now: float) -> float | None:
        """How long the session may be left alone."""
        if self.order is not None or self.results or (self.going and self._behind()):
            return 0.0
        due = [self.next_look] if self.going and self.subjects else []
        due += self.pace.due(now)
        return max(0.0, min(due) - now) if due else None

    def _behind(self) -> bool:
        return any(one.reader.behind for one in self.subjects.values())

    def work(self, now: float) -> None:
        """Open what is asked for, or read on."""
        if self.order is not None:
            self._open(self.order)
            return  # what there is already is shown before more is read
        if not self.going:
            return
        if now >= self.next_look:
            self.next_look = now + LOOK
            for one in self.subjects.values():
                one.reader.behind = not one.reader.ended
        for one in self.subjects.values():
            if one.reader.behind:
                one.reader.read(PIECE)
        self.pace.stale |= self._versions() != self.seen

    def _versions(self) -> object:
        shown = [self.subject, self.reference, *self.beside]
        return [one.shown for one in shown if one is not None]

    def answer(self, now: float, clock: Callable[[], float]) -> Answer | None:
        """A frame, when the screen can take one, something has changed and it is time; before it
        what has become of a file."""
        if self.results:
            return self.results.pop(0)
        if not self.pace.is_due(now):
            return None
        answer = self.fault or self._frame()
        if answer is not None:
            self.pace.mark_sent(now, clock() - now)
        return answer

    def close(self) -> None:
        """Let the files go."""
        for one in self.subjects.values():
            one.reader.close()

    def _open(self, order: Open) -> None:
        self.order, self.ticket = None, order.ticket
        set_language("es" if order.lang == "es" else "en")
        if order.reference != "kept":
            self.reference = self.subject if order.reference == "before" else None
        try:
            if order.run != self.runs.get(order.scenario, 0):
                self._forget(order.scenario)
            self.runs[order.scenario] = order.run
            self.subject = self._find(order.scenario)
            self.subject.set(order.settings)
        except VglabError as error:
            self.subject, self.fault = None, Refusal(order.ticket, str(error))

    def _forget(self, name: str) -> None:
        """Have a file read from its beginning; a pipe cannot be."""
        if name in self.subjects and name != "-":
            self.subjects.pop(name).reader.close()

    def _find(self, name: str) -> RecordedSubject:
        """A source, which is followed from now on. Raises WatchError."""
        if name not in self.subjects:
            found = open_recorded(name, self.pipe)
            found.reader.glance()
            if found.reader.first_look is None:
                found.reader.read(PIECE)
            self.subjects[name] = found
        return self.subjects[name]

    def _gather(self, order: Gather) -> None:
        """Show sources side by side, or no more."""
        self.beside, self.fault = [], None
        names = dict.fromkeys(one.scenario for one in order.rivals)
        for name in names if order.room == "compare" else ():
            try:
                self.beside.append(self._find(name))
            except VglabError as error:
                self.fault = Refusal(order.ticket, str(error))

    def _frame(self) -> Frame | None:
        subject, view = self.subject, self.view
        if subject is None or view is None:
            return None
        self.seen = self._versions()
        scene = self._scene(subject, view)
        new = {want.panel: self._picture(scene, want) for want in view.wants}
        changed = {name: one for name, one in new.items() if self.pictures.get(name) != one}
        self.pictures |= changed
        open_ones = [one for one in self.beside or [subject] if not one.ended]
        silences = [one.silence for one in open_ones]
        silence = min((one for one in silences if one is not None), default=None)
        return Frame(
            ticket=self.ticket,
            status=subject.status(
                scene,
                going=self.going,
                ended=not open_ones,
                silence=None if None in silences else silence,
            ),
            pictures=changed,
            verdict=subject.verdict(scene.upto - 1),
            against=self._against(),
        )

    def _scene(self, subject: RecordedSubject, view: View) -> Scene:
        held = self.reference
        ghost = held.beside(subject, view) if held is not None and held is not subject else None
        if held is not None and ghost is not None:
            ghost = altered(ghost, called=(held.name, held.name, _("pinned")))
        return altered(subject.scene(view), ghost=ghost)

    def _against(self) -> list[str]:
        """What the run is held against."""
        if self.reference is None:
            return []
        if self.reference is self.subject:
            return [_("pinned: this recording. Now open another (j k); p unpins it")]
        path = Path(self.reference.name)
        return [f"{_('pinned')}: {name}" for name in (path, path.name)]

    def _picture(self, scene: Scene, want: Want) -> Picture:
        size = Size(want.columns, want.rows)
        if want.panel.startswith(ABOUT):
            return self._explanation(scene, want.panel.removeprefix(ABOUT), size)
        if want.panel == "compare" and self.beside and self.view is not None:
            plain = altered_view(self.view)
            scenes = [one.scene(plain) for one in self.beside]
            rows = [scene.upto - 1 for scene in scenes]
            told = [one.verdict(row) for one, row in zip(self.beside, rows, strict=True)]
            names = _names_apart([one.name for one in self.beside])
            from .rooms.compare import side_by_side_picture  # it loads all that trains

            return side_by_side_picture(scenes, names, told, size)
        return draw(scene, want.panel, size) or Picture([], [], [])

    def _explanation(self, scene: Scene, panel: str, size: Size) -> Picture:
        found = side_by_side_explanation() if panel == "compare" else find(scene, panel)
        if found is None:
            return Picture([], [], [])
        return explain(scene, Scenario(), found, size)

    def _write(self, order: Write) -> WriteResult:
        """Write the document or the numbers of a chart of what is looked at."""
        subject, view = self.subject, self.view
        if subject is None or view is None:
            return WriteResult(reason=self.fault.text if self.fault else "")
        if order.chart is None:
            found = watch_document([subject.reader], subject.steps, subject.choice)
            return write(Path(order.path), encode(found) + b"\n")
        scene = self._scene(subject, view)
        chart = find(scene, order.chart)
        data = b"" if chart is None else chart.table(scene).csv()
        return write(Path(order.path), data)


def side_by_side_explanation() -> Explanation:
    """What there is to say of the room in which runs are side by side."""
    from .rooms.compare import KIND

    return altered(KIND.explanation, reading=SIDE_BY_SIDE)


def altered_view(view: View) -> View:
    """The view of now, of all layers: runs side by side need not have the same."""
    from msgspec.structs import replace

    return replace(view, record=None, layer=None)


def _names_apart(paths: Sequence[str]) -> list[tuple[str, ...]]:
    """What each of several recordings is called beside the others, the longest name first: its
    file's name and, where another one has the same, its folder's too."""
    files = [Path(path).name for path in paths]
    return [
        (file,) if files.count(file) == 1 else (path, "/".join(Path(path).parts[-2:]))
        for path, file in zip(paths, files, strict=True)
    ]
