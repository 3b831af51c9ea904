"""`vglab compare` and `vglab remedies`: one document, or a table for people."""

import json
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Any

import psutil
import pytest
from jsonschema import Draft202012Validator
from shell import CommandResult, python, result_of, start
from vglab.scenarios.documents.schemas import SCHEMAS
from vglab.scenarios.i18n import figure
from vglab.scenarios.runs.summary import Spread
from vglab.tui.cli import output as tables
from vglab.tui.cli.entries import spread_text
from vglab.tui.cli.progress import RunProgress, clock

Ask = Callable[..., CommandResult]
TINY = ["--set", "network.width=6", "--set", "network.depth=4", "--steps", "20"]
ONE = [*TINY, "--workers", "1"]
SCHEMA = {
    name: Draft202012Validator(json.loads(SCHEMAS[name]())) for name in ("compare", "remedies")
}


def document(kind: str, text: str) -> Any:
    """The one document on stdout, held against its schema."""
    (line,) = text.splitlines()

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    found = json.loads(line, parse_constant=refuse)
    SCHEMA[kind].validate(found)
    return found


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_comparison_is_one_document(ask: Ask, workers: str) -> None:
    words = ["deep-sigmoid", "relu", "tanh", *TINY, "--replicas", "3", "--workers", workers]
    status, out, err = ask("compare", *words, "--json")
    assert (status, err) == (0, "")
    found = document("compare", out)
    assert (found["schema"], found["replicas"], found["finished"]) == ("vglab.compare/1", 3, True)
    assert [run["scenario"] for run in found["runs"]] == ["deep-sigmoid", "relu", "tanh"]
    assert [len(run["replicas"]) for run in found["runs"]] == [3, 3, 3]
    rates = [run["networks"]["model"]["at_birth"]["rate"]["median"] for run in found["runs"]]
    assert rates[0] < 0.5 < rates[1]


def test_a_comparison_is_a_table_in_a_pipe(ask: Ask) -> None:
    status, out, err = ask("compare", "deep-sigmoid", "relu", *ONE, "--replicas", "2")
    assert (status, err) == (0, "")
    head, *rows = out.splitlines()
    assert head.split("  ")[-1].strip() == "ReLU"
    cells = {row[:35].strip(): row[35:].split() for row in rows}
    assert cells["network.activation"] == ["sigmoid", "relu"]
    assert "VANISHING" in cells["at initialization"]
    assert {"accuracy, test", "loss, test", "movement budget, slowest layer"} <= set(cells)
    assert "\x1b" not in out


def test_the_factor_per_layer_is_the_one_that_the_verdict_says(ask: Ask) -> None:
    words = ["compare", "deep-sigmoid", "relu", *ONE, "--replicas", "2"]
    found = document("compare", ask(*words, "--json")[1])
    births = [run["networks"]["model"]["at_birth"] for run in found["runs"]]
    spread, fitted = births[0]["mean_rate"], births[0]["rate"]
    replicas = [one["networks"]["model"]["diagnosis"] for one in found["runs"][0]["replicas"]]
    mean = sum(one["at_birth"]["mean_rate"] for one in replicas) / 2
    assert spread["median"] == pytest.approx(mean)
    assert figure(spread["median"]) != figure(fitted["median"]), "the two can be told apart"
    row = next(row for row in ask(*words)[1].splitlines() if row.startswith("× per layer"))
    assert figure(spread["median"]) in row


def test_a_gan_is_compared_by_its_game(ask: Ask) -> None:
    few = ["--steps", "3", "--workers", "1"]
    status, out, _ = ask("compare", "gan-saturating", "gan-wasserstein", *few)
    assert status == 0
    assert "game, distance" in out
    assert "at initialization (discriminator)" in out


def test_expectations_are_of_the_comparison(ask: Ask) -> None:
    met = "runs.1.networks.model.at_birth.rate.median > 0.5"
    unmet = "runs.0.accuracy.test.median > 2"
    words = ["compare", "deep-sigmoid", "relu", *ONE, "--json"]
    assert ask(*words, "--expect", met)[::2] == (0, "")
    status, out, err = ask(*words, "--expect", met, "--expect", unmet)
    assert status == 3
    assert document("compare", out)["finished"]
    assert err.startswith(f"expected {unmet}, measured 0.")
    assert err.count("\n") == 1


def test_mistakes_are_a_line(ask: Ask) -> None:
    for words, message in (
        (["compare", "relu"], "Error: Name two scenarios or more."),
        (["compare", "relu", "rleu"], "Error: rleu: no preset or file has this name"),
        (["compare", "relu", "tanh", "--set", "network.depht=3"], "Error: --set: network.depht"),
        (["compare", "relu", "gan-saturating"], "Error: gan-saturating: kind: a gan cannot be"),
        (["compare", "relu", "tanh", "--expect", "what"], "Error: --expect: what: write PATH"),
        (["remedies", "rleu"], "Error: rleu: no preset or file has this name"),
        (["remedies", "relu", "--steps", "0"], "Error: --steps: training.steps: found 0"),
    ):
        status, out, err = ask(*words)
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert err.startswith(message)


