"""A long call beside others, in a thread: NumPy lets go of the interpreter meanwhile."""

from collections.abc import Callable
from threading import Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class Call(Generic[T]):
    """A call that a thread makes, which does not keep the process from ending."""

    def __init__(self, function: Callable[[], T]) -> None:
        self.function = function
        self.results: list[T] = []
        self.errors: list[Exception] = []
        self.thread = Thread(target=self.make, daemon=True)
        self.thread.start()

    def make(self) -> None:
        """Call, and keep what comes of it."""
        try:
            self.results.append(self.function())
        except Exception as error:  # noqa: BLE001 - handed on to whoever asks for the result
            self.errors.append(error)

    def done(self) -> bool:
        """Whether it has been made."""
        return not self.thread.is_alive()

    def result(self) -> T:
        """What it gave, as soon as it has; raises what it raised."""
        self.thread.join()
        for error in self.errors:
            raise error
        return self.results[0]
