"""Figures of run documents: what they show, and the files they are written as."""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from vglab.scenarios.documents.run import RunDocument, document
from vglab.scenarios.experiment.build import build
from vglab.scenarios.i18n import set_language
from vglab.scenarios.loading.inheritance import load
from vglab.tui.charts.registry import PANELS
from vglab.tui.cli.commands.plot import CHARTS
from vglab.tui.cli.figure_file import FORMATS as ENDINGS
from vglab.tui.cli.main import run
from vglab.tui.figures.drawing import FORMATS, DrawingError, draw_figure
from vglab.tui.figures.kinds import KINDS, OF_CHART
from vglab.tui.worker.session import FRAME
from worker_driver import VIEW, Lab

TINY = ["network.depth=3", "network.width=4", "training.steps=6", "run.record_every=1"]
PLAYERS = ["training.steps=4", "run.record_every=1"]


def trained(name: str, settings: list[str]) -> RunDocument:
    scenario = load(name, settings)
    experiment = build(scenario)
    for _ in experiment.steps:
        pass
    return document(scenario, experiment)


@pytest.fixture(scope="module")
def runs() -> list[RunDocument]:
    return [trained("deep-sigmoid", TINY), trained("tanh", [*TINY, "run.replicas=3"])]


@pytest.fixture(scope="module")
def game() -> RunDocument:
    return trained("gan-saturating", PLAYERS)


def test_the_command_knows_what_can_be_drawn() -> None:
    assert {*CHARTS} >= {*KINDS}
    assert [f".{form}" for form in FORMATS] == [*ENDINGS]
    assert {*OF_CHART.values()} <= {*KINDS}
    assert {"layers", "history", "learning", "network", "signals"} <= {*OF_CHART} & {*PANELS}


def test_curves_are_the_documents_numbers(runs: list[RunDocument]) -> None:
    (panel,) = KINDS["gradient"](runs, "birth")
    single, several = (curve for curve in panel.curves if curve.look == "points")
    measured = runs[0].networks["model"].measures.grad_norm
    assert single.middle == pytest.approx(np.array(measured)[0, 0])
    assert single.name == "Deep sigmoid"
    assert (several.high >= several.middle).all()
    assert (several.high > several.low).any(), "the band of the replicas"
    theory = [curve for curve in panel.curves if curve.look == "dashes"]
    assert theory[0].name == "Deep sigmoid, theory (init.)"
    assert panel.logarithmic
    assert panel.up == "gradient ‖∂J/∂W‖"


def test_the_two_networks_of_a_game_are_told_apart(game: RunDocument) -> None:
    (panel,) = KINDS["loss"]([game], "end")
    assert [(curve.name, curve.second) for curve in panel.curves if curve.name] == [
        ("GAN, saturating, generator", False),
        ("GAN, saturating, discriminator", True),
    ]


def test_axes_are_named_in_both_languages(runs: list[RunDocument]) -> None:
    set_language("es")
    (panel,) = KINDS["accuracy"](runs, "end")
    assert (panel.across, panel.up) == ("paso de entrenamiento", "exactitud (prueba)")


@pytest.mark.sampled(6)
@pytest.mark.parametrize("chart", KINDS)
def test_a_figure_is_vectors_whose_letters_need_no_typeface(
    runs: list[RunDocument], chart: str
) -> None:
    pytest.importorskip("matplotlib")
    svg = draw_figure(chart, runs, "svg")
    root = ElementTree.fromstring(svg)
    assert not [*root.iter("{http://www.w3.org/2000/svg}text")]
    assert not [*root.iter("{http://www.w3.org/2000/svg}image")]
    assert svg == draw_figure(chart, runs, "svg"), "the same numbers give the same file"


def test_a_pdf_carries_its_letters(runs: list[RunDocument]) -> None:
    pytest.importorskip("matplotlib")
    pdf = draw_figure("loss", runs, "pdf")
    assert pdf.startswith(b"%PDF")
    assert b"/FontFile2" in pdf


def test_what_runs_do_not_have_is_not_drawn(game: RunDocument) -> None:
    with pytest.raises(DrawingError, match="accuracy: these runs have no such numbers"):
        draw_figure("accuracy", [game], "svg")


def test_without_matplotlib_one_line_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert run(["plot", "tanh", "-o", str(tmp_path / "t.svg"), "--steps", "3"]) == 2
    said = capsys.readouterr().err
    assert "pip install 'vglab[plot]'" in said
    assert said.count("\n") == 1
    assert not [*tmp_path.iterdir()]


def test_the_command_writes_a_whole_file_and_none_over_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib")
    words = ["plot", "deep-sigmoid", "tanh", "-o", str(tmp_path / "a.svg")]
    words += [part for setting in TINY for part in ("--set", setting)]
    assert run(words) == 0
    svg = (tmp_path / "a.svg").read_text()
    assert re.search(r"<svg ", svg)
    assert run(words) == 2
    assert "the file exists already" in capsys.readouterr().err
    assert run(["plot", "tanh", "-o", str(tmp_path / "a.jpg")]) == 2
    assert "allowed: .svg, .pdf, .png" in capsys.readouterr().err
    assert (tmp_path / "a.svg").read_text() == svg


@pytest.mark.parametrize(("chart", "written"), [("layers", True), ("inside", False)])
def test_the_lab_writes_the_chart_in_focus_as_a_figure(
    tmp_path: Path, chart: str, written: bool
) -> None:
    pytest.importorskip("matplotlib")
    from msgspec.structs import replace
    from vglab.tui.protocol import Open, Write

    lab = Lab()
    lab.tell(Open(1, "tanh", TINY, "en"), replace(VIEW, inner="decision"))
    lab.frame()
    file = tmp_path / "figure.svg"
    lab.tell(Write(str(file), chart, drawn=True))
    answer = lab.turn(FRAME)
    assert (answer.path == str(file)) == written
    assert file.exists() == written
    assert written or "has no figure" in answer.reason


def test_a_run_and_the_one_before_it_have_names_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vglab.tui.protocol import Open, Write

    drawn: list[RunDocument] = []
    monkeypatch.setattr(
        "vglab.tui.figures.drawing.draw_figure",
        lambda _name, runs, _form: drawn.extend(runs) or b"",
    )
    lab = Lab()
    lab.tell(Open(1, "tanh", TINY, "en"), VIEW)
    lab.frame()
    lab.tell(Open(2, "tanh", [*TINY, "network.gain=2.0"], "en", "before"))
    lab.turn(FRAME)
    lab.tell(Write(str(tmp_path / "figure.svg"), "layers", drawn=True))
    lab.turn(FRAME)
    assert [run.title for run in drawn] == ["tanh: gain 1.0", "tanh: gain 2.0"]
