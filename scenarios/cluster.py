"""A Dask cluster as a crew: the machines of a lab, a class or a computing centre.

dask.distributed's own executor speaks `concurrent.futures`, so a cluster needs little code. A
worker that dies is Dask's affair: its tasks go to another one. The extra is `vglab[dask]`.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from .crews import CrewError
from .words import _

T = TypeVar("T")

PATIENCE = 10
"""Seconds in which a scheduler must answer."""
AHEAD = 3
"""Tasks a worker's thread is given at once: enough that it never waits for the next."""


class Cluster:
    """The workers behind a scheduler's address."""

    def __init__(self, address: str) -> None:
        """Raises CrewError where nobody answers, or dask.distributed is not installed."""
        try:
            from distributed import Client
        except ImportError as error:
            form = _("a cluster needs dask.distributed: pip install 'vglab[dask]'")
            raise CrewError(form) from error
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            self.client: Any = Client(address, timeout=PATIENCE)
        except (OSError, ValueError) as error:
            form = _("{address}: no Dask scheduler answers here")
            raise CrewError(form.format(address=address)) from error
        self.refuse_strangers()
        self.executor: Any = self.client.get_executor(pure=False)

    def refuse_strangers(self) -> None:
        """Raises CrewError where a worker does not know vglab: it would fail at every run."""
        for worker, error in self.client.run(ready, on_error="return").items():
            if error is not None:
                self.close()
                form = _("worker {worker} cannot load vglab: {error}")
                raise CrewError(form.format(worker=worker, error=error))

    @property
    def room(self) -> int:
        """What the workers of the moment can hold; some, where none has come yet."""
        try:
            return AHEAD * max(1, sum(self.client.nthreads().values()))
        except OSError as error:
            raise CrewError(_("the cluster is gone")) from error

    def submit(self, function: Callable[..., T], *arguments: Any) -> "Future[T]":
        return self.executor.submit(function, *arguments)

    def renew(self) -> None:
        """Dask takes on others by itself."""

    def close(self) -> None:
        self.client.close()


def ready() -> None:
    """What a worker loads for a run."""
    from . import measuring

    del measuring
