"""Deprecated: `document` and `encode` (here `encoded`) come from `vglab.scenarios`."""

import warnings

from vglab.scenarios import document
from vglab.scenarios import encode as encoded

__all__ = ["document", "encoded"]

warnings.warn(
    f"{__name__} is deprecated: import from vglab.scenarios", DeprecationWarning, stacklevel=2
)
