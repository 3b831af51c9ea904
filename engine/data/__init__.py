"""Data sets to learn from.

Read in this order: datasets (generated, and handwritten digits), tabular (a person's own).
"""

from ..deprecated import forward

__getattr__ = forward(__name__, f"{__name__}.datasets")  # 0.1 had these names here
