"""Faults across files, files that are none, and how faults are said."""

import errno
import os
from pathlib import Path

import pytest
from bad_scenarios import ACTIVATIONS, PRESETS, TOP_KEYS, faults, lines
from vglab.scenarios.errors import ScenarioError
from vglab.scenarios.loading.inheritance import load


def test_all_faults_at_once(tmp_path: Path) -> None:
    text = """
        extends = "rellu"
        titel = "x"
        [network]
        depth = 0
        activation = "tahn"
        [training]
        rate = inf
    """
    found = faults(tmp_path, text)
    assert len(found) == 5
    assert [line.split(": ")[1] for line in found] == [
        "extends",
        "titel",
        "network.depth",
        "network.activation",
        "training.rate",
    ]


def test_a_fault_names_the_file_that_states_it(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text("[network]\ndepth = 0\n")
    found = faults(tmp_path, "extends = 'base.toml'\n[network]\nwidth = 0")
    assert found == [
        "base.toml: network.depth: found 0; allowed: a whole number from 1 to 200",
        "mine.toml: network.width: found 0; allowed: a whole number from 1 to 4096",
    ]


def test_a_clash_with_the_base_is_the_files(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text("[training]\nbatch = 256\n")
    found = faults(tmp_path, "extends = 'base.toml'\n[data]\ntrain = 128")
    assert found == [
        "mine.toml: training.batch: found 256; allowed: at most data.train = 128",
    ]


def test_a_base_must_be_there(tmp_path: Path) -> None:
    assert faults(tmp_path, "extends = 'bace.toml'") == [
        'mine.toml: extends: found "bace.toml": no such file',
    ]
    assert faults(tmp_path, "extends = 'leaky-rely'") == [
        'mine.toml: extends: found "leaky-rely": no preset or file has this name;'
        f" allowed: {PRESETS}; did you mean leaky-relu?",
    ]


def test_a_base_may_not_be_its_own(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text("extends = 'mine.toml'")
    assert faults(tmp_path, "extends = 'base.toml'") == [
        "base.toml: extends: circular inheritance: mine.toml → base.toml → mine.toml",
    ]
    assert faults(tmp_path, "extends = './mine.toml'") == [
        "mine.toml: extends: circular inheritance: mine.toml → mine.toml",
    ]


def test_a_broken_base_is_named(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text("[network")
    assert faults(tmp_path, "extends = 'base.toml'") == [
        "base.toml: line 1: a heading is a name between [ and ]",
    ]
    (tmp_path / "folder").mkdir()
    assert faults(tmp_path, "extends = 'folder'") == ["folder: a folder, not a file"]


def test_files_that_are_not_there(tmp_path: Path) -> None:
    missing = tmp_path / "relu.toml"
    assert lines(missing, tmp_path) == ["relu.toml: no such file; did you mean relu?"]
    assert lines(tmp_path, tmp_path.parent) == [f"{tmp_path.name}: a folder, not a file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").touch(mode=0)
    assert lines(tmp_path / "mine.toml", tmp_path) == [
        "mine.toml: you do not have permission to read this file"
    ]


def test_a_read_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    (tmp_path / "mine.toml").write_text("[run]\nseed = 1")
    monkeypatch.setattr(Path, "open", refuse)
    assert lines(tmp_path / "mine.toml", tmp_path) == [
        "mine.toml: you do not have permission to read this file"
    ]


def test_endless_files_are_not_read_to_the_end() -> None:
    with pytest.raises(ScenarioError, match="not a regular file"):
        load("/dev/zero")


def test_a_path_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "caf\udce9.toml"
    file.write_text("[run]\nseed = 1")
    assert lines(file, tmp_path) == [r"caf\udce9.toml: no such file"]


@pytest.mark.parametrize("name", ["relux", "", "a\0b", "x" * 5000, "../relu", "Relu", "\udcff"])
def test_names_of_nothing(name: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(name)
    (line,) = map(str, caught.value.faults)
    assert line.isprintable()
    assert "no preset or file has this name" in line or "no such file" in line


def test_what_is_shown_cannot_steer_the_terminal(tmp_path: Path) -> None:
    (line,) = faults(tmp_path, '[network]\ninit = "\\u001b[31m\\u0007\\u009b\\n"')
    assert r'found "\x1b[31m\x07\x9b\n"' in line
    assert line.isprintable()


def test_long_and_deep_values_are_cut(tmp_path: Path) -> None:
    (line,) = faults(tmp_path, f"[network]\ninit = '{'x' * 500}'")
    assert f'found "{"x" * 58}…;' in line
    (line,) = faults(tmp_path, "[network]\ninit = [[[[1]]]]")
    assert "found [[[…]]];" in line


@pytest.mark.usefixtures("spanish")
@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "[network]\ndepth = 0",
            "network.depth: se encontró 0; se admite: un número entero de 1 a 200",
        ),
        (
            "[network]\nactivation = 'rleu'",
            f'network.activation: se encontró "rleu"; se admite: {ACTIVATIONS};'
            " ¿quería decir relu?",
        ),
        (
            "[training]\nrate = nan",
            "training.rate: se encontró nan; se admite: un número mayor que 0;"
            " todo número de un escenario debe ser finito",
        ),
        (
            "depth = 3",
            f"depth: no existe esa clave; se admite: {TOP_KEYS}; ¿quería decir network.depth?",
        ),
        (
            "[network]\nslope = 0.3",
            "network.slope: se encontró 0.3;"
            " no tiene efecto salvo que network.activation sea leaky_relu",
        ),
        (
            "[network]\nactivation = relu",
            "línea 2, columna 14: esto no es un valor: las palabras van entre comillas;"
            " los números, sin ellas",
        ),
        ("", 'el archivo no dice nada; un escenario dice al menos qué cambia; por ejemplo:'
         ' extends = "deep-sigmoid"'),
    ],
)  # fmt: skip
def test_in_spanish(tmp_path: Path, text: str, line: str) -> None:
    assert faults(tmp_path, text) == [f"mine.toml: {line}"]
