"""What a run will need of memory, counted before any of it is taken."""

import numpy as np
import psutil

from ..engine.activations import activation
from ..engine.architecture import Architecture
from ..engine.composition import compose
from ..engine.layout import kinds, size
from ..engine.trace import MEASURES
from ..engine.training import Training
from .spec import Scenario
from .words import _

VECTORS = 8
"""Arrays of all parameters, at most: theta, grad, step, two of an optimizer's, the test network's
grad and step, and one more while a step is computed."""
SPARE = 1.15
"""For what is too small to count, and for the numbers of a step on their way."""


class TooLarge(MemoryError):
    """The run needs more memory than the machine has free."""


def refuse_too_large(scenario: Scenario, net: Architecture, plan: Training) -> None:
    """Raises TooLarge, with the estimate, where the run would not fit."""
    need, free = needed(scenario, net, plan), psutil.virtual_memory().available
    if need > free:
        form = _(
            "this run would need about {need} of memory, and {free} are free; fewer replicas,"
            " a smaller batch, a narrower network or fewer records need less"
        )
        raise TooLarge(form.format(need=gigabytes(need), free=gigabytes(free)))


def gigabytes(count: int) -> str:
    """A number of bytes, said."""
    return f"{count / 1e9:.3g} GB"


def needed(scenario: Scenario, net: Architecture, plan: Training) -> int:
    """Bytes at the peak, from the shapes of the arrays the layers will ask for."""
    data, run = scenario.data, scenario.run
    items = compose(net, activation(net.activation, net.slope), training=True).items
    leaves = [leaf for item in items for leaf in item.leaves()]
    parameters = size(kinds(leaves, lambda leaf: leaf.parameters() | leaf.statistics()))

    def signals(batch: int) -> int:
        return size(kinds(leaves, lambda leaf: leaf.buffers(batch))) + 2 * batch * net.width

    measuring = 2 * plan.batch * net.width * net.depth
    points = 3 * (data.train + data.test) * (net.inputs + net.outputs)
    numbers = VECTORS * parameters + signals(plan.batch) + signals(data.test) + measuring + points
    records = (plan.steps // plan.record_every + 2) * len(MEASURES) * (net.depth + 1) * 8
    return int(SPARE * run.replicas * (numbers * np.dtype(run.dtype).itemsize + records))
