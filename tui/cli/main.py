"""The entry point of `vglab`: from the first moment of the process to its exit status.

Click is loaded only after Ctrl-C is held back. The group and its options are in group.py, the exit
statuses in process.py.
"""

import gc
import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from .process import ExitCode, Interrupts

if TYPE_CHECKING:
    from ...scenarios.i18n import Language


def main() -> None:
    """Run the installed command and exit with its status."""
    interrupts = Interrupts()
    interrupts.hold()
    status = interrupts.status(run(sys.argv[1:], interrupts))
    interrupts.ignore()
    gc.freeze()  # or Python, at its end, looks through all there is for garbage, several times
    sys.exit(status)


def run(arguments: Sequence[str], interrupts: Interrupts | None = None) -> int:
    """Run the command line; returns the exit status. Every error is a line on stderr."""
    from ...scenarios.i18n import set_language

    set_language(requested_language(arguments))
    from click import Abort, ClickException

    from .localized import error_message
    from .output import discard_stdout, print_error, spare_encodings

    spare_encodings()
    try:
        return invoke(list(arguments), interrupts or Interrupts())
    except ClickException as error:
        print_error(error_message(error))
        return error.exit_code
    except BrokenPipeError:
        discard_stdout()
        return ExitCode.DONE
    except (Abort, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    except Exception as error:
        if (said := failure(error)) is None:
            raise
        discard_stdout()
        print_error(error_message(ClickException(said)))
        return ExitCode.FAILED


def failure(error: Exception) -> str | None:
    """What the system refused, or a part of a person's own did, in the language in use; None for
    an error of the program itself."""
    from ...scenarios.errors import VglabError, describe

    if isinstance(error, OSError):
        return describe(error)
    if isinstance(error, (MemoryError, VglabError)):
        return str(error) or type(error).__name__
    return None


def invoke(arguments: list[str], interrupts: Interrupts) -> int:
    """Let click parse the arguments and call the command; returns the exit status."""
    from click.exceptions import Exit

    from .group import vglab

    if "_VGLAB_COMPLETE" in os.environ:
        vglab.main(arguments, "vglab")  # answers the shell's question and exits
    try:
        with vglab.make_context("vglab", arguments, obj=interrupts) as context:
            vglab.invoke(context)
    except Exit as end:
        return end.exit_code
    return ExitCode.DONE


def requested_language(arguments: Sequence[str]) -> "Language":
    """The language of `--lang`, wherever it stands, so that an error in another option is in it
    too; else the environment's."""
    from ...scenarios.i18n import preferred_language

    words = [word for argument in arguments for word in argument.split("=", 1)]
    asked = next((after for word, after in pairwise(words) if word == "--lang"), None)
    return asked if asked == "en" or asked == "es" else preferred_language()
