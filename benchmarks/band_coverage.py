"""How many of 1000 networks at initialization lie in theory's 95 % band, as a table in Markdown."""

from itertools import product

import numpy as np
from vglab.engine.numerics import median
from vglab.scenarios.experiment.build import build
from vglab.scenarios.experiment.theory import predict
from vglab.scenarios.loading.inheritance import load

ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus")
DEPTHS = (10, 20)
NETWORKS, FIRST_SEED = 1000, 20_000


def coverage(activation: str, depth: int) -> tuple[float, float, float]:
    """Shares of networks inside the band: the mean over hidden layers, the worst, the best.

    Each network has its own weights and its own 64 examples, and is measured by its own output
    error.
    """
    changes = {
        "network.activation": activation,
        "network.depth": depth,
        "network.width": 32,
        "network.init": "he",
        "data.train": 64,
        "data.test": 2,
        "training.batch": 64,
        "training.steps": 1,
        "run.record_every": 1,
        "run.replicas": NETWORKS,
        "run.seed": FIRST_SEED,
    }
    scenario = load("relu", [f"{key}={value}" for key, value in changes.items()])
    experiment = build(scenario)
    next(experiment.steps)
    law = predict(scenario, experiment, "model")
    assert law
    delta = experiment.trace.networks["model"].measures["delta_rms"][0]
    own = delta[:, :-1] * median(delta[:, -1]) / delta[:, -1:]
    low, high = np.array(law.band[:-1]).T
    inside = ((own >= low) & (own <= high)).mean(axis=0)
    return float(inside.mean()), float(inside.min()), float(inside.max())


def main() -> None:
    """Print the table."""
    print("| activation | layers | mean | worst layer | best layer |")
    print("|---|---|---|---|---|")
    for activation, depth in product(ACTIVATIONS, DEPTHS):
        shares = " | ".join(f"{share:.1%}" for share in coverage(activation, depth))
        print(f"| {activation} | {depth} | {shares} |")


if __name__ == "__main__":
    main()
