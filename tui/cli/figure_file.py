"""A figure's file, as `plot` and `sweep --draw` are given it."""

from __future__ import annotations

import errno
from pathlib import Path

from ...scenarios.errors import VglabError, reason
from ...scenarios.files import write_whole
from ...scenarios.i18n import _
from .localized import InputError

FORMATS = (".svg", ".pdf", ".png")


def check_file(out: Path, force: bool) -> None:
    """Raise InputError where the file cannot be one of a figure, or is there already."""
    if out.suffix.lower() not in FORMATS:
        allowed = _("allowed: {names}").format(names=", ".join(FORMATS))
        raise InputError([f"{out}: " + _("no such figure format") + f"; {allowed}"])
    if out.exists() and not force:
        raise InputError([f"{out}: " + _("the file exists already (--force replaces it)")])
    if not out.parent.is_dir():
        raise InputError([f"{out.parent}: {reason(FileNotFoundError(errno.ENOENT, ''))}"])


def form_of(out: Path) -> str:
    """The form that the file's ending says."""
    return out.suffix.lower().removeprefix(".")


def write_figure(out: Path, data: bytes, force: bool) -> None:
    """Write it whole or not at all; raises VglabError."""
    try:
        write_whole(out, [data], force)
    except OSError as error:
        raise VglabError(f"{out}: {reason(error)}") from error
