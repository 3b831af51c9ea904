"""Tasks carried out by a crew, results as they come.

Nothing here knows of files or screens: a generator that yields, as the engine's training does.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass, field

from ..errors import told
from ..i18n import _
from ..schema.spec import Scenario
from .executors import Crew, CrewError
from .results import Result
from .tasks import Task

Outcome = Result | str
"""What a run showed, or in one line why it could not be carried out."""
Work = Callable[[tuple[Scenario, ...]], list[Result]]
PATIENCE = 5
"""How many crews in a row may fail to take a task on."""
LIVES = 2
"""How many workers a run may take with it when it is alone in the crew."""


def measured(runs: tuple[Scenario, ...]) -> list[Result]:
    """What a worker does; the engine is loaded where the work is done."""
    from .train import measure

    return measure(runs)


def carried_out(
    tasks: Sequence[Task], crew: Crew, work: Work = measured
) -> Generator[tuple[int, Outcome]]:
    """Every run's number and outcome, as they come. Closes the crew at the end, however it ends.

    Raises CrewError where nobody is left to do the work.
    """
    campaign = Campaign(crew, work, deque(tasks))
    try:
        while campaign.waiting or campaign.suspects or campaign.flying:
            yield from campaign.advance()
    finally:
        crew.close()


@dataclass
class Campaign:
    """What is still to be done, and what is being done."""

    crew: Crew
    work: Work
    waiting: deque[Task]
    suspects: deque[Task] = field(default_factory=deque[Task])
    """What was being done when a worker was lost: one of these took it along, so each is tried
    again with nobody beside it."""
    flying: dict["Future[list[Result]]", Task] = field(
        default_factory=dict["Future[list[Result]]", Task]
    )
    lost: dict[int, int] = field(default_factory=dict[int, int])
    """Workers lost with a run alone, by its number."""
    refused: int = 0
    """Times in a row that no task was taken on."""

    def advance(self) -> Iterator[tuple[int, Outcome]]:
        """Give the crew what it has room for, and wait for what is done first.

        Raises CrewError where nobody is left to do it.
        """
        broken = self.give()
        done, _others = wait(self.flying, return_when=ALL_COMPLETED if broken else FIRST_COMPLETED)
        if not broken and any(map(is_lost, done)):  # all the others are lost, or done
            broken, (done, _others) = True, wait(self.flying)
        finished = [(self.flying.pop(future), future) for future in done]
        for task, future in finished:
            if not is_lost(future):
                yield from self.settle(task, future)
        if broken:
            self.crew.renew()
            yield from self.mourn([task for task, future in finished if is_lost(future)])

    def settle(self, task: Task, future: "Future[list[Result]]") -> Iterator[tuple[int, Outcome]]:
        """What came of a task that was carried out; of several runs one may have spoilt it."""
        if future.cancelled():
            raise CrewError(_("the cluster is gone"))
        error = future.exception()
        if error is None:
            yield from zip(task.numbers, future.result(), strict=True)
        elif len(task.runs) > 1:
            self.waiting.extendleft(task.alone())
        else:
            yield task.numbers[0], said(error)

    def give(self) -> bool:
        """Hand out tasks; a suspect only when nobody else is at work. True if nobody is there."""
        room = self.crew.room
        try:
            while self.suspects and not self.flying:
                self.hand_out(self.suspects)
            while self.waiting and not self.suspects and len(self.flying) < room:
                self.hand_out(self.waiting)
        except BrokenExecutor as error:
            self.refused += 1
            if self.refused > PATIENCE:
                raise CrewError(said(error)) from error
            return True
        self.refused = 0
        return False

    def hand_out(self, queue: deque[Task]) -> None:
        """The first task of a queue, which it leaves once it is taken on."""
        self.flying[self.crew.submit(self.work, queue[0].runs)] = queue[0]
        queue.popleft()

    def mourn(self, gone: list[Task]) -> Iterator[tuple[int, Outcome]]:
        """A worker was lost: find out which run takes workers along."""
        runs = [run for task in gone for run in task.alone()]
        if len(runs) == 1:
            (number,) = runs[0].numbers
            self.lost[number] = self.lost.get(number, 0) + 1
            if self.lost[number] == LIVES:
                yield number, _("its worker was killed, twice over (was there memory enough?)")
                return
        self.suspects.extend(runs)


def is_lost(future: "Future[list[Result]]") -> bool:
    """Whether the worker is gone that had the task."""
    return not future.cancelled() and isinstance(future.exception(), BrokenExecutor)


def said(error: BaseException) -> str:
    """An error in one line."""
    words = told(error) if isinstance(error, OSError) else str(error)
    return " ".join(words.split()) or type(error).__name__
