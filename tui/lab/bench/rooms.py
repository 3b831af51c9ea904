"""The keys that go into rooms and out of them, and those of the rooms that show many runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ....scenarios.claims.catalog import topics
from ....scenarios.errors import ScenarioError, VglabError
from ....scenarios.i18n import _
from ....scenarios.loading.edits import as_settings
from ....scenarios.loading.inheritance import load
from ....scenarios.loading.toml_reader import split_setting
from ....scenarios.sweep.phase_diagram import DEPTHS, gains, nearest_gain
from ...protocol import Gather, Rival
from ..drawing import Pad
from ..layout import MANY
from ..state import Controls
from .change_panel import ChangePanel
from .dashboard import Dashboard
from .notices import Notices
from .readings import Readings

MOST = 4
"""Scenarios that are shown side by side."""


class NothingToShow(VglabError):
    """A scenario has nothing to show in a room; the message says why."""


def neighbor(names: Sequence[str], index: int) -> str:
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


def rivals(controls: Controls) -> list[Rival]:
    """The open scenario as it is changed, and those it is held against."""
    here = Rival(controls.scenario, controls.all_settings)
    if controls.watching:
        others = [name for name in controls.scenarios if name != controls.scenario]
        files = [Rival(name, controls.settings) for name in others]
        more = [file for file in files if file not in controls.beside]
        return [here, *controls.beside, *more][:MOST]
    plain = [Rival(controls.scenario, controls.settings)] if controls.own else []
    chosen = [one for one in controls.beside if one not in (here, *plain)]
    if not plain and not chosen:
        chosen = [Rival(neighbor(controls.scenarios, controls.index), controls.settings)]
    return [here, *plain, *chosen][:MOST]


def candidates(controls: Controls) -> list[Rival]:
    """What can be compared with the open run: what is so already, the changed scenarios as they are
    changed, and every scenario as it is."""
    here, *there = rivals(controls)
    changed = [
        Rival(name, [*controls.settings, *as_settings(own)])
        for name, own in controls.changes.items()
        if own
    ]
    every = [Rival(name, controls.settings) for name in controls.scenarios]
    found: list[Rival] = []
    for one in (*there, *changed, *every):
        if one not in (here, *found):
            found.append(one)
    return found


def compare_order(controls: Controls) -> Gather:
    """The order to train the rivals side by side."""
    return Gather("compare", rivals(controls), ticket=controls.ticket)


def remedies_order(controls: Controls) -> Gather:
    """The order to hold a tournament of remedies on the open scenario."""
    here = Rival(controls.scenario, controls.all_settings)
    controls.rank = 0
    return Gather("remedies", [here], ticket=controls.ticket, keep=controls.keep)


def claims_order(controls: Controls) -> Gather:
    """The order to test the claims; the first one is pointed to."""
    here = Rival(controls.scenario, controls.all_settings)
    controls.claim, controls.unfolded = 0, False
    return Gather("claims", [here], ticket=controls.ticket)


def diagram_order(controls: Controls) -> Gather:
    """The order to fill the phase diagram; the middle of its lowest row is pointed to.

    Raises ScenarioError where the scenario cannot be read, NothingToShow where it is a GAN.
    """
    here = Rival(controls.scenario, controls.all_settings)
    scenario = load(here.scenario, here.settings)
    if scenario.kind != "classifier":
        raise NothingToShow(_("a GAN has no phase diagram: its gradients cross two networks"))
    controls.gains = gains(scenario.network)
    controls.place = (len(controls.gains) // 2, 0)
    return Gather("diagram", [here], controls.gains, [*DEPTHS], controls.ticket, keep=controls.keep)


ORDERS: Mapping[str, Callable[[Controls], Gather]] = {
    "compare": compare_order,
    "remedies": remedies_order,
    "diagram": diagram_order,
    "claims": claims_order,
}
"""The message to the worker when a room of many runs is entered."""


KEEPABLE = ("remedies", "diagram")
"""Rooms whose results can be kept between visits."""


class Rooms:
    """Enters rooms and leaves them; the runs of a room of many end when it is left."""

    def __init__(
        self,
        controls: Controls,
        readings: Readings,
        dashboard: Dashboard,
        change_panel: ChangePanel,
        notices: Notices,
        order: Callable[..., None],
        unfocus: Callable[[], None],
    ) -> None:
        self._controls, self._readings, self._dashboard = controls, readings, dashboard
        self._change_panel, self._notices = change_panel, notices
        self._order, self._unfocus = order, unfocus

    def enter(self, room: str) -> None:
        """Enter a room of one run; from within it, go back to the charts."""
        if self.refuses():
            return
        self.leave()
        controls = self._controls
        controls.enter("" if controls.room == room else room, self._readings.depth)
        self._dashboard.update()

    def gather(self, room: str) -> None:
        """Enter a room of many runs; from within it, go back to the charts."""
        if self.refuses():
            return
        if self._controls.room == room:
            self.back()
            return
        self.leave()
        self._change_panel.close()
        try:
            order = ORDERS[room](self._controls)
        except NothingToShow as reason:
            self._notices.say(str(reason))
        except ScenarioError:
            return  # the worker has said so in the verdict's place
        else:
            self._show(room, order)

    def _show(self, room: str, order: Gather) -> None:
        controls, drawing = self._controls, self._dashboard.drawings[room]
        if room in KEEPABLE and not controls.keep and not controls.kiosk:
            self._notices.say(_("kept until the lab closes; F6 keeps results between visits too"))
        controls.room, controls.list_open, controls.zoomed = room, False, False
        self._order(order)
        self._dashboard.update()
        if isinstance(drawing, Pad):
            drawing.focus()

    def open_run(self, stated: dict[str, str]) -> None:
        """Leave the room for the run it points to, a change of the open scenario held against what
        that was."""
        self.leave()
        self._controls.fresh = True
        self._change_panel.apply({**self._controls.own, **stated})

    def follow_advice(self) -> None:
        """Try the remedy that the verdict speaks for, held against the run as it is."""
        if self.refuses():
            return
        if self._controls.unaided:
            whole = _("this may be the task's answer: enter gives a hint first")
            self._notices.say(whole, _("ask for the hint first (enter)"))
        elif stated := self._readings.remedy:
            self.open_run(dict(map(split_setting, stated)))
        else:
            self._notices.say(_("this verdict suggests no remedy"))

    def refuses(self) -> bool:
        """Whether a lesson's question is open, which this would answer; a notice says so then."""
        asking = self._controls.asking
        if asking:
            whole = _("this tells the answer: enter goes on to predict it, esc closes the lesson")
            self._notices.say(whole, _("predict first (enter), or close the lesson (esc)"))
        return asking

    def leave(self) -> None:
        """Leave the room, if it is one of many runs."""
        if self._controls.room in MANY:
            self._step_back()

    def back(self) -> None:
        """Leave a claim's figures, the list, the zoom or the room; or else show all layers; or else
        look at now."""
        if self._controls.room == "claims" and self._controls.unfolded:
            self._controls.unfolded = False
            self._dashboard.update()
        else:
            self._step_back()

    def _step_back(self) -> None:
        many = self._controls.room in MANY
        self._controls.step_back()
        self._dashboard.update()
        if many:
            self._order(Gather(None))
            self._unfocus()


