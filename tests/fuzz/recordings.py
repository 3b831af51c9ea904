"""Files that `vglab watch` reads: a target a format, and inputs that come close to one."""

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
from fuzz.inputs import NUMBERS, STRANGE, joined, spoilt
from hypothesis import strategies as st
from recordings import falling, header, samples, text
from vglab.scenarios.recordings.as_trace import as_trace
from vglab.scenarios.recordings.opening import open_source
from vglab.scenarios.recordings.reading import RecordReader
from vglab.scenarios.recordings.verdict.judgement import judge
from vglab.scenarios.recordings.verdict.sentences import brief
from vglab.scenarios.recordings.watch_document import encode, watch_document

RECORD = text(header(3), *samples(3, grads=[0.5, 1.0, 2.0], loss=falling()))
OWN = b'{"step": 1, "loss": 2.0, "grad_norm": {"a.0": 1.0, "a.1": 0.5}}\n{"step": 2, "loss": 1e3}\n'
TABLE = b"step,loss,lr,grad_2.0_norm/fc.0.weight\n0,2.0,0.1,1\n1,,,2\n2,1.0,0.1,\n"
STATE = b'{"max_steps": 9, "log_history": [{"step": 1, "loss": 2.0, "grad_norm": 1.0}]}'
KEYS = ('"step"', '"loss"', '"grad_norm"', '"schema"', '"layers"', '"noted"', '"cause"', '"name"')
PIECES = (*KEYS, *NUMBERS, *STRANGE, "{", "}", "[", "]", ":", ",", "\n", "null", "NaN", "-Infinity")
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
)


def database(rows: str = "(1, '', 'run', 0, '{\"loss\": 1.0}')") -> bytes:
    """A small database of trackio."""
    with sqlite3.connect(":memory:") as memory:
        memory.execute("CREATE TABLE metrics (id, timestamp, run_name, step, metrics)")
        memory.execute(f"INSERT INTO metrics VALUES {rows}")
        found = memory.serialize()
    memory.close()
    return found


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
    }


SOUND = {
    "recording": RECORD,
    "own_lines": OWN,
    "metrics_table": TABLE,
    "trainer_state": STATE,
    "trackio": database(),
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
}
