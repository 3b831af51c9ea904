"""Lines of runs: cut, filled, written over and compared."""

from hypothesis import given
from hypothesis import strategies as st
from vglab.tui.render import styled_text as runs
from vglab.tui.render.palette import Role

RUNS = st.lists(st.tuples(st.text("ab █", min_size=1, max_size=4), st.integers(0, 3)), max_size=6)


def test_a_style_holds_both_roles_and_weight() -> None:
    code = runs.style(Role.HEAT + 15, Role.STRIPE, bold=True)
    assert (runs.front(code), runs.back(code)) == (Role.HEAT + 15, Role.STRIPE)
    assert code & runs.BOLD
    assert not runs.style(Role.FIRST) & runs.BOLD


@given(RUNS, st.integers(0, 30))
def test_a_line_is_fitted_exactly(line: runs.Line, size: int) -> None:
    fitted = runs.fit(line, size)
    assert runs.width(fitted) == size
    assert runs.plain(fitted) == runs.plain(line)[:size].ljust(size)


@given(RUNS, st.integers(-3, 20))
def test_a_stamp_changes_only_what_it_covers(line: runs.Line, column: int) -> None:
    before, after = [*runs.cells(line)], [*runs.cells(runs.stamp(line, column, [("xy", 9)]))]
    assert len(before) == len(after)
    for at, (old, new) in enumerate(zip(before, after, strict=True)):
        assert new == (("xy"[at - column], 9) if 0 <= at - column < 2 else old)


@given(RUNS, RUNS)
def test_outside_the_changed_spans_nothing_differs(old: runs.Line, new: runs.Line) -> None:
    spans = runs.differing_spans(old, new)
    size = max(runs.width(old), runs.width(new))
    inside = {at for start, end in spans for at in range(start, end)}
    before, after = ([*runs.cells(runs.fit(line, size))] for line in (old, new))
    shorter = min(runs.width(old), runs.width(new))
    wrong = {at for at in range(size) if at >= shorter or before[at] != after[at]}
    assert wrong <= inside
    assert all(start in wrong and end - 1 in wrong for start, end in spans)


def test_a_short_gap_is_cheaper_than_a_jump() -> None:
    old, new = [("aaaaaaaaaaaaaaaa", 0)], [("xaaxaaaaaaaaaaax", 0)]
    assert runs.differing_spans(old, new) == [(0, 4), (15, 16)]
