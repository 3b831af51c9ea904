"""`vglab --scenario X --json` prints one strict document that says what was measured."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from shell import QUICK, CommandResult
from vglab.engine.diagnosis.rules import RULES
from vglab.engine.measure.trace import MEASURES
from vglab.engine.training.supervised import Experiment
from vglab.scenarios.documents.run import ExplainedDiagnosis, Measures, document, encode
from vglab.scenarios.documents.schemas import SCHEMAS
from vglab.scenarios.experiment.build import build
from vglab.scenarios.experiment.theory import predict
from vglab.scenarios.loading.changes import presets
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.runs.theory_record import Prediction
from vglab.scenarios.schema.spec import Scenario
from vglab.tui.cli.report import report

Ask = Callable[..., CommandResult]
SCHEMA = Draft202012Validator(json.loads(SCHEMAS["run"]()))
SETTINGS = [word for word in QUICK if "=" in word] + ["training.steps=6"]
EXPLODES = ["training.rate=1e30", "network.activation=relu", "network.init=he"]
EXPLODES += ["training.steps=60", "network.loss=squared"]


def strict(text: str | bytes) -> Any:
    """JSON, refusing the NaN and Infinity that Python would let through."""

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    return json.loads(text, parse_constant=refuse)


def trained(*settings: str, steps: int | None = None) -> tuple[Scenario, Experiment]:
    """A scenario and its experiment, after all steps or so many of them."""
    scenario = load("deep-sigmoid", [*SETTINGS, *settings])
    experiment = build(scenario)
    for taken, _upto in enumerate(experiment.steps, 1):
        if taken == steps:
            break
    return scenario, experiment


def documented(*settings: str, steps: int | None = None) -> Any:
    """The run document as a program reads it, after it was held against the schema."""
    run = strict(encode(document(*trained(*settings, steps=steps), seconds=1.5)))
    SCHEMA.validate(run)
    return run


def test_the_document_says_what_was_run_and_measured() -> None:
    run = documented("run.replicas=3", "run.seed=5", "run.record_every=2")
    assert (run["schema"], run["scenario"]) == ("vglab.run/1", "deep-sigmoid")
    assert (run["seed"], run["replicas"], run["dtype"]) == (5, 3, "float32")
    assert run["spec"]["network"]["depth"] == 3
    assert run["records"] == [0, 2, 4, 6]
    assert (run["finished"], run["diverged_at"]) == (True, None)
    assert np.shape(run["loss"]["train"]) == np.shape(run["accuracy"]["test"]) == (3, 4)
    model = run["networks"]["model"]
    assert [layer["name"] for layer in model["layers"]] == ["W1", "W2", "W3", "W4"]
    assert [layer["kind"] for layer in model["layers"]] == ["dense"] * 3 + ["output"]
    assert {name: np.shape(m) for name, m in model["measures"].items()} == dict.fromkeys(
        MEASURES, (3, 4, 4)
    )
    assert run["seconds"]["total"] == 1.5


def test_numbers_are_the_traces() -> None:
    scenario, experiment = trained("run.replicas=2")
    run = document(scenario, experiment, seconds=0.0)
    seen = experiment.trace.networks["model"].measures
    for name in MEASURES:
        written = np.array(getattr(run.networks["model"].measures, name), np.float64)
        np.testing.assert_array_equal(written, seen[name].transpose(1, 0, 2))
    np.testing.assert_array_equal(np.array(run.loss["test"]), experiment.trace.loss["test"].T)


def test_the_records_say_in_which_order_the_contract_lists_keys() -> None:
    run = documented()
    promised = [
        *("schema", "version", "scenario", "title", "spec", "seed", "replicas", "dtype", "records"),
        *("loss", "accuracy", "networks", "diverged_at", "finished", "seconds"),
    ]
    assert [*run] == [*promised, "computed_in"]
    promised = ["layers", "measures", "theory", "diagnosis"]
    extended = ["precision", "float32_error", "theory_missing"]
    assert [*run["networks"]["model"]] == [*promised, *extended]


CHAOTIC = ("network.activation=tanh", "network.gain=12", "network.depth=40", "network.width=32")


@pytest.mark.slow
def test_the_record_says_where_rounding_decides() -> None:
    calm = documented("network.depth=8")["networks"]["model"]["float32_error"]
    assert 0 < calm < 1e-5
    assert documented(*CHAOTIC)["networks"]["model"]["float32_error"] > 0.01
    exact = documented(*CHAOTIC, "run.dtype=float64")["networks"]["model"]
    assert exact["float32_error"] is None


def test_the_report_says_where_rounding_decides() -> None:
    assert "this network is chaotic" in report(document(*trained(*CHAOTIC)))
    assert "this network is chaotic" not in report(document(*trained()))


def test_the_diagnosis_is_of_the_last_record_and_of_birth() -> None:
    found = documented("network.depth=8", "network.width=16")["networks"]["model"]["diagnosis"]
    birth = found.pop("at_birth")
    assert found.keys() == birth.keys() == set(ExplainedDiagnosis.__struct_fields__)
    assert birth["state"] == "vanishing"
    assert 0 < birth["rate"] < 0.5
    assert birth["frozen"][0] == 1
    assert len(birth["budget"]) == 9
    assert birth["why"] != birth["rule"]
    assert found["rate"] != birth["rate"]


def test_the_types_know_the_engines_names() -> None:
    assert Measures.__struct_fields__ == MEASURES
    assert set(MEASURES) <= set(Prediction.__struct_fields__)
    states = get_type_hints(ExplainedDiagnosis)["state"]
    assert set(RULES.values()) <= set(states.__args__)


def test_theory_is_given_where_a_law_is_known_and_null_where_not() -> None:
    theory = documented("network.depth=8", "run.replicas=20")["networks"]["model"]["theory"]
    assert set(theory) - {"rate", "depth_scale", "band", "source"} <= set(MEASURES)
    assert len(theory["delta_rms"]) == len(theory["band"]) == 9
    assert 0 < theory["rate"] < 1
    assert theory["source"]
    lawless = documented("network.init=identity", "network.activation=tanh")
    assert lawless["networks"]["model"]["theory"] is None
    assert lawless["networks"]["model"]["theory_missing"] == "identity_init"


def test_theory_holds_for_what_was_measured_at_birth() -> None:
    scenario, experiment = trained("network.depth=6", "network.width=64", "run.replicas=40")
    theory = predict(scenario, experiment, "model")
    assert theory is not None
    born = np.median(experiment.trace.networks["model"].measures["delta_rms"][0], axis=0)
    np.testing.assert_allclose(theory.measures["delta_rms"], born, rtol=0.25)


def test_what_is_not_finite_is_null() -> None:
    run = documented(*EXPLODES)
    assert isinstance(run["diverged_at"], int)
    assert run["loss"]["train"][0][-1] is None
    assert run["networks"]["model"]["diagnosis"]["state"] == "diverged"
    assert run["networks"]["model"]["diagnosis"]["rate"] is None


def test_an_unfinished_run_has_the_records_so_far() -> None:
    run = documented("training.steps=50", "run.record_every=1", steps=7)
    assert run["records"] == list(range(7))
    assert not run["finished"]


OF_EACH_KIND = {"deep-sigmoid", "cnn", "lstm", "layerwise", "residual", "gan-wasserstein"}


@pytest.mark.parametrize(
    "preset",
    [
        pytest.param(one.id, marks=[] if one.id in OF_EACH_KIND else pytest.mark.slow)
        for one in presets()
    ],
)
def test_every_preset_fits_the_schema(ask: Ask, preset: str) -> None:
    status, out, err = ask("--json", "--scenario", preset, "--steps", "3")
    assert (status, err) == (0, "")
    SCHEMA.validate(strict(out))


def test_the_schema_refuses_what_is_no_document() -> None:
    run = documented()
    assert not SCHEMA.is_valid({**run, "extra": 1})
    assert not SCHEMA.is_valid({**run, "schema": "vglab.run/2"})
    assert not SCHEMA.is_valid({key: value for key, value in run.items() if key != "records"})


def timeless(text: str) -> bytes:
    """The document's bytes apart from the time it took."""
    head, _, _ = text.encode().partition(b'"seconds"')
    return head


