"""Deprecated: `vglab.engine.training.optimizers`."""

from vglab.engine.deprecated import forward

__getattr__ = forward(__name__, "vglab.engine.training.optimizers")
