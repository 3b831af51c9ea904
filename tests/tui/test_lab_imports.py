"""The two processes of the lab load what is theirs, in the right order."""

from shell import python

OPENING = """
import subprocess, sys
from vglab.tui.app import open_lab

def popen(*args, **kwargs):
    print(args[0][1:], *sorted({"numpy", "textual", "asyncio"} & {*sys.modules}))
    raise SystemExit

subprocess.Popen = popen
open_lab("deep-sigmoid")
"""

FIRST_FRAME = """
import sys, time
from vglab.tui.controls import Controls
from vglab.tui.session import Session
from vglab.tui.wire import Frame
session, controls = Session(), Controls(["deep-sigmoid"], "en", [])
controls.size = (120, 40)
for order in controls.beginning():
    session.obey(order)
frame = None
while frame is None:
    session.work(time.monotonic())
    frame = session.answer(time.monotonic(), time.monotonic)
print(type(frame) is Frame, *sorted({"numpy.ma", "multiprocessing"} & {*sys.modules}))
"""


def test_the_screen_loads_neither_numpy_nor_plotext() -> None:
    said = python(
        "import sys, vglab.tui.lab, vglab.tui.app, vglab.tui.catalogue as c\n"
        "c.catalogue('deep-sigmoid').facts(0)\n"
        "print(*sorted({'numpy', 'plotext', 'textual', 'vglab.engine'} & {*sys.modules}))"
    )
    assert said.split() == ["textual"]


def test_the_worker_loads_no_textual() -> None:
    said = python(
        "import sys, vglab.tui.worker\n"
        "print(*sorted({'numpy', 'plotext', 'textual', 'rich', 'click'} & {*sys.modules}))"
    )
    assert said.split() == ["numpy", "plotext"]


def test_the_worker_loads_what_a_room_needs_when_one_is_entered() -> None:
    said = python(
        "import sys, vglab.tui.worker\n"
        "rooms = {f'vglab.tui.{name}' for name in ('diagram', 'ranking', 'proving')}\n"
        "others = {'vglab.tui.explaining', 'multiprocessing', 'concurrent', 'numpy.ma'}\n"
        "print(*sorted((rooms | others) & {*sys.modules}))"
    )
    assert said.split() == []


def test_the_worker_is_started_before_textual_is_loaded() -> None:
    assert python(OPENING).strip() == "('-m', 'vglab.tui.worker')"


def test_the_first_frame_loads_nothing_more() -> None:
    assert python(FIRST_FRAME).split() == ["True"]
