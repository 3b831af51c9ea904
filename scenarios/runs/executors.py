"""Who carries out tasks: this process, processes beside it, or a Dask cluster.

A crew makes executors as `concurrent.futures` defines them, so whatever else is one will do too.
"""

import logging
import os
import signal
from collections.abc import Callable, Generator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from threading import Thread
from typing import Any, Protocol, TypeVar

from ..errors import VglabError, reason
from ..i18n import _
from .own_parts import with_parts

T = TypeVar("T")


class Lifeline(Protocol):
    """The end of a pipe that is only waited at."""

    def poll(self, timeout: float | None) -> bool: ...


class CrewError(VglabError, OSError):
    """No worker can take a task: one line that says why."""


class Crew(Protocol):
    """Carries out tasks until it is closed."""

    @property
    def room(self) -> int:
        """How many tasks it can be given before one is done."""
        ...

    def submit(self, function: Callable[..., T], *arguments: Any) -> "Future[T]":
        """Call the function in a worker. Raises BrokenExecutor where there is none left."""
        ...

    def renew(self) -> None:
        """Start new workers, after one was lost."""
        ...

    def close(self) -> None:
        """End all workers at once, and drop what they have not finished."""
        ...


def crew(workers: int) -> Crew:
    """Processes of their own for more than one worker; for one worker this process."""
    return Processes(workers) if workers > 1 else InProcess()


class InProcess:
    """This process itself: a task is done when it has been given."""

    room = 1

    def submit(self, function: Callable[..., T], *arguments: Any) -> "Future[T]":
        future: Future[T] = Future()
        try:
            future.set_result(function(*arguments))
        except Exception as error:  # noqa: BLE001 - as any executor, it hands on what was raised
            future.set_exception(error)
        return future

    def renew(self) -> None:
        """Nothing to start: this process is the worker."""

    def close(self) -> None:
        """Nothing to end."""


class Processes:
    """Processes of their own, started afresh (a fork would copy threads' locks in whatever state
    they are), and all of them before the first task: the pool cannot start one while it ends
    another that was killed.

    They end with the end of a pipe that nothing is written to: when the crew is closed, and when
    this process is killed.
    """

    def __init__(self, workers: int) -> None:
        self.room = workers
        self.hire()

    def hire(self) -> None:
        """Prepare for new processes. Raises CrewError where the system refuses."""
        context = get_context("spawn")
        theirs, self.lifeline = context.Pipe(duplex=False)
        try:
            with children_apart():
                self.complete = context.Event()
                self.pool = ProcessPoolExecutor(
                    self.room, context, start_worker, (theirs, self.complete)
                )
        except OSError as error:  # its semaphores are files there
            self.lifeline.close()
            form = _(
                "cannot start worker processes ({reason}): does /dev/shm exist, and is it "
                "writable? --workers 1 does without"
            )
            raise CrewError(form.format(reason=reason(error))) from error

    def submit(self, function: Callable[..., T], *arguments: Any) -> "Future[T]":
        try:
            work, given = with_parts(function, arguments, by_value=False)
            with children_apart():
                if not self.complete.is_set():
                    self.start_all()
                return self.pool.submit(work, *given)
        except OSError as error:  # it broke while a process was being started, or none could be
            raise BrokenExecutor(reason(error)) from error
        except ValueError as error:  # or its end took away a descriptor that the next one was given
            raise BrokenExecutor(str(error)) from error

    def start_all(self) -> None:
        """Start every process: the pool starts one for a task while no other is free, and none is
        before the crew is complete."""
        for _process in range(self.room):
            self.pool.submit(os.getpid)
        self.complete.set()

    def renew(self) -> None:
        self.close()
        self.hire()

    def close(self) -> None:
        self.lifeline.close()
        self.pool.shutdown(wait=True, cancel_futures=True)


SAFE_PATH = "PYTHONSAFEPATH"


@contextmanager
def children_apart() -> Generator[None]:
    """Keep the current folder off the path of Python processes started meanwhile: multiprocessing
    starts its own by `python -c`, which would look there first, for a random.py say. And keep
    Ctrl-C from them, which a terminal sends to all, before they can shut it out themselves."""
    before = os.environ.get(SAFE_PATH)
    os.environ[SAFE_PATH] = "1"
    mask = block_interrupts()
    try:
        yield
    finally:
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if before is None:
            del os.environ[SAFE_PATH]
        else:
            os.environ[SAFE_PATH] = before


def block_interrupts() -> "set[signal.Signals | int] | None":
    """Block Ctrl-C and a closed terminal for this thread and all it starts; what comes meanwhile
    waits. Gives the signals that were blocked before, or None where a system has no such thing.

    Workers, and the process that removes their semaphores, end when this one does.
    """
    if not hasattr(signal, "pthread_sigmask"):
        return None
    return {*signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGHUP))}


def start_worker(lifeline: Lifeline, complete: Event) -> None:
    """Initialize a worker process: ignore Ctrl-C, end when the lifeline closes, and take no task
    before all of the crew have been started."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=exit_with, args=(lifeline,), daemon=True).start()
    complete.wait()


def exit_with(lifeline: Lifeline) -> None:
    """End this process when the other end of the pipe is closed."""
    lifeline.poll(None)
    os._exit(0)


PATIENCE = 10
"""Seconds in which a scheduler must answer."""
NOISY = ("distributed", "tornado", "asyncio")
"""Loggers that print tracebacks when a cluster goes away; that it has is said in our own words."""
AHEAD = 3
"""Tasks a worker's thread is given at once: enough that it never waits for the next."""


class Cluster:
    """The workers behind a scheduler's address."""

    def __init__(self, address: str) -> None:
        """Raises CrewError where no scheduler answers, or dask.distributed is not installed."""
        try:
            from distributed import Client
        except ImportError as error:
            form = _("a cluster needs dask.distributed: pip install 'vglab[dask]'")
            raise CrewError(form) from error
        for name in {*NOISY, *logging.root.manager.loggerDict}:
            if name.startswith(NOISY):
                logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        try:
            self.client: Any = Client(address, timeout=PATIENCE)
        except (OSError, TypeError, ValueError) as error:  # tls:// without certificates is a type
            form = _("{address}: no Dask scheduler answers here")
            raise CrewError(form.format(address=address or '""')) from error
        self.refuse_strangers()
        self.executor: Any = self.client.get_executor(pure=False)

    def refuse_strangers(self) -> None:
        """Raises CrewError where a worker does not know vglab: it would fail at every run."""
        for worker, error in self.client.run(load_engine, on_error="return").items():
            if error is not None:
                self.close()
                form = _("worker {worker} cannot load vglab: {error}")
                raise CrewError(form.format(worker=worker, error=error))

    @property
    def room(self) -> int:
        """Tasks that the present workers can hold, at least AHEAD. Raises CrewError where the
        cluster is gone."""
        try:
            return AHEAD * max(1, sum(self.client.nthreads().values()))
        except OSError as error:
            raise CrewError(_("the cluster no longer answers")) from error

    def submit(self, function: Callable[..., T], *arguments: Any) -> "Future[T]":
        work, given = with_parts(function, arguments, by_value=True)
        return self.executor.submit(work, *given)

    def renew(self) -> None:
        """Nothing to start: Dask replaces workers by itself."""

    def close(self) -> None:
        self.client.close()


def load_engine() -> None:
    """Import what a run needs. Raises ImportError where the worker has no vglab."""
    from . import train as measuring

    del measuring
