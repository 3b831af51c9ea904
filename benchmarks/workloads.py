"""What is raced: networks from tiny to wide, shallow to so deep that float32 underflows, and every
kind of layer, skip and optimizer there is.

Every side starts a perceptron from the same weights; all see the same batches in the same order.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

BATCHES = 8
"""Minibatches, used in turn."""
GATES = {"rnn": 1, "lstm": 4, "gru": 3}
ANGLES = np.pi * np.arange(8) / 8
LINES = np.stack([np.cos(ANGLES), np.sin(ANGLES)]).astype(np.float32)
"""What a GAN's points are projected on, to measure how far real and generated ones are apart."""


@dataclass(frozen=True)
class Workload:
    """One network, its batch and how it is trained."""

    says: str
    depth: int
    width: int
    batch: int
    activation: str = "sigmoid"
    gain: float = 1.0
    norm: str = "none"
    skip: str = "none"
    skip_placement: str = "outside"
    optimizer: str = "sgd"
    rate: float = 0.01
    replicas: int = 1
    architecture: str = "mlp"
    """As the engine calls it; or gan: a generator and a discriminator, both of these sizes."""
    inputs: int = 2
    """Of a sample; of a place of an image, of a step of a sequence."""
    places: int = 1
    """An image's places, a sequence's steps."""

    @property
    def plain(self) -> bool:
        """True for a perceptron that every side has."""
        known = self.skip in ("none", "identity") and self.skip_placement == "outside"
        return known and self.architecture == "mlp" and self.replicas == 1


DEEP = Workload("deep sigmoid: gradients vanish", 30, 64, 256)
RESIDUAL = Workload("residual tanh", 50, 64, 256, "tanh", gain=0.2, skip="identity")
TINY = Workload("tiny: calls cost more than arithmetic", 10, 16, 64, "tanh")
SEQUENCE = Workload("Elman's, 32 steps", 2, 64, 64, "tanh", architecture="rnn", inputs=8, places=32)
IMAGE = Workload(
    "convolutions over 8 × 8 places", 10, 16, 64, "relu", 2**0.5,
    architecture="cnn", inputs=1, places=64,
)  # fmt: skip
WORKLOADS = {
    "a": DEEP,
    "a4": replace(DEEP, says="the same with weights 4 times larger: nothing vanishes", gain=4.0),
    "b": Workload("deeper and wider tanh", 50, 128, 128, "tanh"),
    "c": Workload("wide ReLU: matrix products dominate", 30, 256, 512, "relu", gain=2**0.5),
    "d": replace(DEEP, says="batch normalization", norm="batch"),
    "d2": replace(DEEP, says="layer normalization", norm="layer"),
    "e": RESIDUAL,
    "e2": replace(
        RESIDUAL,
        says="pre-activation residual ReLU",
        activation="relu",
        skip_placement="preactivation",
    ),
    "e3": replace(RESIDUAL, says="highway tanh", gain=1.0, skip="highway"),
    "e4": replace(RESIDUAL, says="residual tanh, through a matrix", skip="projection"),
    "e5": replace(RESIDUAL, says="tanh of the sum", skip_placement="inside"),
    "f": replace(DEEP, says="Adam", optimizer="adam", rate=0.001),
    "f2": replace(DEEP, says="Nesterov", optimizer="nesterov"),
    "f3": replace(DEEP, says="RMSprop", optimizer="rmsprop", rate=0.001),
    "f4": replace(DEEP, says="momentum", optimizer="momentum"),
    "f5": replace(DEEP, says="Adagrad", optimizer="adagrad"),
    "f6": replace(DEEP, says="AdamW", optimizer="adamw", rate=0.001),
    "g": Workload(
        "GAN, Adam", 4, 64, 256, "leaky_relu", 2**0.5,
        optimizer="adam", rate=0.0002, architecture="gan", inputs=8,
    ),
    "h": TINY,
    "h16": replace(TINY, says="16 replicas of the tiny network at once", replicas=16),
    "k": IMAGE,
    "r": SEQUENCE,
    "r2": replace(SEQUENCE, says="LSTM, 32 steps", architecture="lstm"),
    "r3": replace(SEQUENCE, says="GRU, 32 steps", architecture="gru"),
    "v": replace(DEEP, says="100 layers: float32 underflows", depth=100),
}  # fmt: skip


def first_weights(w: Workload, seed: int = 0, ends: tuple[int, int] = (2, 1)) -> list[Matrix]:
    """W (inputs, outputs) of a perceptron's layers; biases start at 0."""
    rng = np.random.default_rng(seed)
    sizes = [ends[0], *[w.width] * w.depth, ends[1]]
    return [
        (rng.standard_normal((m, n)) * w.gain / m**0.5).astype(np.float32)
        for m, n in pairwise(sizes)
    ]


def batches(w: Workload, seed: int = 0) -> tuple[Matrix, Matrix]:
    """X (BATCHES, batch, inputs · places) and targets (BATCHES, batch, 1): two half moons, or what
    is as large."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, (BATCHES, w.batch, 1))
    t = rng.uniform(0, np.pi, y.shape)
    X = np.concatenate([np.cos(t) + y - 0.5, np.sin(t) * (1 - 2 * y) + y / 2 - 0.25], axis=2)
    X = X + rng.normal(0, 0.1, X.shape)
    if w.architecture != "mlp":
        X = rng.normal(0, 1, (BATCHES, w.batch, w.inputs * w.places)) + y
    return X.astype(np.float32), y.astype(np.float32)
