"""Claims could come out otherwise: beside what is said to help or to hurt stands the same network
without it, and what a verdict may hang on is varied."""

from collections.abc import Mapping
from typing import Any

import pytest
from msgspec import to_builtins
from vglab.scenarios.claims.catalog import Case, Setup, claims
from vglab.scenarios.loading.inheritance import load

FLAT = tuple[str, str]


def keys_of(setup: Setup) -> dict[FLAT, Any]:
    """What a scenario says of its networks, data and training, by table and key."""
    whole: Mapping[str, Any] = to_builtins(load(setup.scenario, setup.set))
    tables = ("network", "generator", "discriminator", "gan", "data", "training")
    return {(table, key): value for table in tables for key, value in whole[table].items()}


def difference(case: Case) -> set[str]:
    """The keys in which a case and its control differ."""
    assert case.against is not None
    mine, other = keys_of(case.setups[0]), keys_of(case.against)
    return {key for (table, key), value in mine.items() if other[table, key] != value}


SKIPS = {"skip", "skip_every", "skip_placement", "skip_scale"}
ONE_THING = {
    "choice-of-activation-is-crucial": {"activation"},
    "explosion-comes-from-large-slopes": {"activation"},
    "leaky-relu-mitigates-vanishing": {"activation", "slope"},
    "more-layers-are-harder-to-train": {"depth"},
    "relu-allows-larger-gradients": {"activation"},
    "remedies-make-learning-more-efficient": SKIPS | {"norm", "rate"},
    "residual-connections-prevent-instabilities": SKIPS,
    "resnets-give-a-more-direct-path": SKIPS,
    "resnets-helped": SKIPS,
    "staged-training-of-gans-avoids-vanishing": {"stages", "steps", "discriminator_steps"},
    "use-relu-depending-on-the-problem": {"activation", "init"},
    "weights-must-not-vanish": {"gain", "init"},
}
"""In what the cases of a claim may differ from their controls."""


@pytest.mark.parametrize("name", ONE_THING)
def test_a_control_differs_in_what_the_claim_speaks_of(name: str) -> None:
    for case in claims()[name].cases:
        assert difference(case)
        assert difference(case) <= ONE_THING[name], case.label


FROZEN = (
    "updates-are-blocked",
    "early-layers-stop-learning",
    "early-layers-are-not-adjusted",
    "near-zero-gradients-freeze-layers",
)


@pytest.mark.parametrize("name", FROZEN)
def test_layers_are_called_frozen_with_several_optimizers(name: str) -> None:
    used = {load(c.scenario, c.set).training.optimizer for c in claims()[name].cases}
    assert used >= {"sgd", "rmsprop", "adam"}


@pytest.mark.parametrize(
    "name",
    ["tiny-in-the-deepest-layers", "small-in-deeper-layers", "near-zero-gradients-freeze-layers"],
)
def test_deep_is_read_in_both_ways(name: str) -> None:
    """The notes use one word for the layers near the loss and for those far from it."""
    whens = " ".join(case.when.en for case in claims()[name].cases)
    assert "deep layers are those near the loss" in whens
    assert "deep layers are those far from the loss" in whens
    ends = {figure for case in claims()[name].cases for figure in case.alias.values()}
    assert {figure.rpartition("_")[2] for figure in ends} == {"first", "last"}


def test_how_common_explosions_are_is_tried_over_ranges_depths_and_thresholds() -> None:
    sets = [case.set for case in claims()["explosion-is-less-common"].cases]
    varied = {text.split("=")[0] for settings in sets for text in settings}
    assert varied == {"activation", "depth", "largest", "fold"}


def test_slopes_above_one_are_tried_where_there_are_any() -> None:
    cases = claims()["explosion-comes-from-large-slopes"].cases
    tried = {load(case.scenario, case.set).network.activation for case in cases}
    assert tried == {"relu", "gelu", "silu", "selu"}


def test_the_slope_of_leaky_relu_is_varied() -> None:
    cases = claims()["leaky-relu-mitigates-vanishing"].cases
    assert {load(case.scenario, case.set).network.slope for case in cases} == {0.01, 0.2, 0.5}
