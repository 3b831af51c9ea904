"""What is said of a recording, and what is not said of a sound one."""

from pathlib import Path
from typing import Any

import pytest
from recordings import even, falling, header, layer, read, sample, samples, write
from vglab.scenarios.i18n import set_language
from vglab.scenarios.recordings.verdict.finding_sentences import say_finding
from vglab.scenarios.recordings.verdict.judgment import Judgment, judge
from vglab.scenarios.recordings.verdict.sentences import brief, sentence
from vglab.scenarios.recordings.watch_document import watch_document


def verdict(tmp_path: Path, *lines: dict[str, Any]) -> Judgment:
    """The verdict on a file of these lines, which can be said in both languages."""
    reader = read(write(tmp_path / "run.jsonl", *lines))
    assert reader.all_faults() == []
    found = judge(reader.recording)
    for language in ("es", "en"):
        set_language(language)
        words = [sentence(found, reader.recording), brief(found, reader.recording)]
        words += [say_finding(one, reader.recording) for one in found.findings]
        assert all(words)
        assert all("{" not in each for each in words)
    watch_document([reader])
    return found


def codes(found: Judgment) -> set[str]:
    return {one.code for one in found.findings}


STUCK = 2.303
"""ln 10: what guessing costs."""


def test_nothing_yet(tmp_path: Path) -> None:
    assert verdict(tmp_path, header()).rule == "nothing_recorded"
    ended = verdict(tmp_path, header(), {"finished": True, "step": 0, "time": 1.0})
    assert (ended.state, ended.rule) == ("not_learning", "no_steps")


def test_a_signal_that_fades_freezes_the_first_layers(tmp_path: Path) -> None:
    found = verdict(tmp_path, header(), *samples(50, 0.1, loss=STUCK))
    assert (found.state, found.rule) == ("vanishing", "frozen")
    assert found.frozen == (0, 1, 2, 3)
    assert "barely_moved" in codes(found)


def test_it_is_seen_at_the_first_sample(tmp_path: Path) -> None:
    assert verdict(tmp_path, header(), *samples(1, 0.1, loss=STUCK)).rule == "frozen"


def test_a_run_that_learns_is_healthy(tmp_path: Path) -> None:
    found = verdict(tmp_path, header(), *samples(90, 0.9, loss=falling()))
    assert (found.state, found.frozen, codes(found)) == ("healthy", (), set())


def test_layers_at_rest_after_learning_are_done(tmp_path: Path) -> None:
    grads = [1e-6, *even(1, 7)]
    found = verdict(tmp_path, header(), *samples(90, loss=falling(), grads=grads))
    assert (found.state, found.rule, found.done) == ("healthy", "done", (0,))


def test_a_rate_that_is_too_small(tmp_path: Path) -> None:
    small = [1e-6 * g for g in even(0.9)]
    found = verdict(tmp_path, header(), *samples(50, grads=small, loss=STUCK))
    assert (found.state, found.rule) == ("not_learning", "too_slow")


def test_a_rate_that_is_too_large(tmp_path: Path) -> None:
    large = [200.0] * 8
    found = verdict(tmp_path, header(), *samples(5, grads=large, loss=5.0))
    assert (found.state, found.rule) == ("unstable", "rate_too_large")
    growing = verdict(tmp_path, header(), *samples(5, grads=even(2), loss=5.0))
    assert (growing.state, growing.rule) == ("exploding", "step_too_large")


def test_a_loss_that_is_lost(tmp_path: Path) -> None:
    broken = (sample(500, [None] * 8, loss=None), sample(510, [None] * 8, loss=None))
    found = verdict(tmp_path, header(), *samples(50, loss=falling()), *broken)
    assert (found.state, found.rule) == ("diverged", "not_finite")
    again = verdict(
        tmp_path, header(), *samples(50, loss=falling()), broken[0], sample(510, even(1))
    )
    assert again.state != "diverged"


