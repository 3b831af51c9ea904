"""What is the matter with a network, from its trace.

Read in this order: decay, movement, thresholds, standing, rules, diagnosis, precision.
"""

from ..deprecated import forward

__getattr__ = forward(__name__, f"{__name__}.diagnosis")  # 0.1 had these names here
