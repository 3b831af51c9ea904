"""Write the pages that the program knows best: one a preset, from a real run, and all keys.

`python docs/make_pages.py` writes docs/<language>/presets/*.md and docs/<language>/keys.md; what is
said stands in the presets and in the types, and is nowhere written by hand.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from math import log10
from pathlib import Path
from typing import Any, get_args

from vglab.scenarios.build import build
from vglab.scenarios.changes import changes
from vglab.scenarios.reading import load, presets
from vglab.scenarios.words import Language, _, set_language
from vglab.tui.document import Net, RunDocument, document
from vglab.tui.report import STATES, figure, headline, middle, outcome
from vglab.tui.schemas import SCHEMAS

DOCS = Path(__file__).parent
BAR, DECADES = 48, 12
"""A bar's columns, and the decades they stand for."""
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "presets": "Presets",
        "changes": "What it changes",
        "against": "Against",
        "key": "key",
        "before": "before",
        "after": "after",
        "run": "A run of it",
        "chart": "Error signal a layer (`delta_rms`, a column a quarter of a decade; the median of"
        " the replicas), at birth and at the end:",
        "birth": "birth",
        "end": "end",
        "layer": "layer",
        "keys": "Keys of the documents",
        "keys_lead": "This page is generated from the types that read and write these documents."
        " `vglab schema` prints the same as JSON Schema.",
        "scenario": "Scenario files",
        "run_doc": "The run document",
        "type": "values",
        "default": "default",
        "meaning": "meaning",
        "base": "no base: this is where the course begins",
    },
    "es": {
        "presets": "Escenarios",
        "changes": "Qué cambia",
        "against": "Respecto a",
        "key": "clave",
        "before": "antes",
        "after": "después",
        "run": "Una ejecución",
        "chart": "Señal de error por capa (`delta_rms`; cada columna es un cuarto de década;"
        " mediana de las réplicas), al nacer y al final:",
        "birth": "al nacer",
        "end": "al final",
        "layer": "capa",
        "keys": "Claves de los documentos",
        "keys_lead": "Esta página se genera a partir de los tipos que leen y escriben estos"
        " documentos, y sus descripciones están en inglés. `vglab schema` imprime lo mismo como"
        " JSON Schema.",
        "scenario": "Archivos de escenario",
        "run_doc": "El documento de una ejecución",
        "type": "valores",
        "default": "por omisión",
        "meaning": "significado",
        "base": "sin base: aquí empieza el curso",
    },
}


def code(value: object) -> str:
    """A value in a cell of a table."""
    return "`" + str(value).replace("|", "\\|") + "`"


def row(*cells: str) -> str:
    """A line of a table."""
    return "| " + " | ".join(cells) + " |"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    return "\n".join([row(*head), row(*["---"] * len(head)), *(row(*cells) for cells in rows)])


def bar(value: float) -> str:
    """A number as a length, from 10^-DECADES up to 1."""
    if not value > 0:
        return ""
    return "█" * max(0, min(BAR, round(BAR * (1 + log10(value) / DECADES))))


def chart(net: Net, said: Mapping[str, str]) -> Iterator[str]:
    """The error signal of each layer, as text."""
    for when, record in (("birth", 0), ("end", -1)):
        yield f"{said[when]}:"
        of_replicas = [replica[record] for replica in net.measures.delta_rms]
        for layer, values in zip(net.layers, zip(*of_replicas, strict=True), strict=True):
            value = middle(values)
            yield f"{layer.name:>4} {figure(value):>9} {bar(value)}".rstrip()
        yield ""


def network(name: str, net: Net, said: Mapping[str, str]) -> str:
    """What was seen of one network."""
    verdict = f"**{_(STATES[net.diagnosis.state])}**:"
    lines = [f"### `{name}`", "", said["chart"], "", "```text", *chart(net, said)]
    return "\n".join([*lines[:-1], "```", "", f"{verdict} {net.diagnosis.why}", ""])


