"""A long call beside others, in a thread: NumPy lets go of the interpreter meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")


def in_a_thread(function: Callable[[], T]) -> Future[T]:
    """Make the call in a thread that does not keep the process from ending."""
    from concurrent.futures import Future

    future: Future[T] = Future()

    def call() -> None:
        try:
            future.set_result(function())
        except Exception as error:  # noqa: BLE001 - handed on to whoever asks for the result
            future.set_exception(error)

    Thread(target=call, daemon=True).start()
    return future
