"""What is wrong with a network, judged from one row of what was measured.

Movement decides, not the gradient's size: a layer that cannot get anywhere in the steps that are
planned has stopped learning, and one that a single step carries off its own length cannot learn.
That heeds the optimizer, which may undo a small gradient (Adam) or a large one (clipping).
"""

from dataclasses import dataclass, replace

import numpy as np

from ..measure.trace import NetworkTrace
from ..numerics import Exact, Mask, median
from .decay import Reach, decay_law, mean_factor, rates, ratio, reach
from .movement import horizon
from .rules import RULES, Figures, decide, still_guesses
from .standing import LEARNED, Standing
from .thresholds import DEAD_UNITS, FADED, FLAT, FROZEN_BUDGET, HALF_DEAD, HIDDEN, LOST


@dataclass(frozen=True)
class Diagnosis:
    """Figures are medians over the replicas; NaN where no replica has one."""

    state: str
    """vanishing, exploding, unstable, not_learning, healthy, dead or diverged."""
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
    """Layers, from 1, with a budget under FROZEN_BUDGET that have not moved by more than that
    since initialization."""
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
    done: tuple[int, ...] = ()
    """Layers, from 1, with a budget under FROZEN_BUDGET that have moved more than that since
    initialization, in a network that has learned: they rest."""
    stopped: tuple[int, ...] = ()
    """The same in a network that has not learned: they have come to a stop."""
    mean_rate: float = float("nan")
    """The factor per layer that makes `ratio` in all, its geometric mean: ratio^(1/(L - 1)) of L
    hidden layers; 1 for a single one. `rate` is the trend, and leaves out what the ends add."""
    mean_step_rate: float | None = None
    """The same of `step_ratio`, per step of a sequence."""
    accuracy: float | None = None
    """On the test set, or on the batch where there is none; None where it was not given."""
    chance: float | None = None
    """The accuracy of naming the commonest class every time."""
    r2: float | None = None
    """R², in place of the accuracy, where numbers are learned."""
    displacement: tuple[float, ...] | None = None
    """How far each layer is from its weights at initialization, in their length, without weight
    decay."""
    half_dead: tuple[int, ...] = ()
    """Hidden layers, from 1, with HALF_DEAD of their units or more off for the whole batch."""


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
class Past:
    """What came before this row."""

    faded: Mask
    """(R,) The signal faded at initialization."""
    dead: Mask
    """(R, layers) Layers with nearly all units off at initialization."""


@np.errstate(over="ignore")
def diagnose(
    network: NetworkTrace,
    row: int,
    steps: int,
    diverged: bool = False,
    standing: Standing | None = None,
) -> Diagnosis:
    """The diagnosis of one recorded row, for a run of `steps` planned steps.

    Layers that a stage of the training keeps as they are do not count as frozen. Whether the
    network has learned is known with its `standing` at that row alone.
    """
    here = layers_so_far(network, row)
    measured = {name: column[row] for name, column in network.measures.items()}
    for name in ("update_ratio", "displacement"):
        measured[f"{name} by gradient"] = network.by_gradient(name)[row]
    needed = [measured[name][:, here] for name in ("delta_rms", "grad_norm", "update_ratio")]
    sound: Mask = np.all(np.isfinite(np.stack(needed)), axis=(0, 2))
    if not sound.any():
        return no_figures(len(network.layers))
    hidden = np.array([layer.kind != "output" for layer in network.layers])[here]
    kept = np.zeros(len(here), np.bool_) if network.trained is None else ~network.trained[row]
    finite = not diverged and bool(2 * sound.sum() >= len(sound))
    share = 1.0 if network.share is None else float(median(network.share[row][sound]))
    judged = judge(
        {name: values[sound][:, here] for name, values in measured.items()},
        hidden,
        kept[here],
        Plan(steps, horizon(network, row, median(measured["grad_norm"][sound]), steps)[here]),
        Inflow(share, reach(network, row, sound)),
        birth(network, hidden, here, sound),
        standing and standing.of(sound),
    )
    whole = number_in_whole(judged, here)
    return whole if finite else replace(whole, state="diverged", rule="not_finite")


def birth(network: NetworkTrace, hidden: Mask, here: Mask, sound: Mask) -> Past:
    """What was seen at the first row, of the replicas that are still sound."""
    first = {name: network.measures[name][0][sound][:, here] for name in ("delta_rms", "dead")}
    with np.errstate(all="ignore"):
        faded = ratios(signal(first["delta_rms"], hidden)) < FADED
    return Past(faded, first["dead"] >= DEAD_UNITS)