def test_the_same_seed_gives_the_same_bytes(ask: Ask) -> None:
    first, again = (ask("--json", "--scenario", "relu", *QUICK) for _ in range(2))
    assert timeless(first.out) == timeless(again.out)
    assert timeless(first.out) != timeless(ask("--json", *QUICK, "--seed", "1").out)


def test_short_options_state_keys_and_count_over_set(ask: Ask) -> None:
    options = (
        "--seed=3",
        "--replicas=2",
        "--record-every=3",
        "--dtype=float64",
        "--set=run.seed=9",
    )
    run = strict(ask("--json", *QUICK, *options).out)
    assert (run["seed"], run["replicas"], run["dtype"]) == (3, 2, "float64")
    assert run["records"] == [0, 3, 6]
    assert (
        strict(ask("--json", *QUICK, "--set", "run.seed=8", "--set", "run.seed=9").out)["seed"] == 9
    )


def test_without_a_name_the_first_preset_is_run(ask: Ask) -> None:
    assert strict(ask("--json", *QUICK).out)["scenario"] == presets()[0].id


def test_the_title_and_the_reason_are_in_the_chosen_language(ask: Ask) -> None:
    english, spanish = (strict(ask("--json", *QUICK, "--lang", lang).out) for lang in ("en", "es"))
    title = load("deep-sigmoid").title
    assert (english["title"], spanish["title"]) == (title.en, title.es)
    why = [run["networks"]["model"]["diagnosis"]["why"] for run in (english, spanish)]
    assert why[0] != why[1]


