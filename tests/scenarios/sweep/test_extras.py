"""Lines that hold theory and measures of layers: those of the run document, on request alone."""

import csv
import json
from io import BytesIO, StringIO
from pathlib import Path

import jsonschema
import msgspec
import pytest
import vglab
from pyarrow.parquet import read_table
from vglab.engine.measure.trace import MEASURES as ENGINE
from vglab.scenarios.documents import schemas
from vglab.scenarios.runs.results import Extras, NetworkResult
from vglab.scenarios.runs.theory_record import MEASURES
from vglab.scenarios.sweep.export import as_csv, as_parquet
from vglab.scenarios.sweep.store import Line, encode_line

QUICK = ["network.width=8", "network.depth=4", "training.steps=5", "run.replicas=2"]
OVER = {"network.gain": [0.5, 2.0]}
KEPT = ("delta_rms", "update_ratio")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep whose runs ride together, kept with both."""
    out = tmp_path_factory.mktemp("sweep") / "grid.jsonl"
    vglab.sweep("tanh", OVER, QUICK, out=out, measures=KEPT, theory=True)
    return out


def test_each_line_has_what_the_runs_document_has(path: Path) -> None:
    for text in path.read_bytes().splitlines():
        entry = msgspec.json.decode(text, type=Line)
        alone = ["run.replicas=1", f"run.seed={entry.seed}"]
        gain = f"network.gain={entry.at['network.gain']}"
        run = vglab.run("tanh", [*QUICK, *alone, gain]).document.networks["model"]
        seen = entry.networks["model"]
        assert seen.measures
        assert seen.measures_at_birth
        assert tuple(seen.measures) == tuple(seen.measures_at_birth) == KEPT
        for name in KEPT:
            (rows,) = getattr(run.measures, name)
            assert seen.measures[name] == pytest.approx(rows[-1], rel=1e-3)
            assert seen.measures_at_birth[name] == pytest.approx(rows[0], rel=1e-4)
        assert seen.theory
        assert run.theory
        assert seen.theory.rate == pytest.approx(run.theory.rate, rel=1e-6)
        assert seen.theory.delta_rms == pytest.approx(run.theory.delta_rms, rel=1e-4)
        assert seen.theory_missing is None
        jsonschema.validate(json.loads(encode_line(entry)), json.loads(schemas.sweep()))


def test_what_lines_lack_is_run_again_and_no_more(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "grid.jsonl"
    plain = vglab.sweep("tanh", OVER, QUICK, out=out)
    assert plain.lines[0].networks["model"].measures is msgspec.UNSET
    assert len(out.read_bytes().splitlines()) == 4
    more = vglab.sweep("tanh", OVER, QUICK, out=out, measures=["delta_rms"])
    assert len(out.read_bytes().splitlines()) == 8
    assert len("".join(as_csv(out)).splitlines()) == 1 + 4
    assert [one.loss for one in more.lines] == [one.loss for one in plain.lines]
    before = path.read_bytes()
    vglab.sweep("tanh", OVER, QUICK, out=path, measures=["update_ratio"])
    vglab.sweep("tanh", OVER, QUICK, out=path)
    assert path.read_bytes() == before


def test_where_there_is_no_law_the_word_is_kept() -> None:
    found = vglab.sweep("highway", {"network.gain": [1.0]}, QUICK, theory=True)
    model = found.lines[0].networks["model"]
    assert (model.theory, model.theory_missing) == (None, "highway")
    assert Extras(theory=True).are_in(found.lines[0])


def test_export_has_columns_for_them(path: Path) -> None:
    rows = [*csv.DictReader(StringIO("".join(as_csv(path))))]
    births = json.loads(rows[0]["networks.model.measures_at_birth.delta_rms"])
    assert len(births) == 5
    assert float(rows[0]["networks.model.theory.rate"]) > 0
    table = read_table(BytesIO(as_parquet(path))).to_pylist()
    assert table[0]["networks.model.measures_at_birth.delta_rms"] == births
    assert len(table[0]["networks.model.theory.band"]) == 5


def test_a_gan_keeps_both_networks() -> None:
    over = {"training.rate": [0.01]}
    (entry,) = vglab.sweep("gan-saturating", over, ["training.steps=2"], measures=["all"]).lines
    for net in entry.networks.values():
        assert isinstance(net, NetworkResult)
        assert net.measures
        assert tuple(net.measures) == MEASURES == ENGINE


def test_an_unknown_measure_is_refused() -> None:
    with pytest.raises(vglab.ScenarioError, match="did you mean delta_rms") as caught:
        vglab.sweep("tanh", OVER, QUICK, measures=["delta_rsm"])
    assert caught.value.faults[0].file == "--measure"
