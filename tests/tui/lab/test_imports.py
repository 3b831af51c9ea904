"""The two processes of the lab load what is theirs, in the right order."""

from shell import python

OPENING = """
import subprocess, sys
from vglab.tui.lab.launch import open_lab

def popen(*args, **kwargs):
    print(args[0][1:], *sorted({"numpy", "textual", "asyncio"} & {*sys.modules}))
    raise SystemExit

subprocess.Popen = popen
open_lab("deep-sigmoid")
"""

FIRST_FRAME = """
import sys, time
from vglab.tui.lab.state import Controls
from vglab.tui.worker.session import Session
from vglab.tui.protocol import Frame
session, controls = Session(), Controls(["deep-sigmoid"], "en", [])
controls.size = (120, 40)
for order in controls.first_orders():
    session.obey(order)
frame = None
while frame is None:
    session.work(time.monotonic())
    frame = session.answer(time.monotonic(), time.monotonic)
print(type(frame) is Frame, *sorted({"numpy.ma", "multiprocessing"} & {*sys.modules}))
"""


def test_the_screen_loads_neither_numpy_nor_plotext() -> None:
    said = python(
        "import sys, vglab.tui.lab.app, vglab.tui.lab.launch, vglab.tui.lab.scenario_list as c\n"
        "c.list_scenarios('deep-sigmoid').facts(0)\n"
        "print(*sorted({'numpy', 'plotext', 'textual', 'vglab.engine'} & {*sys.modules}))"
    )
    assert said.split() == ["textual"]


def test_the_worker_loads_no_textual() -> None:
    said = python(
        "import sys, vglab.tui.worker.__main__, vglab.tui.worker.session\n"
        "print(*sorted({'numpy', 'plotext', 'textual', 'rich', 'click'} & {*sys.modules}))"
    )
    assert said.split() == ["numpy", "plotext"]


def test_the_worker_loads_what_a_room_needs_when_one_is_entered() -> None:
    said = python(
        "import sys, vglab.tui.worker.__main__, vglab.tui.worker.session\n"
        "WHAT = ('phase_diagram', 'remedies', 'claims')\n"
        "rooms = {f'vglab.tui.worker.rooms.{name}' for name in WHAT}\n"
        "others = {'multiprocessing', 'concurrent', 'numpy.ma'}\n"
        "print(*sorted((rooms | others) & {*sys.modules}))"
    )
    assert said.split() == []


def test_the_worker_is_started_before_textual_is_loaded() -> None:
    assert python(OPENING).strip() == "('-P', '-m', 'vglab.tui.worker')"


def test_the_first_frame_loads_nothing_more() -> None:
    assert python(FIRST_FRAME).split() == ["True"]
