"""What stands on the bench: an experiment, what is expected of it, and all that is said of it.

Opened from an order, trained by calls, looked at through a view. It knows no process, and a clock
only to count the seconds its steps take.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from ...engine.diagnosis.diagnosis import Diagnosis, diagnose, mean_rate
from ...engine.diagnosis.standing import standing
from ...engine.diagnosis.thresholds import GROWN
from ...engine.numerics import median
from ...engine.training.supervised import Experiment
from ...scenarios.documents.verdict_lines import moved_far
from ...scenarios.errors import ScenarioError
from ...scenarios.experiment.build import build, estimate_bytes
from ...scenarios.experiment.memory import TooLarge
from ...scenarios.i18n import _
from ...scenarios.loading.course import Chapter, chapter_of
from ...scenarios.loading.inheritance import load
from ...scenarios.schema.spec import Scenario
from ..charts.base.common import EDGES
from ..charts.base.scene import Scene
from ..charts.base.snapshots import (
    NetworkTwins,
    SnapshotHistory,
    SnapshotView,
    points,
    take_snapshot,
)
from ..charts.plotting.series import Floats
from ..charts.registry import find, inner_name, inner_names, tab_names
from ..protocol import STEPS, Open, Status, View, Write
from ..render.glyphs import marks
from .reference import names_apart
from .room import Room

if TYPE_CHECKING:
    from ...engine.theory.predictions import Theory
    from ...scenarios.comparison.remedies import Entrant
    from ...scenarios.experiment.theory import Laws


REFUSED = (ScenarioError, TooLarge)
"""What opening a subject may raise: the scenario is at fault, and the message says how."""

_GLANCES = 100
"""At how many rows of a whole run it is looked at to tell what holds of late."""
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
    """What theory expects at initialization, by network and measure; None until it has been
    asked."""
    laws: Laws = field(default_factory=dict[str, "Theory | None"])
    """By network, the theory that this comes from."""
    missing: dict[str, str] = field(default_factory=dict[str, str])
    """By network, why there is no theory."""
    history: SnapshotHistory = field(default_factory=SnapshotHistory)
    looked_back: bool = True
    """Whether its networks are kept as they were at the records."""
    advice: dict[str, Entrant | None] = field(default_factory=dict[str, "Entrant | None"])
    """By the rule of the diagnosis."""
    seconds: float = 0.0
    """What its steps have taken."""
    order: Open | None = None
    """What it was opened by, where it was by itself."""
    run: int = 0
    """Which run of the scenario it is: see `Open.run`."""
    judged: dict[tuple[str, int], Diagnosis] = field(
        default_factory=dict[tuple[str, int], Diagnosis]
    )
    """By network and row, what has been looked back at to tell what holds of late."""
    twins: NetworkTwins | None = None
    """Twins of the networks, to look back with; None until they are asked for."""

    @property
    def story(self) -> str:
        """The chart that tells what the scenario shows: its own, or its chapter's."""
        chapter = self._chapter
        return self.scenario.chart or (chapter.chart if chapter else "")

    @property
    def span(self) -> tuple[float, float] | None:
        """The decades that the axes of its chapter have in common."""
        chapter = self._chapter
        return chapter.decades if chapter else None

    @property
    def _chapter(self) -> Chapter | None:
        return chapter_of(self.scenario.id, self.scenario.extends)

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to train."""
        return self.experiment.trace.finished

    @property
    def done(self) -> int:
        """Steps made."""
        return self.experiment.trace.done

    @property
    def bytes(self) -> int:
        """The memory it takes, in bytes, as an upper bound."""
        return estimate_bytes(self.scenario) + self.history.bytes

    def step(self) -> None:
        """One training step, if there is one left."""
        trace = self.experiment.trace
        before, began = trace.upto, perf_counter()
        next(self.experiment.steps, None)
        self.seconds += perf_counter() - began
        if trace.upto > before and self.looked_back:
            moved = int(trace.records[before]) < trace.steps
            self.history.keep(take_snapshot(before, self.experiment.networks, moved))

    def to_next_record(self) -> None:
        """As many steps as it takes to see something new."""
        trace = self.experiment.trace
        before = trace.upto
        while trace.upto == before and not trace.finished:
            self.step()

    def foresee(self) -> Laws:
        """The theory of each network; see `theory.foresee`."""
        from ...scenarios.experiment.theory import foresee

        return foresee(self.scenario, self.experiment)

    def compare_with(self, laws: Laws) -> None:
        """Show this theory beside what is measured."""
        from ...scenarios.experiment.theory import missing_theory

        self.theory = {name: _arrays(theory) for name, theory in laws.items()}
        self.laws = laws
        self.missing = {name: missing_theory(self.experiment, name) for name in laws}

    def scene(self, view: View) -> Scene:
        """What there is to draw, now or at the record that is looked back at."""
        trace, name = self.experiment.trace, self._network(view)
        row = self.row(view)
        return Scene(
            trace=trace,
            upto=row + 1,
            record_count=trace.upto,
            network=name,
            diagnosis=self._diagnosis(name, row),
            measures=tuple(view.measures),
            inner=view.inner,
            story=self.story,
            span=self.span if view.common else None,
            theory=(self.theory or {}).get(name, {}),
            law=self.laws.get(name),
            law_missing=self.missing.get(name, ""),
            asked=self.theory is not None,
            glyphs=marks(view.ascii, view.colorless),
            shades=view.shades or view.ascii,
            layer=self._layer(view, name),
            forward=view.forward,
            look=self._look(row),
        )

    def lately(self, scene: Scene) -> list[Diagnosis]:
        """The diagnoses of the last tenth of the run up to a scene, oldest first, those by the rule
        that holds most often among them. One batch's gradient decides on one of them, and the
        rule may change with the next; while the training goes, what holds mostly is told."""
        last, stride = scene.upto - 1, max(1, len(self.experiment.trace.records) // _GLANCES)
        rows = range(last - last % stride, 0, -stride)[: _GLANCES // 10][::-1]
        for row in rows:
            if (scene.network, row) not in self.judged:
                self.judged[scene.network, row] = self._diagnosis(scene.network, row)
        found = [self.judged[scene.network, row] for row in rows]
        rules = [one.rule for one in reversed(found)]
        usual = max(rules, key=rules.count, default="")
        return [one for one in found if one.rule == usual]

    def advised(self, scene: Scene) -> Entrant | None:
        """What the diagnosis speaks for, as a change of what was opened; nothing before theory has
        been asked, as a first frame does not wait for it."""
        rule = scene.diagnosis.rule
        if self.order is None or self.theory is None:
            return None
        if rule not in self.advice:
            from ...scenarios.comparison.advice import advise

            order, grew, moved = self.order, grew_at_birth(scene), moved_far(scene.diagnosis)
            self.advice[rule] = advise(rule, order.scenario, order.settings, grew, moved)
        return self.advice[rule]

    def beside(self, other: Subject, view: View) -> Scene | None:
        """What there is to draw of this run at the step at which another one is looked at; nothing
        where it has no such network."""
        step = int(other.experiment.trace.records[other.row(view)])
        trace = self.experiment.trace
        row = int(np.searchsorted(trace.records[: trace.upto], step, side="right")) - 1
        if self._network(view) != other._network(view):
            return None
        return self.scene(replace(view, record=max(row, 0), layer=None))

    def row(self, view: View) -> int:
        """The row that is looked at."""
        last = self.experiment.trace.upto - 1
        return last if view.record is None else min(max(view.record, 0), last)

    def status(self, scene: Scene, going: bool, speed: float) -> Status:
        """Where the training is, or was."""
        trace, row = self.experiment.trace, scene.upto - 1
        losses = trace.loss["train" if "train" in trace.loss else scene.network]
        accuracy = trace.accuracy.get("test")
        return Status(
            step=scene.now,
            planned=trace.steps,
            going=going,
            finished=trace.finished,
            speed=speed,
            loss=_of_all(losses[row]),
            accuracy=None if accuracy is None else _of_all(accuracy[row]),
            networks=[*trace.networks],
            rows=trace.upto,
            every=int(trace.records[1]) if len(trace.records) > 1 else 1,
            recorded=int(trace.records[trace.upto - 1]),
            back=scene.back,
            depth=scene.depth,
            charts=inner_names(scene),
            tabs=tab_names(scene),
            story=self.story,
        )

    def _layer(self, view: View, name: str) -> int | None:
        depth = len(self.experiment.trace.networks[name].layers)
        return None if view.layer is None else min(max(view.layer, 1), depth)

    def _look(self, row: int) -> SnapshotView | None:
        found = self.history.at(row)
        if found is None:
            return None
        if self.twins is None:
            self.twins = NetworkTwins(points(self.scenario))
        return SnapshotView(self.twins, found)

    def _network(self, view: View) -> str:
        names = [*self.experiment.trace.networks]
        return names[view.network % len(names)]

    def _diagnosis(self, name: str, row: int) -> Diagnosis:
        trace, at = self.experiment.trace, self.experiment.trace.diverged_at
        diverged = at is not None and (at <= int(trace.records[row]) or row == trace.upto - 1)
        return diagnose(trace.networks[name], row, trace.steps, diverged, standing(trace, row))


def wanted_scenario(order: Open) -> Scenario:
    """The scenario that is asked for; a light one records every step. Raises ScenarioError."""
    scenario = load(order.scenario, order.settings)
    if _is_light(scenario):
        return load(order.scenario, [*order.settings, "run.record_every=1"])
    return scenario


def open_subject(order: Open, looked_back: bool = True) -> Subject:
    """The scenario that is asked for, with its first step made: there is something to see.
    `looked_back`: see Subject.

    Raises ScenarioError or TooLarge where it cannot be run.
    """
    scenario = wanted_scenario(order)
    subject = Subject(
        order.ticket,
        scenario,
        build(scenario),
        looked_back=looked_back,
        order=order,
        run=order.run,
    )
    subject.step()
    return subject


def order_of_base(order: Open) -> Open | None:
    """The order for the scenario that an ordered one extends, where it is wanted as a ghost and
    there is one. Raises ScenarioError where the scenario cannot be read."""
    base = load(order.scenario).extends
    if order.base is None or base is None:
        return None
    return Open(order.ticket, base, order.base, order.lang)


def _is_light(scenario: Scenario) -> bool:
    """Whether recording every step costs little; not where the person has said how often."""
    network, run, training = scenario.network, scenario.run, scenario.training
    work = network.depth * network.width * training.batch * run.replicas
    return run.record_every == 0 and work <= _LIGHT[0] and training.steps <= _LIGHT[1]


def _arrays(theory: Theory | None) -> dict[str, Floats]:
    """The measures a theory speaks of, and its band; none where no law is known."""
    if theory is None:
        return {}
    edges = zip(EDGES, np.array(theory.band).T, strict=True)
    return {name: np.array(values) for name, values in theory.measures.items()} | dict(edges)


def _of_all(replicas: Floats) -> float | None:
    """The median of all replicas, where `summaries.middle` leaves out those that diverged; None
    where it is not a finite number."""
    middle = float(median(replicas))
    return middle if np.isfinite(middle) else None


def factors(scene: Scene) -> dict[str, float]:
    """The factor per layer at initialization, where it is looked at, and by theory; what is not
    there, or not finite, is left out."""
    hidden = [at for at, layer in enumerate(scene.tables.layers) if layer.kind != "output"]
    if len(hidden) < 2:
        return {}
    born = scene.rows("delta_rms", slice(0, 1))[0]
    found = {"birth": mean_rate(born[:, hidden])}
    found["now"] = scene.diagnosis.mean_rate
    if "delta_rms" in scene.theory:
        found["theory"] = mean_rate(scene.theory["delta_rms"][None, hidden])
    known = {name: rate for name, rate in found.items() if math.isfinite(rate)}
    return known | {STEPS: float(len(hidden) - 1)}


def grew_at_birth(scene: Scene) -> bool:
    """Whether the error signal was larger at the first layer than at the last at initialization,
    by more than luck."""
    found = factors(scene)
    return found.get("birth", 1.0) ** found.get(STEPS, 1.0) >= GROWN


def content(
    order: Write, subject: Subject, scene: Scene, room: Room | None, held: Subject | None = None
) -> bytes | None:
    """What an order to write asks for: the run document, or the table of the room or the chart;
    None where there is no such chart."""
    if order.chart is None:
        from ...scenarios.documents.run import (  # with the theory, which no first frame waits for
            document,
            encode,
        )

        return encode(document(subject.scenario, subject.experiment, subject.seconds)) + b"\n"
    if order.drawn:
        return _figure(order.chart, subject, scene, held)
    if room is not None:
        return room.table().csv()
    chart = find(scene, order.chart)
    return None if chart is None else chart.table(scene).csv()


def _figure(chart: str, subject: Subject, scene: Scene, held: Subject | None) -> bytes:
    """The figure of a chart, with the run that is held against it, each by a name of its own.

    Raises DrawingError where there is none of this chart, or nothing to draw it with.
    """
    from ...scenarios.documents.run import document
    from ..figures.drawing import DrawingError, draw_figure
    from ..figures.kinds import OF_CHART

    name = OF_CHART.get(inner_name(scene) if chart == "inside" else chart)
    if name is None:
        raise DrawingError(_("this chart has no figure: take its numbers, or the picture"))
    drawn = [one for one in (held, subject) if one]
    called = names_apart([one.scenario for one in drawn])
    runs = [
        replace(document(one.scenario, one.experiment), title=names[0])
        for one, names in zip(drawn, called, strict=True)
    ]
    return draw_figure(name, runs, "svg")
