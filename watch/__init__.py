"""Watch a real training: per-layer gradients, error signals and updates of anybody's network, in a
file that `vglab watch` follows.

    from vglab.watch import watch          # PyTorch
    from vglab.watch import record         # any framework
    from vglab.watch import watch_optax    # JAX

Nothing but the standard library and the framework at hand is imported, and that only when one of
these names is asked for. Read in this order: recording (the file), layers, causes, budget; then the
folder pytorch, or records and jax_training.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .jax_training import watch_optax
    from .pytorch.probe import probe
    from .pytorch.watch import Watch, watch
    from .records import finish, record

NAMES = {
    "watch": "pytorch.watch",
    "Watch": "pytorch.watch",
    "probe": "pytorch.probe",
    "record": "records",
    "finish": "records",
    "watch_optax": "jax_training",
}
"""The module that each name is in."""

__all__ = ["Watch", "finish", "probe", "record", "watch", "watch_optax"]


def __getattr__(name: str) -> Any:
    if name not in NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{NAMES[name]}", __name__), name)
