"""GANs and stages in words: what is said is built, and what cannot be is refused."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from bad_scenarios import faults
from vglab.scenarios.documents.run import document, encode
from vglab.scenarios.documents.schemas import SCHEMAS
from vglab.scenarios.errors import toml_text
from vglab.scenarios.experiment.build import build
from vglab.scenarios.experiment.convert import seeds, training_plan
from vglab.scenarios.experiment.gan import duel_plan, players
from vglab.scenarios.experiment.memory import TooLarge, needed_bytes_of_gan
from vglab.scenarios.experiment.theory import predict
from vglab.scenarios.loading.changes import changes
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.loading.toml_writer import scenario_toml
from vglab.scenarios.schema import records, spec
from vglab.scenarios.schema.rules import NO_POINTS
from vglab.scenarios.schema.spec import Scenario, names

GAN = (
    "kind=gan",
    "data.name=distant",
    "generator.width=8",
    "discriminator.width=8",
    "training.batch=16",
    "training.steps=3",
    "training.rate=0.01",
)
CHOICES = {
    "gan.loss": spec.Game,
    "data.name": records.Data,
    "generator.activation": spec.Activation,
    "discriminator.norm": spec.Norm,
    "generator.skip": spec.Skip,
    "discriminator.skip": spec.Skip,
    "discriminator.optimizer": spec.Optimizer,
    "run.dtype": spec.DType,
}


@pytest.mark.parametrize(
    "setting",
    [f"{key}={n}" for key, kind in CHOICES.items() for n in names(kind) if n not in NO_POINTS],
)
def test_every_name_plays(setting: str) -> None:
    experiment = build(load("deep-sigmoid", [*GAN, setting]))
    assert list(experiment.steps) == [1, 2, 3, 4]
    for column in (*experiment.trace.loss.values(), *experiment.trace.gan.values()):
        assert np.isfinite(column).all()


def test_what_was_said_is_built() -> None:
    scenario = load(
        "deep-sigmoid",
        [
            *GAN,
            "run.seed=7",
            "run.replicas=2",
            "gan.latent=5",
            "gan.loss=wasserstein",
            "gan.penalty=10",
            "gan.discriminator_steps=4",
            "gan.clip_weights=0.5",
            "generator.depth=3",
            "generator.skip=identity",
            "generator.skip_scale=1/sqrt(depth)",
            "generator.optimizer=sgd",
            "generator.rate=0.25",
            "training.optimizer=adam",
            "training.beta1=0.5",
            "training.clip_norm=2",
            'training.stages=[{steps=2, network="discriminator"}, {steps=9}]',
        ],
    )
    experiment, plan, nets = build(scenario), duel_plan(scenario), players(scenario)
    generator, discriminator = experiment.networks.values()
    assert (generator.batch, discriminator.batch) == (16, 32)
    assert [*experiment.networks] == ["generator", "discriminator"]
    assert nets == {name: net.architecture for name, net in experiment.networks.items()}
    assert (nets["generator"].inputs, nets["generator"].outputs) == (5, 2)
    assert nets["generator"].skip_scale == pytest.approx(3**-0.5)
    assert (nets["discriminator"].inputs, nets["discriminator"].outputs) == (2, 1)
    assert (plan.penalty, plan.discriminator_steps, plan.loss) == (10, 4, "wasserstein")
    assert (plan.generator.optimizer, plan.generator.settings.rate) == ("sgd", 0.25)
    assert plan.generator.clip_weights == 0
    assert (plan.discriminator.optimizer, plan.discriminator.settings.rate) == ("adam", 0.01)
    assert (plan.discriminator.settings.beta1, plan.discriminator.clip_weights) == (0.5, 0.5)
    assert plan.discriminator.clip_norm == 2
    assert [(turn.steps, turn.network) for turn in plan.stages] == [
        (2, "discriminator"),
        (9, "alternate"),
    ]


def test_the_two_networks_are_drawn_apart() -> None:
    """Equal seeds would give them the same initial weights wherever shapes agree."""
    experiment = build(load("deep-sigmoid", [*GAN, "run.replicas=2"]))
    generator, discriminator = (net.taps[1].W for net in experiment.networks.values())
    assert generator.shape == discriminator.shape
    assert not np.isin(generator, discriminator).any()
    assert list(experiment.networks["generator"].seeds) == [*seeds(load("deep-sigmoid")), 1]


def test_a_signal_too_faint_for_float32_gets_float64() -> None:
    settings = ["generator.depth=60", "generator.activation=linear", "generator.gain=0.05"]
    experiment = build(load("deep-sigmoid", [*GAN, *settings]))
    assert {net.dtype for net in experiment.networks.values()} == {np.float64}


def test_stages_of_a_classifier_are_built() -> None:
    said = (
        "training.stages=[{steps=3, depth=1}, {steps=3, depth=2, layers=[2, 3]},"
        ' {steps=3, layers="last"}]'
    )
    scenario = load("deep-sigmoid", ["network.depth=3", said, "training.steps=9"])
    stages = training_plan(scenario).stages
    assert [(s.steps, s.layers, s.depth) for s in stages] == [
        (3, "all", 1),
        (3, (2, 3), 2),
        (3, "last", None),
    ]
    experiment = build(scenario)
    assert list(experiment.steps) == [*range(1, 11)]
    trained = experiment.trace.networks["model"].trained
    assert trained is not None
    assert trained[[0, 4, 9]].astype(int).tolist() == [[1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 0, 1]]


@pytest.mark.parametrize(
    "settings",
    [
        [],
        ["generator.width=128", "generator.depth=6", "training.batch=256"],
        ["run.replicas=20", "discriminator.norm=batch"],
        ["gan.loss=wasserstein", "gan.penalty=10", "discriminator.width=128"],
        ["run.record_every=1", "training.steps=20000"],
    ],
    ids=str,
)
def test_the_estimate_is_a_little_more_than_is_taken(settings: list[str]) -> None:
    scenario = load("deep-sigmoid", [*GAN, "generator.width=64", "discriminator.width=64",
                                     "training.batch=128", *settings])  # fmt: skip
    estimate = needed_bytes_of_gan(scenario, players(scenario), duel_plan(scenario))
    tracemalloc.start()
    experiment = build(scenario)
    for _ in range(3):
        next(experiment.steps)
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert taken < estimate < 2.2 * taken


def test_what_would_not_fit_is_refused() -> None:
    huge = ["run.replicas=1000", "generator.width=512", "generator.depth=200"]
    with pytest.raises(TooLarge, match="GB of memory"):
        build(load("deep-sigmoid", [*GAN, *huge]))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "kind = 'gan'\n[network]\ndepth = 3",
            "network.depth: found 3; does nothing unless kind is classifier",
        ),
        (
            "kind = 'gan'\n[data]\ntrain = 100",
            "data.train: found 100; does nothing unless kind is classifier",
        ),
        ("[gan]\npenalty = 1.0", "gan.penalty: found 1.0; does nothing unless kind is gan"),
        (
            "[generator]\nwidth = 3",
            "generator.width: found 3; does nothing unless kind is gan",
        ),
        (
            "[data]\nname = 'ring'",
            'data.name: found "ring"; allowed: data with classes to tell apart, or kind = "gan"',
        ),
        (
            "kind = 'gan'\n[gan]\nloss = 'wgan'",
            'gan.loss: found "wgan"; allowed: saturating, non_saturating, wasserstein',
        ),
        (
            "kind = 'gan'\n[gan]\npenalty = 10\n[discriminator]\nnorm = 'layer'",
            "gan.penalty: found 10.0; allowed: 0 with discriminator.norm or skip;"
            " gan.clip_weights goes with both",
        ),
        (
            "kind = 'gan'\n[training]\noptimizer = 'sgd'\nbeta1 = 0.5",
            "training.beta1: found 0.5; does nothing unless training.optimizer is adam or adamw",
        ),
        (
            "kind = 'gan'\n[generator]\nslope = 0.1",
            "generator.slope: found 0.1; does nothing unless generator.activation is leaky_relu",
        ),
        (
            "kind = 'gan'\n[discriminator]\nskip = 'identity'\ndepth = 1",
            "discriminator.depth: found 1; allowed: at least 2, as a skip passes over the second"
            " layer",
        ),
        (
            "kind = 'gan'\ntraining.stages = [{ steps = 5, depth = 2 }]",
            "training.stages.0.depth: found 2; does nothing unless kind is classifier",
        ),
        (
            "kind = 'gan'\ntraining.stages = [{ steps = 5, layers = [1, 2] }]",
            "training.stages.0.layers: found [1, 2]; does nothing unless kind is classifier",
        ),
        (
            "training.stages = [{ steps = 5, network = 'generator' }]",
            'training.stages.0.network: found "generator"; does nothing unless kind is gan',
        ),
        (
            "training.stages = [{ layers = 'last' }]",
            "training.stages.0: steps missing; say for how many, as in steps = 500",
        ),
        (
            "training.stages = [{ steps = 5, depth = 11 }]",
            "training.stages.0.depth: found 11; allowed: at most network.depth = 10",
        ),
        (
            "training.stages = [{ steps = 5, depth = 3 }, { steps = 5, depth = 2 }]",
            "training.stages.1.depth: found 2; allowed: 3 or more, because a network only grows",
        ),
        (
            "network.skip = 'identity'\ntraining.stages = [{ steps = 5, depth = 2 }]",
            'training.stages.0.depth: found 2; a network grows only with network.skip = "none"',
        ),
        (
            "training.stages = [{ steps = 5, depth = 2, layers = [2, 4] }]",
            "training.stages.0.layers: found [2, 4]; allowed: [from, to], from 1 to 3, the output"
            " layer",
        ),
        (
            "training.stages = [{ steps = 5, layers = [4, 2] }]",
            "training.stages.0.layers: found [4, 2]; allowed: [from, to], from 1 to 11, the output"
            " layer",
        ),
        (
            "training.stages = [{ steps = 5, layers = ['one'] }]",
            'training.stages.0.layers: found ["one"]; allowed: a list, each entry a whole number'
            " from 1 to 201 or all, last",
        ),
        (
            "training.stages = [{ steps = 5, layers = 'lats' }]",
            'training.stages.0.layers: found "lats"; allowed: a list, each entry a whole number'
            " from 1 to 201 or all, last; did you mean last?",
        ),
        (
            "training.stages = [{ steps = 0 }]",
            "training.stages.0.steps: found 0; allowed: a whole number from 1 to 1000000",
        ),
        (
            "training.stages = [{ stepps = 5 }]",
            "training.stages.0.stepps: no such key; allowed: steps, layers, depth, network;"
            " did you mean training.stages.0.steps?",
        ),
    ],
)
def test_one_fault(tmp_path: Path, text: str, line: str) -> None:
    assert faults(tmp_path, text) == [f"mine.toml: {line}"]


def test_constants_count_where_one_network_uses_them() -> None:
    """A generator by SGD, a discriminator by Adam: Adam's constants have an effect."""
    settings = ["training.optimizer=sgd", "discriminator.optimizer=adam", "training.beta1=0.5"]
    assert load("deep-sigmoid", [*GAN, *settings]).training.beta1 == 0.5


