"""What the lessons on normalization, and on other steps, say in figures."""

from collections.abc import Callable
from math import pi

import numpy as np

from .quotes import Aside, Quote, at_birth, in_the_end, law, on_screen, setting
from .runs import (
    Run,
    Values,
    accuracy,
    displacement,
    least,
    longest_step,
    mean_of,
    mean_rate,
    rate,
    ratio,
    share_over,
    typical,
)


def stretch(run: Run) -> Values:
    """What brings a layer's outputs back to variance 1, without the output layer's input."""
    return 1 / run.hidden("activation_std").mean(axis=1)


def layers_over(bound: float) -> Callable[[Run], Values]:
    """How many layers' weights have a gradient above, root mean square over their entries."""

    def count(run: Run) -> Values:
        entry = run.measure("grad_norm") / np.sqrt(np.array(run.seen.sizes))
        return (entry > bound).sum(axis=1).astype(float)

    return count


def stuck(run: Run) -> float:
    """The accuracy of the seeds that do not learn the circles."""
    found = accuracy(run)
    return float(np.median(found[found < 0.9]))


def adam_share(gradient: float) -> float:
    """How much of a full step Adam takes with ε = 10⁻⁸."""
    return gradient / (gradient + 1e-8)


NORMALIZATION: dict[str, tuple[Quote | Aside, ...]] = {
    "batch-norm": (
        setting("Ten sigmoid layers", "Diez capas de sigmoides", "network.depth", 10),
        in_the_end("and they learn", "y aprenden", least(accuracy), 0.9, 1),
        Aside("mean 0 and variance 1", "media 0 y varianza 1"),
        at_birth("about 0.2", "0.2 más o menos", typical(mean_of("activation_std")), 0.17, 0.24),
        Aside("back to 1", "hasta 1"),
        at_birth("nearly 5", "casi 5", typical(stretch), 4.4, 5),
        at_birth("gain of 0.1", "ganancia de 0.1", typical(rate), 1.3, 1.5, "network.gain=0.1"),
        in_the_end("gain of 0.1", "ganancia de 0.1", least(accuracy), 0.9, 1, "network.gain=0.1"),
        setting("ε = 10⁻⁵", "ε = 10⁻⁵", "network.norm_eps", 1e-5),
        Aside("With 0.01 the variance", "Con 0.01 la varianza"),
        at_birth(
            "the factor to 0.7", "el factor, en 0.7", typical(rate), 0.65, 0.8, "network.gain=0.01"
        ),
        at_birth("even more than 1", "incluso mayor que 1", least(rate), 1.2, 2),
        *(
            maker("twenty or thirty times", "veinte o treinta veces", typical(ratio), 18, 35)
            for maker in (at_birth, on_screen)
        ),
        setting("ten layers that does", "diez capas no hace", "network.depth", 10),
        Aside("over fifty", "en cincuenta"),
    ),
    "batch-norm-explodes": (
        setting("Thirty layers of ReLU", "Treinta capas de ReLU", "network.depth", 30),
        at_birth(
            "their factor is 1", "su factor es 1", typical(rate), 0.95, 1.05, preset="relu-deep"
        ),
        *(
            row
            for maker in (at_birth, on_screen)
            for row in (
                maker("begins near 1.27", "empieza cerca de 1.27", typical(mean_rate), 1.25, 1.29),
                maker("about a thousand times", "unas mil veces", typical(ratio), 700, 1500),
            )
        ),
        Aside("halve the error signal's variance", "reducen a la mitad la varianza"),
        Aside("that are 1 or 0", "que valen 1 o 0"),
        Aside("only ½ - 1/(2π)", "solo ½ - 1/(2π)"),
        Aside("that back to 1", "eso hasta 1"),
        law("π/(π - 1) = 1.47 = 1.21²", "π/(π - 1) = 1.47 = 1.21²", pi / (pi - 1), 1.465, 1.475),
        law("π/(π - 1) = 1.47 = 1.21²", "π/(π - 1) = 1.47 = 1.21²", 1.21**2, 1.46, 1.475),
        setting("thirty layers learn", "treinta capas aprenden", "network.depth", 30),
        in_the_end("thirty layers learn", "treinta capas aprenden", least(accuracy), 0.9, 1),
        at_birth("network.depth = 50", "network.depth = 50", typical(longest_step), 1, 100),
        in_the_end(
            "most seeds stay near chance",
            "casi todas las semillas quedan cerca del azar",
            share_over(0.7, accuracy),
            0,
            0.5,
            "network.depth=50",
            seeds=6,
        ),
        in_the_end(
            "few hundred steps the factor is 1.1",
            "unos cientos de pasos el factor es 1.1",
            typical(rate, 300),
            1.05,
            1.15,
        ),
    ),
    "layer-norm": (
        Aside("mean 0 and variance 1", "media 0 y varianza 1"),
        at_birth(
            "near 1 for N(0, 1) as for He",
            "cerca de 1 tanto con N(0, 1) como con He",
            typical(rate),
            0.95,
            1.05,
        ),
        at_birth(
            "near 1 for N(0, 1) as for He",
            "cerca de 1 tanto con N(0, 1) como con He",
            typical(rate),
            0.95,
            1.05,
            "network.init=he",
        ),
        Aside("around ½, a mean", "rondan ½, una media"),
        at_birth(
            "network.activation = sigmoid and network.init = xavier: the factor is 0.4",
            "network.activation = sigmoid y network.init = xavier: el factor es 0.4",
            typical(rate),
            0.35,
            0.45,
        ),
        in_the_end("For ReLU that is a cure", "Para ReLU es una cura", least(accuracy), 0.9, 1),
    ),
    "adam": (
        setting("Five sigmoid layers", "cinco capas de sigmoides", "network.depth", 5),
        at_birth("0.003 of it", "0.003 de ella", typical(ratio), 0.0025, 0.0035),
        Aside("10⁻¹ or 10⁻⁷", "10⁻¹ como si era 10⁻⁷"),
        *(
            in_the_end(
                "layer 1 ends some six times its own norm",
                "la capa 1 acaba a unas seis veces su propia norma",
                typical(displacement, 0),
                5,
                7,
                seeds=seeds,
            )
            for seeds in (1, 12)
        ),
        setting("these five layers", "estas cinco capas", "network.depth", 5),
        in_the_end(
            "about half of the seeds stop at three quarters",
            "cerca de la mitad de las semillas se queda en tres cuartos",
            share_over(0.9, accuracy),
            0.35,
            0.65,
            seeds=16,
        ),
        in_the_end(
            "about half of the seeds stop at three quarters",
            "cerca de la mitad de las semillas se queda en tres cuartos",
            stuck,
            0.7,
            0.8,
            seeds=16,
        ),
    ),
    "adam-wall": (
        setting("Twenty layers", "Veinte capas", "network.depth", 20),
        setting("ε = 10⁻⁸", "ε = 10⁻⁸", "training.eps", 1e-8),
        Aside("dividing by 0", "dividir por 0"),
        law("10⁻⁸ gets half a step", "10⁻⁸ recibe medio paso", adam_share(1e-8), 0.5, 0.5),
        law("10⁻¹⁰ a hundredth", "10⁻¹⁰ una centésima", adam_share(1e-10), 0.009, 0.011),
        law("10⁻¹⁴ a millionth", "10⁻¹⁴ una millonésima", adam_share(1e-14), 0.9e-6, 1.1e-6),
        at_birth(
            "some ten layers from the output",
            "unas diez capas de la salida",
            typical(layers_over(1e-8)),
            8,
            12,
        ),
        in_the_end(
            "the accuracy hardly moves",
            "la exactitud apenas se mueve",
            typical(accuracy),
            0.45,
            0.65,
            "training.eps=1e-30",
        ),
        *(
            in_the_end(
                "layer 1 ends some hundred-millionths",
                "la capa 1 acaba a unas cienmillonésimas",
                typical(displacement, 0),
                0.5e-8,
                5e-8,
                seeds=seeds,
            )
            for seeds in (1, 12)
        ),
    ),
}
