"""How layers are grouped, how often one is sampled, why a gradient is 0: no framework needed."""

from dataclasses import replace
from typing import Any

import pytest
from vglab.watch.budget import Budget
from vglab.watch.causes import Sample, causes
from vglab.watch.layers import forward_order, grouping, plain


def test_repeated_blocks_are_found_in_names() -> None:
    names = ["wte", "h.0.attn.q", "h.0.mlp.0", "h.10.attn.q", "h.10.mlp.0", "h.2.lone", "head"]
    groups = grouping(names)
    assert groups[1] == {"block": {"name": "h", "index": 0}, "series": "attn.q"}
    assert groups[4] == {"block": {"name": "h", "index": 10}, "series": "mlp.0"}
    assert [groups[i]["block"] for i in (0, 5, 6)] == [None] * 3


def test_an_inner_container_counts_where_the_outer_one_does_not_repeat() -> None:
    groups = grouping(["net.0.layers.0.fc", "net.0.layers.1.fc"])
    assert groups[1]["block"] == {"name": "net.0.layers", "index": 1}


def test_a_plain_sequence_has_no_blocks() -> None:
    assert [group["block"] for group in grouping(["0", "2", "4"])] == [None] * 3


def test_wrappers_are_no_part_of_a_name() -> None:
    assert plain("_orig_mod.blocks.0._checkpoint_wrapped_module.fc") == "blocks.0.fc"
    assert plain("_orig_mod") == ""


def test_what_was_not_called_stays_behind_its_neighbor() -> None:
    assert forward_order(4, [2, 0, 2]) == [2, 3, 0, 1]
    assert forward_order(3, []) == [0, 1, 2]


@pytest.mark.parametrize("cost", [0.001, 0.05, 0.5])
@pytest.mark.parametrize("share", [0.01, 0.02, 0.1])
def test_a_budget_is_kept(cost: float, share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("vglab.watch.budget.perf_counter", lambda: now)
    budget = Budget(share)
    due = taken = 0
    for step in range(20_000):
        now += 0.1
        if step == due:
            now += cost
            taken += 1
            budget.spend(cost)
            budget.end_step(True)
            due = budget.next_sample(step)
        else:
            budget.end_step(False)
    assert budget.cost() <= share * 1.1
    affordable = share * 2000 / cost
    assert taken >= min(0.5 * affordable, 3000)


def test_what_a_step_feels_besides_counts_up_to_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("vglab.watch.budget.perf_counter", lambda: now)
    budget = Budget(0.02)
    for sampled, seconds, own in ((False, 1.0, 0.0), (True, 1.3, 0.2), (True, 9.0, 0.2)):
        now += seconds
        budget.spend(own)
        budget.end_step(sampled)
    assert list(budget.costs) == pytest.approx([0.3, 0.4])


def test_every_so_many_steps_is_just_that() -> None:
    assert Budget(0.02, every=7).next_sample(14) == 21


def sample(**changes: Any) -> Sample:
    """Three layers that learn."""
    base = Sample(
        grad_norm=[1.0, 1.0, 1.0],
        weight_norm=[1.0, 1.0, 1.0],
        error_rms=[1.0, 1.0, 1.0],
        error_type=["float16"] * 3,
        silent=[False] * 3,
        frozen=[False] * 3,
        blocks=[None] * 3,
    )
    return replace(base, **changes)


ZERO: list[float | None] = [0.0, 1.0, 1.0]
CASES: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({}, {}),
    ({"frozen": [True, False, False], "grad_norm": [None, 1.0, 1.0]}, {"0": "frozen"}),
    ({"grad_norm": [1.0, None, 1.0]}, {"1": "unused"}),
    ({"grad_norm": ZERO, "weight_norm": [1.0, 0.0, 1.0]}, {"0": "zero_init"}),
    ({"grad_norm": ZERO, "silent": [True, False, False]}, {"0": "dead"}),
    ({"grad_norm": ZERO, "error_rms": [0.0, 1e-7, 1.0]}, {"0": "underflow"}),
    ({"grad_norm": ZERO, "error_rms": [0.0, 0.1, 1.0]}, {"0": "unknown"}),
    (
        {"grad_norm": [1.0, 0.0, 1.0], "weight_norm": [0.0, 1.0, 1.0], "blocks": [7, 7, None]},
        {"1": "zero_init"},
    ),
]


@pytest.mark.parametrize(("changes", "found"), CASES)
def test_a_gradient_of_zero_has_a_cause(changes: dict[str, Any], found: dict[str, str]) -> None:
    assert causes(sample(**changes)) == found
