"""Deprecated: `changes` comes from `vglab.scenarios`."""

import warnings

from vglab.scenarios import changes

__all__ = ["changes"]

warnings.warn(
    f"{__name__} is deprecated: import from vglab.scenarios", DeprecationWarning, stacklevel=2
)
