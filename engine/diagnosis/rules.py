"""The rules that decide on a diagnosis, and what they look at."""

from dataclasses import dataclass

from .standing import GUESSING, LEARNED
from .thresholds import (
    FADED,
    FAR,
    FORGOTTEN,
    FROZEN_BUDGET,
    GROWN,
    LEAST_STEPS,
    NEAR,
    PATIENCE,
    TORN_STEP,
)

RULES = {
    "not_finite": "diverged",
    "done": "healthy",
    "dead_layer": "dead",
    "frozen": "vanishing",
    "lost": "vanishing",
    "starved": "vanishing",
    "forgets": "vanishing",
    "faded_at_birth": "vanishing",
    "step_too_large": "exploding",
    "rate_too_large": "unstable",
    "overshot": "unstable",
    "too_slow": "not_learning",
    "no_better_than_chance": "not_learning",
    "few_steps": "healthy",
    "slow": "healthy",
    "fades_but_moves": "healthy",
    "grows_but_moves": "healthy",
    "moves": "healthy",
}
"""The state that each rule leads to; the first rule that holds decides."""


@dataclass(frozen=True)
class Figures:
    """What the rules look at."""

    blocked: bool
    """A hidden layer is off, and nothing gets past it."""
    longest_step: float
    """Of the hidden layers, in their own lengths, the mean of those that are planned."""
    slowest: float
    """The least budget of a hidden layer."""
    ratio: float
    lost: bool
    """Less than LOST of the signal arrives at a first layer that is to learn, and what goes forward
    is much the same for every example."""
    faded_at_birth: bool
    """Less than FADED of it arrived at initialization."""
    still: bool
    """Some layer has a budget under FROZEN_BUDGET."""
    share: float
    """Of the gradient that a generator could have."""
    step_ratio: float
    """1 where there are no steps."""
    earliest: float
    """The first layer's budget if it learned from its first step alone."""
    skill: float
    """The share of the way from guessing to all right; NaN where that is not known."""
    progress: float
    """The share of the planned steps that are made; 1 where that is not known."""
    guesses: bool
    """It has had time to learn, and has not."""
    farthest: float
    """The largest displacement of a hidden layer; NaN where that is not known."""


def decide(seen: Figures) -> str:
    """The first rule that holds."""
    fades, grows = seen.ratio < FADED, seen.ratio > 1 / FADED
    swells = max(seen.ratio, seen.step_ratio) >= GROWN
    learned, begun = seen.skill >= LEARNED, seen.progress > 0
    overshot = seen.guesses and seen.farthest >= FAR
    stopped_far = begun and seen.still and seen.farthest >= FAR and seen.skill < GUESSING
    carried_off = overshot or (stopped_far and fades)
    return next(
        rule
        for rule, holds in (
            ("done", learned and seen.still),
            ("dead_layer", seen.blocked and not learned),
            ("overshot", carried_off and not seen.faded_at_birth),
            ("frozen", fades and seen.slowest < FROZEN_BUDGET),
            ("lost", seen.lost and (not begun or not seen.skill >= GUESSING)),
            ("starved", seen.still and seen.share < FADED),
            ("forgets", seen.step_ratio < FADED and seen.earliest < FORGOTTEN and not learned),
            ("faded_at_birth", seen.guesses and seen.faded_at_birth),
            ("step_too_large", seen.longest_step >= TORN_STEP and swells and not learned),
            ("rate_too_large", seen.longest_step >= TORN_STEP and not learned),
            ("overshot", overshot),
            ("too_slow", seen.guesses and (seen.still or seen.farthest < NEAR)),
            ("no_better_than_chance", seen.guesses),
            ("few_steps", seen.still and not begun),
            ("slow", seen.still),
            ("fades_but_moves", fades),
            ("grows_but_moves", grows),
            ("moves", True),
        )
        if holds
    )


def still_guesses(skill: float, progress: float, steps: int, guessing: float = GUESSING) -> bool:
    """Whether a network has had time to learn something, and has not: a skill of `guessing`."""
    return skill < guessing and progress >= PATIENCE and progress * steps >= LEAST_STEPS
