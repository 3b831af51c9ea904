"""A sample on its way from the device to the file: one vector, one wait, one record."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ..causes import Sample, causes
from ..recording import Document, figure, figures
from .signals import LayerSignals, Moments
from .tensors import wide

MEASURES = ("after", "before", "nonzero", "weight", "update")
"""What is measured of each parameter: the gradient the optimizer uses, the gradient as it was at
the end of the backward pass, its entries that are not 0, the weights, what the step changed."""
Values = dict[str, dict[int, Tensor]]


@dataclass(frozen=True)
class HostPart:
    """What of a sample needs not be read from the device."""

    step: int
    time: float
    batches: Sequence[int]
    errors: Sequence[Moments]
    outputs: Sequence[Moments]
    activations: Sequence[Moments]
    called: Sequence[int]
    trainable: Sequence[bool]

    @property
    def moments(self) -> Iterator[Moments]:
        """Those of all modules."""
        yield from (*self.errors, *self.outputs, *self.activations)


def missing_like(device: torch.device) -> Tensor:
    """NaN in the widest type of a device, for what was not measured."""
    return torch.full((), math.nan, dtype=wide(torch.empty(0, device=device)), device=device)


def vector_of(values: Sequence[Any], missing: Tensor) -> Tensor:
    """Scalars as one vector on the device of `missing`, which stands for None."""
    return torch.stack([missing if v is None else scalar(v, missing) for v in values])


def scalar(value: Any, like: Tensor) -> Tensor:
    """A number or a scalar tensor, of the type and on the device of another."""
    if not isinstance(value, Tensor):
        return like.new_tensor(value)
    return value if value.dtype == like.dtype and value.device == like.device else value.to(like)


def of_parameters(values: Values, count: int, missing: Tensor) -> Tensor:
    """Every measure of every parameter."""
    return vector_of([values[name].get(i) for name in MEASURES for i in range(count)], missing)


def sum_over_ranks(vector: Tensor, due: int, copies: Sequence[int]) -> tuple[Tensor, Tensor]:
    """The measures of whole tensors, and the step that rank 0 samples next, by one all-reduce.

    `copies` says on how many processes each entry of a parameter lies; 0 where it is not sharded,
    and rank 0 alone counts. Squares are summed, and counts as they are.
    """
    rank = torch.distributed.get_rank()
    counted = torch.zeros(len(MEASURES), len(copies), dtype=torch.bool, device=vector.device)
    counted[MEASURES.index("nonzero")] = True
    counted = counted.reshape(-1)
    shares = torch.tensor(list(copies) * len(MEASURES), device=vector.device)
    powers = torch.where(counted, vector, vector**2)
    alone = torch.zeros_like(powers) if rank else powers
    sums = torch.where(shares > 0, powers / shares.clamp_min(1), alone)
    last = vector.new_tensor([0.0 if rank else float(due)])
    sums = torch.cat([sums, last])
    torch.distributed.all_reduce(sums)
    return torch.where(counted, sums[:-1], sums[:-1].sqrt()), sums[-1:]


def host_part(step: int, time: float, signals: LayerSignals, trainable: Sequence[bool]) -> HostPart:
    """What the host knows of a sample."""
    return HostPart(
        step=step,
        time=time,
        batches=[signals.batches[place] for place in range(len(signals.axes))],
        errors=signals.errors,
        outputs=signals.outputs,
        activations=signals.activations,
        called=list(signals.called),
        trainable=trainable,
    )


class Reading:
    """The numbers of a sample by layer, in the order in which the model registers them."""

    def __init__(
        self,
        numbers: Sequence[float],
        host: HostPart,
        sources: Sequence[int],
        owners: Sequence[Any],
    ) -> None:
        """`sources` has the module of each layer, `owners` the optimizer of each parameter."""
        rest = iter(numbers)
        self.host, self.sources, self.owners = host, sources, owners
        self.rows = {name: [next(rest) for _ in owners] for name in MEASURES}
        self.moments = [(next(rest), next(rest), next(rest)) for _ in host.moments]
        count = max([o for o in owners if o is not None], default=-1) + 1
        self.scales = [next(rest) for _ in range(count)]
        self.rates = [next(rest) for _ in range(count)]
        self.skipped = int(next(rest))

    def scale(self, layer: int) -> float:
        """The scale of the loss that a layer's optimizer works with, 1 where there is none."""
        owner = self.owners[layer]
        found = next((s for s in self.scales if not math.isnan(s)), 1.0)
        own = found if owner is None else self.scales[owner]
        return 1.0 if math.isnan(own) else own

    def gradients(self) -> list[float]:
        """‖∂J/∂W‖ of each parameter: as accumulated, without scale, before clipping."""
        pairs = zip(self.rows["before"], self.rows["after"], strict=True)
        return [
            after if math.isnan(before) else before / self.scale(place)
            for place, (before, after) in enumerate(pairs)
        ]

    def gradients_norm(self) -> float:
        """The norm of all gradients that an optimizer has used, before clipping."""
        used = zip(self.gradients(), self.rows["after"], strict=True)
        return math.hypot(*(gradient for gradient, after in used if not math.isnan(after)))

    def of_the_whole(self) -> Document:
        """What a record says of the training as a whole."""
        return {
            "step": self.host.step,
            "time": figure(self.host.time),
            "rate": figure(next(iter(self.rates), None)),
            "scale": figure(next((s for s in self.scales if not math.isnan(s)), None)),
            "clip": figure(self.clip()),
            "skipped": self.skipped,
        }

    def clip(self) -> float | None:
        """The norm of all gradients after clipping over that before; None where one is unknown."""
        size = self.gradients_norm()
        if not 0 < size < math.inf or all(map(math.isnan, self.rows["before"])):
            return None
        factor = math.hypot(*(a for a in self.rows["after"] if not math.isnan(a))) / size
        return 1.0 if abs(factor - 1) < 1e-5 else factor

    def module_moments(self, kind: int, layer: int) -> tuple[Moments, float, float, float]:
        """Of the module of a layer: the moments, their sum, their norm, that of differences."""
        count = len(self.host.errors)
        place = kind * count + self.sources[layer]
        moments = (self.host.errors, self.host.outputs, self.host.activations)[kind]
        return (moments[self.sources[layer]], *self.moments[place])

    def error(self, layer: int) -> tuple[float | None, float | None, str | None]:
        """Δ's root mean square times the batch; the same as computed; and its type."""
        moments, _, norm, _ = self.module_moments(0, layer)
        if not moments.count:
            return None, None, None
        rms = norm / math.sqrt(moments.count)
        return rms / self.scale(layer) * self.host.batches[self.sources[layer]], rms, moments.type

    def activation(self, layer: int) -> tuple[float | None, float | None, float | None]:
        """Mean, standard deviation and spread over the batch of what the activation function made,
        or of the output."""
        found = (self.module_moments(kind, layer) for kind in (2, 1))
        moments, total, norm, apart = next((f for f in found if f[0].count), (None, 0.0, 0.0, 0.0))
        if moments is None:
            return None, None, None
        mean, rms = total / moments.count, norm / math.sqrt(moments.count)
        spread = apart / math.sqrt(2 * moments.compared) / rms if moments.compared and rms else None
        return mean, math.sqrt(max(norm * norm / moments.count - mean * mean, 0.0)), spread


