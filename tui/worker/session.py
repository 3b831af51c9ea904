"""The worker's side of the lab: what it was asked for, what it does next, when it shows it.

A session knows no pipe and no clock of its own: it is told orders and the time, and asked for work
and for answers. Training is a call for the next step, so pausing is not making it.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from dataclasses import replace as altered
from pathlib import Path

from msgspec.json import encode

from ...engine.diagnosis.diagnosis import Diagnosis
from ...scenarios.errors import VglabError
from ...scenarios.i18n import set_language
from ...scenarios.loading.inheritance import load
from ..charts.base.chart import explain
from ..charts.base.scene import Scene
from ..charts.plotting.canvas import Size
from ..charts.registry import draw, find, is_patient
from ..protocol import (
    ABOUT,
    Answer,
    Command,
    Frame,
    Gather,
    Open,
    Pace,
    Picture,
    Pin,
    Ready,
    Refusal,
    Step,
    Train,
    View,
    Want,
    Write,
    WriteResult,
)
from .answers import AnswerPace, speed
from .foresight import Foresight
from .ghosts import Ghosts
from .kept_runs import KeptRuns
from .live_run import (
    REFUSED,
    Subject,
    content,
    factors,
)
from .measured import measured
from .new_files import write
from .room import Room
from .rooms import ROOMS
from .rooms.compare import SideBySide
from .spoken_verdict import verdict_of

FRAME = 0.1
"""Seconds between frames while training, at least."""

DRAWING_SHARE = 0.1
"""The largest share of the worker's time that goes into drawing: training is what it is for."""

PATIENCE = 1.0
"""Seconds between two pictures of a patient chart while training, at least."""

_LOOK = 0.05
"""Seconds between two looks at whether the theory has been found, where there is no other work."""

_ROOMS = 16
"""Rooms whose results are kept when they are left."""

_MARKS = 16
"""Frames over which the speed is measured."""


