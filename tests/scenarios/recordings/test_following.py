"""A recording is read while it is written, whatever becomes of the file."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from recordings import even, header, read, sample, samples, text, write
from vglab.scenarios.recordings.reading import LONG, RecordReader
from vglab.scenarios.recordings.record_lines import RecordedLayer, read_line
from vglab.scenarios.recordings.recording import FEWEST_SAMPLES, RecordedRun


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.jsonl"


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def read_on(reader: RecordReader) -> bool:
    reader.behind = True
    changed = reader.read(1.0)
    while reader.behind:
        changed |= reader.read(1.0)
    return changed


def steps(reader: RecordReader) -> list[int]:
    return reader.recording.steps[: reader.recording.count].tolist()


def test_a_half_written_line_is_waited_for(path: Path) -> None:
    line = text(sample(0, even(1)))
    write(path, header())
    append(path, line[:40])
    reader = read(path)
    assert steps(reader) == []
    append(path, line[40:])
    assert read_on(reader)
    assert steps(reader) == [0]
    assert not read_on(reader)
    assert reader.all_faults() == []


def test_a_file_that_was_rotated_is_opened_anew(path: Path) -> None:
    reader = read(write(path, header(), *samples(3)))
    path.rename(path.with_suffix(".1"))
    assert not read_on(reader)
    append(path.with_suffix(".1"), text(sample(30, even(1))))
    read_on(reader)
    assert steps(reader) == [0, 10, 20, 30]
    write(path, header(5), sample(7, even(1, 5)))
    read_on(reader)
    assert (steps(reader), len(reader.recording.layers)) == ([7], 5)


@pytest.mark.parametrize("count", [1, 9])
def test_a_file_that_was_cut_or_overwritten_is_read_anew(path: Path, count: int) -> None:
    reader = read(write(path, header(), *samples(5)))
    with path.open("r+b") as file:
        file.truncate()
        file.write(text(header(framework="jax 0.10"), *samples(count, every=3)))
    read_on(reader)
    assert steps(reader) == [*range(0, 3 * count, 3)]
    assert reader.recording.run.framework == "jax 0.10"


def test_a_second_header_goes_on_where_it_says(path: Path) -> None:
    again = (sample(step, even(0.5)) for step in (20, 30))
    reader = read(write(path, header(), *samples(4), header(), *again))
    found = reader.recording
    assert (steps(reader), found.segments) == ([0, 10, 20, 30], 2)
    assert found.tables["grad_norm"][2, 0] == pytest.approx(0.5**7)


def test_a_second_header_with_other_layers_begins_anew(path: Path) -> None:
    reader = read(write(path, header(), *samples(4), header(3), sample(0, even(1, 3))))
    assert (steps(reader), reader.recording.segments) == ([0], 2)


def test_what_stands_behind_a_half_line_is_read(path: Path) -> None:
    half = text(sample(10, even(1)))[:60]
    path.write_bytes(
        text(header(), sample(0, even(1))) + half + text(header(), sample(20, even(1)))
    )
    reader = read(path)
    assert (steps(reader), reader.recording.segments, reader.all_faults()) == ([0, 20], 2, [])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "run.jsonl: line 2: not a line of vglab.record/1"),
        (b'{"step":-1,"loss":1}', "step is not a whole number, 0 or more"),
        (b'{"step":1,"grad_norm":[1,2]}', "grad_norm has 2 numbers; there are 8 layers"),
        (b'{"schema":"vglab.record/2"}', "schema vglab.record/2; allowed: vglab.record/1"),
        (b'{"step":1,"loss":"much"}', "not a line of vglab.record/1"),
        (b"\xff\xfe", "not a line of vglab.record/1"),
    ],
)
def test_a_fault_is_a_line_and_the_rest_is_read(path: Path, line: bytes, said: str) -> None:
    path.write_bytes(text(header()) + line + b"\n" + text(sample(5, even(1))))
    reader = read(path)
    (fault,) = reader.all_faults()
    assert said in fault
    assert "\n" not in fault
    assert steps(reader) == [5]


def test_a_writer_killed_in_the_middle_of_lines_leaves_every_whole_line(path: Path) -> None:
    writer = (
        "import json,sys\n"
        f"lines={[*map(str, text(header(), *samples(2)).decode().splitlines())]!r}\n"
        "f=open(sys.argv[1],'ab',buffering=0)\n"
        "f.write(lines[0].encode()+b'\\n'); k=0; sample=json.loads(lines[1])\n"
        "while True:\n"
        " sample['step']=k; k+=1; data=json.dumps(sample).encode()+b'\\n'\n"
        " f.write(data[:k*37%len(data)]); f.write(data[k*37%len(data):])\n"
        " if k==50: print('on', flush=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", writer, str(path)], stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    reader = read(path)
    whole = path.read_bytes().count(b"\n") - 1
    assert reader.recording.samples == whole >= 50
    assert reader.all_faults() == []


def test_a_pipe_is_read_to_its_end() -> None:
    out, into = os.pipe()
    reader = RecordReader("-", out)
    os.write(into, text(header(), sample(0, even(1)))[:-9])
    reader.read_all()
    assert not reader.ended
    os.close(into)
    read_on(reader)
    assert reader.ended
    reader.close()


@pytest.mark.slow
def test_long_runs_are_thinned_and_their_peaks_stay() -> None:
    found = RecordedRun(room=FEWEST_SAMPLES)
    found.begin(read_layers())
    for step in range(20_000):
        grads = even(0.9)
        if step == 4321:
            grads[3] *= 50
        found.add(step, {"loss": 1.0}, {"grad_norm": grads})
    kept = found.steps[: found.count]
    assert found.samples == 20_000
    assert found.count <= FEWEST_SAMPLES
    assert (kept[0], kept[-1]) == (0, 19_999)
    assert np.all(np.diff(kept) > 0)
    assert 4321 in kept
    inner = np.diff(kept)
    assert inner.max() <= 4 * found.stride


def read_layers() -> list[RecordedLayer]:
    return read_line(text(header()).strip()).layers


def test_a_long_file_is_seen_at_once_and_then_as_a_whole(path: Path) -> None:
    lines = text(*samples(40, 0.9))
    count = LONG // len(lines) + 2
    many = (text(*(sample(1000 * n + 10 * k, even(0.9)) for k in range(40))) for n in range(count))
    path.write_bytes(text(header()) + b"".join(many))
    reader = RecordReader(str(path), str(path))
    reader.glance()
    first, last = steps(reader)[0], steps(reader)[-1]
    assert first < 1000
    assert last == 1000 * (count - 1) + 390
    assert 200 < reader.recording.count < 1200
    reader.read_all()
    assert reader.recording.samples == 40 * count
    assert steps(reader)[-1] == last
    append(path, text(sample(10**7, even(1))))
    read_on(reader)
    assert steps(reader)[-1] == 10**7
    assert reader.all_faults() == []


@pytest.mark.slow
def test_memory_stays_flat_while_a_file_grows(path: Path) -> None:
    import resource

    write(path, header())
    reader = RecordReader("run.jsonl", str(path))
    peaks: list[int] = []
    step = 0
    for _round in range(40):
        data = text(*(sample(step + k, even(0.9)) for k in range(1000)))
        step += 1000
        append(path, data)
        read_on(reader)
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    assert reader.recording.samples == step
    assert peaks[-1] - peaks[4] < 4_000


def test_losses_between_samples_are_kept_apart(path: Path) -> None:
    lines = [*samples(3), {"step": 25, "loss": 1.5, "noted": {"accuracy": 0.5}}]
    reader = read(write(path, header(), *lines, {"finished": True, "step": 30, "time": 3.0}))
    found = reader.recording
    assert steps(reader) == [0, 10, 20]
    assert found.losses.steps[: found.losses.count].tolist() == [0, 10, 20, 25]
    assert found.losses.scalars["loss"][3] == 1.5
    assert found.losses.noted["accuracy"][3] == 0.5
    assert (found.finished, found.last_step) == (True, 30)
