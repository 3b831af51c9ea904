"""A job for workers in tests: it succeeds, fails, dies or hangs by the scenario's depth."""

import os
import signal
import time

from vglab.scenarios.runs.results import Result
from vglab.scenarios.schema.spec import Scenario

SOUND, FAILS, KILLS, SLOW = 1, 2, 3, 4
"""Depths, and what the job does for them."""


def work(runs: tuple[Scenario, ...]) -> list[Result]:
    """A result for each run, with the process id as its loss."""
    depths = {run.network.depth for run in runs}
    if KILLS in depths:
        os.kill(os.getpid(), signal.SIGKILL)
    if FAILS in depths:
        raise ValueError("this depth\nfails")
    if SLOW in depths:
        time.sleep(60)
    return [
        Result(
            accuracy={"test": 1.0},
            loss={"test": float(os.getpid())},
            gan={},
            networks={},
            diverged_at=None,
            seconds=0.0,
        )
        for _ in runs
    ]
