"""Generate the page of claims: `python docs/make_claims.py` tests every claim of the course notes
and writes build/generated/<language>/claims.md, with rule, measurements and verdict of each.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

from vglab.scenarios.claims.catalog import Topic, topics
from vglab.scenarios.claims.testing import SEEDS, ClaimResult, Measured, judge, run_trials, trials
from vglab.scenarios.i18n import Language, _, set_language
from vglab.scenarios.runs.cores import cores
from vglab.scenarios.runs.executors import crew
from vglab.tui.render.claims_text import VERDICTS, case_lines, condition_text, headline, source
from writing import GENERATED, code, table

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "claims": "Textbook claims, tested",
        "lead": "What five course notes say about vanishing gradients, sentence by sentence."
        " Each claim that can be tested is an experiment on {replicas} networks, and a rule decides"
        " from the measurements alone (numbers are medians). Beside what is said to help or to hurt"
        " stands the same network without it ([other]), and where the verdict is not the"
        " literature's, the remark says why. `vglab claims` repeats the tests.",
        "rule": "Rule",
        "count": "claims",
        "told": "not testable",
    },
    "es": {
        "claims": "Las afirmaciones de los apuntes, a prueba",
        "lead": "Lo que dicen cinco apuntes sobre el desvanecimiento del gradiente, frase por"
        " frase. Cada afirmación que se puede comprobar es un experimento con {replicas} redes,"
        " y una regla decide solo a partir de las medidas (los números son medianas)."
        " Junto a lo que dicen que ayuda o estorba está la misma red sin ello ([la otra]), y donde"
        " el veredicto no es el de la bibliografía, la observación dice por qué. `vglab claims`"
        " repite las comprobaciones.",
        "rule": "Regla",
        "count": "afirmaciones",
        "told": "no comprobable",
    },
}


def entry(one: ClaimResult, said: Mapping[str, str]) -> Iterator[str]:
    """The section of a claim: verdict, rule and measurements."""
    yield f"\n### {one.says}\n\n**{headline(one)}**\n\n{source(one)}\n"
    if one.rule:
        yield f"{said['rule']}: {'; '.join(map(condition_text, one.rule))}\n"
    for case in one.cases:
        first, *numbers = case_lines(case, one.rule)
        yield f"- {first}" + "".join(f"<br>{code(line)}" for line in numbers)
    if one.remark:
        yield f"\n> {one.remark}"


def page(parts: Sequence[Topic], measured: Measured, language: Language) -> str:
    """The page in the language: every claim under its topic."""
    said = WORDS[language]
    found = {c.id: judge(c, measured) for part in parts for c in part.claim}
    verdicts = [one.verdict for one in found.values()]
    counts = [(_(words), str(verdicts.count(of))) for of, words in VERDICTS.items()]
    counts.append((said["told"], str(verdicts.count(None))))
    lead = said["lead"].format(replicas=len(SEEDS))
    lines = [f"# {said['claims']}\n\n{lead}\n", table(["", said["count"]], counts)]
    for part in parts:
        lines.append(f"\n## {part.title.in_language()}")
        for claim in part.claim:
            lines += entry(found[claim.id], said)
    return "\n".join(lines) + "\n"


def write(parts: Sequence[Topic]) -> None:
    """Test the claims once and write the page in each language."""
    some = [claim for part in parts for claim in part.claim]
    measured: Measured = {
        trial.setup: outcome for trial, outcome in run_trials(trials(some), crew(cores()))
    }
    for language in get_args(Language):
        set_language(language)
        (GENERATED / language).mkdir(parents=True, exist_ok=True)
        (GENERATED / language / "claims.md").write_text(page(parts, measured, language))


if __name__ == "__main__":
    write(topics())
