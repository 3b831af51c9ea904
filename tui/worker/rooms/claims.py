"""The claims of the course notes as a room: each with its verdict, as the experiments come in.

What has been measured stays measured as long as the worker lives: whoever leaves the room to look
at an experiment finds the verdicts again, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from ....scenarios.claims.catalog import Claim, Topic, topics
from ....scenarios.claims.testing import (
    PROBE_COST,
    ClaimResult,
    Measured,
    judge,
    needed_setups,
    run_trials,
    trials,
)
from ....scenarios.i18n import N_, _
from ....scenarios.runs.executors import Crew
from ...charts.base.chart import Explanation, constant
from ...charts.base.common import GRADIENT, SIGNAL, note, picture
from ...charts.base.table import ChartTable
from ...charts.plotting.canvas import Size
from ...protocol import Gather, Picture, View
from ...render.claims_text import MARKS, VERDICTS, entry, quote
from ...render.glyphs import UNICODE
from ...render.palette import Role
from ...render.styled_text import (
    BOLD,
    Line,
    Lines,
    around,
    fit,
    fit_box,
    shorten,
    style,
    wrap_words,
)
from ..background_runs import BackgroundRoom, BackgroundRun
from ..room import RoomKind, scenario_figures

ROLES = {
    "holds": Role.HEALTHY,
    "holds when": Role.BUSY,
    "fails": Role.VANISHING,
    None: Role.MUTED,
}
_shared_outcomes = Measured()


@dataclass
class Textbook(BackgroundRoom):
    """The experiments of all claims, run in the background."""

    order: Gather
    parts: Sequence[Topic] = ()
    shared_outcomes: Measured | None = None

    def __post_init__(self) -> None:
        self.parts = self.parts or topics()
        self.outcomes: Measured = (
            _shared_outcomes if self.shared_outcomes is None else self.shared_outcomes
        )
        self.claims = [claim for part in self.parts for claim in part.claim]
        self.background = BackgroundRun(self._events)

    def _events(self, hire: Callable[[], Crew]) -> Iterator[object]:
        """What is quick first, so that verdicts come soon; then in the order of the claims."""
        setups = [setup for claim in self.claims for setup, _trained in needed_setups(claim)]
        waiting = [trial for trial in trials(self.claims) if trial.setup not in self.outcomes]
        waiting.sort(key=lambda trial: (trial.cost > PROBE_COST, setups.index(trial.setup)))
        with closing(run_trials(waiting, hire())) as outcomes:
            for trial, outcome in outcomes:
                self.outcomes[trial.setup] = outcome
                yield trial

    def result(self, claim: Claim) -> ClaimResult | None:
        """What came of a claim, in the language in use; None while an experiment is missing."""
        there = all(setup in self.outcomes for setup, _trained in needed_setups(claim))
        return judge(claim, self.outcomes) if there else None

    def table(self) -> ChartTable:
        """A row a claim that has been tested."""
        heads = ("claim", "note", "literature", "verdict", "when", "obey", "tried")
        judged = [one for claim in self.claims if (one := self.result(claim))]
        return ChartTable(heads, [_table_row(one) for one in judged])

    def picture(self, view: View, size: Size) -> Picture:
        """The list around the claim that is pointed to, and on demand its figures."""
        judged = [self.result(claim) for claim in self.claims]
        at = min(max(view.claim, 0), len(judged) - 1)
        tell = _claim_lines if view.unfolded else _whole_sentence
        about = tell(self.claims[at], judged[at], size)
        rows = max(size.rows - len(about), 0)
        listed = around(_list_lines(self.parts, judged, at, size.columns), rows)
        lines = [*listed, *about]
        tested = [one for claim, one in zip(self.claims, judged, strict=True) if claim.cases]
        done = sum(one is not None for one in tested)
        words = _("{done} of {all} tested").format(done=done, all=len(tested))
        legend = [*note("  " + words), *_counts(judged)]
        return picture(_("claims"), legend, [], fit_box(lines, size.columns, size.rows))


_SENTENCE = 2
"""Rows that the longest claim takes at 80 columns."""


def _table_row(one: ClaimResult) -> Sequence[str | float | None]:
    obeys = [each for case in one.cases for each in case.obeys]
    return one.id, one.note, one.literature, one.verdict, one.when, sum(obeys), len(obeys)


def _counts(results: Sequence[ClaimResult | None]) -> Line:
    """How many there are of each verdict."""
    said = [one.verdict for one in results if one is not None]
    return [
        run
        for verdict in VERDICTS
        for run in (("  ", 0), (f"{MARKS[verdict]} {said.count(verdict)}", style(ROLES[verdict])))
    ]


def _list_lines(
    parts: Sequence[Topic], results: Sequence[ClaimResult | None], at: int, columns: int
) -> list[tuple[bool, Line]]:
    """Topics and their claims; which line is the one that is pointed to."""
    lines: list[tuple[bool, Line]] = []
    number = 0
    for part in parts:
        title = shorten(part.title.in_language(), columns - 2)
        lines.append((False, [(" " + title, style(Role.STRONG) | BOLD)]))
        for claim in part.claim:
            here = number == at
            lines.append((here, _row(claim, results[number], here, columns)))
            number += 1
    return lines


def _row(claim: Claim, one: ClaimResult | None, here: bool, columns: int) -> Line:
    """A claim: its mark, its sentence as far as it fits, its verdict in a word."""
    verdict = one.verdict if one else None
    word = _(VERDICTS[verdict]) if verdict else ""
    wide = max(map(len, map(_, VERDICTS.values())))
    room = columns - wide - 6
    code = style(Role.ON_CHOSEN, Role.CHOSEN, bold=True) if here else 0
    says = f"{shorten(claim.says.in_language(), room):<{room}}"
    mark = style(ROLES[verdict], bold=True)
    sign = MARKS[verdict] if one else "…"
    pointer = (UNICODE.pointer if here else " ", style(Role.KEY, bold=True))
    return fit([pointer, (f" {sign} ", mark), (says, code), (" ", 0), (word, mark)], columns)


def _whole_sentence(claim: Claim, _one: ClaimResult | None, size: Size) -> Lines:
    """The sentence of a claim, for which its row may be too short; as many rows for every claim."""
    says = wrap_words(claim.says.in_language(), max(size.columns - 2, 8))
    told: Lines = [[(f" {line}", style(Role.STRONG))] for line in says]
    rule: Line = [("─" * size.columns, style(Role.FAINT))]
    return [rule, *fit_box(told, size.columns, _SENTENCE)] if size.rows > 2 * _SENTENCE else []


def _claim_lines(claim: Claim, one: ClaimResult | None, size: Size) -> Lines:
    """What was measured, by which rule, and what a teacher should add. It comes before the list;
    what does not fit even so is named."""
    columns, room = size.columns - 2, max(size.rows - 1, 1)
    parts = entry(one, columns) if one else (quote(claim.says.in_language(), columns),)
    told = [line for part in parts for line in part.split("\n")]
    head: Line = [("─" * size.columns, style(Role.FAINT))]
    said: Lines = [
        [(" " + line, style(Role.STRONG) if not at else 0)] for at, line in enumerate(told)
    ]
    if one is None:
        said.append(note("   " + _("not run yet")))
    if len(said) > room:
        more = _("all of it: {command}").format(command=f"vglab claims {claim.id}")
        said[room - 1 :] = [[(f" {UNICODE.ellipsis} {more}", style(Role.KEY, bold=True))]]
    return [head, *said]


KIND = RoomKind(
    open=Textbook,
    explanation=Explanation(
        title=N_("The claims of the course notes"),
        terms=("replica",),
        reading=(
            N_(
                "Each claim has a rule and cases that test it, with five networks each. It holds "
                "if at least four of five networks obey the rule in every case, holds when … if "
                "they do in some cases, and fails if they do in none."
            ),
        ),
        figures=scenario_figures,
        equations=constant(SIGNAL, GRADIENT),
        by_layer=False,
    ),
)
