"""The options that several commands share.

Those of SHORT_FOR are short for `--set KEY=VALUE`; where both state a key, the short one counts.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ...scenarios.i18n import N_, _, set_language
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
"""The key of the setting, what stands for its value, and the help."""


class ScenarioName(click.types.StringParamType):
    """A preset's id, or a path to a scenario file."""

    name = "scenario"

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None) -> str:
        return _("name a preset or a file, as in vglab run relu; vglab scenarios lists the presets")

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem

        from ...scenarios.loading.changes import papers, presets

        ids = [
            CompletionItem(preset.id, help=preset.title.in_language())
            for preset in (*presets(), *papers())
            if preset.id.startswith(incomplete)
        ]
        return [*ids, CompletionItem(incomplete, type="file")]


DOCUMENTS = {
    "run": ("documents.run", "RunDocument"),
    "compare": ("comparison.compare", "Comparison"),
    "remedies": ("comparison.tournament", "Tournament"),
    "sweep": ("sweep.store", "Line"),
}
"""By the name of a command: the module and the type of what its `--expect` looks into."""


class Setting(click.types.StringParamType):
    """KEY=VALUE, or KEY=VALUES of a sweep: a key of a scenario, and what it is."""

    name = "setting"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem

        from ...scenarios.schema.keys import complete_setting

        return [CompletionItem(text, help=what) for text, what in complete_setting(incomplete)]


class ExpectationText(click.types.StringParamType):
    """An expectation, which begins with a path in the run document."""

    name = "expectation"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem

        from ...scenarios.schema.expectation_types import complete_path

        module, name = DOCUMENTS.get(ctx.info_name or "", DOCUMENTS["run"])
        document = getattr(import_module(f"...scenarios.{module}", __package__), name)
        return [CompletionItem(path) for path in complete_path(incomplete, document)]


class ClaimName(click.types.StringParamType):
    """A claim's id."""

    name = "claim"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem

        from ...scenarios.claims.catalog import claims

        return [
            CompletionItem(name, help=claim.says.in_language())
            for name, claim in claims().items()
            if name.startswith(incomplete)
        ]


def option(*names: str, **how: Any) -> Callable[[F], F]:
    """Declare an option whose help is translated."""
    return click.option(*names, cls=Option, **how)


def argument(*names: str, **how: Any) -> Callable[[F], F]:
    """Declare an argument whose name is translated."""
    return click.argument(*names, cls=Argument, **how)


def settings_options(command: F) -> F:
    """Add `--set` and the options that are short for it."""
    for name, (key, metavar, what) in reversed(SHORT_FOR.items()):
        how = {"metavar": metavar, "help": what, "expose_value": False}
        command = option(name, callback=add_setting(name, key), **how)(command)
    return option(
        "--set",
        type=Setting(),
        multiple=True,
        expose_value=False,
        callback=add_settings,
        metavar=N_("KEY=VALUE"),
        help=N_("Set any key of the scenario, as in --set network.depth=50."),
    )(command)


Callback = Callable[[click.Context, click.Parameter, Any], None]


def add_setting(name: str, key: str) -> Callback:
    """The callback of an option that is short for `--set key=…`."""

    def add(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> None:
        if value is not None:
            settings_of(ctx).append(f"{key}={value}")
            option_names(ctx)[key] = name

    return add


def add_settings(ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> None:
    """The callback of `--set`: its settings go before those of the short options."""
    settings_of(ctx)[:0] = values


def settings_of(ctx: click.Context) -> list[str]:
    """The settings of the command line so far, as KEY=VALUE."""
    return ctx.meta.setdefault("vglab.settings", [])


def option_names(ctx: click.Context) -> dict[str, str]:
    """The option that set a key, where it was not `--set`."""
    return ctx.meta.setdefault("vglab.option_names", {})


def common_options(command: F) -> F:
    """Add `--lang`, which every command has."""
    return option(
        "--lang",
        type=click.Choice(["en", "es"]),
        expose_value=False,
        is_eager=True,
        callback=use_language,
        help=N_("Language of all text; by default the environment's."),
    )(command)


def use_language(_ctx: click.Context, _parameter: click.Parameter, language: str | None) -> None:
    """The callback of `--lang`."""
    if language == "en" or language == "es":
        set_language(language)


def machine_options(command: F) -> F:
    """Add `--threads` and `--version`, which concern the program, not the scenario."""
    command = option(
        "-V",
        "--version",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=show_version,
        help=N_("Show the versions of vglab and the libraries it computes with, and exit."),
    )(command)
    return threads_option(command)


def show_version(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    """The callback of `--version`."""
    if value and not ctx.resilient_parsing:
        from ...scenarios.version import versions
        from .output import print_data

        print_data("\n".join(versions()))
        ctx.exit()


threads_option = option(
    "--threads",
    type=click.IntRange(min=1),
    metavar="N",
    help=N_(
        "Threads that replicas are spread over, or one replica's matrix products; the numbers of"
        " replicas stay the same. Default: up to a thread a core for replicas, 1 for products."
    ),
)


def options_used(ctx: click.Context) -> Iterator[str]:
    """The options on the command line, `--lang` aside."""
    source = click.core.ParameterSource.COMMANDLINE
    for parameter in ctx.command.params:
        if ctx.get_parameter_source(parameter.name or "") is source and parameter.name != "lang":
            yield parameter.opts[-1]


expect_option = option(
    "--expect",
    type=ExpectationText(),
    multiple=True,
    metavar=N_("EXPECTATION"),
    help=N_("A condition that must hold, or the exit status is 3."),
)
workers_option = option(
    "--workers",
    type=click.IntRange(min=1, max=1024),
    metavar="N",
    help=N_("Processes to train in; by default one per core."),
)
json_option = option("--json", "as_json", is_flag=True, help=N_("Print JSON."))


def worker_count(workers: int | None) -> int:
    """The value of `--workers`; by default the number of cores."""
    from ...scenarios.runs.cores import cores

    return workers or cores()
