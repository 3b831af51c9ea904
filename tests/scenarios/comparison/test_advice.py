"""What a verdict speaks for: a remedy that the scenario takes, and that helps."""

import numpy as np
import pytest
from vglab.scenarios.comparison.advice import advise
from vglab.scenarios.documents.run import document
from vglab.scenarios.experiment.build import build
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


def test_a_healthy_network_is_left_alone() -> None:
    assert advise("moves", "relu") is None
    assert advise("done", "relu") is None


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["deep-sigmoid", "linear", "cnn", "pytorch-default", "exploding", "residual", "rnn"]
)
def test_what_is_advised_at_the_end_of_a_run_helps(name: str) -> None:
    def accuracy(settings: tuple[str, ...]) -> tuple[float, str]:
        scenario = load(name, [*settings])
        experiment = build(scenario)
        for _row in experiment.steps:
            pass
        found = document(scenario, experiment, 0.0)
        score = np.nan_to_num(
            experiment.trace.accuracy["test"][experiment.trace.upto - 1, 0], nan=0.0
        )
        return score, found.networks["model"].diagnosis.rule

    before, rule = accuracy(())
    remedy = advise(rule, name)
    assert remedy is not None, rule
    assert accuracy(remedy.settings)[0] > before + 0.05


def test_a_network_without_an_activation_is_told_to_take_one() -> None:
    chance = advise("no_better_than_chance", "linear")
    assert chance is not None
    assert [remedy.name for remedy in chance.remedies] == ["relu-he"]
    other = advise("no_better_than_chance", "tanh")
    assert other is not None
    assert [remedy.name for remedy in other.remedies] == ["larger-rate"]
