"""A lab whose terminal is gone leaves, even where Textual would wait for that terminal for ever."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

STUCK = """
import asyncio, signal, sys, time
from lab_driver import Bench

async def end():
    bench = Bench()
    async with bench.app.run_test():
        bench.app.exit = lambda: time.sleep(60)
        bench.app._end(signal.Signals(int(sys.argv[1])), asyncio.get_running_loop())

asyncio.run(end())
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", [signal.SIGHUP, signal.SIGTERM])
def test_a_loop_that_is_stuck_does_not_hold_the_process(name: signal.Signals) -> None:
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "support")}
    before = time.monotonic()
    ended = subprocess.run([sys.executable, "-c", STUCK, str(int(name))], env=environ, timeout=50)
    assert ended.returncode == 128 + name
    assert time.monotonic() - before < 30
