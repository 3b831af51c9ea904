"""The glossary: whole, in both languages, and found by any name."""

from typing import get_args

import pytest
from vglab.engine.measure.trace import MEASURES
from vglab.scenarios.i18n import Language, _, set_language
from vglab.scenarios.loading.glossary import (
    UnknownTerm,
    find_terms,
    meaning_of,
    terms,
    terms_about,
)
from vglab.tui.charts.registry import CHARTS
from vglab.tui.lab.course.path_words import MEASURES as ASKED
from vglab.tui.render.glyphs import UNICODE
from vglab.tui.render.labels import STATE_ROLES, state_word

STATES = [state for state in STATE_ROLES if state not in ("fault", "busy", "note")]


def test_every_term_is_told_in_both_languages_once() -> None:
    every = [*terms()]
    assert len({term.id for term in every}) == len(every)
    assert all(term.name.en and term.name.es and term.says.en and term.says.es for term in every)


@pytest.mark.parametrize("key", [*MEASURES, "budget", "rate", "ratio", "frozen", "accuracy"])
def test_every_measure_is_found_by_its_key(key: str) -> None:
    assert key in find_terms(key)[0].keys


@pytest.mark.parametrize("state", STATES)
def test_verdicts_are_called_and_drawn_as_the_lab_does(state: str) -> None:
    term = find_terms(state)[-1]
    for language in get_args(Language):
        set_language(language)
        assert term.name.in_language() == state_word(state)
    assert term.sign == UNICODE.badges[state]


def test_a_term_is_found_by_a_part_of_its_name_and_by_its_sign() -> None:
    assert [term.id for term in find_terms("conexión")] == ["skip-connection"]
    assert [term.id for term in find_terms("• ")] == ["theory", "critical-gain"]


def test_an_unknown_term_names_the_nearest() -> None:
    with pytest.raises(UnknownTerm, match="did you mean budget"):
        find_terms("bugdet")


def test_a_term_is_found_by_another_name_and_without_its_accents() -> None:
    assert [term.id for term in find_terms("Glorot")] == ["xavier"]
    assert [term.id for term in find_terms("inicializacion")] == ["initialization"]
    assert next(iter(terms_about("batch"))).id == "batch", "the one that is called just so is first"
    assert "error-signal" in {term.id for term in terms_about("told about its error")}


LEGENDS = (
    *("theory (init.)", "theory", "most networks", "frozen", "done", "stopped"),
    *("saturated", "dead", "mean", "± 1 sd", "exactly 0", "not finite", "before", "base"),
    *("mean loss", "batch", "accuracy", "input", "loss", "layer", "step", "log"),
)
"""Words that stand on the charts, as the catalog has them."""
ON_SCREEN = {*LEGENDS, *ASKED.values(), *(chart.tab for chart in CHARTS.values() if chart.tab)}
TYPED: dict[Language, tuple[str, ...]] = {
    "en": (
        *("decades", "replicas", "hidden layers", "dead units", "saturated units", "Xavier", "He"),
        *("fan-in", "fan_in", "update ratio", "theory at initialization", "theory's dots"),
        *("displacement", "moved", "class 1", "biases", "weights", "power law", "at chance"),
    ),
    "es": (
        *("décadas", "réplicas", "capas ocultas", "unidades muertas", "saturadas", "Xavier", "He"),
        *("fan-in", "fan_in", "actualiz.", "teoría en la inicialización", "detenidas", "sesgos"),
        *("desplazamiento", "recorrido", "clase 1", "congeladas", "pesos", "ley de potencias"),
    ),
}
"""Words of lessons and verdicts, plurals among them."""


@pytest.mark.parametrize("language", get_args(Language))
def test_every_word_on_the_screen_is_found_as_it_stands_there(language: Language) -> None:
    set_language(language)
    words = {*map(_, ON_SCREEN), *TYPED[language]}
    assert [word for word in sorted(words) if not terms_about(word)] == []


@pytest.mark.parametrize(
    ("typed", "first"),
    [("seeds", "seed"), ("décadas", "decade"), ("capas", "layer"), ("red", "network")],
)
def test_a_plural_finds_its_singular_and_what_is_called_just_so_is_first(
    typed: str, first: str
) -> None:
    set_language("es" if typed != "seeds" else "en")
    assert terms_about(typed)[0].id == find_terms(typed)[0].id == first


def test_no_plural_is_made_of_a_word_that_is_none() -> None:
    assert {"loss"} <= {term.id for term in terms_about("loss")}
    assert terms_about("xyzzys") == []


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("key", ["network.gain", "network.init", "run.replicas", "training.rate"])
def test_a_setting_is_told_in_a_clause(key: str, language: Language) -> None:
    set_language(language)
    said = meaning_of(key)
    assert 20 < len(said) < 80
    assert find_terms(key)[0].says.in_language().startswith(said)
    assert meaning_of("data.name") == ""
