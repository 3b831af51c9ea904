"""Every number in a lesson is that of a run: each is measured over seeds, and held against its
wording, in both languages; and none stands there that is not accounted for."""

import pytest
from lessons import QUOTES
from lessons.numbers import numbers, spans
from lessons.quotes import Aside, Quote, settings_in
from vglab.scenarios.loading.course import preset_ids
from vglab.scenarios.loading.inheritance import load

LANGUAGES = ("en", "es")


def rows(slow: bool) -> list[object]:
    """Each figure that has to be found out, at birth or by training."""
    return [
        pytest.param(preset, quote, id=f"{preset}-{number}: {quote.en}")
        for preset, quotes in QUOTES.items()
        for number, quote in enumerate(quotes)
        if isinstance(quote, Quote) and quote.slow is slow
    ]


def unaccounted(text: str, phrases: list[str], language: str) -> list[str]:
    """The numbers in a text that stand in none of the phrases."""
    covered = [span for phrase in phrases for span in spans(phrase, text)]
    return [
        text[max(0, found.start() - 30) : found.end() + 20]
        for found in numbers(text, language)
        if not any(start <= found.start() and found.end() <= end for start, end in covered)
    ]


def test_a_number_that_no_row_accounts_for_is_found() -> None:
    text = "Ten layers leave 0.24⁹ ≈ 2·10⁻⁶, and three quarters fail. Try run.seed = 2."
    assert [found[0] for found in numbers(text, "en")] == [
        *("Ten", "0.24⁹", "2", "10⁻⁶", "three", "quarters", "run.seed = 2"),
    ]
    assert len(unaccounted(text, ["Ten layers", "≈ 2·10⁻⁶"], "en")) == 4
    assert list(numbers("Δ⁽ˡ⁻¹⁾ and N(0, 1) of Ba et al. 2016, one by one", "en")) == []


def test_every_preset_has_its_rows() -> None:
    assert set(QUOTES) == {*preset_ids()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("preset", preset_ids())
def test_every_phrase_stands_in_the_lesson(preset: str, language: str) -> None:
    text: str = getattr(load(preset).lesson, language)
    phrases = [getattr(quote, language) for quote in QUOTES[preset]]
    assert [phrase for phrase in phrases if not spans(phrase, text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("preset", preset_ids())
def test_every_number_is_accounted_for(preset: str, language: str) -> None:
    text: str = getattr(load(preset).lesson, language)
    phrases = [getattr(quote, language) for quote in QUOTES[preset]]
    assert unaccounted(text, phrases, language) == []


@pytest.mark.parametrize("preset", preset_ids())
def test_both_languages_say_the_same_to_try(preset: str) -> None:
    for quote in QUOTES[preset]:
        assert settings_in(quote.en) == settings_in(quote.es)


def check(preset: str, quote: Quote | Aside) -> None:
    """The figure is within what the wording allows."""
    assert isinstance(quote, Quote)
    found = quote.figure(preset)
    assert quote.low <= found <= quote.high, f"{quote.en}: {found:.4g}"


@pytest.mark.parametrize(("preset", "quote"), rows(slow=False))
def test_what_is_known_at_birth(preset: str, quote: Quote) -> None:
    check(preset, quote)


@pytest.mark.slow
@pytest.mark.parametrize(("preset", "quote"), rows(slow=True))
def test_what_training_shows(preset: str, quote: Quote) -> None:
    check(preset, quote)
