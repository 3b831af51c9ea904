"""What is said to the outside: data on stdout, everything else on stderr.

Whoever reads stdout may have had enough before the end (`| head`): then the rest goes nowhere, and
that is no error.
"""

import os
import sys

import click
from click.exceptions import Exit

STDOUT = 1


def say(data: str | bytes, end: bytes = b"\n") -> None:
    """Put data on stdout, a line or a whole document; of bytes, more may follow."""
    try:
        if isinstance(data, bytes):
            write(data + end)
        else:
            click.echo(data)
    except BrokenPipeError as error:
        hush()
        raise Exit(0) from error


def write(data: bytes) -> None:
    """Write all of it: with PYTHONUNBUFFERED a write that a Ctrl-C interrupts is only begun."""
    if sys.stdout is None:  # it was closed before we started
        return
    sys.stdout.flush()
    rest = memoryview(data)
    while rest:
        rest = rest[sys.stdout.buffer.write(rest) :]
    sys.stdout.buffer.flush()


def hush() -> None:
    """Send the rest of stdout nowhere, what Python has kept back and flushes at its end too."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STDOUT)
    os.close(nowhere)


def complain(line: str) -> None:
    """Say on stderr what is wrong."""
    click.echo(line, err=True)
