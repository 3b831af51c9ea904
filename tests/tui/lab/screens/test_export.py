"""What is taken away from the lab as a file: a picture, the run, the numbers of a chart."""

import csv
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from fake_traces import scene, trace
from lab_driver import SIZE, STATUS, Bench, send_first_frame
from msgspec.structs import replace
from shell import result_of, start
from vglab.scenarios.files import write_beside
from vglab.tui.charts.base.scene import Scene
from vglab.tui.charts.base.table import ChartTable
from vglab.tui.charts.registry import CHARTS, INNER, find
from vglab.tui.lab.bench import notices
from vglab.tui.lab.layout import MANY, PANELS, ROOMS
from vglab.tui.lab.screens.export import Export
from vglab.tui.protocol import Gather, Open, Ready, Rival, Train, View, Want, Write, WriteResult
from vglab.tui.worker.session import FRAME
from worker_driver import VIEW, Lab

TINY = ["network.depth=3", "network.width=4", "training.steps=6", "run.record_every=1"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_a_picture_shows_the_room_and_not_the_dialog(bench: Bench, folder: Path) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("f5", "1")
        picture = (folder / "deep-sigmoid-160.svg").read_text()
        assert picture.startswith("<svg")
        assert ">&lt;layers&gt;<" in picture
        assert "<title>vglab --scenario deep-sigmoid" in picture
        assert "written" not in picture
        assert "url(" not in picture.replace("url(#", ""), "it is whole by itself"
        root = ElementTree.fromstring(picture)
        assert root.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
        shown = "".join(re.findall(r"[\w./-]+", bench.screen()))
        assert f"written{folder}/deep-sigmoid-160.svg" in shown, "wherever the line is broken"
        await pilot.press("escape")
        assert bench.app.screen is bench.app.bench


async def test_the_training_is_held_still_meanwhile(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("f5")
        assert bench.ear.last(Train) == Train(False)
        bench.ear.answer(bench.frame(status=replace(STATUS, step=163)))
        await pilot.press("2", "escape")
        assert bench.ear.last(Write).path.endswith("deep-sigmoid-163.json")
        assert bench.ear.last(Train) == Train(True)


async def test_nothing_is_written_over(bench: Bench, folder: Path) -> None:
    (folder / "deep-sigmoid-160.svg").write_text("mine")
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("f5", "enter", "enter")
    assert (folder / "deep-sigmoid-160.svg").read_text() == "mine"
    assert (folder / "deep-sigmoid-160-2.svg").exists()
    assert (folder / "deep-sigmoid-160-3.svg").exists()


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("keys", "chart", "name"),
    [
        (["f5", "2"], None, "deep-sigmoid-160.json"),
        (["f5", "down", "down", "enter"], "layers", "deep-sigmoid-160-layers.csv"),
        (["tab", "f5", "3"], "history", "deep-sigmoid-160-history.csv"),
        (["shift+tab", "a", "f5", "3"], "inside", "deep-sigmoid-160-activations.csv"),
        (["w", "f5", "3"], "walk", "deep-sigmoid-160-walk.csv"),
        (["m", "f5", "3"], "remedies", "deep-sigmoid-160-remedies.csv"),
    ],
)
async def test_the_worker_is_asked_for_the_rest(
    bench: Bench, folder: Path, keys: list[str], chart: str | None, name: str
) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press(*keys)
        assert bench.ear.last(Write) == Write(str(folder / name), chart)
        assert name in bench.screen()
        bench.ear.answer(WriteResult(reason="Read-only file system"))
        await pilot.pause()
        assert "cannot write it: Read-only file system" in bench.screen()
        bench.ear.answer(WriteResult(path="there"))
        await pilot.pause()
        assert "written: there" in bench.screen()


async def test_in_a_folder_that_is_gone_it_is_said(
    bench: Bench, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = folder / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("f5", "1")
        assert "cannot write it: no such file or folder" in bench.screen()


async def test_without_a_worker_it_is_said(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        bench.ear.alive = False
        await pilot.press("f5", "3")
        assert "cannot write it: the worker has stopped" in bench.screen()


async def test_the_dialog_fits_eighty_columns(bench: Bench) -> None:
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("f5", "up")
        app = bench.app.screen
        assert isinstance(app, Export)
        rows = bench.screen().splitlines()
        assert [row.split()[0] for row in rows if row[:6].strip().isdigit()] == [*"1234"]
        assert any("esc goes back" in row for row in rows)


async def test_a_kiosk_writes_nothing_and_says_so_for_a_while(
    bench: Bench, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "STANDS", 0.4)
    bench.app.kiosk = True
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("f5")
        bench.ear.answer(bench.frame())
        await pilot.pause()
        assert bench.app.screen is bench.app.bench
        assert "Nothing is saved here" in bench.screen()
        assert bench.ear.last(Write) is None
        await pilot.pause(0.6)
        assert "all is well" in bench.screen()
    assert not [*folder.iterdir()]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to the superuser")
def test_a_folder_that_is_closed_leaves_nothing(folder: Path) -> None:
    folder.chmod(0o500)
    with pytest.raises(PermissionError):
        write_beside(folder / "x.json", b"")


@pytest.fixture
def lab() -> Iterator[Lab]:
    made = Lab()
    made.tell(Open(1, "deep-sigmoid", TINY, "en"), VIEW, Train(True))
    for _ in range(12):
        made.turn(FRAME)
        made.tell(Ready())
    yield made
    made.session.close()


def answered(lab: Lab, order: Write) -> WriteResult:
    lab.tell(order)
    answer = lab.turn()
    assert isinstance(answer, WriteResult)
    return answer


def test_the_run_is_what_json_prints(lab: Lab, folder: Path) -> None:
    answer = answered(lab, Write(str(folder / "run.json")))
    assert answer == WriteResult(str(folder / "run.json"))
    sets = [word for setting in TINY for word in ("--set", setting)]
    printed = result_of(start("--scenario", "deep-sigmoid", *sets, "--json")).out
    here, there = (folder / "run.json").read_bytes().decode(), printed
    both: list[dict[str, Any]] = [json.loads(text) for text in (here, there)]
    seconds = [document.pop("seconds") for document in both]
    assert both[0] == both[1]
    assert both[0]["finished"] is True
    assert 0 < seconds[0]["total"] < 60


def test_a_run_that_goes_on_is_written_as_far_as_it_is(folder: Path) -> None:
    lab = Lab()
    lab.tell(Open(1, "deep-sigmoid", TINY, "en"), VIEW)
    lab.turn()
    answered(lab, Write(str(folder / "run.json")))
    document = json.loads((folder / "run.json").read_text())
    assert (document["finished"], document["records"]) == (False, [0])


def test_what_cannot_be_written_is_said(lab: Lab, folder: Path) -> None:
    assert answered(lab, Write(str(folder / "no" / "x.json"))).reason == "no such file or folder"
    assert answered(Lab(), Write(str(folder / "x.json"))).path == ""
    assert not [*folder.iterdir()]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return [*csv.DictReader(file)]


def test_a_chart_is_written_with_the_theory_beside_it(lab: Lab, folder: Path) -> None:
    lab.tell(View([Want("layers", 40, 12)], ["delta_rms"], "update_ratio"))
    answered(lab, Write(str(folder / "layers.csv"), "layers"))
    found = rows(folder / "layers.csv")
    subject = lab.session.subject
    assert subject is not None
    measured = subject.experiment.trace.networks["model"].measures["delta_rms"][6, 0]
    assert [row["layer"] for row in found] == ["1", "2", "3", "4"]
    assert [float(row["delta_rms"]) for row in found] == measured.tolist()
    theory = (subject.theory or {})["model"]["delta_rms"]
    assert [float(row["delta_rms_theory"]) for row in found] == theory.tolist()
    edges = [[float(row[f"delta_rms_theory_{end}"]) for end in ("low", "high")] for row in found]
    assert all(low <= high for low, high in edges)


@pytest.mark.parametrize("inner", ["decision", "shape", "weights", "saturation"])
def test_what_lies_inside_is_written(lab: Lab, folder: Path, inner: str) -> None:
    lab.tell(View([Want("inside", 40, 12)], ["delta_rms"], inner, layer=2))
    answered(lab, Write(str(folder / "inside.csv"), "inside"))
    found = rows(folder / "inside.csv")
    if inner == "decision":
        assert {row["what"] for row in found} == {"output", "class 0", "class 1"}
    elif inner == "shape":
        middle = min(found, key=lambda row: abs(float(row["z"])))
        assert abs(float(middle["g"]) - 0.5) < 0.05
        assert sum(int(row["count"]) for row in found) > 0
    elif inner == "weights":
        counted = [int(row["count"]) for row in found if (row["layer"], row["of"]) == ("2", "W")]
        assert sum(counted) == 4 * 4
    else:
        assert [*found[0]] == ["step", "layer", "name", "saturated", "dead"]


def test_a_game_is_written(folder: Path) -> None:
    lab = Lab()
    few = ["training.steps=3"]
    lab.tell(Open(1, "gan-saturating", few, "en"), View([], ["delta_rms"], "game"), Train(True))
    for _ in range(6):
        lab.turn(FRAME)
    answered(lab, Write(str(folder / "game.csv"), "inside"))
    assert 0 <= float(rows(folder / "game.csv")[0]["real_output"]) <= 1


def test_curves_have_a_row_a_record(folder: Path) -> None:
    del folder
    many = scene(trace(rows=12, replicas=5))
    table = table_of(many, "learning")
    assert [*table.heads][:4] == ["step", "loss_train", "loss_train_low", "loss_train_high"]
    assert len(table.rows) == 12
    grid = table_of(many, "history")
    assert grid.heads == ["step", "W1", "W2", "W3", "W4", "W5", "W6"]
    values = np.array([row[1:] for row in grid.rows], np.float64)
    assert np.allclose(values[0] / values[0, -1], 10.0 ** np.arange(-5, 1))


def table_of(scene: Scene, panel: str) -> ChartTable:
    chart = find(scene, panel)
    assert chart is not None
    return chart.table(scene)


def test_replicas_have_their_band_and_the_run_before_its_column() -> None:
    before = scene(trace(layers=4))
    many = scene(trace(replicas=5), ghost=before, measures=("grad_norm",))
    table = table_of(many, "layers")
    first = dict(zip(table.heads, table.rows[0], strict=True))
    assert first["grad_norm_low"] < first["grad_norm"] < first["grad_norm_high"]
    assert first["grad_norm_before"] != first["grad_norm_before"], "it has no such layer"
    last = dict(zip(table.heads, table.rows[-1], strict=True))
    assert last["grad_norm_before"] == 1.0


def test_what_is_not_there_is_empty_and_what_is_infinite_says_so() -> None:
    nan, inf = float("nan"), float("inf")
    assert (
        ChartTable(("a", "b"), [(nan, inf), (1e-300, "x,y")]).csv() == b'a,b\n,inf\n1e-300,"x,y"\n'
    )


def test_every_panel_has_a_chart_and_with_it_a_table() -> None:
    assert {*CHARTS, "inside", "beside"} == {*PANELS, *ROOMS} - {*MANY}
    for inner in INNER:
        assert table_of(scene(inner=inner), "inside").heads


@pytest.mark.parametrize("chart", ["compare", "layer", "nothing"])
def test_what_has_no_table_is_not_written(lab: Lab, folder: Path, chart: str) -> None:
    lab.tell(Gather("compare", [Rival("deep-sigmoid", ["network.depth=0"])], ticket=1))
    written = answered(lab, Write(str(folder / "chart.csv"), chart))
    assert written.path == ""
    assert "network.depth" in written.reason
    assert not [*folder.iterdir()]


def test_the_walk_multiplies_up() -> None:
    table = table_of(scene(), "walk")
    rows_ = [dict(zip(table.heads, row, strict=True)) for row in table.rows]
    for row in rows_:
        assert np.isclose(row["weights"] * row["activation"], row["factor"])
    assert np.isclose(np.prod([row["factor"] for row in rows_]), rows_[-1]["product"])


@pytest.mark.parametrize("room", ["compare", "diagram"])
def test_a_room_of_many_runs_is_written(lab: Lab, folder: Path, room: str) -> None:
    here, other = Rival("deep-sigmoid", TINY), Rival("relu", TINY)
    lab.tell(View([Want(room, 60, 20)], ["grad_norm"], "update_ratio"))
    lab.tell(Gather(room, [here, other], [1.0, 4.0], [2], ticket=1))
    lab.turn(FRAME)
    answered(lab, Write(str(folder / "room.csv"), room))
    found = rows(folder / "room.csv")
    if room == "compare":
        assert {row["scenario"] for row in found} == {"Deep sigmoid", "ReLU"}
        assert all(float(row["delta_rms"]) > 0 for row in found)
    else:
        assert [(row["depth"], row["gain"]) for row in found] == [("2", "1.0"), ("2", "4.0")]
