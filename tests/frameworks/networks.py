"""The engine's networks once more, made of PyTorch's own functions, in float64.

A twin takes its initial weights from replica r of a network and shares nothing else with it. Rows
are samples, and places of an image or steps of a sequence come after them: X is (samples, numbers).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from reference import blocks
from reference_check import parameters
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.network import Network

Tensor = Any
Function = Callable[[Tensor], Tensor]
Moments = tuple[Tensor, Tensor]
"""Mean and variance of every unit."""

MOMENTUM = 0.1
"""The share of a new batch in batch normalization's running means."""


def activations(slope: float = 0.2) -> dict[str, Function]:
    """g by name."""
    return {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": F.relu,
        "leaky_relu": partial(F.leaky_relu, negative_slope=slope),
        "elu": F.elu,
        "selu": F.selu,
        "gelu": F.gelu,
        "silu": F.silu,
        "softplus": partial(F.softplus, threshold=1000.0),
        "linear": torch.clone,
    }


def watched(Z: Tensor) -> Tensor:
    """Z, which `backward` will leave its gradient at."""
    Z.retain_grad()
    return Z


@dataclass
class Pass:
    """What a way forward shows, for each hidden layer."""

    output: Tensor = None
    Z: dict[int, list[Tensor]] = field(default_factory=dict[int, list[Tensor]])
    """Where Δ is taken: of a recurrent layer at every step."""
    given: dict[int, Tensor] = field(default_factory=dict[int, Tensor])
    """What g is given."""
    out: dict[int, Tensor] = field(default_factory=dict[int, Tensor])


class Twin:
    """A network with its own parameters, P[i] those of layer i by name."""

    def __init__(self, network: Network, r: int = 0) -> None:
        self.a: Architecture = network.architecture
        self.g = activations(self.a.slope)[self.a.activation]
        self.P = [
            {name: torch.tensor(value, requires_grad=True) for name, value in p.items()}
            for p in parameters(network, r)
        ]
        self.birth = [W.detach().clone() for W in self.W]
        self.running: dict[int, Moments] = {}
        self.training = True

    @property
    def W(self) -> list[Tensor]:
        """The matrix of every layer."""
        return [p["W"] for p in self.P]

    def parameters(self) -> list[Tensor]:
        """All that is trained."""
        fixed = {"W_skip"} if self.a.skip == "projection_fixed" else set[str]()
        return [value for p in self.P for name, value in p.items() if name not in fixed]

    def forward(self, X: Tensor) -> Pass:
        """The output, and what lies on the way to it."""
        seen = Pass()
        if self.a.architecture in CELLS:
            A = self.unroll(X, seen)
        elif self.a.skip != "none" and self.a.skip_placement == "preactivation":
            A = self.pre_activation(self.rows(X), seen)
        else:
            A = self.post_activation(self.rows(X), seen)
        if self.a.architecture == "cnn":
            A = A.reshape(len(X), -1, self.a.width).mean(dim=1)
        seen.output = watched(F.linear(A, self.P[-1]["W"].T, self.P[-1]["b"][0]))
        return seen

    def rows(self, X: Tensor) -> Tensor:
        """A row for each sample, or for each place of each image."""
        return X.reshape(-1, self.a.inputs)

    def weigh(self, i: int, A: Tensor) -> Tensor:
        """A W + b, where a convolution's W looks at all places around one."""
        W, b = self.P[i]["W"], self.P[i]["b"][0]
        if self.a.architecture != "cnn":
            return F.linear(A, W.T, b)
        k, side = self.a.kernel, self.a.side
        maps = A.reshape(-1, side, side, A.shape[1]).permute(0, 3, 1, 2)
        kernel = W.reshape(k, k, A.shape[1], -1).permute(3, 2, 0, 1)
        Z = F.conv2d(maps, kernel, b, padding="same")
        return Z.permute(0, 2, 3, 1).reshape(len(A), -1)

    def normalize(self, i: int, Z: Tensor) -> Tensor:
        """By the batch or by the layer, where the network does so."""
        if self.a.norm == "none":
            return Z
        gamma, beta, eps = self.P[i]["gamma"][0], self.P[i]["beta"][0], self.a.norm_eps
        if self.a.norm == "layer":
            return F.layer_norm(Z, Z.shape[1:], gamma, beta, eps)
        if not self.training:
            return F.batch_norm(Z, *self.running[i], gamma, beta, training=False, eps=eps)
        self.running[i] = self.next_moments(i, Z.detach())
        return F.batch_norm(Z, None, None, gamma, beta, training=True, eps=eps)

    def next_moments(self, i: int, Z: Tensor) -> Moments:
        """The running means and variances after this batch."""
        mean, variance = Z.mean(dim=0), Z.var(dim=0, correction=0)
        old = self.running.get(i, (torch.zeros_like(mean), torch.ones_like(variance)))
        return torch.lerp(old[0], mean, MOMENTUM), torch.lerp(old[1], variance, MOMENTUM)

    def join(self, i: int, A: Tensor, branch: Tensor, scale: float) -> Tensor:
        """Where the shortcut from A meets the branch that ends with layer i."""
        p = self.P[i]
        if self.a.skip == "highway":
            gate = torch.sigmoid(F.linear(A, p["W_skip"].T, p["b_skip"][0]))
            return torch.lerp(A, branch, gate)
        return (A if self.a.skip == "identity" else A @ p["W_skip"]) + scale * branch

    def bend(self, i: int, Z: Tensor, seen: Pass) -> Tensor:
        """g(Z), noted."""
        seen.given[i], seen.out[i] = Z, self.g(Z)
        return seen.out[i]

    def post_activation(self, A: Tensor, seen: Pass) -> Tensor:
        """A + s g(…), or g(… + A); without skips g(…)."""
        for block in [range(1), *blocks(self.a)]:
            skipped, joins = A, block[-1] > 0 and self.a.skip != "none"
            for i in block:
                Z = self.normalize(i, self.weigh(i, A))
                here = joins and i == block[-1]
                if here and self.a.skip_placement == "inside":
                    Z = self.join(i, skipped, Z, 1.0)
                seen.Z[i] = [watched(Z)]
                A = self.bend(i, Z, seen)
                if here and self.a.skip_placement == "outside":
                    A = seen.out[i] = self.join(i, skipped, A, self.a.skip_scale)
        return A

    def pre_activation(self, X: Tensor, seen: Pass) -> Tensor:
        """A + s (g(A) W + b)."""
        Y = watched(self.weigh(0, X))
        seen.Z[0] = [Y]
        for block in blocks(self.a):
            H = Y
            for i in block:
                H = watched(self.weigh(i, self.bend(i - 1, self.normalize(i - 1, H), seen)))
                seen.Z[i] = [H]
            Y = watched(self.join(block[-1], Y, H, self.a.skip_scale))
            seen.Z[block[-1]] = [Y]
        last = self.a.depth - 1
        return self.bend(last, self.normalize(last, Y), seen)

    def unroll(self, X: Tensor, seen: Pass) -> Tensor:
        """Layer by layer, step by step; the output of the last step."""
        steps = list(X.reshape(len(X), self.a.length, -1).unbind(1))
        for i, p in enumerate(self.P[:-1]):
            H = C = torch.zeros(len(X), self.a.width, dtype=X.dtype)
            seen.Z[i], candidates, outputs = [], list[Tensor](), list[Tensor]()
            for x in steps:
                H, C, Z = CELLS[self.a.architecture](self.g, p, x, H, C)
                seen.Z[i] += Z
                candidates.append(Z[0][:, : self.a.width])
                outputs.append(H)
            seen.given[i], seen.out[i] = torch.stack(candidates), torch.stack(outputs)
            steps = outputs
        return steps[-1]


