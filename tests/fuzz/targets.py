"""Everything that reads what a stranger wrote, each as a function of bytes that must end well.

A target returns whether the input was taken. What is refused is refused by the error that has a
line for people; any other exception is a bug, and so is a line break in that line.
"""

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import msgspec
from fuzz import recordings
from fuzz.program import command_line, keyboard
from vglab.scenarios.errors import ScenarioError
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.recordings.opening import WatchError
from vglab.scenarios.schema.expectation_types import check_path
from vglab.scenarios.schema.expectations import ExpectationError, describe_unmet, parse
from vglab.scenarios.schema.spec import Scenario
from vglab.scenarios.sweep.axes import parse_axes
from vglab.scenarios.sweep.store import Ledger, LedgerError, Line, NoSweep, lines
from vglab.scenarios.userdata.loader import read_file as read
from vglab.scenarios.userdata.table import TableError, TableRequest

Target = Callable[[bytes], bool]
REFUSALS = (ScenarioError, ExpectationError, TableError, LedgerError, NoSweep, WatchError)
DOCUMENT = {
    "networks": {"model": {"diagnosis": {"rate": 0.2, "state": "healthy", "budget": [1, None]}}},
    "accuracy": {"test": [[0.5, 0.9], [0.5, 1.0]]},
    "finished": True,
}


@cache
def folder() -> Path:
    """Where the files are that targets read: in memory, where the system has such a place."""
    memory = "/dev/shm"
    place = memory if os.path.isdir(memory) else None
    return Path(tempfile.mkdtemp(prefix="vglab-fuzz-", dir=place))


def file(name: str, content: bytes) -> Path:
    """A file of that content."""
    path = folder() / f"{os.getpid()}-{name}"
    path.write_bytes(content)
    return path


def ends_well(target: Callable[[bytes], object]) -> Target:
    """The target, with its refusals as an answer."""

    def tried(data: bytes) -> bool:
        try:
            target(data)
        except REFUSALS as error:
            each = getattr(error, "faults", (error,))
            assert each, "a refusal says why"
            assert all(str(one).strip() and "\n" not in str(one) for one in each), each
            return False
        return True

    return tried


def text(data: bytes) -> str:
    """What a command line would hold."""
    return os.fsdecode(data.replace(b"\0", b""))


def scenario(data: bytes) -> Scenario:
    """A scenario file; what is taken can be written as JSON."""
    found = load(file("mine.toml", data))
    msgspec.json.encode(found)
    return found


def setting(data: bytes) -> Scenario:
    """`--set`; what it says of own data is kept from leading anywhere."""
    return load("relu", [text(data)])


def over(data: bytes) -> None:
    """`--over`."""
    parse_axes([text(data)], random=False)


def expectation(data: bytes) -> None:
    """`--expect`, before there is a document, and what it finds in one."""
    wanted = parse(text(data))
    describe_unmet([wanted], DOCUMENT)
    check_path(wanted, Line, "classifier")


def ledger(data: bytes) -> None:
    """A sweep's file that goes on, and one that is only read."""
    path = file("sweep.jsonl", data)
    with Ledger(path):
        kept = path.read_bytes()
        assert kept.startswith(data) or data.startswith(kept), "only a half line is cut off"
        for entry in lines(path):
            json.dumps(msgspec.to_builtins(entry))


def table(data: bytes) -> None:
    """A CSV of the user's own."""
    whole(file("own.csv", data))


def loose_table(data: bytes) -> None:
    """The same where words and gaps are allowed, numbers are learned, or a column is left out."""
    path = str(file("own.csv", data))
    refused: list[TableError] = []
    mean = TableRequest(path, missing="mean", categories="onehot")
    numbers = TableRequest(path, missing="drop", targets="numbers")
    first = text(data).partition("\n")[0].split(",")[0].strip()
    fewer = mean._replace(drop=(first,), label="y", header="yes", separator="comma")
    for request in (mean, numbers, fewer, numbers._replace(drop=(first,), categories="onehot")):
        try:
            found = read(request)
        except TableError as error:
            refused.append(error)
            continue
        (width,) = found.shape
        assert len(found.numbers) == width * len(found.y) > 0
        gaps = [number for number in found.numbers if number != number]
        assert not request.drop or first not in found.names
        assert bool(gaps) <= (request.missing == "mean")
        assert all(abs(number) <= 1e300 for number in found.numbers if number == number)
        assert len(found.targets) == (len(found.y) if request.targets == "numbers" else 0)
    for error in refused:
        assert "\n" not in str(error)
    if len(refused) == 4:
        raise refused[0]


def archive(data: bytes) -> None:
    """An NPZ of the user's own."""
    whole(file("own.npz", data))


def whole(path: Path) -> None:
    """What is read is a table: each row has a class, and every number is finite."""
    found = read(TableRequest(str(path)))
    size = 1
    for length in found.shape:
        size *= length
    assert len(found.numbers) == size * len(found.y)
    assert all(abs(number) <= 1e300 for number in found.numbers)
    assert 2 <= len(found.classes) <= 100
    assert sum(found.counts) == len(found.y)


TARGETS: Mapping[str, Target] = (
    {
        target.__name__: ends_well(target)
        for target in (scenario, setting, over, expectation, ledger, table, loose_table, archive)
    }
    | {name: ends_well(target) for name, target in recordings.targets(file).items()}
    | {"command_line": command_line, "keyboard": keyboard}
)
