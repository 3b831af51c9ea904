"""Data frames and Parquet files as a person's own data."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vglab
from vglab.scenarios.userdata.loader import table

QUICK = ["network.depth=2", "network.width=4", "training.steps=3", "data.label=kind"]
COLUMNS: dict[str, list[Any]] = {
    "size": [0.1 + i / 3 for i in range(30)],
    "sold": [i % 3 == 0 for i in range(30)],
    "city": ["a, b", "c"] * 15,
    "kind": ["u", "v", "w"] * 10,
}
READ = [*QUICK, "data.categories=onehot"]


def check(run: vglab.RunResult) -> None:
    found = table(run.scenario)
    assert found.names == ("size", "sold", "city=a, b", "city=c")
    X = np.frombuffer(found.numbers).reshape(30, 4)
    assert X[:, 0].tolist() == COLUMNS["size"]
    assert X[:, 1].tolist() == [float(value) for value in COLUMNS["sold"]]
    assert found.classes == ("u", "v", "w")
    assert run.document.finished


def test_a_frame_of_pandas() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(COLUMNS, index=range(5, 35))
    check(vglab.run("relu", READ, data=frame))
    frame.loc[7, "size"] = None
    frame["city"] = frame["city"].astype("category")
    frame["rooms"] = pandas.array([1, None, 3] * 10, dtype="Int64")
    filled = vglab.run("relu", [*READ, "data.missing=mean"], data=frame)
    assert table(filled.scenario).filled == 11
    with pytest.raises(TypeError, match="'size' is no column of DataFrame, or there are several"):
        vglab.run("relu", data=pandas.concat([frame[["size"]], frame[["size"]]], axis=1))


def test_a_frame_of_polars() -> None:
    polars = pytest.importorskip("polars")
    check(vglab.run("relu", READ, data=polars.DataFrame(COLUMNS)))


def test_a_table_of_pyarrow_and_its_file(tmp_path: Path) -> None:
    pyarrow, parquet = map(pytest.importorskip, ("pyarrow", "pyarrow.parquet"))
    whole = pyarrow.table(COLUMNS)
    check(vglab.run("relu", READ, data=whole))
    parquet.write_table(whole, tmp_path / "own.parquet")
    check(vglab.run("relu", READ, data=tmp_path / "own.parquet"))
    holes = whole.set_column(0, "size", pyarrow.array([None, *COLUMNS["size"][1:]]))
    parquet.write_table(holes, tmp_path / "own.parquet")
    with pytest.raises(vglab.ScenarioError, match='line 2, column size: found ""'):
        vglab.run("relu", READ, data=tmp_path / "own.parquet")
    (tmp_path / "no.parquet").write_bytes(b"PAR1 nothing of the kind")
    with pytest.raises(vglab.ScenarioError, match="no Parquet file"):
        vglab.run("relu", READ, data=tmp_path / "no.parquet")


def test_comparisons_and_sweeps_take_them_too() -> None:
    class Frame:
        """What has columns by their names."""

        columns = tuple(COLUMNS)

        def __getitem__(self, name: str) -> Any:
            return np.array(COLUMNS[name])

    both = vglab.compare("relu", "tanh", settings=READ, data=Frame())
    assert [len(one.replicas) for one in both.document.runs] == [1, 1]
    grid = vglab.sweep("relu", {"training.rate": [0.1, 0.2]}, READ, data=Frame())
    assert {line.error for line in grid.lines} == {None}
    assert vglab.data_file(Frame()) == vglab.data_file(Frame()), "equal data are one file"


def test_what_is_no_table_is_said() -> None:
    with pytest.raises(TypeError, match="int is no table: a data frame or a path is wanted"):
        vglab.run("relu", data=3)
