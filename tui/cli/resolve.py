"""Scenarios by name; a fault in one becomes an error in the words of the command line."""

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NoReturn

import click
from msgspec.structs import replace

from ...scenarios.errors import Fault, ScenarioError, found_text
from ...scenarios.loading.course import is_folder, is_preset_id, preset_ids
from ...scenarios.loading.inheritance import load
from ...scenarios.loading.toml_reader import SOURCE
from ...scenarios.schema.exercise_rules import asked
from ...scenarios.schema.expectations import ExpectationError
from ...scenarios.schema.spec import Scenario
from .localized import InputError
from .options import option_names

if TYPE_CHECKING:
    from ...scenarios.loading.course_folder import Course


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
    """The faults of a scenario file, or of all files of a course's folder."""
    try:
        if is_folder(file):
            from ...scenarios.loading.course_folder import load_course

            lessons = load_course(file).lessons
            scenarios = [(lesson.scenario, load(lesson.scenario)) for lesson in lessons]
        else:
            scenarios = [(file, load(file))]
    except ScenarioError as error:
        return error.faults
    return tuple(fault for name, found in scenarios for fault in path_faults(name, found))


def path_faults(name: str, scenario: Scenario) -> Iterator[Fault]:
    """Paths of a prediction or a task that no run document of such a scenario has."""
    wanted = [*asked(scenario)]
    if not wanted or is_preset_id(name):
        return
    from ...scenarios.documents.run import RunDocument
    from ...scenarios.schema.expectation_types import check_path

    for key, expectation in wanted:
        try:
            check_path(expectation, RunDocument, scenario.kind)
        except ExpectationError as error:
            yield Fault(name, key, found_text(expectation.text), str(error))


def resolve_course(folder: str) -> "Course":
    """The course of a folder; raises InputError."""
    from ...scenarios.loading.course_folder import load_course

    try:
        return load_course(folder)
    except ScenarioError as error:
        raise_faults(error.faults)


def is_scenario(name: str) -> bool:
    """Whether it is a preset's id, or reads as the name of a scenario file that is there."""
    return is_preset_id(name) or (name.endswith(".toml") and os.path.exists(name))
