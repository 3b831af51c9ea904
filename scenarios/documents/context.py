"""What a run document says of a person's own data."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from ..experiment.data import own_scale, target_scale
from ..schema.spec import Scenario, is_own
from ..userdata.loader import split_counts, table

PerFeature = list[list[float]]


class OwnData(Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the user's own, as `data.path` names it."""

    path: str
    sha256: Annotated[str, Meta(description="of the file's bytes")]
    label: Annotated[str, Meta(description="the column of the classes; empty for a GAN")]
    classes: Annotated[list[str], Meta(description="numbers in their order, words in theirs")]
    train: Annotated[list[int], Meta(description="rows of each class that are learned from")]
    test: Annotated[list[int], Meta(description="rows of each class that are held back")]
    features: Annotated[list[str], Meta(description="the columns that are learned from")]
    mean: Annotated[
        PerFeature, Meta(description="[replica][feature]: subtracted; of the rows learned from")
    ]
    std: Annotated[PerFeature, Meta(description="[replica][feature]: divided by; 1 if constant")]
    target_mean: Annotated[
        list[float] | UnsetType, Meta(description="[replica]: of numbers to learn, subtracted")
    ] = UNSET
    target_std: Annotated[
        list[float] | UnsetType, Meta(description="[replica]: of numbers to learn, divided by")
    ] = UNSET
    notes: Annotated[
        list[str] | UnsetType,
        Meta(description="what is to be known of the table, in the language the run was asked in"),
    ] = UNSET


def own_data(scenario: Scenario) -> OwnData | UnsetType:
    """What was read, where the data are a person's own."""
    if not is_own(scenario):
        return UNSET
    from ..userdata.description import data_notes  # here, as most runs have no table

    found, run = table(scenario), scenario.run
    seeds = range(run.seed, run.seed + (run.replicas if scenario.kind == "classifier" else 1))
    scales = [own_scale(scenario, seed) for seed in seeds]
    targets = [target_scale(scenario, seed) for seed in seeds if found.targets]
    back = split_counts(found.counts, scenario.data.test_share)
    return OwnData(
        path=scenario.data.path,
        sha256=found.digest,
        label=found.label,
        classes=list(found.classes),
        train=[count - less for count, less in zip(found.counts, back, strict=True)],
        test=back,
        features=list(found.names),
        mean=[one.mean.tolist() for one in scales],
        std=[one.std.tolist() for one in scales],
        notes=data_notes(scenario) or UNSET,
        target_mean=[float(one.mean[0]) for one in targets] or UNSET,
        target_std=[float(one.std[0]) for one in targets] or UNSET,
    )
