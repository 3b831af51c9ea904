"""Registers a person's own parts: checks a function, and puts it into the engine's tables.

A derivative is held against finite differences before it is let in, in a function alone and in a
whole network. What is registered can be named in scenarios, from then on and in this process; the
processes that a sweep or a comparison starts are told (see scenarios/runs/own_parts).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial, wraps
from inspect import Parameter, signature
from typing import Any, TypeVar

import numpy as np
from numpy.random import Generator

from ...engine.data.datasets import OWN_SOURCES, Source
from ...engine.gan.targets import TARGETS, without_classes
from ...engine.measure.own_measures import OWN_MEASURES, LayerState
from ...engine.nn.activations import ACTIVATIONS, Activation
from ...engine.nn.initializers import INITIALIZERS
from ...engine.nn.losses import LOSSES, THRESHOLDS
from ...engine.numerics import Array, Exact
from ...engine.theory.mean_field import critical_gain
from ..errors import VglabError, one_line, printable
from ..i18n import _
from ..schema import spec
from ..schema.activation_facts import ACTIVATION_FACTS, ActivationFacts
from ..schema.records import DATA
from ..schema.vocabulary import (
    DATA_FORMS,
    NAME,
    PARTS,
    DataForm,
    OwnPart,
    PartKind,
    Vocabulary,
    kind_word,
    source_now,
)
from . import part_checks as checks

Function = Callable[..., Any]
F = TypeVar("F", bound=Function)

VOCABULARIES: dict[PartKind, Vocabulary] = {
    each.kind: each
    for each in (spec.ACTIVATIONS, spec.INITIALIZERS, spec.LOSSES, spec.MEASURES, DATA)
}
CALLS: dict[tuple[PartKind, str], tuple[Function, tuple[Any, ...], dict[str, Any]]] = {}
"""What registered each part that a script has registered, to be called again in another
process."""
WIDE = np.linspace(-30, 30, 60001)
"""Where the steepest slope of an activation is looked for."""
CURVED = 1e-5
"""Step of the differences of g′ that stand in for a g″ nobody has given."""


class PartError(VglabError, ValueError):
    """A part cannot be registered: one line that says what is wrong with it."""

    def __init__(self, kind: PartKind, name: str, why: str) -> None:
        form = _("the {kind} {name}: {why}")
        super().__init__(form.format(kind=kind_word(kind), name=printable(str(name)), why=why))


def register_activation(
    name: str,
    g: Callable[[Array], Array],
    slope: Callable[[Array], Array],
    *,
    curvature: Callable[[Array], Array] | None = None,
    formula: str = "",
    slope_formula: str = "",
) -> None:
    """Let scenarios name an activation.

    g, slope, curvature: g(z), g′(z) and g″(z), each for an array of any shape, in a new array;
    without g″ differences of g′ stand in (it serves gradient penalties alone). formula,
    slope_formula: what the lab shows. Raises PartError where g′ or g″ is not the derivative, or a
    value between -30 and 30 is not finite.
    """
    check_name("activation", name)
    here = partial(PartError, "activation", name)
    functions = [guarded(here, each) for each in (g, slope, curvature or differences_of(slope))]
    with np.errstate(all="ignore"):
        checks.check_activation(here, functions[0], functions[1], curvature and functions[2])
        row = activation_row(name, functions[0], functions[1], functions[2])
        checks.check_network(here, row)
        gain = critical_gain(row)
    ACTIVATIONS[name] = row
    shown = (formula or f"{name}(z)", slope_formula or f"{name}′(z)")
    ACTIVATION_FACTS[name] = ActivationFacts(name, *shown, gain or 1.0)
    more = {"curvature": curvature, "formula": formula, "slope_formula": slope_formula}
    enter("activation", name, register_activation, (g, slope), more)


def register_initializer(name: str, draw: Callable[[Generator, int, int], Exact]) -> None:
    """Let scenarios name an initializer.

    draw: of (rng, fan_in, fan_out), gives W of shape (fan_in, fan_out); `network.gain` is
    multiplied in afterwards. Of a convolution fan_in and fan_out count the kernel's places, and the
    first columns are taken. Raises PartError where the shape is another, a weight is not finite, or
    equal generators do not give equal weights.
    """
    check_name("initializer", name)
    here = partial(PartError, "initializer", name)
    own = guarded(here, draw)
    checks.check_initializer(here, own)

    def rule(rng: Generator, fan_in: int, outputs: int, window: int = 1) -> Exact:
        return np.asarray(own(rng, fan_in, window * outputs), np.float64)[:, :outputs]

    rule.__name__ = name
    INITIALIZERS[name] = rule
    enter("initializer", name, register_initializer, (draw,), {})


def register_loss(
    name: str,
    loss: Callable[[Array, Array], Array],
    gradient: Callable[[Array, Array], Array],
    *,
    threshold: float = 0.0,
) -> None:
    """Let scenarios name a loss.

    loss: of outputs z and targets t, both (…, samples, outputs), gives each sample's loss, (…,
    samples); the mean is what is trained on. gradient: its derivative by z, in z's shape. Targets
    are 0 and 1: one for two classes, which `threshold` parts the outputs of, else one a class.
    Raises PartError where the gradient is not the derivative.
    """
    check_name("loss", name)
    here = partial(PartError, "loss", name)
    of_sample, by_output = guarded(here, loss), guarded(here, gradient)

    def row(Z: Array, target: Array, Delta: Array) -> Exact:
        Delta[...] = by_output(Z, target)
        Delta *= 1.0 / Z.shape[1]
        return np.asarray(of_sample(Z, target), np.float64).mean(axis=-1)

    with np.errstate(all="ignore"):
        checks.check_loss(here, of_sample, by_output, row)
    LOSSES[name], THRESHOLDS[name] = row, threshold
    enter("loss", name, register_loss, (loss, gradient), {"threshold": threshold})


def register_data(name: str, draw: Callable[..., tuple[Any, Any]]) -> None:
    """Let scenarios name a data set.

    draw: of (rng, size), gives X of shape (size, features) and the classes t, (size,) whole numbers
    from 0; as many as it gives in 2000 samples. With a third argument it is also given
    `data.noise`. Raises PartError where the shapes are others, a number is not finite, there is
    only one class, or equal generators do not give equal samples.
    """
    check_name("data", name)
    here = partial(PartError, "data", name)
    noisy, own = takes_noise(draw), guarded(here, draw)

    def make(rng: Generator, n: int, noise: float) -> tuple[Exact, Any]:
        X, t = own(rng, n, noise) if noisy else own(rng, n)
        return np.asarray(X, np.float64), np.asarray(t)

    features, classes = checks.check_data(here, make)
    OWN_SOURCES[name] = Source(make, features, 1, classes)
    DATA_FORMS[name] = DataForm(features, noisy)
    TARGETS.pop(name, None)
    if features == 2:
        TARGETS[name] = without_classes(make)
    enter("data", name, register_data, (draw,), {})


def register_measure(name: str, measure: Callable[[LayerState], Any]) -> None:
    """Let `run.measures` name a measure, taken of every layer at every record.

    measure: of a layer's W, gradient, A and Delta (see LayerState), gives a number a replica, (R,).
    Raises PartError where it gives something else.
    """
    check_name("measure", name)
    here = partial(PartError, "measure", name)
    own = guarded(here, measure)
    checks.check_measure(here, own)
    OWN_MEASURES[name] = own
    enter("measure", name, register_measure, (measure,), {})


def check_name(kind: PartKind, name: str) -> None:
    """Raises PartError for a name that cannot be taken. A part of one's own is replaced."""
    if not re.match(NAME, name):
        why = _("a name is of small letters, digits and _, and begins with a letter")
        raise PartError(kind, name, why)
    if name in VOCABULARIES[kind].own:
        raise PartError(kind, name, _("the name is taken: vglab has one of its own"))


