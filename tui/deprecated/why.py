"""Deprecated: `sentence` comes from `vglab.scenarios`."""

import warnings

from vglab.scenarios import sentence

__all__ = ["sentence"]

warnings.warn(
    f"{__name__} is deprecated: import from vglab.scenarios", DeprecationWarning, stacklevel=2
)
