"""`vglab` explains itself, lists, shows and checks."""

import json
import os
import platform
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path

import click
import numpy as np
import pytest
import shell
from jsonschema import Draft202012Validator
from shell import QUICK, ROOT, CommandResult
from vglab.scenarios.loading.changes import papers, presets
from vglab.scenarios.loading.course import PAPERS, PRESETS, preset_file
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.version import VERSION
from vglab.tui.cli import commands
from vglab.tui.cli.group import all_commands, vglab

Ask = Callable[..., CommandResult]
COMMANDS = sorted(all_commands())


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_explains_itself_with_an_example(ask: Ask, command: str, flag: str) -> None:
    status, out, err = ask(*command.split(), flag)
    assert (status, err) == (0, "")
    assert out.startswith(f"Usage: vglab {command}".rstrip())
    assert f"  vglab {command}".rstrip() in out.split("Examples:\n")[1]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_option_is_explained_in_both_languages(ask: Ask, command: str) -> None:
    english = ask(*command.split(), "--help", "--lang", "en").out
    spanish = ask(*command.split(), "--help", "--lang", "es").out
    explained = all_commands()[command] if command else vglab
    options = [p for p in explained.params if isinstance(p, click.Option)]
    assert all(option.help and option.opts[0] in english for option in options)
    same = set(english.splitlines()) & set(spanish.splitlines())
    told = [line for line in same if len(line.split()) > 1 and line.split()[0] != "vglab"]
    assert told == []


def test_a_command_is_a_file_and_a_row() -> None:
    files = {path.stem for path in Path(commands.__file__).parent.glob("*.py")} - {"__init__"}
    assert files == set(commands.COMMANDS) == set(COMMANDS)
    assert all(command.name == name for name, command in all_commands().items())


def test_help_names_every_command_in_a_line(ask: Ask) -> None:
    listed = ask("--help").out.split("Commands:\n")[1].split("\n\n")[0].splitlines()
    assert [line.split()[0] for line in listed] == COMMANDS
    assert all(line.endswith(".") and not line.endswith("...") for line in listed)


def test_examples_are_lines_that_work(ask: Ask) -> None:
    for command in (vglab, *all_commands().values()):
        context = click.Context(command, info_name="vglab")
        for line in command.get_help(context).split("Examples:\n")[1].splitlines():
            words = line.split()
            assert (
                words[0] != "vglab" or {w for w in words if w[0] == "-"} - {"-"} <= known_options()
            )


def known_options() -> set[str]:
    every = (vglab, *all_commands().values())
    return {name for command in every for p in command.params for name in p.opts}


def test_the_version_is_the_packages(ask: Ask) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION
    status, out, err = ask("--version")
    assert (status, out.splitlines()[0], err) == (0, f"vglab {VERSION}", "")


def test_the_version_names_what_it_computes_with(ask: Ask) -> None:
    _status, out, _err = ask("--version")
    first, python, numpy, blas = out.splitlines()
    assert first.split()[0] == "vglab"
    assert python == f"Python {platform.python_version()}"
    assert numpy == f"numpy {np.__version__}"
    library = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    assert blas == f"BLAS {library['name']} {library['version']}"


def test_the_list_names_every_preset(ask: Ask) -> None:
    status, out, err = ask("scenarios")
    assert (status, err) == (0, "")
    files = {path.stem for folder in (PRESETS, PAPERS) for path in folder.glob("*.toml")}
    listed = {
        line.split()[0] for line in out.splitlines() if line.startswith("  ") and line[2] != " "
    }
    assert listed == files - {"course"}
    assert 'network.activation: "sigmoid" → "relu"' in out


def test_the_list_as_json(ask: Ask) -> None:
    status, out, _ = ask("scenarios", "--json")
    listed = json.loads(out)
    assert status == 0
    assert [entry["id"] for entry in listed] == [preset.id for preset in (*presets(), *papers())]
    relu = next(entry for entry in listed if entry["id"] == "relu")
    change = {"key": "network.activation", "before": "sigmoid", "after": "relu"}
    assert change in relu["changes"]


