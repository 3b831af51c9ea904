"""A scenario trained a second time by PyTorch, and every record compared.

Data and initial weights are the scenario's; the network, its loss, the order of batches, the
optimizer and the measures are not the engine's.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from frameworks.networks import Function, Pass, Tensor, Twin, activations, global_norm
from vglab.engine.data.datasets import Dataset
from vglab.engine.numerics import Exact
from vglab.scenarios.experiment.build import build
from vglab.scenarios.experiment.data import train_and_test
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.schema.spec import Scenario, TrainingSpec

SMALL = (
    "network.width=12",
    "network.depth=5",
    "training.batch=32",
    "data.train=96",
    "data.test=32",
    "run.dtype=float64",
    "run.record_every=1",
)
RIGHT = 1e-8
"""What float64 leaves right after some steps, whoever computes them."""

Loss = Callable[[Tensor, Tensor], Tensor]
Measures = dict[str, Exact]
MOVED = ("update_ratio", "displacement")
LOSSES: dict[str, Loss] = {
    "binary_cross_entropy": F.binary_cross_entropy_with_logits,
    "softmax_cross_entropy": F.cross_entropy,
    "squared": lambda Z, t: F.mse_loss(Z, t, reduction="sum") / 2 / len(Z),
}


def loss_of(scenario: Scenario, outputs: int) -> Loss:
    """The scenario's, for data with so many outputs."""
    if scenario.network.loss == "squared":
        return LOSSES["squared"]
    return LOSSES["softmax_cross_entropy" if outputs > 1 else "binary_cross_entropy"]


def optimizer_for(
    parameters: Sequence[Tensor],
    t: TrainingSpec,
    name: str | None = None,
    rate: float | None = None,
) -> Any:
    """PyTorch's optimizer with the scenario's settings, or with a player's own name and rate."""
    o, lr = torch.optim, rate or t.rate
    adam: dict[str, Any] = {"betas": (t.beta1, t.beta2), "eps": t.eps}
    made: dict[str, Callable[[], Any]] = {
        "sgd": lambda: o.SGD(parameters, lr),
        "momentum": lambda: o.SGD(parameters, lr, momentum=t.momentum),
        "nesterov": lambda: o.SGD(parameters, lr, momentum=t.momentum, nesterov=True),
        "adagrad": lambda: o.Adagrad(parameters, lr, eps=t.eps),
        "rmsprop": lambda: o.RMSprop(parameters, lr, alpha=t.decay, eps=t.eps),
        "adam": lambda: o.Adam(parameters, lr, **adam),
        "adamw": lambda: o.AdamW(parameters, lr, weight_decay=t.weight_decay, **adam),
    }
    return made[name or t.optimizer]()


