"""What no single key can tell: settings that do nothing, and settings that contradict each other.

A key that does nothing is refused where it is stated: whoever writes `skip_scale` without a skip
believes in an effect that is not there. Inherited, it is harmless, and `vglab show` leaves it out.
"""

from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import Any

from .expectations import ExpectationError, parse
from .faults import Fault, allowed, found
from .spec import Scenario
from .words import _

Conditions = Mapping[str, tuple[str, ...]]
"""Keys, and what each must be for another one to have an effect."""

SKIP: Conditions = {"network.skip": ("identity", "projection", "projection_fixed", "highway")}
ADAM: Conditions = {"training.optimizer": ("adam", "adamw")}

NEEDS: Mapping[str, Conditions] = {
    "network.slope": {"network.activation": ("leaky_relu",)},
    "network.norm_eps": {"network.norm": ("batch", "layer")},
    "network.skip_every": SKIP,
    "network.skip_placement": SKIP,
    "network.skip_scale": {
        "network.skip": ("identity", "projection", "projection_fixed"),
        "network.skip_placement": ("outside", "preactivation"),
    },
    "training.momentum": {"training.optimizer": ("momentum", "nesterov")},
    "training.beta1": ADAM,
    "training.beta2": ADAM,
    "training.decay": {"training.optimizer": ("rmsprop",)},
    "training.eps": {"training.optimizer": ("adagrad", "rmsprop", "adam", "adamw")},
    "training.weight_decay": {"training.optimizer": ("adamw",)},
}
"""The keys that only sometimes have an effect."""


def value(scenario: Scenario, key: str) -> Any:
    """What the scenario has at a dotted path."""
    return attrgetter(key)(scenario)


def missing(scenario: Scenario, key: str) -> Conditions:
    """The conditions that keep a key from having an effect."""
    needs = NEEDS.get(key, {})
    return {other: names for other, names in needs.items() if value(scenario, other) not in names}


def broken_rules(scenario: Scenario, stated: Mapping[str, Any], file: str) -> Iterator[Fault]:
    """The faults of a resolved scenario, seen from the file that states part of it."""
    yield from idle(scenario, stated, file)
    yield from clashes(scenario, file)
    yield from misspelt_expectations(scenario, file)


def idle(scenario: Scenario, stated: Mapping[str, Any], file: str) -> Iterator[Fault]:
    """Keys that are stated, and not as the default, but do nothing."""
    for key in NEEDS:
        table, name = key.split(".")
        here = name in stated.get(table, {}) and value(scenario, key) != value(Scenario(), key)
        for other, names in missing(scenario, key).items() if here else ():
            needed = _(" or ").join(names)
            reason = _("does nothing unless {key} is {names}").format(key=other, names=needed)
            yield Fault(file, key, found(value(scenario, key)), reason)


def clashes(scenario: Scenario, file: str) -> Iterator[Fault]:
    """Sizes that cannot go together."""
    network, data, training = scenario.network, scenario.data, scenario.training

    def fault(key: str, what: str) -> Fault:
        return Fault(file, key, found(value(scenario, key)), allowed(what))

    if training.batch > data.train:
        most = _("at most data.train = {train}").format(train=data.train)
        yield fault("training.batch", most)
    if network.norm == "batch" and training.batch < 2:
        yield fault("training.batch", _("at least 2, as one point has no spread to normalise by"))
    if network.norm == "layer" and network.width < 2:
        yield fault("network.width", _("at least 2, as one unit has no spread to normalise by"))
    if network.skip != "none" and network.depth < 2:
        yield fault("network.depth", _("at least 2, as a skip passes over the second layer"))


def misspelt_expectations(scenario: Scenario, file: str) -> Iterator[Fault]:
    """Expectations that say nothing."""
    for i, text in enumerate(scenario.expect):
        try:
            parse(text)
        except ExpectationError as error:
            yield Fault(file, f"expect.{i}", found(text), str(error))
