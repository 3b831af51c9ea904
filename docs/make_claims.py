"""Write the page of the claims: what course notes say, and what came when it was tried.

`python docs/make_claims.py` tests all of them and writes docs/<language>/claims.md; what is said
there stands in the claims' table, and the figures are measured.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import get_args

from vglab.scenarios.claims.catalog import Topic, topics
from vglab.scenarios.claims.testing import SEEDS, ClaimResult, Measured, judge, run_trials, trials
from vglab.scenarios.i18n import Language, _, set_language
from vglab.scenarios.runs.executors import cores, crew
from vglab.tui.render.claims_text import VERDICTS, case_lines, condition_text, headline, source
from writing import code, table

DOCS = Path(__file__).parent
WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "claims": "Textbook claims, tested",
        "lead": "What five course notes say of vanishing gradients, sentence by sentence."
        " Each that can be tested is an experiment on {replicas} networks; a rule decides, from"
        " what was measured alone (numbers are medians). `vglab claims` tests them again.",
        "rule": "Rule",
        "count": "claims",
        "told": "told, not tested",
    },
    "es": {
        "claims": "Las afirmaciones de los apuntes, a prueba",
        "lead": "Lo que dicen cinco apuntes sobre el desvanecimiento del gradiente, frase"
        " por frase. Cada una que se puede ensayar es un experimento con {replicas} redes; decide"
        " una regla, solo a partir de lo medido (los números son medianas). `vglab claims` las"
        " ensaya de nuevo.",
        "rule": "Regla",
        "count": "afirmaciones",
        "told": "se cuenta, no se ensaya",
    },
}


def entry(one: ClaimResult, said: Mapping[str, str]) -> Iterator[str]:
    """One claim: its verdict, the rule, what was measured."""
    yield f"\n### {one.says}\n\n**{headline(one)}**\n\n{source(one)}\n"
    if one.rule:
        yield f"{said['rule']}: {'; '.join(map(condition_text, one.rule))}\n"
    for case in one.cases:
        first, *numbers = case_lines(case, one.rule)
        yield f"- {first}" + "".join(f"<br>{code(line)}" for line in numbers)
    if one.remark:
        yield f"\n> {one.remark}"


def page(parts: Sequence[Topic], measured: Measured, language: Language) -> str:
    """Every claim under its topic, in the chosen language."""
    said = WORDS[language]
    found = {c.id: judge(c, measured) for part in parts for c in part.claim}
    verdicts = [one.verdict for one in found.values()]
    counts = [(_(words), str(verdicts.count(of))) for of, words in VERDICTS.items()]
    counts.append((said["told"], str(verdicts.count(None))))
    lead = said["lead"].format(replicas=len(SEEDS))
    lines = [f"# {said['claims']}\n\n{lead}\n", table(["", said["count"]], counts)]
    for part in parts:
        lines.append(f"\n## {part.title.chosen()}")
        for claim in part.claim:
            lines += entry(found[claim.id], said)
    return "\n".join(lines) + "\n"


def write(parts: Sequence[Topic]) -> None:
    """The page in each language, from one examination."""
    some = [claim for part in parts for claim in part.claim]
    measured: Measured = {
        trial.setup: outcome for trial, outcome in run_trials(trials(some), crew(cores()))
    }
    for language in get_args(Language):
        set_language(language)
        (DOCS / language / "claims.md").write_text(page(parts, measured, language))


if __name__ == "__main__":
    write(topics())
