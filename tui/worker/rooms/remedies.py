"""The tournament of remedies as a room: every remedy in a row, ranked anew as results come in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from textwrap import wrap

from ....scenarios.comparison.compare import Arrival, single_replica
from ....scenarios.comparison.tournament import Field, RankedEntrant, standings, tournament
from ....scenarios.i18n import N_, _, figure
from ....scenarios.runs.executors import Crew
from ...charts.base.chart import Explanation, constant
from ...charts.base.common import SIGNAL, note, picture
from ...charts.base.table import Cell, ChartTable
from ...charts.plotting.canvas import Size
from ...protocol import Gather, Picture, View
from ...render.glyphs import UNICODE
from ...render.labels import STATE_ROLES, state_word
from ...render.palette import Role
from ...render.styled_text import BOLD, Line, Lines, around, fit, fit_box, shorten, style
from ..background_runs import BackgroundRoom, BackgroundRun
from ..room import RoomKind, kept_results, scenario_figures

_STATE, _BAR = 10, 12
_CHOSEN = style(Role.ON_CHOSEN, Role.CHOSEN, bold=True)


@dataclass
class Ranking(BackgroundRoom):
    """A tournament, run in the background."""

    order: Gather
    field: Field = field(default_factory=Field)

    def __post_init__(self) -> None:
        self.kept = kept_results(self.order)
        self.background = BackgroundRun(self._events)

    def _events(self, hire: Callable[[], Crew]) -> Iterator[object]:
        rival, field = self.order.rivals[0], self.field
        for event in tournament(rival.scenario, rival.settings, hire, field, self.kept.find):
            if isinstance(event, Arrival):
                entrant = field.entrants[event.scenario].scenario
                self.kept.keep(single_replica(entrant, event.replica), event.outcome)
            yield event

    def table(self) -> ChartTable:
        """All who have run, the best first."""
        heads = ("rank", "remedy", "improved", "accuracy", "distance", "states")
        found = standings(self.field) if self.field.entrants else []
        return ChartTable(heads, [_table_row(at, one) for at, one in enumerate(_rank(found), 1)])

    def picture(self, view: View, size: Size) -> Picture:
        """All who have entered, the best first; those still to run at the foot."""
        found = self.in_order()
        run = _rank(found)
        at = min(max(view.rank, 0), max(len(found) - 1, 0))
        rows = [
            (i == at, _row(i + 1, one, size.columns, i == at))
            if i < len(run)
            else (i == at, _waits(one, size.columns, i == at))
            for i, one in enumerate(found)
        ]
        words = _("{run} of {all} tried").format(run=len(run), all=len(found))
        chosen = found[at : at + 1]
        lines = _fit_lines(_head(found, size.columns), rows, chosen, size)
        return picture(_("remedies"), note("  " + words), [], lines)

    @property
    def settings(self) -> list[list[str]]:
        """What each entrant states, as `--set` takes it, in the order of the rows."""
        return [one.settings for one in self.in_order()]

    def in_order(self) -> list[RankedEntrant]:
        """Those that have run, the best first, then those that wait."""
        found = standings(self.field) if self.field.entrants else []
        return sorted(found, key=lambda one: not (one.replicas or one.errors))


def _rank(ranking: Sequence[RankedEntrant]) -> list[RankedEntrant]:
    """Those that have run."""
    return [one for one in ranking if one.replicas or one.errors]


def _table_row(rank: int, one: RankedEntrant) -> Sequence[Cell]:
    scores = (one.accuracy.get("test"), one.gan.get("distance"))
    states = " ".join(both.at_end.state for both in one.networks.values())
    return [
        rank,
        one.title,
        int(one.improved),
        *(score.median if score else None for score in scores),
        states,
    ]


def _fit_lines(
    head: Line, rows: Sequence[tuple[bool, Line]], chosen: Sequence[RankedEntrant], size: Size
) -> Lines:
    """The rows around the one that is pointed to; at the foot what is said for that remedy."""
    said = [f"▸ {one.title}: {one.reasons[0]}" for one in chosen if one.reasons]
    measure = max(size.columns - 2, 8)
    told: Lines = [
        [(" " + line, style(Role.MUTED))]
        for text in said
        for line in wrap(text, measure, subsequent_indent="  ")
    ]
    told = told[: max(size.rows - 2, 0)]
    room = size.rows - 1 - len(told)
    lines = [head, *(around(rows, room) if rows else [])]
    return [*fit_box(lines, size.columns, room + 1), *fit_box(told, size.columns, len(told))]


def _names(columns: int) -> int:
    return max(columns - 4 - 9 - _STATE - _BAR - 4, 12)


def _head(ranking: Sequence[RankedEntrant], columns: int) -> Line:
    name = " " * (5 + _names(columns))
    by = _("distance") if any(one.gan for one in ranking) else _("accuracy")
    by = "R²" if any(one.r2 for one in ranking) else by
    words = f"{by:<{9 + _BAR}} {_('state')}"
    return fit([(name, 0), (words, style(Role.MUTED))], columns)


def _row(rank: int, one: RankedEntrant, columns: int, here: bool) -> Line:
    plain = not one.remedies
    mark, role = _mark(one)
    room = _names(columns)
    name = f"{shorten(one.title, room - 1):<{room}}"
    score = (one.accuracy or one.r2 or {}).get("test") or one.gan.get("distance")
    value = score.median if score else None
    share = min(max(value or 0.0, 0.0), 1.0)
    bar = "█" * round(share * (_BAR - 2))
    states = [both.at_end.state for both in one.networks.values()]
    code = style(Role.STRONG) | BOLD if plain or one.improved else 0
    code = _CHOSEN if here else code
    said: Line = [
        (state_word(state) + " ", style(STATE_ROLES[state], bold=True)) for state in states
    ]
    return fit(
        [
            (_pointer(here), style(Role.KEY, bold=True)),
            (f"{rank:>2} ", style(Role.MUTED)),
            (mark + " ", style(role, bold=True)),
            (name, code),
            (f"{figure(value):<7}", style(Role.SECOND)),
            (f"{bar:<{_BAR}} ", style(Role.SECOND)),
            *said,
        ],
        columns,
    )


def _mark(one: RankedEntrant) -> tuple[str, int]:
    """The scenario as it is, a remedy that helped, or one that did not."""
    if not one.remedies:
        return "▸", Role.KEY
    return ("✔", Role.HEALTHY) if one.improved else ("·", Role.MUTED)


def _waits(one: RankedEntrant, columns: int, here: bool) -> Line:
    return fit(
        [
            (_pointer(here), style(Role.KEY, bold=True)),
            ("  … ", style(Role.FAINT)),
            (" " + one.title, _CHOSEN if here else style(Role.MUTED)),
        ],
        columns,
    )


def _pointer(here: bool) -> str:
    """The mark before the row that is pointed to."""
    return UNICODE.pointer if here else " "


KIND = RoomKind(
    open=Ranking,
    explanation=Explanation(
        title=N_("The tournament of remedies"),
        terms=("accuracy",),
        reading=(
            N_(
                "Every remedy, and the promising pairs, on the same data and seeds; ranked by "
                "the accuracy on held-out points (a GAN: by the distance of its points)."
            ),
        ),
        figures=scenario_figures,
        equations=constant(SIGNAL),
        by_layer=False,
    ),
)
