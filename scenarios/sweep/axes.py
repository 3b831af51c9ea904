"""`--over network.gain=0.5:3:11`: a key of the scenario and the values it shall take.

KEY=V,W,…           a list, each as --set takes it        network.activation=tanh,relu
KEY=LOW:HIGH:COUNT  evenly spaced, both ends included     network.gain=0.5:3:11
KEY=LOW:HIGH:COUNT:log   evenly spaced by factors         training.rate=1e-4:1:5:log
KEY=LOW:HIGH[:log]  every whole number; with --random, any number between
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from math import isfinite, log10
from random import Random
from typing import NoReturn

from msgspec import Struct
from msgspec.structs import replace

from ..errors import Fault, ScenarioError
from ..i18n import N_, _
from ..loading.toml_reader import KEY, parse_value, setting_tree
from ..schema.spec import OWN, ScenarioFile
from ..schema.validation import Place, bare_type, check_table, fields, is_table, union_members

SOURCE = "--over"
MOST = 10_000
"""Values an axis may have: more would be a slip of the keyboard."""
DIGITS = 12
"""Significant digits of a value between: 0.3, not 0.30000000000000004."""

NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
RANGE = re.compile(rf"({NUMBER}):({NUMBER})(?::(\d+))?(:log)?", re.ASCII)

Value = int | float | str

NO_AXES: Mapping[str, str] = {
    "run.replicas": N_("replicas are not an axis: use --replicas R"),
    **dict.fromkeys(OWN, N_("this is not part of the experiment itself")),
}


class SweepAxis(Struct, frozen=True):
    """One key and what it shall be."""

    key: str
    values: tuple[Value, ...] = ()
    """Those of a grid; none where any number between is meant."""
    low: float = 0.0
    high: float = 0.0
    log: bool = False
    whole: bool = False

    def draw(self, rng: Random) -> Value:
        """One of the values, at random."""
        if self.values:
            return self.values[rng.randrange(len(self.values))]
        if self.log:
            value = 10 ** rng.uniform(log10(self.low), log10(self.high))
        else:
            value = rng.uniform(self.low, self.high)
        return round_value(value, self.whole)


def parse_axes(texts: Sequence[str], random: bool = False) -> list[SweepAxis]:
    """The axes of all `--over` options. Raises ScenarioError with a fault for each that is amiss.

    random: whether values are drawn, so that a range need not say how many it has.
    """
    faults: list[Fault] = []
    found: list[SweepAxis] = []
    for text in texts:
        try:
            found.append(parse_axis(text, random))
        except ScenarioError as error:
            faults += error.faults
    keys = [one.key for one in found]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    faults += [Fault(SOURCE, key, _("stated twice: put all values into one list")) for key in twice]
    if faults:
        raise ScenarioError(faults)
    return found


def parse_axis(text: str, random: bool = False) -> SweepAxis:
    """One `KEY=VALUES`. Raises ScenarioError with what is amiss."""
    key, _equals, values = (part.strip() for part in text.partition("="))
    if not KEY.fullmatch(key) or not values:
        example = _("write KEY=VALUES, as in --over network.gain=0.5:3:11")
        refuse(text, _("not an axis"), example)
    if key in NO_AXES:
        refuse(key, _(NO_AXES[key]))
    if key_type(key) is None:
        raise ScenarioError([*check_table(setting_tree(f"{key}=0"), ScenarioFile, Place(SOURCE))])
    match = RANGE.fullmatch(values)
    return (
        range_axis(key, values, match, random)
        if match
        else SweepAxis(key, list_values(key, values))
    )


def refuse(where: str, what: str, allowed: str = "") -> NoReturn:
    """Raises ScenarioError with one fault."""
    raise ScenarioError([Fault(SOURCE, where, what, allowed)])


def list_values(key: str, text: str) -> tuple[Value, ...]:
    """The values of a list, each as --set takes it."""
    try:
        document: dict[str, list[object]] = tomllib.loads(f"value = [{text}]")
    except (ValueError, RecursionError):
        document = {}
    said = document["value"] if len(document) == 1 else [*map(parse_entry, text.split(","))]
    values = [value for value in said if isinstance(value, (int, float, str))]
    if len(values) < max(len(said), 1) or True in map(is_boolean, values):
        example = _("numbers and words, as in 1,2,5 or tanh,relu")
        refuse(f"{key}={text}", _("not valid values"), example)
    return tuple(dict.fromkeys(values))


def parse_entry(text: str) -> object:
    """One of a list's values, as --set takes it; `.5` is a number here as it is in a range."""
    part = text.strip()
    return float(part) if re.fullmatch(NUMBER, part) and "." in part else parse_value(part)


def is_boolean(value: object) -> bool:
    """Whether the value is true or false, which are neither numbers nor words."""
    return isinstance(value, bool)


def range_axis(key: str, text: str, match: re.Match[str], random: bool) -> SweepAxis:
    """The values of a range, or with --random its ends alone."""
    where, low, high = f"{key}={text}", float(match[1]), float(match[2])
    ends = SweepAxis(key, low=low, high=high, log=bool(match[4]), whole=is_whole(key))
    if not isfinite(high - low):
        refuse(where, _("every number in a scenario must be finite"))
    if ends.log and min(low, high) <= 0:
        refuse(where, _("a logarithmic range needs two positive numbers"))
    if match[3] is None and random:
        return ends
    return replace(ends, values=space_values(ends, count_values(where, ends, match[3])))


def count_values(where: str, ends: SweepAxis, count_text: str | None) -> int:
    """The number of values that a range states; without one, whole numbers are all meant."""
    if count_text is None and (ends.log or not ends.whole):
        refuse(where, _("how many values? write LOW:HIGH:COUNT, as in 0.5:3:11"))
    count = int(abs(ends.high - ends.low)) + 1 if count_text is None else int(count_text[:DIGITS])
    if not 1 <= count <= MOST:
        refuse(where, _("an axis has from 1 to {most} values").format(most=MOST))
    return count


def space_values(ends: SweepAxis, count: int) -> tuple[Value, ...]:
    """`count` values from low to high, evenly spaced; whole numbers that round alike are one."""
    shares = [i / (count - 1) for i in range(1, count - 1)]
    if ends.log:
        between = [ends.low * (ends.high / ends.low) ** share for share in shares]
    else:
        between = [ends.low + (ends.high - ends.low) * share for share in shares]
    values = [ends.low, *between, ends.high][: max(count, 1)]
    return tuple(dict.fromkeys(round_value(value, ends.whole) for value in values))


def round_value(value: float, whole: bool) -> Value:
    """The value as a person would write it: whole, or to DIGITS significant digits."""
    return round(value) if whole else float(f"{value:.{DIGITS}g}")


def key_type(key: str) -> object | None:
    """What the key takes; None where there is no such key."""
    kind: object = ScenarioFile
    for name in key.split("."):
        table, _bounds = bare_type(kind)
        kind = fields(table).get(name) if is_table(table) else None
    return kind


def is_whole(key: str) -> bool:
    """Whether the key takes whole numbers only."""
    base, _bounds = bare_type(key_type(key))
    return {bare_type(member)[0] for member in union_members(base) or (base,)} == {int}
