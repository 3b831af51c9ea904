"""Broken scenario files: what is said of them, and the lists that is said with."""

import os
from pathlib import Path

import pytest
from vglab.scenarios.errors import ScenarioError
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.schema.activation_facts import ACTIVATION_FACTS

NETWORK_KEYS = (
    "architecture, depth, width, activation, slope, init, gain, bias_std, norm, norm_eps, skip,"
    " skip_every, skip_placement, skip_scale, kernel, forget_bias, loss"
)
TRAINING_KEYS = (
    "optimizer, rate, batch, steps, clip_norm, stages, momentum, beta1, beta2, decay, eps,"
    " weight_decay"
)
TOP_KEYS = (
    "extends, title, lesson, claim, expect, chart, kind, network, data, training, run, generator,"
    " discriminator, gan, predict, task"
)
ACTIVATIONS = ", ".join(ACTIVATION_FACTS)
PRESETS = "a file, or a preset (vglab scenarios lists them)"


def faults(folder: Path, text: str | bytes) -> list[str]:
    """The lines for a file of that content, without the folder's name."""
    file = folder / "mine.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return lines(file, folder)


def lines(file: Path, folder: Path) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load(file)
    assert all("\n" not in str(fault) for fault in caught.value.faults)
    return [str(fault).replace(f"{folder}{os.sep}", "") for fault in caught.value.faults]
