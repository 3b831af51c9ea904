"""The worker with recordings: frames of a file that grows, of several side by side, of a part."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from recordings import even, falling, header, layer, sample, samples, text, write
from vglab.scenarios.recordings import follower, reading
from vglab.tui.lab.layout import PANELS
from vglab.tui.protocol import (
    ABOUT,
    Command,
    Frame,
    Gather,
    Open,
    Pin,
    Ready,
    Refusal,
    Rival,
    Train,
    View,
    Want,
    Write,
    WriteResult,
)
from vglab.tui.render.styled_text import plain
from vglab.tui.worker import watch_session
from vglab.tui.worker.watch_session import WatchSession

WANTS = [*(Want(name, 50, 12) for name in (*PANELS, "signals", "layer"))]
VIEW = View(WANTS, ["grad_norm", "delta_rms"], "")


class Watcher:
    """A session whose clock is turned by hand."""

    def __init__(
        self, path: Path, *settings: str, view: View = VIEW, pipe: int | None = None
    ) -> None:
        self.session, self.now = WatchSession(pipe), 0.0
        self.tell(Open(1, str(path), [*settings], "en"), view)

    def tell(self, *orders: Command) -> None:
        for order in orders:
            self.session.obey(order)

    def answer(self) -> Any:
        for _turn in range(20):
            self.now += 1
            self.session.obey(Ready())
            self.session.work(self.now)
            found = self.session.answer(self.now, lambda: self.now)
            if found is not None:
                return found
        return None

    def frame(self) -> Frame:
        found = self.answer()
        assert isinstance(found, Frame), found
        return found


def shown(frame: Frame, panel: str) -> str:
    picture = frame.pictures[panel]
    return "\n".join(map(plain, [picture.title, *picture.lines]))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "run.jsonl", header(), *samples(50, 0.1, loss=2.303))


def test_a_recording_is_on_every_chart(path: Path) -> None:
    frame = Watcher(path).frame()
    assert all(any(map(plain, frame.pictures[want.panel].lines)) for want in WANTS)
    assert (frame.status.step, frame.status.planned, frame.status.rows) == (490, 1000, 50)
    assert frame.status.charts == ["update_ratio", "activations", "precision", "network"]
    assert frame.verdict
    assert frame.verdict.state == "vanishing"
    assert frame.verdict.forms[-1] == "4 of 8 frozen · try norm, skips, other weights"


def test_it_follows_the_file_and_holds_still(path: Path) -> None:
    watcher = Watcher(path)
    watcher.frame()
    assert watcher.answer() is None
    with path.open("ab") as file:
        file.write(text(sample(500, even(0.1))))
    assert watcher.frame().status.step == 500
    watcher.tell(Train(False))
    assert not watcher.frame().status.going
    with path.open("ab") as file:
        file.write(text(sample(510, even(0.1))))
    assert watcher.answer() is None


def test_it_looks_back(path: Path) -> None:
    watcher = Watcher(path)
    watcher.frame()
    watcher.tell(View(WANTS, ["grad_norm"], "", record=3, layer=2))
    frame = watcher.frame()
    assert (frame.status.step, frame.status.back) == (30, True)
    assert "layer 2/8 blocks.1.fc 64→64" in shown(frame, "layer")


def test_a_pattern_leaves_some_layers(path: Path) -> None:
    frame = Watcher(path, r"layers=\.[0-2]\.").frame()
    assert frame.status.depth == 3
    assert isinstance(Watcher(path, "layers=(").answer(), Refusal)


def test_layers_alone_are_shown_as_the_whole_is_judged(path: Path) -> None:
    for pattern in ("", r"layers=\.[1-3]\."):
        watcher = Watcher(path, *filter(None, [pattern]))
        assert "frozen" in shown(watcher.frame(), "layers")
        subject = watcher.session.subject
        assert subject
        found = subject.scene(VIEW).diagnosis
        assert found.state == "vanishing"
        assert found.frozen == ((1, 2, 3, 4) if not pattern else (1, 2, 3))


def test_a_run_is_held_against_another(path: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "after.jsonl", header(), *samples(30, 0.9, loss=falling()))
    watcher = Watcher(path)
    watcher.frame()
    watcher.tell(Pin(True), Open(2, str(other), [], "en", "kept"))
    frame = watcher.frame()
    assert frame.against == [f"pinned: {path}", "pinned: run.jsonl"]
    assert "═ pinned" in shown(frame, "layers")
    rivals = [Rival(str(each), []) for each in (path, other)]
    view = View([Want("compare", 100, 20)], ["grad_norm"], "")
    watcher.tell(Gather("compare", rivals, ticket=2), view)
    drawn = shown(watcher.frame(), "compare")
    assert "run.jsonl" in drawn
    assert "after.jsonl" in drawn
    assert "VANISHING" in drawn
    assert "HEALTHY" in drawn


@pytest.mark.parametrize(("end", "far"), [(1e9, True), (None, False)])
def test_a_diverged_recording_sets_no_axis_for_a_healthy_one(
    tmp_path: Path, end: float | None, far: bool
) -> None:
    growing = [sample(10 * n, even(0.9), loss=2.0 * 10**n) for n in range(9)]
    blown = write(tmp_path / "blown.jsonl", header(), *growing, sample(90, even(0.9), loss=end))
    well = write(tmp_path / "well.jsonl", header(), *samples(30, 0.9, loss=falling()))
    watcher = Watcher(blown)
    watcher.frame()
    watcher.tell(Pin(True), Open(2, str(well), [], "en", "kept"))
    drawn = shown(watcher.frame(), "learning")
    assert "pinned" in drawn
    assert ("1e10" in drawn) is far, "what diverged goes off the axis of the other"


def test_runs_side_by_side_are_followed_until_the_last_has_ended(
    path: Path, tmp_path: Path
) -> None:
    end = {"finished": True, "step": 500}
    done = write(tmp_path / "done.jsonl", header(), *samples(30), end)
    watcher = Watcher(done)
    assert watcher.frame().status.finished
    rivals = [Rival(str(each), []) for each in (done, path)]
    watcher.tell(Gather("compare", rivals, ticket=2), VIEW)
    assert not watcher.frame().status.finished
    with path.open("ab") as file:
        file.write(text(end))
    assert watcher.frame().status.finished


def test_a_training_that_was_killed_is_told_by_its_silence(path: Path) -> None:
    watcher = Watcher(path)
    plainly = watcher.frame().verdict.forms
    os.utime(path, (0, time.time() - 300))
    frame = watcher.frame()
    forms = frame.verdict.forms
    assert forms[-1] == plainly[-1]
    assert forms[:-1] == [f"nothing new for 5 min: {form}" for form in plainly[: len(forms) - 1]]
    assert frame.status.silence == "nothing new for 5 min"
    with path.open("ab") as file:
        file.write(text({"finished": True, "step": 500}))
    os.utime(path, (0, time.time() - 9000))
    frame = watcher.frame()
    assert (frame.verdict.forms, frame.status.silence) == (plainly, "")


def test_runs_side_by_side_are_silent_when_all_are_that_go_on(path: Path, tmp_path: Path) -> None:
    other, done = (write(tmp_path / f"{name}.jsonl", header(), *samples(9)) for name in "ab")
    with done.open("ab") as file:
        file.write(text({"finished": True, "step": 500}))
    for each, ago in ((path, 300), (done, 9000)):
        os.utime(each, (0, time.time() - ago))
    watcher = Watcher(path)
    rivals = [Rival(str(each), []) for each in (path, other, done)]
    watcher.tell(Gather("compare", rivals, ticket=2), VIEW)
    assert watcher.frame().status.silence == ""
    os.utime(other, (0, time.time() - 7000))
    assert watcher.frame().status.silence == "nothing new for 5 min"


def test_a_pipe_that_ends_is_no_longer_followed(path: Path) -> None:
    out, into = os.pipe()
    os.write(into, path.read_bytes())
    watcher = Watcher(Path("-"), pipe=out)
    assert not watcher.frame().status.finished
    os.close(into)
    assert watcher.frame().status.finished


def test_files_are_written_of_it(path: Path, tmp_path: Path) -> None:
    watcher = Watcher(path)
    watcher.frame()
    found = []
    for chart in (None, "layers", "history", "learning", "inside"):
        watcher.tell(Write(str(tmp_path / f"{chart}.out"), chart))
        result = watcher.answer()
        assert isinstance(result, WriteResult)
        assert result.path
        found.append(Path(result.path).read_text())
    assert json.loads(found[0])["schema"] == "vglab.watch/1"
    assert found[1].splitlines()[1].split(",")[:3] == ["490", "1", "blocks.0.fc"]
    assert found[3].splitlines()[0] == "step,loss,rate"


def test_every_chart_is_explained(path: Path) -> None:
    for panel in (*PANELS, "signals"):
        wants = [*WANTS, Want(ABOUT + panel, 90, 20)]
        frame = Watcher(path, view=View(wants, ["grad_norm"], "", layer=2)).frame()
        said = frame.pictures[ABOUT + panel].lines
        assert len(said) > 3
        assert "× – by" not in " ".join(map(plain, said)), "factors that nobody measured"


def test_without_layers_the_charts_say_how_to_have_them(tmp_path: Path) -> None:
    bare = write(
        tmp_path / "run.jsonl", header([]), {"step": 0, "loss": 1.0}, {"step": 1, "loss": 0.9}
    )
    frame = Watcher(bare).frame()
    assert "from vglab.watch import watch" in shown(frame, "layers").replace("\n", " ")
    assert "loss" in shown(frame, "learning")


def test_a_file_with_nothing_in_it_yet(tmp_path: Path) -> None:
    path = write(tmp_path / "run.jsonl")
    path.write_bytes(b"")
    watcher = Watcher(path)
    frame = watcher.frame()
    assert frame.verdict
    assert frame.verdict.state == "unknown"
    path.write_bytes(text(header([layer(n, 1) for n in range(2)]), sample(0, even(1, 2))))
    assert watcher.frame().status.depth == 2


def test_a_pipe_is_followed(path: Path) -> None:
    out, into = os.pipe()
    os.write(into, path.read_bytes())
    watcher = Watcher(Path("-"), pipe=out)
    assert watcher.frame().status.rows == 50
    os.close(into)
    watcher.now += 1
    watcher.session.work(watcher.now)
    watcher.session.close()


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    found = Watcher(tmp_path / "no.jsonl").answer()
    assert isinstance(found, Refusal)
    assert found.text.endswith("no such file")


@pytest.mark.parametrize("own", [False, True])
def test_a_verdict_that_rests_on_a_first_look_says_so(
    own: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LONG", 100_000)
    monkeypatch.setattr(follower, "PIECE", 100_000)
    monkeypatch.setattr(watch_session, "PIECE", 0.0)
    path = tmp_path / "run.jsonl"
    lines = [{"step": k, "loss": 2.0, "grad_norm": {"a": 1.0, "b": 2.0}} for k in range(9000)]
    path.write_bytes(text(*lines) if own else text(header(), *samples(1200, loss=falling())))
    watcher = Watcher(path)
    first = watcher.frame()
    assert first.status.step > 900, "the whole of the file is shown"
    assert all("first look, " in form and " MB read: " in form for form in first.verdict.forms)
    for _turn in range(100):
        watcher.session.work(watcher.now)
    assert not any("first look" in form for form in watcher.frame().verdict.forms)


def test_a_chart_of_what_was_not_recorded_is_not_offered(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(text(*({"step": k, "loss": 2.0, "grad_norm": {"a": 1.0}} for k in range(9))))
    assert "update_ratio" not in Watcher(path).frame().status.charts
    path = write(tmp_path / "run.jsonl", header(), *samples(9))
    assert "update_ratio" in Watcher(path).frame().status.charts