def test_no_weight_moved(tmp_path: Path) -> None:
    found = verdict(tmp_path, header(), *samples(50, update_norm=[0.0] * 8, loss=STUCK))
    assert (found.state, found.rule) == ("not_learning", "no_weight_moved")
    warming = verdict(tmp_path, header(), *samples(1, update_norm=[0.0] * 8, rate=0.0))
    assert (warming.state, warming.rule) == ("unknown", "rate_is_zero")


def test_dead_units(tmp_path: Path) -> None:
    zero: dict[str, Any] = {
        "grads": [0.0] * 5 + [1.0] * 3,
        "cause": {str(n): "dead" for n in range(5)},
    }
    found = verdict(tmp_path, header(), *samples(50, loss=STUCK, **zero))
    assert (found.state, found.rule) == ("dead", "dead_layer")
    assert "zero_dead" in codes(found)


def test_the_layer_at_which_the_signal_ends_is_named(tmp_path: Path) -> None:
    off = {str(n): "dead" for n in range(8)}
    spread = [1.0] * 3 + [0.0] * 4 + [1.0]
    lines = samples(
        *(50, 1.0, 10),
        grads=[0.0] * 8,
        cause=off,
        loss=STUCK,
        activation_mean=[0.1 * (s > 0) for s in spread],
        activation_std=spread,
    )
    path = write(tmp_path / "run.jsonl", header(), *lines)
    found = judge(read(path).recording)
    assert found.findings[0].code == "signal_ends"
    assert found.findings[0].layers == (3,)
    assert brief(found, read(path).recording).startswith("only 0 comes out of blocks.3.fc")


@pytest.mark.parametrize(
    ("reaches", "state", "rule"), [(0.5, "dead", "dead_layer"), (1e-6, "vanishing", "lost_forward")]
)
def test_units_are_off_where_nothing_new_arrives(
    reaches: float, state: str, rule: str, tmp_path: Path
) -> None:
    spread = [1.0] * 3 + [0.0] * 4 + [1.0]
    lines = samples(
        *(50, 1.0, 10),
        grads=[0.0] * 8,
        cause={str(n): "dead" for n in range(8)},
        loss=STUCK,
        activation_mean=[0.1 * (s > 0) for s in spread],
        activation_std=spread,
        batch_spread=[0.5, reaches, reaches, *[None] * 4, 0.0],
    )
    found = verdict(tmp_path, header(), *lines)
    assert (found.state, found.rule) == (state, rule)
    if rule == "lost_forward":
        assert "blocks.1.fc" in sentence(found, read(tmp_path / "run.jsonl").recording)


def test_a_branch_that_is_silent_does_not_end_the_signal(tmp_path: Path) -> None:
    spread = [1.0] * 3 + [0.0] + [1.0] * 4
    lines = samples(50, loss=falling(), activation_mean=[0.0] * 8, activation_std=spread)
    assert "signal_ends" not in codes(verdict(tmp_path, header(), *lines))


@pytest.mark.parametrize(
    ("first", "late", "rule"), [(9.0, 20.0, "overwritten"), (9.0, 4.0, "moves"), (0.1, 20.0, "")]
)
def test_first_steps_as_long_as_the_layers_that_made_it_worse(
    first: float, late: float, rule: str, tmp_path: Path
) -> None:
    """Of a network whose loss is no cross-entropy of so many classes, as of a GAN."""
    layers = [layer(n, kind="conv2d") for n in range(8)]
    lines = samples(
        *(50, 1.0, 10),
        loss=lambda step: late if step else 5.0,
        update_norm=lambda step: [8.0 * first if step == 0 else 0.1] * 8,
        weight_norm=lambda step: [8.0 if step == 0 else 80.0] * 8,
    )
    found = verdict(tmp_path, header(layers), *lines)
    assert (found.rule == rule) if rule else (found.rule != "overwritten")
    if rule == "overwritten":
        assert found.state == "unstable"


def test_underflow(tmp_path: Path) -> None:
    half = [layer(n, dtype="float16") for n in range(8)]
    tiny = [1e-8] * 5 + [1.0] * 3
    zero = [0.99] * 5 + [0.0] * 3
    found = verdict(tmp_path, header(half), *samples(50, grads=tiny, zero=zero, loss=STUCK))
    assert (found.state, found.rule) == ("vanishing", "underflow")


