"""The chain rule, one layer at a time: what the weights did to the error signal, and what g′ did.

    Δ⁽ˡ⁾ = Δ⁽ˡ⁺¹⁾ W⁽ˡ⁺¹⁾ᵀ ∘ g′(Z⁽ˡ⁾)

Root mean squares multiply the same way: where the slopes do not know the weights, rms Δ⁽ˡ⁾ is rms
Δ⁽ˡ⁺¹⁾
times what W does times rms g′. The measured step and the measured slope leave W's share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..scenarios.words import _
from .bars import PerLayer, per_layer
from .charts import Size, plot_rows
from .cleaning import Band, Floats, logarithm, medians
from .roles import Role
from .runs import BOLD, Line, Lines, boxed, style
from .scales import figure, log_axis
from .scene import Scene
from .wire import Picture

_WORDS = 6
"""Rows of text above the chart."""


@dataclass(frozen=True)
class Link:
    """One factor of the product: from layer `layer + 1` to `layer`, both counted from 1."""

    layer: int
    above: float
    """rms Δ of the layer above."""
    here: float
    slope: float
    product: float
    """rms Δ here, over rms Δ at the output."""

    @property
    def factor(self) -> float:
        """What one step of the chain multiplies by."""
        return self.here / self.above if self.above else float("nan")

    @property
    def weights(self) -> float:
        """What W did: the factor without g′."""
        return self.factor / self.slope if self.slope else float("nan")


def links(scene: Scene) -> list[Link]:
    """The chain from the output layer down to layer 1, at the scene's last record."""
    delta, slope = (_now(scene, name) for name in ("delta_rms", "slope_rms"))
    last = float(delta[-1])
    return [
        Link(
            layer=at + 1,
            above=float(delta[at + 1]),
            here=float(delta[at]),
            slope=float(slope[at]),
            product=float(delta[at]) / last if last else float("nan"),
        )
        for at in reversed(range(scene.depth - 1))
    ]


def walk(scene: Scene, size: Size) -> Picture:
    """The step of the chain that ends in the layer singled out, and the product on a log axis."""
    chain, layer = links(scene), scene.layer or scene.depth
    at = min(max(scene.depth - layer, 1), len(chain)) if chain else 0
    words = _said(scene, chain[at - 1]) if at else _at_the_output(scene)
    room = Size(size.columns, max(size.rows - _WORDS, 1))
    lines = [*boxed(words, size.columns, _WORDS), *_chart(scene, chain[:at], room)]
    title = [(_("chain rule"), style(Role.STRONG) | BOLD)]
    legend = [("  ", 0), (_("rms Δ, from the loss down to here"), style(Role.MUTED))]
    return Picture([*title, *legend], _caption(scene), boxed(lines, size.columns, size.rows))


def _now(scene: Scene, measure: str) -> Floats:
    row = scene.tables.measures[measure][scene.upto - 1 : scene.upto]
    return medians(row)[0]


def _said(scene: Scene, link: Link) -> Lines:
    """The equation, and the equation again in numbers."""
    low, high = link.layer, link.layer + 1
    g = scene.tables.layers[link.layer - 1].activation
    muted, first, second = (style(role) for role in (Role.MUTED, Role.FIRST, Role.SECOND))
    return [
        [
            (f"Δ({low})", style(Role.STRONG) | BOLD),
            ("  =  ", muted),
            (f"Δ({high}) W({high})ᵀ", first),
            ("  ∘  ", muted),
            (f"g′(Z({low}))", second),
        ],
        [
            (figure(link.here), style(Role.STRONG) | BOLD),
            ("  =  ", muted),
            (f"{figure(link.above)} × {figure(link.weights)}", first),
            ("  ×  ", muted),
            (figure(link.slope), second),
        ],
        [],
        _sentence(_("the weights W multiply by {value}"), link.weights, Role.FIRST),
        _sentence(_("the slopes g′ of {g} multiply by {value}"), link.slope, Role.SECOND, g=g),
        _sentence(
            _("together {value} in this step; {product} since the loss"),
            link.factor,
            Role.STRONG,
            product=figure(link.product),
        ),
    ]


def _sentence(form: str, value: float, role: Role, **more: str) -> Line:
    return [(form.format(value=f"×{figure(value)}", **more), style(role))]


def _at_the_output(scene: Scene) -> Lines:
    """What stands there where no layer lies below the output."""
    delta = figure(float(_now(scene, "delta_rms")[-1]))
    return [[(_("Δ at the output: {value}").format(value=delta), style(Role.STRONG))]]


def _chart(scene: Scene, walked: list[Link], size: Size) -> Lines:
    """The layers walked so far; those still ahead are only hinted at."""
    delta = logarithm(_now(scene, "delta_rms"))
    reached = walked[-1].layer if walked else scene.depth
    roles = [Role.FIRST if n >= reached else Role.FAINT for n in range(1, scene.depth + 1)]
    roles[reached - 1] = Role.SECOND
    nothing = np.zeros(len(delta), np.bool_)
    bars = Band(delta, delta, delta, np.isnan(delta), nothing)
    axis = log_axis(*scene.decades(("delta_rms",)), plot_rows(size))
    return per_layer(
        PerLayer(axis=axis, bars=bars, roles=roles, ends=(_("input"), _("loss"))),
        size,
        scene.glyphs,
    )


def _caption(scene: Scene) -> Line:
    return [(_("step {step}").format(step=scene.now), style(Role.MUTED))]
