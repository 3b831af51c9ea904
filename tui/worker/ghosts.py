"""The runs that the present one is held against: the one before a change or a pinned one, or else
its base, the scenario that it extends.

Each base is trained once and kept: walking through the presets that extend it costs nothing more.
Bases keep no snapshots, as nobody looks back with them, and take a fixed amount of memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from dataclasses import replace as altered

from ..charts.base.scene import Scene
from ..protocol import Open, View
from .kept_runs import KeptRuns
from .live_run import REFUSED, Subject, open_subject, order_of_base
from .reference import describe_difference, ghost_names

ROOM = 64 << 20
"""Bytes that all bases may take."""


@dataclass
class Ghosts:
    """What a subject is held against; it is trained along, so that steps can be compared."""

    visited: KeptRuns
    """The runs that have been left: one that has ended serves as a base as it is."""
    reference: Subject | None = None
    """The run before a change, or a pinned one."""
    pinned: bool = False
    """Whether it is pinned."""
    base: Subject | None = None
    """The scenario that the subject extends, which is its ghost where there is no reference."""
    wanted_base: Open | None = None
    """The order for it, which waits until there is something to see."""
    bases: KeptRuns = field(default_factory=lambda: KeptRuns(ROOM))

    def open(self, order: Open, left: Subject | None) -> None:
        """Hold what an order opens against what it says; `left` is the run before."""
        if order.reference != "kept":
            self.reference = left if order.reference == "before" else None
            self.pinned = False
        self.base, self.wanted_base = None, None

    def want_base(self, order: Open) -> None:
        """Have the base of what is opened, as soon as there is time. Raises ScenarioError where
        the scenario cannot be read."""
        self.wanted_base = order_of_base(order)

    def pin(self, subject: Subject | None) -> None:
        """Hold what comes against this run; None: against nothing."""
        self.reference, self.pinned = subject, subject is not None

    def keep_up(self, subject: Subject) -> None:
        """Train the reference as far as the subject."""
        other = self.reference
        while other and not other.finished and other.done < subject.done:
            other.step()

    def is_behind(self, subject: Subject) -> bool:
        """Whether the base is still to be opened, or to be trained to where the subject is; not
        while a reference is drawn in its place."""
        if self.wanted_base is not None:
            return True
        base = self.base
        if base is None or self.reference is not None:
            return False
        return not base.finished and base.done < subject.done

    def follow(self) -> None:
        """Open the base, or train it a step; one that cannot be run is left out."""
        order, self.wanted_base = self.wanted_base, None
        if order is None:
            if self.base is not None:
                self.base.step()
            return
        try:
            self.base = self._open_base(order)
        except REFUSED:
            self.base = None

    def _open_base(self, order: Open) -> Subject:
        """A run of it that has ended, or the one that was trained as a base, or a new one."""
        found = self.visited.find(order)
        if found is not None and found.finished:
            return found
        found = self.bases.find(order)
        if found is None:
            found = open_subject(order, looked_back=False)
        self.bases.keep(found)
        return found

    def scene(self, subject: Subject, view: View) -> Scene | None:
        """The reference, or else the base, at the step at which the subject is looked at."""
        held, kind = self.reference, "pinned" if self.pinned else "before"
        if held is None and self.wanted_base is None and view.common:
            held, kind = self.base, "base"
        ghost = held and held.beside(subject, view)
        if held is None or ghost is None:
            return None
        return altered(ghost, called=ghost_names(kind, held.scenario.title.in_language()))

    def held(self, scene: Scene) -> Subject | None:
        """The run whose ghost a scene has."""
        return (self.reference or self.base) if scene.ghost else None

    def describe(self, scene: Scene, subject: Subject) -> list[str]:
        """What the scene's ghost had otherwise, and what came of it."""
        held = self.held(scene) or subject
        return describe_difference(scene, held.scenario, subject.scenario, self.pinned)
