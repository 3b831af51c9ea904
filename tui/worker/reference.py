"""The present run held against another one: what differs between them, and what that did.

In words for the line above the verdict, in several lengths, the longest first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Literal

from ...engine.diagnosis.diagnosis import Diagnosis
from ...engine.numerics import median
from ...scenarios.documents.explanation import is_silent
from ...scenarios.i18n import _, figure
from ...scenarios.loading.changes import Change, differences
from ...scenarios.schema.spec import Scenario
from ..charts.base.scene import Scene
from ..render.labels import key_label, state_word

_MOST_KEYS = 3
"""Differences that are named; of more than this, how many there are."""


ReferenceKind = Literal["base", "before", "pinned"]


def ghost_names(kind: ReferenceKind, title: str) -> tuple[str, ...]:
    """What a run of this title is called where another one is held against it, the longest name
    first."""
    if kind == "base":
        whole = f"{_('base')} ({title})"
        return whole, whole, _("base")
    return (_("before") if kind == "before" else _("pinned"),)


def describe_difference(
    scene: Scene, before: Scenario, now: Scenario, pinned: bool = False
) -> list[str]:
    """What the scene's ghost had otherwise, and what came of it; of a run that has just been
    pinned, what there is to do now."""
    if scene.ghost is None:
        return []
    found, called = told_differences(before, now), scene.ghost.called
    if not found and pinned:
        return [_("pinned: this run. Now change it (c) or open another (j k); p unpins it")]
    if not found:
        return [f"{called[-1]}: " + _("this same experiment")]
    did = effects(scene, scene.ghost)
    said = [
        _sentence(found[:count], len(found), did[:kept]) for count, kept in _lengths(len(found))
    ]
    if counted := _how_layers_meet(scene, scene.ghost):
        said = [*(f"{one} ({counted})" for one in said), *said]
    return [f"{called[0]}: {said[0]}", *(f"{called[-1]}: {one}" for one in (*said, did[0]))]


def _how_layers_meet(scene: Scene, ghost: Scene) -> str:
    """How the layers of two networks of different depths are held against one another; nothing
    where they are as many."""
    return "" if scene.depth == ghost.depth else _("layers counted from the loss")


def told_differences(before: Scenario, now: Scenario) -> list[Change]:
    """What one experiment has otherwise than another. How often it is recorded is no part of it:
    the lab itself records light runs at every step."""
    return [change for change in differences(before, now) if change.key != _RECORDED]


_RECORDED = "run.record_every"


def names_apart(scenarios: Sequence[Scenario]) -> list[tuple[str, ...]]:
    """What each of several runs is called beside the others, the longest name first: its title and,
    where another one has the same, what it has otherwise."""
    titles = [scenario.title.in_language() for scenario in scenarios]
    return [
        _apart(one, title, [scenarios[n] for n in range(len(titles)) if titles[n] == title])
        for one, title in zip(scenarios, titles, strict=True)
    ]


def _apart(one: Scenario, title: str, alike: Sequence[Scenario]) -> tuple[str, ...]:
    changes = [change for other in alike for change in told_differences(other, one)]
    own = {change.key: change.after for change in changes}
    if not own:
        return (title,)
    said = ", ".join(f"{key_label(key)} {_value(value)}" for key, value in own.items())
    words = ", ".join(
        value if isinstance(value, str) else f"{key_label(key)} {_value(value)}"
        for key, value in own.items()
    )
    return f"{title}: {said}", f"{title}: {words}", words


def _lengths(count: int) -> Sequence[tuple[int, int]]:
    """The most differences and effects that are listed, the largest first."""
    return [(min(count, _MOST_KEYS), 3), (min(count, _MOST_KEYS), 2), (1, 2), (1, 1)]


def _sentence(listing: Sequence[Change], count: int, did: Sequence[str]) -> str:
    changes = ", ".join(map(_change, listing))
    more = count - len(listing)
    if more:
        changes += " " + _("and {count} more").format(count=more)
    return f"{changes}: {'; '.join(did)}"


def _change(change: Change) -> str:
    """What a setting was and is; of two lists as long as one another, that they are not the
    same."""
    name, before, after = key_label(change.key), _value(change.before), _value(change.after)
    if before == after:
        return _("other {settings}").format(settings=name)
    return f"{name} {before} → {after}"


def _value(value: object) -> str:
    return str(len(value)) if isinstance(value, tuple) else str(value)


def effects(scene: Scene, ghost: Scene) -> list[str]:
    """Rate, accuracy and loss of the reference and of this run, a phrase each."""
    said = [*_factors(scene, ghost)]
    for name, words in (("accuracy", _("accuracy")), ("loss", _("loss"))):
        both = [latest(one, name) for one in (ghost, scene)]
        if all(value is not None and math.isfinite(value) for value in both):
            said.append(f"{words} {figure(both[0])} → {figure(both[1])}")
    return said


def _factors(scene: Scene, ghost: Scene) -> Iterator[str]:
    """By what the error signals change, of a sequence a step back in time; nothing where one is of
    layers and the other of steps."""
    steps = [one.diagnosis.mean_step_rate for one in (ghost, scene)]
    rates = [factor_words(one.diagnosis) for one in (ghost, scene)]
    if None not in steps:
        yield _("×{before} per step → ×{after}").format(**_pair(*map(figure, steps)))
    elif steps == [None, None]:
        before, after = (rate.startswith("×") for rate in rates)
        form = _("{before} per layer → {after}") if before else "{before} → {after}"
        form = _("{before} → {after} per layer") if after and not before else form
        yield form.format(**_pair(*rates))


def factor_words(found: Diagnosis) -> str:
    """The factor per layer, or why there is none."""
    if found.state == "diverged":
        return state_word("diverged").lower()
    if not math.isfinite(found.mean_rate):
        return _("not measured")
    return _("no error signal") if is_silent(found) else f"×{figure(found.mean_rate)}"


def _pair(before: str, after: str) -> dict[str, str]:
    return {"before": before, "after": after}


def latest(scene: Scene, table: str) -> float | None:
    """The median of the last row: test accuracy, training loss, or the loss of the network that is
    looked at."""
    found = getattr(scene.trace, table)
    name = next((n for n in _NAMES[table] if n in found), scene.network)
    return float(median(found[name][scene.upto - 1])) if name in found else None


_NAMES = {"accuracy": ("test",), "loss": ("train",)}
