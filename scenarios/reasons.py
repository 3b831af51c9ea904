"""Why the operating system refused: in our words, where it is one of the usual reasons."""

import errno
from collections.abc import Mapping

from .words import N_, _

Table = Mapping[int, str]

USUAL: Table = {
    errno.EACCES: N_("you may not write here"),
    errno.EDQUOT: N_("no space left: your quota is used up"),
    errno.EFBIG: N_("the file has become larger than it may be"),
    errno.EIO: N_("reading or writing has failed"),
    errno.EISDIR: N_("a folder, not a file"),
    errno.ENAMETOOLONG: N_("the name is too long"),
    errno.ENOENT: N_("no such file or folder"),
    errno.ENOSPC: N_("no space left on the disk"),
    errno.ENOTDIR: N_("part of the path is a file, not a folder"),
    errno.EPERM: N_("you may not write here"),
    errno.EROFS: N_("the disk can only be read"),
}
"""By the number of the error, where something was to be written."""
UNREADABLE: Table = {
    errno.EACCES: N_("you may not read this file"),
    errno.EISDIR: N_("a folder, not a file"),
    errno.ENOENT: N_("no such file"),
    errno.EPERM: N_("you may not read this file"),
}
"""The same where a file was to be read."""
DENIED: Table = dict.fromkeys((errno.EACCES, errno.EPERM), N_("permission denied"))
"""The same where nobody knows what was to be done."""


def reason(error: OSError, first: Table = USUAL) -> str:
    """Why, in the language in use; these words before the usual ones. What is not usual is said
    as the system says it."""
    number = error.errno or 0
    said = first.get(number) or USUAL.get(number)
    return _(said) if said else error.strerror or str(error) or type(error).__name__


def unreadable(error: OSError) -> str:
    """Why a file cannot be read."""
    if (error.errno or 0) in UNREADABLE:
        return reason(error, UNREADABLE)
    return _("the file cannot be read ({reason})").format(reason=reason(error))


def told(error: OSError) -> str:
    """Why something cannot be done, with the file's name where the error has one."""
    return ": ".join(map(str, filter(None, (error.filename, reason(error, DENIED)))))
