"""The JSON Schema of each document, generated from the types that write or read it."""

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

import msgspec

from ..schema.records import DATA
from ..schema.spec import ACTIVATIONS, INITIALIZERS, LOSSES, ScenarioFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"
LABELS: Mapping[str, str] = {
    "CaseResult": "Tried",
    "ChoiceSpec": "Choice",
    "ClaimResult": "Finding",
    "ClaimsReport": "Examination",
    "DatasetSpec": "Dataset",
    "DiagnosisRecord": "Found",
    "ExplainedDiagnosis": "Finding",
    "FinalDiagnosisRecord": "LastFound",
    "FinalExplainedDiagnosis": "LastFinding",
    "GanSpec": "Gan",
    "NetworkHealth": "Both",
    "NetworkRecord": "Net",
    "NetworkResult": "Net",
    "NetworkSpec": "Network",
    "PlayerSpec": "Player",
    "PredictSpec": "Predict",
    "Prediction": "Predicted",
    "RankedEntrant": "Standing",
    "RunSpec": "Run",
    "ScenarioSummary": "Entry",
    "StageSpec": "Stage",
    "TaskSpec": "Task",
    "TopicResult": "Part",
    "TrainingSpec": "Training",
}
"""The labels in `$defs` of types that have been renamed since the schemas were published: classes
that somebody generated from a schema are called by them."""
OPEN = {each.own: each for each in (ACTIVATIONS, INITIALIZERS, LOSSES, DATA)}
"""The words that others may be added to, by vglab's own."""
RENAMED = re.compile(rf'(?<=["/])({"|".join(LABELS)})(?=")')
"""A renamed type as a key, a title or the end of a reference."""


def schema_of(kind: type, name: str) -> bytes:
    """The schema of one type, indented for reading."""
    schema = {"$schema": DIALECT, "$id": f"urn:vglab:{name}", **msgspec.json.schema(kind)}
    text = msgspec.json.encode(schema).decode()
    labeled = RENAMED.sub(lambda name: LABELS[name[0]], text)
    return msgspec.json.format(labeled.encode(), indent=2)


def run() -> bytes:
    """Of what `--json` prints."""
    from .run import RunDocument

    return schema_of(RunDocument, "run:1")


def scenario() -> bytes:
    """Of a scenario file, its TOML read as JSON. Where parts can be registered it allows the words
    that are known on this machine, so that an editor finds a slip of the keyboard."""
    whole = msgspec.json.decode(schema_of(ScenarioFile, "scenario"))
    return msgspec.json.format(msgspec.json.encode(close_words(whole)), indent=2)


def close_words(schema: Any) -> Any:
    """A schema with the words of today in place of each open list of words."""
    if isinstance(schema, list):
        return [close_words(entry) for entry in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    table = cast("dict[str, Any]", schema)
    first = next(iter(table.get("anyOf", ())), {})
    if vocabulary := OPEN.get(tuple(first.get("enum", ()))):
        rest = {key: value for key, value in table.items() if key != "anyOf"}
        return {**rest, "enum": [*vocabulary.words()]}
    return {key: close_words(value) for key, value in table.items()}


def sweep() -> bytes:
    """Of a line of a sweep's file."""
    from ..sweep.store import Line

    return schema_of(Line, "sweep:1")


def compare() -> bytes:
    """Of what `vglab compare --json` prints."""
    from ..comparison.compare import Comparison

    return schema_of(Comparison, "compare:1")


def remedies() -> bytes:
    """Of what `vglab remedies --json` prints."""
    from ..comparison.tournament import Tournament

    return schema_of(Tournament, "remedies:1")


def claims() -> bytes:
    """Of what `vglab claims --json` prints."""
    from ..claims.testing import ClaimsReport

    return schema_of(ClaimsReport, "claims:1")


def watch() -> bytes:
    """Of what `vglab watch --json` prints."""
    from ..recordings.watch_document import WatchDocument

    return schema_of(WatchDocument, "watch:1")


def record() -> bytes:
    """Of a line of what a real training writes."""
    from ..recordings.record_lines import RecordLine

    return schema_of(RecordLine, "record:1")


SCHEMAS: Mapping[str, Callable[[], bytes]] = {
    "run": run,
    "scenario": scenario,
    "sweep": sweep,
    "compare": compare,
    "remedies": remedies,
    "claims": claims,
    "watch": watch,
    "record": record,
}
