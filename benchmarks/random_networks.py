"""Random networks, and their twins: the same network with one thing mended.

Settings are `--set` pairs over the preset `deep-sigmoid`. Each number of a seed has a network of
its own, however many are drawn, and the seed of its weights and data follows from both.
"""

import math
import random
from collections.abc import Iterable, Mapping
from typing import TypeVar

from vglab.scenarios.errors import ScenarioError
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.schema.activation_facts import ACTIVATION_FACTS
from vglab.scenarios.schema.spec import RECURRENT, Scenario

BASE = "deep-sigmoid"
RECORDS = 50
UNITS = 750
"""As many hidden units, depth times width, as a perceptron has at most."""
STEPS = {"mlp": 1000, "cnn": 300, "rnn": 500, "lstm": 500, "gru": 500}
RATES = {
    "sgd": (1e-2, 1.0),
    "momentum": (2e-3, 0.2),
    "nesterov": (2e-3, 0.2),
    "adagrad": (3e-3, 0.1),
    "rmsprop": (3e-4, 3e-2),
    "adam": (3e-4, 3e-2),
    "adamw": (3e-4, 3e-2),
}
"""From the least to the largest rate that is drawn of each optimizer."""
SANE_RATE = {"mlp": 2e-3, "cnn": 2e-3, "rnn": 5e-3, "lstm": 1e-2, "gru": 1e-2}
"""Of Adam, for a network at its critical point."""
SLOPE = 0.2
Value = str | int | float
Settings = dict[str, Value]
T = TypeVar("T")


def scenario(settings: Mapping[str, Value]) -> Scenario:
    """The scenario of these settings. Raises ScenarioError where they contradict each other."""
    return load(BASE, [f"{key}={value}" for key, value in settings.items()])


def random_network(seed: int, number: int) -> Settings:
    """The settings of network `number`: drawn anew until they do not contradict each other."""
    rng = random.Random(f"{seed}/{number}")
    while True:
        settings = draw(rng)
        try:
            scenario(settings)
        except ScenarioError:
            continue
        return settings


def draw(rng: random.Random) -> Settings:
    """Settings that may yet contradict each other."""
    kind = weighted(rng, {"mlp": 16, "cnn": 1, "rnn": 1, "lstm": 1, "gru": 1})
    settings: Settings = {"network.architecture": kind, **draw_training(rng, STEPS[kind])}
    settings |= SHAPES.get(kind, draw_recurrent)(rng)
    settings |= draw_weights(rng, str(settings["network.activation"]))
    return settings


def draw_training(rng: random.Random, steps: int) -> Settings:
    """Optimizer, rate, batch, loss, seed."""
    optimizer = rng.choice([*RATES])
    settings: Settings = {
        "training.optimizer": optimizer,
        "training.rate": rounded(log_uniform(rng, *RATES[optimizer])),
        "training.steps": steps,
        "network.loss": weighted(rng, {"cross_entropy": 9, "squared": 1}),
        "training.batch": 32,
        "data.test": 256,
        "run.seed": rng.randrange(2**31),
        "run.record_every": steps // RECORDS,
    }
    if optimizer in ("momentum", "nesterov"):
        settings["training.momentum"] = weighted(rng, {0.9: 3, 0.5: 1, 0.99: 1})
    if rng.random() < 0.15:
        settings["training.clip_norm"] = 1.0
    return settings


def draw_perceptron(rng: random.Random) -> Settings:
    """A deep multilayer perceptron."""
    depth = round(rng.triangular(3, 60, 3))  # the deeper, the rarer
    data = {"circles": 3, "moons": 3, "xor": 2, "gaussians": 2, "digits": 2, "spirals": 1}
    return {
        "network.depth": depth,
        "network.width": round(log_uniform(rng, 8, min(128, UNITS / depth))),
        "network.activation": rng.choice([*ACTIVATION_FACTS]),
        "data.name": weighted(rng, data),
        **draw_norm_and_skip(rng),
    }


def draw_convolutional(rng: random.Random) -> Settings:
    """A small convolutional network."""
    return {
        "network.depth": rng.randint(3, 12),
        "network.width": rng.randint(4, 8),
        "network.activation": rng.choice([*ACTIVATION_FACTS]),
        "data.name": "digits",
        **draw_norm_and_skip(rng),
    }


def draw_recurrent(rng: random.Random) -> Settings:
    """A small recurrent network over short sequences."""
    return {
        "network.depth": rng.randint(1, 2),
        "network.width": rng.randint(8, 20),
        "network.activation": rng.choice(("tanh", "tanh", "sigmoid", "relu")),
        "data.name": "lag",
        "data.lag": round(log_uniform(rng, 4, 40)),
    }


