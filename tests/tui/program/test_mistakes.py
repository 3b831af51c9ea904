"""Whatever is typed wrong gets one clear line on stderr, exit status 2 and no traceback."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from lock import is_locked
from shell import CommandResult

Ask = Callable[..., CommandResult]

CLICKS = [
    (
        "--sceanrio relu",
        "Error: No such option '--sceanrio'. Did you mean '--scenario'?",
    ),
    ("--jsonn", "Error: No such option '--jsonn'. Did you mean '--json'?"),
    ("--scenario", "Error: Option '--scenario' requires an argument."),
    ("scenarois", "Error: No such command 'scenarois'. Did you mean 'scenarios'?"),
    ("quite-another", "Error: No such command 'quite-another'."),
    ("scenarios relu", "Error: Got unexpected extra argument (relu)"),
    ("show", "Error: Missing argument 'X'."),
    ("check", "Error: Missing argument 'FILE…'."),
    (
        "schema",
        "Error: Missing argument '{run|scenario|sweep|compare|remedies|claims|watch|record}'."
        " Choose from: run, scenario, sweep, compare, remedies, claims, watch, record",
    ),
    (
        "schema rnu",
        "Error: Invalid value for '{run|scenario|sweep|compare|remedies|claims|watch|record}':"
        " 'rnu' is not one of 'run', 'scenario', 'sweep', 'compare', 'remedies', 'claims',"
        " 'watch', 'record'.",
    ),
    ("--lang fr", "Error: Invalid value for '--lang': 'fr' is not one of 'en', 'es'."),
    ("--threads 0", "Error: Invalid value for '--threads': 0 is not in the range x>=1."),
    ("--threads two", "Error: Invalid value for '--threads': 'two' is not a valid integer range."),
]
"""Complaints in the words of Click."""

MISTAKES = [
    ("relu", "Error: relu is a scenario: did you mean vglab run relu, or vglab lab relu?"),
    ("train relu", "Error: No such command 'train'. Did you mean vglab run?"),
    ("help", "Error: No such command 'help'. Did you mean vglab --help?"),
    ("nowhere.toml", "Error: nowhere.toml: no such file"),
    ("run docs/nothing.py", "Error: docs/nothing.py: no such file"),
    ("plot relu -o nowhere/x.svg", "Error: nowhere: no such file or folder"),
    ("--json scenarios", "Error: --json cannot come before the command scenarios."),
    ("--seed 3 show relu", "Error: --seed cannot come before the command show."),
    ("--json --seed -1", "Error: --seed: run.seed: found -1; allowed: a whole number"),
    ("--json --seed one", 'Error: --seed: run.seed: found "one"; allowed: a whole number'),
    ("--json --replicas 0", "Error: --replicas: run.replicas: found 0; allowed: a whole number"),
    ("--json --steps 1.5", "Error: --steps: training.steps: found 1.5; allowed: a whole number"),
    ("--json --record-every=-2", "Error: --record-every: run.record_every: found -2; allowed:"),
    ("--json --dtype float16", 'Error: --dtype: run.dtype: found "float16"; allowed: float32'),
    ("--json --set network.depth=0", "Error: --set: network.depth: found 0; allowed:"),
    ("--json --set network.dpeth=5", "Error: --set: network.dpeth: no such key; allowed: "),
    ("--json --set network.depth", "Error: --set: network.depth: no value; write KEY=VALUE"),
    ("--json --set training.rate=nan", "Error: --set: training.rate: found nan; allowed: a number"),
    ("--json --set network.activation=rleu", 'Error: --set: network.activation: found "rleu"'),
    ("--json --scenario rleu", "Error: rleu: "),
    ("--json --scenario nowhere/x.toml", "Error: nowhere/x.toml: no such file"),
    ("--json --scenario=", "Error: "),
    ("show rleu", "Error: rleu: "),
    ("show relu --set x=1", "Error: --set: x: no such key; allowed:"),
    ("--json --expect rate", "Error: --expect: rate: write PATH COMPARISON VALUE"),
    ("--json --expect x<word", "Error: --expect: x<word: < compares numbers, and word is not one"),
]

QUESTIONS = [
    ("--json --set network.dpeth=5", "did you mean network.depth?"),
    ("--json --set network.activation=rleu", "did you mean relu?"),
    ("--json --set network.activation=swish", "did you mean silu?"),
    ("--json --set network.init=HeNormal", "did you mean he?"),
    ("--json --set network.batch_norm=true", "did you mean network.norm?"),
    ("--json --set network.hidden_size=8", "did you mean network.width?"),
    ("--json --scenario rleu", "did you mean relu?"),
    ("--json --steps 5.0", "did you mean 5?"),
]

ERRORES_DE_CLICK = [
    ("--jsonn", "Error: No existe la opción '--jsonn'. ¿Quería decir '--json'?"),
    ("--threads 0", "Error: Valor no válido para '--threads': 0 está fuera del intervalo x>=1."),
    ("check", "Error: Falta el argumento 'ARCHIVO…'."),
]

ERRORES = [
    ("relu", "Error: relu es un escenario: ¿quería decir vglab run relu o vglab lab relu?"),
    ("--json scenarios", "Error: --json no va delante de la orden scenarios."),
    ("--json --seed -1", "Error: --seed: run.seed: se encontró -1; se admite: un número entero de"),
    ("--json --scenario rleu", "Error: rleu: "),
]


def complained(said: CommandResult) -> str:
    """The one line of the complaint."""
    assert (said.status, said.out) == (2, "")
    (line,) = said.err.splitlines()
    return line


def names(line: str) -> set[str]:
    """What a line quotes: it is named whatever words a release of Click finds for what is wrong."""
    return {*re.findall("'[^']*'", line)}


def accords(said: str, line: str) -> bool:
    """Whether a complaint is as expected: word for word with the Click that is locked."""
    return said.startswith(line) if is_locked("click") else names(line) <= names(said)


@pytest.mark.parametrize(("words", "line"), CLICKS, ids=[words for words, _ in CLICKS])
def test_what_click_finds_wrong_is_one_line(ask: Ask, words: str, line: str) -> None:
    assert accords(complained(ask(*words.split(" "))), line)


@pytest.mark.parametrize(
    ("words", "line"), ERRORES_DE_CLICK, ids=[words for words, _ in ERRORES_DE_CLICK]
)
def test_what_click_finds_wrong_is_one_line_in_spanish(ask: Ask, words: str, line: str) -> None:
    said = complained(ask(*words.split(" "), "--lang", "es"))
    assert said == complained(ask("--lang=es", *words.split(" ")))
    assert accords(said, line)


@pytest.mark.parametrize(("words", "line"), MISTAKES, ids=[words for words, _ in MISTAKES])
def test_a_mistake_is_one_line(ask: Ask, words: str, line: str) -> None:
    assert complained(ask(*words.split(" "))).startswith(line)


@pytest.mark.parametrize(("words", "question"), QUESTIONS, ids=[words for words, _ in QUESTIONS])
def test_what_was_meant_is_asked(ask: Ask, words: str, question: str) -> None:
    assert complained(ask(*words.split(" "))).endswith(question)


@pytest.mark.parametrize(("words", "line"), ERRORES, ids=[words for words, _ in ERRORES])
def test_a_mistake_is_one_line_in_spanish(ask: Ask, words: str, line: str) -> None:
    assert complained(ask(*words.split(" "), "--lang", "es")).startswith(line)
    assert complained(ask("--lang=es", *words.split(" "))).startswith(line)


def test_each_mistake_has_its_line(ask: Ask) -> None:
    status, out, err = ask("--json", "--seed", "-1", "--set", "network.depth=x", "--steps", "0")
    assert (status, out) == (2, "")
    named = [line.split(": ")[2] for line in err.splitlines()]
    assert sorted(named) == ["network.depth", "run.seed", "training.steps"]


def test_a_broken_file_is_named_with_its_line(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[network]\ndepth = = 5\n")
    line = complained(ask("--json", "--scenario", str(file)))
    assert line.startswith(f"Error: {file}: line 2, column 9: ")


def test_the_lab_is_not_opened_on_a_mistake(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vglab.tui.cli.screen.is_screen", lambda: True)
    assert complained(ask("--scenario", "rleu")).endswith("did you mean relu?")
