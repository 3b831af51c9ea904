"""Which parts of a scenario are not vglab's own."""

from collections.abc import Iterator

from .records import DATA
from .spec import (
    ACTIVATIONS,
    INITIALIZERS,
    LOSSES,
    MEASURES,
    Layers,
    Scenario,
    is_own,
)
from .vocabulary import OwnPart, Vocabulary, known_parts


def own_parts(scenario: Scenario) -> list[OwnPart]:
    """The parts that a script or a plug-in has registered. Raises PartMissing where one is not
    known in this process."""
    return known_parts(named_parts(scenario))


def named_parts(scenario: Scenario) -> Iterator[tuple[Vocabulary, str]]:
    """Every part that has an effect, and the words it is one of."""
    players = (scenario.generator, scenario.discriminator)
    networks: tuple[Layers, ...] = players if scenario.kind == "gan" else (scenario.network,)
    for network in networks:
        yield ACTIVATIONS, network.activation
        yield INITIALIZERS, network.init
    if not is_own(scenario):
        yield DATA, scenario.data.name
    if scenario.kind == "classifier":
        yield LOSSES, scenario.network.loss
        yield from ((MEASURES, name) for name in scenario.run.measures)
