"""Where the verdict on a recording draws its lines, and why there.

Lines that the diagnosis of the lab draws too are the lab's, with the evidence that stands there:
they are thresholds of the same rules. Those below are of rules that need a stranger's run.
"""

from ....engine.diagnosis.thresholds import (
    DEAD_UNITS,
    FADED,
    FAR,
    FLAT,
    FROZEN_BUDGET,
    GROWN,
    HIDDEN,
    LEAST_STEPS,
    LOST,
    NEAR,
    PATIENCE,
    TORN_STEP,
)

__all__ = [
    "DEAD_UNITS",
    "FADED",
    "FAR",
    "FLAT",
    "FROZEN_BUDGET",
    "GROWN",
    "HIDDEN",
    "LEAST_STEPS",
    "LOST",
    "NEAR",
    "PATIENCE",
    "TORN_STEP",
]

WINDOW = 10
"""Samples whose medians stand for now: one batch's luck is not a layer's, and ten samples are
still the same stretch of a training."""
FIRST_SAMPLES = 3
"""Samples that count as the beginning: of the first steps each is recorded or every second."""
UNPLANNED = 10_000
"""Steps that are taken as planned where the recording does not say: long for a first try, so
that a layer that cannot move in 10,000 steps is frozen for any number that is likely."""
AT_CHANCE = 0.05
"""A loss within this share of ln C is what guessing among C classes costs: a network that has
learned anything of note is further below, and one that is sure and wrong further above."""
UNLEARNED = 0.9
"""A loss above what guessing costs that is not a tenth under what it was at first either: of a
loss in another unit than nats, as of a regression, no more than this is asked."""
LEARNED_LOSS = 0.6
"""A loss of less than this share of what guessing costs, or of the first one where that is not
known, has been learned: whatever is still, the network did without. Of two equal classes it is
the loss at an accuracy of some 0.8."""
SAME = 1e-3
"""What comes out of a layer and differs by less than this share of its size from one example to
another is the same for all: a softmax of it tells them apart by a millionth of a nat."""
ROUNDING = 1e-6
"""What rounding alone may leave of that in float32: it does not count as growth."""
WAKING = 3.0
"""A gradient that has grown by this factor since it was first seen belongs to a layer that
begins at zero or behind one (ReZero, LoRA): it was held back for some steps, and is no
longer."""
HALF = 0.5
"""Most."""
SKIPPED = 0.5
"""A loss scaler that skips more steps than it makes looks for a scale that does not exist: it
halves the scale after each skip, so that a sound run skips a few at its start and then one in
thousands."""
ROUNDED_AWAY = 0.05
"""The optimizer's step by its own law is 20 times what the weights show: the rest was rounded
off. Adam's own law leaves a factor of 3 or 4 in doubt, momentum one of 10 the other way."""
ALWAYS = 0.95
"""A clip that acts on this share of the samples is no safeguard against the odd one but a part
of the learning rate."""
SAMPLES_FOR_ALWAYS = 20
SPIKE = 1.5
"""A loss of this many times the median of the samples before it, and SPIKE_SPREADS of their
spread above it, is no luck of the batch."""
LEAST_SPIKE = 0.1
"""Of the first loss: a spike that does not reach this share is one of a loss that is nearly
0."""
SPIKE_SPREADS = 8.0
SPIKE_WINDOW = 30
"""Samples before it that a spike is held against."""
RISEN = 3.0
"""A gradient of this many times its own median of before is where a spike began."""
FEWEST_FOR_SPIKE = 10
SCALE_STEPS = 2
"""Changes of the loss scale that the gradients have to follow before they are said to be
scaled."""
HALF_TYPES = ("float16", "bfloat16")
SMALL_MOVE = 1e-4
"""Layers that have moved less than this share of their length are named, with the figure."""
