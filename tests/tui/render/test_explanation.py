"""A diagnosis in words: right in number, in both languages, for every rule."""

import re
from dataclasses import replace
from math import inf, nan
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vglab.engine.diagnosis.decay import mean_factor
from vglab.engine.diagnosis.diagnosis import Diagnosis
from vglab.engine.diagnosis.rules import RULES
from vglab.engine.measure.trace import LayerInfo
from vglab.scenarios import i18n as words
from vglab.scenarios.documents.explanation import headline_state, sentence
from vglab.scenarios.documents.verdict_lines import REASONS, line_forms, pace, percent

BADGE = 16
"""Columns that the longest badge takes from a line."""


def stack(count: int, activation: str = "sigmoid") -> list[LayerInfo]:
    """So many trainable layers."""
    kinds = ["dense"] * (count - 1) + ["output"]
    return [
        LayerInfo(
            name=f"W{i}", kind=kind, activation=activation, inputs=9, outputs=9, parameters=90
        )
        for i, kind in enumerate(kinds, 1)
    ]


def diagnosis(rule: str, budget: tuple[float, ...], **changes: Any) -> Diagnosis:
    found = Diagnosis(
        state=RULES[rule],
        rate=0.236,
        decay="exponential",
        ratio=0.00311,
        budget=budget,
        frozen=tuple(i for i, b in enumerate(budget, 1) if b < 1e-2),
        flat_gradient_hides=False,
        rule=rule,
        underflows=False,
    )
    whole = replace(found, **changes)
    hidden = len(budget) - 1
    means = {"mean_rate": mean_factor(whole.ratio, hidden - 1)}
    if whole.step_ratio is not None:
        means["mean_step_rate"] = mean_factor(whole.step_ratio, 50)
    return replace(whole, **means)


MOVED: dict[str, Any] = {"displacement": (0.02, 0.3, 2.5, 0.1, 0.2, 4.0), "chance": 0.5}
LEARNED, GUESSING = MOVED | {"accuracy": 0.984}, MOVED | {"accuracy": 0.512}
MANY = (1.5e-6, 3e-5, 8e-4, 0.2, 0.9, 14.0)
EXAMPLES = {
    "frozen": diagnosis("frozen", MANY),
    "lost": diagnosis("lost", (0.5, 3.0, 5.0, 5.0, 6.0, 14.0), ratio=2e-8),
    "faded_at_birth": diagnosis("faded_at_birth", (2.0,) * 6, rate=0.8, ratio=0.4, **GUESSING),
    "starved": diagnosis("starved", (1e-5,) * 3, rate=1.02, ratio=1.1),
    "forgets": diagnosis(
        "forgets", (1.0, 2.0), rate=1.0, ratio=1.0, step_rate=0.46, step_ratio=2e-17
    ),
    "slow": diagnosis("slow", (1e-5,) * 6, rate=1.02, ratio=1.1),
    "dead_layer": diagnosis("dead_layer", (0.0, 0.0, 0.0, 0.2, 0.9, 14.0), rate=0.0, ratio=0.0),
    "step_too_large": diagnosis("step_too_large", (9e6, 4e4, 8e3, 2e3, 400.0, 14.0), rate=1.4),
    "not_finite": diagnosis("not_finite", (nan,) * 6, rate=nan, ratio=nan),
    "moves": diagnosis("moves", (12.0, 3.0, 5.0, 5.0, 6.0, 14.0), rate=0.9, ratio=0.6),
    "fades_but_moves": diagnosis("fades_but_moves", (0.5, 3.0, 5.0, 5.0, 6.0, 14.0)),
    "rate_too_large": diagnosis("rate_too_large", (9e6, 4e4, 8e3, 2e3, 400.0, 14.0), rate=0.9),
    "done": diagnosis(
        "done", (1e-5,) * 6, rate=1.02, ratio=1.1, frozen=(), done=(1, 2, 3, 4, 5, 6), **LEARNED
    ),
    "overshot": diagnosis("overshot", (1e-5,) * 6, rate=1.02, ratio=1.1, **GUESSING),
    "too_slow": diagnosis("too_slow", (1e-5,) * 6, rate=1.02, ratio=1.1, **GUESSING),
    "no_better_than_chance": diagnosis("no_better_than_chance", (2.0,) * 6, **GUESSING),
    "few_steps": diagnosis("few_steps", (1e-5,) * 6, rate=1.02, ratio=1.1),
    "grows_but_moves": diagnosis("grows_but_moves", (50.0, 3.0, 5.0, 5.0, 6.0, 4.0), rate=3.0),
}