def test_steps_that_are_rounded_off(tmp_path: Path) -> None:
    half = [layer(n, dtype="bfloat16") for n in range(8)]
    adam = [{"name": "AdamW", "rate": 1e-4, "eps": 1e-8}]
    lines = samples(50, loss=STUCK, rate=1e-4, update_norm=[1e-5] * 8)
    found = verdict(tmp_path, header(half, optimizers=adam), *lines)
    assert (found.state, found.rule) == ("not_learning", "rounded_away")


def test_skipped_steps(tmp_path: Path) -> None:
    lines = samples(50, loss=STUCK, scale=2.0, skipped=lambda step: 9 * step)
    found = verdict(tmp_path, header(), *lines)
    assert (found.state, found.rule) == ("not_learning", "steps_skipped")


def test_nothing_learned_at_half_time(tmp_path: Path) -> None:
    found = verdict(tmp_path, header(), *samples(60, 0.9, loss=STUCK))
    assert (found.state, found.rule) == ("not_learning", "no_better_than_chance")
    early = verdict(tmp_path, header(), *samples(40, 0.9, loss=STUCK))
    assert early.state == "healthy"


def test_the_same_for_every_example(tmp_path: Path) -> None:
    alike = [0.5] * 3 + [1e-7] * 5
    lines = samples(50, loss=2.9, batch_spread=alike)
    path = write(
        tmp_path / "run.jsonl", header([layer(n, kind="conv2d") for n in range(8)]), *lines
    )
    found = judge(read(path).recording)
    assert (found.state, found.rule) == ("not_learning", "same_for_all")
    assert "blocks.3.fc" in sentence(found, read(path).recording)
    assert brief(found, read(path).recording).startswith("examples alike from blocks.3.fc on")


@pytest.mark.parametrize(
    "spread",
    [
        [1e-7] * 6 + [0.5, 0.5],
        [0.5] * 7 + [1e-7],
        lambda step: [1e-9 * (1 + step) ** 2] * 8,
        [None] * 8,
    ],
    ids=["gates", "one head", "it grows", "batches of one"],
)
def test_what_still_tells_examples_apart(spread: Any, tmp_path: Path) -> None:
    found = verdict(tmp_path, header(), *samples(50, loss=1.9, batch_spread=spread))
    assert found.state == "healthy"


def test_a_network_that_has_learned_is_not_held_to_it(tmp_path: Path) -> None:
    found = verdict(tmp_path, header(), *samples(50, loss=falling(), batch_spread=[1e-7] * 8))
    assert found.state == "healthy"


