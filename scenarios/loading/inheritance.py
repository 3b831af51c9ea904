"""From a name to a resolved scenario: the file, its base, the base's base, and what --set adds.

Each layer is held against the spec by itself, so that a fault names the file that states it; laid
over its bases it is then held against the rules. A base must be a sound scenario of its own.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, reduce
from pathlib import Path
from typing import Any

from msgspec import Struct, convert
from msgspec.structs import replace

from ..errors import (
    Fault,
    ScenarioError,
    allowed_text,
    did_you_mean,
    found_text,
    is_text,
    nearest,
    short_toml,
)
from ..i18n import _
from ..schema.exercise import map_texts
from ..schema.rules import broken_rules
from ..schema.spec import OWN, Scenario, ScenarioFile, Text, is_own
from ..schema.validation import Place, check
from ..userdata.loader import amiss_in_data
from .course import is_preset_id, paper_ids, preset_file, preset_ids
from .toml_reader import SOURCE, STDIN, Settings, read, setting_texts, setting_trees

Tree = Mapping[str, Any]


class Origin(Struct, frozen=True):
    """Where a scenario is written."""

    name: str
    """What faults call it: a preset's id, or the path as it was given."""
    path: Path
    reference: str
    """What finds it again from any folder: a preset's id, or the whole path."""


class ScenarioLayer(Struct, frozen=True):
    """What one file states, or the command line."""

    origin: Origin
    content: Tree


class ResolvedLayers(Struct, frozen=True):
    """What layers come to, laid one over the other."""

    tree: Tree = {}
    scenario: Scenario = Scenario()


COMMAND_LINE = Origin(SOURCE, Path(), "")


def load(name_or_path: str | os.PathLike[str], settings: Settings = ()) -> Scenario:
    """The scenario of that preset or file, with settings laid over it, as --set takes them or by
    their keys.

    Raises ScenarioError with every fault that was found.
    """
    faults: list[Fault] = []
    files = chain(os.fspath(name_or_path), faults)
    commands = command_line_layer(setting_texts(settings), faults)
    scenario = resolve_layers([*files, *commands], faults)
    if faults:
        raise ScenarioError(faults)
    *bases, own = [file.origin for file in files]
    base = bases[-1] if bases else own if commands else None
    name = own.path.stem
    return replace(
        scenario,
        id=name,
        extends=base and base.reference,
        title=scenario.title if scenario.title.in_language() else Text(name, name),
        lesson=map_texts(scenario.lesson, join_lines),
        predict=map_texts(scenario.predict, join_lines),
        task=map_texts(scenario.task, join_lines),
    )


def join_lines(text: str) -> str:
    """The text with the lines of each paragraph joined; they are broken anew when shown."""
    return "\n\n".join(" ".join(part.split()) for part in text.strip().split("\n\n"))


def chain(name: str, faults: list[Fault]) -> list[ScenarioLayer]:
    """A file and its bases, the last base first; cut short, with a fault, where one is amiss."""
    layers: list[ScenarioLayer] = []
    reference, folder, place = name, Path(), Place("")
    try:
        while reference is not None:
            origin = find_origin(reference, folder, place)
            refuse_circle(origin, layers, place)
            layers.insert(0, ScenarioLayer(origin, read_layer(origin)))
            base = layers[0].content.get("extends")
            reference = base if isinstance(base, str) else None
            folder, place = origin.path.parent, Place(origin.name, ("extends",))
    except ScenarioError as error:
        faults += error.faults
    return layers


def read_layer(origin: Origin) -> Tree:
    """What the file states; a preset is read once. Raises ScenarioError."""
    return read_preset(origin) if is_preset(origin) else read(origin.path, origin.name)


def is_preset(origin: Origin) -> bool:
    """A file's reference is a whole path, which no preset's id is."""
    return is_preset_id(origin.reference)


@cache
def read_preset(origin: Origin) -> Tree:
    """What a preset states."""
    return read(origin.path, origin.name)


def find_origin(reference: str, folder: Path, place: Place) -> Origin:
    """The preset of that id, standard input where it is -, or the file at that path seen from the
    folder.

    Raises ScenarioError at the place where the reference stands.
    """
    if is_preset_id(reference):
        return Origin(reference, preset_file(reference), reference)
    if reference == STDIN and not place.file:
        return Origin(STDIN, Path("stdin"), STDIN)
    path = folder / reference
    if reference and os.path.exists(path) and is_text(whole := os.path.realpath(path)):
        return Origin(str(path), path, whole)
    is_path = os.sep in reference or reference.endswith(".toml")
    what = _("no such file") if is_path else _("no preset or file has this name")
    known = "" if is_path else allowed_text(_("a file, or a preset (vglab scenarios lists them)"))
    if is_text(reference) and "\0" not in reference and os.path.islink(path):
        what, known = _("a broken link"), ""
    question = did_you_mean(nearest(Path(reference).stem, (*preset_ids(), *paper_ids())))
    if place.file:
        raise ScenarioError(
            [Fault(*place.labels, f"{found_text(reference)}: {what}", known, question)]
        )
    raise ScenarioError([Fault(reference or short_toml(reference), "", what, known, question)])


