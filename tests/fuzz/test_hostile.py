"""Whatever is put before a reader, it ends soon, with a result or with one line."""

import os
from time import process_time

import pytest
from fuzz import recordings
from fuzz.inputs import INPUTS, archived
from fuzz.targets import TARGETS
from hypothesis import HealthCheck, given, settings

SOON = 5
"""Seconds of the processor that no input may take."""
MANY = int(os.environ.get("VGLAB_FUZZ", "100000"))
"""Inputs of the long run, for each target: a few hours of one core for all of them."""
PIECES = 10
"""Parts of the long run, so that one that was interrupted goes on where it stopped."""
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def bombard(name: str, count: int, fixed: bool) -> None:
    """So many inputs for one target."""

    @settings(max_examples=count, derandomize=fixed, deadline=None, suppress_health_check=QUIET)
    @given({**INPUTS, **recordings.INPUTS}[name])
    def tried(data: bytes) -> None:
        started = process_time()
        TARGETS[name](data)
        assert process_time() - started < SOON

    tried()


@pytest.mark.sampled(8)
@pytest.mark.parametrize("name", TARGETS)
def test_nothing_breaks_a_reader(name: str) -> None:
    bombard(name, 150, fixed=True)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@pytest.mark.parametrize("piece", range(1, PIECES + 1))
@pytest.mark.parametrize("name", TARGETS)
def test_nothing_in_a_hundred_thousand_breaks_a_reader(name: str, piece: int) -> None:
    assert piece
    bombard(name, -(-MANY // PIECES), fixed=False)


@pytest.mark.parametrize("name", TARGETS)
def test_something_is_taken(name: str) -> None:
    sound = {
        "scenario": b'extends = "relu"',
        "setting": b"network.depth=3",
        "over": b"network.gain=0.5:3:11",
        "expectation": b"networks.model.diagnosis.rate < 0.3",
        "ledger": b"",
        "table": b"a,y\n1,u\n2,v\n",
        "loose_table": b"a,y\n1,1\n2,2\n",
        "archive": archived(),
        "command_line": b"show\x1frelu",
        "keyboard": b"q",
        **recordings.SOUND,
    }
    assert TARGETS[name](sound[name])
