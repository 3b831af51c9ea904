"""Generate the man page from the commands: `python docs/make_man.py` writes docs/man/vglab.1."""

from collections.abc import Iterator
from pathlib import Path

import click
from vglab.scenarios.i18n import set_language
from vglab.scenarios.version import VERSION
from vglab.tui.cli.group import all_commands, vglab
from vglab.tui.cli.localized import Command
from vglab.tui.cli.process import ExitCode

PAGE = Path(__file__).parent / "man" / "vglab.1"
STATUSES = {
    ExitCode.DONE: "Done; a run that diverged is a result, not a failure.",
    ExitCode.FAILED: "The run could not be carried out.",
    ExitCode.WRONG: "Usage error or invalid scenario.",
    ExitCode.UNMET: "An expectation was not met.",
    ExitCode.INTERRUPTED: "Interrupted.",
}


def plain(text: str) -> str:
    """The text with what troff would interpret escaped."""
    said = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{said}" if said.startswith((".", "'")) else said


def item(head: str, text: str) -> str:
    """A term and what it means."""
    return f".TP\n.B {plain(head)}\n{plain(text)}"


def options(command: click.Command, context: click.Context) -> Iterator[str]:
    """Every option of a command. Its arguments, of which click gives no help before 8.5.1 and an
    empty one since, stand in the usage."""
    options = (one for one in command.get_params(context) if isinstance(one, click.Option))
    for record in filter(None, (option.get_help_record(context) for option in options)):
        yield item(*record)


def examples(command: click.Command) -> Iterator[str]:
    """Every example of a command."""
    if isinstance(command, Command):
        for line, what in command.examples:
            yield item(line, f"{what}.")


def section(name: str, command: click.Command, context: click.Context) -> Iterator[str]:
    """One command."""
    usage = " ".join(command.collect_usage_pieces(context))
    yield f".SS {plain(f'vglab {name} {usage}')}"
    yield plain(command.help or "")
    yield from options(command, context)
    yield from examples(command)


def page() -> str:
    """The whole page."""
    set_language("en")
    context = click.Context(vglab, info_name="vglab")
    lines = [
        f'.TH VGLAB 1 "" "vglab {VERSION}" "User Commands"',
        ".SH NAME\nvglab \\- the lab bench for gradient flow",
        ".SH SYNOPSIS\n.B vglab\n[OPTIONS] [COMMAND] ...",
        f".SH DESCRIPTION\n{plain(vglab.help or '')}",
        ".SH OPTIONS",
        *options(vglab, context),
        ".SH COMMANDS",
    ]
    for name in sorted(all_commands()):
        command = all_commands()[name]
        lines += section(name, command, click.Context(command, context, info_name=name))
    lines += [".SH EXAMPLES", *examples(vglab)]
    lines += [".SH EXIT STATUS", *(item(str(int(code)), STATUSES[code]) for code in ExitCode)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