@pytest.fixture(params=["en", "es"])
def speaking(request: pytest.FixtureRequest) -> str:
    words.set_language(request.param)
    return request.param


def said(found: Diagnosis) -> str:
    return sentence(found, stack(len(found.budget)))


def test_every_rule_has_an_example() -> None:
    assert EXAMPLES.keys() == RULES.keys()


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_said_in_one_sentence(rule: str, speaking: str) -> None:
    text = said(EXAMPLES[rule])
    assert text.endswith(".")
    assert ". " not in text
    assert not {"{", "}", "nan", "–", "  "} & set(text.split()) | ({"{"} & set(text))
    assert text[0].isupper()


@pytest.mark.parametrize("rule", RULES)
def test_english_and_spanish_differ(rule: str) -> None:
    english = said(EXAMPLES[rule])
    words.set_language("es")
    assert said(EXAMPLES[rule]) != english


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("activation", ["sigmoid", "relu", "selu"])
def test_the_short_form_fits_80_columns(rule: str, activation: str, speaking: str) -> None:
    found = EXAMPLES[rule]
    for first in (False, True):
        forms = line_forms(found, stack(6, activation), first=first)
        shown = next(form for form in forms if len(form) <= 80 - BADGE)
        assert shown.startswith(words._("at initialization: {verdict}")[:6]) is first
        if rule in REASONS:
            assert words._(REASONS[rule]).format(least=percent(0.01)) in shown, (
                "why it is judged so has room"
            )
        elif found.frozen:
            assert words._("{frozen}/{layers} frozen").split()[-1] in shown
    assert len(pace(found)) <= 39 - BADGE, "side by side in 80 columns"


def test_the_numbers_are_those_of_the_diagnosis() -> None:
    text = said(EXAMPLES["frozen"])
    assert "by 0.236 on average (by 0.00311 in all)" in text
    assert "3 of 5 hidden layers are frozen" in text
    assert "layer 1 would move by 1.5e-4 % of its norm (less than 1 % counts as frozen)" in text
    assert "layer 2, the slowest, would move by 300 %" in said(EXAMPLES["moves"])
    assert "layer 1, the fastest, would move by 9.0e6 times" in said(EXAMPLES["step_too_large"])
    assert "at least 95 %" in said(EXAMPLES["dead_layer"])
    assert "3 of 6 layers have no update" in said(EXAMPLES["dead_layer"])
    assert "6 of 6 layers would move by less than 1 % of their norm" in said(EXAMPLES["slow"])


def test_one_layer_is_not_many() -> None:
    one = (1e-6, 0.2, 0.9, 14.0)
    assert "1 of 3 hidden layers is frozen" in said(diagnosis("frozen", one))
    assert "1 of 4 layers would move by less than 1 % of its norm" in said(diagnosis("slow", one))
    dead = diagnosis("dead_layer", (0.0, 0.2, 0.9, 14.0))
    assert "1 of 4 layers has no update" in said(dead)
    assert "no update" not in said(diagnosis("dead_layer", one))
    words.set_language("es")
    assert "1 de 3 capas ocultas está congelada" in said(diagnosis("frozen", one))
    assert "3 de 5 capas ocultas están congeladas" in said(EXAMPLES["frozen"])
    assert "1 de 4 capas no se actualiza" in said(dead)
    assert "3 de 6 capas no se actualizan" in said(EXAMPLES["dead_layer"])


def test_the_output_layer_is_not_held_back_by_a_signal_that_fades_below_it() -> None:
    all_still = diagnosis("frozen", (1e-6,) * 6)
    text = said(all_still)
    assert "5 of 5 hidden layers are frozen" in text
    assert "; the output layer stands still too, because almost nothing" in text
    assert "output layer" not in said(EXAMPLES["frozen"])


