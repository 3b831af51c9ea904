"""The `vglab` command: from the first moment of the process to its exit status.

What can be asked for stands in commands.py; click itself is loaded only after Ctrl-C has been taken
care of. Exit status: 0 done, 1 the run could not be carried out, 2 the words were wrong, 3 an
expectation was not met, 130 interrupted.
"""

import gc
import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from .process import INTERRUPTED, Interrupts

if TYPE_CHECKING:
    from ...scenarios.i18n import Language


def main() -> None:
    """The entry point of the installed command."""
    interrupts = Interrupts()
    interrupts.hold()
    status = run(sys.argv[1:], interrupts)
    interrupts.ignore()
    gc.freeze()  # or Python, at its end, looks through all there is for garbage, several times
    sys.exit(status)


def run(arguments: Sequence[str], interrupts: Interrupts | None = None) -> int:
    """Do what the arguments say; every way of not succeeding is one line on stderr."""
    from ...scenarios.i18n import set_language

    set_language(language_in(arguments))
    from click import Abort, ClickException

    from .localized import complaint
    from .output import complain, hush

    try:
        return obey(list(arguments), interrupts or Interrupts())
    except ClickException as error:
        complain(complaint(error))
        return error.exit_code
    except BrokenPipeError:
        hush()
        return 0
    except (OSError, MemoryError) as error:
        hush()
        complain(complaint(ClickException(refused(error))))
        return 1
    except (Abort, KeyboardInterrupt):
        return INTERRUPTED


def refused(error: OSError | MemoryError) -> str:
    """What the system would not do or give, in the language in use."""
    from ...scenarios.errors import describe

    return describe(error) if isinstance(error, OSError) else str(error) or type(error).__name__


def obey(arguments: list[str], interrupts: Interrupts) -> int:
    """Let click read the arguments and call the command; gives the exit status."""
    from click.exceptions import Exit

    from .group import vglab

    if "_VGLAB_COMPLETE" in os.environ:
        vglab.main(arguments, "vglab")  # answers the shell's question and exits
    try:
        with vglab.make_context("vglab", arguments, obj=interrupts) as context:
            vglab.invoke(context)
    except Exit as end:
        return end.exit_code
    return 0


def language_in(arguments: Sequence[str]) -> "Language":
    """The language asked for, wherever it stands: complaints about other words are in it too."""
    from ...scenarios.i18n import preferred

    words = [word for argument in arguments for word in argument.split("=", 1)]
    asked = next((after for word, after in pairwise(words) if word == "--lang"), None)
    return asked if asked == "en" or asked == "es" else preferred()
