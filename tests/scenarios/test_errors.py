"""What the operating system refuses is said in our words, in both languages."""

import errno
import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
import vglab.engine
import vglab.scenarios
from vglab.scenarios import i18n as words
from vglab.scenarios.errors import USUAL, VglabError, describe, one_line, reason, why_unreadable
from vglab.scenarios.sweep.store import LedgerError, lines

WANTED = "ENOSPC EACCES EPERM EROFS ENOENT EISDIR ENOTDIR EDQUOT EIO EFBIG ENAMETOOLONG"


def refusal(number: int, *file: str) -> OSError:
    return OSError(number, os.strerror(number), *file)


@pytest.mark.parametrize("name", WANTED.split())
def test_the_usual_reasons_are_said_in_both_languages(name: str) -> None:
    error = refusal(getattr(errno, name))
    english = reason(error)
    assert english != error.strerror
    words.set_language("es")
    assert reason(error) not in (english, error.strerror, "")


def test_the_others_are_said_as_the_system_says_them() -> None:
    assert errno.ENOTTY not in USUAL
    assert reason(refusal(errno.ENOTTY)) == os.strerror(errno.ENOTTY)
    assert reason(LedgerError("one line")) == "one line"
    assert reason(OSError()) == "OSError"


def test_the_file_is_named_where_it_is_known() -> None:
    assert describe(refusal(errno.ENOSPC)) == "no space left on the disk"
    assert describe(refusal(errno.EROFS, "a.json")) == "a.json: the disk is read-only"
    assert describe(refusal(errno.EACCES, "vglab")) == "vglab: permission denied"
    assert one_line(refusal(errno.EIO, "a.csv")) == "a.csv: reading or writing failed"


def test_reading_and_writing_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert why_unreadable(refusal(errno.EACCES)) == "you do not have permission to read this file"
    assert (
        why_unreadable(refusal(errno.EIO)) == "the file cannot be read (reading or writing failed)"
    )

    def refuse(*_: object) -> None:
        raise refusal(errno.EACCES)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(LedgerError, match="you do not have permission to read this file"):
        next(lines(tmp_path / "sweep.jsonl"))


def test_every_exception_of_ours_can_be_caught_by_one_name() -> None:
    ours = ("vglab.engine.", "vglab.scenarios.")
    found = {error for error in every_exception() if error.__module__.startswith(ours)}
    assert len(found) > 10
    assert {error for error in found if not issubclass(error, VglabError)} == set()
    assert not isinstance(OSError(), VglabError)


def every_exception() -> Iterator[type[Exception]]:
    """The exceptions of all modules of the engine and the scenarios."""
    for package in (vglab.engine, vglab.scenarios):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if "deprecated" not in str(module.module_finder):
                import_module(module.name)
    todo: list[type[Exception]] = [Exception]
    while todo:
        error = todo.pop()
        todo += error.__subclasses__()
        yield error
