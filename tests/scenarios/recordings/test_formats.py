"""What other tools write is recognized by its content, and read with its layers in order."""

import importlib.util
import json
import math
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from vglab.scenarios.recordings import reading
from vglab.scenarios.recordings.first_lines import is_read_by_lines
from vglab.scenarios.recordings.formats import series
from vglab.scenarios.recordings.formats.series_names import in_order, recognize
from vglab.scenarios.recordings.formats.tensorboard import records
from vglab.scenarios.recordings.opening import WatchError, open_source
from vglab.scenarios.recordings.reading import Reader
from vglab.scenarios.recordings.verdict.judgment import judge
from vglab.scenarios.recordings.watch_document import encode, watch_document

LAYERS = ("blocks.0.fc", "blocks.2.fc", "blocks.10.fc", "head")


def values(step: int) -> dict[str, float]:
    return {name: (number + 1) / (step + 1) for number, name in enumerate(LAYERS)}


def lightning(folder: Path) -> Path:
    path = folder / "metrics.csv"
    names = [f"grad_2.0_norm/{name}.weight" for name in LAYERS[::-1]]
    names.append("grad_2.0_norm/head.bias")
    lines = [",".join(["epoch", *names, "lr-AdamW", "step", "train_loss", "val_loss"])]
    for step in range(3):
        norms = [*map(str, [*values(step).values()][::-1]), "1.0"]
        lines.append(",".join(["0", *norms, "0.001", str(step), "", ""]))
        lines.append(",".join(["0", *[""] * 5, "", str(step), str(2.0 - step), "0.5"]))
    path.write_text("\n".join(lines) + "\n0,0.1")
    return path


def trainer(folder: Path) -> Path:
    path = folder / "trainer_state.json"
    log = [
        {"step": k, "loss": 2.0 - k, "learning_rate": 1e-3, "grad_norm": k + 1.0} for k in range(3)
    ]
    log.append({"step": 2, "eval_loss": float("nan")})
    path.write_text(json.dumps({"max_steps": 100, "log_history": log}))
    return path


def trackio(folder: Path) -> Path:
    path = folder / "project.db"
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL,"
            " run_name TEXT NOT NULL, step INTEGER NOT NULL, metrics TEXT NOT NULL)"
        )
        rows = [("old", 0, {"loss": 9.0})]
        for step in range(3):
            norms = {f"grad_norm/{name}": value for name, value in values(step).items()}
            rows.append(("new", step, {"train/loss": 2.0 - step, **norms}))
        insert = "INSERT INTO metrics (timestamp, run_name, step, metrics) VALUES ('', ?, ?, ?)"
        database.executemany(insert, [(run, step, json.dumps(of)) for run, step, of in rows])
    database.close()
    return path


def mlflow(folder: Path) -> Path:
    metrics = folder / "0" / "abc" / "metrics"
    (metrics / "grad_norm").mkdir(parents=True)
    for name in LAYERS:
        lines = (f"170000 {values(step)[name]} {step}\n" for step in range(3))
        (metrics / "grad_norm" / name).write_text("".join(lines) + "170000 9.")
    (metrics / "loss").write_text("".join(f"1 {2.0 - step} {step}\n" for step in range(3)))
    return folder


def own(folder: Path) -> Path:
    path = folder / "log.jsonl"
    rows = ({"step": k, "loss": 2.0 - k, "lr": 1e-3, "grad_norm": values(k)} for k in range(3))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + '{"step": 3')
    return path


LAYERED = (lightning, trackio, mlflow, own)


@pytest.mark.parametrize("write", LAYERED)
def test_layers_are_found_by_their_names(write: Callable[[Path], Path], tmp_path: Path) -> None:
    reader = open_source(str(write(tmp_path)))
    reader.read_all()
    run = reader.recording
    assert [layer.name for layer in run.layers] == [*LAYERS]
    assert run.steps[: run.count].tolist() == [0, 1, 2]
    expected = [[*values(step).values()] for step in range(3)]
    assert np.allclose(run.tables["grad_norm"][:3], expected)
    assert run.losses.scalars["loss"][:3].tolist() == [2.0, 1.0, 0.0]
    assert reader.all_faults() == []
    watch_document([reader])
    reader.close()


def test_a_pipe_of_ones_own_lines(tmp_path: Path) -> None:
    out, into = os.pipe()
    os.write(into, own(tmp_path).read_bytes())
    os.close(into)
    reader = open_source("-", out)
    reader.read_all()
    assert reader.format == "NDJSON"
    assert [layer.name for layer in reader.recording.layers] == [*LAYERS]
    reader.close()


