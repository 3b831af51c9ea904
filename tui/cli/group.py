"""The `vglab` command itself: its options, and its subcommands, loaded when they are called.

Without a subcommand it opens the lab, or runs a scenario without a screen. What either needs is
imported where it is called, so that help loads nothing but Click.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import click

from ...scenarios.i18n import N_, _
from .commands import COMMANDS
from .localized import Command, Group, InputError
from .options import (
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
        if args[0] not in COMMANDS:
            from .resolve import is_preset

            if is_preset(args[0]):
                question = _("{name} is a scenario: did you mean --scenario {name}?")
                raise click.UsageError(question.format(name=args[0]), ctx)
        return super().resolve_command(ctx, args)


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
        ("vglab --scenario relu --json", N_("train, and print all that was measured")),
        (
            'vglab --scenario relu --json --expect "networks.model.diagnosis.rate > 0.5"',
            N_("exit with status 3 unless it is so"),
        ),
        ("vglab --scenario deep-sigmoid --set network.depth=50", N_("the same, deeper")),
    ),
)
@option("--scenario", type=ScenarioName(), metavar="X", help=N_("A preset's id, or a file."))
@option("--json", "as_json", is_flag=True, help=N_("Train without a screen; print JSON."))
@option("--ascii", "ascii", is_flag=True, help=N_("Draw the lab with nothing but ASCII."))
@option("--kiosk", is_flag=True, help=N_("Presets only, and no file is written or read."))
@settings_options
@option(
    "--expect",
    multiple=True,
    metavar=N_("EXPECTATION"),
    help=N_("What the run must show, or the exit status is 3."),
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
) -> None:
    interrupts = ctx.ensure_object(Interrupts)
    if ctx.invoked_subcommand is not None:
        interrupts.release()
        check_options_before(ctx, ctx.invoked_subcommand)
    elif as_json or expect or not is_screen():
        check_kiosk_terminal(kiosk)
        from .headless import RunRequest, run_headless

        request = RunRequest(scenario, tuple(settings_of(ctx)), expect, as_json)
        ctx.exit(run_headless(request, interrupts))
    else:
        interrupts.release()
        from ..lab.launch import open_lab
        from .resolve import first_preset, resolve

        name = first_preset() if scenario is None else scenario
        check_kiosk_file(name, kiosk)
        check_kiosk_data(settings_of(ctx), kiosk)
        limit_room_processes(kiosk)
        resolution = resolve(name, settings_of(ctx))  # an error is told before there is a screen
        check_kiosk_file(resolution.data.path or name, kiosk)
        open_lab(name, tuple(settings_of(ctx)), ascii, kiosk)


def open_watch_lab(files: Sequence[str], settings: Sequence[str], ascii: bool) -> None:
    """Open the lab on recordings."""
    from ..lab.launch import open_watch

    open_watch(files, settings, ascii)


def limit_room_processes(kiosk: bool) -> None:
    """Refuse a VGLAB_PROCESSES that is no number, and set it in kiosk mode where it is not set."""
    from ...scenarios.runs.cores import (
        KIOSK_PROCESSES,
        PROCESSES,
        ProcessesError,
        requested_processes,
    )

    try:
        if requested_processes() is None and kiosk:
            os.environ[PROCESSES] = str(KIOSK_PROCESSES)
    except ProcessesError as error:
        raise InputError([str(error)]) from error


def check_kiosk_file(name: str, kiosk: bool) -> None:
    """Refuse, in kiosk mode, whatever is not a preset."""
    from .resolve import is_preset

    if kiosk and not is_preset(name):
        message = _("{name} is no preset, and --kiosk opens nothing else.")
        raise click.UsageError(message.format(name=name))


def check_kiosk_data(settings: Sequence[str], kiosk: bool) -> None:
    """Refuse, in kiosk mode, a setting of `data.path`, before that file is opened."""
    from ...scenarios.loading.toml_reader import setting_tree

    for setting in settings if kiosk else ():
        match setting_tree(setting):
            case {"data": {"path": path}}:
                check_kiosk_file(str(path), kiosk)
            case _:
                pass


def check_kiosk_terminal(kiosk: bool) -> None:
    """Refuse kiosk mode without a terminal, where only a run without a screen is possible."""
    if kiosk and sys.stdin is not None and sys.stdin.isatty() and os.environ.get("TERM") == "dumb":
        message = _(
            "--kiosk opens the lab, which TERM=dumb cannot show: set TERM, as in TERM=xterm."
        )
        raise click.UsageError(message)
    if kiosk:
        message = _(
            "--kiosk opens the lab, and that needs a terminal: over SSH ask for one, ssh -t."
        )
        raise click.UsageError(message)


def check_options_before(ctx: click.Context, command: str) -> None:
    """Refuse options of a run before a command, where they would have no effect."""
    for name in options_used(ctx):
        message = _("{option} does not go before the command {command}.")
        raise click.UsageError(message.format(option=name, command=command), ctx)


def is_screen() -> bool:
    """Whether the lab can be shown: in a terminal with keys, or by textual-serve in a browser."""
    if "TEXTUAL_DRIVER" in os.environ:
        return True
    streams = (sys.stdin, sys.stdout)
    at_hand = all(stream is not None and stream.isatty() for stream in streams)
    return at_hand and os.environ.get("TERM") != "dumb"


def all_commands() -> dict[str, click.Command]:
    """Every command by its name, loaded."""
    return {name: load(name) for name in COMMANDS}


def load(name: str) -> click.Command:
    """Load a command from the file of its name."""
    return getattr(import_module(f".commands.{name}", __package__), name)
