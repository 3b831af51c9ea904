"""What `vglab` can be asked for: the click group and its commands.

Each command turns words into one call; what the call needs is imported inside it, so that help,
listing and checking load neither numpy nor Textual nor plotext.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import click

from ...scenarios.i18n import N_, _
from .commands import COMMANDS
from .localized import Command, Group
from .options import (
    ScenarioName,
    common_options,
    given,
    machine_options,
    option,
    settings_options,
    stated,
)
from .process import Interrupts

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

SUMMARIES = [Command(name, help=text) for name, text in COMMANDS.items()]
"""The commands as help and completion list them: by name and in words, with nothing behind."""


class Lab(Group):
    """The `vglab` command, which loads its commands one by one, when they are asked for."""

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
        refuse_before(ctx, ctx.invoked_subcommand)
    elif as_json or expect or not is_screen():
        refuse_headless(kiosk)
        from .commands.run import Wanted, carry_out

        ctx.exit(carry_out(Wanted(scenario, tuple(stated(ctx)), expect, as_json), interrupts))
    else:
        interrupts.release()
        from ..lab.launch import open_lab
        from .resolve import first_preset, resolved

        name = first_preset() if scenario is None else scenario
        refuse_outside(name, kiosk)
        refuse_data(stated(ctx), kiosk)
        asked = resolved(name, stated(ctx))  # a mistake is told here, before there is a screen
        refuse_outside(asked.data.path or name, kiosk)
        open_lab(name, tuple(stated(ctx)), ascii, kiosk)


def refuse_outside(name: str, kiosk: bool) -> None:
    """A kiosk opens nothing but presets."""
    from .resolve import is_preset

    if kiosk and not is_preset(name):
        complaint = _("{name} is no preset, and --kiosk opens nothing else.")
        raise click.UsageError(complaint.format(name=name))


def refuse_data(settings: Sequence[str], kiosk: bool) -> None:
    """Nor is a file of data looked into, were it only to say what is wrong with it."""
    from ...scenarios.loading.toml_reader import tree

    for setting in settings if kiosk else ():
        match tree(setting):
            case {"data": {"path": path}}:
                refuse_outside(str(path), kiosk)
            case _:
                pass


def refuse_headless(kiosk: bool) -> None:
    """A kiosk is for people at a terminal, and does nothing for scripts."""
    if kiosk:
        said = _("--kiosk opens the lab, and that needs a terminal: over SSH ask for one, ssh -t.")
        raise click.UsageError(said)


def refuse_before(ctx: click.Context, command: str) -> None:
    """Options of a run mean nothing before a command, so they are not passed over in silence."""
    for name in given(ctx):
        complaint = _("{option} does not go before the command {command}.")
        raise click.UsageError(complaint.format(option=name, command=command), ctx)


def is_screen() -> bool:
    """Whether there is a terminal that can show the lab and has keys, or a browser that is one."""
    if "TEXTUAL_DRIVER" in os.environ:
        return True
    streams = (sys.stdin, sys.stdout)
    at_hand = all(stream is not None and stream.isatty() for stream in streams)
    return at_hand and os.environ.get("TERM") != "dumb"


def all_commands() -> dict[str, click.Command]:
    """Every command by its name, loaded: for the man page, and to look them over."""
    return {name: load(name) for name in COMMANDS}


def load(name: str) -> click.Command:
    """A command by its name, from the file of that name."""
    return getattr(import_module(f".commands.{name}", __package__), name)
