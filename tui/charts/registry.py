"""What a chart is, with the figures that are on the screen now: equation, numbers, how to read it.

One row a chart; the worker draws it as it draws the chart, so that it goes with the training.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...scenarios.i18n import N_, _, figure
from ...scenarios.schema.spec import Scenario
from ..protocol import Picture
from ..render.glyphs import ASCII, written_out
from ..render.palette import Role
from ..render.styled_text import BOLD, Lines, style
from .activation_shape import draw_shape, shape_figures, shape_table
from .chain_rule import chain_figures, chain_table, draw_chain
from .decision_boundary import boundary_table, draw_boundary, seen
from .equations import CHARTS, GAMES, activation, believed, loss
from .figures import law, update_figures
from .gan_game import draw_game, game_figures, played
from .gradients import (
    draw_history,
    draw_layers,
    draw_learning,
    history_figures,
    history_table,
    layers_figures,
    learning_figures,
    learning_table,
)
from .layer_line import layer_line
from .layer_measures import (
    activations_figures,
    draw_activations,
    draw_saturation,
    draw_updates,
    saturation_figures,
)
from .plotting.canvas import Size
from .precision import draw_precision, precision_figures, precision_table
from .scene import Scene
from .signals import LINKED, draw_signals, signals_figures
from .table import Table, layered, over_steps, table_of
from .time_steps import draw_time_steps, recurs, time_steps_figures, time_steps_table
from .weights import draw_weights, weights_figures, weights_table

_MARGIN, _MEASURE = "  ", 92


@dataclass(frozen=True)
class Told:
    """What is said of a chart."""

    title: str
    read: Sequence[str]
    """How to read it."""
    now: Callable[[Scene, int], Iterator[str]]
    """Its figures, of a layer where it has layers."""
    equations: Callable[[Scene, Scenario], Sequence[str]] | None = None
    """Where they depend on what is drawn; else they stand in the table of formulas."""
    layered: bool = True
    """Whether the figures are one layer's."""


def explained(scene: Scene, scenario: Scenario, chart: str, size: Size) -> Picture:
    """The explanation of a chart, as long as it has to be."""
    name = _shown(scene) if chart == "inside" else chart
    told, room = TOLD[name], min(size.columns - 2 * len(_MARGIN), _MEASURE)
    equations = told.equations(scene, scenario) if told.equations else CHARTS[name]
    layer, spell = scene.layer or 1, written_out if scene.glyphs is ASCII else str
    lines: Lines = [[(_MARGIN + _(told.title), style(Role.STRONG) | BOLD)]]
    lines += [*_wrapped(map(spell, equations), room, Role.KEY, "  "), []]
    lines += [[(_MARGIN + _when(scene, layer, told), style(Role.STRONG) | BOLD)]]
    lines += [*_wrapped(map(spell, told.now(scene, layer)), room, Role.GROUND, "  "), []]
    lines += _wrapped((spell(_(words)) for words in told.read), room, Role.MUTED)
    return Picture([], [], lines)


def _shown(scene: Scene) -> str:
    usable = fitting(scene)
    return scene.inner if scene.inner in usable else usable[0]


def _wrapped(words: Iterable[str], room: int, role: Role, more: str = "") -> Lines:
    wide = max(room - len(more), 8)
    firm = (line.replace(" %", "\u00a0%") for line in words)
    parts = (part for line in firm for part in textwrap.wrap(line, wide, subsequent_indent="  "))
    return [[(_MARGIN + more + part, style(role))] for part in parts]


def _when(scene: Scene, layer: int, told: Told) -> str:
    if not told.layered:
        return _("Now, at step {step}").format(step=scene.now)
    said = _("Now, at step {step}, layer {layer} of {layers} (← → another one)")
    return said.format(step=scene.now, layer=layer, layers=scene.depth)


_LAYERS = N_(
    "Bars are ‖∂J/∂W‖, the length of all gradients of a layer; the short line is Δ rms, the root"
    " mean square of the error signal, times the batch. The axis counts decades."
)
_MARKS = N_(
    "Dots are theory, computed before any training; double lines are the run before. A hatched"
    " bar, in a colour of its own, is a frozen layer: all planned steps move it by less than 1 %."
)
_SHARE = N_(
    "W's factor is what is left of a step without g′: normalisation, skip connections and"
    " convolutions are in it."
)


