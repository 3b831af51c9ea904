"""The chain rule, one layer at a time: the equation, the same in numbers, and the product so far.

The layer that is singled out is where the walk has come to. Backward it follows the error signal
from the loss, forward the signal from the input.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ...scenarios.i18n import N_, _, figure
from ..protocol import Picture
from ..render.axes import Axis, log_axis
from ..render.palette import Role
from ..render.styled_text import BOLD, Line, Lines, fit_box, style
from .base.chain import ChainStep, FactorChain, backward, forward
from .base.chart import Chart, constant
from .base.common import FORWARD as FORWARD_PASS
from .base.common import SIGNAL, W_SHARE, delta_figures, law_figures
from .base.scene import Scene
from .base.table import ChartTable
from .plotting.canvas import Size, plot_rows
from .plotting.layer_bars import PerLayer, per_layer
from .plotting.series import Band, extent, logarithm

_WORDS = 6
"""Rows of text above the chart."""

_FEWEST_DECADES = 4.0


@dataclass(frozen=True)
class Direction:
    """One direction through the network: backward or forward."""

    chain: Callable[[Scene], FactorChain]
    lines: Callable[[Scene, ChainStep], Lines]
    start: Callable[[Scene, FactorChain], Lines]
    """The lines above the chart before the first step."""
    legend: Callable[[], str]
    steps: Callable[[FactorChain, int], list[ChainStep]]
    """The links from the start to a layer."""


def draw(scene: Scene, size: Size) -> Picture:
    """The step that ends in the layer singled out, and the product so far on a log axis."""
    way = FORWARD if scene.forward else BACKWARD
    chain, layer = way.chain(scene), scene.layer or scene.depth
    walked = way.steps(chain, layer)
    words = way.lines(scene, walked[-1]) if walked else way.start(scene, chain)
    room = Size(size.columns, max(size.rows - _WORDS, 1))
    bars = _chart(scene, chain, layer, room)
    title: Line = [(_("chain rule"), style(Role.STRONG) | BOLD)]
    legend: Line = [("  ", 0), (way.legend(), style(Role.MUTED))]
    lines = fit_box([*fit_box(words, size.columns, _WORDS), *bars], size.columns, size.rows)
    return Picture([*title, *legend], _caption(scene), lines)


def _backward_lines(scene: Scene, link: ChainStep) -> Lines:
    """A backward step: its equation, the equation in numbers, and each factor in words."""
    low, high = link.layer, link.other
    g = scene.tables.layers[low - 1].activation
    muted, first, second = (style(role) for role in (Role.MUTED, Role.FIRST, Role.SECOND))
    return [
        [
            (f"Δ({low})", style(Role.STRONG) | BOLD),
            ("  =  ", muted),
            (f"Δ({high}) W({high})ᵀ", first),
            ("  ∘  ", muted),
            (f"g′(Z({low}))", second),
        ],
        _numbers(link),
        [],
        _sentence(_("the weights W multiply by {value}"), link.weights, Role.FIRST),
        _sentence(_("the slopes g′ of {g} multiply by {value}"), link.bend, Role.SECOND, g=g),
        _together(_("together {value} in this step; {product} since the loss"), link),
    ]


def _forward_lines(scene: Scene, link: ChainStep) -> Lines:
    """A forward step: its equation, the equation in numbers, and each factor in words."""
    g = scene.tables.layers[link.layer - 1].activation
    muted, first, second = (style(role) for role in (Role.MUTED, Role.FIRST, Role.SECOND))
    here = link.layer
    return [
        [
            (f"A({here})", style(Role.STRONG) | BOLD),
            ("  =  ", muted),
            ("g( ", second),
            (f"A({link.other}) W({here}) + b({here})", first),
            (" )", second),
        ],
        _numbers(link),
        [],
        _sentence(_("the weights W multiply by {value}"), link.weights, Role.FIRST),
        _sentence(_("the activation {g} multiplies by {value}"), link.bend, Role.SECOND, g=g),
        _together(_("together {value} in this step; {product} since the input"), link),
    ]


def _numbers(link: ChainStep) -> Line:
    """Root mean squares in the places of the equation."""
    muted = style(Role.MUTED)
    return [
        (figure(link.after), style(Role.STRONG) | BOLD),
        ("  =  ", muted),
        (f"{figure(link.before)} × {figure(link.weights)}", style(Role.FIRST)),
        ("  ×  ", muted),
        (figure(link.bend), style(Role.SECOND)),
        ("   " + _("(root mean squares)"), muted),
    ]


def _sentence(form: str, value: float, role: Role, **more: str) -> Line:
    return [(form.format(value=f"×{figure(value)}", **more), style(role))]


def _together(form: str, link: ChainStep) -> Line:
    return _sentence(form, link.factor, Role.STRONG, product=f"×{figure(link.product)}")


def _at_the_output(scene: Scene, chain: FactorChain) -> Lines:
    del scene
    said = _("Δ at the output: {value}").format(value=figure(chain.start))
    hint = _("← → walk towards the input, and back")
    return [[(said, style(Role.STRONG))], [], [(hint, style(Role.KEY))]]


def _at_the_input(scene: Scene, chain: FactorChain) -> Lines:
    """Where a network runs through time there is no forward chain."""
    del scene, chain
    return [[(_("this network runs through time: look at it backward"), style(Role.MUTED))]]


BACKWARD = Direction(
    chain=backward,
    lines=_backward_lines,
    start=_at_the_output,
    legend=lambda: _("rms Δ, from the loss down to here"),
    steps=lambda chain, layer: [link for link in chain.links if link.layer >= layer],
)
FORWARD = Direction(
    chain=forward,
    lines=_forward_lines,
    start=_at_the_input,
    legend=lambda: _("rms A, from the input up to here"),
    steps=lambda chain, layer: [link for link in chain.links if link.layer <= layer],
)


def _chart(scene: Scene, chain: FactorChain, end: int, size: Size) -> Lines:
    """The layers walked so far; those still ahead are only hinted at."""
    signal = logarithm(chain.signal)
    ahead = range(end + 1, scene.depth + 1) if scene.forward else range(1, end)
    roles = [Role.FAINT if n in ahead else Role.FIRST for n in range(1, scene.depth + 1)]
    roles[end - 1] = Role.SECOND
    bars = Band(
        low=signal,
        middle=signal,
        high=signal,
        zero=chain.signal == 0,
        wild=np.isinf(chain.signal),
    )
    chart = PerLayer(
        axis=_axis(scene, chain, plot_rows(size)),
        bars=bars,
        roles=roles,
        ends=(_("input"), _("loss")),
        cursor=end,
    )
    return per_layer(chart, size, scene.glyphs)


def _axis(scene: Scene, chain: FactorChain, rows: int) -> Axis:
    if not scene.forward:
        return log_axis(*scene.decades(("delta_rms",)), rows)
    low, high = extent(logarithm(chain.signal)) or (-1.0, 0.0)
    return log_axis(min(low, high - _FEWEST_DECADES), high, rows)


def _caption(scene: Scene) -> Line:
    return [(_("step {step}").format(step=scene.now), style(Role.MUTED))]


def table(scene: Scene) -> ChartTable:
    """The factors of the chain rule, in the order in which they are walked."""
    chain = forward(scene) if scene.forward else backward(scene)
    heads = ("layer", "from", "before", "weights", "activation", "factor", "after", "product")
    return ChartTable(
        heads,
        [
            (at.layer, at.other, at.before, at.weights, at.bend, at.factor, at.after, at.product)
            for at in chain.links
        ],
    )


def figures(scene: Scene, layer: int) -> Iterator[str]:
    """The error signal of the layer as a product, and the law that theory follows."""
    yield from delta_figures(scene, layer)
    yield from law_figures(scene)


CHART = Chart(
    title=N_("The chain rule, step by step"),
    terms=("chain-rule", "error-signal"),
    reading=(
        N_("The bars are the product so far; the factors are root mean squares."),
        W_SHARE,
    ),
    draw=draw,
    table=table,
    figures=figures,
    equations=constant(SIGNAL, FORWARD_PASS),
)
