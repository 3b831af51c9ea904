"""A chart is a file and a row: nothing else has to know of it."""

import importlib.util
from pathlib import Path

import pytest
from lab_driver import SIZE, Bench, send_first_frame
from vglab.scenarios.i18n import figure
from vglab.scenarios.loading.course import chapters
from vglab.scenarios.schema.spec import StoryChart, names
from vglab.tui.charts.registry import INNER
from vglab.tui.protocol import ABOUT, Frame, Open, View, Want, Write, WriteResult
from vglab.tui.render.styled_text import plain
from worker_driver import SETTINGS, Lab

SOURCE = '''"""The length of each layer's weights, as numbers."""

from vglab.scenarios.i18n import figure
from vglab.tui.charts.base.chart import Chart, constant
from vglab.tui.charts.base.common import picture, value_at
from vglab.tui.charts.base.table import layer_tabulator
from vglab.tui.render.styled_text import fit_box


def draw(scene, size):
    lines = [[(text, 0)] for text in figures(scene, 1)]
    return picture("lengths", [], [], fit_box(lines, *size))


def figures(scene, layer):
    yield f"length of W({layer}) = {figure(value_at(scene, 'weight_norm', layer))}"


CHART = Chart(
    title="How long the weights are",
    reading=("Longer is larger.",),
    draw=draw,
    table=layer_tabulator("weight_norm"),
    figures=figures,
    equations=constant("|W|"),
)
'''


@pytest.fixture(autouse=True)
def row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file of a new chart, and its row."""
    file = tmp_path / "lengths.py"
    file.write_text(SOURCE)
    spec = importlib.util.spec_from_file_location("lengths", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setitem(INNER, "lengths", module.CHART)


@pytest.fixture
def lab() -> Lab:
    made = Lab()
    wants = [Want("inside", 60, 8), Want(ABOUT + "inside", 60, 20)]
    made.tell(Open(1, "deep-sigmoid", SETTINGS, "en"), View(wants, ["grad_norm"], "lengths"))
    return made


def norm(lab: Lab) -> float:
    subject = lab.session.subject
    assert subject is not None
    return float(subject.experiment.trace.networks["model"].measures["weight_norm"][0, 0, 0])


def test_the_worker_draws_explains_and_writes_it(lab: Lab, tmp_path: Path) -> None:
    frame = lab.frame()
    said = f"length of W(1) = {figure(norm(lab))}"
    assert plain(frame.pictures["inside"].title) == "lengths"
    assert plain(frame.pictures["inside"].lines[0]).strip() == said
    about = [plain(line).strip() for line in frame.pictures[ABOUT + "inside"].lines]
    assert about[0] == "How long the weights are"
    assert {"|W|", said, "Longer is larger."} < {*about}
    file = tmp_path / "lengths.csv"
    lab.tell(Write(str(file), "inside"))
    assert lab.turn() == WriteResult(str(file))
    heads, first, *_others = file.read_text().splitlines()
    assert heads == "step,layer,name,weight_norm"
    assert float(first.split(",")[-1]) == norm(lab)


async def test_the_screen_goes_to_it_and_names_its_file(lab: Lab) -> None:
    frame, bench = lab.frame(), Bench()
    assert isinstance(frame, Frame)
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot, status=frame.status, pictures=frame.pictures)
        charts = frame.status.charts
        await pilot.press(*["a"] * (charts.index("lengths") - charts.index(frame.status.story)))
        assert bench.ear.last(View).inner == "lengths"
        assert "How long the weights are" in bench.screen(), "among the tabs"
        await pilot.press("shift+tab", "f5")
        assert f"deep-sigmoid-{frame.status.step}-lengths.csv" in bench.screen()


def test_a_scenario_names_charts_that_there_are() -> None:
    assert {*names(StoryChart)} - {""} <= {*INNER}
    assert all(chapter.chart in INNER for chapter in chapters())
