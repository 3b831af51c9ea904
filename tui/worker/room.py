"""What a room of many runs is: how it works and is drawn, how it is opened, what `?` says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ...scenarios.i18n import _, factor_text, figure
from ..charts.base.chart import Explanation
from ..charts.base.common import law_figures
from ..charts.base.scene import Scene
from ..charts.plotting.canvas import Size
from ..protocol import Gather, Picture, View

if TYPE_CHECKING:
    from ...scenarios.sweep.kept_results import KeptResults
    from ..charts.base.table import ChartTable


class Room(Protocol):
    """Several runs at work."""

    @property
    def version(self) -> int:
        """Changes with what there is to see."""
        ...

    @property
    def finished(self) -> bool:
        """Whether nothing more comes."""
        ...

    def work(self) -> None:
        """Do a little of what is to be done here."""
        ...

    def picture(self, view: View, size: Size) -> Picture:
        """What there is to see."""
        ...

    def table(self) -> ChartTable:
        """The same as numbers."""
        ...

    def close(self) -> None:
        """Let its processes go; what has come is kept."""
        ...

    def reopen(self) -> None:
        """Go on where it was closed."""
        ...


@dataclass(frozen=True)
class RoomKind:
    """One of the rooms there are."""

    open: Callable[[Gather], Room]
    """Begins the work. Raises ScenarioError or TooLarge where the scenarios cannot be run."""
    explanation: Explanation


def kept_results(order: Gather) -> KeptResults:
    """The results of earlier visits, where the person has them kept."""
    from ...scenarios.sweep.kept_results import KeptResults  # which no first frame waits for

    return KeptResults(Path(order.keep) if order.keep else None)


def scenario_figures(scene: Scene, layer: int) -> Iterator[str]:
    """The diagnosis of the scenario a room was opened from, against theory."""
    del layer
    form = _("the open network: ×{rate} per layer, first over last hidden layer {ratio}")
    found = scene.diagnosis
    if found.rule == "not_finite":
        form = _("the open network has diverged, so there is no factor per layer now")
    yield form.format(rate=factor_text(found.mean_rate), ratio=figure(found.ratio))
    yield from law_figures(scene)