def batches(data: Dataset, size: int, seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Epoch by epoch in an order of the seed's second stream; a batch of all comes as it is."""
    X, target = (torch.tensor(array[0]) for array in (data.X, data.target))
    rng = np.random.default_rng([seed, 1])
    while True:
        order = rng.permutation(len(X)) if size < len(X) else np.arange(len(X))
        for start in range(0, len(X) - size + 1, size):
            rows = order[start : start + size]
            yield X[rows], target[rows]


def clip(parameters: Sequence[Tensor], longest: float) -> None:
    """Shorten the gradient, all parameters together, to that length."""
    norm = global_norm([p.grad for p in parameters])
    for p in parameters:
        p.grad *= min(1.0, longest / norm)


def rms(X: Tensor) -> float:
    return float(X.detach().square().mean().sqrt())


def slopes(g: Function, Z: Tensor) -> Tensor:
    """g′(Z)."""
    Z = Z.detach().clone().requires_grad_()
    return torch.autograd.grad(g(Z).sum(), Z)[0]


@cache
def steepest(activation: str, slope: float) -> float:
    """The supremum of |g′|, found by looking; some have it only just beside 0, or far out."""
    Z = np.concatenate([np.linspace(-40, 40, 800_001), [-1e-12, 1e-12]])
    return float(slopes(activations(slope)[activation], torch.tensor(Z)).abs().max())


def measure(twin: Twin, seen: Pass) -> Measures:
    """The contract's measures, (layers,) each, after `backward`."""
    a, N = twin.a, len(seen.output)
    Deltas = [torch.cat([Z.grad.ravel() for Z in seen.Z[i]]) for i in range(a.depth)]
    S = [slopes(twin.g, seen.given[i]) for i in range(a.depth)]
    S.append(torch.ones_like(seen.output))
    least = [0.05 * steepest(a.activation, a.slope)] * a.depth + [0.05]
    out = [*(seen.out[i] for i in range(a.depth)), seen.output]
    columns: dict[str, list[float]] = {
        "grad_norm": [float(W.grad.norm()) for W in twin.W],
        "weight_norm": [float(W.detach().norm()) for W in twin.W],
        "displacement": relative(twin.W, twin.birth, twin.birth).tolist(),
        "delta_rms": [N * rms(Delta) for Delta in (*Deltas, seen.output.grad)],
        "slope_rms": [rms(s) for s in S],
        "saturated": [
            float((s.abs() < low).double().mean()) for s, low in zip(S, least, strict=True)
        ],
        "dead": [
            float((s.abs().reshape(-1, s.shape[-1]).amax(dim=0) == 0).double().mean()) for s in S
        ],
        "activation_mean": [float(A.detach().mean()) for A in out],
        "activation_std": [float(A.detach().std(correction=0)) for A in out],
    }
    return {name: np.array(values) for name, values in columns.items()}


def step(optimizer: Any, W: Sequence[Tensor], then: Callable[[], None] | None = None) -> Exact:
    """Take it, and what is done `then`; how far each matrix moved, in parts of its length."""
    before = copies(W)
    optimizer.step()
    if then:
        then()
    return relative(W, before, before)


def copies(W: Sequence[Tensor]) -> list[Tensor]:
    return [w.detach().clone() for w in W]


def relative(W: Sequence[Tensor], old: Sequence[Tensor], size: Sequence[Tensor]) -> Exact:
    """How far each matrix is from an older one, in parts of the length of a third."""
    far = [float((w.detach() - v).norm() / s.norm()) for w, v, s in zip(W, old, size, strict=True)]
    return np.array(far)


def compare(read: Measures, true: Measures, where: str, rtol: float = RIGHT) -> None:
    """Hold what a record has, (layers,) each, against what is true.

    A mean is known to the digits of what it is a mean of; a step, a difference of weights, to
    theirs.
    """
    floors = {"activation_mean": true.get("activation_std", 0.0), **dict.fromkeys(MOVED, 1e-6)}
    for name, values in true.items():
        error = np.abs(read[name] - values)
        allowed = rtol * np.maximum(np.abs(values), floors.get(name, 0.0))
        assert (error <= allowed).all(), f"{name} {where}: {read[name]} for {values}"


def without_decay(twin: Twin, before: Sequence[Tensor], k: int, t: TrainingSpec) -> Measures:
    """How far step k, and all before it, have moved each matrix by gradients alone."""
    kept = 1 - t.rate * t.weight_decay
    return {
        "update_ratio": relative(twin.W, [kept * w for w in before], before),
        "displacement": relative(before, [kept**k * w for w in twin.birth], twin.birth),
    }


def follow(
    preset: str, settings: Sequence[str], steps: int, at: Collection[int] = (), rtol: float = RIGHT
) -> None:
    """Train for so many steps, and compare the records of the steps `at`, or else all."""
    scenario = load(preset, [*SMALL, *settings, f"training.steps={steps}"])
    seed, size = scenario.run.seed, scenario.training.batch
    experiment = build(scenario)
    twin = Twin(experiment.networks["model"])
    for _ in experiment.steps:
        pass
    trace, model = experiment.trace, experiment.trace.networks["model"]
    train, _ = train_and_test(scenario, [seed], np.float64)
    J_of = loss_of(scenario, train.target.shape[2])
    optimizer = optimizer_for(twin.parameters(), scenario.training)
    for k, (X, target) in zip(range(steps + 1), batches(train, size, seed), strict=False):
        optimizer.zero_grad()
        seen = twin.forward(X)
        J = J_of(seen.output, target)
        J.backward()
        true = measure(twin, seen)
        if scenario.training.clip_norm:
            clip(twin.parameters(), scenario.training.clip_norm)
        before = copies(twin.W)
        true["update_ratio"] = step(optimizer, twin.W)
        if k in at or not at:
            if model.undecayed:
                read = {name: m[k, 0] for name, m in model.undecayed.items()}
                compare(read, without_decay(twin, before, k, scenario.training), f"at {k}", rtol)
            assert abs(trace.loss["train"][k, 0] / J.item() - 1) < rtol
            compare({name: m[k, 0] for name, m in model.measures.items()}, true, f"at {k}", rtol)