SHAPES = {"mlp": draw_perceptron, "cnn": draw_convolutional}


def draw_norm_and_skip(rng: random.Random) -> Settings:
    """Normalization and skip connections."""
    settings: Settings = {"network.norm": weighted(rng, {"none": 6, "batch": 1, "layer": 1})}
    skips = {"none": 12, "identity": 2, "projection": 1, "projection_fixed": 1, "highway": 1}
    skip = weighted(rng, skips)
    if skip != "none":
        settings["network.skip"] = skip
        settings["network.skip_every"] = rng.randint(1, 3)
        settings["network.skip_placement"] = rng.choice(("inside", "outside", "preactivation"))
        if skip != "highway" and settings["network.skip_placement"] != "inside":
            settings["network.skip_scale"] = rng.choice((1.0, 0.5, '"1/sqrt(depth)"'))
    return settings


def draw_weights(rng: random.Random, activation: str) -> Settings:
    """Initial weights and biases."""
    inits = {"lecun": 4, "xavier": 3, "he": 3, "uniform": 2, "orthogonal": 3, "identity": 1}
    settings: Settings = {
        "network.init": weighted(rng, {**inits, "normal": 1}),
        "network.gain": rounded(log_uniform(rng, 0.4, 18 if activation == "sigmoid" else 3)),
    }
    if rng.random() < 0.2:
        settings["network.bias_std"] = rounded(rng.uniform(0.05, 0.5))
    return settings


def reinitialized(settings: Settings) -> dict[str, Settings]:
    """Twins with other initial weights, or the activation that He's weights were made for; by name,
    the likeliest cure first."""
    activation = str(settings["network.activation"])
    plain = {**settings, "network.bias_std": 0.0}
    if settings["network.architecture"] in RECURRENT:
        return recurrent_twins(plain)
    gain = ACTIVATION_FACTS[activation].critical_gain
    if activation == "leaky_relu":
        gain /= math.sqrt(1 + SLOPE**2)
    critical = {"network.gain": rounded(gain)}
    twins = {
        "critical": {**plain, "network.init": "lecun", **critical},
        "orthogonal": {**plain, "network.init": "orthogonal", **critical},
    }
    if activation != "linear":  # which no weights let bend a boundary
        he: Settings = {"network.activation": "relu", "network.init": "he", "network.gain": 1.0}
        twins["relu_he"] = {**plain, **he}
    return twins


def recurrent_twins(settings: Settings) -> dict[str, Settings]:
    """Twins that keep a state: an orthogonal matrix, gates that stand open, an identity (Le et al.
    2015)."""
    orthogonal: Settings = {**settings, "network.init": "orthogonal", "network.gain": 1.0}
    if settings["network.architecture"] == "rnn":
        identity: Settings = {**settings, "network.init": "identity", "network.gain": 1.0}
        return {
            "orthogonal": {**orthogonal, "network.activation": "tanh"},
            "identity": {**identity, "network.activation": "relu"},
        }
    open_gates = {"network.forget_bias": rounded(math.log(int(settings["data.lag"])) + 1)}
    return {"orthogonal": orthogonal, "open_gates": {**orthogonal, **open_gates}}


def at_other_rates(settings: Settings) -> dict[str, Settings]:
    """Twins at a tenth of the rate and at ten times it, and, to tell luck from law, one with
    another seed."""
    rate = float(settings["training.rate"])
    return {
        "slower": {**settings, "training.rate": rounded(rate / 10)},
        "faster": {**settings, "training.rate": rounded(rate * 10)},
        "again": {**settings, "run.seed": int(settings["run.seed"]) + 1},
    }


def with_adam(settings: Settings) -> Settings:
    """The twin that Adam trains, at a rate that suits it."""
    kept = {key: value for key, value in settings.items() if key != "training.momentum"}
    rate = SANE_RATE[str(settings["network.architecture"])]
    return {**kept, "training.optimizer": "adam", "training.rate": rate}


def log_uniform(rng: random.Random, low: float, high: float) -> float:
    """A number whose logarithm is uniform."""
    return math.exp(rng.uniform(math.log(low), math.log(high)))


def weighted(rng: random.Random, weights: Mapping[T, int]) -> T:
    """One of the keys, as often as its weight says."""
    return rng.choices([*weights], [*weights.values()])[0]


def rounded(value: float) -> float:
    """Four digits, as a person would write it."""
    return float(f"{value:.4g}")


def words(settings: Iterable[tuple[str, Value]]) -> str:
    """Settings as a line."""
    return " ".join(f"{key.split('.')[1]}={value}" for key, value in settings)
