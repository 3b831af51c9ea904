"""click's commands and options, speaking the language in use.

Their help is written down in English when the module is loaded and translated when it is asked
for, so that `--lang es --help` and a test in Spanish need no second import. Each command carries
examples, and errors are one line.
"""

from collections.abc import Iterable
from copy import copy
from typing import Any, TypeVar

import click

from ...scenarios.i18n import N_, _

Examples = tuple[tuple[str, str], ...]
"""Command lines, and what each does."""

P = TypeVar("P", "Option", "Argument")

OPTIONS = N_("[OPTIONS]")
COMMAND = N_("[COMMAND] …")


def told(text: str | None) -> str:
    """The text in the language in use; nothing where there is none (gettext has a use for "")."""
    return _(text) if text else ""


def spoken(parameter: P) -> P:
    """The parameter with its help and the name of its value in the language in use."""
    said = copy(parameter)
    said.metavar = told(said.metavar) or None
    if isinstance(said, Option):
        said.help = told(said.help) or None
    return said


class Option(click.Option):
    """An option that is explained in the language in use."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        return super(Option, spoken(self)).get_help_record(ctx)


class Argument(click.Argument):
    """An argument that is named in the language in use."""

    def make_metavar(self, ctx: click.Context) -> str:
        return super(Argument, spoken(self)).make_metavar(ctx)


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
        said = copy(self)
        said.help = told(self.help)
        return super(Command, said).get_short_help_str(limit)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(told(self.help))

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


class Refusal(click.ClickException):
    """The words were wrong: a line for each thing that was."""

    exit_code = 2

    def __init__(self, lines: Iterable[object]) -> None:
        self.lines = [str(line) for line in lines]
        super().__init__("\n".join(self.lines))


def complaint(error: click.ClickException) -> str:
    """What is wrong, a line for each thing; of what may have been meant, only the nearest."""
    if isinstance(error, click.NoSuchOption | click.NoSuchCommand) and error.possibilities:
        del error.possibilities[1:]
    said = error.lines if isinstance(error, Refusal) else [error.format_message()]
    lines = (_("Error: {message}").format(message=" ".join(line.split())) for line in said)
    return "\n".join(lines)
