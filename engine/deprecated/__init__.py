"""Import paths of 0.1, for one release: `vglab.engine` finds the modules of this folder too."""

import warnings
from collections.abc import Callable
from importlib import import_module


def forward(old: str, new: str) -> Callable[[str], object]:
    """A `__getattr__` for the module `old`: gives the public names of the module `new`, and warns.

    Raises AttributeError for a name that `new` has not.
    """

    def look_up(name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(f"module {old!r} has no attribute {name!r}")
        value: object = getattr(import_module(new), name)
        message = f"{old}.{name} is deprecated: import it from vglab.engine or {new}"
        warnings.warn(message, DeprecationWarning, stacklevel=2)
        return value

    return look_up
