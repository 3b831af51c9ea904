"""Every rule about settings that do nothing or contradict each other is broken once, in English and
in Spanish; a rule that none of these cases breaks fails the last test."""

import ast
import re
from collections.abc import Iterator
from inspect import getsource
from types import ModuleType
from typing import Any

import pytest
from vglab.scenarios.errors import ScenarioError
from vglab.scenarios.i18n import set_language
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.schema import rules
from vglab.scenarios.schema import rules as staging
from vglab.scenarios.schema.rules import A_FILE, NEEDS, NO_FILE, OF_KIND

GAN = 'kind="gan"'
DIGITS, LAG = "data.name=digits", "data.name=lag"
LAYERED = ("network", "generator", "discriminator")

CLASHING: list[tuple[tuple[str, ...], str, str]] = [
    (
        ("training.batch=600",),
        "training.batch: found 600; allowed: at most data.train = 512",
        "training.batch: se encontró 600; se admite: como mucho data.train = 512",
    ),
    (
        ("data.name=ring",),
        'data.name: found "ring"; allowed: data with classes to tell apart, or kind = "gan"',
        'data.name: se encontró "ring"; se admite: datos con clases que distinguir, o kind = "gan"',
    ),
    (
        ("network.architecture=lstm",),
        'data.name: found "circles"; allowed: lag, with network.architecture = lstm',
        'data.name: se encontró "circles"; se admite: lag, con network.architecture = lstm',
    ),
    (
        (DIGITS, "data.train=1700"),
        "data.train: found 1700; allowed: at most 1797 with data.test, as there are no more images",
        "data.train: se encontró 1700; se admite: como mucho 1797 junto con data.test: no hay más"
        " imágenes",
    ),
    (
        (DIGITS, "network.architecture=cnn", "network.kernel=2"),
        "network.kernel: found 2; allowed: an odd number, as a kernel has a middle",
        "network.kernel: se encontró 2; se admite: un número impar: un núcleo tiene un centro",
    ),
    (
        (LAG, "network.architecture=rnn", "network.norm=batch"),
        'network.norm: found "batch"; allowed: none in a recurrent network',
        'network.norm: se encontró "batch"; se admite: none en una red recurrente',
    ),
    (
        (LAG, "network.architecture=gru", "network.skip=highway"),
        'network.skip: found "highway"; allowed: none in a recurrent network',
        'network.skip: se encontró "highway"; se admite: none en una red recurrente',
    ),
    (
        (GAN, DIGITS),
        'data.name: found "digits"; allowed: points in the plane, for a GAN to imitate',
        'data.name: se encontró "digits"; se admite: puntos del plano que una GAN pueda imitar',
    ),
    (
        (GAN, "gan.penalty=1.0", "discriminator.skip=identity"),
        "gan.penalty: found 1.0; allowed: 0 with discriminator.norm or skip; gan.clip_weights goes"
        " with both",
        "gan.penalty: se encontró 1.0; se admite: 0 si hay discriminator.norm o skip;"
        " gan.clip_weights vale con ambos",
    ),
    (
        ("training.stages=[{layers='last'}]",),
        "training.stages.0: steps missing; say for how many, as in steps = 500",
        "training.stages.0: faltan los pasos; diga durante cuántos, como en steps = 500",
    ),
    (
        ("training.stages=[{steps=1,depth=3},{steps=1,depth=2}]",),
        "training.stages.1.depth: found 2; allowed: 3 or more, because a network only grows",
        "training.stages.1.depth: se encontró 2; se admite: 3 o más, pues una red solo crece",
    ),
    (
        ("training.stages=[{steps=1,depth=11}]",),
        "training.stages.0.depth: found 11; allowed: at most network.depth = 10",
        "training.stages.0.depth: se encontró 11; se admite: como mucho network.depth = 10",
    ),
    (
        ("training.stages=[{steps=1,depth=2}]", "network.skip=identity"),
        'training.stages.0.depth: found 2; a network grows only with network.skip = "none"',
        'training.stages.0.depth: se encontró 2; una red solo crece con network.skip = "none"',
    ),
    (
        ("training.stages=[{steps=1,layers=[3,12]}]",),
        "training.stages.0.layers: found [3, 12]; allowed: [from, to], from 1 to 11, the output"
        " layer",
        "training.stages.0.layers: se encontró [3, 12]; se admite: [desde, hasta], de 1 a 11, que"
        " es la capa de salida",
    ),
    (
        ("training.stages=[{steps=1,network='generator'}]",),
        'training.stages.0.network: found "generator"; does nothing unless kind is gan',
        'training.stages.0.network: se encontró "generator"; no tiene efecto salvo que kind sea'
        " gan",
    ),
    (
        (GAN, "training.stages=[{steps=1,depth=2}]"),
        "training.stages.0.depth: found 2; does nothing unless kind is classifier",
        "training.stages.0.depth: se encontró 2; no tiene efecto salvo que kind sea classifier",
    ),
    (
        (GAN, "training.stages=[{steps=1,layers='last'}]"),
        'training.stages.0.layers: found "last"; does nothing unless kind is classifier',
        'training.stages.0.layers: se encontró "last"; no tiene efecto salvo que kind sea'
        " classifier",
    ),
    (
        ("expect=['a is 3']",),
        'expect.0: found "a is 3"; write PATH COMPARISON VALUE, with one of <= >= < > == !=, as'
        " in: networks.model.diagnosis.rate < 0.3",
        'expect.0: se encontró "a is 3"; ',
    ),
]
for table in LAYERED:
    kind = () if table == "network" else (GAN,)
    small = f"{table}.depth=1", f"{table}.skip=projection"
    CLASHING += [
        (
            (*kind, f"{table}.norm=batch", "training.batch=1"),
            "training.batch: found 1; allowed: at least 2, as one point has no spread to normalize"
            " by",
            "training.batch: se encontró 1; se admite: al menos 2: un solo punto no tiene",
        ),
        (
            (*kind, f"{table}.norm=layer", f"{table}.width=1"),
            f"{table}.width: found 1; allowed: at least 2, as one unit has no spread to normalize"
            " by",
            f"{table}.width: se encontró 1; se admite: al menos 2: una sola unidad no tiene",
        ),
        (
            (*kind, *small),
            f"{table}.depth: found 1; allowed: at least 2, as a skip passes over the second layer",
            f"{table}.depth: se encontró 1; se admite: al menos 2: la conexión de salto pasa por",
        ),
    ]

