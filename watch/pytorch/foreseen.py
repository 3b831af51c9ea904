"""What mean-field theory expects of a model's plain stretches: layers with an activation between.

In a wide layer with independent weights of variance v, Z is normal with variance q, and on the way
back from the next layer the error signal is multiplied by χ^½, χ = m v E[g′(√q z)²], where m counts
the next layer's outputs (times kernel entries of a convolution) and v is its weights' variance; on
the way forward q′ = n v E[g(√q z)²] + the biases' mean square, n inputs. Schoenholz et al., Deep
information propagation (2017), with the measured variance of each layer's weights.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor, nn

POINTS, REACH = 4000, 8.0
"""An even number of points, so that none lies where an activation function has its kink."""
KNOWN = (
    *(nn.ReLU, nn.LeakyReLU, nn.Tanh, nn.Sigmoid, nn.GELU, nn.SiLU, nn.ELU, nn.SELU, nn.CELU),
    *(nn.Softplus, nn.Mish, nn.Hardtanh, nn.ReLU6, nn.Identity),
)
"""Activation functions of one number each."""
LAYERS = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)


def normal_means(function: nn.Module, q: float) -> tuple[float, float]:
    """E[g(√q z)²] and E[g′(√q z)²] over standard normal z, by the trapezoidal rule."""
    z = torch.linspace(-REACH, REACH, POINTS, dtype=torch.float64)
    weight = torch.exp(-z * z / 2)
    weight /= weight.sum()
    point = (math.sqrt(q) * z).requires_grad_()
    with torch.enable_grad():
        made = function(point.clone())
        (slope,) = torch.autograd.grad(made.sum(), point)
    return float((weight * made.detach() ** 2).sum()), float((weight * slope**2).sum())


def fan(layer: nn.Module, axis: int) -> int:
    """Outputs (axis 0) or inputs (axis 1) that a weight of a layer is one of."""
    weight: Tensor = layer.weight
    return weight.shape[axis] * math.prod(weight.shape[2:])


def variance(layer: nn.Module) -> float:
    """The mean square of a layer's weights."""
    return float(layer.weight.detach().double().square().mean())


def bias(layer: nn.Module) -> float:
    """The mean square of a layer's biases."""
    found = layer.bias
    return 0.0 if found is None else float(found.detach().double().square().mean())


def stretches(model: nn.Module) -> Iterator[list[tuple[str, nn.Module]]]:
    """The runs of layer, activation, layer, … in the model's sequences, with their names."""
    for prefix, sequence in model.named_modules():
        if not isinstance(sequence, nn.Sequential):
            continue
        found: list[tuple[str, nn.Module]] = []
        for name, module in sequence.named_modules(remove_duplicate=False):
            if not name or "." in name:
                continue
            expected: tuple[type[nn.Module], ...] = LAYERS if len(found) % 2 == 0 else KNOWN
            if isinstance(module, expected):
                found.append((f"{prefix}.{name}".strip("."), module))
                continue
            yield found
            found = [(f"{prefix}.{name}".strip("."), module)] if isinstance(module, LAYERS) else []
        yield found


def factors(model: nn.Module, squares: dict[str, float]) -> dict[str, float]:
    """For a layer, the factor of the error signal's root mean square on its way from the next layer
    to it; `squares` has the mean square of what goes into the first layer of each stretch."""
    foreseen: dict[str, float] = {}
    for stretch in stretches(model):
        layers, functions = stretch[::2], stretch[1::2]
        if len(layers) < 2 or layers[0][0] not in squares:
            continue
        square = squares[layers[0][0]]
        for (name, layer), (_, function), (_, after) in zip(
            layers, functions, layers[1:], strict=False
        ):
            q = fan(layer, 1) * variance(layer) * square + bias(layer)
            square, slope = normal_means(function, q)
            foreseen[name] = math.sqrt(fan(after, 0) * variance(after) * slope)
    return foreseen
