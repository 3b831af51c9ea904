"""Files that are none, that never end, or that are made to take long: each is one line, soon."""

import os
from contextlib import suppress
from pathlib import Path
from time import monotonic

import pytest
from vglab.scenarios.errors import MOST_FAULTS, ScenarioError
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.sweep.export import as_csv
from vglab.scenarios.sweep.store import NoSweep


def complaint(path: Path | str, *settings: str) -> str:
    """What a file is refused with, in one line."""
    with pytest.raises(ScenarioError) as caught:
        load(path, settings)
    (fault,) = caught.value.faults
    assert "\n" not in str(fault)
    return str(fault)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe, child = tmp_path / "pipe.toml", tmp_path / "child.toml"
    os.mkfifo(pipe)
    child.write_text('extends = "pipe.toml"\n')
    assert complaint(pipe) == f"{pipe}: not a regular file"
    assert complaint(child) == f"{pipe}: not a regular file"
    for odd in (pipe, Path("/dev/zero")):
        with pytest.raises(NoSweep, match="not a regular file"):
            list(as_csv(odd))


def test_a_link_that_leads_round_is_called_one(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert complaint(tmp_path / "a") == f"{tmp_path / 'a'}: a broken link"


@pytest.mark.parametrize("part", ["a", '"a"', "a ", "\ta", "'a!'", r'"\u0061"'])
def test_a_key_of_many_parts_takes_no_time(tmp_path: Path, part: str) -> None:
    file = tmp_path / "long.toml"
    file.write_text("seed = 1\n" + ".".join([part] * 14_000) + " = 1\n")
    began = monotonic()
    assert complaint(file) == f"{file}: line 2: a key of too many parts"
    assert "not a key" in complaint("relu", f"{'a.' * 40}a=1")
    assert "not valid TOML" in complaint("relu", f"network.gain={{{'a.' * 40}a=1}}")
    assert monotonic() - began < 5


def test_a_long_word_takes_no_time(tmp_path: Path) -> None:
    file = tmp_path / "long.toml"
    began = monotonic()
    for text in ("x" * 120_000, "a.b " * 30_000, '\\"' * 60_000, "'" + "a" * 60_000):
        file.write_text(f'extends = "relu"\ntitle.en = "{text}"\n')
        with suppress(ScenarioError):
            load(file)
    assert monotonic() - began < 10


def test_of_many_faults_some_are_told_and_all_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text("[network]\n" + "".join(f"wrong{i} = {i}\n" for i in range(3000)))
    with pytest.raises(ScenarioError) as caught:
        load(file)
    assert len(caught.value.faults) == MOST_FAULTS + 1
    assert str(caught.value.faults[-1]) == f"{file}: and {3000 - MOST_FAULTS} more faults"


@pytest.mark.parametrize("text", ["{} = 1", 'title = "{}"', 'extends = "{}"'])
def test_a_long_word_is_not_repeated_whole(tmp_path: Path, text: str) -> None:
    file = tmp_path / "long.toml"
    file.write_text(text.format("x" * 100_000))
    assert len(complaint(file)) < 1500


def test_what_cannot_be_read_is_named() -> None:
    line = complaint("relu", "data.path=/proc/self/mem")
    assert line.startswith("--set: data.path: mem: the file cannot be read")