@dataclass
class Session:
    """What the lab is looking at, and how fast it goes."""

    order: Open | None = None
    """A scenario that has been asked for, and is not built yet."""
    subject: Subject | None = None
    foresight: Foresight = field(default_factory=Foresight)
    kept: KeptRuns = field(default_factory=KeptRuns)
    """The runs that have been left."""
    ghosts: Ghosts = field(init=False)
    """What the subject is held against."""
    room: Room | None = None
    """What a room of many runs shows."""
    rooms: OrderedDict[bytes, Room] = field(default_factory=OrderedDict[bytes, Room])
    """Those that have been left, by what they run: the one that was left last is the last."""
    room_version: int = -1
    """The version of it that has been drawn."""
    fault: Refusal | None = None
    view: View | None = None
    going: bool = False
    shown: bool = False
    """Whether there has been a frame: the first one does not wait for what measures are made of."""
    single: bool = False
    """Whether one more record is wanted, going or not."""
    rate: float | None = None
    next_step: float = 0.0
    pace: AnswerPace = field(default_factory=lambda: AnswerPace(FRAME, 1 / DRAWING_SHARE))
    next_patient: float = 0.0
    """When a patient chart may be drawn anew."""
    write_orders: deque[Write] = field(default_factory=lambda: deque[Write]())
    """Files that are to be written."""
    write_results: deque[WriteResult] = field(default_factory=lambda: deque[WriteResult]())
    """What has become of others."""
    marks: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=_MARKS))
    pictures: dict[str, tuple[object, Picture]] = field(
        default_factory=dict[str, tuple[object, Picture]]
    )
    """What is on the screen: what each panel was drawn from, and what came of it."""

    def __post_init__(self) -> None:
        self.ghosts = Ghosts(self.kept)

    def obey(self, command: Command) -> None:
        """Take an order; nothing long is done here, so that a later one may replace it."""
        match command:
            case Ready() | Write():
                self._note(command)
                return
            case Open():
                self.order, self.fault = command, None
            case View():
                set_language("es" if command.lang == "es" else "en")
                self.view = command
                self.pictures.clear()
            case Gather() | Pin():
                self._hold(command)
            case Train(going=going):
                self.going = going
            case Step():
                self.going, self.single = False, True
            case Pace(rate=rate):
                self.rate, self.next_step = rate, 0.0
        self.marks.clear()
        self.pace.ask()

    def _note(self, command: Ready | Write) -> None:
        """Take note of what changes nothing that is seen."""
        if isinstance(command, Write):
            self.write_orders.append(command)
        else:
            self.pace.ready = True

    def patience(self, now: float) -> float | None:
        """How long the session may be left alone; None: until the next order."""
        waiting = self.order is not None or bool(self.write_orders or self.write_results)
        if waiting or self._single() or self._foreseeing() or self._is_behind():
            return 0.0
        due = [self.next_step] if self._training() else []
        due += [now + _LOOK] if self.foresight.asked else []
        if self.room is not None and not self.room.finished:
            due.append(now if isinstance(self.room, SideBySide) and self.going else now + FRAME)
        due += self.pace.due(now)
        return max(0.0, min(due) - now) if due else None

    def work(self, now: float) -> None:
        """Do the next thing that is due: build, look something up, or train."""
        if self.order is not None:
            self._open(self.order)
        elif self.write_orders:
            self._deliver(self.write_orders.popleft())
        elif self.subject is None:
            return
        elif self.room is not None:
            self._attend(self.room)
        elif self._single():
            self.subject.to_next_record()
            self.ghosts.keep_up(self.subject)
            self.single, self.pace.stale = False, True
        elif self._foreseeing() or self._is_behind():
            self._look_up(self.subject)
        elif self._training() and now >= self.next_step:
            self._train(self.subject, now)

    def answer(self, now: float, clock: Callable[[], float]) -> Answer | None:
        """A frame, when the screen can take one, something has changed and it is time; before it
        what has become of a file."""
        if self.write_results:
            return self.write_results.popleft()
        if self.order is not None or not self.pace.is_due(now):
            return None
        answer = self.fault or self._frame(now)
        if answer is not None:
            self.shown = True
            self.pace.mark_sent(now, clock() - now)
        return answer

    def _open(self, order: Open) -> None:
        set_language("es" if order.lang == "es" else "en")
        self.ghosts.open(order, self.subject)
        if self.subject is not None:
            self.kept.keep(self.subject)
        self.order, self.subject = None, None
        self.pictures.clear()
        try:
            self.subject = self.kept.open(order)
            self.ghosts.want_base(order)
        except REFUSED as error:
            self.fault = Refusal(order.ticket, str(error))

    def _train(self, subject: Subject, now: float) -> None:
        subject.step()
        self.ghosts.keep_up(subject)
        self.pace.stale = True
        interval = 0.0 if self.rate is None else 1.0 / self.rate
        self.next_step = max(self.next_step + interval, now - interval)

    def _look_up(self, subject: Subject) -> None:
        """Ask the theory; or open the base, or train it a step."""
        if self._foreseeing():
            self.pace.stale |= self.foresight.look_up(subject)
        else:
            self.ghosts.follow()
            self.pace.stale = True

    def _is_behind(self) -> bool:
        """Whether the base of the subject is to be opened or trained, once there is something to
        see."""
        return bool(self.subject and self.pictures and self.ghosts.is_behind(self.subject))

    def _hold(self, order: Gather | Pin) -> None:
        """Hold what comes against something else."""
        self.pictures.clear()
        if isinstance(order, Gather):
            self._gather(order)
        else:
            self.ghosts.pin(self.subject if order.on else None)

    def _gather(self, order: Gather) -> None:
        """Begin a room, and end the one before."""
        self.close()
        self.fault = None
        if order.room is not None:
            try:
                self.room = self._enter(order, order.room)
            except REFUSED as error:
                self.fault = Refusal(order.ticket, str(error))

    def _enter(self, order: Gather, name: str) -> Room:
        """A room as it was left, or a new one. Raises ScenarioError or TooLarge where its
        scenarios cannot be run."""
        scenarios = [load(one.scenario, one.settings) for one in order.rivals]
        key = encode([name, scenarios, order.gains, order.depths])
        room = self.rooms.pop(key, None)
        if room is None:
            room = ROOMS[name]().open(order)
        else:
            room.reopen()
        self.rooms[key] = room
        while len(self.rooms) > _ROOMS:
            self.rooms.popitem(last=False)
        return room

    def _deliver(self, order: Write) -> None:
        """Write a file of what is looked at; where that is not there, say what is at fault."""
        subject, view, data = self.subject, self.view, None
        if subject is not None and view is not None:
            scene = self._scene(subject, view)
            try:
                data = content(order, subject, scene, self.room, self.ghosts.held(scene))
            except VglabError as error:
                self.write_results.append(WriteResult(reason=str(error)))
                return
        missing = WriteResult(reason=self.fault.text if self.fault else "")
        self.write_results.append(missing if data is None else write(Path(order.path), data))

    def _attend(self, room: Room) -> None:
        """Work for a room, and see whether it shows anything new."""
        if self.going and not room.finished:
            room.work()
        if room.version != self.room_version:
            self.room_version, self.pace.stale = room.version, True

    def close(self) -> None:
        """Let the processes of the room go, and leave it."""
        if self.room is not None:
            self.room.close()
        self.room = None

    def _training(self) -> bool:
        return (
            self.room is None
            and self.going
            and self.subject is not None
            and not self.subject.finished
        )

    def _single(self) -> bool:
        return self.single and self.subject is not None

    def _foreseeing(self) -> bool:
        return bool(self.pictures) and self.foresight.is_due(self.subject)

    def _frame(self, now: float) -> Frame | None:
        subject, view = self.subject, self.view
        if subject is None or view is None:
            return None
        self.marks.append((now, subject.experiment.trace.done))
        scene = self._scene(subject, view)
        told, lately = self._told(subject, scene)
        status = subject.status(scene, self.going, speed(self.marks) if self._training() else 0.0)
        first = not self.pictures and subject.theory is None
        wants = [want for want in view.wants if not self._waits(scene, want.panel, first, now)]
        new = {want.panel: self._draw(scene, want) for want in wants}
        pictures = {panel: picture for panel, picture in new.items() if picture is not None}
        return Frame(
            ticket=subject.ticket,
            status=status,
            pictures=pictures,
            verdict=verdict_of(told, subject.advised(told), lately),
            against=self.ghosts.describe(told, subject),
            factors=factors(scene),
            critical=[*getattr(self.room, "line", ())],  # of a phase diagram
            standings=[*getattr(self.room, "settings", ())],  # of a tournament
            measured=measured(subject, view.asks) if self.shown else {},
        )

    def _told(self, subject: Subject, scene: Scene) -> tuple[Scene, list[Diagnosis]]:
        """The scene with the diagnosis that is told: of the record looked at; while the training
        goes, of the last ones, which are given too."""
        lately = subject.lately(scene) if self._training() and not scene.back else []
        return (altered(scene, diagnosis=lately[-1]) if lately else scene), lately

    def _scene(self, subject: Subject, view: View) -> Scene:
        """What there is to draw, with what it is held against."""
        return altered(subject.scene(view), ghost=self.ghosts.scene(subject, view))

    def _waits(self, scene: Scene, panel: str, first: bool, now: float) -> bool:
        """Whether a patient chart is left as it is in this frame."""
        if not is_patient(scene, panel):
            return False
        if first or (self._training() and panel in self.pictures and now < self.next_patient):
            return True
        self.next_patient = now + PATIENCE
        return False

    def _draw(self, scene: Scene, want: Want) -> Picture | None:
        """The panel, when it looks other than on the screen."""
        held = scene.ghost.upto if scene.ghost else 0
        source = (scene.upto, scene.row_count, scene.asked, held, self.room_version)
        before = self.pictures.get(want.panel)
        if before and before[0] == source:
            return None
        picture = self._picture(scene, want.panel, Size(want.columns, want.rows))
        self.pictures[want.panel] = (source, picture)
        return None if before and before[1] == picture else picture

    def _picture(self, scene: Scene, panel: str, size: Size) -> Picture:
        """A chart, a room of many runs, or what there is to say of either."""
        if panel.startswith(ABOUT):
            return self._explanation(scene, panel.removeprefix(ABOUT), size)
        picture = draw(scene, panel, size)
        if picture is None and self.room is not None and self.view is not None:
            picture = self.room.picture(self.view, size)
        return picture or Picture([], [], [])

    def _explanation(self, scene: Scene, panel: str, size: Size) -> Picture:
        room = ROOMS.get(panel)
        found = room().explanation if room else find(scene, panel)
        if found is None or self.subject is None:
            return Picture([], [], [])
        return explain(scene, self.subject.scenario, found, size)
