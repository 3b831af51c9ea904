"""What a person's own part has to pass before it is registered: derivatives against finite
differences, shapes, finite numbers, and that equal generators give equal draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from ...engine.measure.own_measures import LayerState
from ...engine.nn.activations import ACTIVATIONS, Activation
from ...engine.nn.architecture import Architecture
from ...engine.nn.gradient_check import (
    GradientCheck,
    Mismatch,
    derivative_mismatch,
    loss_mismatch,
)
from ...engine.nn.losses import LOSSES, Loss
from ...engine.nn.network import Network
from ...engine.numerics import Array, Exact
from ..errors import VglabError
from ..i18n import _

Fail = Callable[[str], VglabError]
"""Makes the error that says what is wrong with this part."""
Function = Callable[..., Any]

POINTS = (np.arange(-160, 160) + 0.37) / 20
"""z from -8 to 8, none of them round: kinks are at round numbers."""
RANGE = np.linspace(-30, 30, 601)
TRIAL = "trial"
"""The row that an activation has in the engine's table while it is tried in a network."""
SAMPLES = 8
DRAWN = 2000
"""Samples that a data set's classes are counted in."""
MOST_CLASSES = 100


def check_activation(fail: Fail, g: Function, slope: Function, curvature: Function | None) -> None:
    """Raises where shapes, values or derivatives are wrong."""
    for name, function in (("g", g), ("g′", slope)):
        Z = RANGE.astype(np.float32).reshape(1, -1, 1)
        kept = Z.copy()
        values = np.asarray(function(Z))
        if values.shape != Z.shape:
            form = _("{function} of an array of shape {shape} has the shape {found}")
            raise fail(form.format(function=name, shape=Z.shape, found=values.shape))
        if not np.array_equal(Z, kept):
            raise fail(_("{function} changes the array it is given").format(function=name))
        if not np.isfinite(values.astype(np.float64)).all():
            bad = float(Z[~np.isfinite(values)][0])
            form = _("{function}({z}) is not a finite number")
            raise fail(form.format(function=name, z=f"{bad:g}"))
    for name, f, derivative in (("g", g, slope), ("g′", slope, curvature)):
        if derivative and (found := derivative_mismatch(f, derivative, POINTS)):
            raise fail(mismatch_text(f"{name}′".replace("′′", "″"), name, found))


def mismatch_text(derivative: str, function: str, found: Mismatch) -> str:
    """Where a derivative is wrong, and by how much."""
    form = _(
        "{derivative}({at}) is {stated}, but finite differences of {function} give {found}: off by"
        " {miss}"
    )
    return form.format(
        derivative=derivative,
        function=function,
        at=found.at,
        stated=f"{found.stated:.6g}",
        found=f"{found.found:.6g}",
        miss=f"{abs(found.stated - found.found):.2g}",
    )


def check_network(fail: Fail, row: Activation) -> None:
    """Raises where the gradient of a small network with this activation is not the slope of its
    loss."""
    rng = np.random.default_rng(7)
    a = Architecture(3, 1, 3, 5, activation=TRIAL, init="lecun", bias_std=0.1)
    ACTIVATIONS[TRIAL] = row
    try:
        network = Network(a, [3], SAMPLES, np.float64)
    finally:
        del ACTIVATIONS[TRIAL]
    X, target = rng.standard_normal((1, SAMPLES, 3)), rng.standard_normal((1, SAMPLES, 1))
    found = GradientCheck(network, X, target, LOSSES["squared"]).mismatch(rng)
    if found:
        form = _(
            "in a network of three layers the gradient by {at} is {stated}, but finite differences"
            " give {found}"
        )
        raise fail(form.format(**found._asdict()))


def check_loss(fail: Fail, loss: Function, gradient: Function, row: Loss) -> None:
    """Raises where shapes are wrong, or the gradient is not the derivative."""
    rng = np.random.default_rng(5)
    for outputs in (1, 3):
        Z = 2 * rng.standard_normal((1, SAMPLES, outputs))
        y = np.arange(SAMPLES) % max(2, outputs)
        target = (np.eye(outputs)[y] if outputs > 1 else y[:, None].astype(np.float64))[None]
        for name, function, shape in (("loss", loss, Z.shape[:2]), ("gradient", gradient, Z.shape)):
            found = np.shape(function(Z.copy(), target))
            if found != shape:
                form = _("{function} of an array of shape {shape} has the shape {found}, not {due}")
                said = form.format(function=name, shape=Z.shape, found=found, due=shape)
                raise fail(said)
        if found := loss_mismatch(row, Z, target):
            scaled = Mismatch(found.at, found.stated * SAMPLES, found.found * SAMPLES)
            raise fail(mismatch_text("gradient", "loss", scaled))


def check_initializer(fail: Fail, draw: Function) -> None:
    """Raises where a shape is wrong, a weight is not finite, or draws cannot be repeated."""
    for shape in ((6, 4), (4, 6), (1, 3)):
        first, again = (np.asarray(draw(np.random.default_rng(1), *shape)) for _try in range(2))
        if first.shape != shape:
            form = _("for fan_in and fan_out {shape} the weights have the shape {found}")
            raise fail(form.format(shape=shape, found=first.shape))
        if not np.isfinite(first).all():
            raise fail(_("not all weights are finite numbers"))
        require_repeatable(fail, first, again)


def require_repeatable(fail: Fail, first: Array, again: Array) -> None:
    """Raises where two draws from equal generators differ."""
    if not np.array_equal(first, again):
        raise fail(_("equal generators give unlike draws: take every random number from rng"))


def check_data(
    fail: Fail, make: Callable[[Generator, int, float], tuple[Exact, Any]]
) -> tuple[int, int]:
    """How many features and classes there are. Raises where the samples are none."""
    (X, t), (X_again, t_again) = (make(np.random.default_rng(1), DRAWN, 0.1) for _try in range(2))
    if X.ndim != 2 or len(X) != DRAWN or not X.shape[1] or t.shape != (DRAWN,):
        form = _(
            "for size {size} X has the shape {X} and t {t}, not ({size}, features) and ({size},)"
        )
        raise fail(form.format(size=DRAWN, X=X.shape, t=t.shape))
    if not np.isfinite(X).all():
        raise fail(_("not all numbers of X are finite"))
    if t.dtype.kind not in "iub":
        raise fail(_("t are no whole numbers, but {kind}").format(kind=t.dtype))
    classes = int(t.max()) + 1
    if int(t.min()) < 0 or not 2 <= classes <= MOST_CLASSES:
        form = _("t runs from {low} to {high}; allowed: 0 to 1, up to 0 to {most}")
        raise fail(form.format(low=t.min(), high=t.max(), most=MOST_CLASSES - 1))
    require_repeatable(fail, X, X_again)
    require_repeatable(fail, t, t_again)
    return X.shape[1], classes


def check_measure(fail: Fail, measure: Callable[[LayerState], Any]) -> None:
    """Raises where it does not give a number a replica."""
    rng = np.random.default_rng(2)
    W, A = rng.standard_normal((2, 4, 3)), rng.standard_normal((2, SAMPLES, 3))
    found = np.asarray(measure(LayerState(W, W / 10, A, A / 10)))
    if found.shape != (2,) or found.dtype.kind not in "fiub":
        form = _("of 2 replicas it gives an array of shape {found}, not two numbers")
        raise fail(form.format(found=found.shape))
