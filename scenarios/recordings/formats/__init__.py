"""The formats that can be watched, a module each. A further one is a module and a row here.

`series_names` says what a series is, `series` makes a run of many; `csv_log`, `trainer_state`,
`trackio`, `mlflow`, `tensorboard` and `own_lines` are other tools' formats, `piped` is a pipe.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from ..first_lines import is_record
from ..reading import Reader, RecordReader
from ..record_lines import SCHEMA
from . import csv_log, mlflow, own_lines, tensorboard, trackio, trainer_state
from .series import FileReader, FolderReader, SeriesTable


@dataclass(frozen=True)
class SourceKind:
    """A format: how it is recognized, and what reads it."""

    name: str
    fits: Callable[[str, bytes], bool]
    """Whether a path with this beginning, none of a folder, is of it."""
    open: Callable[[str], Reader]
    """Raises OSError, VglabError."""


def is_record_file(path: str, head: bytes) -> bool:
    """Whether a file's first line says so, or nothing has been written yet."""
    return not os.path.isdir(path) and is_record(head)


def read_whole(
    name: str, parse: Callable[[str], SeriesTable], kind: type[FileReader] | type[FolderReader]
) -> Callable[[str], Reader]:
    """What reads a file or a folder anew when it changes."""
    return partial(open_whole, name, parse, kind)


def open_whole(
    name: str,
    parse: Callable[[str], SeriesTable],
    kind: type[FileReader] | type[FolderReader],
    path: str,
) -> Reader:
    """A reader of that kind. Raises OSError, VglabError."""
    return kind(path, name, parse)


KINDS: Sequence[SourceKind] = (
    SourceKind(SCHEMA, is_record_file, lambda path: RecordReader(path, path)),
    SourceKind(
        "MLflow", mlflow.fits_database, read_whole("MLflow", mlflow.parse_database, FileReader)
    ),
    SourceKind("trackio", trackio.fits, read_whole("trackio", trackio.parse, FileReader)),
    SourceKind(
        "TensorBoard", tensorboard.fits, read_whole("TensorBoard", tensorboard.parse, FolderReader)
    ),
    SourceKind("MLflow", mlflow.fits, read_whole("MLflow", mlflow.parse, FolderReader)),
    SourceKind(
        "trainer_state.json",
        trainer_state.fits,
        read_whole("trainer_state.json", trainer_state.parse, FileReader),
    ),
    SourceKind("NDJSON", own_lines.fits, lambda path: own_lines.OwnLineReader(path, path)),
    SourceKind("CSV", csv_log.fits, read_whole("CSV", csv_log.parse, FileReader)),
)
"""In the order in which they are tried."""
