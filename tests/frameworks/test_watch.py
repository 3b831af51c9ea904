"""The recorder of `vglab.watch` in each kind of training loop, against naive float64."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import torch
from frameworks.regimes import REGIMES, SGD, SIZE, clipped, plain
from frameworks.watching import Exact, Truth, batch, exact, lines, mlp, samples, squared, watched
from torch import Tensor, nn
from vglab.watch import watch
from vglab.watch.pytorch import sampling
from vglab.watch.pytorch.tensors import norm

__all__ = ["exact"]


def agree(found: list[Any], true: list[float], rel: float = 1e-6) -> None:
    """Measured figures against the true ones."""
    assert found == pytest.approx(true, rel=rel, abs=0)
    assert len(found) == len(true) > 0


@pytest.mark.parametrize("regime", REGIMES)
def test_figures_are_those_of_the_loss(regime: str, exact: Exact, tmp_path: Path) -> None:
    loop, optimizer_of, inplace = REGIMES[regime]
    model = mlp(5, 16, 16, 16, 1, inplace=inplace)
    optimizer = optimizer_of(model.parameters())
    truths: list[Truth] = []
    with watched(model, optimizer, tmp_path / "run.jsonl"):
        for _ in range(3):
            x, t = batch(SIZE, 5)
            truths.append(Truth(model, lambda net, x=x, t=t: squared(net(x), t), SIZE))
            loop(model, optimizer, x, t)
    found = samples(tmp_path / "run.jsonl")
    assert [sample["step"] for sample in found] == [0, 1, 2]
    for k, truth in enumerate(truths):
        agree(exact.grad_norms(k), truth.grad_norms)
        agree(exact.errors(k), truth.errors)
        clip = 0.01 / exact.readings[k].gradients_norm() if "clipping" in regime else 1
        assert found[k]["clip"] == pytest.approx(clip, rel=1e-4)
        assert found[k]["scale"] == (1024 if "scaler" in regime or "fused" in regime else None)


def test_without_the_private_end_of_a_pass_gradients_are_those_of_the_step(
    exact: Exact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a release of PyTorch that has it no more: what the optimizer uses, no clip factor."""
    monkeypatch.setattr(sampling, "AT_END", None)
    model = mlp(5, 16, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
    with watched(model, optimizer, tmp_path / "run.jsonl", every=1):
        x, t = batch(SIZE, 5)
        clipped(model, optimizer, x, t)
    used = [float(p.grad.norm()) for p in model.parameters() if p.ndim > 1 and p.grad is not None]
    assert exact.grad_norms(0) == pytest.approx(used, rel=1e-6)
    assert not any("code" in line for line in lines(tmp_path / "run.jsonl"))
    assert samples(tmp_path / "run.jsonl")[0]["clip"] is None


def test_an_update_is_what_the_step_has_changed(exact: Exact, tmp_path: Path) -> None:
    model = mlp(5, 16, 16, 1, dtype=torch.float32)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    weights = [p for p in model.parameters() if p.dim() > 1]
    true: list[tuple[list[float], list[float]]] = []
    with watched(model, optimizer, tmp_path / "run.jsonl"):
        for _ in range(3):
            before = [w.detach().double() for w in weights]
            plain(model, optimizer, *batch(SIZE, 5, torch.float32))
            moved = [w.detach().double() - b for w, b in zip(weights, before, strict=True)]
            true.append(([float(m.norm()) for m in moved], [float(b.norm()) for b in before]))
    for k, (moved, length) in enumerate(true):
        agree(exact.row("update", k), moved)
        agree(exact.row("weight", k), length)


def test_activations_are_what_the_functions_make(tmp_path: Path) -> None:
    model = mlp(5, 16, 16, 1)
    optimizer = SGD(model.parameters())
    x, t = batch(SIZE, 5)
    made = [model[:2](x).detach(), model[:4](x).detach()]
    with watched(model, optimizer, tmp_path / "run.jsonl"):
        plain(model, optimizer, x, t)
    (sample,) = samples(tmp_path / "run.jsonl")
    for layer, a in enumerate(made):
        assert sample["activation_mean"][layer] == pytest.approx(float(a.mean()), rel=2e-5)
        spread = float(a.std(correction=0))
        assert sample["activation_std"][layer] == pytest.approx(spread, rel=2e-5)
        pairs = min(len(a) // 2, 8)
        apart = float((a[:pairs] - a[-pairs:]).square().mean().sqrt()) / 2**0.5
        apart /= float(a.square().mean().sqrt())
        assert sample["batch_spread"][layer] == pytest.approx(apart, rel=2e-5)


def test_a_batch_of_one_has_no_spread(tmp_path: Path) -> None:
    model = mlp(5, 16, 16, 1)
    optimizer = SGD(model.parameters())
    with watched(model, optimizer, tmp_path / "run.jsonl"):
        plain(model, optimizer, *batch(1, 5))
    assert samples(tmp_path / "run.jsonl")[0]["batch_spread"] == [None] * 3


def test_the_batch_may_be_the_second_axis(tmp_path: Path) -> None:
    model = nn.LSTM(5, 7)
    optimizer = SGD(model.parameters())
    x = torch.randn(9, 1, 5).repeat(1, 4, 1)
    with watched(model, optimizer, tmp_path / "run.jsonl"):
        model(x)[0].square().sum().backward()
        optimizer.step()
    assert samples(tmp_path / "run.jsonl")[0]["batch_spread"][0] == 0


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
def test_short_types_are_summed_in_long_ones(
    dtype: torch.dtype, exact: Exact, tmp_path: Path
) -> None:
    model = nn.Linear(300, 200, bias=False)
    optimizer = SGD(model.parameters())
    x = torch.randn(64, 300)
    with watched(model, optimizer, tmp_path / "run.jsonl"):
        with torch.autocast("cpu", dtype):
            loss = model(x).square().mean()
        loss.backward()
        true = float(model.weight.grad.double().norm())
        optimizer.step()
    agree(exact.grad_norms(0), [true])


@pytest.mark.parametrize("size", [1e-30, 1e-12, 1e25])
@pytest.mark.parametrize("shape", [(8, 8), (300, 200)])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32, torch.float64], ids=str)
def test_a_norm_neither_underflows_nor_overflows(
    size: float, shape: tuple[int, int], dtype: torch.dtype
) -> None:
    x = (torch.randn(shape, dtype=torch.float64) * size).to(dtype)
    true = float(x.double().norm())
    assert float(norm(x)) == pytest.approx(true, rel=1e-6, abs=0)
    assert float(norm(x.t())) == pytest.approx(true, rel=1e-6, abs=0)


