"""The file of a recording: `vglab.record/1`, a line of strict JSON a record, safe against a kill.

Each record is appended with one write, so every whole line reads whatever happens to the process. A
write that fails (a full disk, a closed file) ends the recording with one warning, never the
training.
"""

from __future__ import annotations

import json
import math
import os
import sys
import time
from collections.abc import Iterable
from typing import Any

SCHEMA = "vglab.record/1"
VERSION = "0.1.0"
Document = dict[str, Any]

SENTENCES = {
    "late_hooks": (
        "hooks were set after compilation: error signals and activations are not seen;"
        " call watch() before the first forward pass",
        "los hooks se pusieron después de compilar: no se ven ni las señales de error ni las"
        " activaciones; llame a watch() antes de la primera pasada hacia delante",
    ),
    "sharding": (
        "{} is a way of sharding that vglab does not know: nothing is recorded",
        "{} es una forma de repartir los parámetros que vglab no conoce: no se graba nada",
    ),
    "failure": (
        "a measurement failed ({}); training goes on",
        "una medición ha fallado ({}); el entrenamiento sigue",
    ),
    "stopped": (
        "recording has stopped ({}); training goes on",
        "la grabación se ha detenido ({}); el entrenamiento sigue",
    ),
    "optimizer": (
        "{} has no step hooks of PyTorch: its steps are not seen",
        "{} no tiene los hooks de paso de PyTorch: sus pasos no se ven",
    ),
}
"""What a recorder may have to say, by its code: in English, and as a Spaniard says it."""


def sentence(code: str, detail: str = "", spanish: bool = False) -> str:
    """What a message of this code says."""
    return SENTENCES[code][spanish].format(detail)


def in_spanish() -> bool:
    """Whether this terminal speaks Spanish."""
    names = map(os.environ.get, ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    return next(filter(None, names), "").startswith("es")


def figure(value: object) -> float | int | None:
    """A number of 5 significant digits; None for what is missing or not finite."""
    if value is None or isinstance(value, int):
        return value
    number = float(value)  # type: ignore[arg-type]
    return float(f"{number:.5g}") if math.isfinite(number) else None


def figures(values: Iterable[object]) -> list[float | int | None]:
    """Numbers of 5 significant digits each."""
    return [figure(value) for value in values]


class Recording:
    """A file that grows by records; it can stop, and then takes no more."""

    def __init__(self, path: str | os.PathLike[str], record: bool = True) -> None:
        """Opens the file for appending; with `record` false nothing is opened nor written."""
        self.started = time.time()
        self.said: set[str] = set()
        self.file: int | None = None
        self.process = os.getpid()
        if record:
            try:
                self.file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
                self.mend()
            except (OSError, ValueError, TypeError) as error:
                self.stop(error)

    @property
    def open(self) -> bool:
        """Whether records are still taken: not after a failure, and not in a forked child."""
        return self.file is not None and self.process == os.getpid()

    def mend(self) -> None:
        """Ends a half-written last line of a run that was killed."""
        assert self.file is not None
        size = os.fstat(self.file).st_size
        if size and os.pread(self.file, 1, size - 1) != b"\n":
            os.write(self.file, b"\n")

    def now(self) -> float:
        """Seconds since the recording began."""
        return time.time() - self.started

    def append(self, *documents: Document) -> None:
        """Appends records with one write."""
        if not self.open:
            return
        assert self.file is not None
        dump = json.JSONEncoder(allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode
        try:
            text = "".join(f"{dump(document)}\n" for document in documents).encode()
            written = os.write(self.file, text)
            if written < len(text):
                os.write(self.file, text[written:])  # tells why, as a full disk takes no more
        except (OSError, ValueError, TypeError) as error:
            self.stop(error)

    def header(
        self, framework: str, layers: list[Document], optimizers: list[Document], **more: object
    ) -> None:
        """Begins a segment."""
        first = {"schema": SCHEMA, "version": VERSION, "framework": framework}
        rest = {"started": figure_of_time(self.started), **more}
        self.append({**first, **rest, "optimizers": optimizers, "layers": layers})

    def say(self, code: str, detail: str = "", step: int | None = None) -> None:
        """Says something once: to the terminal, and in the file."""
        if code in self.said:
            return
        self.said.add(code)
        warn(sentence(code, detail, in_spanish()))
        self.append({"message": sentence(code, detail), "code": code, "step": step})

    def stop(self, error: BaseException) -> None:
        """Ends the recording for a reason, which is said once."""
        self.close()
        if "stopped" not in self.said:
            self.said.add("stopped")
            warn(sentence("stopped", f"{type(error).__name__}: {error}", in_spanish()))

    def finish(self, step: int, finished: bool = True) -> None:
        """Says that the run has come to its end, and closes the file."""
        self.append({"finished": finished, "step": step, "time": figure(self.now())})
        self.close()

    def close(self) -> None:
        """Closes the file; more than once does no harm."""
        file, self.file = self.file, None
        if file is not None and self.process == os.getpid():
            try:
                os.close(file)
            except OSError as error:
                self.said.add("stopped")
                warn(sentence("stopped", str(error), in_spanish()))


def figure_of_time(seconds: float) -> float:
    """Unix seconds to the millisecond: five digits would say the week."""
    return round(seconds, 3)


def warn(text: str) -> None:
    """One line on the terminal. A warning of Python could be set to raise, and this may not."""
    try:
        print(f"vglab.watch: {text}", file=sys.stderr, flush=True)
    except (OSError, ValueError, AttributeError):
        return