def many_figures(scene: Scene, layer: int) -> Iterator[str]:
    """Of the scenario that the room was opened from."""
    del layer
    said = _("the open network: ×{rate} a layer, first over last hidden layer {ratio}")
    found = scene.diagnosis
    yield said.format(rate=figure(found.rate), ratio=figure(found.ratio))
    yield from law(scene)


TOLD: Mapping[str, Told] = {
    "layers": Told(N_("Gradient by layer"), (_LAYERS, _MARKS, _SHARE), layers_figures),
    "history": Told(
        N_("Gradient by layer and step"),
        (
            N_(
                "A row is a layer, the loss at the top; a column is a step; the colour is the"
                " decade, as the bar at the right says. x is exactly zero, ! is not finite."
            ),
        ),
        history_figures,
    ),
    "learning": Told(
        N_("Loss and accuracy"),
        (
            N_(
                "Who knows nothing of two classes has a loss of ln 2 = 0.693 and an accuracy of"
                " a half. Where the first layers do not move, the curves stay there."
            ),
        ),
        learning_figures,
        lambda scene, scenario: loss(scenario, scene.tables.layers[-1].outputs),
        layered=False,
    ),
    "update_ratio": Told(
        N_("Update by layer"),
        (
            N_(
                "How far one step moves a layer's weights, in their own length. Under the line"
                " all planned steps together move it by less than 1 %: it is frozen."
            ),
        ),
        update_figures,
    ),
    "activations": Told(
        N_("Activations"),
        (
            N_(
                "What comes out of each layer, over batch and units: the line is the mean, the"
                " bar one standard deviation to either side."
            ),
        ),
        activations_figures,
    ),
    "saturation": Told(
        N_("Saturated and dead units"),
        (
            N_(
                "The bar is the share of (sample, unit) pairs whose slope is under a twentieth"
                " of its largest; the line the share of units whose slope is 0 for the whole batch."
            ),
        ),
        saturation_figures,
    ),
    "shape": Told(
        N_("The activation and its slope"),
        (
            N_(
                "The bars are where a layer's sums Z lie. Where they lie on flat parts of g, g′"
                " is small, and the error signal is multiplied by it."
            ),
        ),
        shape_figures,
        lambda scene, _scenario: activation(scene.tables.layers[(scene.layer or 1) - 1].activation),
    ),
    "weights": Told(
        N_("Weights and gradients by size"),
        (
            N_(
                "A row is a layer; columns are decades, the same in both halves. Weights stay in"
                " place from row to row; gradients that vanish slide to the left."
            ),
        ),
        weights_figures,
    ),
    "plane": Told(
        N_("What the network says of the plane"),
        (
            N_(
                "Every place of the plane is given to the network; bright is near 1, dark near 0."
                " A deep network that has not learned says the same everywhere."
            ),
        ),
        learning_figures,
        lambda _scene, scenario: believed(scenario),
        layered=False,
    ),
    "game": Told(
        N_("Generator against discriminator"),
        (
            N_(
                "The line is what D says of real points, dashes what it says of fakes. Dots are how"
                " much gradient the saturating loss leaves of the non-saturating one's: D/(1 - D),"
                " about."
            ),
        ),
        game_figures,
        lambda _scene, scenario: GAMES[scenario.gan.loss],
        layered=False,
    ),
    "lags": Told(
        N_("The error signal through time"),
        (
            N_(
                "The last step of the sequence, where the loss is, stands at the right. Bars are Δ"
                " at each step, lines what the step adds to the gradient."
            ),
        ),
        time_steps_figures,
        layered=False,
    ),
    "precision": Told(
        N_("What narrower number types would keep"),
        (
            N_(
                "A bar is the typical entry of a layer's gradient: its length over the root of the"
                " number n of weights. A type rounds to 0 what is under its line. A loss scale of"
                " 2^k multiplies the loss, and with it every gradient, before it is rounded."
            ),
        ),
        precision_figures,
    ),
    "walk": Told(
        N_("The chain rule, step by step"),
        (
            N_("The bars are the product so far; the factors are root mean squares."),
            _SHARE,
        ),
        chain_figures,
    ),
    "signals": Told(
        N_("Four measures on the same layers"),
        (
            N_(
                "Signal, error signal, gradient and update of the same layer stand in the same"
                " column, each on an axis of its own."
            ),
            _MARKS,
        ),
        signals_figures,
    ),
    "compare": Told(
        N_("Side by side"),
        (
            N_(
                "All train on the first one's data and seeds, and are drawn on the same decades:"
                " bars of one height are gradients of one length."
            ),
        ),
        many_figures,
        layered=False,
    ),
    "remedies": Told(
        N_("The tournament of remedies"),
        (
            N_(
                "Every remedy, and the promising pairs, on the same data and seeds; ranked by the"
                " accuracy on points that were held back (a GAN: by the distance of its points)."
            ),
        ),
        many_figures,
        layered=False,
    ),
    "claims": Told(
        N_("The claims of the course notes"),
        (
            N_(
                "Each claim has a rule and cases to try it in, five networks each. It holds where"
                " at least four of five networks obey its rule in all its cases; it holds when,"
                " where they do in some; it fails, where in none."
            ),
        ),
        many_figures,
        layered=False,
    ),
    "diagram": Told(
        N_("The phase diagram"),
        (
            N_(
                "Left of the critical line a layer makes the error signal smaller, right of it"
                " larger; the farther from it, the fewer layers can be trained. Bright: learned."
            ),
        ),
        many_figures,
        layered=False,
    ),
}


