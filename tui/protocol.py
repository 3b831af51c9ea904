"""What the lab's screen and its worker say to each other, and how it is framed on a pipe.

The screen says what it wants; the worker answers with finished lines of text. No array, no scenario
object and no code crosses: only these typed records, in MessagePack, each behind its length.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

import msgspec

from .render.styled_text import Line, Lines

ABOUT = "about "
"""Before a panel's name: not the panel, but what there is to say of it."""

_LENGTH = 4


class Open(msgspec.Struct, tag=True, frozen=True):
    """Build this scenario and hold it; later frames carry the ticket."""

    ticket: int
    scenario: str
    settings: list[str]
    lang: str
    reference: str = "none"
    """What it is held against: `before`, the run that is left; `kept`, what is the reference
    already; `none`."""
    base: list[str] | None = None
    """What is set over the scenario that it extends, which is its ghost; None: there is none."""
    run: int = 0
    """Which of its runs: one that was left goes on where it stood, a number that is new begins
    anew."""


class Pin(msgspec.Struct, tag=True, frozen=True):
    """Hold what comes against the present run; or let it go."""

    on: bool


class Rival(msgspec.Struct, frozen=True):
    """A scenario, and what is set over it."""

    scenario: str
    settings: list[str]


class Gather(msgspec.Struct, tag=True, frozen=True):
    """Begin what a room of many runs shows; None: end it."""

    room: str | None
    rivals: list[Rival] = []
    gains: list[float] = []
    depths: list[int] = []
    ticket: int = 0
    keep: str = ""
    """The file in which results are kept between visits; nothing where they are not."""


class Write(msgspec.Struct, tag=True, frozen=True):
    """Write the run document so far, or the numbers of a chart, as a new file."""

    path: str
    chart: str | None = None
    """A panel or a room; None: the run document."""
    drawn: bool = False
    """Whether it is the chart as a vector figure, not its numbers."""


class Train(msgspec.Struct, tag=True, frozen=True):
    """Train, or hold still."""

    going: bool


class Step(msgspec.Struct, tag=True, frozen=True):
    """Make one training step, and hold still."""


class Pace(msgspec.Struct, tag=True, frozen=True):
    """Train that number of steps a second; None: as fast as it goes."""

    rate: float | None


class Want(msgspec.Struct, frozen=True):
    """One panel, at one size in cells."""

    panel: str
    columns: int
    rows: int


class View(msgspec.Struct, tag=True, frozen=True):
    """What is to be drawn from now on."""

    wants: list[Want]
    measures: list[str]
    """What the per-layer chart shows, bars first; the heat map shows the first."""
    inner: str
    """What the fourth panel shows."""
    network: int = 0
    """Which of the run's networks, where there are several."""
    shades: bool = False
    """Whether shapes must say what colors cannot (sixteen colors)."""
    record: int | None = None
    """Which recorded row is looked back at; None: the last one, whatever it is."""
    layer: int | None = None
    """Which layer is singled out, from 1 at the input."""
    forward: bool = False
    """Whether the walk through the network follows the signal or the error signal."""
    lang: str = "en"
    ascii: bool = False
    """Whether nothing but ASCII may be drawn."""
    place: tuple[int, int] = (0, 0)
    """The place of the phase diagram that is pointed to: across, up."""
    claim: int = 0
    """The claim that is pointed to."""
    unfolded: bool = False
    """Whether the figures of that claim are shown."""
    rank: int = 0
    """The entrant of the tournament that is pointed to: 0 is the best."""
    compared: str = "gradient"
    """What is compared side by side: `gradient`, `loss` or `accuracy`."""
    colorless: bool = False
    """Whether there are no colors at all."""
    common: bool = True
    """Whether axes are the chapter's, with the scenario's base as a ghost."""
    asks: list[str] = []
    """Paths of the run document whose values are wanted."""


class Ready(msgspec.Struct, tag=True, frozen=True):
    """The last frame is on the screen: the next one may come."""


Command = Open | Pin | Gather | Write | Train | Step | Pace | View | Ready


