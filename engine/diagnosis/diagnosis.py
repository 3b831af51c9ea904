"""What is wrong with a network, judged from one row of what was measured.

Movement decides, not the gradient's size: a layer that cannot get anywhere in the steps that are
planned has stopped learning, and one that a single step carries off its own length cannot learn.
That heeds the optimizer, which may undo a small gradient (Adam) or a large one (clipping).

Thresholds were set on 125 random networks (6 activations, 3 to 30 layers of 32 units, σ_w² from ⅓
to 4, SGD and Adam, with and without normalisation and skips, 1500 steps on three 2-D data sets)
and tried on 113 others; what is said of them below holds for both sets.
"""

from dataclasses import dataclass, replace

import numpy as np

from ..measure.trace import NetworkTrace
from ..numerics import Exact, Mask, median
from .decay import Reach, is_power_law, rates, ratio, reach
from .movement import horizon

FROZEN_BUDGET = 1e-2
"""A layer that can move less than 1 % of its own length in the whole run stays as it was drawn. Of
27 networks whose slowest layer was under this at birth, 25 stayed near chance and none learned."""
FADED = 0.05
"""Where less than this of the signal arrives at the first layer, it is the signal that holds frozen
layers back. Where more arrives, training is over or the learning rate too small: in 42 trained
networks with frozen layers at least 8 % arrived."""
TORN_STEP = 1.0
"""A step as long as the layer itself leaves nothing of what the layer had learned. 11 of 20
networks that diverged took one at birth, and none that learned."""
DEAD_UNITS = 0.95
"""Of a deep ReLU layer half the units are off for a whole batch and it still learns; with nearly
all of them off, nothing passes."""
FLAT, HIDDEN = 10.0, 1e3
"""`grad_norm` within a factor of 10 looks flat in a chart of many decades; `delta_rms` that spans
1000 has all but vanished."""


@dataclass(frozen=True)
class Diagnosis:
    """Figures are medians over the replicas; NaN where no replica has one."""

    state: str
    """vanishing, exploding, healthy, dead or diverged."""
    rate: float
    """The factor of `delta_rms` per layer on the way to the input."""
    decay: str
    """exponential or power: the law that fits `delta_rms` better."""
    ratio: float
    """`delta_rms` of the first over that of the last hidden layer."""
    budget: tuple[float, ...]
    """How far each layer can move in the steps that are planned, in its own length, if every
    gradient is this step's: steps × ‖ΔW‖/‖W‖ where the optimizer's steps are then alike."""
    frozen: tuple[int, ...]
    """Layers, from 1, with a budget under FROZEN_BUDGET."""
    flat_gradient_hides: bool
    """`grad_norm` looks flat while `delta_rms` spans far: the usual chart does not show it."""
    rule: str
    """What decided: a key of RULES."""
    underflows: bool
    """An update is exactly 0 as its gradient is too small for its number type."""
    step_rate: float | None = None
    """Of a recurrent network, the factor of `delta_rms` per step on the way to the first step."""
    step_ratio: float | None = None
    """`delta_rms` at the first step over that at the last, where the signal comes in."""


RULES = {
    "not_finite": "diverged",
    "dead_layer": "dead",
    "frozen": "vanishing",
    "starved": "vanishing",
    "forgets": "vanishing",
    "step_too_large": "exploding",
    "slow": "healthy",
    "fades_but_moves": "healthy",
    "grows_but_moves": "healthy",
    "moves": "healthy",
}
"""The state that each rule leads to; the first rule that holds decides."""


@dataclass(frozen=True)
class Inflow:
    """How much gradient reaches the network from outside its layers."""

    share: float
    """Of the gradient that a generator could have."""
    reach: Reach | None
    """How far back in time it comes."""


@dataclass(frozen=True)
class Plan:
    """What is still to come, or was at this row."""

    steps: int
    """Steps that are planned."""
    ahead: Exact
    """(layers,) How many steps as long as the row's they come to, by the optimizer's own law."""


@dataclass(frozen=True)
class Figures:
    """What the rules look at."""

    dead: float
    """Share of units off for the whole batch, in the hidden layer with most of them."""
    longest_step: float
    """Of the hidden layers, in their own lengths, the mean of those that are planned."""
    slowest: float
    """The least budget of a hidden layer."""
    ratio: float
    frozen: tuple[int, ...]
    share: float
    """Of the gradient that a generator could have."""
    step_ratio: float
    """1 where there are no steps."""
    earliest: float
    """The first layer's budget if it learned from its first step alone."""


@np.errstate(over="ignore")
def diagnose(network: NetworkTrace, row: int, steps: int, diverged: bool = False) -> Diagnosis:
    """The diagnosis of one recorded row, for a run of so many planned steps.

    Layers that a stage of the training keeps as they are do not count as frozen.
    """
    here = layers_so_far(network, row)
    measured = {name: column[row] for name, column in network.measures.items()}
    measured["movement"] = network.by_gradient("update_ratio")[row]
    seen = {name: values[:, here] for name, values in measured.items()}
    needed = [seen[name] for name in ("delta_rms", "grad_norm", "update_ratio")]
    sound: Mask = np.all(np.isfinite(np.stack(needed)), axis=(0, 2))
    if not sound.any():
        return no_figures(len(network.layers))
    hidden = np.array([layer.kind != "output" for layer in network.layers])[here]
    kept = np.zeros(len(hidden), np.bool_) if network.trained is None else ~network.trained[row]
    finite = not diverged and bool(2 * sound.sum() >= len(needed[0]))
    share = 1.0 if network.share is None else float(median(network.share[row][sound]))
    fed = Inflow(share, reach(network, row, sound))
    seen = {name: values[sound] for name, values in seen.items()}
    ahead = horizon(network, row, median(measured["grad_norm"][sound]), steps)[here]
    judged = judge(seen, hidden, kept[here], Plan(steps, ahead), fed)
    whole = number_in_whole(judged, here)
    return whole if finite else replace(whole, state="diverged", rule="not_finite")