class CompareRoom:
    """Chooses the runs that are shown side by side, and what is shown of them."""

    def __init__(
        self,
        controls: Controls,
        dashboard: Dashboard,
        rooms: Rooms,
        order: Callable[..., None],
    ) -> None:
        self._controls, self._dashboard, self._rooms = controls, dashboard, rooms
        self._order = order

    def turn(self, by: int) -> None:
        """Compare by the gradients, the losses or the accuracies."""
        self._controls.turn("compared", by)
        self._dashboard.update()

    def show(self, beside: Sequence[Rival]) -> None:
        """Show these beside the open run; enter the room where that is not done yet."""
        self._controls.beside = [*beside]
        if self._controls.room == "compare":
            self._order(compare_order(self._controls))
        else:
            self._rooms.gather("compare")

    def add(self, stated: Sequence[str]) -> None:
        """Compare the open run with these settings over it, beside what is there already."""
        controls = self._controls
        own = {**controls.own, **dict(map(split_setting, stated))}
        rival = Rival(controls.scenario, [*controls.settings, *as_settings(own)])
        known = [one for one in controls.beside if one.scenario == controls.scenario]
        self.show([*(one for one in known if one != rival), rival][-(MOST - 1) :])

    def toggle(self, index: int) -> None:
        """Put a scenario of the list beside the open one, or take it away. The neighbor that the
        room began with stays."""
        controls, names = self._controls, self._controls.scenarios
        if 0 <= index < len(names) and index != controls.index:
            if not controls.beside and not controls.own and not controls.watching:
                nearest = neighbor(names, controls.index)
                controls.beside = [Rival(nearest, controls.settings)]
            controls.put_beside(Rival(names[index], controls.settings), MOST - 1)
            self._order(compare_order(controls))


