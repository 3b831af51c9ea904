"""A finding in words: what a claim says, its verdict, and its rule with what was measured put in.

Pure functions of a finding and a width; the command line prints these lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import fill

from ...scenarios.claims.rules import OTHER, PROBES, Condition, figure_text, parse_condition
from ...scenarios.claims.testing import CaseResult, ClaimResult
from ...scenarios.i18n import N_, _, figure
from ...scenarios.runs.diagnosis_record import Number
from ...scenarios.runs.summary import finite_median

MARKS: Mapping[str | None, str] = {"holds": "✔", "holds when": "◐", "fails": "✘", None: "·"}
VERDICTS: Mapping[str, str] = {
    "holds": N_("HOLDS"),
    "holds when": N_("HOLDS WHEN"),
    "fails": N_("FAILS"),
}
LITERATURE: Mapping[str, str] = {
    "true": N_("the literature says: true"),
    "partly": N_("the literature says: partly true"),
    "false": N_("the literature says: false"),
}
SIGNS: Mapping[str, str] = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}
NOT: Mapping[str, str] = {"<": "≮", "<=": "≰", ">": "≯", ">=": "≱"}


def entry(one: ClaimResult, columns: int) -> Iterator[str]:
    """One claim: the sentence, its verdict, what was measured, and what a teacher should add."""
    yield quote(one.says, columns)
    yield fold(headline(one), columns, 2)
    yield fold(source(one), columns, 4)
    if one.rule:
        rule = "; ".join(condition_text(text) for text in one.rule)
        yield fold(_("rule: {rule}").format(rule=rule), columns, 4)
    for case in one.cases:
        for number, line in enumerate(case_lines(case, one.rule)):
            yield fold(line, columns, 11 if number else 4, 13)
    for error in one.errors:
        yield fold(error, columns, 4)
    if one.remark:
        yield fold(f"→ {one.remark}", columns, 4)


def quote(sentence: str, columns: int) -> str:
    """The sentence of a claim in quotation marks, folded to `columns`."""
    return fold(_("“{sentence}”").format(sentence=sentence), columns, 0)


def headline(one: ClaimResult) -> str:
    """The verdict, and its condition."""
    mark = MARKS[one.verdict]
    if one.verdict is None:
        return " ".join((mark, _("could not be tested") if one.errors else _("told, not tested")))
    return " ".join(filter(None, (mark, _(VERDICTS[one.verdict]), one.when)))


def source(one: ClaimResult) -> str:
    """Its id, where it stands, and what is known of it."""
    note = _("note {note}").format(note=one.note)
    return " · ".join((one.id, note, _(LITERATURE[one.literature])))


def case_lines(case: CaseResult, rule: Sequence[str]) -> Iterator[str]:
    """One case: how many replicas obey, and where; the experiment, and the rule in its numbers."""
    count = f"{MARKS['holds' if case.so else 'fails']} {sum(case.obeys)}/{len(case.obeys)}"
    experiment = experiment_label(case.experiment)
    if case.against:
        other = difference(case.experiment, case.against)
        experiment += _(" [other: {experiment}]").format(experiment=other)
    figures = {of: finite_median(seen) for of, seen in case.figures.items()}
    numbers = "; ".join(condition_figures(parse_condition(text), figures) for text in rule)
    measured = f"{experiment}: {numbers}"
    yield f"{count}  {case.when or measured}"
    if case.when:
        yield measured


def experiment_label(experiment: str) -> str:
    """A preset goes by its id and settings; a probe by what it looks at."""
    probe = experiment.partition(" ")[0]
    return _(PROBES[probe]) if probe in PROBES else experiment


def difference(one: str, other: str) -> str:
    """Of another experiment what is not as in the first, where both state the same keys."""
    mine, words = one.split(" "), other.split(" ")
    if keys(mine) != keys(words):
        return other
    return " ".join(word for word in words if word not in mine)


def keys(words: Sequence[str]) -> list[str]:
    """The keys of KEY=VALUE, in order; an id has none."""
    return [word.partition("=")[0] for word in words[1:]]


def condition_text(text: str) -> str:
    """A condition in words: `error signal, first/last layer, at birth < 0.001`."""
    c = parse_condition(text)
    right = figure_text(c.right) if c.right else ""
    if c.right == OTHER + c.left:
        right = _("[other]")
    return comparison(c, figure_text(c.left), SIGNS, right)


def condition_figures(c: Condition, figures: Mapping[str, Number]) -> str:
    """The same with what was measured: `1.5e-6 < 0.001`, or `0.7 ≯ 0.9` where it is not so."""
    signs = SIGNS if c.met(figures) else NOT
    return comparison(
        c, number(figures[c.left]), signs, number(figures[c.right]) if c.right else ""
    )


def number(value: Number) -> str:
    """A measured value."""
    return _("not finite") if value is None else figure(value)


def comparison(c: Condition, left: str, signs: Mapping[str, str], right: str) -> str:
    """A condition as `left sign right`."""
    factor = powers(f"{c.factor:g}") if c.factor != 1 or not right else ""
    return f"{left} {signs[c.comparison]} {' × '.join(filter(None, (factor, right)))}"


def powers(text: str) -> str:
    """1e-05 as 1e-5, and 1e+06 as 1e6."""
    return text.replace("e-0", "e-").replace("e+0", "e")


def fold(text: str, columns: int, indent: int, hanging: int | None = None) -> str:
    """A paragraph, its first line indented and the others a little more."""
    further = indent + 2 if hanging is None else hanging
    return fill(
        text,
        max(columns, 40),
        initial_indent=" " * indent,
        subsequent_indent=" " * further,
        break_on_hyphens=False,
    )
