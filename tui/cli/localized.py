"""Click's commands, options and errors in the language in use.

Help texts are English constants and are translated when they are shown, so that the language can
change after the import. A command has examples; an error is one line.
"""

from collections.abc import Iterable
from copy import copy
from typing import Any, TypeVar

import click

from ...scenarios.i18n import N_, _
from .process import ExitCode

Examples = tuple[tuple[str, str], ...]
"""Command lines, and what each does."""

P = TypeVar("P", "Option", "Argument")

OPTIONS = N_("[OPTIONS]")
COMMAND = N_("[COMMAND] …")


def translate(text: str | None) -> str:
    """The text in the language in use; "" stays "", which gettext would take for its header."""
    return _(text) if text else ""


def translate_parameter(parameter: P) -> P:
    """The parameter with its help and the name of its value in the language in use."""
    copied = copy(parameter)
    copied.metavar = translate(copied.metavar) or None
    if isinstance(copied, Option):
        copied.help = translate(copied.help) or None
    return copied


class Option(click.Option):
    """An option whose help is in the language in use."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        return super(Option, translate_parameter(self)).get_help_record(ctx)


class Argument(click.Argument):
    """An argument whose name is in the language in use."""

    def make_metavar(self, ctx: click.Context) -> str:
        return super(Argument, translate_parameter(self)).make_metavar(ctx)


class Command(click.Command):
    """A command with examples."""

    def __init__(self, *args: Any, examples: Examples = (), **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", OPTIONS)
        kwargs.setdefault("context_settings", {"help_option_names": ["-h", "--help"]})
        super().__init__(*args, **kwargs)
        self.examples = examples

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [_(piece) for piece in super().collect_usage_pieces(ctx)]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        # click keeps what the first context asked for, whoever made that context.
        ctx.help_option_names = ["-h", "--help"]
        option = super().get_help_option(ctx)
        if option:
            option.help = _("Show this message and exit.")
        return option

    def get_short_help_str(self, limit: int = 45) -> str:
        copied = copy(self)
        copied.help = translate(self.help)
        return super(Command, copied).get_short_help_str(limit)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(translate(self.help))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Examples")):
            for line, what in self.examples:
                formatter.write(f"{'':>{formatter.current_indent}}{line}\n")
                with formatter.indentation():
                    formatter.write_text(_(what))


class Group(Command, click.Group):
    """A command that has commands."""

    command_class = Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, subcommand_metavar=COMMAND, **kwargs)


class InputError(click.ClickException):
    """Invalid input, with a line for each fault."""

    exit_code = ExitCode.WRONG

    def __init__(self, lines: Iterable[object]) -> None:
        self.lines = [str(line) for line in lines]
        super().__init__("\n".join(self.lines))


def error_message(error: click.ClickException) -> str:
    """The error, a line for each fault; of the names that click suggests, only the nearest."""
    if isinstance(error, click.NoSuchOption | click.NoSuchCommand) and error.possibilities:
        del error.possibilities[1:]
    faults = error.lines if isinstance(error, InputError) else [error.format_message()]
    lines = (_("Error: {message}").format(message=" ".join(line.split())) for line in faults)
    return "\n".join(lines)
