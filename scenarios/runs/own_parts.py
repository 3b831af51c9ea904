"""A person's own parts in other processes: what a script has registered is registered there too,
before a task is done. Plug-ins need none of this: each process finds them by itself."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from ..errors import VglabError, printable
from ..i18n import _
from ..schema.vocabulary import PARTS, SCRIPT, OwnPart

T = TypeVar("T")
MAIN = "__main__"
KNOWN: set[bytes] = set()
"""What this worker has registered already."""


class PartStaysHere(VglabError, ValueError):
    """A part cannot be sent to another process."""


def with_parts(
    function: Callable[..., T], arguments: tuple[Any, ...], by_value: bool
) -> tuple[Callable[..., T], tuple[Any, ...]]:
    """What to call in a worker in place of function(*arguments), and with what.

    by_value: whether the worker cannot import this script. Raises PartStaysHere where a part
    cannot be sent.
    """
    if not any(part.source == SCRIPT for parts in PARTS.values() for part in parts.values()):
        return function, arguments
    return call_with_parts, (pack(by_value or is_interactive()), function, *arguments)


def is_interactive() -> bool:
    """Whether this is a notebook or a prompt, which no other process can import."""
    return not hasattr(sys.modules[MAIN], "__file__")


def pack(by_value: bool) -> bytes:
    """The calls that registered what scripts have registered, pickled."""
    from ..experiment.registering import CALLS

    calls = [(key, call) for key, call in CALLS.items() if PARTS[key[0]][key[1]].source == SCRIPT]
    try:
        if by_value:
            from cloudpickle import dumps  # a dependency of dask.distributed

            return dumps(calls)
        return pickle.dumps(calls)
    except Exception as error:
        names = ", ".join(name for (_kind, name), _call in calls)
        form = _(
            "{names}: cannot be sent to other processes ({error}); define the functions in a module"
            " of their own, or do with one worker"
        )
        raise PartStaysHere(form.format(names=names, error=type(error).__name__)) from error


def call_with_parts(packed: bytes, function: Callable[..., T], *arguments: Any) -> T:
    """What a worker does: register what is packed, then call the function. Raises PartStaysHere
    where this process cannot import what the parts are made of."""
    if packed not in KNOWN:
        try:
            calls = pickle.loads(packed)
        except (ImportError, AttributeError) as error:
            form = _("a registered part cannot be imported in this process: {error}")
            raise PartStaysHere(form.format(error=printable(str(error)))) from error
        for (kind, name), (call, given, more) in calls:
            call(*given, **more)
            PARTS[kind][name] = OwnPart(kind, name, SCRIPT)
        KNOWN.add(packed)
    return function(*arguments)
