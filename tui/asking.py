"""Scenarios by name, with their faults turned into what the command line says.

Needs msgspec and the scenario files, and is imported by the commands that read scenarios.
"""

from collections.abc import Iterable, Sequence
from typing import NoReturn

import click
from msgspec.structs import replace

from ..scenarios.course import ids
from ..scenarios.faults import Fault, ScenarioError
from ..scenarios.inheritance import load
from ..scenarios.settings import SOURCE
from ..scenarios.spec import Scenario
from .options import spelling
from .speech import Refusal


def resolved(name: str, settings: Sequence[str]) -> Scenario:
    """The scenario of that name, with the settings over it."""
    try:
        return load(name, settings)
    except ScenarioError as error:
        refuse(error.faults)


def first_preset() -> str:
    """What the lab opens on."""
    return ids()[0]


def refuse(faults: Iterable[Fault]) -> NoReturn:
    """End with a line for each fault, in the words in which the command line was written."""
    context = click.get_current_context(silent=True)
    spelt = spelling(context) if context else {}
    names = {fault: spelt.get(fault.key, SOURCE) for fault in faults if fault.file == SOURCE}
    raise Refusal(replace(fault, file=names.get(fault, fault.file)) for fault in faults)


def faults_of(file: str) -> tuple[Fault, ...]:
    """What is wrong with a scenario file."""
    try:
        load(file)
    except ScenarioError as error:
        return error.faults
    return ()
