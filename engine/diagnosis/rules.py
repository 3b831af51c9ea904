"""The rules that decide on a diagnosis, and their thresholds: what is asked first decides.

Thresholds were set on 125 random networks (6 activations, 3 to 30 layers of 32 units, σ_w² from ⅓
to 4, SGD and Adam, with and without normalisation and skips, 1500 steps on three 2-D data sets)
and tried on 113 others; what is said of them below holds for both sets.
"""

from dataclasses import dataclass

from .standing import GUESSING, LEARNED

FROZEN_BUDGET = 1e-2
"""A layer that can move less than 1 % of its own length in the whole run stays as it was drawn. Of
27 networks whose slowest layer was under this at birth, 25 stayed near chance and none learned."""
FADED = 0.05
"""Where less than this of the signal arrives at the first layer, it is the signal that holds frozen
layers back. Where more arrives, training is over or the learning rate too small: in 42 trained
networks with frozen layers at least 8 % arrived."""
GROWN = 2.0
"""An error signal that arrives at the first layer not even twice as large is none that explodes: so
much is the luck of a draw in narrow layers. Where steps are too large for it, the learning rate is
to blame."""
TORN_STEP = 1.0
"""A step as long as the layer itself leaves nothing of what the layer had learned. 11 of 20
networks that diverged took one at birth, and none that learned."""
DEAD_UNITS = 0.95
"""Of a deep ReLU layer half the units are off for a whole batch and it still learns; with nearly
all of them off, nothing passes."""
FAR = 1.0
"""A hidden layer that is its own length from where it began, and has learned nothing on the way,
was carried off by steps that were too long."""
NEAR = 0.1
"""Where no hidden layer is a tenth of its length from where it began, they have hardly moved."""
LEAST_STEPS = 100
"""After fewer steps no network is expected to have learned anything."""
FAINT = 3e-4
"""Adam and its kin move every layer, whatever arrives. Where the activations' mean is larger than
their spread, though, so that most of what goes forward is the same for every example, and less than
this of the signal comes back, they move without learning: of 135 random networks all three of that
kind were stuck, and those that learned though their signal faded had means under a quarter of the
spread. Sigmoid with Adam learns the circles in six layers (4e-4) and not in eight (2e-5)."""
PATIENCE = 0.5
"""Whether something is learned at all is not asked before half of the planned steps are made: many
networks that learn in the end guess for a good while."""

RULES = {
    "not_finite": "diverged",
    "done": "healthy",
    "dead_layer": "dead",
    "frozen": "vanishing",
    "blurred": "vanishing",
    "lost": "vanishing",
    "starved": "vanishing",
    "forgets": "vanishing",
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
    faded: bool
    """The signal faded at birth."""
    blurred: bool
    """And what went forward was much the same for every example (see FAINT)."""
    farthest: float
    """The largest displacement of a hidden layer; NaN where that is not known."""


def decide(seen: Figures) -> str:
    """The first rule that holds."""
    fades, grows = seen.ratio < FADED, seen.ratio > 1 / FADED
    swells = max(seen.ratio, seen.step_ratio) >= GROWN
    learned, begun = seen.skill >= LEARNED, seen.progress > 0
    blurred = seen.blurred and (not begun or not seen.skill >= GUESSING)
    return next(
        rule
        for rule, holds in (
            ("done", learned and seen.still),
            ("dead_layer", seen.blocked and not learned),
            ("frozen", fades and seen.slowest < FROZEN_BUDGET),
            ("blurred", blurred),
            ("lost", seen.guesses and (fades or seen.faded)),
            ("starved", seen.still and seen.share < FADED),
            ("forgets", seen.step_ratio < FADED and seen.earliest < FROZEN_BUDGET and not learned),
            ("step_too_large", seen.longest_step >= TORN_STEP and swells and not learned),
            ("rate_too_large", seen.longest_step >= TORN_STEP and not learned),
            ("overshot", seen.guesses and seen.farthest >= FAR),
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


def still_guesses(skill: float, progress: float, steps: int) -> bool:
    """Whether a network has had time to learn something, and has not."""
    return skill < GUESSING and progress >= PATIENCE and progress * steps >= LEAST_STEPS
