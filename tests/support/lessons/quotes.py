"""What a lesson says in figures, and where each figure comes from."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

from vglab.scenarios.i18n import set_language
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.schema.spec import Scenario
from vglab.tui.render.labels import key_label

from .runs import Run, born, trained

SETTING = re.compile(r"([a-z]+\.[a-z_]+) = ([^\s,;)]*[^\s,;).:])")


@dataclass(frozen=True)
class Quote:
    """A phrase as it stands in a lesson, in both languages, and the figure it must agree with."""

    en: str
    es: str
    figure: Callable[[str], float]
    """From the preset's id."""
    low: float
    high: float
    """Within which the wording is fair."""
    slow: bool = False
    """It takes training to know."""


@dataclass(frozen=True)
class Aside:
    """A number that no run decides: what a formula holds, or how many things are spoken of."""

    en: str
    es: str


def settings_in(phrase: str) -> list[str]:
    """What a phrase tells one to set, as --set takes it."""
    return [f"{key}={value}" for key, value in SETTING.findall(phrase)]


def as_shown(phrase: str, language: str) -> str:
    """A phrase with its settings as the lab calls them, and the lessons with it."""
    set_language("es" if language == "es" else "en")
    return SETTING.sub(lambda found: f"{key_label(found[1])} = {found[2]}", phrase)


def part_of(whole: Any, name: str) -> Any:
    """What a record or a list holds under a name or a number."""
    return whole[int(name)] if name.isdigit() else getattr(whole, name)


def setting(en: str, es: str, key: str, value: float, preset: str = "") -> Quote:
    """A number that stands in the scenario under this key."""

    def stated(own: str) -> float:
        return float(reduce(part_of, key.split("."), load(preset or own)))

    return Quote(en, es, stated, value, value)


def stated(en: str, es: str, figure: Callable[[Scenario], float], low: float, high: float) -> Quote:
    """A number that follows from what the scenario states."""
    return Quote(en, es, lambda own: figure(load(own)), low, high)


def law(en: str, es: str, value: float, low: float, high: float) -> Quote:
    """A number that arithmetic gives."""
    return Quote(en, es, lambda _preset: value, low, high)


def at_birth(
    en: str,
    es: str,
    figure: Callable[[Run], float],
    low: float,
    high: float,
    *settings: str,
    preset: str = "",
    seeds: int = 24,
) -> Quote:
    """A number measured at initialization, with the settings that the phrase itself names.

    preset: another one than the lesson's own.
    """
    there = (*settings_in(en), *settings)
    return Quote(en, es, lambda own: figure(born(preset or own, *there, seeds=seeds)), low, high)


def on_screen(en: str, es: str, figure: Callable[[Run], float], low: float, high: float) -> Quote:
    """A number at initialization that the screen shows beside the lesson: that of seed 0 alone."""
    return at_birth(en, es, figure, low, high, seeds=1)


def in_the_end(
    en: str,
    es: str,
    figure: Callable[[Run], float],
    low: float,
    high: float,
    *settings: str,
    preset: str = "",
    seeds: int = 6,
) -> Quote:
    """A number measured in the course of training or after it."""
    there = (*settings_in(en), *settings)
    return Quote(
        en, es, lambda own: figure(trained(preset or own, *there, seeds=seeds)), low, high, True
    )
