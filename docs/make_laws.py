"""Generate the page of laws: `python docs/make_laws.py` writes build/generated/<language>/laws.md.

It compares the factor per layer of the literature with theory and with networks at initialization.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from math import nan, pi, sqrt
from multiprocessing import get_context
from typing import NamedTuple, get_args

import numpy as np
from vglab.scenarios.documents.run import RunDocument, document
from vglab.scenarios.experiment.build import build
from vglab.scenarios.i18n import Language
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.runs.cores import cores
from writing import GENERATED, cell, table

REPLICAS, WIDTH = 8, 128
COMMON = (
    f"network.width={WIDTH}",
    f"run.replicas={REPLICAS}",
    "training.steps=1",
    "data.train=256",
    "data.test=2",
)
"""Wide enough for the theory of wide networks, small enough for a page that is made in seconds."""


class Law(NamedTuple):
    """A law of the literature about one layer, and a network to measure it on."""

    title: Mapping[Language, str]
    formula: str
    value: float
    """The factor of ‖δ‖ a layer, deep in a wide network."""
    source: str
    scenario: str
    settings: Sequence[str]


def law(
    en: str, es: str, formula: str, value: float, source: str, scenario: str, *settings: str
) -> Law:
    """A row of the table below."""
    return Law({"en": en, "es": es}, formula, value, source, scenario, settings)


def linear(gain: float, activation: str, *more: str) -> tuple[str, ...]:
    """Weights N(0, gain²/fan_in) and an activation, 30 layers deep."""
    settings = (
        f"network.activation={activation}",
        "network.init=lecun",
        f"network.gain={gain:.6g}",
    )
    return ("network.depth=30", *settings, *more)


CHAOS = "Poole et al. 2016; Schoenholz et al. 2017"
HE = "He et al. 2015"
LAWS = (
    law(
        "Sigmoid, Xavier",
        "Sigmoide, Xavier",
        r"$\sqrt\chi = \sigma_w \sqrt{E\,g'(\sqrt{q^*} z)^2},\ \sigma_w = 1$",
        0.2361,
        "Schoenholz et al. 2017",
        "deep-sigmoid",
        *linear(1, "sigmoid"),
    ),
    law(
        "Sigmoid on its edge of chaos",
        "Sigmoide en el borde del caos",
        r"$\chi = 1:\ \sigma_w = 10.15$",
        1.0,
        "Schoenholz et al. 2017",
        "deep-sigmoid",
        *linear(10.15, "sigmoid"),
    ),
    law(
        "Tanh, U(±1/√n)",
        "Tanh, U(±1/√n)",
        r"$\sqrt\chi = \sqrt{1/3}$",
        sqrt(1 / 3),
        "Glorot & Bengio 2010",
        "tanh",
        "network.depth=20",
        "network.init=uniform",
    ),
    law(
        "Tanh, σ_w² = 1/2",
        "Tanh, σ_w² = 1/2",
        r"$\sqrt\chi = \sqrt{1/2},\ q^* = 0$",
        sqrt(1 / 2),
        CHAOS,
        "tanh",
        *linear(sqrt(1 / 2), "tanh"),
    ),
    law(
        "Tanh, σ_w² = 2",
        "Tanh, σ_w² = 2",
        r"$\sqrt\chi = \sigma_w \sqrt{E\,g'(\sqrt{q^*} z)^2}$",
        1.0514,
        CHAOS,
        "tanh",
        *linear(sqrt(2), "tanh"),
    ),
    law(
        "Tanh, σ_w² = 4",
        "Tanh, σ_w² = 4",
        r"$\sqrt\chi = \sigma_w \sqrt{E\,g'(\sqrt{q^*} z)^2}$",
        1.1673,
        CHAOS,
        "tanh",
        *linear(2, "tanh"),
    ),
    law(
        "Tanh on its edge of chaos, σ_b² = 0.05",
        "Tanh en el borde del caos, σ_b² = 0.05",
        r"$\chi = 1:\ \sigma_w^2 = 1.761$",
        1.0,
        CHAOS,
        "tanh",
        *linear(sqrt(1.761), "tanh", f"network.bias_std={sqrt(0.05):.6g}"),
    ),
    law(
        "Tanh, depth scale 3.63 layers",
        "Tanh, escala de profundidad 3.63 capas",
        r"$\chi = e^{-1/\xi},\ \sigma_w^2 = 1,\ \sigma_b^2 = 0.05$",
        sqrt(0.7590),
        CHAOS,
        "tanh",
        *linear(1, "tanh", f"network.bias_std={sqrt(0.05):.6g}"),
    ),
    law(
        "ReLU, Xavier",
        "ReLU, Xavier",
        r"$\sqrt{\sigma_w^2/2},\ \sigma_w = 1$",
        sqrt(1 / 2),
        HE,
        "relu",
        *linear(1, "relu"),
    ),
    law(
        "ReLU, He",
        "ReLU, He",
        r"$\sqrt{\sigma_w^2/2},\ \sigma_w^2 = 2$",
        1.0,
        HE,
        "relu",
        *linear(sqrt(2), "relu"),
    ),
    law(
        "ReLU, twice He's variance",
        "ReLU, el doble de la varianza de He",
        r"$\sqrt{\sigma_w^2/2},\ \sigma_w^2 = 4$",
        sqrt(2),
        HE,
        "relu",
        *linear(2, "relu"),
    ),
    law(
        "ReLU, PyTorch's default",
        "ReLU, lo que trae PyTorch",
        r"$\sqrt{\sigma_w^2/2},\ \sigma_w^2 = 1/3$",
        sqrt(1 / 6),
        HE,
        "relu",
        "network.depth=20",
        "network.init=uniform",
    ),
    law(
        "Leaky ReLU, α = 0.2",
        "Leaky ReLU, α = 0.2",
        r"$\sqrt{\sigma_w^2 (1+\alpha^2)/2},\ \sigma_w^2 = 2$",
        sqrt(1.04),
        HE,
        "relu",
        *linear(sqrt(2), "leaky_relu", "network.slope=0.2"),
    ),
    law(
        "Linear, σ_w² = 1/2",
        "Lineal, σ_w² = 1/2",
        r"$\sigma_w$",
        sqrt(1 / 2),
        "Saxe et al. 2013",
        "tanh",
        *linear(sqrt(1 / 2), "linear"),
    ),
    law(
        "Batch normalization, ReLU",
        "Normalización por lotes, ReLU",
        r"$\sqrt{\pi/(\pi-1)}\ \forall\,\sigma_w$",
        sqrt(pi / (pi - 1)),
        "Yang et al. 2019",
        "relu",
        *linear(1, "relu", "network.norm=batch", "training.batch=256"),
    ),
    law(
        "Pre-activation residual, ReLU, He",
        "Residual con preactivación, ReLU, He",
        r"$\sqrt 2$",
        sqrt(2),
        "Hanin & Rolnick 2018; Zhang et al. 2019",
        "relu",
        *linear(
            sqrt(2),
            "relu",
            "network.skip=identity",
            "network.skip_every=1",
            "network.skip_placement=preactivation",
        ),
    ),
)
"""Only laws about the factor a layer: it is what every chart of the lab begins with."""

SAID: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "Laws, predicted and measured",
        "lead": "The factor by which a layer multiplies the error signal δ on the way to the input,"
        " at initialization. *Law* is the number in the literature, for wide and deep networks;"
        " *theory* is what vglab predicts for this very network, with its inputs, its depth and its"
        " first layers (`networks.model.theory.rate`); *measured* is the median of"
        f" {REPLICAS} networks of {WIDTH} units, with the 10–90 % band. `make docs` generates"
        " this page.",
        "head": "network|formula|source|law|theory|measured",
        "commands": "The runs",
        "again": "Each as a command; the number above is `at_birth.rate` of its `--json`.",
    },
    "es": {
        "title": "Leyes, previstas y medidas",
        "lead": "El factor por el que una capa multiplica la señal de error δ hacia la entrada,"
        " en la inicialización. *Ley* es el número de la bibliografía, para redes anchas y"
        " profundas;"
        " *teoría* es lo que vglab prevé para esa misma red, con sus entradas, su profundidad y sus"
        f" primeras capas (`networks.model.theory.rate`); *medido* es la mediana de {REPLICAS}"
        f" redes de {WIDTH} unidades, con la banda del 10 al 90 %. `make"
        " docs` genera esta página.",
        "head": "red|fórmula|fuente|ley|teoría|medido",
        "commands": "Las ejecuciones",
        "again": "Cada una como orden; el número de arriba es `at_birth.rate` de su `--json`.",
    },
}


class Found(NamedTuple):
    """Theory and measurement of a law: the median and the 10–90 % band over the replicas."""

    theory: float | None
    low: float
    middle: float
    high: float


def found(one: Law) -> Found:
    """Build the network of a law, take one step, and read its factor at initialization."""
    scenario = load(one.scenario, [*one.settings, *COMMON])
    experiment = build(scenario)
    for _row in experiment.steps:
        pass
    run = document(scenario, experiment, 0.0)
    theory = run.networks["model"].theory
    low, high = np.quantile(rates(run), (0.1, 0.9)).tolist()
    middle = run.networks["model"].diagnosis.at_birth.rate or nan
    return Found(theory.rate if theory else None, low, middle, high)


def rates(run: RunDocument) -> np.ndarray:
    """The factor a layer of each replica: from a line through ln δ_rms over the hidden layers."""
    delta = np.array([replica[0][:-1] for replica in run.networks["model"].measures.delta_rms])
    layers = np.arange(delta.shape[1])
    return np.exp([-np.polyfit(layers, np.log(replica), 1)[0] for replica in delta])


def page(results: Mapping[str, Found], language: Language) -> str:
    """The table, and the commands."""
    said = SAID[language]
    head = said["head"].split("|")
    rows: list[list[str]] = []
    commands = [f"\n## {said['commands']}\n\n{said['again']}\n", "<!-- slow -->\n```sh"]
    for one in LAWS:
        seen = results[one.title["en"]]
        theory = "–" if seen.theory is None else f"{seen.theory:.4f}"
        spread = f"{seen.middle:.4f} ({seen.low:.3f}–{seen.high:.3f})"
        cells = [one.title[language], one.formula, one.source, f"{one.value:.4f}", theory, spread]
        rows.append([*map(cell, cells)])
        sets = " ".join(f"--set {setting}" for setting in (*one.settings, *COMMON))
        commands.append(f"vglab --scenario {one.scenario} --json {sets}")
    lines = [f"# {said['title']}\n\n{said['lead']}\n", table(head, rows), *commands, "```"]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure every law and write the page in each language."""
    with ProcessPoolExecutor(cores(), get_context("spawn")) as pool:
        results = dict(zip([one.title["en"] for one in LAWS], pool.map(found, LAWS), strict=True))
    for language in get_args(Language):
        (GENERATED / language).mkdir(parents=True, exist_ok=True)
        (GENERATED / language / "laws.md").write_text(page(results, language))


if __name__ == "__main__":
    main()
