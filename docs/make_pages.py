"""Generate the pages of presets, keys and terms: `python docs/make_pages.py` writes
build/generated/<language>/presets/*.md, each from a real run, and keys.md and glossary.md there.

Their content comes from the presets, the table of the lab's keys and the types of the documents.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from math import nan
from multiprocessing import get_context
from typing import Any, get_args

from msgspec import UNSET, structs
from vglab.scenarios import i18n as words
from vglab.scenarios.documents.run import NetworkRecord, Number, RunDocument, document
from vglab.scenarios.documents.schemas import SCHEMAS
from vglab.scenarios.experiment.build import build
from vglab.scenarios.i18n import Language, _, figure, set_language
from vglab.scenarios.loading.changes import PAPERS_TITLE, changes, papers, presets
from vglab.scenarios.loading.glossary import term_chapters
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.runs.cores import cores
from vglab.tui.cli.report import headline, medians, outcome
from vglab.tui.figures.drawing import draw_figure
from vglab.tui.lab.keymap import APP_KEYS, BENCH_KEYS
from vglab.tui.lab.room_keys import CLAIMS_KEYS, COMPARE_KEYS, DIAGRAM_KEYS, FORM_KEYS
from vglab.tui.render.labels import state_word
from writing import GENERATED, code, table

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "presets": "Presets",
        "changes": "What it changes",
        "against": "Against",
        "key": "key",
        "before": "before",
        "after": "after",
        "run": "A run of it",
        "chart": "Error signal of each layer, the input on the left: rings at initialization,"
        " dots at the end, dashed what theory expects at initialization"
        " (`vglab plot {id} --chart error-signal --at both`).",
        "theory": "theory, initialization",
        "birth": "initialization",
        "end": "end",
        "layer": "layer",
        "keys": "Keys",
        "keyboard": "On the lab's keyboard",
        "keyboard_lead": "The last keys work in the room that the key before them opens.",
        "press": "key",
        "keys_lead": "This page is generated from the table of the lab's keys, and from the types"
        " that read and write the documents."
        " `vglab schema` prints the same as JSON Schema.",
        "scenario": "Scenario files",
        "run_doc": "The run document",
        "type": "values",
        "default": "default",
        "meaning": "meaning",
        "base": "no base: the course begins here",
        "glossary": "Glossary",
        "glossary_lead": "Every term of the charts, the verdicts and the JSON."
        " `vglab glossary TERM` prints one of them, and `i` in the lab shows them all.",
        "term": "term",
        "sign": "drawn or written as",
    },
    "es": {
        "presets": "Escenarios",
        "changes": "Qué cambia",
        "against": "Respecto a",
        "key": "clave",
        "before": "antes",
        "after": "después",
        "run": "Una ejecución",
        "chart": "Señal de error de cada capa, con la entrada a la izquierda: anillos en la"
        " inicialización, puntos al final, a trazos lo que espera la teoría en la inicialización"
        " (`vglab plot {id} --chart error-signal --at both`).",
        "theory": "teoría, inicialización",
        "birth": "inicialización",
        "end": "al final",
        "layer": "capa",
        "keys": "Teclas y claves",
        "keyboard": "En el teclado del laboratorio",
        "keyboard_lead": "Las últimas funcionan en la sala que abre la tecla que las precede.",
        "press": "tecla",
        "keys_lead": "Esta página se genera a partir de la tabla de teclas del laboratorio y de los"
        " tipos que leen y escriben los documentos, cuyas descripciones están en inglés."
        " `vglab schema` imprime lo mismo como"
        " JSON Schema.",
        "scenario": "Archivos de escenario",
        "run_doc": "El documento de una ejecución",
        "type": "valores",
        "default": "por omisión",
        "meaning": "significado",
        "base": "sin base: aquí empieza el curso",
        "glossary": "Glosario",
        "glossary_lead": "Todos los términos de las gráficas, los veredictos y el JSON."
        " `vglab glossary TÉRMINO` imprime uno, e `i` en el laboratorio los muestra todos.",
        "term": "término",
        "sign": "se dibuja o se escribe",
    },
}


def signals(net: NetworkRecord) -> tuple[list[float], list[float], list[float]]:
    """The error signal of each layer: at initialization, at the end, and by theory, if any."""
    known = net.theory.delta_rms if net.theory and net.theory.delta_rms is not UNSET else []
    birth, end = (medians(net.measures.delta_rms, record) for record in (0, -1))
    return with_nan(birth), with_nan(end), with_nan(known)


def with_nan(values: Sequence[Number]) -> list[float]:
    """The values, NaN where there is none."""
    return [nan if value is None else value for value in values]


def picture(scenario: str, name: str, language: Language) -> str:
    """The file of a network's figure."""
    return f"pictures/presets/{scenario}-{name}-{language}.svg"


def network(scenario: str, name: str, net: NetworkRecord, language: Language) -> str:
    """The section of one network: figure, table and diagnosis."""
    said = WORDS[language]
    verdict = f"**{state_word(net.diagnosis.state)}**:"
    birth, end, theory = signals(net)
    columns = [birth, end, *([theory] if theory else [])]
    head = [said["layer"], said["birth"], said["end"], *([said["theory"]] if theory else [])]
    rows = [
        [layer.name, *map(figure, values)]
        for layer, *values in zip(net.layers, *columns, strict=True)
    ]
    chart = said["chart"].format(id=scenario)
    shown = f"![{chart.replace('`', '')}](../{picture(scenario, name, language)})"
    lines = [f"### `{name}`", shown, chart, table(head, rows)]
    return "\n\n".join([*lines, f"{verdict} {net.diagnosis.why}\n"])