def inside(scene: Scene, size: Size) -> Picture:
    """What goes on inside the layers: what is asked for, or the first where there is no such."""
    wanted = INNER.get(scene.inner)
    usable = wanted if wanted and wanted.fits(scene) else next(iter(INNER.values()))
    return usable.draw(scene, size)


PANELS: dict[str, Callable[[Scene, Size], Picture]] = {
    "layers": draw_layers,
    "history": draw_history,
    "learning": draw_learning,
    "inside": inside,
    "layer": layer_line,
    "walk": draw_chain,
    "signals": draw_signals,
}
"""What the lab can draw: its four charts, the line of one layer, and what fills a room."""


def _always(scene: Scene) -> bool:
    return bool(scene.upto)


def _looked_into(scene: Scene) -> bool:
    return scene.look is not None


@dataclass(frozen=True)
class Inner:
    """One thing the fourth panel can show."""

    draw: Callable[[Scene, Size], Picture]
    fits: Callable[[Scene], bool] = _always
    """Whether the scenario has it."""


INNER = {
    "update_ratio": Inner(draw_updates),
    "activations": Inner(draw_activations),
    "saturation": Inner(draw_saturation),
    "shape": Inner(draw_shape, _looked_into),
    "weights": Inner(draw_weights, _looked_into),
    "plane": Inner(draw_boundary, seen),
    "game": Inner(draw_game, played),
    "lags": Inner(draw_time_steps, recurs),
    "precision": Inner(draw_precision),
}


def fitting(scene: Scene) -> list[str]:
    """What the fourth panel can show of this scenario."""
    return [name for name, inner in INNER.items() if inner.fits(scene)]


def charted(scene: Scene, chart: str) -> Table:
    """The table of a chart; of the fourth one, of what it shows."""
    return CHARTED[_shown(scene) if chart == "inside" else chart](scene)


CHARTED: Mapping[str, Callable[[Scene], Table]] = {
    "layers": lambda scene: layered(scene, scene.measures),
    "history": history_table,
    "learning": learning_table,
    "update_ratio": table_of("update_ratio"),
    "activations": table_of("activation_mean", "activation_std"),
    "saturation": table_of("saturated", "dead"),
    "shape": shape_table,
    "weights": weights_table,
    "plane": boundary_table,
    "game": lambda scene: over_steps(scene, scene.trace.gan),
    "lags": time_steps_table,
    "precision": precision_table,
    "walk": chain_table,
    "signals": table_of(*LINKED),
}