def refuse_circle(origin: Origin, layers: Sequence[ScenarioLayer], place: Place) -> None:
    """Raises ScenarioError where the origin is already among the layers: a file is its own base."""
    names = [layer.origin.name for layer in reversed(layers)]
    if any(layer.origin.reference == origin.reference for layer in layers):
        circle = " → ".join([*names, origin.name])
        raise ScenarioError(
            [Fault(*place.labels, _("circular inheritance: {circle}").format(circle=circle))]
        )


def command_line_layer(settings: Sequence[str], faults: list[Fault]) -> list[ScenarioLayer]:
    """All that --set states, as one layer; none if it states nothing."""
    try:
        trees = setting_trees(settings)
    except ScenarioError as error:
        faults += error.faults
        return []
    return [ScenarioLayer(COMMAND_LINE, reduce(overlay, trees))] if trees else []


def resolve_layers(layers: Sequence[ScenarioLayer], faults: list[Fault]) -> Scenario:
    """The layers laid one over the other, as far as they are sound."""
    standing = ResolvedLayers()
    for layer in layers:
        if is_preset(layer.origin):
            standing = merge_preset(layer.origin)
        else:
            standing = lay_over(standing, layer, faults)
    scenario = standing.scenario
    if not faults and is_own(scenario):
        faults += (blame(fault, layers) for fault in amiss_in_data(scenario))
    return scenario


@cache
def merge_preset(origin: Origin) -> ResolvedLayers:
    """What a preset and its bases come to; found out once, as they do not change.

    Raises ScenarioError where one of them is not sound.
    """
    faults: list[Fault] = []
    *bases, own = chain(origin.name, faults)
    standing = lay_over(merge_preset(bases[-1].origin) if bases else ResolvedLayers(), own, faults)
    if faults:
        raise ScenarioError(faults)
    return standing


def lay_over(under: ResolvedLayers, layer: ScenarioLayer, faults: list[Fault]) -> ResolvedLayers:
    """The layer over its bases, which keep to themselves what is their own.

    The scenario is that of its bases as long as there are faults.
    """
    kept = under.tree
    if layer.origin is not COMMAND_LINE:
        kept = {key: value for key, value in kept.items() if key not in OWN}
    merged = overlay(without_other_data(kept, layer), with_whole_path(layer))
    faults += spec_faults(layer)
    if faults:
        return ResolvedLayers(merged, under.scenario)
    scenario = convert(merged, Scenario)
    faults += broken_rules(scenario, layer.content, layer.origin.name)
    return ResolvedLayers(merged, scenario)


def without_other_data(under: Tree, layer: ScenarioLayer) -> Tree:
    """What lies under a layer. One that states `data.name` begins the data anew: a file, noise and
    sizes of its bases do not stay. So a grader's data are the grader's, whoever wrote the file."""
    stated = layer.content.get("data")
    if not isinstance(stated, dict) or "name" not in stated:
        return under
    return {key: value for key, value in under.items() if key != "data"}


def blame(fault: Fault, layers: Sequence[ScenarioLayer]) -> Fault:
    """The fault of a table of one's own, at the last layer that states its key; else at the one
    that names the table, as what lies under it was sound."""
    naming = [i for i, layer in enumerate(layers) if "path" in layer.content.get("data", ())]
    table, key = fault.key.split(".")
    from_there = layers[naming[-1] :]
    stating = [layer for layer in from_there if key in layer.content.get(table, ())]
    return replace(fault, file=(stating[-1] if stating else from_there[0]).origin.name)


def spec_faults(layer: ScenarioLayer) -> Iterator[Fault]:
    """What a layer says that the spec does not allow."""
    yield from check(layer.content, ScenarioFile, Place(layer.origin.name))
    if layer.origin is COMMAND_LINE and "extends" in layer.content:
        yield Fault(SOURCE, "extends", _("a base is stated in a file, not here"))


def with_whole_path(layer: ScenarioLayer) -> Tree:
    """What it states, with the path of a person's own data as it is seen from any folder."""
    data = layer.content.get("data")
    path = data.get("path") if isinstance(data, Mapping) else None
    if not path or not isinstance(path, str):
        return layer.content
    whole = os.path.abspath(layer.origin.path.parent / os.path.expanduser(path))
    return overlay(layer.content, {"data": {"path": whole}})


def overlay(under: Tree, over: Tree) -> Tree:
    """Tables merged key by key; everything else is what `over` says."""
    both = {
        key: overlay(under[key], over[key])
        for key in under.keys() & over.keys()
        if isinstance(under[key], Mapping) and isinstance(over[key], Mapping)
    }
    return {**under, **over, **both}