def test_what_was_learned_is_said_in_numbers() -> None:
    text = said(EXAMPLES["done"])
    assert "has learned: the accuracy is 98.4 %, and guessing gives 50 %; 6 of 6" in text
    assert "6 of 6 layers, which hardly move any more, are done" in text
    part = replace(EXAMPLES["done"], frozen=(1, 2), done=(3, 4, 5, 6))
    without = "; 2 of 6 layers are as they were drawn, and the network learned without them."
    assert without in said(part)
    unmoved = replace(EXAMPLES["done"], frozen=(1,), done=())
    assert "guessing gives 50 %; 1 of 6 layers is as it was drawn" in said(unmoved)
    numbers = replace(EXAMPLES["done"], accuracy=None, chance=None, r2=0.93)
    assert "has learned: R² is 0.93, and predicting the mean gives 0; 6 of 6" in said(numbers)
    far = said(EXAMPLES["overshot"])
    assert "the accuracy is 51.2 %, and guessing gives 50 %" in far
    assert "layer 3 has moved by 250 % of its norm" in far
    slow = said(EXAMPLES["too_slow"])
    assert "6 of 6 layers would move by less than 1 % of their norm" in slow
    assert "layer 3, which has moved farthest, has by 250 %" in slow
    near = said(replace(EXAMPLES["too_slow"], frozen=(), budget=(2.0,) * 6))
    assert "layer 3, which has moved farthest, has by 250 % of its norm: the learning rate" in near
    assert line_forms(EXAMPLES["done"], stack(6))[0] == "accuracy 98.4 %"


def test_what_becomes_of_the_signal() -> None:
    found = EXAMPLES["fades_but_moves"]
    assert "From layer 5 to layer 1 the error signal is multiplied by 0.00311" in said(
        replace(found, decay="power")
    )
    assert said(replace(found, rate=0.0, ratio=0.0)).startswith("Nothing of the error signal")
    alone = diagnosis("moves", (12.0, 14.0), rate=1.0, ratio=1.0)
    assert said(alone).startswith("There is only one hidden layer, so")


def test_a_loss_of_0_is_no_factor_of_1() -> None:
    silent = diagnosis("done", (0.0,) * 6, rate=1.0, ratio=1.0, done=(1, 2, 3, 4, 5, 6), **LEARNED)
    assert said(silent).startswith("The loss puts in no error signal any more")
    assert pace(silent) == "no error signal left"


def test_what_becomes_of_it_through_time() -> None:
    found = EXAMPLES["forgets"]
    assert (
        "each step multiplies the error signal by 0.463 on average (by 2.0e-17 in all), so"
        in said(found)
    )
    assert "by less than 0.1 % of their norm" in said(found)
    assert said(replace(found, step_rate=0.0, step_ratio=0.0)).startswith("Nothing of the error")
    assert line_forms(found, stack(2))[1] == "×0.463 per step · first step hardly counts"
    assert line_forms(found, stack(2))[-1] == pace(found) == "×0.463 per step"


def test_what_else_is_worth_knowing() -> None:
    hides = replace(EXAMPLES["frozen"], flat_gradient_hides=True)
    assert said(hides).endswith("; a chart of gradient norms looks flat and does not show it.")
    both = replace(hides, underflows=True)
    assert said(both).endswith("; some updates are exactly 0, too small for the number type.")


def test_a_generator_that_is_starved() -> None:
    text = said(EXAMPLES["starved"])
    assert "3 of 3 layers are frozen" in text
    assert "layer 1 would move by 0.001 % of its norm" in text
    one = (1e-6, 0.2, 14.0)
    assert "1 of 3 layers is frozen" in said(diagnosis("starved", one))


def test_a_network_that_still_grows_is_told_of_as_it_is() -> None:
    found = diagnosis("moves", (12.0, 3.0, nan, nan, 14.0), rate=0.9, ratio=0.6)
    assert "From layer 2 to layer 1" in said(replace(found, decay="power"))
    assert "layer 2, the slowest, would move by 300 %" in said(found)
    growing = diagnosis("frozen", (1e-5, 3.0, nan, nan, 14.0))
    assert "1 of 2 hidden layers is frozen" in said(growing)