@dataclass
class DiagramRoom:
    """Points to a place of the phase diagram, and opens its run."""

    _controls: Controls
    _readings: Readings
    _dashboard: Dashboard
    _rooms: Rooms
    _compare: CompareRoom

    def move(self, across: int, up: int) -> None:
        """Point to another place."""
        controls = self._controls
        x, y = controls.place
        controls.place = (
            min(max(x + across, 0), len(controls.gains) - 1),
            min(max(y + up, 0), len(DEPTHS) - 1),
        )
        self._dashboard.update()

    def criticality(self) -> None:
        """Point to the place on the critical line, at this depth."""
        controls = self._controls
        _x, y = controls.place
        found = [gain for gain, depth in self._readings.critical if depth == DEPTHS[y]]
        if found:
            controls.place = (nearest_gain(controls.gains, found[0]), y)
            self._dashboard.update()

    def open(self) -> None:
        """Open the run of the place, as a change of the open scenario."""
        self._rooms.open_run(self._place())

    def compare(self) -> None:
        """Compare the run of the place with the open one."""
        self._compare.add(as_settings(self._place()))

    def _place(self) -> dict[str, str]:
        """What the place states."""
        x, y = self._controls.place
        gain = self._controls.gains[x]
        return {"network.gain": repr(gain), "network.depth": str(DEPTHS[y])}


@dataclass
class RemediesRoom:
    """Points to an entrant of the tournament, and opens its run."""

    _controls: Controls
    _readings: Readings
    _dashboard: Dashboard
    _rooms: Rooms
    _compare: CompareRoom

    def move(self, by: int) -> None:
        """Point to another entrant."""
        last = max(len(self._readings.standings) - 1, 0)
        self._controls.rank = min(max(self._controls.rank + by, 0), last)
        self._dashboard.update()

    def open(self) -> None:
        """Apply what is pointed to, as a change of the open scenario held against it."""
        found, rank = self._readings.standings, self._controls.rank
        if rank < len(found):
            self._rooms.open_run(dict(map(split_setting, found[rank])))

    def compare(self) -> None:
        """Compare the open run with what is pointed to applied to it."""
        found, rank = self._readings.standings, self._controls.rank
        if rank < len(found) and found[rank]:
            self._compare.add(found[rank])


class ClaimsRoom:
    """Points to a claim of the course notes, and opens its experiment."""

    def __init__(
        self,
        controls: Controls,
        dashboard: Dashboard,
        rooms: Rooms,
        change_panel: ChangePanel,
        notices: Notices,
    ) -> None:
        self._controls, self._dashboard, self._rooms = controls, dashboard, rooms
        self._change_panel, self._notices = change_panel, notices

    def move(self, by: int) -> None:
        """Point to another claim."""
        last = sum(len(topic.claim) for topic in topics()) - 1
        self._controls.claim = min(max(self._controls.claim + by, 0), last)
        self._dashboard.update()

    def unfold(self) -> None:
        """Show the figures of the claim, or hide them."""
        self._controls.unfolded = not self._controls.unfolded
        self._dashboard.update()

    def open(self) -> None:
        """Open the first experiment of the claim."""
        controls = self._controls
        claim = [claim for topic in topics() for claim in topic.claim][controls.claim]
        case = next((case for case in claim.cases if case.scenario), None)
        if case is None:
            self._notices.say(_("tested on the equations alone: there is no run to open"))
            return
        if case.scenario not in controls.scenarios:
            words = _("{scenario} is no lesson of this course: vglab --scenario {scenario}")
            said = words.format(scenario=case.scenario)
            self._notices.say(said, said.partition(": ")[0])
            return
        self._rooms.leave()
        controls.choose(controls.scenarios.index(case.scenario))
        controls.fresh = False
        self._change_panel.apply(dict(split_setting(setting) for setting in case.set))
