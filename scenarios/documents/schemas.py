"""The JSON Schema of each document, generated from the types that write or read it."""

import re
from collections.abc import Callable, Mapping

import msgspec

from ..schema.spec import ScenarioFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"
LABELS: Mapping[str, str] = {
    "CaseResult": "Tried",
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
    "Prediction": "Predicted",
    "RankedEntrant": "Standing",
    "RunSpec": "Run",
    "ScenarioSummary": "Entry",
    "StageSpec": "Stage",
    "TopicResult": "Part",
    "TrainingSpec": "Training",
}
"""The labels in `$defs` of types that have been renamed since the schemas were published: classes
that somebody generated from a schema are called by them."""
RENAMED = re.compile(rf'(?<=["/])({"|".join(LABELS)})(?=")')
"""A renamed type as a key, a title or the end of a reference."""


def schema_of(kind: type, name: str) -> bytes:
    """The schema of one type, indented for reading."""
    schema = {"$schema": DIALECT, "$id": f"urn:vglab:{name}", **msgspec.json.schema(kind)}
    text = msgspec.json.encode(schema).decode()
    labelled = RENAMED.sub(lambda name: LABELS[name[0]], text)
    return msgspec.json.format(labelled.encode(), indent=2)


def run() -> bytes:
    """Of what `--json` prints."""
    from .run import RunDocument

    return schema_of(RunDocument, "run:1")


def scenario() -> bytes:
    """Of a scenario file, its TOML read as JSON."""
    return schema_of(ScenarioFile, "scenario")


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
