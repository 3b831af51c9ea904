"""What a run will need of memory, counted before any of it is taken."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from ...engine.measure.probe import TIME_MEASURES
from ...engine.measure.trace import MEASURES
from ...engine.nn.activations import activation
from ...engine.nn.architecture import Architecture
from ...engine.nn.assembly import compose
from ...engine.nn.layers import Leaf
from ...engine.nn.recurrent_cells import CELLS
from ...engine.nn.storage import group_by_shape, size
from ...engine.training.supervised import Training, evaluation_batch
from ..errors import VglabError
from ..i18n import _
from ..schema.spec import Scenario
from ..userdata.loader import sizes
from .data import source

if TYPE_CHECKING:
    from ...engine.gan.training import GanTraining


VECTORS = 9
"""Arrays of all parameters, at most: theta, its first value, grad, step, two of an optimizer's, the
test network's grad and step, and one more while a step is computed."""
PENALTY_NUMBERS = 16
"""Numbers a unit and sample that a gradient penalty takes, as float64."""
SPARE = 1.15
"""For what is too small to count, and for the numbers of a step on their way."""

LITTLE = 64e6
"""Bytes that every machine has: to ask it would take longer than such a run takes to begin."""


class TooLarge(VglabError, MemoryError):
    """The run needs more memory than the machine has free."""


def refuse_too_large(need: int) -> None:
    """Raises TooLarge, with the estimate, where the run would not fit."""
    if need < LITTLE:
        return
    from ..free_memory import free_memory, gigabytes

    free = free_memory()
    if need > free:
        form = _(
            "this run would need about {need} of memory, and only {free} are free; fewer "
            "replicas, a smaller batch, a narrower network or fewer records would need less"
        )
        told = round(free, -9) if free >= 1e10 else free  # or it differs from replica to replica
        raise TooLarge(form.format(need=gigabytes(need), free=gigabytes(told)))


def needed_bytes(scenario: Scenario, net: Architecture, plan: Training) -> int:
    """Bytes at the peak, from the shapes of the arrays the layers will ask for."""
    form, (train, test) = source(scenario), sizes(scenario)
    points = 3 * (train + test) * (form.numbers * form.places + net.outputs)
    seen = evaluation_batch(leaf_layers(net), test, plan.batch)
    numbers = points + count_numbers(net, plan.batch, plan.batch, seen)
    return total_bytes(scenario, numbers, trace_bytes(net, plan.steps, plan.record_every))


def needed_bytes_of_gan(
    scenario: Scenario, nets: Mapping[str, Architecture], plan: GanTraining
) -> int:
    """Bytes at the peak for two networks, with the samples that are drawn ahead."""
    from ...engine.gan.targets import SampleStream

    batch, made = scenario.training.batch, nets["generator"]
    points = 3 * (SampleStream.AHEAD + 3) * batch * (made.inputs + made.outputs)
    numbers = (
        points
        + count_numbers(made, batch, batch)
        + count_numbers(nets["discriminator"], *3 * [2 * batch])
    )
    if plan.penalty:
        numbers += (
            PENALTY_NUMBERS * batch * nets["discriminator"].width * nets["discriminator"].depth
        )
    records = sum(trace_bytes(net, plan.steps, plan.record_every) for net in nets.values())
    return total_bytes(scenario, numbers, records)


def count_numbers(net: Architecture, probe_batch: int, *batches: int) -> int:
    """Numbers in a replica's arrays, of a network and its copies: a batch for each, and the one
    that is measured."""
    leaves = leaf_layers(net)
    parameters = size(group_by_shape(leaves, lambda leaf: leaf.parameters() | leaf.statistics()))

    def signals(batch: int) -> int:
        rows = {leaf: batch * leaf.rows for leaf in leaves}
        own = group_by_shape(leaves, lambda x: x.buffers(rows[x]))
        back = group_by_shape(leaves, lambda x: x.backward_buffers(rows[x]))
        shared = {shape for x in leaves for shape in x.scratch(rows[x]).items()}
        return size(own) + size(back) + sum(prod(shape) for _, shape in shared)

    rows = max(leaf.rows for leaf in leaves)
    widest = probe_batch * rows * net.width * net.depth
    return VECTORS * parameters + sum(map(signals, batches)) + 2 * widest


def leaf_layers(net: Architecture) -> list[Leaf]:
    """The layers a network would have."""
    items = compose(net, activation(net.activation, net.slope), training=True).items
    return [leaf for item in items for leaf in item.leaves()]


def trace_bytes(net: Architecture, steps: int, every: int) -> int:
    """Bytes of a replica's rows."""
    through_time = len(TIME_MEASURES) * net.length if net.architecture in CELLS else 0
    measures = len(MEASURES) + through_time
    return (steps // every + 2) * measures * (net.depth + 1) * 8


def total_bytes(scenario: Scenario, numbers: int, records: int) -> int:
    """Bytes for all replicas, with SPARE for what is too small to count."""
    run = scenario.run
    return int(SPARE * run.replicas * (numbers * np.dtype(run.dtype).itemsize + records))
