"""What is wrong with the stages of a training, where something is."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from .faults import Fault, allowed, found
from .spec import Scenario, Stage
from .words import _

Say = Callable[[str, object, str], Fault]
"""A fault at a key of the stage, with what was found and what is wrong."""


def amiss_in_stages(scenario: Scenario, file: str) -> Iterator[Fault]:
    """The faults of all stages."""
    for i, stage in enumerate(scenario.training.stages):
        place = f"training.stages.{i}"

        def say(key: str, value: object, what: str, place: str = place) -> Fault:
            return Fault(file, f"{place}.{key}", found(value), what)

        if not stage.steps:
            yield Fault(file, place, _("no steps"), _("say for how many, as in steps = 500"))
        yield from KINDS[scenario.kind](scenario, stage, say)
    depths = [stage.depth or scenario.network.depth for stage in scenario.training.stages]
    for i, (before, after) in enumerate(pairwise(depths), start=1):
        if after < before:
            least = allowed(_("{depth} or more, as a network only grows").format(depth=before))
            yield Fault(file, f"training.stages.{i}.depth", found(after), least)


def of_a_gan(_scenario: Scenario, stage: Stage, say: Say) -> Iterator[Fault]:
    """Two networks, each of which learns or does not."""
    idle = _("does nothing unless {key} is {names}").format(key="kind", names="classifier")
    if stage.layers != "all":
        yield say("layers", written(stage.layers), idle)
    if stage.depth is not None:
        yield say("depth", stage.depth, idle)


def of_a_classifier(scenario: Scenario, stage: Stage, say: Say) -> Iterator[Fault]:
    """Layers that learn or do not, in a network that may grow."""
    network = scenario.network
    depth = stage.depth or network.depth
    if stage.network is not None:
        idle = _("does nothing unless {key} is {names}").format(key="kind", names="gan")
        yield say("network", stage.network, idle)
    if depth > network.depth:
        most = _("at most network.depth = {depth}").format(depth=network.depth)
        yield say("depth", depth, allowed(most))
    if stage.depth is not None and network.skip != "none":
        yield say("depth", depth, _('a network grows only with network.skip = "none"'))
    if isinstance(stage.layers, tuple) and not in_order(stage.layers, depth + 1):
        span = _("[from, to], from 1 to {last}, the output layer").format(last=depth + 1)
        yield say("layers", written(stage.layers), allowed(span))


def in_order(layers: tuple[int, ...], last: int) -> bool:
    """Whether they are the first and the last of some layers."""
    return len(layers) == 2 and layers[0] <= layers[1] <= last


def written(layers: tuple[int, ...] | str) -> list[int] | str:
    """As the file has it."""
    return [*layers] if isinstance(layers, tuple) else layers


KINDS: dict[str, Callable[[Scenario, Stage, Say], Iterator[Fault]]] = {
    "classifier": of_a_classifier,
    "gan": of_a_gan,
}
