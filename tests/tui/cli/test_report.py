"""Where no screen can be opened, a run is reported as plain text."""

from collections.abc import Callable

import pytest
from shell import QUICK, CommandResult
from vglab.scenarios.i18n import figure
from vglab.scenarios.runs.summary import finite_median
from vglab.tui.cli.report import COLUMNS as SHOWN
from vglab.tui.render.labels import state_word

COLUMNS = [name for name, _record in SHOWN]
Ask = Callable[..., CommandResult]


def rows(out: str) -> list[list[str]]:
    """The table's rows, its head first."""
    lines = out.splitlines()
    start = next(i for i, line in enumerate(lines) if line.split()[1:] == COLUMNS)
    return [line.split() for line in lines[start : lines.index("", start)]]


def test_the_report_has_a_line_for_each_layer(ask: Ask) -> None:
    status, out, err = ask("--scenario", "deep-sigmoid", *QUICK)
    assert (status, err) == (0, "")
    head, *layers = rows(out)
    assert head == ["layer", *COLUMNS]
    assert [row[0] for row in layers] == ["W1", "W2", "W3", "W4"]
    assert all(float(number) >= 0 for row in layers for number in row[1:])


def test_the_report_says_what_was_run_and_what_is_the_matter(ask: Ask) -> None:
    out = ask("--scenario", "deep-sigmoid", "--steps", "20", "--seed", "4").out
    lines = out.splitlines()
    assert lines[0] == "Deep sigmoid (deep-sigmoid) · 20 steps · 1 replica · seed 4 · float32"
    assert lines[1].startswith("loss: train ")
    assert lines[2].startswith("accuracy: train ")
    assert lines[-5].startswith("VANISHING: ")


@pytest.mark.slow
def test_the_report_shows_both_ends_of_a_run(ask: Ask) -> None:
    """Weights of N(0, 1) explode before they saturate and vanish: the end alone hides the cause."""
    deep = ("--set", "network.init=normal", "--set", "network.depth=20", "--steps", "200")
    out = ask("--scenario", "tanh", *deep).out
    assert "\nat initialization EXPLODING: " in out
    assert "\nUNSTABLE: " in out
    first, *layers = rows(out)
    assert first[1:3] == ["delta_rms", "delta_rms"]
    assert float(layers[0][1]) > 1e3 * float(layers[0][2])


@pytest.mark.slow
def test_the_report_says_what_narrower_types_would_lose(ask: Ask) -> None:
    """Sigmoid layers with Xavier's weights lose 0.236 each: float16 ends after 11, float32 after 71
    (law 38), and what is left of a float16's range can be shifted by a loss scale."""
    deep = ("--set", "network.depth=100", "--set", "network.width=8", "--steps", "1")
    *_, half, brain, single = ask("--scenario", "deep-sigmoid", *deep).out.splitlines()
    assert half.startswith("float16: the gradient is exactly 0 in W1–W")
    assert half.endswith("; no loss scale would keep them all")
    assert brain.startswith("bfloat16: the gradient is exactly 0 in W1–W")
    assert single.startswith("float32: the gradient is exactly 0 in W1–W")
    last = [int(line.split("–W")[1].split(";")[0]) for line in (half, brain, single)]
    assert last[0] > last[1] > last[2] > 20
    *_, half, brain, single = ask("--scenario", "deep-sigmoid", "--steps", "1").out.splitlines()
    assert "; a loss scale of 2^" in half
    assert (brain, single) == tuple(
        f"{kind}: holds the gradient of every layer" for kind in ("bfloat16", "float32")
    )


def test_the_report_in_spanish(ask: Ask) -> None:
    out = ask("--scenario", "deep-sigmoid", *QUICK, "--lang", "es", "--replicas", "2").out
    assert "6 pasos · 2 réplicas · semilla 0" in out
    assert "\npérdida: entrenamiento " in out
    assert ", prueba " in out
    assert rows(out)[0][0] == "capa"


def test_expectations_are_judged_without_json_too(ask: Ask) -> None:
    status, out, err = ask(*QUICK, "--expect", "seed == 1")
    assert status == 3
    assert rows(out)
    assert err == "expected seed == 1, measured 0\n"


def test_every_state_has_its_word() -> None:
    from vglab.engine.diagnosis.rules import RULES

    assert all(map(state_word, RULES.values()))


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (float("nan"), "–"), (0.0, "0"), (3.59e-4, "3.6e-4"), (0.5, "0.5")],
)
def test_figures_are_short(value: float | None, text: str) -> None:
    assert figure(value) == text


def test_the_middle_is_of_the_replicas_that_are_finite() -> None:
    assert finite_median([1.0, None, float("inf"), 3.0]) == 2.0
    assert figure(finite_median([None, None])) == "–"
