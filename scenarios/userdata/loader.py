"""A scenario on a person's own data: the table it names, how it is parted, and whether it fits.

A table is read when its scenario is loaded. What reads it is imported where it is called for, as
most scenarios have no file.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from math import isqrt, prod
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..errors import Fault, ScenarioError, short_toml, why_unreadable
from ..i18n import _, ngettext
from ..schema.spec import RECURRENT, Scenario, is_own

if TYPE_CHECKING:
    from .table import DataTable, TableRequest

KEY = "data.path"
LEAST = 2, 1
"""Rows there must be to learn from, and to judge by."""
PLANE = 2
State = tuple[int, ...]
CACHE: dict[TableRequest, tuple[State, DataTable]] = {}
"""The tables read last, so that a run is of one state of its file however long it takes."""
MOST = 2
"""Tables that are kept."""


class SampleForm(NamedTuple):
    """How an architecture reads a sample: the number of positions, and of numbers at each."""

    places: int
    numbers: int


def table(scenario: Scenario) -> DataTable:
    """The data of the scenario's file, as they were when it was loaded. Raises ScenarioError."""
    wanted = table_request(scenario)
    return CACHE[wanted][1] if wanted in CACHE else read_table(wanted)


def read_table(request: TableRequest) -> DataTable:
    """The data as they are on the disk now, which are kept. Raises ScenarioError."""
    from .table import TableError

    now = state(request.path)
    if request in CACHE and CACHE[request][0] == now:
        return CACHE[request][1]
    CACHE.pop(request, None)
    for oldest in [*CACHE][: len(CACHE) - MOST + 1]:
        del CACHE[oldest]
    try:
        CACHE[request] = now, read_file(request)
    except TableError as error:
        fault = Fault("", error.key, f"{file_name(request.path)}: {error}")
        raise ScenarioError([fault]) from error
    return CACHE[request][1]


def table_request(scenario: Scenario) -> TableRequest:
    """What the scenario wants of its file."""
    from .table import TableRequest

    data = scenario.data
    classes = scenario.kind == "classifier"
    return TableRequest(
        path=data.path,
        label=data.label,
        classes=classes,
        header=data.header,
        separator=data.separator,
        targets=data.targets if classes else "classes",
        drop=data.drop,
        missing=data.missing,
        categories=data.categories,
    )


def state(path: str) -> State:
    """What changes when the file does."""
    try:
        about = os.stat(path)
    except (OSError, ValueError):
        return ()
    return about.st_mtime_ns, about.st_size, about.st_ino


def file_name(path: str) -> str:
    """The file without its folders, which the scenario says."""
    name = os.path.basename(path)
    return name if name.isprintable() else short_toml(name)


def split_counts(counts: Sequence[int], share: float) -> list[int]:
    """How many rows of each class are to judge by: about the share, and never a class's last."""
    back = [min(round(share * count), count - 1) for count in counts]
    if counts and not any(back):
        largest = max(range(len(counts)), key=counts.__getitem__)
        back[largest] = min(1, counts[largest] - 1)
    return back


def sizes(scenario: Scenario) -> tuple[int, int]:
    """Points to learn from, and points held back."""
    data = scenario.data
    if not is_own(scenario):
        return data.train, data.test
    counts = table(scenario).counts
    back = sum(split_counts(counts, data.test_share))
    return sum(counts) - back, back


def form(architecture: str, shape: Sequence[int]) -> SampleForm | None:
    """How the architecture looks at samples of that shape; None where it cannot."""
    match (architecture, *shape):
        case ("cnn", int(pixels)) if isqrt(pixels) ** 2 == pixels:
            return SampleForm(pixels, 1)
        case ("cnn", int(rows), int(columns), *channels) if rows == columns:
            return SampleForm(rows * columns, *channels or [1])
        case (_, int(steps), *numbers) if architecture in RECURRENT and len(numbers) < 2:
            return SampleForm(steps, *numbers or [1])
        case ("mlp", *_sizes):
            return SampleForm(1, prod(shape))
        case _:
            return None


def batch_size(scenario: Scenario) -> int:
    """Samples a step looks at: training.batch, or all rows where a person's own are fewer."""
    stated = scenario.training.batch
    if not is_own(scenario) or scenario.kind == "gan":
        return stated
    return min(stated, sizes(scenario)[0])


def amiss_in_data(scenario: Scenario) -> Iterator[Fault]:
    """The faults of the scenario's own data; their `file` is empty, for the caller to fill in."""
    try:
        found = read_table(table_request(scenario))
    except ScenarioError as error:
        yield from error.faults
        return
    for key, what in OF_KIND[scenario.kind](scenario, found):
        yield Fault("", key, f"{file_name(scenario.data.path)}: {what}")


def unfit_to_tell_apart(scenario: Scenario, data_table: DataTable) -> Iterator[tuple[str, str]]:
    """What a classifier cannot do with a table."""
    learned, back = sizes(scenario)
    if learned < LEAST[0] or back < LEAST[1]:
        few = _("{train} training rows and {test} held out; at least 2 and 1 are needed")
        yield KEY, few.format(train=learned, test=back)
    if form(scenario.network.architecture, data_table.shape) is None:
        yield KEY, unlike(scenario.network.architecture, data_table)


def unlike(architecture: str, data_table: DataTable) -> str:
    """Why an architecture cannot look at a table."""
    size = " × ".join(map(str, data_table.shape))
    if architecture == "cnn":
        return _("samples of {size} numbers are not square images, which a cnn needs").format(
            size=size
        )
    return _("samples of {size} numbers are not sequences").format(size=size)


def unfit_to_imitate(_scenario: Scenario, data_table: DataTable) -> Iterator[tuple[str, str]]:
    """What a GAN cannot do with a table."""
    if len(data_table.names) != PLANE:
        form = ngettext(
            "{count} column of numbers; a GAN here imitates points in the plane, of 2",
            "{count} columns of numbers; a GAN here imitates points in the plane, of 2",
            len(data_table.names),
        )
        yield KEY, form.format(count=len(data_table.names))


OF_KIND = {"classifier": unfit_to_tell_apart, "gan": unfit_to_imitate}


def read_file(request: TableRequest) -> DataTable:
    """The table. Raises TableError."""
    refuse_no_file(request.path)
    ending = Path(request.path).suffix.casefold()
    if ending == ".npz":
        from .npz_reader import read_archive

        return read_archive(request)
    if ending == ".parquet":
        from .parquet_reader import read_parquet

        return read_parquet(request)
    from .csv_reader import read_csv

    return read_csv(request)


def refuse_no_file(path: str) -> None:
    """Raises TableError for what cannot be read, or would fill the memory."""
    from .table import TIMES, TableError, refuse_too_large

    try:
        about = os.stat(path)
        open(path, "rb").close() if stat.S_ISREG(about.st_mode) else None
    except OSError as error:
        raise TableError(why_unreadable(error)) from error
    except ValueError as error:
        form = _("the file cannot be read ({reason})")
        raise TableError(form.format(reason=error)) from error
    if not stat.S_ISREG(about.st_mode):
        raise TableError(_("not a data file"))
    refuse_too_large(about.st_size * TIMES)