def preset_page(run: RunDocument, language: Language) -> str:
    """Lesson, changes and a real run."""
    said, scenario = WORDS[language], run.spec
    found = [(code(c.key), code(c.before), code(c.after)) for c in changes(scenario)]
    base = scenario.extends
    against = f"{said['against']} [{base}]({base}.md):" if base else said["base"]
    return "\n".join(
        [
            f"# {scenario.title.chosen()}\n\n`vglab --scenario {scenario.id}`\n",
            scenario.lesson.chosen().strip(),
            f"\n## {said['changes']}\n\n{against}\n",
            table([said["key"], said["before"], said["after"]], found) if found else "",
            f"\n## {said['run']}\n\n```text\n{headline(run)}",
            *outcome(run),
            "```\n",
            *(network(name, net, said) for name, net in run.networks.items()),
        ]
    )


def write_presets() -> None:
    """A page for each preset in each language, and their list."""
    for summary in presets():
        scenario = load(summary.id)
        experiment = build(scenario)
        for _row in experiment.steps:
            pass
        for language in get_args(Language):
            set_language(language)
            page = preset_page(document(scenario, experiment, 0.0), language)
            (DOCS / language / "presets" / f"{summary.id}.md").write_text(page)


def write_list(language: Language) -> None:
    """The presets in the order of the course."""
    lines, group = [f"# {WORDS[language]['presets']}"], ""
    for summary in presets():
        if summary.group.chosen(language) != group:
            group = summary.group.chosen(language)
            lines.append(f"\n## {group}\n")
        lines.append(f"- [{summary.title.chosen(language)}]({summary.id}.md) (`{summary.id}`)")
    (DOCS / language / "presets" / "index.md").write_text("\n".join(lines) + "\n")


def values(schema: Mapping[str, Any]) -> str:
    """What a key may be, from its JSON Schema."""
    for key, joint in (("enum", " "), ("anyOf", " or "), ("allOf", " ")):
        if key in schema:
            parts = schema[key]
            told = (values(p) if isinstance(p, dict) else code(p) for p in parts)
            return joint.join(told)
    if "$ref" in schema:
        return "`" + schema["$ref"].rsplit("/", 1)[1] + "`"
    signs = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    limits = [f"{sign} {schema[key]}" for key, sign in signs.items() if key in schema]
    inner = f" of {values(schema['items'])}" if schema.get("items") else ""
    return " ".join([str(schema.get("type", "any")) + inner, *limits])


def keys(document_name: str, language: Language) -> Iterator[str]:
    """A table for each type of a document."""
    said = WORDS[language]
    head = [said["key"], said["type"], said["default"], said["meaning"]]
    for name, kind in json.loads(SCHEMAS[document_name]())["$defs"].items():
        yield f"\n### {name}\n\n{' '.join(kind.get('description', '').split())}\n"
        rows = [
            (code(key), values(of), given(of), of.get("description", "").replace("|", "\\|"))
            for key, of in kind.get("properties", {}).items()
        ]
        yield table(head, rows)


def given(schema: Mapping[str, Any]) -> str:
    """A key's default, where it has a plain one."""
    default = schema.get("default")
    return code(json.dumps(default)) if isinstance(default, str | int | float) else ""


def write_keys(language: Language) -> None:
    """All keys of a scenario file and of the run document."""
    said = WORDS[language]
    lines = [f"# {said['keys']}\n\n{said['keys_lead']}"]
    for name, title in (("scenario", said["scenario"]), ("run", said["run_doc"])):
        lines += [f"\n## {title}", *keys(name, language)]
    (DOCS / language / "keys.md").write_text("\n".join(lines) + "\n")


def main() -> None:
    """Write everything."""
    for language in get_args(Language):
        (DOCS / language / "presets").mkdir(parents=True, exist_ok=True)
        write_list(language)
        write_keys(language)
    write_presets()


if __name__ == "__main__":
    main()
