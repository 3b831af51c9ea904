"""A file of another kind, or in another form, is told by one line that says what it is."""

import gzip
import json
from pathlib import Path

import pytest
import vglab
from vglab.tui.cli.main import run

CSV = "a,b,label\n" + "1,2,x\n3,1,y\n" * 40
BASE = 'extends = "relu"\n'


def files(folder: Path) -> None:
    """One of each."""
    (folder / "own.csv.gz").write_bytes(gzip.compress(CSV.encode() * 9))
    (folder / "own.xlsx").write_bytes(b"PK\x03\x04\x14\x00\x06\xff")
    (folder / "spaces.csv").write_text(CSV.replace(",", " "))
    for name in ("own.csv.gz", "own.xlsx", "spaces.csv"):
        (folder / f"{name}.toml").write_text(f'{BASE}[data]\npath = "{name}"\n')
    (folder / "comma.toml").write_text(f"{BASE}[training]\nrate = 0,1 # as at home\n")
    (folder / "two.toml").write_text(f"{BASE}[training]\nrate = 0.1 steps = 2\n")
    (folder / "run.json").write_text('{"schema":"vglab.run/1","scenario":"relu"}\n')
    (folder / "sweep.jsonl").write_text('{"schema":"vglab.sweep/1","version":"1"}\n')
    (folder / "train.py").write_text("import torch\n")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("check own.csv.gz.toml", "own.csv.gz: a compressed file or a spreadsheet; unpack it"),
        ("check own.xlsx.toml", "own.xlsx: a compressed file or a spreadsheet; unpack it"),
        ("check spaces.csv.toml", "values are separated by commas, semicolons or tabs"),
        ("check comma.toml", "line 3, column 9: a number has a decimal point, as in 0.1"),
        ("check two.toml", "line 3, column 12: one key per line"),
        ("show run.json", "run.json: JSON; a scenario is TOML"),
        ("watch run.json --once", "run.json: a run's document, not a recording"),
        ("watch sweep.jsonl --once", "sweep.jsonl: a sweep's file: vglab plot and vglab export"),
        ("watch train.py --once", "train.py: a training script records itself by vglab.watch"),
        ("run", "Missing argument 'X'. name a preset or a file, as in vglab run relu"),
    ],
)
def test_what_a_file_is_is_said(
    command: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    files(tmp_path)
    assert run(command.split()) == 2
    told = "".join(capsys.readouterr())  # check lists faults on stdout
    assert told.count("\n") == 1
    assert said in told


def test_a_script_is_told_what_it_may_give() -> None:
    for wrong, said in (
        (lambda: vglab.run({"network": {}}), "not a dict"),
        (lambda: vglab.run("relu", 5), "settings are {'network.depth': 3}"),
        (
            lambda: vglab.run("relu", "network.depth=3"),
            "['network.depth=3'], not 'network.depth=3'",
        ),
    ):
        with pytest.raises(TypeError) as caught:
            wrong()
        assert said in str(caught.value)
    found = vglab.run("relu", {"network.depth": 2}, steps=1)
    with pytest.raises(KeyError, match="'critic' is no network of this run; there are: model"):
        found.measures_of("critic")
    with pytest.raises(ValueError, match=r"\.plot\(\)\.save\('x.svg'\) writes a file"):
        found.plot("x.svg")
    assert json.dumps(sorted(found.measures_of("model")))