STATED: dict[str, str] = {
    **{f"{table}.slope": "0.3" for table in LAYERED},
    **{f"{table}.norm_eps": "0.25" for table in LAYERED},
    **{f"{table}.skip_every": "3" for table in LAYERED},
    **{f"{table}.skip_placement": '"inside"' for table in LAYERED},
    **{f"{table}.skip_scale": "0.5" for table in LAYERED},
    "network.kernel": "5",
    "network.forget_bias": "2.0",
    "data.label": '"kind"',
    "data.header": '"no"',
    "data.separator": '"tab"',
    "data.test_share": "0.5",
    "data.targets": '"numbers"',
    "data.drop": '["a"]',
    "data.missing": '"mean"',
    "data.categories": '"onehot"',
    "data.lag": "5",
    **dict.fromkeys([f"training.{k}" for k in ("momentum", "beta1", "beta2", "decay")], "0.5"),
    "training.eps": "0.25",
    "training.weight_decay": "0.5",
}
"""Not the default, for each key that does nothing in the deep sigmoid."""
OTHER_KIND = {
    "network": ("network.depth", "3"),
    "data.train": ("data.train", "100"),
    "data.test": ("data.test", "100"),
    "data.test_share": ("data.test_share", "0.5"),
    "data.targets": ("data.targets", '"numbers"'),
    "run.measures": ("run.measures", "[]"),
    "generator": ("generator.depth", "3"),
    "discriminator": ("discriminator.depth", "3"),
    "gan": ("gan.latent", "3"),
}


