"""Mean-field theory: what wide random networks do to signals and gradients.

Read in this order: mean_field, routes, propagation, correlations, finite_width, predictions.
"""

from ..deprecated import forward

__getattr__ = forward(__name__, f"{__name__}.predictions")  # 0.1 had these names here
