"""A sweep on a Dask cluster: a real scheduler, two workers, one of them killed midway."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from shell import CommandResult, result_of, start

SCHEDULER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    )
    print(cluster.scheduler_address, flush=True)
    sys.stdin.read()
"""
SWEEP = ["sweep", "tanh", "--set", "network.width=16", "--steps", "200", "--replicas", "2"]
SWEEP += ["--over", "network.depth=3:12", "--over", "network.gain=0.5,1,2"]
SWEEP += ["--theory", "--measure", "delta_rms"]


@pytest.fixture
def cluster(tmp_path: Path) -> "Iterator[subprocess.Popen[bytes]]":
    """A scheduler that prints its address."""
    pytest.importorskip("distributed")
    file = tmp_path / "scheduler.py"
    file.write_text(SCHEDULER)
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    command = [sys.executable, str(file)]
    with subprocess.Popen(
        command, cwd=tmp_path, stdin=pipe, stdout=pipe, stderr=nowhere
    ) as process:
        yield process
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
        process.kill()


def line(process: "subprocess.Popen[bytes]") -> str:
    """What the process prints next."""
    assert process.stdout
    return process.stdout.readline().decode().strip()


def wait_for(path: Path, count: int) -> None:
    """Until so many runs are in the file."""
    give_up = time.monotonic() + 50
    while not path.exists() or path.read_bytes().count(b"\n") < count:
        assert time.monotonic() < give_up
        time.sleep(0.02)


def losses(path: Path) -> dict[tuple[Any, ...], Any]:
    """What each run came to; none of them failed."""
    entries = [json.loads(text) for text in path.read_text().splitlines()]
    assert all(entry["error"] is None for entry in entries)
    return {(*entry["at"].values(), entry["seed"]): entry["loss"] for entry in entries}


def workers(process: "subprocess.Popen[bytes]") -> list[psutil.Process]:
    """The processes that do the work."""
    children = psutil.Process(process.pid).children(recursive=True)
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


@pytest.mark.slow
def test_a_worker_is_killed_and_no_run_is_lost(
    cluster: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    address, out = line(cluster), tmp_path / "sweep.jsonl"
    process = start(*SWEEP, "--out", str(out), "--dask", address)
    wait_for(out, 5)
    workers(cluster)[0].kill()
    assert result_of(process) == (0, "", "")
    assert len(losses(out)) == out.read_bytes().count(b"\n") == 10 * 3 * 2
    alone = tmp_path / "alone.jsonl"
    assert result_of(start(*SWEEP, "--out", str(alone), "--workers", "2")) == (0, "", "")
    assert losses(out).keys() == losses(alone).keys()
    model = json.loads(out.read_text().splitlines()[0])["networks"]["model"]
    assert len(model["theory"]["delta_rms"]) == len(model["measures"]["delta_rms"]) > 3
    for place, loss in losses(out).items():
        assert loss == pytest.approx(losses(alone)[place], rel=1e-3)


@pytest.mark.slow
def test_workers_elsewhere_find_own_data(
    cluster: "subprocess.Popen[bytes]", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, folder = line(cluster), tmp_path / "folder"
    folder.mkdir()
    (folder / "own.csv").write_text("a,y\n" + "1,u\n2,v\n" * 50)
    monkeypatch.chdir(folder)
    own = ("--set", "data.path=own.csv", "--steps", "3", "--over", "network.depth=1,2")
    ran = result_of(start("sweep", "tanh", *own, "--out", "it.jsonl", "--dask", address))
    assert (ran.status, len(losses(folder / "it.jsonl"))) == (0, 2), ran.err


OWN_PARTS = """
import json, sys
import numpy as np
import vglab

def softsign(z):
    return z / (1 + np.abs(z))

vglab.register_activation("softsign", softsign, lambda z: 1 / (1 + np.abs(z)) ** 2)
vglab.register_initializer("thirds", lambda rng, n, m: rng.normal(size=(n, m)) / np.sqrt(3 * n))
vglab.register_measure("largest", lambda layer: np.abs(layer.W).max(axis=(1, 2)))
vglab.register_data("bands", lambda rng, n: ((x := rng.normal(size=(n, 2))), (x[:, 0] > 0) * 1))

own = {"network.activation": "softsign", "network.init": "thirds", "network.width": 8}
own |= {"data.name": "bands", "run.measures": ["largest"]}
grid = {"network.depth": [2, 3]}
if __name__ == "__main__":
    for dask in (sys.argv[1], None):
        found = vglab.sweep("tanh", grid, own, measures=["largest"], steps=5, dask=dask)
        for one in found.lines:
            largest = one.networks["model"].measures["largest"]
            print(json.dumps([one.error, one.loss["test"], *largest]))
"""


@pytest.mark.slow
def test_workers_elsewhere_are_given_own_parts(
    cluster: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    """What a script registers, lambdas too, though no worker can import that script."""
    (tmp_path / "mine.py").write_text(OWN_PARTS)
    command = [sys.executable, "mine.py", line(cluster)]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100)
    rows = [json.loads(text) for text in ran.stdout.splitlines()]
    assert len(rows) == 4, ran.stderr
    assert all(row[0] is None for row in rows)
    assert [len(row) for row in rows] == [5, 6, 5, 6]
    for there, here in zip(rows[:2], rows[2:], strict=True):
        assert there[1:] == pytest.approx(here[1:], rel=1e-4)


@pytest.mark.slow
def test_the_cluster_goes_away_and_comes_again(
    cluster: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    address, out = line(cluster), tmp_path / "sweep.jsonl"
    process = start(*SWEEP, "--out", str(out), "--dask", address)
    wait_for(out, 3)
    children = psutil.Process(cluster.pid).children(recursive=True)
    cluster.kill()
    for child in children:
        child.kill()
    status, _, err = result_of(process)
    assert status == 1
    count = out.read_bytes().count(b"\n")
    assert err.splitlines() == [
        "Error: the cluster no longer answers",
        f"{count} of 60 runs are in {out}; the same command resumes from there.",
    ]
    assert result_of(start(*SWEEP, "--out", str(out), "--workers", "2")) == (0, "", "")
    assert out.read_bytes().count(b"\n") == 60


@pytest.mark.slow
def test_ctrl_c_leaves_the_cluster_to_others(
    cluster: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    address, out = line(cluster), tmp_path / "sweep.jsonl"
    process = start(*SWEEP, "--out", str(out), "--dask", address)
    wait_for(out, 1)
    process.send_signal(signal.SIGINT)
    status, _, err = result_of(process)
    assert (status, err.count("\n")) == (130, 1)
    assert cluster.poll() is None


@pytest.mark.slow
def test_where_no_scheduler_is_nobody_waits(
    ask: Callable[..., CommandResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("vglab.scenarios.runs.executors.PATIENCE", 1)
    out = str(tmp_path / "sweep.jsonl")
    for address in ("tcp://127.0.0.1:1", "nonsense", "tcp://", "tls://127.0.0.1:1", ""):
        status, _, err = ask(*SWEEP, "--out", out, "--dask", address)
        assert status == 1
        assert (
            err.splitlines()[0]
            == f"Error: {address or chr(34) * 2}: no Dask scheduler answers here"
        )


def test_without_dask_it_is_said_what_to_install(
    ask: Callable[..., CommandResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    status, _, err = ask(*SWEEP, "--out", str(tmp_path / "x"), "--dask", "tcp://127.0.0.1:1")
    assert status == 1
    assert "pip install 'vglab[dask]'" in err.splitlines()[0]
