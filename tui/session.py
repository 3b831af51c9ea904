"""The worker's side of the lab: one experiment at a time, trained in steps and drawn on request.

A session knows no pipe and no clock of its own: it is told commands and the time, and asked for
work and for answers. Training is `next` on the experiment's generator; pausing is not calling it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ..engine.diagnosis import diagnose
from ..engine.theory import Theory
from ..engine.training import Experiment
from ..scenarios.build import build
from ..scenarios.memory import TooLarge
from ..scenarios.reading import ScenarioError, load
from ..scenarios.words import set_language
from .charts import Size
from .cleaning import Floats
from .foreseen import foreseen
from .panels import PANELS
from .scene import Scene
from .verdict import verdict
from .wire import Answer, Command, Fault, Frame, Open, Pace, Picture, Ready, Run, Status, Step, View

FRAME = 0.1
"""Seconds between frames while training, at least."""

DRAWING_SHARE = 0.25
"""The largest share of the worker's time that goes into drawing: training is what it is for."""

_SPEED_OVER = 1.5
"""Seconds over which the speed is measured."""


@dataclass
class Session:
    """What the lab is looking at, and how fast it goes."""

    open: Open | None = None
    experiment: Experiment | None = None
    theory: dict[str, dict[str, Floats]] = field(default_factory=dict[str, dict[str, Floats]])
    """What theory expects at birth: by network, by measure."""
    fault: Fault | None = None
    view: View | None = None
    going: bool = False
    rate: float | None = None
    ready: bool = True
    """Whether the screen has shown the last frame."""
    stale: bool = False
    """Whether anything has changed since."""
    hurry: bool = False
    """Whether a person is waiting for the change."""
    single: bool = False
    next_step: float = 0.0
    next_frame: float = 0.0
    pace: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=64))
    shown: dict[str, Picture] = field(default_factory=dict[str, Picture])

    def obey(self, command: Command) -> None:
        """Take an order; nothing long is done here, so that orders that replace each other may."""
        match command:
            case Ready():
                self.ready = True
                return
            case Open():
                self.open, self.experiment, self.fault = command, None, None
                self.shown.clear()
            case View():
                self.view = command
                self.shown.clear()
            case Run(going=going):
                self.going = going
            case Step():
                self.going, self.single = False, True
            case Pace(rate=rate):
                self.rate, self.next_step = rate, 0.0
        self.pace.clear()
        self.stale = self.hurry = True

    def patience(self, now: float) -> float | None:
        """How long the session may be left alone; None: until the next order."""
        if self._pending_open() or self.single:
            return 0.0
        due = [self.next_step] if self._training() else []
        if self.stale and self.ready:
            due.append(now if self.hurry else self.next_frame)
        return max(0.0, min(due) - now) if due else None

    def work(self, now: float) -> None:
        """Build what has been asked for, or make the training step that is due."""
        if self._pending_open():
            self._build()
        elif self.single or (self._training() and now >= self.next_step):
            self._step(now)

    def answer(self, now: float, clock: Callable[[], float]) -> Answer | None:
        """A frame, when the screen can take one, something has changed and it is time."""
        if not (self.ready and self.stale and (self.hurry or now >= self.next_frame)):
            return None
        if self.fault is not None:
            self.stale = self.hurry = self.ready = False
            return self.fault
        if (
            self.open is None
            or self.experiment is None
            or self.view is None
            or self._pending_open()
        ):
            return None
        frame = self._frame(self.open, self.experiment, self.view, now)
        spent = clock() - now
        self.next_frame = clock() + max(FRAME - spent, spent * (1 / DRAWING_SHARE - 1))
        self.stale = self.hurry = self.ready = False
        return frame

    def _pending_open(self) -> bool:
        return self.open is not None and self.experiment is None and self.fault is None

    def _training(self) -> bool:
        return self.going and self.experiment is not None and not self.experiment.trace.finished

    def _build(self) -> None:
        assert self.open is not None
        set_language("es" if self.open.lang == "es" else "en")
        try:
            scenario = load(self.open.scenario, self.open.settings)
            experiment = build(scenario)
        except (ScenarioError, TooLarge) as error:
            self.fault = Fault(self.open.ticket, str(error))
            return
        next(experiment.steps)
        theories = {name: foreseen(scenario, experiment, name) for name in experiment.networks}
        self.theory = {name: _arrays(theory) for name, theory in theories.items()}
        self.experiment = experiment

    def _step(self, now: float) -> None:
        assert self.experiment is not None
        self.single = False
        next(self.experiment.steps, None)
        self.stale = True
        self.pace.append((now, self.experiment.trace.done))
        interval = 0.0 if self.rate is None else 1.0 / self.rate
        self.next_step = max(self.next_step + interval, now - interval)

    def _speed(self, now: float) -> float:
        """Steps a second, of late."""
        if not self._training():
            return 0.0
        late = [mark for mark in self.pace if now - mark[0] <= _SPEED_OVER]
        if len(late) < 2 or late[-1][0] <= late[0][0]:
            return 0.0
        return (late[-1][1] - late[0][1]) / (late[-1][0] - late[0][0])

    def _frame(self, open_: Open, experiment: Experiment, view: View, now: float) -> Frame:
        trace = experiment.trace
        names = [*trace.networks]
        name = names[view.network % len(names)]
        finding = diagnose(
            trace.networks[name], trace.upto - 1, trace.steps, trace.diverged_at is not None
        )
        scene = Scene(
            trace,
            trace.upto,
            name,
            finding,
            tuple(view.measures),
            view.inner,
            self.theory[name],
            shades=view.shades,
        )
        drawn = {
            want.panel: PANELS[want.panel](scene, Size(want.columns, want.rows))
            for want in view.wants
        }
        new = {
            panel: picture for panel, picture in drawn.items() if self.shown.get(panel) != picture
        }
        self.shown |= new
        words = verdict(finding, trace.networks[name].layers)
        return Frame(open_.ticket, self._status(experiment, names, now), new, words)

    def _status(self, experiment: Experiment, names: list[str], now: float) -> Status:
        trace = experiment.trace
        losses = trace.loss.get("train", next(iter(trace.loss.values())))
        accuracy = trace.accuracy.get("test")
        return Status(
            step=trace.done,
            planned=trace.steps,
            going=self.going,
            finished=trace.finished,
            speed=self._speed(now),
            loss=_median(losses[trace.upto - 1]),
            accuracy=None if accuracy is None else _median(accuracy[trace.upto - 1]),
            networks=names,
        )


def _arrays(theory: Theory | None) -> dict[str, Floats]:
    """The measures a theory speaks of; none where no law is known."""
    return {name: np.array(values) for name, values in theory.measures.items()} if theory else {}


def _median(replicas: Floats) -> float | None:
    """The median, or None where it is not a finite number."""
    middle = float(np.median(replicas))
    return middle if np.isfinite(middle) else None
