"""The options of the command line, each written down once.

Most of them are short for `--set KEY=VALUE`, as the table below says; where both state a key, the
short one counts.
"""

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ...scenarios.i18n import N_, set_language
from .localized import Argument, Option

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


F = TypeVar("F", bound=Callable[..., Any])

SHORT_FOR = {
    "--seed": ("run.seed", "N", N_("Seed of the first replica.")),
    "--replicas": ("run.replicas", "R", N_("Networks to train at once, seeds N … N+R-1.")),
    "--steps": ("training.steps", "N", N_("Training steps.")),
    "--record-every": ("run.record_every", "K", N_("Steps from one record to the next.")),
    "--dtype": ("run.dtype", "float32|float64", N_("Precision to train in.")),
}
BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")
"""Read once, when numpy is loaded."""


class ScenarioName(click.types.StringParamType):
    """A preset's id, or a path to a scenario file."""

    name = "scenario"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem

        from ...scenarios.loading.changes import presets

        ids = [
            CompletionItem(preset.id, help=preset.title.chosen())
            for preset in presets()
            if preset.id.startswith(incomplete)
        ]
        return [*ids, CompletionItem(incomplete, type="file")]


class ClaimName(click.types.StringParamType):
    """A claim's id."""

    name = "claim"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem

        from ...scenarios.claims.catalog import claims

        return [
            CompletionItem(name, help=claim.says.chosen())
            for name, claim in claims().items()
            if name.startswith(incomplete)
        ]


def option(*names: str, **how: Any) -> Callable[[F], F]:
    """An option that is explained in the language in use."""
    return click.option(*names, cls=Option, **how)


def argument(*names: str, **how: Any) -> Callable[[F], F]:
    """An argument that is named in the language in use."""
    return click.argument(*names, cls=Argument, **how)


def settings_options(command: F) -> F:
    """`--set`, and what is short for it."""
    for name, (key, metavar, what) in reversed(SHORT_FOR.items()):
        how = {"metavar": metavar, "help": what, "expose_value": False}
        command = option(name, callback=states(name, key), **how)(command)
    return option(
        "--set",
        multiple=True,
        expose_value=False,
        callback=states_all,
        metavar=N_("KEY=VALUE"),
        help=N_("State any key of the scenario, as in --set network.depth=50."),
    )(command)


Callback = Callable[[click.Context, click.Parameter, Any], None]


def states(name: str, key: str) -> Callback:
    """A callback that keeps `key=value` among what is stated."""

    def keep(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> None:
        if value is not None:
            stated(ctx).append(f"{key}={value}")
            spelling(ctx)[key] = name

    return keep


def states_all(ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> None:
    """Keep what `--set` states, before all that the short options do."""
    stated(ctx)[:0] = values


def stated(ctx: click.Context) -> list[str]:
    """What the command line states so far, as KEY=VALUE."""
    return ctx.meta.setdefault("vglab.stated", [])


def spelling(ctx: click.Context) -> dict[str, str]:
    """The option by which a key was stated, where it was not `--set`."""
    return ctx.meta.setdefault("vglab.spelling", {})


def common_options(command: F) -> F:
    """`--lang`, which every command has."""
    return option(
        "--lang",
        type=click.Choice(["en", "es"]),
        expose_value=False,
        is_eager=True,
        callback=speak,
        help=N_("Language to speak; by default the environment's."),
    )(command)


def speak(_ctx: click.Context, _parameter: click.Parameter, language: str | None) -> None:
    """Change the language."""
    if language == "en" or language == "es":
        set_language(language)


def machine_options(command: F) -> F:
    """`--threads`, `--version`: what concerns the program, not the scenario."""
    command = option(
        "--version",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=show_version,
        help=N_("Show the versions of vglab and of what it computes with, and exit."),
    )(command)
    return option(
        "--threads",
        type=click.IntRange(min=1),
        expose_value=False,
        callback=use_threads,
        metavar="N",
        help=N_("Threads for matrix products; 1 is best for all but very wide layers."),
    )(command)


def show_version(ctx: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    """What a report of a fault should begin with."""
    if asked and not ctx.resilient_parsing:
        from ...scenarios.version import versions
        from .output import say

        say("\n".join(versions()))
        ctx.exit()


def use_threads(_ctx: click.Context, _parameter: click.Parameter, count: int | None) -> None:
    """Tell numpy's libraries, which are not loaded yet, how many threads to use."""
    if count is not None:
        os.environ.update(dict.fromkeys(BLAS_THREADS, str(count)))


def given(ctx: click.Context) -> Iterator[str]:
    """The options that were stated on the command line, the language aside."""
    source = click.core.ParameterSource.COMMANDLINE
    for parameter in ctx.command.params:
        if ctx.get_parameter_source(parameter.name or "") is source and parameter.name != "lang":
            yield parameter.opts[-1]


expect_option = option(
    "--expect",
    multiple=True,
    metavar=N_("EXPECTATION"),
    help=N_("What must be so, or the exit status is 3."),
)
workers_option = option(
    "--workers",
    type=click.IntRange(min=1, max=1024),
    metavar="N",
    help=N_("Processes to train in; by default one a core."),
)
json_option = option("--json", "as_json", is_flag=True, help=N_("Print JSON."))


def cores(workers: int | None) -> int:
    """As many workers as were asked for, or as there are cores."""
    from ...scenarios.runs.executors import cores

    return workers or cores()
