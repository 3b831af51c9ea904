"""Rules between keys: settings that do nothing, and settings that contradict each other.

A key that does nothing is refused where it is stated: whoever writes `skip_scale` without a skip
believes in an effect that is not there. Inherited, it is harmless, and `vglab show` leaves it out.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from operator import attrgetter
from typing import Any

from ..errors import Fault, allowed_text, found_text
from ..i18n import N_, _
from .exercise_rules import exercise_faults
from .expectations import ExpectationError, parse
from .spec import OWN, RECURRENT, Layers, NetworkSpec, Scenario, StageSpec, is_own
from .vocabulary import DATA_FORMS

Clash = tuple[str, str]
"""A key, and what is allowed there."""
Conditions = Mapping[str, tuple[str, ...]]
"""Keys, and what each must be for another one to have an effect."""

ADAM: Conditions = {"training.optimizer": ("adam", "adamw")}
NO_FILE, A_FILE = '""', N_("a file")
"""What `data.path` is said to be."""


def layer_conditions(table: str) -> dict[str, Conditions]:
    """The conditions of the keys that describe a network's layers."""
    skip: Conditions = {f"{table}.skip": ("identity", "projection", "projection_fixed", "highway")}
    scaled: Conditions = {
        f"{table}.skip": ("identity", "projection", "projection_fixed"),
        f"{table}.skip_placement": ("outside", "preactivation"),
    }
    return {
        f"{table}.slope": {f"{table}.activation": ("leaky_relu",)},
        f"{table}.norm_eps": {f"{table}.norm": ("batch", "layer")},
        f"{table}.skip_every": skip,
        f"{table}.skip_placement": skip,
        f"{table}.skip_scale": scaled,
    }


NEEDS: Mapping[str, Conditions] = {
    **layer_conditions("network"),
    **layer_conditions("generator"),
    **layer_conditions("discriminator"),
    "network.kernel": {"network.architecture": ("cnn",)},
    "network.forget_bias": {"network.architecture": ("lstm", "gru")},
    "data.name": {"data.path": (NO_FILE,)},
    "data.noise": {"data.path": (NO_FILE,)},
    "data.train": {"data.path": (NO_FILE,)},
    "data.test": {"data.path": (NO_FILE,)},
    "data.label": {"data.path": (A_FILE,)},
    "data.header": {"data.path": (A_FILE,)},
    "data.separator": {"data.path": (A_FILE,)},
    "data.targets": {"data.path": (A_FILE,)},
    "data.drop": {"data.path": (A_FILE,)},
    "data.missing": {"data.path": (A_FILE,)},
    "data.categories": {"data.path": (A_FILE,)},
    "data.test_share": {"data.path": (A_FILE,)},
    "data.lag": {"data.name": ("lag",)},
    "training.momentum": {"training.optimizer": ("momentum", "nesterov")},
    "training.beta1": ADAM,
    "training.beta2": ADAM,
    "training.decay": {"training.optimizer": ("rmsprop",)},
    "training.eps": {"training.optimizer": ("adagrad", "rmsprop", "adam", "adamw")},
    "training.weight_decay": {"training.optimizer": ("adamw",)},
}
"""The keys that only sometimes have an effect."""

OF_KIND: Mapping[str, str] = {
    "network": "classifier",
    "data.train": "classifier",
    "data.test": "classifier",
    "data.test_share": "classifier",
    "data.targets": "classifier",
    "run.measures": "classifier",
    "generator": "gan",
    "discriminator": "gan",
    "gan": "gan",
}
"""The tables and keys that speak of one kind of experiment alone."""
PLAYERS = ("generator", "discriminator")
CLASSLESS = ("ring", "distant")
NO_POINTS = ("digits", "lag")
"""Data that are no points in the plane, as a GAN makes them."""
SUITS: Mapping[str, str] = {"cnn": "digits", **dict.fromkeys(RECURRENT, "lag")}
"""The data that an architecture looks at part by part; a perceptron takes any, all at once."""
IMAGES = 1797
"""As many digits as there are."""
NETWORKS: Mapping[str, tuple[str, ...]] = {"classifier": ("network",), "gan": PLAYERS}
"""The tables that describe networks."""


def value_at(scenario: Scenario, key: str) -> Any:
    """What the scenario has at a dotted path."""
    return attrgetter(key)(scenario)


