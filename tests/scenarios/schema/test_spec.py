"""The format: its names are the engine's, and every key is documented."""

import msgspec
import pytest
from vglab.engine.data.datasets import sources
from vglab.engine.gan.losses import GAMES
from vglab.engine.gan.targets import TARGETS
from vglab.engine.gan.training import TRAINED
from vglab.engine.nn.activations import ACTIVATIONS
from vglab.engine.nn.assembly import COMPOSERS
from vglab.engine.nn.initializers import INITIALIZERS
from vglab.engine.training.optimizers import OPTIMIZERS
from vglab.scenarios.experiment.convert import DTYPES, LOSSES
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.schema import records, spec
from vglab.scenarios.schema.rules import NEEDS
from vglab.scenarios.schema.spec import OWN, Scenario, ScenarioFile, Text, names
from vglab.scenarios.schema.validation import TableType, fields, is_table


@pytest.mark.parametrize(
    ("literal", "table"),
    [
        (spec.Activation, ACTIVATIONS),
        (spec.Init, INITIALIZERS),
        (spec.Architecture, COMPOSERS),
        (records.Data, {**sources(), **TARGETS}),
        (spec.Game, GAMES),
        (spec.Turn, TRAINED),
        (spec.Optimizer, OPTIMIZERS),
        (spec.Loss, LOSSES),
        (spec.DType, DTYPES),
    ],
)
def test_names_are_the_tables(literal: object, table: dict[str, object]) -> None:
    assert names(literal) == tuple(table)


def tables() -> dict[str, TableType]:
    return {name: kind for name, kind in fields(ScenarioFile).items() if is_table(kind)}


def test_every_key_is_described_in_the_schema() -> None:
    described = msgspec.json.schema(ScenarioFile)["$defs"]
    for table in (ScenarioFile, *tables().values()):
        assert described[table.__name__]["additionalProperties"] is False
        for key, entry in described[table.__name__]["properties"].items():
            assert "description" in entry or "$ref" in entry, key


def test_what_is_unset_is_the_deep_sigmoids() -> None:
    base, unset = load("deep-sigmoid"), Scenario()
    for table in tables().keys() - {*OWN}:
        assert getattr(base, table) == getattr(unset, table)


def test_conditions_name_keys_and_values_that_exist() -> None:
    for key, conditions in NEEDS.items():
        for path in (key, *conditions):
            table, name = path.split(".")
            assert name in fields(tables()[table])
        for path, wanted in conditions.items():
            table, name = path.split(".")
            kind = fields(tables()[table])[name]
            assert all(msgspec.convert(word, kind) == word for word in wanted)


def test_a_text_stands_in_for_the_missing_one() -> None:
    assert Text(en="loss", es="pérdida").in_language("es") == "pérdida"
    assert Text(en="loss").in_language("es") == "loss"
    assert Text(es="pérdida").in_language() == "pérdida"


def test_scenarios_never_change() -> None:
    with pytest.raises(AttributeError):
        setattr(Scenario(), "id", "other")  # noqa: B010 (a plain assignment is a type error, too)
