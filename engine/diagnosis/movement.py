"""How far a layer would move in the steps that are planned, were every gradient this row's."""

import numpy as np

from ..measure.trace import NetworkTrace
from ..numerics import Exact


def horizon(network: NetworkTrace, row: int, gradient: Exact, steps: int) -> Exact:
    """How many steps as long as this row's the planned ones come to, (L,), if every gradient from
    the first step on were this row's; `gradient` is ‖∂J/∂W‖, (L,).

    Steps of one constant gradient are not alike under every optimizer: momentum gathers speed,
    RMSprop's first steps are its longest, Adagrad's shrink.
    """
    length, ages = network.step_length, network.ages
    if length is None or ages is None:
        return np.full(len(gradient), float(steps))
    entries = gradient / np.sqrt(network.sizes)
    k, count = thin_out(steps)
    now = ages[row : row + 1, None].astype(np.float64)
    return count @ length(k[:, None], entries) / length(now, entries)[0]


def thin_out(steps: int) -> tuple[Exact, Exact]:
    """Some of the steps from 1 to `steps`, and how many each stands for: all at first, later on the
    middle ones of groups of neighbors whose lengths are alike."""
    apart: set[float] = set(np.geomspace(1, steps + 1, 400).round().tolist())
    edges = np.array(sorted(apart.union(range(1, min(steps, 40) + 2))), np.float64)
    return (edges[:-1] + edges[1:] - 1) / 2, np.diff(edges)