def test_what_cannot_be_carried_out_is_said_once(ask: Ask) -> None:
    huge = ["network.depth=200", "network.width=512", "training.batch=512", "run.record_every=1"]
    huge += ["data.train=100000", "data.test=100000", "training.steps=1000000"]
    settings = [word for one in huge for word in ("--set", one)]
    status, out, err = ask("compare", "relu", "tanh", *settings, "--replicas", "2", "--json")
    assert status == 1
    assert [len(run["errors"]) for run in document("compare", out)["runs"]] == [2, 2]
    assert [line.split(":")[1].strip() for line in err.splitlines()] == ["ReLU", "tanh"]


def wait_for_work(process: "subprocess.Popen[bytes]") -> None:
    """Until it, or a worker of its, is training: by processor time, which no load shortens."""
    limit, one = time.monotonic() + 60, psutil.Process(process.pid)
    while time.monotonic() < limit:
        times = [sum(each.cpu_times()[:2]) for each in (one, *one.children(recursive=True))]
        if max(times) > 1.5:
            return
        time.sleep(0.05)
    raise AssertionError("nobody works")


@pytest.mark.slow
@pytest.mark.parametrize("command", [("compare", "relu", "tanh"), ("remedies", "relu")], ids=str)
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_shows_what_has_come(command: tuple[str, ...], workers: str) -> None:
    process = start(*command, "--json", "--steps", "1000000", "--workers", workers)
    wait_for_work(process)
    process.send_signal(signal.SIGINT)
    status, out, err = result_of(process)
    assert (status, err) == (130, "Interrupted: these are the results so far.\n")
    assert document(command[0], out)["finished"] is False


def test_a_tournament_is_one_document(ask: Ask) -> None:
    status, out, err = ask("remedies", "deep-sigmoid", *ONE, "--json", "--replicas", "2")
    assert (status, err) == (0, "")
    found = document("remedies", out)
    assert (found["schema"], found["scenario"]) == ("vglab.remedies/1", "deep-sigmoid")
    standings = found["standings"]
    assert [one["rank"] for one in standings] == [*range(1, len(standings) + 1)]
    names = [tuple(one["remedies"]) for one in standings]
    assert {(), ("relu-he",), ("batch-norm",), ("adam",), ("clipping",)} <= set(names)
    assert all(one["reasons"] for one in standings if one["remedies"])


def test_a_tournament_is_a_ranking_with_recipes(ask: Ask) -> None:
    words = ["remedies", "deep-sigmoid", "--set", "network.depth=6", "--set", "network.width=12"]
    status, out, _ = ask(*words, "--steps", "150", "--workers", "1")
    assert status == 0
    assert out.splitlines()[0].split() == ["accuracy", "loss", "state", "budget", "seconds"]
    assert "▸ as it is" in out
    assert "✔ ReLU with He's weights" in out
    assert "--set network.activation=relu --set network.init=he" in out
    _, spanish, _ = ask(*words, "--steps", "9", "--workers", "1", "--lang", "es")
    assert "▸ tal como está" in spanish


def test_a_table_on_a_terminal_is_ruled(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = tables.rich_table(["", "A"], [["loss [x]", "0.5"]])
    assert "─" in drawn
    assert "loss [x]" in drawn
    plain = tables.plain_table(["", "A"], [["loss", "0.5"]])
    assert plain.splitlines() == ["        A", "loss  0.5"]
    monkeypatch.setenv("TERM", "dumb")
    assert not tables.is_terminal()


def test_a_median_and_its_band() -> None:
    assert spread_text(Spread(0.5, 0.25, 0.75)) == "0.5 [0.25, 0.75]"
    assert spread_text(Spread(0.5, 0.5, 0.5)) == "0.5"
    assert spread_text(Spread(None, None, None)) == spread_text(None) == "–"


def test_progress_knows_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    progress = RunProgress(4, 100.0, already=2, start=1000.0)
    assert progress.line().startswith("2/6  ╌")
    now[0] += 30
    progress.move(25.0)
    assert progress.line().split("  ") == ["3/6", "━" * 6 + "╌" * 18, "1:30 left"]
    progress.move(25.0, failed=True)
    assert progress.line().endswith("0:30 left  1 failed")
    progress.add(4, 100.0)
    assert progress.line().startswith("4/10  ━━━━━━╌")
    progress.move(150.0)
    assert "left" not in progress.line()
    assert [clock(s) for s in (0, 7.4, 750, 11100)] == ["0:00", "0:07", "12:30", "3:05:00"]


LOADED = """
import sys
from vglab.tui.cli.main import run
status = run(sys.argv[1:])
print("LOADED", status, *sorted({name.split(".")[0] for name in sys.modules}))
"""


@pytest.mark.parametrize(
    "words",
    [*(f"{name} --help" for name in ("compare", "remedies", "sweep", "export")), "schema sweep"],
)
def test_words_alone_load_nothing_heavy(words: str) -> None:
    loaded = python(LOADED, *words.split()).splitlines()[-1].split()[1:]
    assert loaded[0] == "0"
    assert {"numpy", "textual", "plotext", "rich", "distributed", "pyarrow"}.isdisjoint(loaded)


def test_a_comparison_without_a_terminal_loads_no_screen() -> None:
    words = ["compare", "relu", "tanh", *TINY, "--workers", "2"]
    loaded = python(LOADED, *words).splitlines()[-1].split()
    assert {"numpy", "textual", "plotext", "rich"}.isdisjoint(loaded)