def test_what_was_expected_and_is_so_says_nothing(ask: Ask) -> None:
    wanted = ("--expect", "records.-1 == 6", "--expect", "networks.model.diagnosis.rate < 1")
    status, out, err = ask("--json", *QUICK, *wanted)
    assert (status, err) == (0, "")
    assert strict(out)["finished"]


def test_each_unmet_expectation_is_a_line_and_status_3(ask: Ask) -> None:
    wanted = (
        "--expect",
        "records.-1 == 7",
        "--expect",
        "seed == 0",
        "--expect",
        "dtype != float32",
    )
    status, out, err = ask("--json", *QUICK, *wanted)
    assert status == 3
    assert strict(out)["finished"]
    assert [line.split(",")[0] for line in err.splitlines()] == [
        "expected records.-1 == 7",
        "expected dtype != float32",
    ]


def test_an_expectation_of_nothing_is_a_mistake(ask: Ask) -> None:
    status, _, err = ask("--json", *QUICK, "--expect", "networks.model.diagnosis.rtae < 1")
    assert status == 2
    assert err.startswith("Error: --expect: networks.model.diagnosis.rtae < 1: ")
    assert err.endswith("did you mean networks.model.diagnosis.rate?\n")


NONE = ["--expect", "networks.modle.diagnosis.rate < 1"]


@pytest.mark.parametrize(
    "words",
    [
        ["--json", *QUICK, *NONE],
        [
            "compare",
            "relu",
            "tanh",
            *QUICK,
            "--expect",
            "runs.0.networks.modle.at_birth.state == x",
        ],
        ["remedies", "relu", *QUICK, "--expect", "standings.0.networks.modle.at_birth.state == x"],
        ["sweep", "relu", *QUICK, "--over", "run.seed=0:3", "--out", "sweep.jsonl", *NONE],
    ],
    ids=lambda words: words[0],
)
def test_a_mistyped_expectation_is_refused_before_anything_is_trained(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: list[str]
) -> None:
    def trained(*_: object) -> None:
        raise AssertionError("something was trained")

    monkeypatch.chdir(tmp_path)
    work = ("headless.train", "commands.compare.train", "commands.remedies.hold")
    for place in (*work, "commands.sweep.train"):
        monkeypatch.setattr(f"vglab.tui.cli.{place}", trained)
    status, out, err = ask(*words, "--lang", "es")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("Error: --expect: ")
    assert err.endswith("networks.model?\n")
    assert list(tmp_path.iterdir()) == []


def test_what_only_the_document_can_tell_is_told_after_the_run(ask: Ask) -> None:
    status, out, err = ask("--json", *QUICK, "--expect", "records.99 == 1")
    assert status == 2
    assert strict(out)["finished"]
    assert "records.99 does not exist: the entries go from 0 to " in err


def test_too_much_memory_is_refused_before_it_is_taken(ask: Ask) -> None:
    settings = ("--replicas=1000", "--set=network.depth=200", "--set=network.width=512")
    status, out, err = ask("--json", *settings)
    assert (status, out) == (1, "")
    assert err.startswith("Error: this run would need about ")
    assert err.count("\n") == 1


def test_threads_multiply_for_one_replica_and_share_several(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.setenv(variable, "1")
    assert ask("--threads", "2", "scenarios", "--lang", "en").status == 2
    several = [ask("--json", *QUICK, "--replicas=3", f"--threads={n}").out for n in (1, 2, 3)]
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
    assert len({json.dumps(strict(out) | {"seconds": 0}) for out in several}) == 1
    assert ask("--threads", "2", "--json", *QUICK).status == 0
    assert os.environ["OPENBLAS_NUM_THREADS"] == os.environ["OMP_NUM_THREADS"] == "2"


def test_a_network_that_has_no_finite_signal_at_birth_has_no_theory() -> None:
    scenario, experiment = trained()
    measures = dict(experiment.trace.networks["model"].measures)
    measures["delta_rms"] = np.full_like(measures["delta_rms"], np.inf)
    networks = {"model": replace(experiment.trace.networks["model"], measures=measures)}
    broken = replace(experiment, trace=replace(experiment.trace, networks=networks))
    assert predict(scenario, broken, "model") is None


GAN = """
kind = "gan"
data.name = "ring"
generator = { depth = 1, width = 4 }
discriminator = { depth = 2, width = 4 }
training.steps = 5
"""


def test_a_gan_has_two_networks_and_no_accuracy(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "ring.toml"
    file.write_text(GAN)
    run = strict(ask("--json", "--scenario", str(file)).out)
    SCHEMA.validate(run)
    assert (run["accuracy"], set(run["loss"])) == ({}, {"generator", "discriminator"})
    layers = {name: len(net["layers"]) for name, net in run["networks"].items()}
    assert layers == {"generator": 2, "discriminator": 3}
    report = ask("--scenario", str(file)).out.splitlines()
    assert [line for line in report if line in layers] == ["generator", "discriminator"]