def test_what_has_no_effect_is_not_shown(tmp_path: Path) -> None:
    scenario = load("deep-sigmoid", [*GAN, 'training.stages=[{steps=2, network="discriminator"}]'])
    text = scenario_toml(scenario)
    assert "[network]" not in text
    assert "train =" not in text
    assert "[generator]" in text
    assert "clip_weights" in text
    (tmp_path / "again.toml").write_text(text)
    again = load(tmp_path / "again.toml")
    assert again.training.stages == scenario.training.stages
    assert [c.key for c in changes(again)] == [c.key for c in changes(scenario)]
    assert "[generator]" not in scenario_toml(load("deep-sigmoid"))


def told(scenario: Scenario) -> dict[str, Any]:
    """The run's document, as a reader has it."""
    experiment = build(scenario)
    for _ in experiment.steps:
        pass
    run = json.loads(encode(document(scenario, experiment, 1.0)))
    jsonschema.validate(run, json.loads(SCHEMAS["run"]()))
    return run


def test_the_document_tells_of_the_game() -> None:
    staged = 'training.stages=[{steps=2, network="discriminator"}, {steps=1}]'
    run = told(load("deep-sigmoid", [*GAN, staged, "run.replicas=2", "gan.loss=saturating"]))
    assert run["accuracy"] == {}
    assert [*run["loss"]] == [*run["networks"]] == ["generator", "discriminator"]
    assert {*run["gan"]} == {
        "gradient_saturating",
        "gradient_non_saturating",
        "real_output",
        "fake_output",
        "real_logit",
        "fake_logit",
        "logit_ratio",
        "distance",
    }
    for column in run["gan"].values():
        assert np.shape(column) == (2, 4)
    assert run["networks"]["generator"]["trained"] == [[i > 1] * 3 for i in range(4)]
    assert run["networks"]["discriminator"]["trained"] == [[True] * 3] * 4
    assert run["networks"]["generator"]["diagnosis"]["why"]


