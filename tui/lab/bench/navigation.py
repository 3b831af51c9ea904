"""The keys that change what is looked at and not what is done: time, layers, charts."""

from __future__ import annotations

from collections.abc import Callable

from ....scenarios.i18n import _
from ...render.axes import LIVE, layer_at, row_after, row_of, row_or_live, step_at, tenth
from ..layout import GRADIENT_CHARTS, INSIDE, LESSON, PANELS
from ..state import Controls
from .dashboard import Dashboard
from .notices import Notices
from .readings import Readings


class Navigation:
    """Changes which record, layer, network and chart is looked at."""

    def __init__(
        self,
        controls: Controls,
        readings: Readings,
        dashboard: Dashboard,
        notices: Notices,
        order: Callable[..., None],
    ) -> None:
        self._controls, self._readings, self._dashboard = controls, readings, dashboard
        self._notices, self._order = notices, order

    def rewind(self, by: int) -> None:
        """Look `by` records ahead; back where negative."""
        self._look_at(row_after(self._controls.record, self._readings.rows, by))

    def leap(self, by: int) -> None:
        """Look ahead by tenths of what is recorded; back where negative."""
        self.rewind(by * tenth(self._readings.rows))

    def birth(self) -> None:
        """Look at the first record."""
        self._look_at(row_or_live(0, self._readings.rows))

    def live(self) -> None:
        """Look at the last record, and go on with it as it changes."""
        self._look_at(LIVE)

    def seek(self, panel: str, column: int) -> bool:
        """Look at the step that a column of a panel stands for; False where it stands for none."""
        picture, status = self._readings.pictures.get(panel), self._readings.status
        time = picture.time if picture else None
        step = step_at(column, time) if time else None
        if status is None or step is None:
            return False
        self._look_at(row_of(step, status.every, status.rows))
        return True

    def single_out(self, panel: str, column: int) -> bool:
        """Single out the layer that a column of a panel stands for; False where it stands for
        none."""
        picture = self._readings.pictures.get(panel)
        layer = layer_at(column, picture.layers) if picture and picture.layers else None
        if layer is not None:
            self._controls.layer = layer
            self._dashboard.request()
        return layer is not None

    def show_inner(self, number: int) -> None:
        """Show a chart in the fourth panel, by its place among those there are."""
        self._controls.inner = self._controls.charts[number]
        self._dashboard.draw(INSIDE)
        self._dashboard.request()

    def common(self) -> None:
        """Draw on the chapter's axes, with the base as a ghost, or on the scenario's own."""
        self._controls.common = not self._controls.common
        self._dashboard.update()

    def _look_at(self, record: int | None) -> None:
        """Look at a row; to look back, the training is held still."""
        controls = self._controls
        if record == controls.record:
            return
        held = controls.look_at(record)
        self._order(*([controls.run_order()] if held else []), controls.view())

    def layer(self, by: int) -> None:
        """Single out the layer before or after."""
        self._controls.single_out(by, self._readings.depth)
        self._dashboard.request()

    def network(self) -> None:
        """Look at the run's next network."""
        self._controls.network += 1
        self._dashboard.request()

    def reverse(self) -> None:
        """Walk along the chain rule in the other direction."""
        self._controls.forward = not self._controls.forward
        self._dashboard.request()

    def measures(self) -> None:
        """Show the next measures in the gradient charts; where there are none, say so."""
        places = self._controls.plan.places
        if not {*GRADIENT_CHARTS} & {*places}:
            self._notices.say(self._why_none(_("g chooses what the gradient charts show")))
            return
        self._controls.turn("measures")
        self._dashboard.request()

    def inner(self, by: int) -> None:
        """Show the next chart in the fourth panel; where that is not in sight, say so."""
        if INSIDE not in self._controls.plan.places:
            self._notices.say(self._why_none(_("a turns the tabs of the fourth chart")))
            return
        self._controls.turn_inner(by)
        self._dashboard.draw(INSIDE)
        self._dashboard.request()

    def _why_none(self, words: str) -> str:
        """What a key does, and how to get to where it does."""
        controls = self._controls
        hidden = controls.room or controls.zoomed
        way = _("esc: back to the charts") if hidden else _("tab: the next chart")
        return f"{words} · {way}"

    def focus(self, by: int) -> None:
        """Bring the next panel into focus."""
        self._controls.turn("panel", by)
        self._dashboard.update()

    def focus_on(self, panel: str) -> None:
        """Bring a panel into focus."""
        self.focus(PANELS.index(panel) - self._controls.panel)

    def zoom(self) -> None:
        """Show the panel in focus alone, or all of them again; where the list stands over them,
        take that away."""
        controls = self._controls
        if "list" in self._dashboard.fronts:
            controls.list_open = False
        else:
            controls.zoomed = not controls.zoomed
        self._dashboard.update()

    def read(self, by: int) -> None:
        """Scroll the lesson."""
        if self._controls.lesson_open:
            self._controls.lesson_line += by
            self._dashboard.draw(LESSON)

    def scenarios(self) -> None:
        """Show the list of scenarios over the charts, or take it away."""
        self._controls.list_open = not self._controls.list_open
        self._dashboard.update()
