"""What the lessons on other activations say in figures."""

from math import sqrt

import numpy as np
from vglab.engine.nn.activations import ACTIVATIONS
from vglab.scenarios.loading.inheritance import load

from .quotes import Aside, Quote, at_birth, in_the_end, law, setting, stated
from .runs import (
    Run,
    Values,
    accuracy,
    crossings,
    displacement,
    least,
    mean_of,
    most,
    rate,
    ratio,
    share_over,
    theory_ratio,
    typical,
)


def lost_variance(run: Run) -> float:
    """How much of the error signal's variance a layer's slopes take, of what the weights give."""
    return 1 - float(np.square(run.hidden("slope_rms")).mean())


def lost_a_layer(run: Run) -> float:
    """What a layer takes of the error signal."""
    return 1 - typical(rate)(run)


def dead_in_the_last(run: Run) -> Values:
    """The share of dead units in the last hidden layer at the end, which the course asks for."""
    return run.hidden("dead", -1)[:, -1]


ACTIVATION: dict[str, tuple[Quote | Aside, ...]] = {
    "tanh": (
        Aside(
            "One word changes: the activation. At z = 0",
            "Cambia una sola palabra: la activación. En z = 0",
        ),
        law("slope 1 instead of 1/4", "es 1 y no 1/4", ACTIVATIONS["tanh"].steepest, 1, 1),
        at_birth("takes a few per cent", "un pequeño tanto por ciento", lost_a_layer, 0.02, 0.09),
        at_birth(
            "three quarters", "tres cuartas partes", lost_a_layer, 0.7, 0.8, preset="deep-sigmoid"
        ),
        setting("ten layers learn", "diez capas aprenden", "network.depth", 10),
        in_the_end("ten layers learn", "diez capas aprenden", least(accuracy), 0.9, 1),
        *(
            in_the_end(
                "layer 1 moves by about its own norm",
                "la capa 1 se mueve más o menos su propia norma",
                typical(displacement, 0),
                0.7,
                1.4,
                seeds=seeds,
            )
            for seeds in (1, 6)
        ),
        Aside("in the long run in proportion to 1/√L", "a la larga como 1/√L"),
        setting("of 32 units", "de 32 unidades", "network.width", 32),
        at_birth(
            "after a hundred, 0.4 is left",
            "tras cien queda 0.4",
            typical(theory_ratio),
            0.35,
            0.45,
            "network.depth=100",
            seeds=1,
        ),
        at_birth(
            "units a tenth",
            "unidades, una décima parte",
            typical(ratio),
            0.05,
            0.15,
            "network.depth=100",
        ),
        at_birth(
            "loses sixty orders of magnitude",
            "pierde sesenta órdenes de magnitud",
            typical(ratio),
            1e-65,
            1e-60,
            "network.depth=100",
            preset="deep-sigmoid",
        ),
        in_the_end(
            "network.depth = 100", "network.depth = 100", most(accuracy), 0.45, 0.7, seeds=3
        ),
    ),
    "tanh-deep": (
        at_birth(
            "fifty layers a sigmoid would leave 10⁻³¹",
            "cincuenta capas una sigmoide dejaría 10⁻³¹",
            typical(ratio),
            3e-32,
            3e-31,
            "network.depth=50",
            preset="deep-sigmoid",
        ),
        at_birth(
            "about half in wide layers",
            "alrededor de la mitad en capas anchas",
            typical(theory_ratio),
            0.45,
            0.6,
            seeds=1,
        ),
        setting("32 units", "32 unidades", "network.width", 32),
        at_birth(
            "typically a fifth",
            "por lo general la quinta parte",
            typical(ratio),
            0.15,
            0.25,
            seeds=48,
        ),
        setting("fifty random factors", "cincuenta factores al azar", "network.depth", 50),
        at_birth("to 0.03", "en 0.03", least(ratio), 0.015, 0.045),
        at_birth("or to above 1", "o pasar de 1", most(ratio), 1, 3),
        in_the_end(
            "learned badly or not at all",
            "se aprenden mal o no se aprenden",
            most(accuracy),
            0.45,
            0.8,
        ),
        Aside("after fifty the points", "tras cincuenta los puntos"),
    ),
    "relu": (
        Aside(
            "exactly 1 where a unit is on and exactly 0 where it is off",
            "exactamente 1 donde la unidad está activa y exactamente 0 donde no lo está",
        ),
        at_birth(
            "half of the units are off",
            "la mitad de las unidades está apagada",
            typical(mean_of("saturated")),
            0.45,
            0.55,
        ),
        at_birth(
            "half of the signal's variance is lost",
            "se pierde la mitad de la varianza de la señal",
            lost_variance,
            0.45,
            0.55,
        ),
        Aside("that factor 2", "ese factor 2"),
        setting("all ten layers", "las diez capas", "network.depth", 10),
        at_birth(
            "at about the size it had", "casi con el tamaño que tenía", typical(ratio), 0.7, 1.4
        ),
        Aside("It takes both", "Hacen falta las dos cosas"),
        law("√½ ≈ 0.71 a layer", "√½ ≈ 0.71 por capa", sqrt(0.5), 0.705, 0.715),
        at_birth(
            "√½ ≈ 0.71 a layer",
            "√½ ≈ 0.71 por capa",
            typical(rate),
            0.67,
            0.73,
            "network.init=xavier",
        ),
        in_the_end(
            "harmless over ten layers",
            "inofensivo en diez capas",
            least(accuracy),
            0.9,
            1,
            "network.init=xavier",
        ),
        law("4·10⁻⁵ over thirty", "4·10⁻⁵ en treinta", sqrt(0.5) ** 29, 3.5e-5, 4.5e-5),
        *(
            row
            for seeds in (1, 12)
            for row in (
                in_the_end(
                    "one in ten at the end",
                    "al final una de cada diez",
                    typical(mean_of("dead", -1)),
                    0.07,
                    0.14,
                    seeds=seeds,
                ),
                in_the_end(
                    "two or three in ten in layer 10",
                    "en la capa 10 dos o tres de cada diez",
                    typical(dead_in_the_last),
                    0.15,
                    0.35,
                    seeds=seeds,
                ),
            )
        ),
    ),
    "relu-deep": (
        setting("Thirty layers", "Treinta capas", "network.depth", 30),
        in_the_end("they learn the circles", "aprenden los círculos", least(accuracy), 0.95, 1),
        Aside("beyond the factor 2", "que el factor 2"),
        at_birth(
            "for the half that ReLU cuts off",
            "la mitad que ReLU recorta",
            typical(mean_of("saturated")),
            0.45,
            0.55,
        ),
        Aside("lets √½ through", "deja pasar √½"),
        at_birth("twenty-nine steps down", "bajar veintinueve", typical(crossings), 29, 29),
        law("leave 4·10⁻⁵", "deja 4·10⁻⁵", sqrt(0.5) ** 29, 3.5e-5, 4.5e-5),
        at_birth("leave 4·10⁻⁵", "deja 4·10⁻⁵", typical(ratio), 1e-5, 1e-4, "network.init=xavier"),
        Aside("Two things are new", "hay dos novedades"),
        stated(
            "a tenth of what it was",
            "la décima parte",
            lambda s: s.training.rate / load("relu").training.rate,
            0.099,
            0.101,
        ),
        in_the_end(
            "with half of the seeds layer 1 moves by less than 1 %",
            "con la mitad de las semillas la capa 1 se mueve menos del 1 %",
            share_over(0.01, displacement, 0),
            0.3,
            0.7,
            seeds=12,
        ),
        Aside("thirty random factors", "treinta factores al azar"),
        at_birth("network.width = 128", "network.width = 128", typical(rate), 0.97, 1.02, seeds=4),
    ),
    "leaky-relu": (
        Aside("above 0 and αz below", "por encima de 0 y αz por debajo"),
        setting("α = 0.2", "α = 0.2", "network.slope", 0.2),
        Aside("σ_w √((1 + α²)/2)", "σ_w √((1 + α²)/2)"),
        stated(
            "1.02 instead", "1.02 en lugar", lambda s: sqrt(1 + s.network.slope**2), 1.015, 1.025
        ),
        at_birth("1.02 instead", "1.02 en lugar", typical(rate), 0.97, 1.05),
        law("of 1.00", "de 1.00", sqrt(2 / 2), 1, 1),
        stated(
            "0.72 instead",
            "0.72 en lugar",
            lambda s: sqrt((1 + s.network.slope**2) / 2),
            0.715,
            0.725,
        ),
        at_birth("0.72 instead", "0.72 en lugar", typical(rate), 0.68, 0.75, "network.init=xavier"),
        law("of 0.71", "de 0.71", sqrt(0.5), 0.705, 0.715),
        Aside("slope is never 0", "pendiente nunca es 0"),
        in_the_end(
            "one unit in ten dead",
            "una de cada diez muerta",
            typical(mean_of("dead", -1)),
            0.07,
            0.14,
            preset="relu",
        ),
        in_the_end("shows none here", "no muestra ninguna", most(mean_of("dead", -1)), 0, 0),
    ),
    "dying-relu": (
        setting("0.03 is thirty", "0.03 es treinta", "training.rate", 0.03),
        stated(
            "thirty times its usual rate of 0.001",
            "treinta veces su tasa habitual de 0.001",
            lambda s: s.training.rate / 0.001,
            29.9,
            30.1,
        ),
        Aside("z < 0 for every example", "z < 0 para todos los ejemplos"),
        Aside("slope is 0 for all", "pendiente es 0 entonces"),
        in_the_end(
            "about seven units in ten",
            "unas siete de cada diez unidades",
            typical(mean_of("dead", -1)),
            0.6,
            0.78,
            seeds=24,
        ),
        *(
            in_the_end(
                "in layer 10 five to eight in ten",
                "en la capa 10, de cinco a ocho de cada diez",
                typical(dead_in_the_last),
                0.45,
                0.85,
                seeds=seeds,
            )
            for seeds in (1, 24)
        ),
        at_birth(
            "half of them in a healthy ReLU",
            "la mitad en una ReLU sana",
            typical(mean_of("saturated")),
            0.45,
            0.55,
        ),
        in_the_end(
            "about one in six",
            "con una de cada seis",
            share_over(0.9, accuracy),
            0.75,
            0.92,
            seeds=24,
        ),
        Aside("With most seeds", "Con la mayoría"),
    ),
    "dying-leaky": (
        stated(
            "thirty times too long",
            "treinta veces demasiado largos",
            lambda s: s.training.rate / 0.001,
            29.9,
            30.1,
        ),
        in_the_end(
            "with ReLU about one in six",
            "con ReLU fracasaba una de cada seis",
            share_over(0.9, accuracy),
            0.75,
            0.92,
            preset="dying-relu",
            seeds=24,
        ),
        Aside("below 0 for every example", "por debajo de 0 para todos los ejemplos"),
        setting("slope α = 0.2", "pendiente α = 0.2", "network.slope", 0.2),
        stated("is a fifth of", "es la quinta parte", lambda s: s.network.slope, 0.2, 0.2),
        in_the_end("not one unit dies", "no muere ni una unidad", most(mean_of("dead", -1)), 0, 0),
        Aside(
            "0.01 in the first paper and in PyTorch, 0.3 in",
            "0.01 en el primer artículo y en PyTorch, 0.3 en",
        ),
        Aside("0.2 in many GANs", "0.2 en muchas GAN"),
        Aside("Any α > 0", "Con cualquier α > 0"),
        in_the_end(
            "Nearly every seed learns the circles",
            "Casi todas las semillas aprenden los círculos",
            share_over(0.9, accuracy),
            0.85,
            1,
            seeds=24,
        ),
        in_the_end(
            "network.slope = 0.01",
            "network.slope = 0.01",
            share_over(0.9, accuracy),
            0.3,
            0.95,
            seeds=16,
        ),
        in_the_end(
            "network.slope = 0.01",
            "network.slope = 0.01",
            most(mean_of("dead", -1)),
            0,
            0,
            seeds=16,
        ),
    ),
}