def layers_so_far(network: NetworkTrace, row: int) -> Mask:
    """True for the layers, (layers,), that a growing network has at this row; others have no
    measures."""
    if network.trained is None:
        return np.ones(len(network.layers), np.bool_)
    measured: Mask = np.isfinite(network.measures["weight_norm"][row]).any(axis=0)
    return measured | network.trained[row]


def number_in_whole(found: Diagnosis, here: Mask) -> Diagnosis:
    """A diagnosis of the layers in `here`, numbered in the whole network; NaN for the others."""
    number, (budget, moved) = np.flatnonzero(here) + 1, np.full((2, len(here)), np.nan)
    budget[here] = found.budget
    moved[here] = found.displacement
    return replace(
        found,
        budget=tuple(budget.tolist()),
        displacement=tuple(moved.tolist()),
        frozen=tuple(int(number[layer - 1]) for layer in found.frozen),
        done=tuple(int(number[layer - 1]) for layer in found.done),
        stopped=tuple(int(number[layer - 1]) for layer in found.stopped),
        half_dead=tuple(int(number[layer - 1]) for layer in found.half_dead),
    )


@dataclass(frozen=True)
class Movement:
    """How far layers are and would go, (layers,): medians over the replicas."""

    budget: Exact
    displacement: Exact
    still: Mask
    """With a budget under FROZEN_BUDGET, and not kept."""
    done: Mask
    """Those of them that rest, having learned."""
    stopped: Mask
    """Those of them that have moved, and have not learned."""


def judge(
    seen: dict[str, Exact],
    hidden: Mask,
    kept: Mask,
    plan: Plan,
    fed: Inflow,
    past: Past,
    standing: Standing | None,
) -> Diagnosis:
    """The diagnosis of replicas whose figures, (R, layers) each, are all finite.

    hidden, kept, (layers,): layers below the output, layers the plan keeps as they are.
    """
    skill = float("nan") if standing is None else float(median(standing.skill))
    budgets = plan.ahead * seen["update_ratio by gradient"]
    moves = movement(budgets, seen["displacement by gradient"], kept, skill)
    delta = signal(seen["delta_rms"], hidden)
    ratio = ratios(delta)
    ends = lets_nothing_past(seen, budgets, kept, past) | ends_signal(seen, delta, past)
    blocked: Mask = np.any(ends[:, hidden], axis=1)
    figures = Figures(
        blocked=most(blocked),
        longest_step=float(moves.budget[hidden].max()) / max(plan.steps, 1),
        slowest=float(np.where(kept, np.inf, moves.budget)[hidden].min()),
        ratio=float(median(ratio)),
        lost=most((ratio < LOST) & (looks_alike(seen, hidden) | (ratio == 0))) and not kept[0],
        faded_at_birth=most(past.faded),
        still=bool(moves.still.any()),
        share=fed.share,
        step_ratio=fed.reach.ratio if fed.reach else 1.0,
        earliest=float(moves.budget[0] * fed.reach.share) if fed.reach else np.inf,
        skill=skill,
        progress=1.0 if standing is None else standing.progress,
        guesses=standing is not None
        and still_guesses(skill, standing.progress, plan.steps, standing.guessing),
        farthest=float(moves.displacement[hidden].max()),
    )
    return state_findings(decide(figures), seen, delta, moves, fed, standing)


def most(replicas: Mask) -> bool:
    """Whether it is true of more than half of them."""
    return bool(2 * replicas.sum() > len(replicas))


def looks_alike(seen: dict[str, Exact], hidden: Mask) -> Mask:
    """(R,) Replicas in which most of what goes forward is the same for every example."""
    with np.errstate(all="ignore"):
        sameness = np.abs(seen["activation_mean"]) / seen["activation_std"]
    return np.asarray(median(sameness[:, hidden].T) > 1)


def movement(budgets: Exact, displacement: Exact, kept: Mask, skill: float) -> Movement:
    """What to make of layers' budgets and displacement, (R, layers), in a network of that skill."""
    budget, moved = median(budgets), median(displacement)
    still, learned = (budget < FROZEN_BUDGET) & ~kept, skill >= LEARNED
    done = still & learned & ~(moved < FROZEN_BUDGET)
    stopped = still & (not learned) & (moved >= FROZEN_BUDGET)
    return Movement(budget, moved, still, done, stopped)


