"""What a document has no place for is known before there is one, and nothing else is refused."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from vglab.scenarios import i18n as words
from vglab.scenarios.comparison.compare import Comparison, comparison
from vglab.scenarios.documents.run import RunDocument, document, encode
from vglab.scenarios.experiment.build import build
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.runs.train import measure
from vglab.scenarios.schema.expectation_types import check_path
from vglab.scenarios.schema.expectations import ExpectationError, look_up, parse
from vglab.scenarios.sweep.plan import plan
from vglab.scenarios.sweep.store import Line, line

TINY = ["network.width=4", "training.steps=2", "training.batch=4", "run.replicas=2"]
PRESETS = ["relu", "gan-wasserstein", "rnn", "layerwise", "own"]


def ends(here: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every value in a document, under its path; of a list, the last entry."""
    if isinstance(here, dict):
        for key, value in here.items():
            yield from ends(value, (*path, key))
    elif isinstance(here, list):
        yield from ends(here[-1], (*path, "-1")) if here else ()
    else:
        yield ".".join(path), here


def never_refused(found: Any, kind: type, of: str) -> None:
    """All that can be looked up was foretold, and what is a number may be compared as one."""
    places = [(path, value) for path, value in ends(found) if path.isascii()]
    assert len(places) > 5
    for path, value in places:
        number = isinstance(value, float | int) and not isinstance(value, bool)
        for wanted in (f"{path} == 3", *([f"{path} < 3"] if number or value is None else [])):
            look_up(parse(wanted), found)
            check_path(parse(wanted), kind, of)


@pytest.mark.slow
@pytest.mark.parametrize("preset", PRESETS)
def test_what_a_run_shows_is_never_refused(preset: str, tmp_path: Path) -> None:
    settings = [] if preset.startswith("gan") else TINY
    if preset == "own":
        own = tmp_path / "own.csv"
        own.write_text("a,y\n" + "1,u\n2,v\n" * 20)
        settings = [*TINY, f"data.path={own}"]
    scenario = load("relu" if preset == "own" else preset, [*settings, "training.steps=2"])
    experiment = build(scenario)
    for _ in experiment.steps:
        pass
    run = document(scenario, experiment, 1.0)
    never_refused(json.loads(encode(run)), RunDocument, scenario.kind)


@pytest.mark.parametrize("preset", ["relu", "gan-saturating"])
def test_nor_is_what_comparisons_and_sweeps_show(preset: str) -> None:
    scenario = load(preset, ["training.steps=2", "run.replicas=1"])
    (result,) = measure((scenario,))
    compared = comparison([scenario, scenario], [[result], [result]])
    never_refused(json.loads(msgspec.json.encode(compared)), Comparison, scenario.kind)
    swept = plan(preset, ["run.seed=0,1"], ["training.steps=2"], None)
    for outcome in (result, "why not"):
        entry = json.loads(msgspec.json.encode(line(swept, swept.runs[0], outcome, "1")))
        del entry["set"]  # keys with dots in them, which no condition can name
        never_refused(entry, Line, scenario.kind)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "networks.modle.rate < 1",
            "networks.modle does not exist: the keys here are model; did you mean",
        ),
        ("networks.model.diagnosis.rtae < 1", "…did you mean networks.model.diagnosis.rate?"),
        (
            "network.model.diagnosis.rate < 1",
            "network does not exist: the keys here are schema, version, ",
        ),
        ("acuracy.test.0.-1 > 0.9", "…; did you mean accuracy?"),
        (
            "accuracy.tset.0.-1 > 0.9",
            "accuracy.tset does not exist: the keys here are train, test; did you",
        ),
        (
            "accuracy.test.last.-1 > 0.9",
            "accuracy.test.last does not exist: it is a list; 0 is",
        ),
        ("seed.0 == 1", "seed.0 does not exist: there is nothing below it"),
        ("gan.distance.0.-1 < 1", "gan.distance does not exist: there is nothing below it"),
        ("spec.network.dpeth == 1", "…did you mean spec.network.depth?"),
        ("networks.model.layers.0.nmae == W1", "…did you mean networks.model.layers.0.name?"),
        (
            "networks.model == 1",
            "networks.model is not one value: the keys here are layers, measures, ",
        ),
        ("accuracy == 1", "accuracy is not one value: the keys here are train, test"),
        (
            "accuracy.test == 1",
            "accuracy.test is not one value: it is a list; 0 is the",
        ),
        ("networks.model.diagnosis.state < 3", "networks.model.diagnosis.state is not a number; "),
        ("finished > 0", "finished is not a number; for words use == or !="),
    ],
)
def test_what_has_no_place_is_refused(text: str, line: str) -> None:
    with pytest.raises(ExpectationError) as caught:
        check_path(parse(text), RunDocument, "classifier")
    said = str(caught.value)
    assert said.endswith(line[1:]) if line.startswith("…") else said.startswith(line)


def test_where_the_kind_is_not_known_names_are_let_pass() -> None:
    check_path(parse("networks.modle.diagnosis.rate < 1"), Line, "")
    check_path(parse("gan.distance < 1"), Line, "gan")
    check_path(parse("at.network < 1"), Line, "classifier")


def test_in_spanish() -> None:
    words.set_language("es")
    with pytest.raises(ExpectationError, match="es un solo valor: es una lista"):
        check_path(parse("accuracy.test == 1"), RunDocument, "classifier")
