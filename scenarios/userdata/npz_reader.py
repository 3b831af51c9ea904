"""A person's own data as NPZ, NumPy's archive of arrays: X, a sample a row, and y, its classes.

What is in the archive is held to be numbers and words, never objects: unpickling would run whatever
code the file's author put there.
"""

from __future__ import annotations

import hashlib
import struct
import tokenize
import warnings
import zipfile
import zlib
from array import array
from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from ..errors import allowed_text, found_text, why_unreadable
from ..i18n import _
from .table import (
    LARGEST,
    MISSING,
    DataTable,
    TableError,
    TableRequest,
    count_classes,
    number_classes,
    refuse_too_large,
    ways_with_missing,
)

UNREADABLE = (
    OSError,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    MemoryError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What a broken archive, or one with a password, has been seen to raise."""
NUMBERS, WORDS = "biuf", "US"
"""Kinds of arrays, as NumPy calls them."""
HEADERS: Mapping[tuple[int, int], Callable[[Any], tuple[Any, bool, np.dtype[Any]]]] = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
WORKING = 18
"""Bytes held for each entry of X beside the array itself: as float64, what is not finite among
them, and as the table keeps it."""
WORD_BYTES = 160
"""Bytes held for each entry of y, which becomes a word."""


def read_archive(request: TableRequest) -> DataTable:
    """The table. Raises TableError."""
    label = request.label or "y"
    refuse_named_columns(request)
    try:
        with open(request.path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise TableError(why_unreadable(error)) from error
    try:
        with zipfile.ZipFile(request.path) as archive:
            kept = [name.removesuffix(".npy") for name in archive.namelist()]
            refuse_missing(kept, ["X", *([label] if request.classes else [])])
            X = member(archive, "X")
            y = member(archive, label) if request.classes else np.zeros(len(X))
    except TableError:
        raise
    except UNREADABLE as error:
        raise TableError(_("not an NPZ archive")) from error
    return build_table(X, y, request, label, digest)


def refuse_named_columns(request: TableRequest) -> None:
    """Raises TableError where the scenario speaks of columns by their names or words."""
    for key, stated in (
        ("drop", bool(request.drop)),
        ("categories", request.categories != "refuse"),
    ):
        if stated:
            what = _("an NPZ archive has no columns with names or words")
            raise TableError(what, key=f"data.{key}")


def refuse_missing(names: Sequence[str], required: Sequence[str]) -> None:
    """Raises TableError where one of the arrays is not there."""
    for name in required:
        if name not in names:
            there = ", ".join(names[:8])
            what = _("no array named {name}").format(name=name)
            key = "data.path" if name in "Xy" else "data.label"
            raise TableError(
                what, _("it has {names}").format(names=there) if names else "", key=key
            )


def member(archive: zipfile.ZipFile, name: str) -> Any:
    """An array of the archive. Raises TableError where it cannot be read or holds objects."""
    try:
        refuse_bomb(archive, f"{name}.npy")
        with archive.open(f"{name}.npy") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of headers that an old Python wrote
            return np.lib.format.read_array(file, allow_pickle=False)
    except TableError:
        raise
    except UNREADABLE as error:
        if "pickle" in str(error):
            what = _("the array {name} holds Python objects, and those are not opened")
        else:
            what = _("the array {name} cannot be read")
        raise TableError(what.format(name=name), allowed_text(_("numbers"))) from error


def refuse_bomb(archive: zipfile.ZipFile, name: str) -> None:
    """Raises TableError for an array that would fill the memory once it is read."""
    size = archive.getinfo(name).file_size
    with archive.open(name) as file:
        version = np.lib.format.read_magic(file)
        header = HEADERS.get(version)
        dtype = header(file)[2] if header else None
    entry = dtype.itemsize if dtype is not None and dtype.itemsize else 1
    refuse_too_large(size + size / entry * (WORKING if name == "X.npy" else WORD_BYTES))


def build_table(X: Any, y: Any, request: TableRequest, label: str, digest: str) -> DataTable:
    """The table of X (rows, …) and y (rows,). Raises TableError at what does not fit in one."""
    refuse_misfit(X, y, label)
    X = X.astype(np.float64, copy=False)
    whole = len(X)
    if request.missing == "drop":
        present = ~np.isnan(X).any(axis=tuple(range(1, X.ndim)))
        X, y = X[present], y[present]
    refuse_infinite(X, but_missing=request.missing == "mean")
    targets = numeric_targets(y, label) if request.targets == "numbers" else array("d")
    words = class_words(y, label) if request.classes and not targets else []
    classes, numbers = number_classes(words, len(X), request, label)
    names = tuple(f"x{i + 1}" for i in range(prod(X.shape[1:])))
    flat = array("d")
    flat.frombytes(np.ascontiguousarray(X).data.cast("B"))
    counts = count_classes(classes, numbers, request)
    return DataTable(
        names=names,
        shape=X.shape[1:],
        numbers=flat,
        label=label,
        classes=classes,
        y=numbers,
        digest=digest,
        counts=counts,
        targets=targets,
        dropped=whole - len(X),
        filled=int(np.isnan(X).sum()),
    )


def class_words(y: Any, label: str) -> list[str]:
    """The class of each row. Raises TableError where one is missing."""
    words = [as_word(value) for value in y.tolist()]
    unknown = next((row for row, word in enumerate(words) if word.casefold() in MISSING), None)
    if unknown is not None:
        raise TableError(f"{label}[{unknown}]: {found_text(words[unknown])}", _("no class"))
    return words


def numeric_targets(y: Any, label: str) -> array[float]:
    """The numbers that are learned. Raises TableError where they are none, or not finite."""
    if y.dtype.kind not in NUMBERS or not (np.abs(y.astype(np.float64)) <= LARGEST).all():
        what = _("the array {name} holds {kind}").format(name=label, kind=y.dtype)
        raise TableError(what, allowed_text(_("finite numbers")), key="data.targets")
    return array("d", y.astype(np.float64).tolist())


def refuse_misfit(X: Any, y: Any, label: str) -> None:
    """Raises TableError unless X (rows, …) holds numbers and y (rows,) a class for each row."""
    if X.dtype.kind not in NUMBERS or y.dtype.kind not in NUMBERS + WORDS:
        name, kind = ("X", X.dtype) if X.dtype.kind not in NUMBERS else (label, y.dtype)
        what = _("the array {name} holds {kind}").format(name=name, kind=kind)
        raise TableError(what, allowed_text(_("numbers")))
    if not 2 <= X.ndim <= 4 or 0 in X.shape[1:]:
        what = _("X has the shape {shape}").format(shape=X.shape)
        raise TableError(what, allowed_text(_("a sample a row, and 1 to 3 axes more")))
    if y.shape != (len(X),):
        form = _("{label} has the shape {shape}, and X has {rows} rows")
        raise TableError(form.format(label=label, shape=y.shape, rows=len(X)))


def refuse_infinite(X: Any, but_missing: bool) -> None:
    """Raises TableError at the first entry that is no finite number; NaN may be a missing one."""
    with np.errstate(all="ignore"):
        amiss = ~(np.abs(X) <= LARGEST)
    if but_missing:
        amiss &= ~np.isnan(X)
    if amiss.any():
        place = tuple(int(i) for i in np.argwhere(amiss)[0])
        where = "X[{}]".format(", ".join(map(str, place)))
        hint = ways_with_missing() if np.isnan(X[place]) else ""
        raise TableError(
            f"{where}: {found_text(float(X[place]))}", allowed_text(_("a finite number")), hint
        )


def as_word(value: object) -> str:
    """A class's name; 1.0 is the class 1."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    whole = isinstance(value, (bool, float)) and value == value and float(value).is_integer()
    return str(int(value)) if whole and isinstance(value, (bool, float)) else str(value)
