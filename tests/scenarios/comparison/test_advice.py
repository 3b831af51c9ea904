"""What a verdict speaks for: a remedy that the scenario takes, and that helps."""

import numpy as np
import pytest
from vglab.engine.diagnosis.diagnosis import diagnose
from vglab.engine.diagnosis.standing import standing
from vglab.engine.training.supervised import Experiment
from vglab.scenarios.comparison.advice import advise
from vglab.scenarios.experiment.build import build
from vglab.scenarios.loading.course import preset_ids
from vglab.scenarios.loading.inheritance import load


@pytest.mark.parametrize(
    ("rule", "name", "remedy"),
    [
        ("frozen", "deep-sigmoid", "batch-norm"),
        ("frozen", "batch-norm", "relu-he"),
        ("frozen", "rnn", "open-gates"),
        ("starved", "gan-saturating", "non-saturating"),
        ("forgets", "rnn", "open-gates"),
        ("dead_layer", "dying-relu", "leaky-relu"),
        ("few_steps", "tanh", "more-steps"),
        ("frozen", "linear", "relu-he"),
        ("not_finite", "exploding", "matched-init"),
        ("not_finite", "residual", "skip"),
    ],
)
def test_a_verdict_speaks_for_a_remedy_that_fits(rule: str, name: str, remedy: str) -> None:
    found = advise(rule, name)
    assert found is not None
    assert [one.name for one in found.remedies] == [remedy]


def test_what_would_do_harm_is_not_advised() -> None:
    """Each was found by trying it: see the slow test of all presets."""
    assert advise("overshot", "layerwise") is None, "its last stage has not come yet"
    for name in ("exploding", "residual"):
        found = advise("step_too_large", name)
        assert found is not None
        assert [one.name for one in found.remedies] == ["clipping"], "a tenth of the rate diverges"
    dead = advise("dead_layer", "tanh", ["training.rate=100"])
    assert dead is not None
    assert [one.name for one in dead.remedies] == ["smaller-rate"]


def test_what_diverges_by_its_steps_is_told_to_shorten_them() -> None:
    """Its signal did not grow at initialization: other weights diverge again."""
    settings = ["network.activation=leaky_relu"]
    first = advise("not_finite", "depth-cliff", settings, grew=False)
    assert first is not None
    assert [one.name for one in first.remedies] == ["clipping"]
    clipped = [*settings, "training.clip_norm=1.0"]
    second = advise("not_finite", "depth-cliff", clipped, grew=False)
    assert second is not None
    assert [one.name for one in second.remedies] == ["smaller-rate"]
    for tried in (first, second):
        accuracy, experiment = trained("depth-cliff", (*settings, *tried.settings))
        assert experiment.trace.diverged_at is None
        assert accuracy > 0.9


def test_what_its_steps_have_killed_is_told_to_shorten_them() -> None:
    """A leak lets the same steps through, and the network diverges."""
    settings = ("training.rate=1.0",)
    tried = advise("dead_layer", "relu", settings, moved=True)
    assert tried is not None
    assert [one.name for one in tried.remedies] == ["smaller-rate"]
    assert trained("relu", settings)[0] < 0.6
    assert trained("relu", (*settings, *tried.settings))[0] > 0.9
    born = advise("dead_layer", "relu", settings)
    assert born is not None
    assert [one.name for one in born.remedies] == ["leaky-relu"]


def test_a_healthy_network_is_left_alone() -> None:
    assert advise("moves", "relu") is None
    assert advise("done", "relu") is None


def trained(name: str, settings: tuple[str, ...]) -> tuple[float, Experiment]:
    """How good a run ends: its accuracy, or how near a GAN comes; 0 where it diverges."""
    experiment = build(load(name, [*settings]))
    for _row in experiment.steps:
        pass
    trace, last = experiment.trace, experiment.trace.upto - 1
    score = trace.accuracy["test"] if trace.accuracy else 1 / np.asarray(trace.gan["distance"])
    return float(np.nan_to_num(score[last, 0], nan=0.0)), experiment


@pytest.mark.slow
@pytest.mark.parametrize("name", preset_ids())
def test_what_is_advised_in_the_course_of_a_run_helps_or_is_not_advised(name: str) -> None:
    before, experiment = trained(name, ())
    trace = experiment.trace
    rows = {trace.upto * part // 4 for part in range(4)} | {trace.upto - 1}
    rules = {
        diagnose(
            network,
            row,
            trace.steps,
            trace.diverged_at is not None and row == trace.upto - 1,
            standing(trace, row),
        ).rule
        for network in trace.networks.values()
        for row in rows
    }
    advice = {one.settings: rule for rule in rules if (one := advise(rule, name))}
    for settings, rule in advice.items():
        after, _ = trained(name, settings)
        assert after > before + 0.05 or before > 0.95 <= after, (rule, settings, before, after)


def test_a_network_without_an_activation_is_told_to_take_one() -> None:
    chance = advise("no_better_than_chance", "linear")
    assert chance is not None
    assert [remedy.name for remedy in chance.remedies] == ["relu-he"]
    slow = advise("too_slow", "linear", ["network.gain=1"])
    assert slow is not None
    assert [remedy.name for remedy in slow.remedies] == ["relu-he"], (
        "a higher rate makes it diverge"
    )
    easy = advise("too_slow", "linear", ["data.name=gaussians"])
    assert easy is not None
    assert [remedy.name for remedy in easy.remedies] == ["larger-rate"], "a line divides them"
    other = advise("no_better_than_chance", "tanh")
    assert other is not None
    assert [remedy.name for remedy in other.remedies] == ["larger-rate"]