def enter(
    kind: PartKind, name: str, call: Function, functions: tuple[Any, ...], more: dict[str, Any]
) -> None:
    """Let the part be known by its name, and remember the call that registered it."""
    part = OwnPart(kind, name, source_now())
    PARTS[kind][name] = part
    CALLS[kind, name] = (call, (name, *functions), more)


def activation_row(name: str, g: Function, slope: Function, curvature: Function) -> Activation:
    """A row of the engine's table from functions that make new arrays."""

    def apply(Z: Array, A: Array) -> None:
        A[...] = g(Z)

    def derivative(Z: Array, _A: Array, S: Array) -> None:
        S[...] = slope(Z)

    slopes = np.asarray(slope(WIDE), np.float64)
    below, above = slope(np.array([-1e-9, 1e-9]))
    return Activation(
        name,
        apply,
        derivative,
        lambda Z: np.asarray(curvature(Z), Z.dtype),
        steepest=float(np.abs(slopes).max()),
        kinked=bool(abs(above - below) > CURVED),
        dips=bool((slopes < 0).any()),
    )


def differences_of(slope: Function) -> Function:
    """g″ by differences of g′, in float64."""

    def curvature(Z: Array) -> Array:
        z = Z.astype(np.float64)
        return (slope(z + CURVED) - slope(z - CURVED)) / (2 * CURVED)

    return curvature


def guarded(error: Callable[[str], PartError], function: F) -> F:
    """The function, which raises PartError instead of whatever it raises: it is somebody's own."""

    @wraps(function)
    def call(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except Exception as raised:
            raise error(f"{type(raised).__name__}: {one_line(raised)}") from raised

    return call  # pyright: ignore[reportReturnType]


def takes_noise(draw: Function) -> bool:
    """Whether a function takes a third argument."""
    places = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    return sum(each.kind in places for each in signature(draw).parameters.values()) > 2