def layers_so_far(network: NetworkTrace, row: int) -> Mask:
    """True for the layers, (layers,), that a growing network has at this row; others have no
    measures."""
    if network.trained is None:
        return np.ones(len(network.layers), np.bool_)
    measured: Mask = np.isfinite(network.measures["weight_norm"][row]).any(axis=0)
    return measured | network.trained[row]


def number_in_whole(found: Diagnosis, here: Mask) -> Diagnosis:
    """A diagnosis of the layers in `here`, numbered in the whole network; NaN for the others."""
    budget, number = np.full(len(here), np.nan), np.flatnonzero(here) + 1
    budget[here] = found.budget
    frozen = tuple(int(number[layer - 1]) for layer in found.frozen)
    return replace(found, budget=tuple(budget.tolist()), frozen=frozen)


def judge(seen: dict[str, Exact], hidden: Mask, kept: Mask, plan: Plan, fed: Inflow) -> Diagnosis:
    """The diagnosis of replicas whose figures, (R, layers) each, are all finite.

    hidden, kept, (layers,): layers below the output, layers the plan keeps as they are.
    """
    delta = signal(seen["delta_rms"], hidden)
    update, gradient = (median(seen[name]) for name in ("movement", "grad_norm"))
    budget = plan.ahead * update
    figures = Figures(
        dead=float(median(seen["dead"][:, hidden].max(axis=1))),
        longest_step=float(budget[hidden].max()) / max(plan.steps, 1),
        slowest=float(np.where(kept, np.inf, budget)[hidden].min()),
        ratio=float(median(ratios(delta))),
        frozen=tuple((np.flatnonzero((budget < FROZEN_BUDGET) & ~kept) + 1).tolist()),
        share=fed.share,
        step_ratio=fed.reach.ratio if fed.reach else 1.0,
        earliest=float(budget[0] * fed.reach.share) if fed.reach else np.inf,
    )
    rule = decide(figures)
    return Diagnosis(
        state=RULES[rule],
        rate=float(median(rates(delta))),
        decay="power" if median(is_power_law(delta)) > 0.5 else "exponential",
        ratio=figures.ratio,
        budget=tuple(budget.tolist()),
        frozen=figures.frozen,
        flat_gradient_hides=bool(
            median(flat_gradient_hides(seen["grad_norm"][:, hidden], delta)) > 0.5
        ),
        rule=rule,
        underflows=bool(((update == 0) & (gradient > 0) & ~kept).any()),
        step_rate=fed.reach and fed.reach.rate,
        step_ratio=fed.reach and fed.reach.ratio,
    )


def no_figures(layers: int) -> Diagnosis:
    """The diagnosis where no replica has finite figures."""
    nan = float("nan")
    return Diagnosis(
        state="diverged",
        rate=nan,
        decay="exponential",
        ratio=nan,
        budget=(nan,) * layers,
        frozen=(),
        flat_gradient_hides=False,
        rule="not_finite",
        underflows=False,
    )


def decide(seen: Figures) -> str:
    """The first rule that holds."""
    fades, grows = seen.ratio < FADED, seen.ratio > 1 / FADED
    return next(
        rule
        for rule, holds in (
            ("dead_layer", seen.dead >= DEAD_UNITS),
            ("frozen", fades and seen.slowest < FROZEN_BUDGET),
            ("starved", bool(seen.frozen) and seen.share < FADED),
            ("forgets", seen.step_ratio < FADED and seen.earliest < FROZEN_BUDGET),
            ("step_too_large", seen.longest_step >= TORN_STEP),
            ("slow", bool(seen.frozen)),
            ("fades_but_moves", fades),
            ("grows_but_moves", grows),
            ("moves", True),
        )
        if holds
    )


def signal(delta: Exact, hidden: Mask) -> Exact:
    """`delta_rms` of the hidden layers; all 1 where the loss puts in none, so none can be lost."""
    return np.where(delta[:, -1:] > 0, delta[:, hidden], 1.0)


def ratios(delta: Exact) -> Exact:
    """First over last hidden layer, (R, layers) -> (R,); 0 where nothing arrives at either."""
    return ratio(delta[:, 0], delta[:, -1])


def flat_gradient_hides(gradient: Exact, delta: Exact) -> Exact:
    """1 where `grad_norm` looks flat and `delta_rms` spans far, else 0: (R, layers) -> (R,)."""
    flat = gradient.max(axis=1) <= FLAT * gradient.min(axis=1)
    wide = delta.max(axis=1) >= HIDDEN * delta.min(axis=1)
    return (flat & wide & (gradient.min(axis=1) > 0)).astype(np.float64)
