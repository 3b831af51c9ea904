"""Deprecated: `vglab.engine.nn.architecture`."""

from vglab.engine.deprecated import forward

__getattr__ = forward(__name__, "vglab.engine.nn.architecture")
