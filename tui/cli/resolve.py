"""Scenarios by name; a fault in one becomes an error in the words of the command line."""

import os
from collections.abc import Iterable, Sequence
from typing import NoReturn

import click
from msgspec.structs import replace

from ...scenarios.errors import Fault, ScenarioError
from ...scenarios.loading.course import preset_ids
from ...scenarios.loading.inheritance import load
from ...scenarios.loading.toml_reader import SOURCE
from ...scenarios.schema.spec import Scenario
from .localized import InputError
from .options import option_names


def resolve(name: str, settings: Sequence[str]) -> Scenario:
    """The preset or scenario file of that name, with the settings over it; raises InputError."""
    try:
        return load(name, settings)
    except ScenarioError as error:
        raise_faults(error.faults)


def first_preset() -> str:
    """The id of the preset that the lab opens on."""
    return preset_ids()[0]


def raise_faults(faults: Iterable[Fault]) -> NoReturn:
    """Raise InputError with a line for each fault; one of the command line names its option."""
    context = click.get_current_context(silent=True)
    options = option_names(context) if context else {}
    names = {fault: options.get(fault.key, SOURCE) for fault in faults if fault.file == SOURCE}
    raise InputError(replace(fault, file=names.get(fault, fault.file)) for fault in faults)


def file_faults(file: str) -> tuple[Fault, ...]:
    """The faults of a scenario file."""
    try:
        load(file)
    except ScenarioError as error:
        return error.faults
    return ()


def is_scenario(name: str) -> bool:
    """Whether it is a preset's id, or reads as the name of a scenario file that is there."""
    return is_preset(name) or (name.endswith(".toml") and os.path.exists(name))


def is_preset(name: str) -> bool:
    """Whether it is a preset's id."""
    return name in preset_ids()