def refused(*settings: str) -> list[str]:
    """The lines, without where they stand."""
    with pytest.raises(ScenarioError) as caught:
        load("deep-sigmoid", settings)
    lines = [str(fault) for fault in caught.value.faults]
    assert all(line.startswith("--set: ") and "\n" not in line for line in lines)
    return [line.removeprefix("--set: ") for line in lines]


@pytest.mark.parametrize(("settings", "english", "spanish"), CLASHING, ids=str)
def test_what_contradicts_itself(settings: tuple[str, ...], english: str, spanish: str) -> None:
    assert english in refused(*settings)
    set_language("es")
    assert [line for line in refused(*settings) if line.startswith(spanish)]


def test_every_key_that_may_be_idle_is_tried() -> None:
    drawn = {key for key, needs in NEEDS.items() if needs == {"data.path": (NO_FILE,)}}
    assert STATED.keys() | drawn == NEEDS.keys()
    assert OTHER_KIND.keys() == OF_KIND.keys()


@pytest.mark.parametrize("key", STATED)
def test_a_key_that_does_nothing_is_refused(key: str) -> None:
    """With each of the settings it needs; where they are met, that is no fault."""
    kind = (GAN,) if key.split(".")[0] in ("generator", "discriminator") else ()
    needs = NEEDS[key]
    english, spanish = reasons(key, *kind, f"{key}={STATED[key]}")
    for other, found in zip(needs, english, strict=False):
        assert found == f"does nothing unless {other} is {' or '.join(needs[other])}"
    for other, found in zip(needs, spanish, strict=False):
        said = " o ".join(needs[other]).replace(A_FILE, "un archivo")
        assert found == f"no tiene efecto salvo que {other} sea {said}"
    for other, allowed in needs.items():
        for name in allowed if A_FILE not in allowed else ():
            met = [f"{other}={name}", f"{key}={STATED[key]}"]
            assert not [line for line in idle(*kind, *met) if f"{other} is" in line]


def reasons(key: str, *settings: str) -> Iterator[list[str]]:
    """Why a key does nothing, in English and in Spanish."""
    for language in ("en", "es"):
        set_language(language)
        lines = [line for line in refused(*settings) if line.startswith(f"{key}: ")]
        assert lines
        yield [line.split("; ", 1)[1] for line in lines]


def idle(*settings: str) -> list[str]:
    set_language("en")
    try:
        load("deep-sigmoid", settings)
    except ScenarioError as error:
        return [line for line in map(str, error.faults) if "does nothing" in line]
    return []


@pytest.mark.parametrize("key", OTHER_KIND)
def test_what_speaks_of_another_kind_is_refused(key: str) -> None:
    """Keys of a classifier in a GAN, and of a GAN in a classifier."""
    stated, value = OTHER_KIND[key]
    kind = () if OF_KIND[key] == "gan" else (GAN,)
    english, spanish = reasons(stated, *kind, f"{stated}={value}")
    assert f"does nothing unless kind is {OF_KIND[key]}" in english
    assert f"no tiene efecto salvo que kind sea {OF_KIND[key]}" in spanish


ELSEWHERE = ' does nothing, as stripes takes no noise; squared, with data.targets = "numbers"'
"""Said in tests/scenarios/experiment/test_registering.py, and userdata/test_regression.py."""


def sentences(module: ModuleType) -> Iterator[str]:
    """What a module says to people."""
    for node in ast.walk(ast.parse(getsource(module))):
        match node:
            case ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=str(text))]):
                yield text
            case _:
                pass


@pytest.mark.parametrize("module", [rules, staging])
def test_no_rule_is_left_out(module: Any) -> None:
    said = " ".join([english for _, english, _ in CLASHING]) + " x or y" + ELSEWHERE
    for text in sentences(module):
        form = re.sub(r"\\{\w+\\}", ".+", re.escape(text))
        assert re.search(form, said), text
