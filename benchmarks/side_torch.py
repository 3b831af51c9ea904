"""PyTorch with the same measures, taken well: norms on stacked tensors, after the step."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn
from workloads import BATCHES, LINES, Matrix, Workload, batches, first_weights

torch.set_num_threads(1)
SLOPE = 0.2
ACTIVATIONS = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": partial(nn.functional.leaky_relu, negative_slope=SLOPE),
}
OPTIMIZERS = {
    "sgd": lambda p, rate: torch.optim.SGD(p, rate, foreach=True),
    "momentum": lambda p, rate: torch.optim.SGD(p, rate, momentum=0.9, foreach=True),
    "nesterov": lambda p, rate: torch.optim.SGD(p, rate, 0.9, nesterov=True, foreach=True),
    "adagrad": lambda p, rate: torch.optim.Adagrad(p, rate, foreach=True),
    "rmsprop": lambda p, rate: torch.optim.RMSprop(p, rate, foreach=True),
    "adam": lambda p, rate: torch.optim.Adam(p, rate, foreach=True),
    "adamw": lambda p, rate: torch.optim.AdamW(p, rate, foreach=True),
}
cross_entropy = nn.functional.binary_cross_entropy_with_logits
NORMS = {"batch": nn.BatchNorm1d, "layer": nn.LayerNorm}


class Deep(nn.Module):
    """The workload's network; gives each layer's Z and A beside its output."""

    def __init__(self, w: Workload, weights: list[Matrix]) -> None:
        super().__init__()
        self.w, self.g = w, ACTIVATIONS[w.activation]
        self.W = nn.ParameterList(torch.from_numpy(m) for m in weights)
        self.b = nn.ParameterList(torch.zeros(m.shape[1]) for m in self.W)
        self.norms = nn.ModuleList(
            NORMS[w.norm](w.width) if w.norm in NORMS else nn.Identity() for _ in range(w.depth)
        )
        self.optimizer = OPTIMIZERS[w.optimizer](self.parameters(), w.rate)

    def forward(self, A: Tensor) -> tuple[Tensor, list[Tensor], list[Tensor]]:
        zs, outs = [], []
        for i, (W, b) in enumerate(zip(self.W, self.b, strict=True)):
            if i == self.w.depth:
                return torch.addmm(b, A, W), zs, outs
            Z = self.norms[i](torch.addmm(b, A, W))
            zs.append(Z)
            Y = self.g(Z)
            A = A + Y if self.w.skip == "identity" and i else Y
            outs.append(A)
        raise AssertionError

    def descend(
        self, loss: Tensor, zs: list[Tensor], outs: list[Tensor], measured: bool
    ) -> np.ndarray | None:
        """Back through the network, and a step; what is measured on the way."""
        self.optimizer.zero_grad()
        for z in zs if measured else ():
            z.retain_grad()
        loss.backward()
        if not measured:
            self.optimizer.step()
            return None
        before = [W.detach().clone() for W in self.W[:-1]]
        self.optimizer.step()
        return measure(self, zs, outs, before)


def build(w: Workload, measured: bool) -> Callable[[int], None]:
    """`run(steps)` trains on from where it was."""
    if not w.plain and w.architecture != "gan":
        raise NotImplementedError
    step = (gan if w.architecture == "gan" else classifier)(w, measured)
    history: list[object] = []

    def run(count: int) -> None:
        for _ in range(count):
            history.append(step(len(history) % BATCHES))

    return run


def classifier(w: Workload, measured: bool) -> Callable[[int], object]:
    """`step(k)` on batch k."""
    net = Deep(w, first_weights(w))
    X, y = (list(torch.from_numpy(m)) for m in batches(w))

    def step(k: int) -> object:
        out, zs, outs = net(X[k])
        loss = cross_entropy(out, y[k])
        return loss.item(), net.descend(loss, zs, outs, measured)

    return step


def gan(w: Workload, measured: bool) -> Callable[[int], object]:
    """The discriminator's step on real and fake points, then the generator's through it."""
    made = Deep(replace(w, activation="relu"), first_weights(w, ends=(w.inputs, 2)))
    judge = Deep(w, first_weights(w))
    real = [torch.from_numpy(X[:, :2].copy()) for X in batches(w)[0]]
    ones, zeros = torch.ones(w.batch, 1), torch.zeros(w.batch, 1)

    def step(k: int) -> object:
        with torch.no_grad():
            fake = made(torch.randn(w.batch, w.inputs))[0]
        points = torch.cat([real[k], fake])
        out, zs, outs = judge(points)
        first = judge.descend(cross_entropy(out, torch.cat([ones, zeros])), zs, outs, measured)
        fake, zs, outs = made(torch.randn(w.batch, w.inputs))
        judge.requires_grad_(False)
        says = judge(fake)[0]
        other = saturated_gradient(made, says) if measured else None
        second = made.descend(cross_entropy(says, ones), zs, outs, measured)
        judge.requires_grad_(True)
        return first, second, other, game(points, out.detach()) if measured else None

    return step


def saturated_gradient(made: Deep, says: Tensor) -> float:
    """The norm of the generator's gradient under the saturating loss, E[log(1 - D(G(z)))]."""
    loss = -nn.functional.softplus(says).mean()
    parameters = [*made.W, *made.b]
    return norms(torch.autograd.grad(loss, parameters, retain_graph=True)).norm().item()


@torch.no_grad()
def game(points: Tensor, says: Tensor) -> np.ndarray:
    """The distance between real and generated points, and what is said of either."""
    halves = (points @ torch.from_numpy(LINES)).unflatten(0, (2, -1)).sort(dim=1).values
    logits = says.view(2, -1)
    distance = (halves[0] - halves[1]).abs().mean()[None]
    return torch.cat([distance, logits.mean(dim=1), logits.sigmoid().mean(dim=1)]).numpy()


@torch.no_grad()
def measure(net: Deep, zs: list[Tensor], outs: list[Tensor], before: list[Tensor]) -> np.ndarray:
    """The engine's nine measures of the hidden layers."""
    W, dW = list(net.W[:-1]), [W.grad for W in net.W[:-1]]
    Z, A = torch.stack(zs), torch.stack(outs)
    S = slope(net.w.activation, Z)
    low = 0.05 * (0.25 if net.w.activation == "sigmoid" else 1.0) > S
    size, step = norms(before), norms(torch._foreach_sub(W, before))
    return torch.stack([
        norms([z.grad for z in zs]), S.flatten(1).norm(dim=1),
        A.mean(dim=(1, 2)), A.std(dim=(1, 2)), low.float().mean(dim=(1, 2)),
        (S == 0).all(dim=1).float().mean(dim=1), norms(dW), size, step / size,
    ]).numpy()  # fmt: skip


def norms(tensors: Sequence[Tensor]) -> Tensor:
    """One for each tensor."""
    return torch.stack(torch._foreach_norm(tensors))


def slope(name: str, Z: Tensor) -> Tensor:
    """g′(Z)."""
    if name in ("relu", "leaky_relu"):
        return torch.where(Z > 0, 1.0, SLOPE if name == "leaky_relu" else 0.0)
    A = ACTIVATIONS[name](Z)
    return A * (1 - A) if name == "sigmoid" else 1 - A * A