def test_a_network_that_a_stage_does_not_train() -> None:
    found = replace(diagnosis("moves", (0.0,) * 4), frozen=())
    assert said(found).endswith("and at this stage the network is not trained.")
    assert line_forms(found, stack(4))[0].endswith("not trained at this stage")
    last = replace(diagnosis("moves", (0.0, 0.0, nan, 9.0)), frozen=())
    assert said(last).endswith("and at this stage only the output layer is trained.")


def test_layers_that_a_stage_does_not_train_are_not_said_to_move() -> None:
    half = replace(diagnosis("moves", (0.0, 0.0, 5.0, 9.0)), frozen=())
    assert "; 2 of 4 layers are not trained at this stage, and all others can move" in said(half)
    assert line_forms(half, stack(4))[0].endswith("every trained layer can move")
    assert "layer 3, the slowest, would move by 500 %" in said(half)
    assert "every layer can move" not in said(replace(half, rule="fades_but_moves"))
    one = replace(half, budget=(0.0, 3.0, 5.0, 9.0))
    assert "; 1 of 4 layers is not trained at this stage" in said(one)
    words.set_language("es")
    assert "; en esta etapa 1 de 4 capas no se entrena, y" in said(one)
    assert "; en esta etapa 2 de 4 capas no se entrenan, y" in said(half)


def test_advice_heeds_the_activation() -> None:
    tried = {
        a: line_forms(EXAMPLES["frozen"], stack(6, a))[0].split(" · ")[2]
        for a in ("tanh", "relu", "elu")
    }
    assert tried == {
        "tanh": "try norm=batch, relu + he",
        "relu": "try he or norm=batch",
        "elu": "try norm=batch, more gain",
    }
    assert line_forms(EXAMPLES["moves"], stack(6))[0] == (
        "×0.88 per layer · every layer can move ≥1 %"
    )


@pytest.mark.parametrize(("hidden", "ratio"), [(50, 0.0128), (10, 2.397), (20, 68.7), (5, 0.00649)])
def test_the_factor_per_layer_multiplies_up_to_that_in_all(hidden: int, ratio: float) -> None:
    """To the figures that are shown."""
    found = diagnosis("moves", (2.0,) * (hidden + 1), ratio=ratio)
    shown = re.search(r"by ([\d.e-]+) on average \(by ([\d.e-]+) in all\)", said(found))
    assert shown is not None
    factor, whole = map(float, shown.groups())
    assert factor ** (hidden - 1) == pytest.approx(whole, rel=0.01)


def test_a_sound_signal_is_no_learning() -> None:
    guessing = diagnosis("moves", (2.0,) * 6, **GUESSING)
    assert headline_state(guessing) == "not_yet"
    assert "nothing is learned yet: the accuracy is 51.2 %" in said(guessing)
    assert "accuracy 51.2 %" in line_forms(guessing, stack(6))[0]
    assert "every layer can move" in line_forms(guessing, stack(6))[0]
    assert headline_state(diagnosis("moves", (2.0,) * 6, **LEARNED)) == "healthy"
    born = replace(guessing, displacement=(0.0,) * 6)
    assert headline_state(born) == "healthy", "nothing is expected of it yet"
    for rule in ("frozen", "too_slow", "done"):
        assert headline_state(EXAMPLES[rule]) == RULES[rule]
    numbers = replace(guessing, accuracy=None, chance=None, r2=0.05)
    assert "R² is 0.05" in said(numbers)


def test_layers_that_have_come_to_a_stop_are_counted_apart() -> None:
    part = replace(EXAMPLES["frozen"], frozen=(1,), stopped=(2, 3))
    assert "1/5 hidden frozen, 2 stopped" in line_forms(part, stack(6))[0]
    assert "3 of 5 hidden layers can move no further" in said(part)
    whole = replace(part, frozen=(), stopped=(1, 2, 3))
    assert "3/5 hidden stopped" in line_forms(whole, stack(6))[0]
    assert "frozen" not in said(whole)