def test_the_document_tells_of_layers_to_come() -> None:
    stages = "training.stages=[{steps=2, depth=1}, {steps=2, layers=[1, 2]}]"
    settings = ["network.depth=3", "training.steps=4", stages]
    run = told(load("deep-sigmoid", settings))["networks"]["model"]
    assert run["measures"]["delta_rms"][0][0][1:3] == [None, None]
    assert None not in run["measures"]["delta_rms"][0][2]
    assert run["trained"][0] == [True, False, False, True]
    assert run["trained"][4] == [True, True, False, False]
    assert run["diagnosis"]["at_birth"]["budget"][1:3] == [None, None]
    assert run["diagnosis"]["at_birth"]["state"] == "healthy"
    assert run["theory"] is None


def test_a_plain_run_says_nothing_of_games_and_stages() -> None:
    run = told(load("deep-sigmoid", ["training.steps=1"]))
    assert "gan" not in run
    assert "trained" not in run["networks"]["model"]


@pytest.mark.parametrize("name", ["generator", "discriminator"])
def test_theory_foresees_both_networks_at_birth(name: str) -> None:
    layers = [f"{player}.depth=6" for player in ("generator", "discriminator")]
    wide = [f"{player}.width=128" for player in ("generator", "discriminator")]
    scenario = load("gan-saturating", [*layers, *wide, "training.steps=1", "run.replicas=20"])
    experiment = build(scenario)
    next(experiment.steps)
    theory = predict(scenario, experiment, name)
    assert theory is not None
    measured = experiment.trace.networks[name].measures
    for measure in ("delta_rms", "activation_std"):
        seen = np.median(measured[measure][0], axis=0)[:6]
        assert seen == pytest.approx(np.array(theory.measures[measure])[:6], rel=0.25), measure


def test_stages_are_said_as_a_file_has_them() -> None:
    stages = load("gan-staged").training.stages
    assert toml_text(stages) == (
        '[{ steps = 1000, network = "alternate" }, { steps = 2000, network = "discriminator" }]'
    )
    assert toml_text(()) == "[]"
    assert toml_text(load("layerwise").training.stages[1]) == (
        "{ steps = 100, layers = [2, 3], depth = 2 }"
    )


def test_a_base_with_stages_can_be_left_without(tmp_path: Path) -> None:
    """`stages = []` states something, so `vglab show` has to."""
    text = scenario_toml(load("gan-alternating"))
    assert "stages = []  # base: [{ steps = 2000" in text
    (tmp_path / "again.toml").write_text(text)
    assert load(tmp_path / "again.toml").training.stages == ()
