"""Faults of every kind in the middle of a training: nothing is raised, no weight is another."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from vglab.watch import Watch, watch
from vglab.watch.pytorch import packing, sampling, signals, tensors

STEPS = 6


def model_of(draw: Random) -> nn.Sequential:
    """A small network; some have a frozen layer, a shared weight, or nothing that learns at all."""
    torch.manual_seed(draw.randrange(1000))
    model = nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 1))
    if draw.random() < 0.2:
        model[0].requires_grad_(False)
    if draw.random() < 0.2:
        model[2].weight = model[0].weight
    return model


Fault = Callable[[Watch, nn.Sequential, Random], None]


def close_file(w: Watch, *_: Any) -> None:
    if w.recording.file is not None:
        with suppress(OSError):
            os.close(w.recording.file)


def fill_disk(w: Watch, *_: Any) -> None:
    if w.recording.file is not None:
        full = os.open("/dev/full", os.O_WRONLY)
        os.dup2(full, w.recording.file)
        os.close(full)


def empty_gradients(_: Watch, model: nn.Sequential, draw: Random) -> None:
    draw.choice(list(model.parameters())).grad = None


def freeze(_: Watch, model: nn.Sequential, draw: Random) -> None:
    model[4 if draw.random() < 0.5 else 2].bias.requires_grad_(False)


def delete_module(w: Watch, *_: Any) -> None:
    gone = nn.Linear(2, 2)
    place = len(w.weights.refs) - 1
    w.weights.refs[place] = type(w.weights.refs[place])(gone.weight)
    del gone
    assert w.weights.refs[place]() is None


def as_forked(w: Watch, *_: Any) -> None:
    w.recording.process += 1


def strange_notes(w: Watch, _: nn.Sequential, draw: Random) -> None:
    w.note(loss=draw.choice(["x", None, float("nan"), torch.ones(3), torch.ones(0), object()]))


def close_watch(w: Watch, *_: Any) -> None:
    w.close()


def nothing(*_: Any) -> None:
    return


FAULTS: list[Fault] = [
    *(close_file, fill_disk, empty_gradients, freeze, delete_module, as_forked, strange_notes),
    *(close_watch, nothing),
]
PLACES: list[tuple[Any, str]] = [
    *((sampling, name) for name in ("norm", "nonzero", "entries", "difference", "of_parameters")),
    *((signals, name) for name in ("norm", "total")),
    *((packing, name) for name in ("wide", "causes", "figures")),
    (tensors, "wide"),
]
"""Where an exception is thrown from, in the recorder's own code."""


INJECTED: Counter[str] = Counter()
"""How many faults there were, by kind."""


