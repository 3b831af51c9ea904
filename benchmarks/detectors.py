"""Which rule sees at birth that a network will not learn? Published detectors against the budget.

    python benchmarks/detectors.py [--networks N] [--seed S] [--json FILE]

Random networks (activation, depth, width, first weights, optimizer, rate, data), each trained on
its own; every rule looks at the first record only. A network is stuck where its test accuracy stays
under 0.65, healthy where it passes 0.95; those between are counted nowhere. Vanishing kind: stuck,
and theory's factor a layer is under 1. Rules are taken as published:

    SageMaker   a layer's mean |g| under 1e-7 (Debugger's VanishingGradient)
    AutoTrainer ‖g₁‖/‖g_L‖ < 1e-3 and ‖g₁‖ < 1e-4, or ‖g₁‖/‖g_L‖ > 70 (Zhang et al. 2021)
    train-monitor  a layer's norm under 1e-7 or over 100 (rust-ai's guide)
    budget      a hidden layer would move by less than 1 % of its length in the steps planned

mean |g| is read as rms(g) √(2/π), as of normal entries.
"""

import argparse
import json
import os
import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from vglab.engine.diagnosis.diagnosis import FROZEN_BUDGET
from vglab.engine.measure.trace import NetworkTrace
from vglab.engine.theory.predictions import theory_for
from vglab.scenarios.experiment.build import build
from vglab.scenarios.experiment.convert import architecture
from vglab.scenarios.loading.inheritance import load

STEPS = 1200
STUCK, HEALTHY = 0.65, 0.95
RULES = ("budget", "SageMaker", "AutoTrainer", "train-monitor")


@dataclass(frozen=True)
class Seen:
    """One network: how it ended, and which rules fired at birth."""

    settings: list[str]
    accuracy: float
    vanishes: bool
    fired: dict[str, bool]


def drawn(rng: random.Random) -> list[str]:
    """A random network's settings; other data, widths and seeds than the rules were made on."""
    adam = rng.random() < 0.5
    rate = 10 ** (rng.uniform(-3.5, -2) if adam else rng.uniform(-2, 0))
    chosen = {
        "network.activation": rng.choice(("sigmoid", "tanh", "relu", "leaky_relu", "elu")),
        "network.depth": rng.randint(2, 24),
        "network.width": rng.choice((20, 40, 64)),
        "network.init": "lecun",
        "network.gain": round(rng.choice((1 / 3, 1, 2, 4)) ** 0.5, 4),
        "data.name": rng.choice(("moons", "circles", "gaussians")),
        "training.optimizer": "adam" if adam else "sgd",
        "training.rate": round(rate, 6),
        "training.steps": STEPS,
        "run.seed": rng.randrange(10_000),
        "run.record_every": STEPS,
    }
    return [f"{key}={value}" for key, value in chosen.items()]


def trained(settings: list[str]) -> Seen:
    """Train one network, and let every rule look at its birth."""
    scenario = load("deep-sigmoid", settings)
    run = build(scenario)
    for _ in run.steps:
        pass
    trace = run.trace
    accuracy = float(np.nan_to_num(trace.accuracy["test"][trace.upto - 1, 0]))
    theory = theory_for(architecture(scenario), 1.0)
    vanishes = theory is not None and theory.rate < 1
    return Seen(settings, accuracy, vanishes, rules(trace.networks["model"], trace.steps))


def rules(network: NetworkTrace, steps: int) -> dict[str, bool]:
    """Which rules fire at the network's first record."""
    norm, ratio = (network.measures[name][0, 0] for name in ("grad_norm", "update_ratio"))
    size = np.array([layer.inputs * layer.outputs for layer in network.layers])
    first, last = norm[0], norm[-1]
    return {
        "budget": bool((steps * ratio[:-1] < FROZEN_BUDGET).any()),
        "SageMaker": bool((norm / np.sqrt(size) * np.sqrt(2 / np.pi) < 1e-7).any()),
        "AutoTrainer": bool((first / last < 1e-3 and first < 1e-4) or first / last > 70),
        "train-monitor": bool((norm < 1e-7).any() or (norm > 100).any()),
    }


def main() -> None:
    """Train, count and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", type=int, default=150)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, "1")  # for the processes that train
    rng = random.Random(options.seed)
    settings = [drawn(rng) for _ in range(options.networks)]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        seen = list(pool.map(trained, settings, chunksize=4))
    stuck = [s for s in seen if s.accuracy < STUCK]
    vanishing = [s for s in stuck if s.vanishes]
    healthy = [s for s in seen if s.accuracy > HEALTHY]
    print(f"| rule | hits of {len(stuck)} stuck | of the {len(vanishing)} that vanish "
          f"| false alarms of {len(healthy)} healthy |")  # fmt: skip
    print("| --- | --- | --- | --- |")
    for rule in RULES:
        counts = (sum(s.fired[rule] for s in group) for group in (stuck, vanishing, healthy))
        print(f"| {rule} | " + " | ".join(map(str, counts)) + " |")
    if options.json:
        options.json.write_text(json.dumps([asdict(s) for s in seen], indent=1) + "\n")


if __name__ == "__main__":
    main()
