"""A number as people type one: 0.25, 0,25, 1/256, 30%, 1e-3, 2^-8, 3·10⁻⁶."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from ....scenarios.i18n import _, language
from ....scenarios.schema.exercise_rules import number_at

LONGEST = 24
"""Characters of a number that is typed."""

_DECIMAL = r"(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d{1,4})?"
_POWER = rf"({_DECIMAL})(?:\^([+-]?\d{{1,4}}))?"
_NUMBER = re.compile(rf"([+-]?){_POWER}(?:([*/]){_POWER})?(%?)", re.ASCII)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?!\d)|\d,\d*[.,]|\.\d*,", re.ASCII)
_DOTTED = re.compile(r"(?<!\d)[1-9]\d{0,2}\.\d{3}(?![\de])", re.ASCII)
"""Thousands to a Spanish reader, decimals to the program."""
_SPLIT = re.compile(r"\d\s+\d")
_FIRST = "0123456789.,+-−–"
_PARTS = re.compile(r"[0-9.,e+\-/*^%]*", re.ASCII)
_SPELLINGS = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "x": "*", "E": "e", "X": "*"})
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_EXPONENT = re.compile(r"[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")


@dataclass(frozen=True)
class Range:
    """What can be an answer."""

    low: float = -math.inf
    high: float = math.inf
    is_share: bool = False
    """Whether it is a part of something, so that a percentage says it, too."""

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


FACTOR = Range(low=0.0, is_share=True)
"""A ratio of two norms: as a part of a whole, but it may be larger."""
SHARE = Range(low=0.0, high=1.0, is_share=True)
LENGTH = Range(low=0.0)
ANY = Range()

RANGES = {
    "accuracy": SHARE,
    "dead": SHARE,
    "saturated": SHARE,
    "displacement": FACTOR,
    "update_ratio": FACTOR,
    "ratio": FACTOR,
    "rate": FACTOR,
    "mean_rate": FACTOR,
    "step_ratio": FACTOR,
    "step_rate": FACTOR,
    "mean_step_rate": FACTOR,
    "slope_rms": FACTOR,
    "grad_norm": LENGTH,
    "delta_rms": LENGTH,
    "weight_norm": LENGTH,
    "activation_std": LENGTH,
    "distance": LENGTH,
    "gradient_saturating": LENGTH,
    "gradient_non_saturating": LENGTH,
    "gradient_wasserstein": LENGTH,
}
"""By the name in a path of the run document."""


def range_of(path: str) -> Range:
    """What can stand at a path of the run document."""
    names = number_at(path).path
    return next((RANGES[name] for name in reversed(names) if name in RANGES), ANY)


def parse_number(text: str) -> float | None:
    """The number that was typed; None where it is none, or could be two."""
    plain = _plain(text)
    match = _NUMBER.fullmatch(plain)
    if match is None or is_ambiguous(text):
        return None
    sign, base, exponent, operator, other, other_exponent, percent = match.groups()
    try:
        value = _power(base, exponent)
        if operator == "*":
            value *= _power(other, other_exponent)
        elif operator:
            value /= _power(other, other_exponent)
    except (OverflowError, ZeroDivisionError):
        return None
    value = (-value if sign == "-" else value) / (100 if percent else 1)
    return value if math.isfinite(value) else None


def is_ambiguous(text: str) -> bool:
    """Whether it cannot be told which number is meant: 1,000, or 1 000."""
    return bool(_THOUSANDS.search(_plain(text)) or _SPLIT.search(text))


def _plain(text: str) -> str:
    """The text in the characters of the pattern, without blanks."""
    powers = _EXPONENT.sub(lambda found: "^" + found[0].translate(_RAISED), text)
    return "".join(powers.translate(_SPELLINGS).replace("**", "^").split())


def _power(base: str, exponent: str | None) -> float:
    value = float(base.replace(",", "."))
    return value if exponent is None else value ** int(exponent)


def is_spelled_out(text: str) -> bool:
    """Whether a number is typed in another way than it is shown, so that it is said back; a comma
    for the point is none."""
    try:
        float(text.replace(",", "."))
    except ValueError:
        return parse_number(text) is not None
    return False


def objection(text: str, wanted: Range = ANY) -> str:
    """Why what is typed is no answer, and what is one; nothing for a number in the range, nor for
    what may become one."""
    if is_ambiguous(text) or (language() == "es" and _DOTTED.search(_plain(text))):
        return _ask_which(text)
    return _misfit(text, wanted)


def _ask_which(text: str) -> str:
    """Which number is meant, and how each is written so that it is no other."""
    found = re.fullmatch(r"([+-]?\d{1,3})[.,](\d{3})", _plain(text), re.ASCII)
    whole, part = found.groups() if found else ("1", "000")
    digits = part.rstrip("0") or "0"
    decimals = f"{whole}.{digits}" + "0" * (len(digits) == len(part))
    words = _("thousands or decimals? Write {thousands}, or {decimals}")
    return words.format(thousands=whole + part, decimals=decimals)


def _misfit(text: str, wanted: Range) -> str:
    """Why what is typed cannot be what is wanted, in whatever language it was typed."""
    plain, value = _plain(text), parse_number(text)
    if not _PARTS.fullmatch(plain):
        return only_a_number()
    if value is None:
        return ""
    if "%" in plain and not wanted.is_share:
        return _("no percentage: it is not a part of anything")
    if value not in wanted:
        return _out_of(wanted)
    return ""


def only_a_number() -> str:
    """What is said of what is none."""
    return _("only a number, as 0.25, 1/4, 3e-6")


def _out_of(wanted: Range) -> str:
    if wanted.high < math.inf:
        return _("it lies between 0 and 1 (0 % and 100 %)")
    return _("it cannot be less than 0")


def is_number_in(text: str, wanted: Range = ANY) -> bool:
    """Whether a number was typed that lies in the range."""
    return parse_number(text) is not None and not _misfit(text, wanted)


def may_become_number(text: str) -> bool:
    """Whether a number can begin so."""
    plain = _plain(text)
    begun = bool(plain) and text[0] in _FIRST
    return begun and len(text) <= LONGEST and bool(_PARTS.fullmatch(plain))