def test_the_list_in_spanish(ask: Ask) -> None:
    title = next(preset.title for preset in presets() if preset.title.es != preset.title.en)
    assert title.es in ask("scenarios", "--lang", "es").out
    assert title.es in ask("--lang=es", "scenarios").out
    assert title.es not in ask("scenarios", "--lang", "en").out


def test_show_marks_what_differs_from_the_base(ask: Ask) -> None:
    status, out, _ = ask("show", "relu", "--seed", "7")
    lines = out.splitlines()
    assert status == 0
    assert 'activation = "relu"  # base: "sigmoid"' in lines
    assert "seed = 7  # base: 0" in lines
    assert 'name = "circles"' in lines


def test_show_marks_in_spanish(ask: Ask) -> None:
    shown = ask("show", "deep-sigmoid", "--lang", "es", "--set", "network.depth=31").out
    assert f"depth = 31  # en la base: {load('deep-sigmoid').network.depth}" in shown


@pytest.mark.parametrize("preset", [preset.id for preset in presets()])
def test_what_is_shown_is_a_scenario_file(ask: Ask, preset: str, tmp_path: Path) -> None:
    file = tmp_path / f"{preset}.toml"
    file.write_text(ask("show", preset).out)
    own, again = load(preset), load(file)
    assert (again.network, again.data, again.training, again.run) == (
        own.network,
        own.data,
        own.training,
        own.run,
    )
    assert (again.lesson, again.claim, again.expect) == (own.lesson, own.claim, own.expect)


def test_stages_are_shown_as_they_are_stated(ask: Ask) -> None:
    stages = 'training.stages=[{steps=5,layers="last"},{steps=9,layers=[1,2]}]'
    shown = tomllib.loads(ask("show", "relu", "--set", stages).out)["training"]["stages"]
    assert shown == [{"steps": 5, "layers": "last"}, {"steps": 9, "layers": [1, 2]}]


