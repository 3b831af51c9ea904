"""A command line loads what it needs: of what a run loads something is called, too."""

from pathlib import Path

import pytest
from shell import QUICK, python

WATCHED = """
import sys, threading
called, loading = set(), 0

def watch(frame, event, _argument):
    global loading
    code = frame.f_code
    if code.co_name == "<module>":
        loading += {"call": 1, "return": -1}.get(event, 0)
    elif event == "call" and not loading:
        called.add(code.co_filename)

from vglab.tui.cli.main import run
sys.setprofile(watch)
threading.setprofile(watch)
status = run(sys.argv[1:])
sys.setprofile(None)
files = {name: getattr(module, "__file__", None) or "" for name, module in sys.modules.items()}
idle = (name for name, file in files.items() if name.startswith("vglab.") and file not in called)
print("WATCHED", status, *(name for name in idle if not files[name].endswith("__init__.py")))
"""

RECORDS = {
    *(
        "vglab.engine.nn.architecture",
        "vglab.scenarios.runs.diagnosis_record",
        "vglab.scenarios.schema.activation_facts",
        "vglab.scenarios.schema.records",
    ),
    "vglab.scenarios.version",
}
"""Fields or a number, without a function that could be called."""
TABLES = {
    *(
        "vglab.engine.nn.recurrent_cells",
        "vglab.engine.nn.convolution",
        "vglab.engine.nn.normalization",
    ),
    *("vglab.engine.nn.special", "vglab.engine.diagnosis.thresholds"),
    *("vglab.engine.nn.recurrent", "vglab.engine.nn.residual", "vglab.engine.training.stages"),
    *("vglab.engine.data.datasets", "vglab.engine.data.datasets", "vglab.tui.cli.options"),
}
"""Kinds of layers, data and commands, of which a run has some: together 4 ms of 160."""

SELDOM = (
    *("numpy.ma", "numpy.testing", "numpy.polynomial", "click._termui_impl", "click.testing"),
    *("click.shell_completion", "json", "difflib", "statistics", "fractions", "psutil", "csv"),
    *(
        "multiprocessing",
        "concurrent",
        "subprocess",
        "asyncio",
        "platformdirs",
        "importlib.metadata",
    ),
)
"""What others bring along, and a run in no need of it must not."""


def idle(*arguments: str) -> set[str]:
    """Our modules that a command line loads, and calls no function of."""
    _, status, *modules = python(WATCHED, *arguments).splitlines()[-1].split()
    assert status == "0"
    return set(modules)


def test_of_all_that_a_run_loads_something_is_called() -> None:
    assert idle("--scenario", "relu", "--json", *QUICK) <= RECORDS | TABLES


def test_watching_finds_what_is_loaded_in_vain() -> None:
    assert {"vglab.engine.measure.trace", "vglab.scenarios.documents.explanation"} <= idle(
        "schema", "run"
    )


@pytest.mark.parametrize("words", ["scenarios", "show relu"])
def test_listing_and_showing_load_little_that_is_not_called(words: str) -> None:
    others = {f"vglab.{name}" for name in ("scenarios.errors", "scenarios.userdata.loader")}
    assert idle(*words.split()) <= RECORDS | TABLES | others


def test_a_run_loads_nothing_that_is_seldom_needed() -> None:
    code = f"""
import sys, threading
import click, msgspec, numpy
others = [*sys.modules]  # what a release of theirs brings along is not ours to say
from vglab.tui.cli.main import run
run(sys.argv[1:])
print("LOADED", *(name for name in {SELDOM} if name in sys.modules and name not in others))
"""
    assert python(code, "--scenario", "relu", "--json", *QUICK).splitlines()[-1] == "LOADED"


def test_watching_loads_no_network_and_its_screen_no_numpy(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text('{"schema":"vglab.record/1","layers":[]}\n')
    session = """
import sys
from vglab.tui.worker.watch_session import WatchSession
print(*(name for name in ("vglab.engine.nn.network", "numpy.random") if name in sys.modules))
"""
    assert python(session).strip() == ""
    screen = """
import sys, vglab.tui.lab.launch
from vglab.tui.cli.commands import watch
watch.open_watch_lab = lambda *_: print("numpy" in sys.modules)
watch.open_screen(sys.argv[1:], None, None, False)
"""
    assert python(screen, str(path)).strip() == "False"


@pytest.mark.parametrize(
    ("preset", "module"),
    [
        ("gan-wasserstein", "gan.training"),
        ("gan-wasserstein", "gan.gradient_penalty"),
        ("layerwise", "training.layerwise"),
    ],
)
def test_what_only_some_scenarios_need_is_loaded_for_those(preset: str, module: str) -> None:
    code = """
import sys, threading
from vglab.scenarios.experiment.build import build
from vglab.scenarios.loading.inheritance import load
build(load(sys.argv[1]))
print("vglab.engine." + sys.argv[2] in sys.modules)
"""
    said = [python(code, name, module).strip() for name in ("relu", preset)]
    assert said == ["False", "True"]
