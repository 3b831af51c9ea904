"""A line of a sweep's file, schema `vglab.sweep/1`: one run, where it stands and what it showed.

Every line says all that is needed to understand it, so files can be cut, joined and filtered with
the tools that people have.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from .axes import Value
from .carrying import Outcome
from .grid import Identity, Plan, Run, identity
from .results import Known, Net, Number, Result

SCHEMA = "vglab.sweep/1"


class Line(Known, frozen=True):
    """One run of a sweep. The figures are those of its last record."""

    schema: Literal["vglab.sweep/1"]
    version: Annotated[str, Meta(description="of vglab")]
    sweep: Annotated[
        str, Meta(description="names the experiment without its axes: the same throughout a file")
    ]
    scenario: Annotated[str, Meta(description="its id")]
    at: Annotated[dict[str, Value], Meta(description="the values of the axes, by dotted path")]
    seed: Annotated[int, Meta(description="of this run")]
    accuracy: Annotated[dict[str, Number], Meta(description="train, test; none for a GAN")]
    loss: Annotated[dict[str, Number], Meta(description="by the run document's names")]
    gan: Annotated[dict[str, Number], Meta(description="the game; none for a classifier")]
    networks: dict[str, Net]
    diverged_at: Annotated[
        int | None, Meta(description="first step with a loss not finite, or null")
    ]
    seconds: Annotated[float, Meta(description="of training; runs trained at once share them out")]
    error: Annotated[
        str | None,
        Meta(description="why the run could not be carried out; then there are no figures"),
    ] = None

    @property
    def identity(self) -> Identity:
        """What tells it from the sweep's other runs."""
        return identity(self.at, self.seed)


NOTHING = Result({}, {}, {}, {}, None, 0.0)
DECODER = msgspec.json.Decoder(Line)
START = f'{{"schema":"{SCHEMA}",'.encode()
"""What every line begins with."""


def line(plan: Plan, run: Run, outcome: Outcome, version: str) -> Line:
    """A run and its outcome."""
    failed = isinstance(outcome, str)
    result = NOTHING if failed else outcome
    return Line(
        schema=SCHEMA,
        version=version,
        sweep=plan.digest,
        scenario=run.scenario.id,
        at=dict(run.at),
        seed=run.scenario.run.seed,
        accuracy=result.accuracy,
        loss=result.loss,
        gan=result.gan,
        networks=result.networks,
        diverged_at=result.diverged_at,
        seconds=result.seconds,
        error=outcome if failed else None,
    )


def encoded(entry: Line) -> bytes:
    """As it stands in the file."""
    return msgspec.json.encode(entry) + b"\n"