def test_extremes_of_float64_are_in_its_range() -> None:
    assert float(norm(torch.full((100, 100), 1e-300, dtype=torch.float64))) == pytest.approx(1e-298)
    assert float(norm(torch.full((100, 100), 1e300, dtype=torch.float64))) == pytest.approx(1e302)
    assert float(norm(torch.zeros(100, 100))) == 0
    assert float(norm(torch.zeros(0, 5))) == 0


def test_skipped_steps_are_counted_and_no_samples(tmp_path: Path) -> None:
    model = mlp(5, 16, 1)
    optimizer = SGD(model.parameters())
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    with watched(model, optimizer, tmp_path / "run.jsonl"):
        for k in range(5):
            x, t = batch(SIZE, 5)
            optimizer.zero_grad()
            scaler.scale(squared(model(x * float("inf") if k in (0, 2) else x), t)).backward()
            scaler.step(optimizer)
            scaler.update()
    found = samples(tmp_path / "run.jsonl")
    assert [sample["step"] for sample in found] == [0, 1, 2]
    assert [sample["skipped"] for sample in found] == [1, 2, 2]
    assert [sample["scale"] for sample in found] == [512, 256, 256]
    assert all(None not in sample["grad_norm"] for sample in found)


def test_shared_weights_are_one_layer(exact: Exact, tmp_path: Path) -> None:
    model = mlp(8, 8, 8, 1)
    model[2].weight = model[0].weight
    optimizer = SGD(model.parameters())
    with watched(model, optimizer, tmp_path / "run.jsonl"):
        x, t = batch(SIZE, 8)
        squared(model(x), t).backward()
        true = [float(w.grad.norm()) for w in (model[0].weight, model[4].weight)]
        optimizer.step()
    head = lines(tmp_path / "run.jsonl")[0]
    assert [layer["name"] for layer in head["layers"]] == ["0", "4"]
    agree(exact.grad_norms(0), true)