def preset_page(run: RunDocument, language: Language) -> str:
    """The page of a preset: lesson, changes and a run."""
    said, scenario = WORDS[language], run.spec
    found = [(code(c.key), code(c.before), code(c.after)) for c in changes(scenario)]
    base = scenario.extends
    against = f"{said['against']} [{base}]({base}.md):" if base else said["base"]
    return "\n".join(
        [
            f"# {scenario.title.in_language()}\n\n`vglab --scenario {scenario.id}`\n",
            scenario.lesson.in_language().strip(),
            f"\n## {said['changes']}\n\n{against}\n",
            table([said["key"], said["before"], said["after"]], found) if found else "",
            f"\n## {said['run']}\n\n```text\n{headline(run)}",
            *outcome(run),
            "```\n",
            *(network(scenario.id, name, net, language) for name, net in run.networks.items()),
        ]
    )


def write_presets() -> None:
    """Write a page for each preset in each language, from runs on all cores."""
    with ProcessPoolExecutor(cores(), get_context("spawn")) as pool:
        list(pool.map(write_preset, [summary.id for summary in presets()]))


def write_preset(name: str) -> None:
    """Run a preset, and write its pages."""
    scenario = load(name)
    experiment = build(scenario)
    for _row in experiment.steps:
        pass
    for language in get_args(Language):
        set_language(language)
        run = document(scenario, experiment, 0.0)
        for of, net in run.networks.items():
            alone = structs.replace(run, networks={of: net})
            drawn = draw_figure("error-signal", [alone], "svg", "both")
            (GENERATED / picture(name, of, language)).write_bytes(drawn)
        page = preset_page(run, language)
        (GENERATED / language / "presets" / f"{name}.md").write_text(page)


def write_list(language: Language) -> None:
    """Write the list of presets, in the order of the course, and behind it those of papers."""
    lines, group = [f"# {WORDS[language]['presets']}"], ""
    for summary in presets():
        if summary.group.in_language(language) != group:
            group = summary.group.in_language(language)
            lines.append(f"\n## {group}\n")
        lines.append(f"- [{summary.title.in_language(language)}]({summary.id}.md) (`{summary.id}`)")
    lines.append(f"\n## {PAPERS_TITLE.in_language(language)}\n")
    for summary in papers():
        lines.append(f"- [{summary.title.in_language(language)}](../papers.md) (`{summary.id}`)")
    (GENERATED / language / "presets" / "index.md").write_text("\n".join(lines) + "\n")


def values(schema: Mapping[str, Any]) -> str:
    """The values that a key may have, from its JSON Schema."""
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
            (code(key), values(of), default_of(of), of.get("description", "").replace("|", "\\|"))
            for key, of in kind.get("properties", {}).items()
        ]
        yield table(head, rows)


def default_of(schema: Mapping[str, Any]) -> str:
    """A key's default, where it has a plain one."""
    default = schema.get("default")
    return code(json.dumps(default)) if isinstance(default, str | int | float) else ""


def keyboard(language: Language) -> str:
    """The table of the lab's keys, those of its rooms last."""
    said = WORDS[language]
    before = words.language()
    usual = [key for key in (*BENCH_KEYS, *APP_KEYS) if key.label and key.help]
    set_language(language)
    rows = [(code(_(key.label)), _(key.help)) for key in usual]
    rows += [
        (f"{code(door)} {code(_(key.label))}", _(key.word))
        for door, room in (
            ("c", FORM_KEYS),
            ("b", COMPARE_KEYS),
            ("d", DIAGRAM_KEYS),
            ("F4", CLAIMS_KEYS),
        )
        for key in room
        if key.word
    ]
    set_language(before)
    return table([said["press"], said["meaning"]], rows)


def write_keys(language: Language) -> None:
    """Write the page of all keys: of the lab, of a scenario file and of the run document."""
    said = WORDS[language]
    lines = [f"# {said['keys']}\n\n{said['keys_lead']}\n\n## {said['keyboard']}\n"]
    lines += [f"{said['keyboard_lead']}\n", keyboard(language)]
    for name, title in (("scenario", said["scenario"]), ("run", said["run_doc"])):
        lines += [f"\n## {title}", *keys(name, language)]
    (GENERATED / language / "keys.md").write_text("\n".join(lines) + "\n")


def write_glossary(language: Language) -> None:
    """Write the page of all terms, from the table that `vglab glossary` prints."""
    said = WORDS[language]
    lines = [f"# {said['glossary']}\n\n{said['glossary_lead']}"]
    for chapter in term_chapters():
        lines.append(f"\n## {chapter.title.in_language(language)}\n")
        rows = [
            (
                f"**{term.name.in_language(language)}**",
                code(term.sign) if term.sign else "",
                " ".join(map(code, term.keys)),
                term.says.in_language(language),
            )
            for term in chapter.term
        ]
        lines.append(table([said["term"], said["sign"], said["key"], said["meaning"]], rows))
    (GENERATED / language / "glossary.md").write_text("\n".join(lines) + "\n")


def main() -> None:
    """Write everything."""
    for language in get_args(Language):
        (GENERATED / language / "presets").mkdir(parents=True, exist_ok=True)
        write_list(language)
        write_keys(language)
        write_glossary(language)
    (GENERATED / "pictures" / "presets").mkdir(parents=True, exist_ok=True)
    write_presets()


if __name__ == "__main__":
    main()
