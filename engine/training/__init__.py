"""Training as a generator.

Read in this order: optimizers, supervised, stages, layerwise, spread.
"""

from ..deprecated import forward

__getattr__ = forward(__name__, f"{__name__}.supervised")  # 0.1 had these names here
