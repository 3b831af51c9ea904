"""The `vglab` command itself: its options, and its subcommands, loaded when they are called.

Without a subcommand it opens the lab, or runs a scenario without a screen. What either needs is
imported where it is called, so that help loads nothing but Click.
"""

from importlib import import_module
from typing import TYPE_CHECKING

import click

from ...scenarios.i18n import N_, _
from .commands import COMMANDS
from .localized import Command, Group
from .options import (
    ExpectationText,
    ScenarioName,
    common_options,
    machine_options,
    option,
    options_used,
    settings_of,
    settings_options,
)
from .process import Interrupts

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

SHORTENED = ("run",)
"""The commands that Ctrl-C makes shorter: they look at it between two steps."""
SUMMARIES = [Command(name, help=text) for name, text in COMMANDS.items()]
"""The commands as help and completion list them: a name and a help text, nothing to call."""


class Lab(Group):
    """A group that loads a command when it is called."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return load(cmd_name) if cmd_name in COMMANDS else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        click.Group(commands=SUMMARIES).format_commands(ctx, formatter)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem

        listed = [one for one in SUMMARIES if (one.name or "").startswith(incomplete)]
        items = [CompletionItem(one.name, help=one.get_short_help_str()) for one in listed]
        return items + click.Command.shell_complete(self, ctx, incomplete)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and (said := misread(args[0])):
            raise click.UsageError(said, ctx)
        return super().resolve_command(ctx, args)


def misread(name: str) -> str | None:
    """What is said of a word that stands where a command should; None if nothing is known."""
    from ...scenarios.errors import printable
    from .resolve import is_scenario

    if is_scenario(name):
        form = _("{name} is a scenario: did you mean vglab run {name}, or vglab lab {name}?")
    elif name.endswith(".toml"):
        form = _("{name}: no such file")
    elif name in OTHER_NAMES:
        form = _("No such command {name!r}. Did you mean vglab {command}?")
    else:
        return None
    return form.format(name=printable(name), command=OTHER_NAMES.get(name))


OTHER_NAMES = {
    **dict.fromkeys(("train", "fit", "diagnose"), "run"),
    **dict.fromkeys(("open", "start", "tui", "ui", "gui"), "lab"),
    **dict.fromkeys(("list", "ls", "presets"), "scenarios"),
    **dict.fromkeys(("info", "describe", "print", "cat", "new", "init"), "show"),
    **dict.fromkeys(("validate", "lint", "test"), "check"),
    **dict.fromkeys(("draw", "figure", "graph"), "plot"),
    **dict.fromkeys(("grid", "search", "tune"), "sweep"),
    **dict.fromkeys(("monitor", "follow", "tail"), "watch"),
    **dict.fromkeys(("terms", "explain"), "glossary"),
    "diff": "compare",
    "fix": "remedies",
    "score": "grade",
    "convert": "export",
    "help": "--help",
    "version": "--version",
}
"""Commands of other tools, and ours."""


@click.group(
    "vglab",
    cls=Lab,
    commands=SUMMARIES,
    invoke_without_command=True,
    help=N_(
        "The lab bench for gradient flow: see why a deep network stops learning, and which"
        " remedy does what. Without a command it opens the lab; with --json it trains and prints"
        " one JSON document."
    ),
    examples=(
        ("vglab", N_("open the lab on the first preset")),
        ("vglab --scenario relu --json", N_("train, and print everything that was measured")),
        (
            'vglab --scenario relu --json --expect "networks.model.diagnosis.rate > 0.5"',
            N_("exit with status 3 if it does not hold"),
        ),
        ("vglab --scenario deep-sigmoid --set network.depth=50", N_("the same, deeper")),
    ),
)
@option("--scenario", type=ScenarioName(), metavar="X", help=N_("A preset's id, or a file."))
@option("--json", "as_json", is_flag=True, help=N_("Train without a screen; print JSON."))
@option("--ascii", "ascii", is_flag=True, help=N_("Draw the lab in plain ASCII."))
@option("--kiosk", is_flag=True, help=N_("Presets only, and no file is written or read."))
@settings_options
@option(
    "--expect",
    type=ExpectationText(),
    multiple=True,
    metavar=N_("EXPECTATION"),
    help=N_("A condition that the run must meet, or the exit status is 3."),
)
@machine_options
@common_options
@click.pass_context
def vglab(
    ctx: click.Context,
    scenario: str | None,
    as_json: bool,
    ascii: bool,
    kiosk: bool,
    expect: tuple[str, ...],
    threads: int | None,
) -> None:
    interrupts = ctx.ensure_object(Interrupts)
    if ctx.invoked_subcommand is not None:
        if ctx.invoked_subcommand not in SHORTENED:
            interrupts.release()
        check_options_before(ctx, ctx.invoked_subcommand)
        return
    from .screen import check_kiosk_terminal, is_screen, open_screen, tell_about_stderr

    if as_json or expect or not is_screen():
        from .headless import RunRequest, run_headless

        check_kiosk_terminal(kiosk)
        if not as_json and not expect:
            tell_about_stderr()
        request = RunRequest(scenario, tuple(settings_of(ctx)), expect, as_json, threads)
        ctx.exit(run_headless(request, interrupts))
    else:
        interrupts.release()
        open_screen(ctx, scenario, ascii, kiosk)


def check_options_before(ctx: click.Context, command: str) -> None:
    """Refuse options of a run before a command, where they would have no effect."""
    for name in options_used(ctx):
        message = _("{option} cannot come before the command {command}.")
        raise click.UsageError(message.format(option=name, command=command), ctx)


def all_commands() -> dict[str, click.Command]:
    """Every command by its name, loaded."""
    return {name: load(name) for name in COMMANDS}


def load(name: str) -> click.Command:
    """Load a command from the file of its name."""
    return getattr(import_module(f".commands.{name}", __package__), name)
