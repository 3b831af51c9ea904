"""The recorder's norms in each kind of loop are within a millionth of float64, and the pages say
by how much. `GOLDEN=write pytest …` writes their table."""

import os
from pathlib import Path

import pytest
from frameworks.norm_errors import Measured, measure_all
from frameworks.norm_table import CLOSE, HEADS, NAMES, NONE, read, write


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory, trained: tuple[Path, str]) -> Measured:
    """The errors of all loops."""
    found = measure_all(tmp_path_factory.mktemp("norms"), trained[0])
    if os.environ.get("GOLDEN") == "write":
        write(found)
    return found


def test_each_norm_is_within_a_millionth(measured: Measured) -> None:
    assert measured.keys() == NAMES.keys()
    for name, found in measured.items():
        for errors in found:
            assert errors.gradient < CLOSE, name
            assert errors.delta is None or errors.delta < CLOSE, name
    blind = {name for name, found in measured.items() if found[0].delta is None}
    assert blind == {"compile after", "bfloat16", "float16"}


@pytest.mark.parametrize("language", HEADS)
def test_the_page_states_what_is_measured(language: str, measured: Measured) -> None:
    stated = read(language)
    assert [*stated] == [*measured]
    for name, found in measured.items():
        *numbers, hook = stated[name]
        errors = [one.gradient for one in found] + [one.delta for one in found]
        given = [float(number) for number in numbers if number != NONE]
        there = [error for error in errors if error is not None]
        assert len(given) == len(there), name
        assert all(e <= number <= CLOSE for e, number in zip(there, given, strict=True)), name
        assert_hook_is_as_stated(hook, found[0].hooked.calls, found[0].hooked.error)


def assert_hook_is_as_stated(cell: str, calls: float, error: float) -> None:
    """A hook that is right is, and one that is wrong is about as wrong as it is said to be."""
    number, _, rest = cell.partition(", ")
    if not number[0].isdigit():
        assert calls == 0
        return
    assert int("".join(filter(str.isdigit, rest)) or 1) == calls
    if float(number) <= CLOSE:
        assert error <= float(number)
    else:
        assert float(number) / 2 < error < float(number) * 2
