"""Grading scenario files by a rubric: what is locked, what is expected, and one file in a process
of its own, whose time and memory are bounded.

A file comes from a stranger: it is a scenario, never a program, and nothing it states reaches the
locked keys. A stated `data.name` begins the data anew, so a file of data that it names is not even
opened.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, convert, field

from ..errors import Fault, ScenarioError
from ..i18n import _, ngettext
from ..loading.toml_reader import as_setting, read
from ..schema.expectations import Expectation, ExpectationError, describe_unmet, parse
from ..schema.records import DatasetSpec, Record
from ..schema.spec import Line, RunSpec
from ..schema.validation import Place, check

DONE, WRONG = 0, 2
"""Exit statuses of a run (see the command line's)."""
PATIENCE = 10
"""How many times its seconds of computing a run may take by the clock: others compute too."""
OVERTIME = -getattr(signal, "SIGXCPU", 0) or None
"""The status of a process that has computed for longer than it may."""
Status = Literal["done", "invalid", "failed", "time", "memory"]


class TrainingLock(Record, frozen=True):
    """`[lock.training]`."""

    steps: Annotated[int, Meta(ge=1, le=1_000_000, description="updates of the weights")] = 2000


class Lock(Record, frozen=True):
    """`[lock]`: what the files cannot change."""

    data: DatasetSpec = field(default_factory=DatasetSpec)
    run: RunSpec = field(default_factory=RunSpec)
    training: TrainingLock = field(default_factory=TrainingLock)


class Limits(Record, frozen=True):
    """`[limits]`: what each file may take."""

    seconds: Annotated[
        int, Meta(ge=1, le=86_400, description="of computing, however busy the machine is")
    ] = 60
    megabytes: Annotated[
        int, Meta(ge=256, le=1_000_000, description="of address space, on Linux and macOS")
    ] = 2048


class Criterion(Record, frozen=True):
    """`[[expect]]`: a condition, and what it is worth."""

    condition: Line
    title: str = ""
    points: Annotated[float, Meta(ge=0)] = 1.0


class Rubric(Record, frozen=True):
    """A rubric file."""

    expect: tuple[Criterion, ...]
    lock: Lock = field(default_factory=Lock)
    limits: Limits = field(default_factory=Limits)


class Grade(Struct, frozen=True):
    """What a file got."""

    file: str
    status: Annotated[Status, Meta(description="done, or why there is no run")]
    points: float
    met: Annotated[tuple[bool, ...], Meta(description="each condition of the rubric")]
    remarks: Annotated[
        tuple[str, ...], Meta(description="faults of the file, or conditions that are not met")
    ]


class GradeBook(Struct, frozen=True):
    """What `vglab grade --json` prints."""

    schema: Literal["vglab.grade/1"]
    version: Annotated[str, Meta(description="of vglab")]
    conditions: tuple[Criterion, ...]
    most: Annotated[float, Meta(description="points there are")]
    grades: Annotated[tuple[Grade, ...], Meta(description="in the order of the files")]


def read_rubric(path: str) -> tuple[Rubric, list[str]]:
    """A rubric, and its lock as settings. Raises ScenarioError with every fault that it has."""
    tree = read(Path(path), path)
    faults = [*check(tree, Rubric, Place(path))]
    if not faults and not tree.get("expect"):
        example = _('as in: [[expect]] condition = "accuracy.test.0.-1 > 0.9"')
        faults.append(Fault(path, "expect", _("a rubric expects something"), example))
    if faults:
        raise ScenarioError(faults)
    rubric = convert(tree, Rubric)
    raise_bad_conditions(rubric, path)
    return rubric, lock_settings(tree.get("lock", {}), Path(path).parent)


def raise_bad_conditions(rubric: Rubric, path: str) -> None:
    """Raises ScenarioError where a condition cannot be read."""
    faults: list[Fault] = []
    for i, one in enumerate(rubric.expect):
        try:
            parse(one.condition)
        except ExpectationError as error:
            faults.append(Fault(path, f"expect.{i}.condition", str(error)))
    if faults:
        raise ScenarioError(faults)


def lock_settings(stated: Any, folder: Path) -> list[str]:
    """What is stated under `[lock]`, and the defaults where the files could say more, as settings:
    data from a file with all that tells how it is read, or a data set by its name."""
    tables: Mapping[str, Mapping[str, Any]] = {"data": {}, "run": {}, "training": {}, **stated}
    data = dict(tables["data"])
    if data.get("path"):
        own = DatasetSpec()
        data = {
            key: getattr(own, key) for key in ("label", "header", "separator", "test_share")
        } | data
        data["path"] = os.path.abspath(folder / os.path.expanduser(data["path"]))
    else:
        data = {"name": "circles"} | data
    plain = RunSpec()
    run = {key: getattr(plain, key) for key in RunSpec.__struct_fields__} | tables["run"]
    training = {"steps": TrainingLock().steps} | tables["training"]
    locked = {"data": data, "run": run, "training": training}
    return [
        as_setting(f"{table}.{key}", value)
        for table, keys in locked.items()
        for key, value in keys.items()
    ]


def grade_file(file: str, rubric: Rubric, settings: Sequence[str]) -> Grade:
    """Run a file in a process of its own, and hold the document against the rubric."""
    nothing = tuple(False for _one in rubric.expect)
    status, document, said = run_apart(file, settings, rubric.limits)
    if status != "done":
        return Grade(file, status, 0.0, nothing, tuple(said))
    met, remarks = [], []
    for one in rubric.expect:
        unmet = judge_condition(parse(one.condition), document)
        met.append(not unmet)
        remarks += unmet
    points = sum(one.points for one, is_so in zip(rubric.expect, met, strict=True) if is_so)
    return Grade(file, status, points, tuple(met), tuple(remarks))


def judge_condition(condition: Expectation, document: Any) -> list[str]:
    """A line where the document does not meet the condition, or has no such place."""
    try:
        return describe_unmet([condition], document)
    except ExpectationError as error:
        return [f"{condition.text}: {error}"]


def run_apart(
    file: str, settings: Sequence[str], limits: Limits
) -> tuple[Status, Any, Sequence[str]]:
    """How the run of a file ended, its document, and what it said where it has none."""
    path = file if os.path.isabs(file) else os.path.join(".", file)  # no preset, and no option
    command = [sys.executable, "-P", "-m", "vglab", "run", path, "--json"]
    for setting in settings:
        command += ["--set", setting]
    bounded = {"preexec_fn": bounds(limits)} if os.name == "posix" else {}
    try:
        ran = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limits.seconds * PATIENCE,
            check=False,
            **bounded,
        )
    except subprocess.TimeoutExpired:
        return late(limits)
    if ran.returncode == OVERTIME:
        return late(limits)
    said = [*error_lines(ran.stderr)]
    if ran.returncode == DONE:
        return "done", msgspec.json.decode(ran.stdout), said
    if ran.returncode == WRONG:
        return "invalid", None, said
    memory = ran.returncode < 0 or "memory" in " ".join(said).casefold()
    return ("memory" if memory else "failed"), None, said[-1:] or [_("killed by the system")]


def late(limits: Limits) -> tuple[Status, None, Sequence[str]]:
    """That a run has not ended in its time."""
    text = ngettext("not done in {count} second", "not done in {count} seconds", limits.seconds)
    return "time", None, [text.format(count=limits.seconds)]


def error_lines(stderr: bytes) -> Iterator[str]:
    """The lines on stderr, without the word in front that says they are errors."""
    for line in stderr.decode(errors="replace").splitlines():
        yield line.split(": ", 1)[-1] if line.startswith(("Error: ", "Error\u00a0: ")) else line


def bounds(limits: Limits) -> Callable[[], None]:
    """A function that bounds the process it is called in."""
    import resource

    most = limits.megabytes * 1_000_000

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 1))

    return bound
