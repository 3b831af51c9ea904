"""Verdicts that were false once: runs whose end was another than what was said of them.

Each was trained to its end for the truth that stands beside it.
"""

from typing import Any

import pytest
from vglab.engine.diagnosis.diagnosis import diagnose
from vglab.scenarios.experiment.build import build
from vglab.scenarios.loading.inheritance import load

DECAY = (
    "network.depth=40",
    "network.width=8",
    "training.optimizer=adamw",
    "training.rate=0.004",
    "training.steps=500",
)
"""Accuracy 0.50: what moves the weights is their decay."""
MOMENTUM = (
    "network.depth=6",
    "network.activation=relu",
    "network.init=uniform",
    "training.optimizer=momentum",
    "training.rate=0.01",
)
"""Accuracy 0.98: the first step is a tenth of the later ones."""
RMSPROP = (
    "network.depth=4",
    "network.activation=tanh",
    "training.optimizer=rmsprop",
    "training.rate=0.02",
    "training.steps=1000",
)
"""Accuracy 0.98: the first step is ten of the later ones, and the signal fades."""
AROUND = (
    "network.skip=identity",
    "network.gain=0.5",
    "network.width=4",
    "training.optimizer=adam",
    "training.rate=0.03",
    "training.steps=1000",
    "run.record_every=200",
)
"""Accuracy 0.98: the skip leads past what is dead."""


def verdict(preset: str, settings: tuple[str, ...], whole: bool) -> Any:
    """The diagnosis at initialization, or of the last record."""
    experiment = build(load(preset, settings))
    for _ in experiment.steps:
        if not whole:
            break
    trace = experiment.trace
    return diagnose(trace.networks["model"], trace.upto - 1, trace.steps)


@pytest.mark.parametrize(
    ("preset", "settings", "false"),
    [
        ("deep-sigmoid", DECAY, "healthy"),
        ("deep-sigmoid", MOMENTUM, "vanishing"),
        ("deep-sigmoid", RMSPROP, "exploding"),
    ],
    ids=["adamw", "momentum", "rmsprop"],
)
def test_at_birth(preset: str, settings: tuple[str, ...], false: str) -> None:
    assert verdict(preset, settings, whole=False).state != false


def test_at_the_end() -> None:
    found = verdict("relu", AROUND, whole=True)
    assert found.state != "dead"
    assert found.ratio > 0.1
