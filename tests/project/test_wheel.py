"""The wheel stands alone: installed into nothing, by whatever installs, it does the main job.

What it needs comes from the index, in the newest releases it allows.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from shell import ROOT
from terminal import Terminal
from wheel import PACKAGES, look_inside

pytestmark = pytest.mark.slow

SOURCES = (*PACKAGES, "docs/man", "pyproject.toml", "README.md", "LICENSE")


def carry_out(*command: str | Path, folder: Path, **env: str) -> str:
    """What a command prints, started where no source tree is in sight."""
    ran = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "LANGUAGE": "en", **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that the tree keeps no traces."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / name, source / name)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    carry_out(*build, folder=source)
    (built,) = out.glob("*.whl")
    return built


def by_pip(wheel: Path, folder: Path) -> Path:
    carry_out(sys.executable, "-m", "venv", "env", folder=folder)
    carry_out(folder / "env/bin/python", "-m", "pip", "install", "-q", wheel, folder=folder)
    return folder / "env/bin/vglab"


def by_pipx(wheel: Path, folder: Path) -> Path:
    places = {"PIPX_HOME": str(folder / "home"), "PIPX_BIN_DIR": str(folder / "bin")}
    command = [sys.executable, "-m", "pipx", "install", "--python", sys.executable, str(wheel)]
    carry_out(*command, folder=folder, **places)
    return folder / "bin/vglab"


def by_uv(wheel: Path, folder: Path) -> Path:
    places = {"UV_TOOL_DIR": str(folder / "tools"), "UV_TOOL_BIN_DIR": str(folder / "bin")}
    uv = Path(sys.executable).with_name("uv")
    carry_out(uv, "tool", "install", "--python", sys.executable, wheel, folder=folder, **places)
    return folder / "bin/vglab"


@pytest.fixture(scope="module", params=[by_pip, by_pipx, by_uv], ids=lambda by: by.__name__)
def installed(
    request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The command, from an environment that has the wheel and what it asks for, no more."""
    install: Callable[[Path, Path], Path] = request.param
    return install(wheel, tmp_path_factory.mktemp(install.__name__))


def test_the_wheel_holds_what_it_should(wheel: Path) -> None:
    assert look_inside(wheel) == []


def test_it_trains_and_prints_a_document(installed: Path, tmp_path: Path) -> None:
    out = carry_out(installed, "--scenario", "deep-sigmoid", "--json", folder=tmp_path)
    document = json.loads(out)
    assert document["finished"] is True
    assert document["networks"]["model"]["diagnosis"]["state"] == "vanishing"


def test_the_lab_opens(installed: Path) -> None:
    with Terminal("--scenario", "relu", program=[str(installed)]) as terminal:
        terminal.until(lambda terminal: "ReLU" in terminal.text and "gradient" in terminal.text)
        terminal.type("q")
        assert terminal.wait_for_end() == 0


def test_man_finds_the_page(installed: Path) -> None:
    pages = installed.resolve().parent.parent / "share" / "man"
    assert (pages / "man1" / "vglab.1").exists()
    if shutil.which("man"):
        found = carry_out("man", "-w", "vglab", folder=pages, MANPATH=str(pages))
        assert found.strip() == str(pages / "man1" / "vglab.1")


def test_it_explains_how_to_serve(installed: Path, tmp_path: Path) -> None:
    assert "--port" in carry_out(installed, "serve", "--help", folder=tmp_path)


def test_the_module_is_the_command(installed: Path, tmp_path: Path) -> None:
    python = installed.resolve().with_name("python")
    words = ["check", "relu", "--help"]
    said = carry_out(python, "-m", "vglab", *words, folder=tmp_path)
    assert said == carry_out(installed, *words, folder=tmp_path)
    where = carry_out(python, "-c", "import vglab.tui; print(vglab.tui.__file__)", folder=tmp_path)
    assert not Path(where).is_relative_to(ROOT)


SLIP = "import vglab\n\nprint(vglab.load('tanh').network.depht + 1)\n"
CHECKERS: dict[str, list[str]] = {
    "mypy": ["--strict", "--python-executable"],
    "basedpyright": ["--pythonpath"],
}
"""Each with its options, the interpreter last; basedpyright is pyright with more rules."""


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter that has the wheel and what it asks for."""
    return by_pip(wheel, tmp_path_factory.mktemp("types")).with_name("python")


@pytest.mark.parametrize("tool", CHECKERS)
def test_a_script_is_typed_and_a_slip_is_found(tool: str, python: Path, tmp_path: Path) -> None:
    pytest.importorskip(tool)
    strict = {"typeCheckingMode": "strict", "reportMissingTypeStubs": False}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(strict))
    script = tmp_path / "script.py"
    command = [sys.executable, "-m", tool, *CHECKERS[tool], python, script]
    shutil.copy(ROOT / "tests" / "support" / "users_script.py", script)
    assert carry_out(python, script, folder=tmp_path).startswith("10 ")
    carry_out(*command, folder=tmp_path)
    script.write_text(SLIP)
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 1
    assert "depht" in ran.stdout
