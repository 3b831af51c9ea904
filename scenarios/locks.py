"""A file that one process writes: the operating system's own lock, gone when its holder is.

Readers are not kept out.
"""

import sys


class Held(Exception):
    """Another process has the lock."""


class Unlockable(Exception):
    """The file system knows no locks."""


if sys.platform == "win32":
    import msvcrt
    import os

    BEYOND = 0x7FFF0000
    """A byte that no sweep reaches: Windows keeps readers away from what is locked."""

    def lock(file: int) -> None:
        """Take the lock, or raise Held."""
        os.lseek(file, BEYOND, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise Held from error
        finally:
            os.lseek(file, 0, os.SEEK_SET)

else:
    import fcntl

    def lock(file: int) -> None:
        """Take the lock, or raise Held or Unlockable."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Held from error
        except OSError as error:
            raise Unlockable from error