def test_a_trainers_state_has_the_whole_norm_alone(tmp_path: Path) -> None:
    reader = open_source(str(trainer(tmp_path)))
    run = reader.recording
    assert (run.layers, run.run.steps) == ([], 100)
    assert run.total_norm[: run.count].tolist() == [1.0, 2.0, 3.0]
    assert run.scalars["rate"][0] == 1e-3
    assert judge(run).rule == "loss_alone"


def follow(reader: Reader) -> int:
    reader.behind = True
    vars(reader)["_not_before"] = 0.0
    reader.read_all()
    return reader.recording.last_step


@pytest.mark.parametrize(
    ("write", "more"),
    [(own, '", "loss": 1}\n'.replace('"', "", 1)), (lightning, "")],
)
def test_a_log_is_followed(write: Callable[[Path], Path], more: str, tmp_path: Path) -> None:
    path = write(tmp_path)
    reader = open_source(str(path))
    assert follow(reader) == 2
    if more:
        with path.open("a") as file:
            file.write(more)
        assert follow(reader) == 3
    else:
        path.write_text(path.read_text().replace("\n0,0.1", "\n0,1,1,1,1,1,1,7,1,1\n"))
        assert follow(reader) == 7
    path.unlink()
    assert follow(reader) >= 3
    assert reader.all_faults() == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n", "not in any known format"),
        (b"a,b\n1,2\n", "not in any known format"),
        (b"SQLite format 3\0" + bytes(100), "not a trackio database"),
        (b'{"log_history": 3}', "not a Trainer state"),
    ],
)
def test_what_is_none_of_them_is_refused_in_a_line(
    content: bytes, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(WatchError, match=said) as caught:
        open_source(str(path))
    assert "\n" not in str(caught.value)


def test_a_database_whose_tables_are_described_in_no_text_is_refused_in_a_line(
    tmp_path: Path,
) -> None:
    path = trackio(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"metrics (id", b"metrics \x80 id"))
    with pytest.raises(WatchError, match="not a trackio database"):
        open_source(str(path))


def test_event_files_need_tensorboard(tmp_path: Path) -> None:
    (tmp_path / "events.out.tfevents.1.host").write_bytes(bytes(24) + b"brain.Event:2")
    if importlib.util.find_spec("tensorboard") is None:
        with pytest.raises(WatchError, match=r"pip install 'vglab\[tensorboard\]'"):
            open_source(str(tmp_path))
    else:
        assert open_source(str(tmp_path)).format == "TensorBoard"


@pytest.mark.parametrize(
    ("name", "measure", "layer"),
    [
        ("grad_norm/blocks.0.attn.q", "grad_norm", "blocks.0.attn.q"),
        ("grad_2.0_norm/fc1.weight", "grad_norm", "fc1"),
        ("grad_2.0_norm_total", "total_norm", ""),
        ("grad_2.0_norm/total", "total_norm", ""),
        ("gradients/module.fc1.weight", "grad_norm", "fc1"),
        ("l2_norm/grad/model.fc1.weight", "grad_norm", "fc1"),
        ("l2_norm/update/fc1.weight", "update_norm", "fc1"),
        ("l2_norm/param/fc1.weight", "weight_norm", "fc1"),
        ("layers.3.wq.dx.square_mean", "delta_rms", "layers.3.wq"),
        ("train/grad_norm", "total_norm", ""),
        ("fc1/grad_norm", "grad_norm", "fc1"),
        ("train_loss", "loss", ""),
        ("train/loss", "loss", ""),
        ("lr-AdamW/pg1", "rate", ""),
        ("train/learning_rate", "rate", ""),
    ],
)
def test_names_say_what_a_series_is(name: str, measure: str, layer: str) -> None:
    found = recognize(name)
    assert found
    assert (found.measure, found.layer) == (measure, layer)


@pytest.mark.parametrize("name", ["val_loss", "epoch", "accuracy", "grad_norm/fc1.bias", ""])
def test_other_names_say_nothing(name: str) -> None:
    assert recognize(name) is None


def test_layers_stand_from_the_input_to_the_loss() -> None:
    names = ["head", "blocks.10.fc", "blocks.9.fc", "wte"]
    assert in_order(names) == ["wte", "blocks.9.fc", "blocks.10.fc", "head"]


def frame(record: bytes) -> bytes:
    return len(record).to_bytes(8, "little") + bytes(4) + record + bytes(4)


def test_records_of_an_event_file_are_told_apart() -> None:
    whole = frame(b"one") + frame(b"") + frame(b"three")
    assert [*records(whole)] == [b"one", b"", b"three"]
    assert [*records(whole[:-1])] == [b"one", b""]
    assert [*records(b"\xff" * 40)] == []


