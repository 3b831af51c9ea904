"""The results that a person has the lab keep between visits: a sweep's file with runs of any sweep.

Each line is one run, as in a sweep's file, with no axes: the digest names the whole experiment but
its seed. Where the file cannot be read or written, nothing is kept, and nothing is said of it.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from msgspec.structs import asdict

from ..errors import VglabError
from ..files import write_whole
from ..runs.results import Outcome, Result
from ..schema.spec import Scenario
from ..version import VERSION
from .plan import digest
from .store import SCHEMA, Ledger, Line, lines

MOST = 8 << 20
"""Bytes that the file may have; of a longer one the newer half is kept."""

Key = tuple[str, int]


class KeptResults:
    """The results in a file; none where there is no file to keep them in."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.results: dict[Key, Result] = {}
        if path is not None:
            with suppress(VglabError, OSError):
                shorten_file(path)
                self.results = dict(read_results(path))

    def find(self, run: Scenario) -> Result | None:
        """What a run of one replica has shown on an earlier visit; None where that is not kept."""
        return self.results.get(key_of(run)) if self.results else None

    def keep(self, run: Scenario, outcome: Outcome) -> None:
        """Keep what a run of one replica has shown; what could not be carried out is not kept."""
        if self.path is None or isinstance(outcome, str):
            return
        name, seed = self_key = key_of(run)
        if self_key in self.results:
            return
        self.results[self_key] = outcome
        entry = Line(
            schema=SCHEMA,
            version=VERSION,
            sweep=name,
            scenario=run.id,
            at={},
            seed=seed,
            **asdict(outcome),
        )
        with suppress(VglabError, OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with Ledger(self.path) as ledger:
                ledger.enter([entry])


def key_of(run: Scenario) -> Key:
    """What names a run of one replica."""
    return digest(run, ()), run.run.seed


def read_results(path: Path) -> Iterator[tuple[Key, Result]]:
    """The results that this release of vglab has measured."""
    if not path.is_file():
        return
    for one in lines(path):
        if one.version == VERSION and one.error is None and not one.at:
            figures = {name: getattr(one, name) for name in Result.__struct_fields__}
            yield (one.sweep, one.seed), Result(**figures)


def shorten_file(path: Path, most: int = MOST) -> None:
    """Keep the newer half of a file that has grown too long."""
    if path.is_file() and path.stat().st_size > most:
        data = path.read_bytes()[-most // 2 :]
        write_whole(path, [data[data.index(b"\n") + 1 :]], force=True)
