"""Files that `vglab watch` reads: a target a format, and inputs that come close to one."""

import os
import shutil
import sqlite3
import struct
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import msgspec
from fuzz.inputs import NUMBERS, STRANGE, joined, spoilt
from hypothesis import strategies as st
from recordings import falling, header, samples, text
from vglab.scenarios.recordings.as_trace import as_trace
from vglab.scenarios.recordings.opening import open_source
from vglab.scenarios.recordings.reading import RecordReader
from vglab.scenarios.recordings.verdict.judgment import judge
from vglab.scenarios.recordings.verdict.sentences import brief
from vglab.scenarios.recordings.watch_document import encode, watch_document

RECORD = text(header(3), *samples(3, grads=[0.5, 1.0, 2.0], loss=falling()))
OWN = b'{"step": 1, "loss": 2.0, "grad_norm": {"a.0": 1.0, "a.1": 0.5}}\n{"step": 2, "loss": 1e3}\n'
TABLE = b"step,loss,lr,grad_2.0_norm/fc.0.weight\n0,2.0,0.1,1\n1,,,2\n2,1.0,0.1,\n"
STATE = b'{"max_steps": 9, "log_history": [{"step": 1, "loss": 2.0, "grad_norm": 1.0}]}'
KEYS = ('"step"', '"loss"', '"grad_norm"', '"schema"', '"layers"', '"noted"', '"cause"', '"name"')
PIECES = (*KEYS, *NUMBERS, *STRANGE, "{", "}", "[", "]", ":", ",", "\n", "null", "NaN", "-Infinity")
APART = b"\x1e"
"""Between the files of a folder that is one input."""
SPOILS = (
    b"null",
    b"1e999",
    b"NaN",
    b"[" * 2000,
    b'{"a":' * 2000,
    b"\xff",
    b"-1",
    b"1e308",
    b"5e-324",
    b"\\ud800",
)


def database(rows: str = "(1, '', 'run', 0, '{\"loss\": 1.0}')") -> bytes:
    """A small database of trackio."""
    with sqlite3.connect(":memory:") as memory:
        memory.execute("CREATE TABLE metrics (id, timestamp, run_name, step, metrics)")
        memory.execute(f"INSERT INTO metrics VALUES {rows}")
        found = memory.serialize()
    memory.close()
    return found


def mlflow_database(rows: str = "('loss', 1.0, 1, 'a', 1, 0, 0)") -> bytes:
    """A small database of MLflow."""
    with sqlite3.connect(":memory:") as memory:
        columns = "(key, value, timestamp, run_uuid, step, is_nan, other)"
        memory.execute(f"CREATE TABLE metrics {columns}")
        memory.execute("CREATE TABLE latest_metrics (key)")
        memory.execute(f"INSERT INTO metrics VALUES {rows}, ('grad_norm/a', 2, 2, 'a', 2, 0, 0)")
        found = memory.serialize()
    memory.close()
    return found


def framed(records: Iterable[bytes]) -> bytes:
    """An event file: each record behind its length and a checksum, which is not read, and before
    one."""
    return b"".join(struct.pack("<Qxxxx", len(one)) + one + bytes(4) for one in records)


def events() -> list[bytes]:
    """Events of TensorBoard: scalars of the old kind and the new."""
    event = import_module("tensorboard.compat.proto.event_pb2").Event
    old, new = event(step=1, file_version="brain.Event:2"), event(step=2)
    for tag in ("loss", "grad_norm/a", "grad_norm/b"):
        old.summary.value.add(tag=tag, simple_value=2.0)
        new.summary.value.add(tag=tag).tensor.float_val.append(1.5)
        packed = new.summary.value.add(tag=f"{tag}.packed").tensor
        packed.dtype, packed.tensor_content = 2, bytes(8)
    return [old.SerializeToString(), new.SerializeToString()]


def store(folder: Path, data: bytes) -> Path:
    """A run of MLflow's file store: the name of a series, what is in its file, and so on, with
    APART between them. A name that no file system takes is left out."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "metrics").mkdir(parents=True)
    parts = data.split(APART)
    for name, lines in zip(parts[::2], parts[1::2], strict=False):
        within = [part for part in os.fsdecode(name).split("/") if part.strip(".")]
        path = folder.joinpath("metrics", *within)
        with suppress(OSError, ValueError):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(lines)
    return folder


def watched(path: Path) -> None:
    """All that is said of a file: a document and words, whatever is in it."""
    reader = open_source(str(path))
    reader.read_all()
    run = reader.recording
    assert run.count <= run.room
    msgspec.json.decode(encode(watch_document([reader])))
    brief(judge(run), run)
    as_trace(run)
    assert all("\n" not in fault for fault in reader.all_faults())
    reader.close()


def cut(path: Path, data: bytes) -> None:
    """The same, of a file that grows, is cut and grows again."""
    middle = len(data) // 2
    path.write_bytes(data[:middle])
    reader = RecordReader("run", str(path))
    for content in (data[:middle], data, data[middle:], data):
        path.write_bytes(content)
        reader.behind = True
        reader.read_all()
    watch_document([reader])
    reader.close()


def targets(file: Callable[[str, bytes], Path]) -> Mapping[str, Callable[[bytes], None]]:
    """By name; `file` makes a file of some bytes."""

    def recording(data: bytes) -> None:
        path = file("run.jsonl", data)
        cut(path, data)
        watched(path)

    def log(name: str) -> Callable[[bytes], None]:
        return lambda data: watched(file(name, data))

    return {
        "recording": recording,
        "own_lines": log("log.jsonl"),
        "metrics_table": log("metrics.csv"),
        "trainer_state": log("trainer_state.json"),
        "trackio": log("trackio.db"),
        "mlflow_store": lambda data: watched(store(file("store", b"").with_suffix(".run"), data)),
        "mlflow_database": log("mlflow.db"),
        "event_file": log("events.out.tfevents.1"),
    }


SOUND = {
    "recording": RECORD,
    "own_lines": OWN,
    "metrics_table": TABLE,
    "trainer_state": STATE,
    "trackio": database(),
    "mlflow_store": APART.join([b"loss", b"9 2.0 1\n9 1.5 2\n", b"grad_norm/a", b"9 0.5 1\n"]),
    "mlflow_database": mlflow_database(),
    "event_file": framed(events()),
}
"""An input of each that is taken."""
INPUTS: Mapping[str, st.SearchStrategy[bytes]] = {
    "recording": st.one_of(spoilt(RECORD, SPOILS), joined(PIECES).map(lambda end: RECORD + end)),
    "own_lines": st.one_of(spoilt(OWN, SPOILS), joined(PIECES).map(lambda end: OWN + end)),
    "metrics_table": st.one_of(
        spoilt(TABLE, SPOILS), joined([*PIECES, "lr", "loss"]).map(lambda end: TABLE + end)
    ),
    "trainer_state": spoilt(STATE, SPOILS),
    "trackio": spoilt(SOUND["trackio"], SPOILS),
    "mlflow_store": st.one_of(
        spoilt(SOUND["mlflow_store"], [*SPOILS, APART, b"/", b"..", b" "]),
        joined([*PIECES, "loss", "\x1e", " ", "/", "9 1.0 2\n"]).map(
            lambda end: SOUND["mlflow_store"] + APART + end
        ),
    ),
    "mlflow_database": spoilt(SOUND["mlflow_database"], SPOILS),
    "event_file": st.one_of(
        spoilt(SOUND["event_file"], SPOILS),
        st.lists(st.one_of(*(spoilt(one, SPOILS) for one in events())), max_size=4).map(framed),
    ),
}
