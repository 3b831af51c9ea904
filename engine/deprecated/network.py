"""Deprecated: `vglab.engine.nn.network`."""

from vglab.engine.deprecated import forward

__getattr__ = forward(__name__, "vglab.engine.nn.network")
