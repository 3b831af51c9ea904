"""Scenarios drawn at random from nearly all that one can say of a network and its training.

They are small, and not so loud or deep that rounding would grow past what is compared.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from frameworks.networks import activations
from numpy.random import Generator
from vglab.engine.nn.initializers import INITIALIZERS
from vglab.engine.training.optimizers import OPTIMIZERS
from vglab.scenarios.schema.spec import Loss, Norm, Placement, Skip, names

Said = dict[str, Any]

DRAWS = 15
"""For each seed."""
WIDTH = 12
KINDS = {"mlp": "deep-sigmoid", "cnn": "cnn", "rnn": "rnn", "lstm": "lstm", "gru": "gru"}
LIKELY = [0.6, 0.1, 0.1, 0.1, 0.1]
POINTS = ["circles", "moons", "spirals", "xor", "gaussians", "digits"]
RATES = {"rmsprop": 0.003, "adam": 0.003, "adamw": 0.003}
SIZE = ("data.train=40", "data.test=8", "training.batch=16", f"network.width={WIDTH}")


def draw(seed: int, number: int) -> tuple[str, list[str]]:
    """A preset, and what is changed in it; no key that would have no effect."""
    rng = np.random.default_rng([seed, number])
    kind = str(rng.choice(list(KINDS), p=LIKELY))
    said = any_network(rng) | any_training(rng) | PARTS[kind](rng)
    return KINDS[kind], [*SIZE, *(f"{key}={value}" for key, value in said.items())]


def one(rng: Generator, values: Iterable[object]) -> Any:
    """One of them."""
    among = list(values)
    return among[rng.integers(len(among))]


def any_network(rng: Generator) -> Said:
    """What every network has."""
    init, activation = one(rng, INITIALIZERS), one(rng, activations())
    said: Said = {
        "network.activation": activation,
        "network.init": init,
        "network.gain": rng.uniform(0.5, 1.5) / (WIDTH**0.5 if init == "normal" else 1),
        "network.bias_std": one(rng, [0.0, rng.uniform(0, 1)]),
        "network.loss": one(rng, names(Loss)),
    }
    return said | ({"network.slope": rng.uniform(0, 0.9)} if activation == "leaky_relu" else {})


def any_training(rng: Generator) -> Said:
    """How it learns."""
    optimizer = one(rng, OPTIMIZERS)
    return {
        "run.seed": rng.integers(2**32),
        "training.optimizer": optimizer,
        "training.rate": RATES.get(optimizer, 0.03),
        "training.clip_norm": one(rng, [0.0, rng.uniform(0.01, 1)]),
    }


def any_blocks(rng: Generator) -> Said:
    """Normalization and skips."""
    skip, placement = one(rng, names(Skip)), one(rng, names(Placement))
    said: Said = {"network.norm": one(rng, names(Norm))}
    if skip != "none":
        said |= {
            "network.skip": skip,
            "network.skip_placement": placement,
            "network.skip_every": rng.integers(1, 4),
        }
    if skip not in ("none", "highway") and placement != "inside":
        said["network.skip_scale"] = rng.uniform(0.3, 1.2)
    return said


def dense(rng: Generator) -> Said:
    data = {"data.name": one(rng, POINTS), "network.depth": rng.integers(2, 11)}
    return any_blocks(rng) | data


def convolutional(rng: Generator) -> Said:
    shape = {"network.kernel": one(rng, [1, 3, 5]), "network.depth": rng.integers(2, 4)}
    return any_blocks(rng) | shape


def recurrent(rng: Generator) -> Said:
    return {"network.depth": rng.integers(1, 3), "data.lag": rng.integers(1, 9)}


PARTS: dict[str, Callable[[Generator], Said]] = {
    "mlp": dense,
    "cnn": convolutional,
    **dict.fromkeys(["rnn", "lstm", "gru"], recurrent),
}
