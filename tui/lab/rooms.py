"""The keys of the rooms that show many runs: side by side, tournament, phase diagram, claims."""

from __future__ import annotations

from collections.abc import Sequence

from ...scenarios.claims.catalog import topics
from ...scenarios.errors import ScenarioError
from ...scenarios.i18n import _
from ...scenarios.loading.inheritance import load
from ...scenarios.loading.toml_reader import halves
from ...scenarios.sweep.phase_diagram import DEPTHS, gains, nearest
from ..protocol import Gather, Rival
from .changes import Changing
from .layout import MANY

MOST = 4
"""Scenarios that are shown side by side."""


def neighbour(names: Sequence[str], index: int) -> str:
    """The next scenario that learns from the same data, or else the next one."""
    others = [*names[index + 1 :], *names[:index]] or [names[index]]
    data = learns_from(names[index])
    return next((name for name in others if learns_from(name) == data), others[0])


def learns_from(name: str) -> str:
    """The data of a scenario; nothing where it cannot be had."""
    try:
        return load(name).data.name
    except ScenarioError:
        return ""


class Gathering(Changing):
    """A screen that can show many runs at once."""

    critical: list[tuple[float, int]]

    def notice(self, text: str) -> None:
        """Say something for as long as it takes to read it."""
        raise NotImplementedError

    def action_gather(self, room: str) -> None:
        """Go into a room of many runs; from within it, back to the bench."""
        if self.controls.room == room:
            self.action_back()
            return
        self.leave()
        self.shut_form()
        order = self.gathered(room)
        if order is None:
            return
        self.controls.room, self.controls.listing, self.controls.zoomed = room, False, False
        self.order(order)
        self.look()
        if room in self.pads:
            self.pads[room].focus()

    def gathered(self, room: str) -> Gather | None:
        """The order for what a room shows; None where the scenario has nothing to show there."""
        controls = self.controls
        here = Rival(controls.scenario, controls.stated)
        if room == "compare":
            return Gather(room, self.rivals(), ticket=controls.ticket)
        if room in ("remedies", "claims"):
            controls.spot = (0, 0)
            return Gather(room, [here], ticket=controls.ticket)
        try:
            scenario = load(here.scenario, here.settings)
        except ScenarioError:
            return None
        if scenario.kind != "classifier":
            self.notice(_("a GAN has no phase diagram: its gradients cross two networks"))
            return None
        controls.gains = gains(scenario.network)
        controls.spot = (len(controls.gains) // 2, 0)
        return Gather(room, [here], controls.gains, [*DEPTHS], controls.ticket)

    def rivals(self) -> list[Rival]:
        """The open one as it is changed, and those it is held against."""
        controls = self.controls
        here = Rival(controls.scenario, controls.stated)
        plain = [Rival(controls.scenario, controls.settings)] if controls.own else []
        chosen = [Rival(name, controls.settings) for name in controls.beside]
        if not plain and not chosen:
            chosen = [Rival(neighbour(controls.scenarios, controls.index), controls.settings)]
        return [here, *plain, *chosen][:MOST]

    def action_beside(self, index: int) -> None:
        """Put a scenario of the list beside the open one, or take it away."""
        controls = self.controls
        names = controls.scenarios
        if 0 <= index < len(names) and index != controls.index:
            controls.put_beside(names[index], MOST - 1)
            self.order(Gather("compare", self.rivals(), ticket=controls.ticket))

    def action_room(self, name: str) -> None:
        """Into a room of one run."""
        self.leave()
        super().action_room(name)

    def leave(self) -> None:
        """Out of a room of many runs, if it is one."""
        if self.controls.room in MANY:
            self.action_back()

    def action_back(self) -> None:
        """Out of a room; its runs end."""
        many = self.controls.room in MANY
        super().action_back()
        if many:
            self.order(Gather(None))
            self.set_focus(None)

    def action_point(self, across: int, up: int) -> None:
        """Point to another place of the diagram."""
        controls = self.controls
        x, y = controls.spot
        controls.spot = (
            min(max(x + across, 0), len(controls.gains) - 1),
            min(max(y + up, 0), len(DEPTHS) - 1),
        )
        self.look()

    def action_criticality(self) -> None:
        """Point to the place on the critical line, at this depth."""
        controls = self.controls
        depth = DEPTHS[controls.spot[1]]
        found = [gain for gain, here in self.critical if here == depth]
        if found:
            controls.spot = (nearest(controls.gains, found[0]), controls.spot[1])
            self.look()

    def action_claim(self, by: int) -> None:
        """Point to another claim."""
        opened, at = self.controls.spot
        last = sum(len(topic.claim) for topic in topics()) - 1
        self.controls.spot = (opened, min(max(at + by, 0), last))
        self.look()

    def action_tell(self) -> None:
        """Tell all of the claim that is pointed to, or no more."""
        opened, at = self.controls.spot
        self.controls.spot = (1 - opened, at)
        self.look()

    def action_demonstrate(self) -> None:
        """Open the first experiment of the claim that is pointed to."""
        controls = self.controls
        claim = [claim for topic in topics() for claim in topic.claim][controls.spot[1]]
        case = next((case for case in claim.cases if case.scenario), None)
        if case is None:
            self.notice(_("tested on the equations alone: there is no run to open"))
            return
        self.action_back()
        controls.choose(controls.scenarios.index(case.scenario))
        controls.fresh = False
        self.change(dict(halves(setting) for setting in case.set))

    def action_visit(self) -> None:
        """Open the run of the place that is pointed to."""
        controls = self.controls
        across, up = controls.spot
        place = {"network.gain": repr(controls.gains[across]), "network.depth": str(DEPTHS[up])}
        self.action_back()
        controls.fresh = True
        self.change({**controls.own, **place})
