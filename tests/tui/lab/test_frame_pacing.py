"""When the lab asks for its next frame: never before the terminal has taken the last one."""

from collections.abc import Callable

from vglab.tui.lab.frame_pacing import FramePacing


class Line:
    """A terminal that takes what is written when it is told to, and a clock."""

    def __init__(self) -> None:
        self.waiting, self.asked = 0, 0
        self.timers: list[tuple[float, Callable[[], None]]] = []
        self.pacing = FramePacing(lambda: self.waiting, self.ask, self.set_timer)

    def ask(self) -> None:
        self.asked += 1

    def set_timer(self, seconds: float, call: Callable[[], None]) -> None:
        self.timers.append((seconds, call))

    def frame(self, looks: int) -> float:
        """A frame that the terminal takes after so many looks; how long was waited."""
        self.waiting, waited = int(looks > 0), 0.0
        self.pacing.settle()
        while self.timers:
            seconds, call = self.timers.pop()
            waited, looks = waited + seconds, looks - 1
            self.waiting = int(looks > 0)
            call()
        return waited


def test_a_line_that_keeps_up_is_asked_at_once() -> None:
    line = Line()
    assert [line.frame(0) for _ in range(5)] == [0.0] * 5
    assert line.asked == 5


def test_nothing_is_asked_while_the_terminal_has_not_taken_a_frame() -> None:
    line = Line()
    line.waiting = 1
    line.pacing.settle()
    assert (line.asked, len(line.timers)) == (0, 1)
    line.waiting = 0
    line.timers.pop()[1]()
    assert line.asked == 1


def test_a_line_that_is_late_again_and_again_gets_fewer_frames_until_it_keeps_up() -> None:
    line = Line()
    first, second, third = (line.frame(2) for _ in range(3))
    assert first == second < third
    assert line.frame(0) == 0.0
    assert line.frame(2) == first
    assert line.asked == 5