class Branches(nn.Module):
    """A layer each that is frozen, unused, dead, behind zeros, and sound."""

    def __init__(self) -> None:
        super().__init__()
        self.frozen, self.unused, self.dead = nn.Linear(6, 6), nn.Linear(6, 6), nn.Linear(6, 6)
        self.lora_a = nn.Linear(6, 2, bias=False)
        self.lora_b = nn.Linear(2, 6, bias=False)
        self.head = nn.Linear(6, 1)
        self.frozen.requires_grad_(False)
        nn.init.zeros_(self.lora_b.weight)
        nn.init.constant_(self.dead.bias, -1e6)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.frozen(x) + self.lora_b(self.lora_a(x)) + self.dead(x).relu())


def test_a_gradient_of_zero_says_why(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = Branches()
    optimizer = SGD(model.parameters())
    with watched(model, optimizer, tmp_path / "run.jsonl"):
        for _ in range(2):
            plain(model, optimizer, *batch(SIZE, 6, torch.float32))
    head, *_ = lines(tmp_path / "run.jsonl")
    names = [layer["name"] for layer in head["layers"]]
    trained = {layer["name"]: layer["trained"] for layer in head["layers"]}
    first, second = samples(tmp_path / "run.jsonl")
    causes = {names[int(place)]: cause for place, cause in first["cause"].items()}
    assert causes == {"frozen": "frozen", "unused": "unused", "dead": "dead", "lora_a": "zero_init"}
    assert trained == {name: name != "frozen" for name in names}
    assert str(names.index("lora_a")) not in second["cause"]
    assert first["grad_norm"][names.index("unused")] is None
    assert first["grad_norm"][names.index("dead")] == 0


def test_float16_that_rounds_to_zero_is_called_underflow(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Linear(8, 8), *(nn.Linear(8, 8) for _ in range(11)))
    optimizer = SGD(model.parameters())
    for layer in model:
        nn.init.normal_(layer.weight, std=0.05)
    with watched(model, optimizer, tmp_path / "run.jsonl"):
        with torch.autocast("cpu", torch.float16):
            loss = model(torch.randn(16, 8)).float().mean()
        loss.backward()
        optimizer.step()
    (sample,) = samples(tmp_path / "run.jsonl")
    assert sample["grad_norm"][0] == 0
    assert sample["grad_norm"][-1] > 0
    assert sample["cause"]["0"] == "underflow"


def test_two_optimizers_of_a_gan_step_in_turn(exact: Exact, tmp_path: Path) -> None:
    G, D = mlp(4, 16, 3), mlp(3, 16, 1)
    of_G, of_D = SGD(G.parameters()), SGD(D.parameters())
    criterion = nn.BCEWithLogitsLoss()
    one, zero = torch.ones(SIZE, 1).double(), torch.zeros(SIZE, 1).double()
    true: list[list[float]] = []
    with watched({"G": G, "D": D}, (of_G, of_D), tmp_path / "run.jsonl"):
        for _ in range(3):
            z, real = torch.randn(SIZE, 4).double(), torch.randn(SIZE, 3).double()
            fake = G(z)
            of_D.zero_grad()
            (criterion(D(real), one) + criterion(D(fake.detach()), zero)).backward()
            norms = [float(D[i].weight.grad.norm()) for i in (0, 2)]
            of_D.step()
            of_G.zero_grad()
            criterion(D(fake), one).backward()
            true.append([float(G[i].weight.grad.norm()) for i in (0, 2)] + norms)
            of_G.step()
    head, *_ = lines(tmp_path / "run.jsonl")
    layers = {layer["name"]: layer["optimizer"] for layer in head["layers"]}
    assert layers == {"G.0": 0, "G.2": 0, "D.0": 1, "D.2": 1}
    assert len(exact.readings) == 3
    for k, norms in enumerate(true):
        agree(exact.grad_norms(k), norms)


def test_a_critic_that_steps_more_often_waits_for_its_generator(tmp_path: Path) -> None:
    G, D = mlp(4, 8, 3), mlp(3, 8, 1)
    of_G, of_D = SGD(G.parameters()), SGD(D.parameters())
    with watched((G, D), (of_G, of_D), tmp_path / "run.jsonl"):
        for k in range(20):
            of_D.zero_grad()
            D(G(torch.randn(SIZE, 4).double()).detach()).mean().backward()
            of_D.step()
            if k % 5 == 4:
                of_G.zero_grad()
                (-D(G(torch.randn(SIZE, 4).double()))).mean().backward()
                of_G.step()
    found = samples(tmp_path / "run.jsonl")
    assert len(found) >= 3
    assert all(None not in sample["grad_norm"] for sample in found)


def train(model: nn.Module, watch_it: bool, path: Path, **options: Any) -> list[Tensor]:
    """The weights after some steps with dropout, drawn from the same stream."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    torch.manual_seed(1)
    w = watch(model, optimizer, path, **options) if watch_it else None
    for _ in range(12):
        x, t = batch(SIZE, 5, torch.float32)
        optimizer.zero_grad()
        loss = squared(model(x), t)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()
        if w:
            w.note(loss=loss)
    if w:
        w.close()
    return [p.detach() for p in model.parameters()]


@pytest.mark.parametrize("options", [{}, {"every": 1}, {"every": 3, "delta": False}], ids=str)
def test_training_is_bitwise_the_same(options: dict[str, Any], tmp_path: Path) -> None:
    def model() -> nn.Module:
        torch.manual_seed(0)
        layers = [nn.Linear(5, 32), nn.BatchNorm1d(32), nn.ReLU(inplace=True), nn.Dropout(0.3)]
        return nn.Sequential(*layers, nn.Linear(32, 32), nn.GELU(), nn.Linear(32, 1))

    bare = train(model(), False, tmp_path / "run.jsonl")
    seen = train(model(), True, tmp_path / "run.jsonl", **options)
    assert all(map(torch.equal, bare, seen))
    assert samples(tmp_path / "run.jsonl")


def test_a_model_that_is_watched_can_be_copied_and_saved(tmp_path: Path) -> None:
    model = mlp(5, 8, 1)
    optimizer = SGD(model.parameters())
    with watched(model, optimizer, tmp_path / "run.jsonl"):
        copy = deepcopy(model)
        torch.save(model, tmp_path / "model.pt")
        loaded = torch.load(tmp_path / "model.pt", weights_only=False)
        deepcopy(optimizer)
        for other in (copy, loaded):
            assert all(map(torch.equal, other.parameters(), model.parameters()))
            plain(other, SGD(other.parameters()), *batch(SIZE, 5))
        for _ in range(2):
            plain(model, optimizer, *batch(SIZE, 5))
    assert len(samples(tmp_path / "run.jsonl")) == 2


def test_layers_stand_in_the_order_in_which_they_are_called(tmp_path: Path) -> None:
    class Backwards(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.head = nn.Linear(8, 1)
            self.blocks = nn.ModuleList(nn.ModuleDict({"fc": nn.Linear(8, 8)}) for _ in range(11))

        def forward(self, x: Tensor) -> Tensor:
            for block in self.blocks:
                x = block["fc"](x).tanh()
            return self.head(x)

    model = Backwards()
    optimizer = SGD(model.parameters())
    with watched(model, optimizer, tmp_path / "run.jsonl", steps=7):
        plain(model, optimizer, *batch(SIZE, 8, torch.float32))
    head, *_ = lines(tmp_path / "run.jsonl")
    names = [layer["name"] for layer in head["layers"]]
    assert names == [*(f"blocks.{i}.fc" for i in range(11)), "head"]
    assert head["layers"][10]["block"] == {"name": "blocks", "index": 10}
    assert head["layers"][10]["series"] == "fc"
    assert head["layers"][11]["block"] is None
    assert (head["steps"], head["budget"], head["ranks"]) == (7, 0.02, 1)


def test_a_loss_that_no_layer_leads_to_is_no_fault_of_the_hooks(tmp_path: Path) -> None:
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with watch(model, optimizer, tmp_path / "run.jsonl", every=1):
        for _ in range(4):
            optimizer.zero_grad()
            model(torch.ones(2, 3))
            model.weight.square().sum().backward()
            optimizer.step()
    assert not [line for line in lines(tmp_path / "run.jsonl") if "code" in line]


def test_what_no_optimizer_holds_is_not_called_frozen(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 1))
    optimizer = torch.optim.SGD(model[1].parameters(), lr=0.1)
    with watch(model, optimizer, tmp_path / "run.jsonl", every=1):
        model(torch.ones(2, 3)).sum().backward()
        optimizer.step()
    first, last = lines(tmp_path / "run.jsonl")[0]["layers"]
    assert (first["trained"], first["optimizer"]) == (True, None)
    assert (last["trained"], last["optimizer"]) == (True, 0)
