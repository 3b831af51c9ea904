"""From words to numbers: a scenario's experiment, ready to take its first step.

The only part of the scenarios that loads the engine.
"""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

import numpy as np
from msgspec.structs import replace

from ...engine.data.datasets import Dataset
from ...engine.nn.architecture import Architecture
from ...engine.nn.network import Network
from ...engine.training.supervised import Experiment, Training, supervised
from ..schema.own_parts import own_parts
from ..schema.spec import Scenario
from .convert import DTYPES, architecture, seeds, training_plan
from .data import train_and_test
from .memory import needed_bytes, refuse_too_large


def build(scenario: Scenario, threads: int = 1) -> Experiment:
    """The experiment. Raises TooLarge before it takes more memory than there is, and PartMissing
    where it names a part that is not registered.

    With more threads than one the replicas are spread over them: the numbers stay the same. Where
    float32 cannot even hold the signal at initialization, it is computed in float64. Initial
    weights beyond the number type are infinite, which the first loss shows.
    """
    own_parts(scenario)
    shares = min(threads, scenario.run.replicas)
    if shares < 2:
        return build_whole(scenario)
    from ...engine.training.spread import spread

    refuse_too_large(estimate_bytes(scenario))
    parts = build_parts(share_out(scenario, shares))
    return spread(parts, whole=partial(build_whole, scenario))


def share_out(scenario: Scenario, shares: int) -> list[Scenario]:
    """The scenario so many times, each with some of its replicas."""
    run = scenario.run
    edges = [run.replicas * i // shares for i in range(shares + 1)]
    return [
        replace(scenario, run=replace(run, seed=run.seed + first, replicas=last - first))
        for first, last in pairwise(edges)
    ]


def build_parts(parts: Sequence[Scenario]) -> list[Experiment]:
    """Their experiments; all in float64 where one has to be."""
    built = [build_whole(part) for part in parts]
    if len({network.dtype for one in built for network in one.networks.values()}) == 1:
        return built
    exact = [replace(part, run=replace(part.run, dtype="float64")) for part in parts]
    return [build_whole(part) for part in exact]


@np.errstate(over="ignore")
def build_whole(scenario: Scenario) -> Experiment:
    """The experiment with all its replicas in the same arrays."""
    if scenario.kind == "gan":
        from .gan import build_gan

        return build_gan(scenario)
    return classifier(scenario)


def estimate_bytes(scenario: Scenario) -> int:
    """Bytes that the experiment takes at its peak."""
    if scenario.kind == "gan":
        from .gan import estimate_gan_bytes

        return estimate_gan_bytes(scenario)
    return needed_bytes(scenario, architecture(scenario), training_plan(scenario))


def classifier(scenario: Scenario) -> Experiment:
    """One network that learns to tell classes apart."""
    plan, net = training_plan(scenario), architecture(scenario)
    refuse_too_large(needed_bytes(scenario, net, plan))
    network, train, test = draw(scenario, net, plan, DTYPES[scenario.run.dtype])
    if network.out_of_range(train.X[:, : plan.batch]) and network.dtype is np.float32:
        network, train, test = draw(scenario, net, plan, np.float64)
    if plan.stages:
        from ...engine.training.layerwise import layerwise

        return layerwise(network, plan, train, test)
    return supervised(network, plan, train, test)


def draw(
    scenario: Scenario, net: Architecture, plan: Training, dtype: type[np.floating]
) -> tuple[Network, Dataset, Dataset]:
    """The network at initialization, and training and test data (R, n, …)."""
    own = seeds(scenario)
    return Network(net, own, plan.batch, dtype), *train_and_test(scenario, own, dtype)