def test_no_longer_steps_are_advised_where_they_have_led_too_far() -> None:
    far = replace(EXAMPLES["slow"], displacement=(26.0,) * 6)
    assert "higher rate" not in line_forms(far, stack(6))[0]
    assert "higher rate" in line_forms(EXAMPLES["slow"], stack(6))[0]
    for rule in ("slow", "too_slow", "no_better_than_chance"):
        assert "relu" in line_forms(EXAMPLES[rule], stack(6, "linear"))[0]


NUMBER = st.sampled_from([0.0, nan, inf, 5e-324, 1e300]) | st.floats(0, 1e300)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(sorted(RULES)),
    st.lists(NUMBER, min_size=2, max_size=5),
    NUMBER,
    NUMBER,
    st.sampled_from(["power", "exponential"]),
    st.booleans(),
)
def test_nothing_is_unspeakable(
    rule: str, budget: list[float], rate: float, ratio: float, decay: str, flag: bool
) -> None:
    found = diagnosis(
        rule,
        tuple(budget),
        rate=rate,
        ratio=ratio,
        decay=decay,
        flat_gradient_hides=flag,
        underflows=flag,
    )
    for language in ("en", "es"):
        words.set_language(language)
        assert "{" not in said(found) + "".join(line_forms(found, stack(len(budget))))


def test_one_yardstick_tells_why_a_like_factor_is_judged_otherwise(speaking: str) -> None:
    """×0.236 per layer may be healthy or not: the line says by what, in the same words."""
    sound = diagnosis("moves", (10.1, 453.0, 5940.0), ratio=0.236)
    shown = [line_forms(sound, stack(3))[0], line_forms(EXAMPLES["frozen"], stack(6))[0]]
    assert all(form.startswith("×0.236") for form in shown)
    assert "≥1 %" in shown[0]
    assert "(<1 %)" in shown[1]


def test_a_count_that_leaps_is_told_by_its_least_and_most() -> None:
    seven, nine = (
        replace(EXAMPLES["frozen"], frozen=(1, 2), stopped=tuple(range(3, 3 + more)))
        for more in (0, 2)
    )
    line = line_forms(nine, stack(6), lately=[seven, nine])[0]
    assert " · 2/5 hidden frozen, 0–2 stopped of late (<1 %) · " in line
    assert "2/5 hidden frozen, 2 stopped (" in line_forms(nine, stack(6), lately=[nine])[0]


def test_one_layer_is_stopped_in_the_singular() -> None:
    words.set_language("es")
    for stopped, said_so in (((3,), "1 detenida "), ((3, 4), "2 detenidas ")):
        found = replace(EXAMPLES["frozen"], frozen=(1, 2), stopped=stopped)
        assert f"2/5 ocultas congeladas, {said_so}" in line_forms(found, stack(6))[0]
    one, none = (replace(EXAMPLES["frozen"], frozen=(1, 2), stopped=some) for some in ((3,), ()))
    spans = line_forms(one, stack(6), lately=[none])[0]
    assert "0–1 detenidas últimamente" in spans


def test_layers_that_are_half_dead_are_told_of_where_the_network_has_learned(speaking: str) -> None:
    grown = EXAMPLES["grows_but_moves"]
    learned = replace(grown, half_dead=(2, 3), **LEARNED)
    for found in (learned, replace(EXAMPLES["done"], half_dead=(2, 3))):
        told = words._("learned, yet {half_dead}/{hidden} hidden half dead")
        told = told.format(half_dead=2, hidden=5)
        shown = next(form for form in line_forms(found, stack(6)) if len(form) <= 80 - BADGE)
        assert told in shown
        assert ("2 of 5" if speaking == "en" else "2 de 5") in said(found)
        assert headline_state(found) == "healthy"
    for found in (grown, replace(grown, half_dead=(2, 3), **GUESSING)):
        assert not any("2/5" in form for form in line_forms(found, stack(6)))


def test_no_step_is_said_of_the_steps_that_are_past(speaking: str) -> None:
    found = EXAMPLES["grows_but_moves"]
    now = {"en": ("now", "like this one"), "es": ("ahora", "como este")}[speaking]
    assert now[0] in line_forms(found, stack(6))[0]
    assert now[1] in said(found)
