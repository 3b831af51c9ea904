"""`--over KEY=VALUES`: the grammar of a sweep's axes."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from vglab.scenarios.errors import ScenarioError
from vglab.scenarios.sweep.axes import MOST, parse_axes, parse_axis

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: float(f"{value:.9g}"))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("network.gain=0.5:3:6", (0.5, 1.0, 1.5, 2.0, 2.5, 3.0)),
        ("network.gain=0.1:0.3:3", (0.1, 0.2, 0.3)),
        ("network.gain=3:1:3", (3.0, 2.0, 1.0)),
        ("network.gain=2:2:1", (2.0,)),
        ("training.rate=1e-4:1:5:log", (1e-4, 1e-3, 1e-2, 0.1, 1.0)),
        ("network.depth=5:20:4", (5, 10, 15, 20)),
        ("network.depth=2:5", (2, 3, 4, 5)),
        ("network.depth=1:3:9", (1, 2, 3)),
        ("network.depth=1:100:3:log", (1, 10, 100)),
        ("network.activation=tanh, relu", ("tanh", "relu")),
        ("network.gain=1,.5,2.", (1, 0.5, 2.0)),
        ("network.gain=1,1,1.0", (1,)),
        ('data.path="a,b.csv","c.csv"', ("a,b.csv", "c.csv")),
        ("network.skip_scale=1/sqrt(depth),0.5", ("1/sqrt(depth)", 0.5)),
        ("run.seed=0:3", (0, 1, 2, 3)),
    ],
)
def test_values(text: str, values: tuple[object, ...]) -> None:
    found = parse_axis(text)
    assert found.values == pytest.approx(values) if isinstance(values[0], float) else values
    assert [type(value) for value in found.values] == [type(value) for value in values]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("network.gain", "not an axis"),
        ("network.gain=", "not an axis"),
        ("=1,2", "not an axis"),
        ("network gain=1", "not an axis"),
        ("network.gain=0.5:3", "how many values?"),
        ("network.dept=2:50:log", "network.dept: no such key; allowed: "),
        ("network.dept=2:50", "did you mean network.depth?"),
        ("network.depth=2:50:log", "how many values?"),
        ("training.rate=0:1:3:log", "a logarithmic range needs two positive numbers"),
        ("training.rate=-1:1:3:log", "a logarithmic range needs two positive numbers"),
        ("network.gain=1:2:0", "from 1 to 10000 values"),
        ("network.gain=1:2:99999", "from 1 to 10000 values"),
        ("network.gain=1:2:" + "9" * 5000, "from 1 to 10000 values"),
        ("network.depth=1:1e9", "from 1 to 10000 values"),
        ("network.gain=1:1e999:3", "every number in a scenario must be finite"),
        ("network.gain=1,,2", "not valid values"),
        ("network.gain=true,false", "not valid values"),
        ("network.gain=[1,2],3", "not valid values"),
        ("network.gain=2020-01-01", "not valid values"),
        ("run.replicas=1,2", "use --replicas R"),
        ("title=a,b", "not part of the experiment"),
        ("extends=a,b", "not part of the experiment"),
    ],
)
def test_what_is_no_axis_is_said(text: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=r"^--over: ") as caught:
        parse_axis(text)
    assert said in str(caught.value)
    assert len(caught.value.faults) == 1


def test_every_fault_is_told_and_a_key_is_one_axis() -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_axes(["a.b", "network.gain=1,2", "network.gain=3", "training.rate=0:1"])
    assert [fault.key for fault in caught.value.faults] == [
        "a.b",
        "training.rate=0:1",
        "network.gain",
    ]


@given(st.text(max_size=30))
def test_any_text_is_an_axis_or_a_fault(text: str) -> None:
    for written in (text, f"network.gain={text}", f"network.depth={text}"):
        for random in (False, True):
            try:
                found = parse_axis(written, random)
            except ScenarioError:
                continue
            assert found.values or random
            assert len(set(found.values)) == len(found.values) <= MOST


@given(NUMBERS, NUMBERS, st.integers(2, 50))
def test_a_range_has_both_ends_and_even_steps(low: float, high: float, count: int) -> None:
    assume(abs(high - low) > 1e-3)
    values = parse_axis(f"network.gain={low!r}:{high!r}:{count}").values
    assert (len(values), values[0], values[-1]) == (count, low, high)
    steps = [float(b) - float(a) for a, b in pairwise(values)]
    assert steps == pytest.approx([(high - low) / (count - 1)] * (count - 1), abs=1e-5)


@given(st.lists(st.one_of(st.integers(-99, 99), NUMBERS), min_size=1, unique=True))
def test_a_list_is_what_was_written(values: list[float]) -> None:
    assert parse_axis("network.gain=" + ",".join(map(repr, values))).values == tuple(values)


@given(st.integers(0, 999))
def test_random_values_lie_in_their_range(seed: int) -> None:
    rng = Random(seed)
    assert 0.5 <= float(parse_axis("network.gain=0.5:3", random=True).draw(rng)) <= 3
    assert 1e-4 <= float(parse_axis("training.rate=1e-4:1:log", random=True).draw(rng)) <= 1
    depth = parse_axis("network.depth=3:30", random=True).draw(rng)
    assert isinstance(depth, int)
    assert 3 <= depth <= 30
    assert parse_axis("network.activation=tanh,relu", random=True).draw(rng) in ("tanh", "relu")
    assert parse_axis("network.gain=1:3:3", random=True).draw(rng) in (1.0, 2.0, 3.0)


def test_a_random_range_by_factors_has_as_many_in_each_decade() -> None:
    rng, rate = Random(0), parse_axis("training.rate=1e-4:1:log", random=True)
    drawn = [float(rate.draw(rng)) for _ in range(4000)]
    shares = [sum(1 for value in drawn if value < edge) / 4000 for edge in (1e-3, 1e-2, 0.1)]
    assert shares == pytest.approx([0.25, 0.5, 0.75], abs=0.03)
