"""What stands on the bench: an experiment, what is expected of it, and all that is said of it.

Opened from an order, trained by calls, looked at through a view. It knows no process and no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..engine.diagnosis import Diagnosis, diagnose
from ..engine.training import Experiment
from ..scenarios.build import build
from ..scenarios.memory import TooLarge
from ..scenarios.reading import ScenarioError, load
from ..scenarios.spec import Scenario
from .cleaning import Floats
from .scene import Scene
from .wire import Open, Status, View

if TYPE_CHECKING:
    from ..engine.theory import Theory

REFUSED = (ScenarioError, TooLarge)
"""What opening a subject may raise: the scenario is at fault, and the message says how."""

_LIGHT = 60_000, 5_000
"""Units times samples a step, and steps, up to which the lab records every step: a student sees
each one, and it still goes faster than anyone can follow."""


@dataclass
class Subject:
    """One scenario at work."""

    ticket: int
    scenario: Scenario
    experiment: Experiment
    theory: dict[str, dict[str, Floats]] | None = None
    """What theory expects at birth, by network and measure; None until it has been asked."""

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to train."""
        return self.experiment.trace.finished

    def step(self) -> None:
        """One training step, if there is one left."""
        next(self.experiment.steps, None)

    def to_next_record(self) -> None:
        """As many steps as it takes to see something new."""
        trace = self.experiment.trace
        before = trace.upto
        while trace.upto == before and not trace.finished:
            self.step()

    def foresee(self) -> None:
        """Ask the theory. Loading it takes longer than a first frame, so that is drawn before."""
        from .foreseen import foreseen

        networks = self.experiment.networks
        found = {name: foreseen(self.scenario, self.experiment, name) for name in networks}
        self.theory = {name: _arrays(theory) for name, theory in found.items()}

    def scene(self, view: View) -> Scene:
        """What there is to draw, now."""
        trace, name = self.experiment.trace, self._network(view)
        return Scene(
            trace=trace,
            upto=trace.upto,
            network=name,
            diagnosis=self._diagnosis(name),
            measures=tuple(view.measures),
            inner=view.inner,
            theory=(self.theory or {}).get(name, {}),
            shades=view.shades,
        )

    def status(self, view: View, going: bool, speed: float) -> Status:
        """Where the training is."""
        trace = self.experiment.trace
        losses = trace.loss["train" if "train" in trace.loss else self._network(view)]
        accuracy = trace.accuracy.get("test")
        return Status(
            step=trace.done,
            planned=trace.steps,
            going=going,
            finished=trace.finished,
            speed=speed,
            loss=_median(losses[trace.upto - 1]),
            accuracy=None if accuracy is None else _median(accuracy[trace.upto - 1]),
            networks=[*trace.networks],
        )

    def _network(self, view: View) -> str:
        names = [*self.experiment.trace.networks]
        return names[view.network % len(names)]

    def _diagnosis(self, name: str) -> Diagnosis:
        trace = self.experiment.trace
        diverged = trace.diverged_at is not None
        return diagnose(trace.networks[name], trace.upto - 1, trace.steps, diverged)


def opened(order: Open) -> Subject:
    """The scenario that is asked for, with its first step made: there is something to see."""
    scenario = load(order.scenario, order.settings)
    if _is_light(scenario):
        scenario = load(order.scenario, [*order.settings, "run.record_every=1"])
    subject = Subject(order.ticket, scenario, build(scenario))
    subject.step()
    return subject


def _is_light(scenario: Scenario) -> bool:
    """Whether recording every step costs little; not where the person has said how often."""
    network, run, training = scenario.network, scenario.run, scenario.training
    work = network.depth * network.width * training.batch * run.replicas
    return run.record_every == 0 and work <= _LIGHT[0] and training.steps <= _LIGHT[1]


def _arrays(theory: Theory | None) -> dict[str, Floats]:
    """The measures a theory speaks of; none where no law is known."""
    return {name: np.array(values) for name, values in theory.measures.items()} if theory else {}


def _median(replicas: Floats) -> float | None:
    """The median, or None where it is not a finite number."""
    middle = float(np.median(replicas))
    return middle if np.isfinite(middle) else None