def values_at(scenario: Scenario, key: str) -> set[Any]:
    """The same; of a GAN's two networks each may have an optimizer of its own."""
    own = [value_at(scenario, f"{player}.optimizer") for player in PLAYERS]
    if key == "training.optimizer" and scenario.kind == "gan":
        return {optimizer or scenario.training.optimizer for optimizer in own}
    if key == "data.path":
        return {A_FILE if is_own(scenario) else NO_FILE}
    return {value_at(scenario, key)}


def unmet_conditions(scenario: Scenario, key: str) -> Conditions:
    """The conditions that keep a key from having an effect."""
    kind = OF_KIND.get(key) or OF_KIND.get(key.split(".")[0], scenario.kind)
    if kind != scenario.kind:
        return {"kind": (kind,)}
    needs = NEEDS.get(key, {})
    return {
        other: names for other, names in needs.items() if not values_at(scenario, other) & {*names}
    }


def broken_rules(scenario: Scenario, stated: Mapping[str, Any], file: str) -> Iterator[Fault]:
    """The faults of a resolved scenario, seen from the file that states part of it."""
    yield from idle_keys(scenario, stated, file)
    yield from clashes(scenario, file)
    yield from stage_faults(scenario, file)
    yield from expectation_faults(scenario, file)
    yield from exercise_faults(scenario, file)


def idle_keys(scenario: Scenario, stated: Mapping[str, Any], file: str) -> Iterator[Fault]:
    """Keys that are stated, but do nothing."""
    tables = ((name, table) for name, table in stated.items() if isinstance(table, Mapping))
    for key in (f"{name}.{key}" for name, table in tables for key in table if name not in OWN):
        for other, names in unmet_conditions(scenario, key).items():
            needed = _(" or ").join(_(name) if name is A_FILE else name for name in names)
            reason = _("does nothing unless {key} is {names}").format(key=other, names=needed)
            yield Fault(file, key, found_text(value_at(scenario, key)), reason)
    form = DATA_FORMS.get(scenario.data.name)
    if form and not form.takes_noise and "noise" in stated.get("data", ()):
        reason = _("does nothing, as {data} takes no noise").format(data=scenario.data.name)
        yield Fault(file, "data.noise", found_text(scenario.data.noise), reason)


def clashes(scenario: Scenario, file: str) -> Iterator[Fault]:
    """Settings that cannot go together."""
    for key, what in (*CLASHES[scenario.kind](scenario), *layer_clashes(scenario)):
        yield Fault(file, key, found_text(value_at(scenario, key)), allowed_text(what))


def classifier_clashes(scenario: Scenario) -> Iterator[Clash]:
    """What does not suit its data, or has no place in it."""
    yield from () if is_own(scenario) else data_clashes(scenario)
    if scenario.data.targets == "numbers" and scenario.network.loss == "cross_entropy":
        yield "network.loss", _('squared, with data.targets = "numbers"')
    yield from architecture_clashes(scenario.network)


def data_clashes(scenario: Scenario) -> Iterator[Clash]:
    """What does not suit data that are drawn."""
    data = scenario.data
    if scenario.training.batch > data.train:
        yield "training.batch", _("at most data.train = {train}").format(train=data.train)
    if data.name in CLASSLESS:
        yield "data.name", _('data with classes to tell apart, or kind = "gan"')
    elif data.name != SUITS.get(scenario.network.architecture, data.name):
        yield (
            "data.name",
            _("{data}, with network.architecture = {architecture}").format(
                data=SUITS[scenario.network.architecture],
                architecture=scenario.network.architecture,
            ),
        )
    if data.name == "digits" and data.train + data.test > IMAGES:
        there = _("at most {count} with data.test, as there are no more images")
        yield "data.train", there.format(count=IMAGES)


def architecture_clashes(network: NetworkSpec) -> Iterator[Clash]:
    """What an architecture has no place for."""
    if network.architecture == "cnn" and network.kernel % 2 == 0:
        yield "network.kernel", _("an odd number, as a kernel has a middle")
    if network.architecture in RECURRENT:
        for key in ("norm", "skip"):
            if getattr(network, key) != "none":
                yield f"network.{key}", _("none in a recurrent network")


def gan_clashes(scenario: Scenario) -> Iterator[Clash]:
    """What does not suit its loss."""
    if not is_own(scenario) and not are_points(scenario.data.name):
        yield "data.name", _("points in the plane, for a GAN to imitate")
    plain = scenario.discriminator.norm == scenario.discriminator.skip == "none"
    if scenario.gan.penalty and not plain:
        instead = _("0 with discriminator.norm or skip; gan.clip_weights goes with both")
        yield "gan.penalty", instead