def test_check_says_one_line_a_fault(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text("[network]\ndepth = 5\n")
    (tmp_path / "bad.toml").write_text("[network]\ndepth = 0\nactivaton = 'relu'\n")
    good, bad = str(tmp_path / "good.toml"), str(tmp_path / "bad.toml")
    assert ask("check", good) == (0, "", "1 file, no fault\n")
    status, out, err = ask("check", good, bad)
    assert (status, err) == (2, "")
    depth, activation = sorted(out.splitlines(), key=lambda line: "activaton" in line)
    assert all(line.startswith(f"{bad}: network.") for line in (depth, activation))
    assert "found 0" in depth
    assert "did you mean network.activation?" in activation


def test_every_preset_passes_the_check(ask: Ask) -> None:
    files = [str(preset_file(preset.id)) for preset in (*presets(), *papers())]
    status, out, _ = ask("check", *files)
    assert (status, out) == (0, "")


def test_the_module_is_the_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "vglab", "--scenario", "nothing", "--lang", "en"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("Error: ")
    assert ran.stderr == shell.result_of(shell.start(*command[3:])).err


@pytest.mark.parametrize("name", ["run", "scenario"])
def test_schemas_are_schemas(ask: Ask, name: str) -> None:
    status, out, _ = ask("schema", name)
    assert status == 0
    Draft202012Validator.check_schema(json.loads(out))


def test_presets_fit_the_scenario_schema(ask: Ask) -> None:
    schema = Draft202012Validator(json.loads(ask("schema", "scenario").out))
    for preset in (*presets(), *papers()):
        schema.validate(tomllib.loads(preset_file(preset.id).read_text()))
    assert not schema.is_valid({"network": {"depth": 0}})
    assert not schema.is_valid({"netwrok": {}})


def test_scenario_ids_are_completed(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_VGLAB_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "vglab --scenario re")
    monkeypatch.setenv("COMP_CWORD", "2")
    with pytest.raises(SystemExit) as end:
        ask()
    assert end.value.code == 0
    assert "plain,relu" in capfd.readouterr().out.splitlines()


def test_the_glossary_says_what_a_term_means(ask: Ask) -> None:
    status, out, err = ask("glossary", "budget", "grad_norm", "--lang", "en")
    assert (status, err) == (0, "")
    assert [line.split("  ")[0] for line in out.splitlines() if line[:1].isalpha()] == [
        "gradient",
        "movement budget",
    ]
    told = json.loads(ask("glossary", "budget", "--json", "--lang", "es").out)
    assert [one["name"] for one in told] == ["presupuesto de movimiento"]
    status, out, err = ask("glossary", "bugdet", "--lang", "en")
    assert (status, out) == (2, "")
    assert "did you mean budget?" in err


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("vglab run relu --set network.act", {"network.activation="}),
        ("vglab sweep relu --over network.skip_pl", {"network.skip_placement="}),
        ("vglab run relu --set network.norm=b", {"network.norm=batch"}),
        ("vglab sweep relu --over network.norm=none,l", {"network.norm=none,layer"}),
        ("vglab run relu --expect networks.m", {"networks.model"}),
        ("vglab --expect networks.model.diagnosis.sta", {"networks.model.diagnosis.state"}),
        ("vglab run relu --expect accuracy.test.", {"accuracy.test.0", "accuracy.test.-1"}),
        ("vglab compare relu tanh --expect runs.0.sc", {"runs.0.scenario"}),
    ],
)
def test_keys_values_and_paths_are_completed(
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    words: str,
    completed: set[str],
) -> None:
    monkeypatch.setenv("_VGLAB_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    with pytest.raises(SystemExit):
        ask()
    found = {line.removeprefix("plain,") for line in capfd.readouterr().out.splitlines()}
    assert found == completed


def test_run_is_scenario_without_a_screen(ask: Ask) -> None:
    plain, named = (ask(*words, "relu", *QUICK) for words in (("--scenario",), ("run",)))
    assert (named.status, named.err) == (0, "")
    assert named.out == plain.out
    assert json.loads(ask("run", "relu", "--json", *QUICK).out)["finished"] is True


@pytest.mark.parametrize("name", ["relu", "mine.toml"])
def test_a_scenario_in_a_commands_place_gets_a_hint(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    (tmp_path / "mine.toml").write_text('extends = "relu"\n')
    monkeypatch.chdir(tmp_path)
    said = ask(name)
    assert said.status == 2
    assert f"did you mean vglab run {name}, or vglab lab {name}?" in said.err


def test_a_scenario_comes_from_standard_input(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from vglab.scenarios.loading.toml_reader import read_stdin

    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(b'extends = "relu"\n')))
    read_stdin.cache_clear()
    run = json.loads(ask("run", "-", "--json", *QUICK, "--set", "network.width=4").out)
    read_stdin.cache_clear()
    assert (run["scenario"], run["spec"]["network"]["activation"]) == ("stdin", "relu")


def test_colors_are_forced(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    compare = ("compare", "relu", "tanh", "--workers", "1", *QUICK)
    assert "\x1b[" not in ask(*compare).out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in ask(*compare).out


@pytest.mark.sampled(2)
@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "cp850"])
def test_no_encoding_of_stdout_is_too_small(encoding: str) -> None:
    """A file on Windows, or a locale of before."""
    for words in (["scenarios"], ["run", "relu", *QUICK], ["--lang", "es", "--help"]):
        ran = subprocess.run(
            [sys.executable, "-m", "vglab", *words],
            env={**os.environ, "PYTHONIOENCODING": encoding},
            capture_output=True,
        )
        assert (ran.returncode, ran.stderr) == (0, b"")
        assert ran.stdout.decode(encoding).strip()


def test_a_system_without_terminals_gets_a_sentence(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows has no termios."""
    monkeypatch.setattr("vglab.tui.cli.screen.is_screen", lambda: True)
    monkeypatch.setitem(sys.modules, "termios", None)
    said = ask()
    assert said.status == 1
    assert "vglab run X prints a report" in said.err


def test_the_lab_is_not_drawn_where_nobody_looks(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is drawn on stderr: `vglab 2>log` would show nothing, and take keys all the same."""
    monkeypatch.setattr("vglab.tui.cli.screen.has_keys", lambda: True)
    monkeypatch.setattr("vglab.tui.cli.screen.is_stderr_away", lambda: True)
    said = ask("--scenario", "relu", *QUICK)
    assert said.status == 0
    assert said.out.startswith("The lab is drawn on stderr")
    assert re.search(r"\n(HEALTHY|NOT LEARNED YET|NOT LEARNING): ", said.out)
