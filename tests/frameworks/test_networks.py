"""Every measure of every kind of network, from a scenario's words on, against PyTorch's float64."""

from itertools import product

import pytest
from frameworks.networks import activations
from frameworks.training import follow
from oracle_seeds import SEEDS
from vglab.engine.nn.initializers import INITIALIZERS
from vglab.scenarios.schema.spec import Norm, Placement, Skip, names

EVERY_SEED = pytest.mark.parametrize("seed", SEEDS)
SKIPS = [skip for skip in names(Skip) if skip != "none"]
FEW = ("data.train=32", "data.test=16", "training.batch=8", "network.width=5")


@EVERY_SEED
@pytest.mark.parametrize("activation", activations())
def test_every_activation(activation: str, seed: int) -> None:
    settings = [f"network.activation={activation}", "network.init=he", "network.bias_std=0.3"]
    follow("deep-sigmoid", [*settings, f"run.seed={seed}"], steps=6)


@EVERY_SEED
@pytest.mark.parametrize("init", INITIALIZERS)
def test_every_initializer(init: str, seed: int) -> None:
    settings = ["network.activation=tanh", f"network.init={init}", f"run.seed={seed}"]
    follow("deep-sigmoid", settings, steps=3)


@EVERY_SEED
@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
@pytest.mark.parametrize("norm", [norm for norm in names(Norm) if norm != "none"])
def test_every_norm(norm: str, activation: str, seed: int) -> None:
    settings = [f"network.norm={norm}", f"network.activation={activation}", f"run.seed={seed}"]
    follow("deep-sigmoid", settings, steps=4)


@EVERY_SEED
@pytest.mark.parametrize(("every", "norm"), [(1, "none"), (2, "layer"), (3, "batch")])
@pytest.mark.parametrize("placement", names(Placement))
@pytest.mark.parametrize("skip", SKIPS)
def test_every_skip(skip: str, placement: str, every: int, norm: str, seed: int) -> None:
    settings = [
        "network.activation=tanh",
        f"network.skip={skip}",
        f"network.skip_placement={placement}",
        f"network.skip_every={every}",
        f"network.norm={norm}",
        f"run.seed={seed}",
    ]
    follow("deep-sigmoid", settings, steps=2)


@EVERY_SEED
@pytest.mark.parametrize("scale", ["0.3", '"1/sqrt(depth)"'])
@pytest.mark.parametrize("placement", ["outside", "preactivation"])
def test_every_scale_of_a_branch(placement: str, scale: str, seed: int) -> None:
    settings = [
        "network.activation=relu",
        "network.skip=identity",
        f"network.skip_placement={placement}",
        f"network.skip_scale={scale}",
        f"run.seed={seed}",
    ]
    follow("deep-sigmoid", settings, steps=2)


@EVERY_SEED
@pytest.mark.parametrize(
    ("kernel", "activation", "norm", "skip"),
    [
        (1, "tanh", "none", "none"),
        (3, "relu", "batch", "none"),
        (5, "sigmoid", "none", "none"),
        (3, "tanh", "layer", "identity"),
    ],
)
def test_images(kernel: int, activation: str, norm: str, skip: str, seed: int) -> None:
    settings = [
        "network.depth=3",
        f"network.kernel={kernel}",
        f"network.activation={activation}",
        f"network.norm={norm}",
        f"network.skip={skip}",
        f"run.seed={seed}",
    ]
    follow("cnn", [*FEW, *settings], steps=3)


@EVERY_SEED
@pytest.mark.parametrize(("cell", "depth"), list(product(["rnn", "lstm", "gru"], [1, 2])), ids=str)
def test_sequences(cell: str, depth: int, seed: int) -> None:
    settings = [f"network.depth={depth}", "network.bias_std=0.1", "data.lag=8", f"run.seed={seed}"]
    follow(cell, [*FEW, *settings], steps=4)


@EVERY_SEED
@pytest.mark.parametrize("data", ["circles", "digits"])
def test_squared_error(data: str, seed: int) -> None:
    settings = ["network.loss=squared", "network.activation=tanh", f"data.name={data}"]
    follow("deep-sigmoid", [*settings, f"run.seed={seed}"], steps=3)
