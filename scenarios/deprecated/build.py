"""Deprecated: `build` comes from `vglab.scenarios`."""

import warnings

from vglab.scenarios import build

__all__ = ["build"]

warnings.warn(
    f"{__name__} is deprecated: import from vglab.scenarios", DeprecationWarning, stacklevel=2
)