class Picture(msgspec.Struct, frozen=True):
    """A panel, drawn."""

    title: Line
    caption: Line
    lines: Lines
    time: tuple[int, int, int] | None = None
    """Where its time axis begins and how many columns it has, and the step it ends at."""
    layers: tuple[int, int, int] | None = None
    """Where its layers begin and how many columns they take side by side, and how many there
    are."""


class Status(msgspec.Struct, frozen=True):
    """Where the training is."""

    step: int
    planned: int
    going: bool
    finished: bool
    speed: float
    """Steps made per second, of late."""
    loss: float | None
    accuracy: float | None
    networks: list[str]
    rows: int = 1
    """Rows recorded so far."""
    every: int = 1
    """Steps from one row to the next."""
    recorded: int = 0
    """The step of the last one."""
    back: bool = False
    """Whether an earlier row than the last is looked at."""
    depth: int = 0
    """Layers of the network that is looked at."""
    charts: list[str] = []
    """What the fourth panel can show of this scenario."""
    tabs: list[str] = []
    """What these are called."""
    story: str = ""
    """The one of them that tells its story."""
    silence: str = ""
    """For how long nothing has come of a recording that has not ended, in words."""


class Verdict(msgspec.Struct, frozen=True):
    """The diagnosis in words, longest form first."""

    state: str
    forms: list[str]
    remedy: list[str] = []
    """What the remedy states that a key tries, as `--set` takes it; nothing where there is none."""
    unadvised: list[str] = []
    """The same forms without what to try next; nothing where they are none other."""
    frozen: bool = False
    """Whether charts hatch bars of it, as those layers are not going to move."""


class Frame(msgspec.Struct, tag=True, frozen=True):
    """Everything that changed since the frame before."""

    ticket: int
    status: Status
    pictures: dict[str, Picture]
    verdict: Verdict | None = None
    against: list[str] = []
    """What differs from the reference, and what that did: the longest form first."""
    factors: dict[str, float] = {}
    """The factor per layer: at initialization, now, by theory (see lab/screens/guess.py)."""
    critical: list[tuple[float, int]] = []
    """Of the phase diagram: the critical gain at each depth."""
    standings: list[list[str]] = []
    """Of the tournament: what each entrant states, as `--set` takes it, the best first."""
    measured: dict[str, float | int | str | bool | None] = {}
    """The values at the paths that were asked for; what is not there yet is left out."""


class Refusal(msgspec.Struct, tag=True, frozen=True):
    """The scenario of this ticket cannot be run, and why."""

    ticket: int
    text: str


class WriteResult(msgspec.Struct, tag=True, frozen=True):
    """A file that was asked for: where it is, or why it is not."""

    path: str = ""
    reason: str = ""


Answer = Frame | Refusal | WriteResult

Message = TypeVar("Message")
_encoder = msgspec.msgpack.Encoder()


def pack(message: Command | Answer) -> bytes:
    """A message behind its length."""
    body = _encoder.encode(message)
    return len(body).to_bytes(_LENGTH, "big") + body


class Inbox(Generic[Message]):
    """Takes bytes in pieces of any size, gives whole messages."""

    def __init__(self, decoder: msgspec.msgpack.Decoder[Message]) -> None:
        self._decoder = decoder
        self._pending = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that `data` completes."""
        self._pending += data
        while len(self._pending) >= _LENGTH:
            end = _LENGTH + int.from_bytes(self._pending[:_LENGTH], "big")
            if len(self._pending) < end:
                return
            body = bytes(self._pending[_LENGTH:end])
            del self._pending[:end]
            yield self._decoder.decode(body)


def commands() -> Inbox[Command]:
    """The worker's inbox."""
    decoder: msgspec.msgpack.Decoder[Command] = msgspec.msgpack.Decoder(Command)
    return Inbox(decoder)


def answers() -> Inbox[Answer]:
    """The screen's inbox."""
    decoder: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)
    return Inbox(decoder)


STEPS = "steps"
"""How often the factor counts on the way from the last hidden layer to the first."""
