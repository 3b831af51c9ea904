"""The JSON Schema of each document, generated from the types that write or read it."""

from collections.abc import Callable, Mapping

import msgspec

from ..scenarios.spec import ScenarioFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(kind: type, name: str) -> bytes:
    """The schema of one type, indented for reading."""
    schema = {"$schema": DIALECT, "$id": f"urn:vglab:{name}", **msgspec.json.schema(kind)}
    return msgspec.json.format(msgspec.json.encode(schema), indent=2)


def run() -> bytes:
    """Of what `--json` prints."""
    from .document import RunDocument

    return schema_of(RunDocument, "run:1")


def scenario() -> bytes:
    """Of a scenario file, its TOML read as JSON."""
    return schema_of(ScenarioFile, "scenario")


SCHEMAS: Mapping[str, Callable[[], bytes]] = {"run": run, "scenario": scenario}
