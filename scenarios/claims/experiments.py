"""Carries out one experiment of a claim, and takes its figures: a value for each replica.

birth.…, end.…   of the network at its first and last record (of a GAN the generator)
the rest         of the whole run
"""

from collections.abc import Callable, Mapping
from math import ceil

import numpy as np

from ...engine.diagnosis.diagnosis import Diagnosis, diagnose
from ...engine.measure.trace import NetworkTrace, Trace
from ...engine.nn.network import Network
from ...engine.numerics import Exact
from ...engine.training.supervised import Experiment
from ..experiment.build import build
from ..loading.inheritance import load
from ..runs.diagnosis_record import Number
from ..runs.results import finite_or_none
from .catalog import Setup
from .probes import PROBES

RECORDS = 40
"""Of a run: a rule speaks of its ends, and of how soon it learns; drawing a chart takes more."""
LEARNED = 0.9
"""The accuracy of a network that has learned."""

Column = Callable[[Mapping[str, Exact]], Exact]


def figures_of(setup: Setup, seeds: range, trained: bool = True) -> dict[str, tuple[Number, ...]]:
    """The figures of an experiment, those at initialization alone where it is not to be trained.

    Raises ScenarioError or TooLarge where it cannot be built.
    """
    found = run_probe(setup, seeds) if setup.probe else run_scenario(setup, seeds, trained)
    return {name: tuple(finite_or_none(float(x)) for x in values) for name, values in found.items()}


def run_probe(setup: Setup, seeds: range) -> dict[str, Exact]:
    """What a probe of the engine shows."""
    asked = dict(text.split("=") for text in setup.set)
    return PROBES[setup.probe](seeds, **asked)


@np.errstate(all="ignore")
def run_scenario(setup: Setup, seeds: range, trained: bool) -> dict[str, Exact]:
    """What a scenario shows: at initialization, and when it is trained."""
    here = f"run.replicas={len(seeds)}", f"run.seed={seeds.start}"
    steps = load(setup.scenario, setup.set).training.steps
    every = f"run.record_every={ceil(steps / RECORDS)}"
    scenario = load(setup.scenario, [every, *setup.set, *here])
    experiment = build(scenario)
    studied = "generator" if scenario.kind == "gan" else "model"
    drawn = outer_weights(experiment.networks[studied])
    next(experiment.steps)
    found = add_prefix("birth.", record_figures(experiment.trace, studied, 0))
    if not trained:
        return found
    for _upto in experiment.steps:
        pass
    found |= add_prefix(
        "end.", record_figures(experiment.trace, studied, experiment.trace.upto - 1)
    )
    if scenario.kind == "gan":
        return found | gan_figures(experiment.trace, scenario.gan.loss)
    return found | classifier_figures(experiment, drawn)


def add_prefix(prefix: str, found: Mapping[str, Exact]) -> dict[str, Exact]:
    """The same under longer names."""
    return {prefix + name: values for name, values in found.items()}


def record_figures(trace: Trace, studied: str, row: int) -> dict[str, Exact]:
    """The figures of one record."""
    seen = trace.networks[studied]
    hidden = np.array([layer.kind != "output" for layer in seen.layers])
    of_layers = {name: column[row][:, hidden] for name, column in seen.measures.items()}
    return {name: take(of_layers) for name, take in OF_LAYERS.items()} | diagnosis_figures(
        seen, row, trace
    )


OF_LAYERS: dict[str, Column] = {
    "gradient_first": lambda seen: seen["grad_norm"][:, 0],
    "gradient_last": lambda seen: seen["grad_norm"][:, -1],
    "delta_first": lambda seen: seen["delta_rms"][:, 0],
    "delta_last": lambda seen: seen["delta_rms"][:, -1],
    "weight_first": lambda seen: seen["weight_norm"][:, 0],
    "slope": lambda seen: geometric_mean(seen["slope_rms"][:, :-1]),
    "saturated": lambda seen: seen["saturated"].mean(axis=1),
    "dead": lambda seen: seen["dead"].mean(axis=1),
}
"""Figures from the hidden layers' measures (R, layers)."""


def geometric_mean(factors: Exact) -> Exact:
    """The geometric mean of factors (R, layers); 1 where there are none."""
    return np.exp(np.log(factors).sum(axis=1) / max(factors.shape[1], 1))


def diagnosis_figures(seen: NetworkTrace, row: int, trace: Trace) -> dict[str, Exact]:
    """What the diagnosis says of each replica."""
    replicas = range(seen.measures["delta_rms"].shape[1])
    found = [diagnose(seen.replica(r), row, trace.steps) for r in replicas]
    return {name: np.array([take(each) for each in found]) for name, take in OF_DIAGNOSIS.items()}


OF_DIAGNOSIS: dict[str, Callable[[Diagnosis], float]] = {
    "rate": lambda found: found.rate,
    "ratio": lambda found: found.ratio,
    "decades": lambda found: -float(np.log10(found.ratio)),
    "slowest": lambda found: min(found.budget[:-1]),
    "step_ratio": lambda found: 1.0 if found.step_ratio is None else found.step_ratio,
}
"""Figures from the diagnosis."""


def classifier_figures(experiment: Experiment, drawn: tuple[Exact, Exact]) -> dict[str, Exact]:
    """What became of a classifier."""
    trace, last = experiment.trace, experiment.trace.upto - 1
    first_moved, last_moved = movement(experiment.networks["model"], drawn)
    loss = trace.loss["train"]
    return {
        "accuracy": trace.accuracy["test"][last],
        "learning_speed": learning_speed(trace),
        "loss_first": loss[0],
        "loss_last": loss[last],
        "moved_first": first_moved,
        "moved_last": last_moved,
    }


def learning_speed(trace: Trace) -> Exact:
    """1000 / the steps after which each replica has learned for good; 0 where it has not."""
    learned = trace.accuracy["test"][: trace.upto] > LEARNED
    kept = np.logical_and.accumulate(learned[::-1])[::-1]
    steps = np.maximum(trace.records[kept.argmax(axis=0)], 1)
    return np.where(kept.any(axis=0), 1000 / steps, 0.0)


def outer_weights(network: Network) -> tuple[Exact, Exact]:
    """A copy of the first and the last layer's weights."""
    first, last = (network.taps[i].W.astype(np.float64) for i in (0, -1))
    return first, last


def movement(network: Network, drawn: tuple[Exact, Exact]) -> tuple[Exact, Exact]:
    """How far both have come from where they were drawn, in their own lengths."""
    first, last = (
        norm(now - then) / norm(then)
        for now, then in zip(outer_weights(network), drawn, strict=True)
    )
    return first, last


def norm(W: Exact) -> Exact:
    """Each replica's ‖W‖."""
    return np.sqrt(np.square(W).sum(axis=tuple(range(1, W.ndim))))


def gan_figures(trace: Trace, loss: str) -> dict[str, Exact]:
    """What became of a GAN: the gradient its own loss gives the generator, and the distance."""
    own = trace.gan[f"gradient_{loss}"][: trace.upto]
    return {
        "birth.gradient_own": own[0],
        "end.gradient_own": own[-1],
        "end.distance": trace.gan["distance"][trace.upto - 1],
    }