def record(
    reading: Reading, order: Sequence[int], blocks: Sequence[object], sizes: Sequence[int]
) -> Document:
    """The record of a sample, layers in the order of the header; `sizes` are their entries."""
    gradients = reading.gradients()
    errors = [reading.error(layer) for layer in order]
    activations = [reading.activation(layer) for layer in order]
    rows = {name: [row[layer] for layer in order] for name, row in reading.rows.items()}
    grads = figures(gradients[layer] for layer in order)
    zero = [1 - n / max(size, 1) for n, size in zip(rows["nonzero"], sizes, strict=True)]
    why = Sample(
        grad_norm=grads,
        weight_norm=figures(rows["weight"]),
        error_rms=[raw for _, raw, _ in errors],
        error_type=[kind for _, _, kind in errors],
        silent=[mean == 0 and std == 0 for mean, std, _ in activations],
        frozen=[not reading.host.trainable[layer] for layer in order],
        blocks=blocks,
    )
    return reading.of_the_whole() | {
        "grad_norm": grads,
        "weight_norm": figures(rows["weight"]),
        "update_norm": figures(rows["update"]),
        "delta_rms": figures(delta for delta, _, _ in errors),
        "activation_mean": figures(mean for mean, _, _ in activations),
        "activation_std": figures(std for _, std, _ in activations),
        "batch_spread": figures(spread for _, _, spread in activations),
        "zero": figures(zero),
        "cause": causes(why),
    }
