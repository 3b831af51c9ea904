"""The data of a scenario as the engine takes them, whether they are drawn or a person's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...engine.data.datasets import Dataset, Source, generate, sources
from ..schema.spec import Scenario, is_own
from ..userdata.loader import PLANE, form, split_counts, table

if TYPE_CHECKING:
    from ...engine.data.tabular import Samples, Scale
    from ...engine.gan.targets import Draw


def source(scenario: Scenario) -> Source:
    """The form of the data."""
    if not is_own(scenario):
        return sources(scenario.data.lag)[scenario.data.name]
    found = table(scenario)
    seen = form(scenario.network.architecture, found.shape)
    places, numbers = seen or (1, len(found.names))
    return Source(own_samples(scenario).draw, numbers, places, max(2, len(found.classes)))


def own_samples(scenario: Scenario) -> Samples:
    """All rows of a person's own file: X (rows, features) and classes (rows,)."""
    from ...engine.data.tabular import Samples

    found = table(scenario)
    X = np.frombuffer(found.numbers).reshape(-1, len(found.names))
    targets = np.frombuffer(found.targets) if found.targets else None
    return Samples(X, np.frombuffer(found.y, np.int64), len(found.classes), targets)


def held_back_counts(scenario: Scenario) -> list[int]:
    """How many rows of each class are held back."""
    return split_counts(table(scenario).counts, scenario.data.test_share)


def train_and_test(
    scenario: Scenario,
    seeds: Sequence[int],
    dtype: type[np.floating],
    noise: float | Sequence[float] | None = None,
) -> tuple[Dataset, Dataset]:
    """What is learned from and what is judged by, for each seed; with one noise for all, or one
    each, where it is not the scenario's."""
    if is_own(scenario):
        from ...engine.data.tabular import split_samples

        return split_samples(own_samples(scenario), seeds, held_back_counts(scenario), dtype)
    data = scenario.data
    jitter = data.noise if noise is None else noise
    return (
        generate(data.name, seeds, data.train, jitter, dtype, data.lag),
        generate(data.name, seeds, data.test, jitter, dtype, data.lag, test=True),
    )


def own_scale(scenario: Scenario, seed: int) -> Scale:
    """What a person's own data are brought to one scale by, for that seed."""
    from ...engine.data.tabular import Scale, training_scale

    if scenario.kind == "gan":
        return Scale.of(own_samples(scenario).X)
    return training_scale(own_samples(scenario), seed, held_back_counts(scenario))


def target_scale(scenario: Scenario, seed: int) -> Scale:
    """What the numbers to learn of a person's own data are scaled by, for that seed."""
    from ...engine.data.tabular import training_target_scale

    return training_target_scale(own_samples(scenario), seed, held_back_counts(scenario))


def target_sampler(scenario: Scenario) -> Draw | None:
    """What draws points in the plane for a GAN to imitate; None where the data are none."""
    from ...engine.gan.targets import TARGETS

    if is_own(scenario):
        scaled = own_samples(scenario).to_one_scale()
        return lambda rng, count: scaled.draw(rng, count)[0]
    drawn_from, noise = TARGETS.get(scenario.data.name), scenario.data.noise
    return drawn_from and (lambda rng, count: drawn_from(rng, count, noise))


def is_planar(scenario: Scenario) -> bool:
    """Whether the data are points in the plane, of two classes."""
    if is_own(scenario):
        found = table(scenario)
        return found.shape == (PLANE,) and len(found.classes) == 2
    drawn = source(scenario)
    return drawn.numbers * drawn.places == 2 and drawn.classes == 2
