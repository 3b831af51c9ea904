"""What stands on the bench when a recording is watched: a file that grows, and all that is said of
it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from msgspec.structs import replace

from ...scenarios.i18n import _
from ...scenarios.recordings.as_trace import MODEL, RecordedTrace, as_trace
from ...scenarios.recordings.opening import open_source
from ...scenarios.recordings.reading import Reader, say_silence
from ...scenarios.recordings.recording import RecordedRun
from ...scenarios.recordings.selection import LayerChoice, chosen_layers, parse_choice, places_of
from ...scenarios.recordings.verdict.finding_sentences import say_finding
from ...scenarios.recordings.verdict.judgment import Judgment, as_diagnosis, judge
from ...scenarios.recordings.verdict.sentences import brief, sentence
from ..charts.base.scene import Scene
from ..charts.registry import inner_names, tab_names
from ..protocol import Status, Verdict, View
from ..render.glyphs import marks

LAYERS, STEPS = "layers", "steps"
"""What may be set of a recording: the layers that are shown, and the steps that are planned."""


MOST_FINDINGS = 6
"""Findings that are named beside the verdict."""


@dataclass
class RecordedSubject:
    """A source that is followed."""

    name: str
    reader: Reader
    choice: LayerChoice | None = None
    steps: int | None = None
    made: tuple[object, RecordedRun, RecordedTrace] | None = None
    """What the last trace was made of, and that."""
    judged: dict[int, Judgment] = field(default_factory=dict[int, Judgment])
    """Verdicts on that trace, by row."""

    def set(self, settings: Sequence[str]) -> None:
        """Take the settings of an order, as `layers=REGEX` and `steps=N`. Raises PatternError."""
        parts = [setting.partition("=") for setting in settings]
        told = {name: value for name, _equals, value in parts}
        self.choice = parse_choice(told[LAYERS]) if told.get(LAYERS) else None
        self.steps = int(told[STEPS]) if STEPS in told else None

    @property
    def version(self) -> object:
        """Changes with what there is to see."""
        pattern = self.choice and self.choice.pattern
        found = self.reader.recording
        return id(found), found.version, pattern, self.steps, self.reader.fault_count

    @property
    def shown(self) -> object:
        """Changes with what the screen says of it."""
        return self.version, self.reader.first_look, self.ended, say_silence(self.reader.silence)

    def run_and_trace(self) -> tuple[RecordedRun, RecordedTrace]:
        """The layers that are chosen, and their trace."""
        if self.made is None or self.made[0] != self.version:
            run = chosen_layers(self.reader.recording, self.choice)
            self.made = self.version, run, as_trace(run, self.steps)
            self.judged.clear()
        return self.made[1:]

    def judge(self, row: int) -> Judgment:
        """The verdict at a row, on all layers."""
        if row not in self.judged:
            whole = self.reader.recording
            self.judged[row] = judge(whole, min(row, whole.count - 1), self.steps)
        return self.judged[row]

    def row(self, view: View) -> int:
        """The row that is looked at."""
        last = self.run_and_trace()[1].upto - 1
        return last if view.record is None else min(max(view.record, 0), last)

    def scene(self, view: View) -> Scene:
        """What there is to draw, now or at the row that is looked back at."""
        run, trace = self.run_and_trace()
        row, depth = self.row(view), len(run.layers)
        places = places_of(self.reader.recording.layers, self.choice)
        layer = None if view.layer is None or not depth else min(max(view.layer, 1), depth)
        return Scene(
            trace=trace,
            upto=row + 1,
            record_count=trace.upto,
            network=MODEL,
            diagnosis=as_diagnosis(self.judge(row), places),
            measures=tuple(view.measures),
            inner=view.inner,
            law_missing="recording",
            glyphs=marks(view.ascii, view.colorless),
            shades=view.shades or view.ascii,
            layer=layer,
        )

    def beside(self, other: RecordedSubject, view: View) -> Scene:
        """What there is to draw of this run at the step at which another one is looked at."""
        step = int(other.run_and_trace()[1].records[other.row(view)])
        trace = self.run_and_trace()[1]
        row = int(np.searchsorted(trace.records, step, side="right")) - 1
        return self.scene(replace(view, record=max(row, 0), layer=None))

    @property
    def ended(self) -> bool:
        """Whether the run is over, or nothing can come any more of its source."""
        return self.reader.recording.finished or self.reader.ended

    @property
    def silence(self) -> float | None:
        """Seconds since something came of it; None where that is not known, or it is over."""
        return None if self.ended else self.reader.silence

    def status(self, scene: Scene, *, going: bool, ended: bool, silence: float | None) -> Status:
        """How far the run is; of all that is shown: `ended`, whether it is over, and for how long
        nothing has come."""
        run, trace = self.run_and_trace()
        loss = trace.curves.get("loss")
        known = loss is not None and len(loss.values)
        rows = max(run.count, 1)
        return Status(
            step=scene.now if scene.back else run.last_step,
            planned=trace.steps,
            going=going,
            finished=ended,
            speed=self.speed(),
            loss=float(loss.values[-1]) if loss is not None and known else None,
            accuracy=None,
            networks=[MODEL],
            rows=rows,
            every=max(round(int(trace.records[-1]) / max(rows - 1, 1)), 1),
            recorded=int(trace.records[-1]),
            back=scene.back,
            depth=scene.depth,
            charts=inner_names(scene),
            tabs=tab_names(scene),
            silence=say_silence(silence),
        )

    def speed(self) -> float:
        """Steps a second, of late, by the run's own clock."""
        run = self.reader.recording
        rows = slice(max(run.count - 10, 0), run.count)
        times, steps = run.scalars["time"][rows], run.steps[rows]
        if len(times) < 2 or not times[-1] > times[0]:
            return 0.0
        return float((steps[-1] - steps[0]) / (times[-1] - times[0]))

    def verdict(self, row: int) -> Verdict:
        """What is the matter, the longest form first: with what else was found, then without."""
        found, whole = self.judge(row), self.reader.recording
        said = sentence(found, whole)
        faults = self.reader.all_faults()
        more = [say_finding(one, whole) for one in found.findings]
        more += [*whole.messages.values(), *faults]
        counts = range(min(len(more), MOST_FINDINGS), 0, -1)
        besides = _("Besides")
        longer = [f"{said} {besides}: {'; '.join(more[:count])}." for count in counts]
        caution, short = self.caution(), brief(found, whole)
        forms = [caution + form for form in (*longer, said, short)]
        return Verdict(found.state, forms if self.reader.first_look else [*forms, short])

    def caution(self) -> str:
        """What stands before a verdict that rests on a few lines of a long file, or on a file
        that nobody has written to for a while."""
        look, silent = self.reader.first_look, say_silence(self.reader.silence)
        if look is None:
            return f"{silent}: " if silent else ""
        said = _("first look, {share} of {size} MB read: ")
        return said.format(share=f"{look.percent} %", size=look.megabytes)


def open_recorded(name: str, pipe: int | None) -> RecordedSubject:
    """A source by its name. Raises WatchError."""
    return RecordedSubject(name, open_source(name, pipe))
