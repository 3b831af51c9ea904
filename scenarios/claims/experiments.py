"""Carries out one experiment of a claim, and takes its figures: a value for each replica.

birth.…, end.…   of the network at its first and last record (of a GAN the generator)
the rest         of the whole run
"""

from collections.abc import Callable, Mapping

import numpy as np

from ...engine.diagnosis.diagnosis import Diagnosis, diagnose
from ...engine.measure.trace import NetworkTrace, Trace
from ...engine.nn.network import Network
from ...engine.numerics import Exact
from ...engine.training.supervised import Experiment
from ..experiment.build import build
from ..loading.inheritance import load
from ..runs.diagnosis_record import Number
from ..runs.results import known
from .catalog import Setup
from .probes import PROBES

Column = Callable[[Mapping[str, Exact]], Exact]


def tried(setup: Setup, seeds: range, trained: bool = True) -> dict[str, tuple[Number, ...]]:
    """The figures of an experiment, those at birth alone where it is not to be trained.

    Raises ScenarioError or TooLarge where it cannot be built.
    """
    found = probed(setup, seeds) if setup.probe else run(setup, seeds, trained)
    return {name: tuple(known(float(x)) for x in values) for name, values in found.items()}


def probed(setup: Setup, seeds: range) -> dict[str, Exact]:
    """What a probe of the engine shows."""
    asked = dict(text.split("=") for text in setup.set)
    return PROBES[setup.probe](seeds, **asked)


@np.errstate(all="ignore")
def run(setup: Setup, seeds: range, trained: bool) -> dict[str, Exact]:
    """What a scenario shows: at birth, and when it is trained."""
    here = f"run.replicas={len(seeds)}", f"run.seed={seeds.start}"
    scenario = load(setup.scenario, [*setup.set, *here])
    experiment = build(scenario)
    studied = "generator" if scenario.kind == "gan" else "model"
    drawn = weights(experiment.networks[studied])
    next(experiment.steps)
    found = prefixed("birth.", at(experiment.trace, studied, 0))
    if not trained:
        return found
    for _upto in experiment.steps:
        pass
    found |= prefixed("end.", at(experiment.trace, studied, experiment.trace.upto - 1))
    if scenario.kind == "gan":
        return found | game(experiment.trace, scenario.gan.loss)
    return found | outcome(experiment, drawn)


def prefixed(prefix: str, found: Mapping[str, Exact]) -> dict[str, Exact]:
    """The same under longer names."""
    return {prefix + name: values for name, values in found.items()}


def at(trace: Trace, studied: str, row: int) -> dict[str, Exact]:
    """The figures of one record."""
    seen = trace.networks[studied]
    hidden = np.array([layer.kind != "output" for layer in seen.layers])
    of_layers = {name: column[row][:, hidden] for name, column in seen.measures.items()}
    return {name: take(of_layers) for name, take in LAYERED.items()} | diagnosed(seen, row, trace)


LAYERED: dict[str, Column] = {
    "gradient_first": lambda seen: seen["grad_norm"][:, 0],
    "gradient_last": lambda seen: seen["grad_norm"][:, -1],
    "delta_first": lambda seen: seen["delta_rms"][:, 0],
    "delta_last": lambda seen: seen["delta_rms"][:, -1],
    "weight_first": lambda seen: seen["weight_norm"][:, 0],
    "slope": lambda seen: typical(seen["slope_rms"][:, :-1]),
    "saturated": lambda seen: seen["saturated"].mean(axis=1),
    "dead": lambda seen: seen["dead"].mean(axis=1),
}
"""Figures from the hidden layers' measures (R, layers)."""


def typical(factors: Exact) -> Exact:
    """The geometric mean of factors (R, layers); 1 where there are none."""
    return np.exp(np.log(factors).sum(axis=1) / max(factors.shape[1], 1))


def diagnosed(seen: NetworkTrace, row: int, trace: Trace) -> dict[str, Exact]:
    """What the diagnosis says of each replica."""
    replicas = range(seen.measures["delta_rms"].shape[1])
    found = [diagnose(seen.replica(r), row, trace.steps) for r in replicas]
    return {name: np.array([take(each) for each in found]) for name, take in DIAGNOSED.items()}


DIAGNOSED: dict[str, Callable[[Diagnosis], float]] = {
    "rate": lambda found: found.rate,
    "ratio": lambda found: found.ratio,
    "decades": lambda found: -float(np.log10(found.ratio)),
    "slowest": lambda found: min(found.budget[:-1]),
    "step_ratio": lambda found: 1.0 if found.step_ratio is None else found.step_ratio,
}
"""Figures from the diagnosis."""


def outcome(experiment: Experiment, drawn: tuple[Exact, Exact]) -> dict[str, Exact]:
    """What became of a classifier."""
    trace, last = experiment.trace, experiment.trace.upto - 1
    first_moved, last_moved = moved(experiment.networks["model"], drawn)
    loss = trace.loss["train"]
    return {
        "accuracy": trace.accuracy["test"][last],
        "loss_first": loss[0],
        "loss_last": loss[last],
        "moved_first": first_moved,
        "moved_last": last_moved,
    }


def weights(network: Network) -> tuple[Exact, Exact]:
    """A copy of the first and the last layer's weights."""
    first, last = (network.taps[i].W.astype(np.float64) for i in (0, -1))
    return first, last


def moved(network: Network, drawn: tuple[Exact, Exact]) -> tuple[Exact, Exact]:
    """How far both have come from where they were drawn, in their own lengths."""
    first, last = (
        length(now - then) / length(then) for now, then in zip(weights(network), drawn, strict=True)
    )
    return first, last


def length(W: Exact) -> Exact:
    """Each replica's ‖W‖."""
    return np.sqrt(np.square(W).sum(axis=tuple(range(1, W.ndim))))


def game(trace: Trace, loss: str) -> dict[str, Exact]:
    """What became of a GAN: the gradient its own loss gives the generator, and the distance."""
    own = trace.gan[f"gradient_{loss}"][: trace.upto]
    return {
        "birth.gradient_own": own[0],
        "end.gradient_own": own[-1],
        "end.distance": trace.gan["distance"][trace.upto - 1],
    }
