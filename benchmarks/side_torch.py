"""PyTorch with the same measures, taken well: norms on stacked tensors, after the step."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from workloads import BATCHES, Workload, batches, first_weights

torch.set_num_threads(1)
ACTIVATIONS = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}
OPTIMIZERS = {
    "sgd": lambda p, rate: torch.optim.SGD(p, rate),
    "nesterov": lambda p, rate: torch.optim.SGD(p, rate, momentum=0.9, nesterov=True),
    "rmsprop": lambda p, rate: torch.optim.RMSprop(p, rate),
    "adam": lambda p, rate: torch.optim.Adam(p, rate),
}
NORMS = {"batch": nn.BatchNorm1d, "layer": nn.LayerNorm}


class Deep(nn.Module):
    """The workload's network; keeps each layer's Z, and the gradient that reaches it."""

    def __init__(self, w: Workload) -> None:
        super().__init__()
        self.w, self.g = w, ACTIVATIONS[w.activation]
        self.W = nn.ParameterList(torch.from_numpy(m) for m in first_weights(w))
        self.b = nn.ParameterList(torch.zeros(1, m.shape[1]) for m in self.W)
        self.norms = nn.ModuleList(
            NORMS[w.norm](w.width) if w.norm in NORMS else nn.Identity() for _ in range(w.depth)
        )

    def forward(self, A: Tensor) -> tuple[Tensor, list[Tensor], list[Tensor]]:
        zs, outs = [], []
        for i, (W, b) in enumerate(zip(self.W, self.b, strict=True)):
            if i == self.w.depth:
                return A @ W + b, zs, outs
            Z = self.norms[i](A @ W + b)
            zs.append(Z)
            Y = self.g(Z)
            A = A + Y if self.w.skip == "identity" and i else Y
            outs.append(A)
        raise AssertionError


def build(w: Workload, measured: bool) -> Callable[[int], None]:
    """`run(steps)` trains on from where it was."""
    if not w.plain or w.optimizer not in OPTIMIZERS:
        raise NotImplementedError
    net = Deep(w)
    optimizer = OPTIMIZERS[w.optimizer](net.parameters(), w.rate)
    X, y = (torch.from_numpy(m) for m in batches(w))
    history: list[np.ndarray] = []
    state = {"k": 0}

    def step() -> None:
        k = state["k"] % BATCHES
        state["k"] += 1
        out, zs, outs = net(X[k])
        loss = nn.functional.binary_cross_entropy_with_logits(out, y[k])
        optimizer.zero_grad(set_to_none=False)
        if measured:
            for z in zs:
                z.retain_grad()
        loss.backward()
        before = [W.detach().clone() for W in net.W] if measured else []
        optimizer.step()
        if measured:
            history.append(measure(w, net, zs, outs, before))

    def run(count: int) -> None:
        for _ in range(count):
            step()

    return run


@torch.no_grad()
def measure(
    w: Workload, net: Deep, zs: list[Tensor], outs: list[Tensor], before: list[Tensor]
) -> np.ndarray:
    """The engine's nine measures of the hidden layers."""
    D, A = torch.stack([z.grad for z in zs]).flatten(1), torch.stack(outs)
    flat = torch.stack(zs)
    S = slope(w.activation, flat)
    low = 0.05 * (0.25 if w.activation == "sigmoid" else 1.0) > S
    W, old = torch.stack(list(net.W[1:-1])).flatten(1), torch.stack(before[1:-1]).flatten(1)
    dW = torch.stack([p.grad for p in net.W[1:-1]]).flatten(1)
    A = A.flatten(1)
    rows = [
        D.norm(dim=1), S.flatten(1).norm(dim=1), A.mean(dim=1), A.std(dim=1),
        low.flatten(1).float().mean(dim=1), (S == 0).all(dim=1).float().mean(dim=1),
    ]  # fmt: skip
    weights = [dW.norm(dim=1), old.norm(dim=1), (W - old).norm(dim=1) / old.norm(dim=1)]
    return np.concatenate([torch.cat(rows).numpy(), torch.cat(weights).numpy()])


def slope(name: str, Z: Tensor) -> Tensor:
    """g′(Z)."""
    if name == "relu":
        return (Z > 0).float()
    A = ACTIVATIONS[name](Z)
    return A * (1 - A) if name == "sigmoid" else 1 - A * A
