"""What `vglab` can be asked for: the click group and its commands.

Each command turns words into one call; what the call needs is imported inside it, so that help,
listing and checking load neither numpy nor Textual nor plotext.
"""

import os
import sys
from collections.abc import Sequence

import click

from ..scenarios.words import N_, _, ngettext
from .experiments import COMMANDS
from .interrupts import Interrupts
from .options import (
    ScenarioName,
    argument,
    common_options,
    given,
    machine_options,
    option,
    settings_options,
    stated,
)
from .output import complain, say
from .speech import Group

WRONG = 2


class Lab(Group):
    """The `vglab` command; a preset's id in a command's place is not left without an answer."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from .listing import is_preset

        if self.get_command(ctx, args[0]) is None and is_preset(args[0]):
            question = _("{name} is a scenario: did you mean --scenario {name}?")
            raise click.UsageError(question.format(name=args[0]), ctx)
        return super().resolve_command(ctx, args)


@click.group(
    "vglab",
    cls=Lab,
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
        from .headless import Wanted, carry_out

        ctx.exit(carry_out(Wanted(scenario, tuple(stated(ctx)), expect, as_json), interrupts))
    else:
        interrupts.release()
        from .app import open_lab
        from .asking import first_preset, resolved

        name = first_preset() if scenario is None else scenario
        refuse_outside(name, kiosk)
        refuse_data(stated(ctx), kiosk)
        asked = resolved(name, stated(ctx))  # a mistake is told here, before there is a screen
        refuse_outside(asked.data.path or name, kiosk)
        open_lab(name, tuple(stated(ctx)), ascii, kiosk)


def refuse_outside(name: str, kiosk: bool) -> None:
    """A kiosk opens nothing but presets."""
    from .listing import is_preset

    if kiosk and not is_preset(name):
        complaint = _("{name} is no preset, and --kiosk opens nothing else.")
        raise click.UsageError(complaint.format(name=name))


def refuse_data(settings: Sequence[str], kiosk: bool) -> None:
    """Nor is a file of data looked into, were it only to say what is wrong with it."""
    from ..scenarios.settings import tree

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


@vglab.command(
    help=N_("List the presets. Each with its title and what it changes against its base."),
    examples=(
        ("vglab scenarios", N_("a line for each preset")),
        ("vglab scenarios --json", N_("the same for a program")),
    ),
)
@option("--json", "as_json", is_flag=True, help=N_("Print JSON."))
@common_options
def scenarios(as_json: bool) -> None:
    from .listing import as_document, as_table

    say(as_document() if as_json else as_table())


@vglab.command(
    help=N_("Print a scenario. Every key is resolved, and what differs from its base is marked."),
    examples=(
        ("vglab show relu", N_("what the preset states, and over what")),
        ("vglab show relu --set network.depth=50", N_("with a change")),
    ),
)
@argument("scenario", type=ScenarioName(), metavar="X")
@settings_options
@common_options
@click.pass_context
def show(ctx: click.Context, scenario: str) -> None:
    from .asking import resolved
    from .toml import shown

    say(shown(resolved(scenario, stated(ctx))))


@vglab.command(
    help=N_("Check scenario files. A line for each fault, and exit status 2 if there is one."),
    examples=(("vglab check mine.toml", N_("before handing it to a class")),),
)
@argument("files", nargs=-1, required=True, type=click.Path(), metavar=N_("FILE…"))
@common_options
@click.pass_context
def check(ctx: click.Context, files: tuple[str, ...]) -> None:
    from .asking import faults_of

    found = [fault for file in files for fault in faults_of(file)]
    for fault in found:
        say(str(fault))
    if found:
        ctx.exit(WRONG)
    complain(
        ngettext("{count} file, no fault", "{count} files, no fault", len(files)).format(
            count=len(files)
        )
    )


@vglab.command(
    help=N_("Print a JSON Schema. Of what a run prints, or of what a scenario file states."),
    examples=(("vglab schema run", N_("of what --json prints")),),
)
@argument(
    "document", type=click.Choice(["run", "scenario", "sweep", "compare", "remedies", "claims"])
)
@common_options
def schema(document: str) -> None:
    from .schemas import SCHEMAS

    say(SCHEMAS[document]())


@vglab.command(
    help=N_("Serve the lab to browsers. Each visitor has an own one, in kiosk mode."),
    examples=(("vglab serve --port 8000", N_("on this machine, for its own browser")),),
)
@option("--port", type=click.IntRange(1, 65535), default=8000, metavar="N", help=N_("Port."))
@option("--host", default="127.0.0.1", metavar=N_("ADDRESS"), help=N_("Address to listen at."))
@common_options
@click.pass_context
def serve(ctx: click.Context, port: int, host: str) -> None:
    from .serving import serve

    ctx.ensure_object(Interrupts).release()
    serve(host, port)


for command in COMMANDS:
    vglab.add_command(command)
