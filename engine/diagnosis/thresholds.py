"""Where a diagnosis draws its lines, and the evidence for each.

Thresholds were set on 125 random networks (6 activations, 3 to 30 layers of 32 units, σ_w² from ⅓
to 4, SGD and Adam, with and without normalization and skips, 1500 steps on three 2-D data sets)
and tried on 113 others; what is said of them below holds for both sets, where no other
networks are named.
"""

FROZEN_BUDGET = 1e-2
"""A layer that can move less than 1 % of its own length in the whole run stays as it was drawn. Of
27 networks whose slowest layer was under this at initialization, 25 stayed near chance and none
learned."""
FADED = 0.05
"""Where less than this of the signal arrives at the first layer, it is the signal that holds frozen
layers back. Where more arrives, training is over or the learning rate too small: in 42 trained
networks with frozen layers at least 8 % arrived."""
LOST = 3e-4
"""Adam and its kin move every layer, whatever arrives. Where less than this of the signal does, and
what goes forward is much the same for every example (the activations' mean is larger than their
spread), they move without learning: of 123 random networks all three of that kind were stuck at
chance and learned with other initial weights. Where examples differ, less of a signal is enough
(4e-7, with rmsprop and elu), and sigmoid with Adam learns the circles in six layers (4e-4) and not
in eight (2e-5)."""
FORGOTTEN = 1e-3
"""What a recurrent network's first step alone would move in the whole run, under which it teaches
nothing. Weights that learn from later steps open the way to it: a tenth of FROZEN_BUDGET is enough
for that. Of 20 recurrent networks the one that learned with the least had 0.0036; those stuck on
this account had 1.3e-4 and less."""
GROWN = 2.0
"""An error signal that arrives at the first layer not even twice as large is none that explodes: so
much is the luck of a draw in narrow layers. Where steps are too large for it, the learning rate is
to blame."""
TORN_STEP = 1.0
"""A step as long as the layer itself leaves nothing of what the layer had learned. 11 of 20
networks that diverged took one at initialization, and none that learned."""
DEAD_UNITS = 0.95
"""Of a deep ReLU layer half the units are off for a whole batch and it still learns; with nearly
all of them off, nothing passes."""
HALF_DEAD = 0.5
"""Of as many units of a layer that are off for a whole batch a network that has learned is told: it
learned with what was left."""
FAR = 1.0
"""A hidden layer that is its own length from where it began, and has learned nothing on the way,
was carried off by steps that were too long."""
NEAR = 0.1
"""Where no hidden layer is a tenth of its length from where it began, they have hardly moved."""
LEAST_STEPS = 100
"""After fewer steps no network is expected to have learned anything."""
PATIENCE = 0.5
"""Whether something is learned at all is not asked before half of the planned steps are made: many
networks that learn in the end guess for a good while."""
FLAT, HIDDEN = 10.0, 1e3
"""`grad_norm` within a factor of 10 looks flat in a chart of many decades; `delta_rms` that spans
1000 has all but vanished."""