def test_of_two_networks_it_is_not_said(tmp_path: Path) -> None:
    two = [{"name": "SGD", "rate": 0.1}] * 2
    layers = [layer(n, optimizer=n // 4) for n in range(8)]
    lines = samples(50, loss=1.9, batch_spread=[1e-7] * 8)
    assert verdict(tmp_path, header(layers, optimizers=two), *lines).state == "healthy"


def test_a_spike_and_the_layer_where_it_began(tmp_path: Path) -> None:
    def grads(step: int) -> list[float]:
        rise = 8.0 if step >= 380 else 1.0
        return [g * (rise if n == 5 else 1) for n, g in enumerate(even(0.9))]

    lines = samples(60, grads=grads, loss=lambda step: 9.0 if step >= 400 else 1.0 + step % 3 / 100)
    found = verdict(tmp_path, header(), *lines)
    (spike,) = [one for one in found.findings if one.code == "loss_spike"]
    assert (spike.layers, spike.step) == ((5,), 380)


def test_a_clip_that_is_always_on(tmp_path: Path) -> None:
    found = verdict(tmp_path, header(), *samples(30, loss=falling(), clip=0.01))
    assert "clip_always_on" in codes(found)
    seldom = lambda step: 0.5 if step % 50 else 1.0  # noqa: E731
    assert "clip_always_on" not in codes(
        verdict(tmp_path, header(), *samples(30, loss=falling(), clip=seldom))
    )


def test_gradients_that_are_scaled(tmp_path: Path) -> None:
    def scale(step: int) -> float:
        return 2.0 ** (10 + step // 100)

    scaled = samples(50, scale=scale, loss=falling(), grads=lambda step: [scale(step)] * 8)
    plain = samples(50, scale=scale, loss=falling())
    assert "gradients_scaled" in codes(verdict(tmp_path, header(), *scaled))
    assert "gradients_scaled" not in codes(verdict(tmp_path, header(), *plain))


def test_a_flat_chart_of_gradients_hides_it(tmp_path: Path) -> None:
    lines = samples(50, grads=[1.0] * 8, delta_rms=even(0.1), loss=STUCK)
    assert "flat_gradient_hides" in codes(verdict(tmp_path, header(), *lines))


@pytest.mark.parametrize("step", [0, 1, 40])
def test_branches_that_begin_at_zero_are_healthy(tmp_path: Path, step: int) -> None:
    """ReZero: at initialization only the last layer has a gradient, and then the others' grow."""
    grown = [min(1.0, 1e-6 * 1.5**step) if step else 0.0] * 7 + [1.0]
    cause = {str(n): "zero_init" for n in range(7)} if step == 0 else {}
    first = sample(0, [0.0] * 7 + [1.0], cause={str(n): "zero_init" for n in range(7)})
    lines = [first] + ([sample(step, grown, cause=cause)] if step else [])
    assert verdict(tmp_path, header(), *lines).state == "healthy"


def test_lora_is_healthy(tmp_path: Path) -> None:
    """B = 0: it has a gradient and no length, A a length and no gradient, the rest is frozen."""
    layers = []
    for n in range(4):
        layers += [
            layer(n, 99, trained=False),
            layer(n, 99, name=f"a{n}"),
            layer(n, 99, name=f"b{n}"),
        ]
    for at, kept in enumerate(layers):
        kept["optimizer"] = None if at % 3 == 0 else 0
    grads = [None, 0.0, 1.0] * 4
    weights = [8.0, 8.0, 0.0] * 4
    causes = {str(n): ("frozen", "zero_init")[n % 3] for n in range(12) if n % 3 < 2}
    found = verdict(
        tmp_path, header(layers), sample(0, grads, weight_norm=weights, cause=causes, loss=2.0)
    )
    assert (found.state, found.rule) == ("healthy", "held_by_zero")
    assert "frozen_on_purpose" in codes(found)


def test_a_frozen_backbone_is_healthy(tmp_path: Path) -> None:
    layers = [layer(n, trained=n > 5, optimizer=0 if n > 5 else None) for n in range(8)]
    grads = [None] * 6 + [1.0, 1.0]
    causes = {str(n): "frozen" for n in range(6)}
    found = verdict(
        tmp_path, header(layers), *samples(50, grads=grads, cause=causes, loss=falling())
    )
    assert (found.state, codes(found)) == ("healthy", {"frozen_on_purpose"})


def test_layers_in_no_optimizer_are_told(tmp_path: Path) -> None:
    layers = [layer(n, optimizer=0 if n > 2 else None) for n in range(8)]
    found = verdict(tmp_path, header(layers), *samples(50, loss=falling()))
    assert "no_optimizer" in codes(found)
    none = verdict(tmp_path, header([layer(n, optimizer=None) for n in range(8)]), *samples(3))
    assert (none.state, none.rule) == ("not_learning", "nothing_to_train")


def test_a_loss_that_is_worse_than_guessing(tmp_path: Path) -> None:
    found = verdict(tmp_path, header(), *samples(60, 0.9, loss=lambda step: 2.4 + step / 10))
    assert (found.state, found.rule) == ("not_learning", "no_better_than_chance")
    other = verdict(tmp_path, header(), *samples(60, 0.9, loss=falling(900.0, 20.0)))
    assert other.state == "healthy"


def test_noise_of_a_loss_that_is_nearly_nothing_is_no_spike(tmp_path: Path) -> None:
    noisy = lambda step: 2.3 if step < 100 else 0.05 if step == 400 else 1e-3  # noqa: E731
    assert "loss_spike" not in codes(verdict(tmp_path, header(), *samples(60, loss=noisy)))


ADAMS = [{"name": "Adam", "rate": 1e-3, "eps": 1e-8, "weight_decay": 0.0, "momentum": None}] * 2


@pytest.mark.parametrize("held", [0, None], ids=["no gradient", "no layer"])
def test_an_optimizer_that_moves_nothing_is_named(held: int | None, tmp_path: Path) -> None:
    layers = [layer(n, 3) | {"optimizer": held if n < 2 else 1} for n in range(4)]
    grads = [None if held == 0 else 1.0] * 2 + [1.0, 1.0]
    lines = [sample(10 * k, grads, loss=0.7) for k in range(50)]
    found = verdict(tmp_path, header(layers, optimizers=ADAMS), *lines)
    assert (found.state, found.rule) == ("not_learning", "idle_optimizer")
    assert found.seen
    assert found.seen.idle == (0,)


def test_an_optimizer_of_a_frozen_part_is_not(tmp_path: Path) -> None:
    layers = [layer(n, 3) | {"optimizer": n // 2, "trained": n > 1} for n in range(4)]
    lines = [sample(10 * k, [None, None, 1.0, 1.0], loss=0.7) for k in range(50)]
    found = verdict(tmp_path, header(layers, optimizers=ADAMS), *lines)
    assert found.rule == "moves"


def test_a_table_of_words_that_is_the_last_layer_too_says_what_guessing_costs(
    tmp_path: Path,
) -> None:
    """GPT-2's loss passes ln 768 on its way down from ln 50257."""
    table = layer(0, 4) | {"name": "wte", "kind": "embedding", "shape": [50257, 768]}
    places = layer(1, 4) | {"name": "wpe", "kind": "embedding", "shape": [1024, 768]}
    inner = [layer(n, 9) | {"kind": "linear", "shape": [768, 768]} for n in (2, 3, 4)]
    losses = [max(10.8 - 0.1 * k, 6.6) for k in range(80)]
    lines = [sample(10 * k, [1.0] * 5, loss=loss) for k, loss in enumerate(losses)]
    found = verdict(tmp_path, header([table, places, *inner]), *lines)
    assert found.state == "healthy"
    assert found.seen
    assert found.seen.losses.chance == pytest.approx(10.825, abs=1e-3)


def test_what_the_recorder_says_of_a_gradient_of_zero_counts(tmp_path: Path) -> None:
    grads, zero = [0.0] * 7 + [1.0], [1.0] * 7 + [0.0]
    faint = {str(n): "underflow" for n in range(7)}
    lines = [sample(10 * k, grads, loss=STUCK, zero=zero, cause=faint) for k in range(50)]
    assert verdict(tmp_path, header(), *lines).rule == "underflow"
    off = {str(n): "dead" for n in range(8)}
    lines = [sample(10 * k, [0.0] * 8, loss=STUCK, zero=[1.0] * 8, cause=off) for k in range(50)]
    (tmp_path / "run.jsonl").unlink()
    assert verdict(tmp_path, header(), *lines).rule == "dead_layer"


def test_nothing_is_said_of_moves_that_were_not_recorded(tmp_path: Path) -> None:
    line = sample(0, [1.0] * 8, update_norm=None)
    del line["loss"]
    reader = read(write(tmp_path / "run.jsonl", header(), line))
    words = sentence(judge(reader.recording), reader.recording)
    assert "not recorded" in words
    assert "0 %" not in words


def test_a_norm_as_small_as_numbers_can_be_is_no_fault(tmp_path: Path) -> None:
    lines = [sample(k, [1.0] * 8, weight_norm=[1e-310] * 8) for k in range(3)]
    assert verdict(tmp_path, header(), *lines).state
