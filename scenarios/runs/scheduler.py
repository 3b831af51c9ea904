"""Tasks given to a crew, outcomes as they come: the one scheduler of runs, claims and rooms.

It knows neither files nor screens, and yields as the engine's training does.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from msgspec import Struct

from ..errors import one_line
from ..i18n import _
from .executors import Crew, CrewError

PATIENCE = 5
"""How many crews in a row may fail to take a task on."""
LIVES = 2
"""How many workers a run may take with it when it is alone in the crew."""

T = TypeVar("T")
R = TypeVar("R")


class Task(Struct, Generic[T], frozen=True):
    """Runs that one worker carries out at once."""

    numbers: tuple[int, ...]
    """Which of the runs they are."""
    runs: tuple[T, ...]

    def alone(self) -> "list[Task[T]]":
        """Every run as a task of its own."""
        return [Task((n,), (run,)) for n, run in zip(self.numbers, self.runs, strict=True)]


def schedule(
    tasks: Sequence[Task[T]], crew: Crew, work: Callable[[tuple[T, ...]], list[R]]
) -> Generator[tuple[int, R | str]]:
    """Every run's number with what `work` returned for it, or in one line why it failed, as they
    come. Closes the crew at the end, however it ends.

    Where a worker is killed, what it and the others had is tried again one by one, and a run that
    kills two has failed. Raises CrewError where no worker is left.
    """
    plan = Schedule(crew, work, deque(tasks), deque(), {})
    try:
        while plan.waiting or plan.suspects or plan.running:
            yield from plan.advance()
    finally:
        crew.close()


@dataclass
class Schedule(Generic[T, R]):
    """What is still to be done, and what is being done."""

    crew: Crew
    work: Callable[[tuple[T, ...]], list[R]]
    waiting: deque[Task[T]]
    suspects: deque[Task[T]]
    """What was being done when a worker was lost: one of these took it along, so each is tried
    again alone."""
    running: dict["Future[list[R]]", Task[T]]
    losses: dict[int, int] = field(default_factory=dict[int, int])
    """Workers lost with a run alone, by its number."""
    refusals: int = 0
    """Times in a row that no task was taken on."""

    def advance(self) -> Iterator[tuple[int, R | str]]:
        """Give the crew what it has room for, and wait for what is done first.

        Raises CrewError where no worker is left.
        """
        broken = self.fill()
        done, _others = wait(self.running, return_when=ALL_COMPLETED if broken else FIRST_COMPLETED)
        if not broken and any(map(is_lost, done)):  # all the others are lost, or done
            broken, (done, _others) = True, wait(self.running)
        finished = [(self.running.pop(future), future) for future in done]
        for task, future in finished:
            if not is_lost(future):
                yield from self.settle(task, future)
        if broken:
            self.crew.renew()
            yield from self.isolate([task for task, future in finished if is_lost(future)])

    def settle(self, task: Task[T], future: "Future[list[R]]") -> Iterator[tuple[int, R | str]]:
        """A finished task's outcomes; a failed task of several runs is queued again, run by run.

        Raises CrewError where the cluster has canceled it.
        """
        if future.cancelled():
            raise CrewError(_("the cluster no longer answers"))
        error = future.exception()
        if error is None:
            yield from zip(task.numbers, future.result(), strict=True)
        elif len(task.runs) > 1:
            self.waiting.extendleft(task.alone())
        else:
            yield task.numbers[0], one_line(error)

    def fill(self) -> bool:
        """Submit tasks, a suspect only while nothing else runs; whether the crew refused one.

        Raises CrewError after PATIENCE refusals in a row.
        """
        room = self.crew.room
        try:
            while self.suspects and not self.running:
                self.hand_out(self.suspects)
            while self.waiting and not self.suspects and len(self.running) < room:
                self.hand_out(self.waiting)
        except BrokenExecutor as error:
            self.refusals += 1
            if self.refusals > PATIENCE:
                raise CrewError(one_line(error)) from error
            return True
        self.refusals = 0
        return False

    def hand_out(self, queue: deque[Task[T]]) -> None:
        """Submit the first task of a queue and remove it. Raises BrokenExecutor; then it stays."""
        self.running[self.crew.submit(self.work, queue[0].runs)] = queue[0]
        queue.popleft()

    def isolate(self, tasks: list[Task[T]]) -> Iterator[tuple[int, R | str]]:
        """Queue the runs of tasks that a worker was lost with one by one; yields the failure of a
        run that has lost LIVES workers alone."""
        runs = [run for task in tasks for run in task.alone()]
        if len(runs) == 1:
            (number,) = runs[0].numbers
            self.losses[number] = self.losses.get(number, 0) + 1
            if self.losses[number] == LIVES:
                yield number, _("its worker process was killed twice (out of memory?)")
                return
        self.suspects.extend(runs)


def is_lost(future: "Future[list[R]]") -> bool:
    """Whether the worker is gone that had the task."""
    return not future.cancelled() and isinstance(future.exception(), BrokenExecutor)