def state_findings(
    rule: str,
    seen: dict[str, Exact],
    delta: Exact,
    moves: Movement,
    fed: Inflow,
    standing: Standing | None,
) -> Diagnosis:
    """The diagnosis by that rule; delta, (R, hidden layers)."""
    gradient = seen["grad_norm"]
    flat = flat_gradient_hides(gradient[:, : delta.shape[1]], delta)
    underflows = moves.still & (moves.budget == 0) & (median(gradient) > 0)
    reached = fed.reach
    return Diagnosis(
        state=RULES[rule],
        rate=float(median(rates(delta))),
        decay=decay_law(delta),
        ratio=float(median(ratios(delta))),
        budget=tuple(moves.budget.tolist()),
        frozen=layer_numbers(moves.still & ~moves.done & ~moves.stopped),
        flat_gradient_hides=bool(median(flat) > 0.5),
        rule=rule,
        underflows=bool(underflows.any()),
        step_rate=reached and reached.rate,
        step_ratio=reached and reached.ratio,
        done=layer_numbers(moves.done),
        stopped=layer_numbers(moves.stopped),
        mean_rate=mean_rate(delta),
        mean_step_rate=reached and mean_factor(reached.ratio, reached.crossings),
        displacement=tuple(moves.displacement.tolist()),
        half_dead=layer_numbers(median(seen["dead"])[: delta.shape[1]] >= HALF_DEAD),
        **learned_figures(standing),
    )


def learned_figures(standing: Standing | None) -> dict[str, float]:
    """What was learned, by the names of a diagnosis."""
    if standing is None:
        return {}
    reached, chance = float(median(standing.accuracy)), float(median(standing.chance))
    return {"r2": reached} if standing.numbers else {"accuracy": reached, "chance": chance}


def lets_nothing_past(seen: dict[str, Exact], budget: Exact, kept: Mask, past: Past) -> Mask:
    """True for layers that are off while no layer up to there can move, (R, layers): not where a
    skip connection leads the signal past them, nor where it had faded at initialization, so that
    the first layer never moved: that network had vanished before anything died."""
    still = np.logical_and.accumulate((budget < FROZEN_BUDGET) | kept, axis=1)
    return (seen["dead"] >= DEAD_UNITS) & still & ~had_vanished(seen, past)


def ends_signal(seen: dict[str, Exact], delta: Exact, past: Past) -> Mask:
    """True for layers that are off where nothing at all arrives at the first one, (R, layers): what
    still moves goes on by momentum alone. delta, (R, hidden layers)."""
    silent = delta[:, :1] == 0
    return (seen["dead"] >= DEAD_UNITS) & silent & ~had_vanished(seen, past)


def had_vanished(seen: dict[str, Exact], past: Past) -> Mask:
    """True where the signal had faded at initialization, so that the first layer never moved, of
    layers that were not off then, (R, layers)."""
    unmoved = seen["displacement by gradient"][:, :1] < FROZEN_BUDGET
    return past.faded[:, None] & unmoved & ~past.dead


def layer_numbers(flags: Mask) -> tuple[int, ...]:
    """The places, from 1, of what is true."""
    return tuple((np.flatnonzero(flags) + 1).tolist())


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


def signal(delta: Exact, hidden: Mask) -> Exact:
    """`delta_rms` of the hidden layers; all 1 where the loss puts in none, so none can be lost."""
    return np.where(delta[:, -1:] > 0, delta[:, hidden], 1.0)


def ratios(delta: Exact) -> Exact:
    """First over last hidden layer, (R, layers) -> (R,), or over the last that has a signal where
    that one is off and a skip connection leads past it; 0 where nothing arrives at the first."""
    last = delta.shape[1] - 1 - np.argmax(delta[:, ::-1] > 0, axis=1)
    return ratio(delta[:, 0], delta[np.arange(len(delta)), last])


def mean_rate(delta: Exact) -> float:
    """The factor per layer that makes the median of `ratios` in all, of δ (R, layers)."""
    return mean_factor(float(median(ratios(delta))), delta.shape[1] - 1)


def flat_gradient_hides(gradient: Exact, delta: Exact) -> Exact:
    """1 where `grad_norm` looks flat and `delta_rms` spans far, else 0: (R, layers) -> (R,)."""
    flat = gradient.max(axis=1) <= FLAT * gradient.min(axis=1)
    wide = delta.max(axis=1) >= HIDDEN * delta.min(axis=1)
    return (flat & wide & (gradient.min(axis=1) > 0)).astype(np.float64)