def are_points(name: str) -> bool:
    """Whether data of that name are points in the plane, as far as is known here."""
    return name not in NO_POINTS and getattr(DATA_FORMS.get(name), "features", 2) == 2


def layer_clashes(scenario: Scenario) -> Iterator[Clash]:
    """Networks too small for what they are to hold."""
    for table in NETWORKS[scenario.kind]:
        layers: Layers = value_at(scenario, table)
        if layers.norm == "batch" and scenario.training.batch < 2:
            point = _("at least 2, as one point has no spread to normalize by")
            yield "training.batch", point
        if layers.norm == "layer" and layers.width < 2:
            unit = _("at least 2, as one unit has no spread to normalize by")
            yield f"{table}.width", unit
        if layers.skip != "none" and layers.depth < 2:
            second = _("at least 2, as a skip passes over the second layer")
            yield f"{table}.depth", second


CLASHES: Mapping[str, Callable[[Scenario], Iterator[Clash]]] = {
    "classifier": classifier_clashes,
    "gan": gan_clashes,
}


def expectation_faults(scenario: Scenario, file: str) -> Iterator[Fault]:
    """Expectations that say nothing."""
    for i, text in enumerate(scenario.expect):
        try:
            parse(text)
        except ExpectationError as error:
            yield Fault(file, f"expect.{i}", found_text(text), str(error))


Say = Callable[[str, object, str], Fault]
"""A fault at a key of the stage, with what was found and what is wrong."""


def stage_faults(scenario: Scenario, file: str) -> Iterator[Fault]:
    """The faults of all stages."""
    for i, stage in enumerate(scenario.training.stages):
        place = f"training.stages.{i}"

        def say(key: str, value: object, what: str, place: str = place) -> Fault:
            return Fault(file, f"{place}.{key}", found_text(value), what)

        if not stage.steps:
            yield Fault(file, place, _("steps missing"), _("say for how many, as in steps = 500"))
        yield from KINDS[scenario.kind](scenario, stage, say)
    depths = [stage.depth or scenario.network.depth for stage in scenario.training.stages]
    for i, (before, after) in enumerate(pairwise(depths), start=1):
        if after < before:
            least = allowed_text(
                _("{depth} or more, because a network only grows").format(depth=before)
            )
            yield Fault(file, f"training.stages.{i}.depth", found_text(after), least)


def gan_stage_faults(_scenario: Scenario, stage: StageSpec, say: Say) -> Iterator[Fault]:
    """Two networks, each of which learns or does not."""
    idle = _("does nothing unless {key} is {names}").format(key="kind", names="classifier")
    if stage.layers != "all":
        yield say("layers", toml_layers(stage.layers), idle)
    if stage.depth is not None:
        yield say("depth", stage.depth, idle)


def classifier_stage_faults(scenario: Scenario, stage: StageSpec, say: Say) -> Iterator[Fault]:
    """Layers that learn or do not, in a network that may grow."""
    network = scenario.network
    depth = stage.depth or network.depth
    if stage.network is not None:
        idle = _("does nothing unless {key} is {names}").format(key="kind", names="gan")
        yield say("network", stage.network, idle)
    if depth > network.depth:
        most = _("at most network.depth = {depth}").format(depth=network.depth)
        yield say("depth", depth, allowed_text(most))
    if stage.depth is not None and network.skip != "none":
        yield say("depth", depth, _('a network grows only with network.skip = "none"'))
    if isinstance(stage.layers, tuple) and not is_range(stage.layers, depth + 1):
        span = _("[from, to], from 1 to {last}, the output layer").format(last=depth + 1)
        yield say("layers", toml_layers(stage.layers), allowed_text(span))


def is_range(layers: tuple[int, ...], last: int) -> bool:
    """Whether they are the first and the last of some layers."""
    return len(layers) == 2 and layers[0] <= layers[1] <= last


def toml_layers(layers: tuple[int, ...] | str) -> list[int] | str:
    """As the file has it."""
    return [*layers] if isinstance(layers, tuple) else layers


KINDS: dict[str, Callable[[Scenario, StageSpec, Say], Iterator[Fault]]] = {
    "classifier": classifier_stage_faults,
    "gan": gan_stage_faults,
}