def test_event_files_of_both_styles_are_read(tmp_path: Path) -> None:
    events = pytest.importorskip("tensorboard.compat.proto.event_pb2")
    lines = []
    for step in range(3):
        event = events.Event(step=step)
        event.summary.value.add(tag="train/loss", simple_value=2.0 - step)
        tensor = event.summary.value.add(tag="grad_norm/fc.weight").tensor
        tensor.dtype = 1
        tensor.tensor_content = np.float32(step + 1).tobytes()
        lines.append(frame(event.SerializeToString()))
    (tmp_path / "events.out.tfevents.1.host").write_bytes(b"".join(lines)[:-3])
    run = open_source(str(tmp_path)).recording
    assert [layer.name for layer in run.layers] == ["fc"]
    assert run.tables["grad_norm"][: run.count, 0].tolist() == [1.0, 2.0]
    assert run.losses.scalars["loss"][:2].tolist() == [2.0, 1.0]


def test_a_long_log_keeps_its_peaks_and_what_is_rare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(series, "MOST_NUMBERS", 2000)
    table = series.SeriesTable()
    for step in range(20_000):
        table.add(step, "loss", 50.0 if step == 4321 else 1.0 + 1e-3 * (step % 7))
        if step % 10 == 9:
            table.add(step, "grad_norm/fc", 1.0)
    assert table.count <= 2000
    kept = sorted(table.rows)
    assert (kept[0], kept[-1]) == (0, 19_999)
    assert 4321 in kept
    rare = [step for step, row in table.rows.items() if "grad_norm/fc" in row]
    assert len(rare) > 20
    early, late = (sum(low <= step < low + 5000 for step in kept) for low in (0, 10_000))
    assert 0.3 < early / late < 3
    assert table.run().samples == 2000, "steps that were left out are counted"


def test_numbers_that_json_does_not_know_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(
        '{"step": 0, "loss": 2, "grad_norm": {"a": 1.0, "b": 2.0}}\n'
        '{"step": 1, "loss": NaN, "grad_norm": {"a": 1e999, "b": 3}}\n'
    )
    reader = open_source(str(path))
    reader.read_all()
    run = reader.recording
    assert run.tables["grad_norm"][:2].tolist() == [[1.0, 2.0], [math.inf, 3.0]]
    assert run.lost_at == 1
    assert not reader.faults


@pytest.mark.parametrize(
    ("content", "by_lines"),
    [
        ("", True),
        ('{"schema":"vglab.record/1","layers":[]}\n', True),
        ('{"step": 1}\n{"step": 2}\n', True),
        ('{"step": 1}\n', False),
        ('{"schema":"vglab.sweep/2"}\n{"depth": 1}\n', False),
        ('{"log_history": []}\n{}\n', False),
        ("step,loss\n1,2\n", False),
    ],
)
def test_a_file_that_no_reader_refuses(content: str, by_lines: bool, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(content)
    assert is_read_by_lines(str(path)) == by_lines
    if by_lines:
        open_source(str(path)).close()
    assert not is_read_by_lines(str(tmp_path))
    assert not is_read_by_lines(str(tmp_path / "none"))


def test_a_long_log_of_ones_own_is_seen_at_once_and_then_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LONG", 10_000)
    path = tmp_path / "log.jsonl"
    path.write_text("".join(f'{{"step": {k}, "loss": {9 - k / 1000}}}\n' for k in range(5000)))
    reader = open_source(str(path))
    reader.glance()
    assert reader.recording.count > 100
    assert reader.recording.last_step == 4999
    reader.read_all()
    assert reader.recording.samples == 5000


def test_mlflows_database_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mlflow.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE latest_metrics (key, value)")
        database.execute(
            "CREATE TABLE metrics (key TEXT, value REAL, timestamp INT, run_uuid TEXT, step INT,"
            " is_nan BOOL)"
        )
        for step in range(3):
            series = {f"grad_norm/{name}": value for name, value in values(step).items()}
            for key, value in {"loss": 2.0 - step, **series}.items():
                row = (key, value, step + 10, "new", step, False)
                database.execute("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", row)
        database.execute("INSERT INTO metrics VALUES ('loss', 9.0, 1, 'old', 0, 0)")
    database.close()
    found = open_source(str(path))
    assert found.format == "MLflow"
    assert [layer.name for layer in found.recording.layers] == list(LAYERS)
    assert found.recording.steps[: found.recording.count].tolist() == [0, 1, 2]


def test_wandbs_own_format_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "run.wandb"
    path.write_bytes(b":W&B\xe1\xbe\x00" + bytes(100))
    with pytest.raises(WatchError, match="CSV"):
        open_source(str(path))


def test_half_a_character_in_a_name_does_not_break_the_document(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text('{"step": 1, "grad_norm": {"\\ud800": 1.0}, "x\\u001b[31m": 2}\n' * 2)
    reader = open_source(str(path))
    reader.read_all()
    assert [layer.name for layer in reader.recording.layers] == ["\\ud800"]
    assert b"ud800" in encode(watch_document([reader]))
