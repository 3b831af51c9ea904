"""What is raced: networks from tiny to wide, shallow to so deep that float32 underflows.

Every side starts from the same weights and sees the same batches in the same order.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

BATCHES = 8
"""Minibatches, used in turn."""


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


DEEP = Workload("deep sigmoid: gradients vanish", 30, 64, 256)
TINY = Workload("tiny: calls cost more than arithmetic", 10, 16, 64, "tanh")
WORKLOADS = {
    "a": DEEP,
    "a4": replace(DEEP, says="the same with weights 4 times larger: nothing vanishes", gain=4.0),
    "b": Workload("deeper and wider tanh", 50, 128, 128, "tanh"),
    "c": Workload("wide ReLU: matrix products dominate", 30, 256, 512, "relu", gain=2**0.5),
    "d": replace(DEEP, says="batch normalisation", norm="batch"),
    "d2": replace(DEEP, says="layer normalisation", norm="layer"),
    "e": Workload("residual tanh", 50, 64, 256, "tanh", gain=0.2, skip="identity"),
    "e2": Workload(
        "pre-activation residual ReLU",
        50,
        64,
        256,
        "relu",
        0.2,
        "none",
        "identity",
        "preactivation",
    ),
    "e3": Workload("highway tanh", 50, 64, 256, "tanh", skip="highway"),
    "f": replace(DEEP, says="Adam", optimizer="adam", rate=0.001),
    "f2": replace(DEEP, says="Nesterov", optimizer="nesterov"),
    "f3": replace(DEEP, says="RMSprop", optimizer="rmsprop", rate=0.001),
    "h": TINY,
    "h16": replace(TINY, says="16 replicas of the tiny network at once", replicas=16),
    "v": replace(DEEP, says="100 layers: float32 underflows", depth=100),
}


def first_weights(w: Workload, seed: int = 0) -> list[np.ndarray]:
    """W (inputs, outputs) a layer, float32; biases start at 0."""
    rng = np.random.default_rng(seed)
    sizes = [2, *[w.width] * w.depth, 1]
    return [
        (rng.standard_normal((m, n)) * w.gain / m**0.5).astype(np.float32)
        for m, n in pairwise(sizes)
    ]


def batches(w: Workload, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """X (BATCHES, batch, 2) and targets (BATCHES, batch, 1), float32: two half moons."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, (BATCHES, w.batch, 1))
    t = rng.uniform(0, np.pi, y.shape)
    X = np.concatenate([np.cos(t) + y - 0.5, np.sin(t) * (1 - 2 * y) + y / 2 - 0.25], axis=2)
    return (X + rng.normal(0, 0.1, X.shape)).astype(np.float32), y.astype(np.float32)
