"""Own data through every command: the document reports them, workers find them, a kiosk does not
open them."""

import json
from pathlib import Path

import pytest
from shell import result_of, start
from vglab.scenarios.loading.inheritance import load
from vglab.tui.lab.bench.lesson import LessonPlace, lesson_text
from vglab.tui.lab.scenario_list import list_scenarios

ROWS = [f"{i * 7 % 40};{i * 5 % 13},5;{('lo', 'hi')[i > 19]}" for i in range(40)]


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A scenario on a file beside it, seen from another folder."""
    folder, elsewhere = tmp_path / "lesson", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (folder / "own.csv").write_text("\n".join(["size;weight;kind", *ROWS]))
    text = 'extends = "tanh"\ndata.path = "own.csv"\n[training]\nsteps = 20\nbatch = 8\n'
    (folder / "mine.toml").write_text(text + "[network]\nwidth = 8\ndepth = 3\n")
    monkeypatch.chdir(elsewhere)
    return "../lesson/mine.toml"


def test_the_document_says_what_was_read(mine: str) -> None:
    ran = result_of(start("--scenario", mine, "--json", "--replicas", "2"))
    assert (ran.status, ran.err) == (0, "")
    data = json.loads(ran.out)["data"]
    assert data["path"].endswith("/lesson/own.csv")
    assert (data["label"], data["classes"]) == ("kind", ["hi", "lo"])
    assert (data["train"], data["test"]) == ([15, 15], [5, 5])
    assert data["features"] == ["size", "weight"]
    assert [len(replica) for replica in data["mean"]] == [2, 2]
    assert data["mean"][0] != data["mean"][1]
    assert 0 < data["mean"][0][0] < 39
    alone = json.loads(result_of(start("--scenario", mine, "--json", "--seed", "1")).out)
    assert alone["data"]["mean"] == data["mean"][1:]


def test_the_report_says_so_in_words(mine: str) -> None:
    ran = result_of(start("--scenario", mine, "--lang", "es"))
    assert "own.csv: 40 filas de 2 números; kind: hi 20, lo 20. 30 filas son de" in ran.out


def test_a_run_without_own_data_has_no_such_key() -> None:
    ran = result_of(start("--scenario", "tanh", "--json", "--steps", "1"))
    assert "data" not in json.loads(ran.out)


def test_check_looks_at_the_file_too(mine: str) -> None:
    assert result_of(start("check", mine)).status == 0
    own = Path(mine).with_name("own.csv")
    own.write_text(own.read_text() + "\n1;many;hi\n")
    ran = result_of(start("check", mine))
    assert ran.status == 2
    assert ran.out.endswith(
        'mine.toml: data.path: own.csv: line 42, column weight: found "many"; allowed: a number;'
        ' data.categories = "onehot" reads words, data.drop = ["weight"] leaves it out\n'
    )


def test_show_prints_what_can_be_opened_from_anywhere(mine: str, tmp_path: Path) -> None:
    shown = tmp_path / "shown.toml"
    shown.write_text(result_of(start("show", mine)).out)
    assert load(shown).data == load(mine).data


@pytest.mark.parametrize("how", [("--workers", "2"), ()])
def test_workers_find_it(mine: str, how: tuple[str, ...]) -> None:
    over = ("--over", "network.depth=1,2", "--over", "training.rate=0.1,0.2")
    ran = result_of(start("sweep", mine, *over, "--out", "it.jsonl", *how))
    assert ran.status == 0, ran.err
    found = [json.loads(entry) for entry in Path("it.jsonl").read_text().splitlines()]
    assert [entry["error"] for entry in found] == [None] * 4


def test_compare_takes_the_first_ones_data(mine: str) -> None:
    ran = result_of(start("compare", mine, "relu", "--json", "--set", "training.batch=8"))
    _first, other = json.loads(ran.out)["runs"]
    keys = {change["key"] for change in other["changes"]}
    assert "data.path" not in keys
    assert "network.activation" in keys


@pytest.mark.slow
def test_remedies_on_own_data(mine: str) -> None:
    ran = result_of(start("remedies", mine, "--json"))
    assert ran.status == 0, ran.err


def test_a_gan_on_own_points(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("x,y1\n1,2\n3,4\n-1,0\n")
    sets = ("--set", f"data.path={tmp_path / 'own.csv'}", "--steps", "2")
    ran = result_of(start("--scenario", "gan-saturating", "--json", *sets))
    assert ran.status == 0, ran.err
    assert json.loads(ran.out)["data"]["features"] == ["x", "y1"]


def test_the_lab_says_what_was_read(mine: str) -> None:
    page = lesson_text(load(mine), LessonPlace(), 80).lines
    text = " ".join("".join(run[0] for run in row).strip() for row in page)
    assert "own.csv: 40 rows of 2 numbers; kind: hi 20, lo 20. 30 rows are for training" in text
    facts = {fact.name: fact.value for fact in list_scenarios(mine).facts(0)}
    assert facts["path"] == "own.csv"
    assert "name" not in facts


def test_the_boundary_is_drawn_over_own_points(mine: str) -> None:
    from vglab.tui.charts.base.snapshots import points

    found = points(load(mine))
    assert found
    assert [len(own) for own in found.classes] == [5, 5]
