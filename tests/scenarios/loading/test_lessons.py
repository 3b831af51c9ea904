"""Every number in a lesson is that of a run: each is measured over seeds, and held against its
wording, in both languages; and none stands there that is not accounted for."""

import json

import pytest
from lessons import QUOTES
from lessons.numbers import digits, numbers, spans
from lessons.pages import PAGES, agrees, prose, shown_document
from lessons.quotes import Quote, as_shown, settings_in
from lessons.runs import trained
from shell import ROOT
from vglab.scenarios.documents.run import document, encode
from vglab.scenarios.loading.course import preset_ids
from vglab.scenarios.loading.inheritance import load

LESSONS = [
    pytest.param(
        language,
        text,
        [as_shown(getattr(quote, language), language) for quote in QUOTES[preset]],
        id=f"{preset} in {language}",
    )
    for preset in preset_ids()
    for language, text in (("en", load(preset).lesson.en), ("es", load(preset).lesson.es))
]
TEXTS = [
    *LESSONS,
    *(
        pytest.param(
            language,
            prose(ROOT / page),
            [getattr(quote, language) for quote in quotes],
            id=page,
        )
        for pages, quotes in PAGES.items()
        for language, page in zip(("en", "es"), pages, strict=True)
    ),
]


def rows(slow: bool) -> list[object]:
    """Each figure that has to be found out, at initialization or by training."""
    told = {**QUOTES, **{f"deep-sigmoid {names[0]}": told for names, told in PAGES.items()}}
    return [
        pytest.param(of.split()[0], quote, id=f"{of}-{number}: {quote.en}")
        for of, quotes in told.items()
        for number, quote in enumerate(quotes)
        if isinstance(quote, Quote) and quote.slow is slow
    ]


def unaccounted(text: str, phrases: list[str], language: str) -> list[str]:
    """The numbers in a text that stand in none of the phrases, with what stands around them."""
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
    assert {*QUOTES} == {*preset_ids()}


@pytest.mark.parametrize(("_language", "text", "phrases"), TEXTS)
def test_every_phrase_stands_in_its_text(_language: str, text: str, phrases: list[str]) -> None:
    assert [phrase for phrase in phrases if not spans(phrase, text)] == []


@pytest.mark.parametrize(("language", "text", "phrases"), TEXTS)
def test_every_number_is_accounted_for(language: str, text: str, phrases: list[str]) -> None:
    assert unaccounted(text, phrases, language) == []


@pytest.mark.parametrize("preset", preset_ids())
def test_both_languages_say_the_same(preset: str) -> None:
    for quote in QUOTES[preset]:
        assert settings_in(quote.en) == settings_in(quote.es)
        assert digits(quote.en) == digits(quote.es)


def check(preset: str, quote: Quote) -> None:
    """The figure is within what the wording allows."""
    found = quote.figure(preset)
    assert quote.low <= found <= quote.high, f"{quote.en}: {found:.4g}"


@pytest.mark.sampled(8)
@pytest.mark.parametrize(("preset", "quote"), rows(slow=False))
def test_what_is_known_at_birth(preset: str, quote: Quote) -> None:
    check(preset, quote)


@pytest.mark.slow
@pytest.mark.parametrize(("preset", "quote"), rows(slow=True))
def test_what_training_shows(preset: str, quote: Quote) -> None:
    check(preset, quote)


BADGES = {
    "en": {"VANISHING": "vanishing", "HEALTHY": "healthy"},
    "es": {"SE DESVANECE": "vanishing", "SANA": "healthy"},
}
"""What the verdict's badge says, and the state."""


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("preset", "when"),
    [
        ("depth-cliff", "at_birth"),
        ("clipping", "at_birth"),
        ("tanh-deep", "in the end"),
        ("tanh-chaos", "in the end"),
    ],
)
def test_a_verdict_that_a_lesson_names_is_the_screens(
    preset: str, when: str, language: str
) -> None:
    run = trained(preset, "run.record_every=10", seeds=1)
    found = document(run.scenario, run.experiment).networks["model"].diagnosis
    state = found.at_birth.state if when == "at_birth" else found.state
    text = getattr(load(preset).lesson, language)
    assert [named for word, named in BADGES[language].items() if word in text] == [state]


def test_no_other_lesson_names_a_verdict() -> None:
    named = {
        preset
        for preset in preset_ids()
        for language, badges in BADGES.items()
        if any(word in getattr(load(preset).lesson, language) for word in badges)
    }
    assert named == {"depth-cliff", "clipping", "tanh-deep", "tanh-chaos"}


@pytest.mark.parametrize("preset", preset_ids())
def test_a_lesson_speaks_of_no_band_as_none_is_drawn(preset: str) -> None:
    """The chart of the lesson shows theory's dots; its band is too narrow there to be drawn."""
    lesson = load(preset).lesson
    assert not {*lesson.en.split()} & {"band", "band,"}
    assert not {*lesson.es.split()} & {"banda", "banda,"}


@pytest.mark.slow
def test_the_readme_shows_a_document_as_it_is() -> None:
    shown = shown_document(ROOT / "README.md")
    run = trained("deep-sigmoid", "run.record_every=10", seeds=1)
    real = json.loads(encode(document(run.scenario, run.experiment, 1.0)))
    assert agrees(shown, real)
    shown["networks"]["model"]["diagnosis"]["ratio"] = 1.6e-6
    assert not agrees(shown, real)
