"""Scenarios are read layer by layer, and the list of presets is quick."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vglab.scenarios.errors import ScenarioError
from vglab.scenarios.loading.changes import Change, PresetSummary, changes, differences, presets
from vglab.scenarios.loading.course import PRESETS, preset_ids
from vglab.scenarios.loading.inheritance import join_lines, load, resolve_layers
from vglab.scenarios.schema.expectations import parse
from vglab.scenarios.schema.spec import Scenario, ScenarioFile, Text
from vglab.scenarios.schema.validation import choices, fields, is_table


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / f"{name}.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return file


def test_a_file_states_only_what_it_changes(tmp_path: Path) -> None:
    mine = load(write(tmp_path, "mine", "extends = 'relu'\n[network]\ndepth = 50"))
    relu = load("relu")
    assert (mine.id, mine.extends) == ("mine", "relu")
    assert (mine.network.depth, mine.network.activation, mine.network.init) == (50, "relu", "he")
    assert (mine.data, mine.training, mine.run) == (relu.data, relu.training, relu.run)
    assert changes(mine) == [Change("network.depth", 10, 50)]


def test_what_is_said_of_the_base_is_not_inherited(tmp_path: Path) -> None:
    mine = load(write(tmp_path, "mine", "extends = 'relu'\n[network]\ndepth = 50"))
    assert mine.title == Text("mine", "mine")
    assert (mine.lesson, mine.claim, mine.expect) == (Text(), (), ())


def test_bases_have_bases_in_other_folders(tmp_path: Path) -> None:
    write(tmp_path, "a", "[network]\ndepth = 3\nwidth = 5")
    write(tmp_path / "sub", "b", "extends = '../a.toml'\n[network]\nwidth = 6")
    mine = load(write(tmp_path, "c", "extends = 'sub/b.toml'\n[network]\ngain = 2"))
    assert (mine.network.depth, mine.network.width, mine.network.gain) == (3, 6, 2.0)
    assert mine.extends == str(tmp_path / "sub" / "b.toml")
    assert changes(mine) == [Change("network.gain", 1.0, 2.0)]


def test_a_path_may_have_any_ending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "mine", "[run]\nseed = 7").rename(tmp_path / "mine.scenario")
    monkeypatch.chdir(tmp_path)
    assert load("mine.scenario").id == "mine"
    assert load(Path("mine.scenario")).run.seed == 7


def test_a_file_that_is_called_as_a_preset_is_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for depth in (3, 4):
        Path("relu").write_text(f"[network]\ndepth = {depth}\nwidth = 5")
        mine = load("./relu")
        assert (mine.network.depth, mine.network.width, mine.title) == (
            depth,
            5,
            Text(*2 * ["relu"]),
        )
    assert load("relu").network.width == 32


def test_windows_marks_and_line_ends_are_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes("\ufeff[run]\r\nseed = 7\r\n".encode())
    assert load(file).run.seed == 7


def test_whole_numbers_will_do_where_numbers_are_wanted() -> None:
    rate = load("relu", ["training.rate=1"]).training.rate
    assert (rate, type(rate)) == (1.0, float)


def test_settings_are_held_against_the_base_of_the_file() -> None:
    assert changes(load("tanh", ["network.depth=50"])) == [
        Change("network.depth", 10, 50),
        Change("network.activation", "sigmoid", "tanh"),
    ]
    alone = load("deep-sigmoid", ["network.depth=50"])
    assert alone.extends == "deep-sigmoid"
    assert changes(alone) == [Change("network.depth", 10, 50)]
    assert changes(load("deep-sigmoid")) == []


def test_a_change_without_effect_is_none(tmp_path: Path) -> None:
    write(tmp_path, "a", "extends = 'leaky-relu'\n[network]\nslope = 0.3")
    mine = load(write(tmp_path, "b", "extends = 'a.toml'\n[network]\nactivation = 'relu'"))
    assert mine.network.slope == 0.3
    assert differences(load("relu"), mine) == []


def test_settings_keep_title_and_lesson() -> None:
    relu, set_relu = load("relu"), load("relu", ["network.depth=50"])
    assert (set_relu.title, set_relu.lesson) == (relu.title, relu.lesson)


def test_a_title_in_one_language_serves_for_both() -> None:
    mine = load("relu", ["title={es = 'Mía'}"])
    assert mine.title.in_language("en") == "ReLU"
    assert mine.title.in_language("es") == "Mía"


def test_lines_of_a_lesson_flow() -> None:
    assert join_lines("\none\n  two\n\nthree\n") == "one two\n\nthree"


def test_the_presets_in_the_order_of_the_course() -> None:
    listed = presets()
    assert [preset.id for preset in listed] == list(preset_ids())
    assert listed[0] == PresetSummary(
        id="deep-sigmoid",
        group=Text("The problem", "El problema"),
        title=load("deep-sigmoid").title,
        base="",
        changes=(),
    )
    assert {preset.id: preset.base for preset in listed}["relu"] == "deep-sigmoid"
    assert [preset.changes for preset in listed if preset.id == "tanh"] == [
        (Change("network.activation", "sigmoid", "tanh"),)
    ]


def test_every_preset_file_is_in_the_course_once() -> None:
    files = sorted(file.stem for file in PRESETS.glob("*.toml") if file.stem != "course")
    assert sorted(preset_ids()) == files


def test_the_list_is_quick_and_knows_no_numpy() -> None:
    code = """if True:
        import sys
        from time import process_time
        from vglab.scenarios.loading.changes import presets
        def measured():
            start = process_time()
            presets()
            return process_time() - start
        first, others = measured(), [measured() for _ in range(9)]
        print(first, min(others), *sys.modules)
    """
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    first, later, *modules = child.stdout.split()
    assert float(later) < 0.1
    assert float(first) < 0.5, "the first time, files are read"
    assert not {"numpy", "textual", "plotext", "psutil", "vglab.engine"} & set(modules)


KEYS = sorted(
    {f"{table}.{key}" for table, kind in fields(ScenarioFile).items() if is_table(kind)
     for key in fields(kind)} | set(fields(ScenarioFile)) | {"network.x", "y", "network.depth.z"}
)  # fmt: skip
WORDS = sorted(
    {word for kind in fields(type(Scenario().network)).values() for word in choices(kind)}
)
VALUES = st.one_of(
    st.integers(),
    st.integers(0, 300),
    st.floats(),
    st.booleans(),
    st.text(max_size=10),
    st.sampled_from(["relu", "he", "batch", "identity", "inside", "1/sqrt(depth)", *WORDS]),
    st.lists(st.text(max_size=5) | st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)


def as_toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return '"' + "".join(f"\\U{ord(c):08x}" for c in value) + '"'
        case list():
            return f"[{', '.join(map(as_toml, value))}]"
        case dict():
            return "{" + ", ".join(f"{as_toml(k)} = {as_toml(v)}" for k, v in value.items()) + "}"
        case _:
            return str(value)


@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5))
def test_settings_give_a_scenario_or_a_scenario_error(stated: dict[str, object]) -> None:
    settings = [f"{key}={as_toml(value)}" for key, value in stated.items()]
    try:
        scenario = load("deep-sigmoid", settings)
    except ScenarioError as error:
        faults = error.faults
    else:
        faults = ()
        assert all(parse(text) for text in scenario.expect)
    assert all(str(fault).isprintable() for fault in faults)


@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
def test_bytes_give_a_scenario_or_a_scenario_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "fuzz.toml"
    file.write_bytes(content)
    try:
        assert isinstance(load(file), Scenario)
    except ScenarioError as error:
        lines = [str(fault) for fault in error.faults]
        assert lines
        assert all(line.isprintable() for line in lines)


def test_no_layers_are_the_defaults() -> None:
    assert resolve_layers([], []) == Scenario()
