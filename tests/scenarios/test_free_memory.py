"""The memory that is left: a slice's or a container's limit counts, whichever is nearest."""

from pathlib import Path

from vglab.scenarios.free_memory import free_memory, left_of_groups


def test_every_group_around_counts(tmp_path: Path) -> None:
    inner = tmp_path / "user.slice" / "user-7.slice"
    inner.mkdir(parents=True)
    own = tmp_path / "own"
    own.write_text("0::/user.slice/user-7.slice\n")
    (inner / "memory.max").write_text("max\n")
    (inner / "memory.current").write_text("5\n")
    (inner.parent / "memory.max").write_text("1000\n")
    (inner.parent / "memory.current").write_text("400\n")
    assert [*left_of_groups(own, tmp_path)] == [600]
    (inner / "memory.max").write_text("3\n")
    assert [*left_of_groups(own, tmp_path)] == [0, 600]


def test_where_there_are_no_groups_the_machine_counts(tmp_path: Path) -> None:
    assert [*left_of_groups(tmp_path / "none", tmp_path)] == []
    assert free_memory() > 0
