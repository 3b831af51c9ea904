"""Which of the known formats a file, a folder or a pipe is in, told by its content."""

from __future__ import annotations

import os
from collections.abc import Sequence

from ..errors import TRAINING_SCRIPT, VglabError, why_unreadable
from ..i18n import N_, _
from .first_lines import HEAD
from .formats import KINDS, SourceKind
from .formats.piped import PipedReader
from .reading import Reader

WANDB = b":W&B"
"""What a file of W&B begins with."""

OTHERS = (
    (b'{"schema":"vglab.sweep/', N_("a sweep's file: vglab plot and vglab export read it")),
    (b'{"schema":"vglab.run/', N_("a run's document, not a recording: it holds its diagnosis")),
)
"""How files of ours begin that are no recordings, and what to say of them."""


class WatchError(VglabError):
    """A source cannot be watched; the message says why."""


def open_source(name: str, pipe: int | None = None) -> Reader:
    """A reader of this file or folder, or of the pipe for `-`. Raises WatchError."""
    if name == "-":
        return PipedReader("-", 0 if pipe is None else pipe)
    try:
        kind = kind_of(name)
        return kind.open(name)
    except OSError as error:
        raise WatchError(f"{name}: {why_unreadable(error)}") from error
    except VglabError as error:
        raise WatchError(f"{name}: {error}") from error


def kind_of(path: str) -> SourceKind:
    """The format of a file or folder. Raises OSError, WatchError."""
    head = b""
    if not os.path.isdir(path):
        with open(path, "rb") as file:
            head = file.read(HEAD)
    for start, said in OTHERS:
        if head.startswith(start):
            raise WatchError(_(said))
    for kind in KINDS:
        if kind.fits(path, head):
            return kind
    if head.startswith(WANDB):
        raise WatchError(
            _("W&B's own format, which has no open reader; export the run's history as CSV")
        )
    if path.endswith(".py"):
        raise WatchError(_(TRAINING_SCRIPT))
    said = _("not in any known format: {formats}")
    names = dict.fromkeys(kind.name for kind in KINDS)
    raise WatchError(said.format(formats=", ".join(names)))


def open_all(names: Sequence[str], pipe: int | None = None) -> list[Reader]:
    """Readers of all of them. Raises WatchError."""
    return [open_source(name, pipe) for name in names]