def explode(draw: Random, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a function of the recorder's own raise now and then."""
    module, name = draw.choice(PLACES)
    original = getattr(module, name)
    often = draw.choice([0.02, 0.3, 1.0])

    def fail(*args: Any, **named: Any) -> Any:
        if draw.random() < often:
            INJECTED[name] += 1
            raise draw.choice([RuntimeError, MemoryError, ValueError, KeyError])("injected")
        return original(*args, **named)

    monkeypatch.setattr(module, name, fail)


def train(seed: int, path: Path | None, monkeypatch: pytest.MonkeyPatch) -> list[Tensor]:
    """The weights at the end; with a path it is watched, and something goes wrong."""
    draw, mishap = Random(seed), Random(seed + 1)
    model = model_of(draw)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    fault, when = draw.choice(FAULTS), draw.randrange(STEPS)
    poison = draw.random() < 0.1
    touches = fault in (empty_gradients, freeze)
    w = watch(model, optimizer, path, every=1) if path else None
    if w is not None and draw.random() < 0.7:
        explode(mishap, monkeypatch)
    x = torch.randn(6, 4, generator=torch.Generator().manual_seed(seed))
    for k in range(STEPS):
        optimizer.zero_grad()
        loss = model(x * float("nan") if poison and k == 3 else x).square().mean()
        loss.backward()
        if k == when and (touches or w is not None):
            fault(w, model, Random(seed + 2))
            INJECTED[fault.__name__] += w is not None and fault is not nothing
        optimizer.step()
        if w is not None:
            w.note(loss=loss)
    if w is not None:
        w.close()
    monkeypatch.undo()
    return [p.detach().clone() for p in model.parameters()]


PIECES = 20
"""Parts of the long run, so that one that was interrupted goes on where it stopped."""


def bombard(seeds: Iterator[int], most: int, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Train with and without the recorder until so many faults have been injected."""
    INJECTED.clear()
    while INJECTED.total() < most:
        seed = next(seeds)
        bare = train(seed, None, monkeypatch)
        seen = train(seed, path, monkeypatch)
        same = all(
            torch.equal(a.nan_to_num(7), b.nan_to_num(7)) for a, b in zip(bare, seen, strict=True)
        )
        assert same, seed
        path.unlink(missing_ok=True)


def test_nothing_is_raised_and_no_weight_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bombard(count(), 200, tmp_path / "run.jsonl", monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("piece", range(1, PIECES + 1))
def test_nothing_is_raised_in_a_hundred_thousand_faults(
    piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds = count(1_000_000 * piece)
    bombard(seeds, 100_000 // PIECES, tmp_path / "run.jsonl", monkeypatch)
    print(f"{next(seeds) % 1_000_000} trainings, {INJECTED.total()} faults: {dict(INJECTED)}")
    assert {fault.__name__ for fault in FAULTS if fault is not nothing} <= {*INJECTED}
    assert {name for _, name in PLACES} <= {*INJECTED}


def test_a_fork_in_the_middle_leaves_the_file_to_the_parent(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    code = (
        "import os, sys, torch\n"
        "from vglab.watch import watch\n"
        "m = torch.nn.Linear(3, 1); o = torch.optim.SGD(m.parameters(), lr=0.1)\n"
        "w = watch(m, o, sys.argv[1], every=1)\n"
        "def step(): o.zero_grad(); m(torch.ones(2, 3)).sum().backward(); o.step()\n"
        "step(); child = os.fork()\n"
        "for _ in range(3): step()\n"
        "w.close()\n"
        "if child: os.waitpid(child, 0)\n"
        "else: os._exit(0)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, path], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    text = path.read_text()
    assert [text.count(f'"step":{k},"time"') for k in range(4)] == [1, 1, 1, 1]


@pytest.mark.parametrize("seed", [0, *(pytest.param(s, marks=pytest.mark.slow) for s in (1, 2))])
def test_a_killed_training_leaves_whole_lines(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    code = (
        "import sys, torch\n"
        "from vglab.watch import watch\n"
        "m = torch.nn.Linear(30, 1); o = torch.optim.SGD(m.parameters(), lr=1e-9)\n"
        "w = watch(m, o, sys.argv[1], every=1); print(flush=True)\n"
        "while True:\n"
        "    o.zero_grad(); loss = m(torch.ones(2, 30)).sum(); loss.backward(); o.step()\n"
        "    w.note(loss=loss)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE) as running:
        assert running.stdout
        running.stdout.readline()
        with suppress(subprocess.TimeoutExpired):
            running.wait(Random(seed).uniform(0.1, 0.5))
        running.send_signal(signal.SIGKILL)
    from vglab.scenarios.recordings.record_lines import read_line

    whole = path.read_bytes().split(b"\n")[:-1]
    assert len(whole) > 5
    for line in whole:
        read_line(line)


def test_a_deep_copy_of_a_watched_model_trains_by_itself(tmp_path: Path) -> None:
    model = model_of(Random(0))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    w = watch(model, optimizer, tmp_path / "run.jsonl", every=1)
    model(torch.ones(2, 4)).sum().backward()
    copy = deepcopy(model)
    copy(torch.ones(2, 4)).sum().backward()
    optimizer.step()
    w.close()
    assert "failure" not in (tmp_path / "run.jsonl").read_text()