Step = tuple[Tensor, Tensor, list[Tensor]]
"""A step's output, its cell, and its Z, that of the candidate first."""
Parameters = dict[str, Tensor]


def elman(g: Function, p: Parameters, x: Tensor, H: Tensor, C: Tensor) -> Step:
    """H = g(x W_x + H W_h + b)."""
    Z = watched(torch.cat([x, H], dim=1) @ p["W"] + p["b"])
    return g(Z), C, [Z]


def lstm(g: Function, p: Parameters, x: Tensor, H: Tensor, C: Tensor) -> Step:
    """C = F C + I g(Z), H = O g(C)."""
    Z = watched(torch.cat([x, H], dim=1) @ p["W"] + p["b"])
    new, write, keep, show = Z.chunk(4, dim=1)
    C = keep.sigmoid() * C + write.sigmoid() * g(new)
    return show.sigmoid() * g(C), C, [Z]


def gru(g: Function, p: Parameters, x: Tensor, H: Tensor, C: Tensor) -> Step:
    """H = U H + (1 - U) g(x W_x + (V H) W_h + b)."""
    n = H.shape[1]
    of_gates = watched(torch.cat([x, H], dim=1) @ p["W"][:, n:] + p["b"][:, n:])
    keep, reveal = of_gates.sigmoid().chunk(2, dim=1)
    Z = watched(torch.cat([x, reveal * H], dim=1) @ p["W"][:, :n] + p["b"][:, :n])
    return torch.lerp(g(Z), H, keep), C, [Z, of_gates]


CELLS: dict[str, Callable[[Function, Parameters, Tensor, Tensor, Tensor], Step]] = {
    "rnn": elman,
    "lstm": lstm,
    "gru": gru,
}


def global_norm(gradients: Sequence[Tensor]) -> Tensor:
    """The length of all of them together."""
    return torch.sqrt(sum((each**2).sum() for each in gradients))
