"""What others have written is printed as text: it steers no terminal and turns no line around."""

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_driver import Bench, send_first_frame
from rich.color import ColorSystem
from shell import QUICK, CommandResult
from terminal import Terminal
from vglab.scenarios.control_characters import blot_controls, escape_controls
from vglab.tui.charts.plotting.grid_map import ansi, label
from vglab.tui.cli.output import print_table
from vglab.tui.lab.drawing import Paint
from vglab.tui.lab.textual_patches import Pen
from vglab.tui.protocol import Verdict

Ask = Callable[..., CommandResult]
HOSTILE = "A\x1b]52;c;ZWNobyBoaQ==\x07\x9b2J\u202eB\u2028C\x7f"
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def harmless(*texts: str) -> bool:
    return not any(STEERING.search(text) for text in texts)


@pytest.fixture
def scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A scenario of a stranger's: its name, title and lesson would steer a terminal."""
    monkeypatch.chdir(tmp_path)
    name = f"{HOSTILE.replace('/', '')}\n.toml"
    text = json.dumps(HOSTILE).replace("\x7f", "\\u007f")
    lines = ("extends = 'relu'", f"title.en = {text}", f"lesson.en = {text}")
    Path(name).write_text("\n".join(lines))
    return name


@pytest.mark.parametrize(
    "words",
    [
        ["show", "{}"],
        ["check", "{}"],
        ["--scenario", "{}", *QUICK],
        ["--scenario", "{}", *QUICK, "--expect", "diagnosis.state == 'x'"],
        ["--scenario", "{}", "--set", f"{HOSTILE}=1"],
        ["compare", "{}", "relu", *QUICK],
        ["remedies", "{}", "--set", f"network.{HOSTILE}=1"],
        ["sweep", "{}", *QUICK, "--over", "network.gain=1", "--out", f"{HOSTILE}/none"],
        ["claims", HOSTILE],
        ["export", HOSTILE, "--csv"],
        ["scenarios", HOSTILE],
        ["schema", HOSTILE],
        [HOSTILE],
        [f"--{HOSTILE}"],
    ],
    ids=lambda words: ascii(" ".join(words[:2]))[:40],
)
def test_no_command_prints_what_steers_a_terminal(
    ask: Ask, scenario: str, words: list[str]
) -> None:
    said = ask(*(word.replace("{}", scenario) for word in words))
    assert said.out or said.err
    assert harmless(said.out, said.err), ascii(said)


def test_what_show_prints_reads_back(ask: Ask, scenario: str) -> None:
    read = tomllib.loads(ask("show", scenario).out)
    assert read["title"]["en"] == HOSTILE
    assert read["lesson"]["en"] == HOSTILE.replace("\u2028", " ")


def test_a_foreign_sweep_is_shown_as_text(ask: Ask, tmp_path: Path) -> None:
    file = str(tmp_path / "foreign.jsonl")
    words = ("sweep", "relu", *QUICK, "--over", "network.gain=1,2", "--out", file)
    assert ask(*words).status == 0
    lines = [json.loads(line) for line in Path(file).read_text().splitlines()]
    for line in lines:
        line["error"] = HOSTILE
    Path(file).write_text("".join(json.dumps(line) + "\n" for line in lines))
    for again in (words, (*words, "--plot"), ("export", file, "--csv")):
        said = ask(*again)
        assert harmless(said.err), ascii(said)
        assert again[0] == "export" or harmless(said.out), ascii(said)


def test_labels_of_a_table_are_shown_as_text(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text("x,y\n" + "".join(f"{at},{HOSTILE}{at % 2}\n" for at in range(40)), newline="")
    settings = ("data.kind=file", f"data.path={file}", f"data.label={HOSTILE}")
    for command in ("show", "check"):
        said = ask(command, "relu", *(word for one in settings for word in ("--set", one)))
        assert harmless(said.out, said.err), ascii(said)


def test_an_address_is_shown_as_text(ask: Ask, tmp_path: Path) -> None:
    words = ("sweep", "relu", *QUICK, "--over", "network.gain=1,2", "--out", str(tmp_path / "a"))
    said = ask(*words, "--dask", f"tcp://{HOSTILE}:1")
    assert harmless(said.out, said.err), ascii(said)
    assert said.status != 0


def test_a_table_and_a_map_show_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["", HOSTILE + "\n"], [[HOSTILE, "1"]], [HOSTILE])
    out = capsys.readouterr().out
    assert harmless(out)
    assert len(out.splitlines()) == 3
    assert harmless(label(HOSTILE))
    assert "\x1b]" not in ansi([[(label(HOSTILE), 0)]], "truecolor")


def test_a_document_that_is_looked_at_is_text(scenario: str) -> None:
    words = ("--scenario", scenario, *QUICK, "--json")
    with Terminal(*words, size=(400, 50)) as terminal:
        assert terminal.wait_for_end(40) == 0
        shown = "{" + terminal.output.decode().partition("{")[2].replace("\r\n", "\n")
    assert harmless(shown)
    json.loads(shown)


def test_the_lab_paints_text() -> None:
    for ascii_only in (False, True):
        paint = Paint(True, "truecolor", ascii_only)
        strip = paint.strip([(HOSTILE + "\n\t", 8)])
        assert harmless(strip.text)
        assert len(strip.text) == len(HOSTILE) + 2
    assert harmless(Pen(ColorSystem.TRUECOLOR).write(HOSTILE, None))


async def test_a_picture_of_the_lab_is_read_by_every_reader() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await send_first_frame(bench, pilot)
        bench.ear.answer(bench.frame(verdict=Verdict("healthy", [HOSTILE])))
        await pilot.pause()
        svg = bench.app.picture(HOSTILE + "\uffff\x00")
    assert harmless(svg)
    ElementTree.fromstring(svg)


@given(st.text())
def test_controls_are_spelled_as_json_spells_them(text: str) -> None:
    escaped = escape_controls(json.dumps(text, ensure_ascii=False), keep="")
    assert json.loads(escaped) == text
    assert harmless(escaped)
    assert len(blot_controls(text)) == len(text)
    assert escape_controls("plain á ∂ \n\t") == "plain á ∂ \n\t"
