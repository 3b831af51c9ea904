"""Deprecated: `load`, `presets` and `ScenarioError` come from `vglab.scenarios`."""

import warnings

from vglab.scenarios import ScenarioError, load, presets

__all__ = ["ScenarioError", "load", "presets"]

warnings.warn(
    f"{__name__} is deprecated: import from vglab.scenarios", DeprecationWarning, stacklevel=2
)
