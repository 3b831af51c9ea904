"""From words to numbers: a scenario's experiment, ready to take its first step.

The only part of the scenarios that loads the engine.
"""

import numpy as np

from ...engine.data.datasets import Dataset
from ...engine.nn.architecture import Architecture
from ...engine.nn.network import Network
from ...engine.training.supervised import Experiment, Training, supervised
from ..schema.own_parts import own_parts
from ..schema.spec import Scenario
from .convert import DTYPES, architecture, seeds, training_plan
from .data import train_and_test
from .memory import needed_bytes, refuse_too_large


@np.errstate(over="ignore")
def build(scenario: Scenario) -> Experiment:
    """The experiment. Raises TooLarge before it takes more memory than there is, and PartMissing
    where it names a part that is not registered.

    Where float32 cannot even hold the signal at birth, it is computed in float64. First weights
    beyond the number type are infinite, which the first loss shows.
    """
    own_parts(scenario)
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
    """The network at birth, and training and test data (R, n, …)."""
    own = seeds(scenario)
    return Network(net, own, plan.batch, dtype), *train_and_test(scenario, own, dtype)
