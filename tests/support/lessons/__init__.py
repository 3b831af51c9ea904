"""What lessons say in figures, and where each figure comes from.

Read in this order: runs, quotes, then a chapter (the_problem, activations, weights, normalization,
skips, images_and_time, gans), then numbers.
"""

from .activations import ACTIVATION
from .gans import GANS
from .images_and_time import IMAGES_AND_TIME
from .normalization import NORMALIZATION
from .skips import SKIPS
from .the_problem import PROBLEM
from .weights import WEIGHTS

QUOTES = {
    **PROBLEM,
    **ACTIVATION,
    **WEIGHTS,
    **NORMALIZATION,
    **SKIPS,
    **IMAGES_AND_TIME,
    **GANS,
}
"""What each preset's lesson says, in the order in which it says it."""
