"""A line in words for each thing that is found besides the verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...i18n import _, figure, ngettext
from ..recording import RecordedRun
from .findings import Finding, worth
from .sentences import name_layers, percent
from .thresholds import SMALL_MOVE


def say_finding(found: Finding, recording: RecordedRun) -> str:
    """A finding in a line."""
    facts = {
        "names": name_layers(recording.layers, found.layers),
        "count": len(found.layers),
        "step": found.step,
        "value": figure(worth(found.value)),
        "share": percent(worth(found.value)),
        "limit": figure(SMALL_MOVE),
    }
    form = SAYINGS[found.code](len(found.layers))
    return form.format(**facts)


def spike_saying(count: int) -> str:
    """Where a spike began, if that is known."""
    if not count:
        return _("the loss rose to {value} times what it was, at step {step}")
    return _("the loss rose to {value} times what it was; it began at step {step} in {names}")


SAYINGS: Mapping[str, Callable[[int], str]] = {
    "signal_ends": lambda _count: _("the signal ends at {names}, out of which only 0 comes"),
    "loss_spike": spike_saying,
    "barely_moved": lambda count: ngettext(
        "{names} has moved by {value} of its own norm in {step} steps",
        "{names} have moved by {value} of their own norm or less in {step} steps",
        count,
    ),
    "zero_dead": lambda _count: _(
        "the gradient of {names} is exactly 0: units there, or behind, are off for every example"
    ),
    "zero_underflow": lambda _count: _(
        "the gradient of {names} is exactly 0 because it is too small for its number type"
    ),
    "zero_unused": lambda _count: _("the loss does not depend on {names}, so there is no gradient"),
    "zero_zero_init": lambda _count: _(
        "the gradient of {names} is exactly 0 because what it is multiplied by begins at 0: it "
        "comes with the first steps"
    ),
    "zero_unknown": lambda _count: _(
        "the gradient of {names} is exactly 0; why is not known from the recording"
    ),
    "mostly_zero": lambda _count: _(
        "at least {share} of the gradient of {names} is exactly 0: most units are off"
    ),
    "float16_loses": lambda _count: _("float16 loses at least {share} of the gradient of {names}"),
    "clip_always_on": lambda _count: _(
        "clipping is always active: gradients are multiplied by {value} (the median), which in "
        "effect lowers the learning rate"
    ),
    "gradients_scaled": lambda _count: _(
        "the gradients that were written are scaled: they follow the loss scale, {value} lately"
    ),
    "skipped_steps": lambda _count: _("the loss scaler has skipped {value} steps"),
    "flat_gradient_hides": lambda _count: _(
        "gradient norms look flat, while the error signal is multiplied by {value} on the way to "
        "the input"
    ),
    "frozen_on_purpose": lambda count: ngettext(
        "{count} layer is frozen on purpose: {names}",
        "{count} layers are frozen on purpose: {names}",
        count,
    ),
    "no_optimizer": lambda count: ngettext(
        "{names} asks for a gradient, and no optimizer holds it",
        "{names} ask for gradients, and no optimizer holds them",
        count,
    ),
}
"""A line for each finding, by the number of layers it is about."""
