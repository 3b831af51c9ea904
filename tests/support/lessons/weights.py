"""What the lessons on initial weights, and on too much gradient, say in figures."""

from math import sqrt

import numpy as np
from vglab.engine.nn.activations import ACTIVATIONS
from vglab.engine.theory.mean_field import critical_gain

from .quotes import Aside, Quote, at_birth, in_the_end, law, on_screen, setting
from .runs import (
    Run,
    Values,
    accuracy,
    crossings,
    gradient_first,
    least,
    loss,
    mean_of,
    mean_rate,
    most,
    rate,
    ratio,
    share_over,
    spread_of,
    typical,
)


def critical(activation: str) -> float:
    """Where theory puts the edge of chaos."""
    gain = critical_gain(ACTIVATIONS[activation])
    assert gain
    return gain


def decades(run: Run) -> Values:
    """How many powers of ten the error signal spans."""
    return np.log10(spread_of("delta_rms")(run))


WEIGHTS: dict[str, tuple[Quote | Aside, ...]] = {
    "weight-init": (
        setting("same ten sigmoid layers", "mismas diez capas de sigmoides", "network.depth", 10),
        setting("10.15 times as large", "10.15 veces mayores", "network.gain", 10.15),
        in_the_end("learn the circles", "aprenden los círculos", least(accuracy), 0.95, 1),
        at_birth("that factor is 1", "ese factor vale 1", typical(rate), 0.95, 1.08),
        on_screen(
            "the factor is 1.11 (home)",
            "el factor es 1.11 (tecla inicio)",
            typical(mean_rate),
            1.105,
            1.115,
        ),
        setting("of 32 units", "de 32 unidades", "network.width", 32),
        law("at σ_w = 10.15", "en σ_w = 10.15", critical("sigmoid"), 10.145, 10.155),
        law("at σ_w = 1,", "en σ_w = 1,", critical("tanh"), 0.995, 1.005),
        law("for ReLU at √2", "para ReLU, en √2", critical("relu"), 1.414, 1.4145),
        Aside("mean-field theory puts the balance", "medio sitúa el equilibrio"),
        at_birth("network.gain = 4", "network.gain = 4", typical(rate), 0.3, 0.9),
        at_birth("network.gain = 40", "network.gain = 40", typical(rate), 1.2, 3),
    ),
    "tanh-chaos": (
        law("puts it, at σ_w = 1.", "lo pone Xavier, en σ_w = 1.", critical("tanh"), 0.995, 1.005),
        setting("Here σ_w = 3", "Aquí σ_w = 3", "network.gain", 3),
        setting(
            "Weights three times as large as they should be",
            "Unos pesos tres veces mayores de lo debido",
            "network.gain",
            3,
        ),
        at_birth(
            "a third of the units",
            "a la tercera parte de las unidades",
            typical(mean_of("saturated")),
            0.27,
            0.37,
        ),
        Aside("the slope is almost 0", "la pendiente es casi 0"),
        *(
            maker("about ×1.5 a layer", "unas ×1.5 por capa", typical(mean_rate), 1.45, 1.55)
            for maker in (at_birth, on_screen)
        ),
        setting("let three times as much through", "dejan pasar el triple", "network.gain", 3),
        Aside("only as 1/σ_w", "solo bajan como 1/σ_w"),
        setting("Ten layers can take it", "Diez capas lo aguantan", "network.depth", 10),
        in_the_end("Ten layers can take it", "Diez capas lo aguantan", least(accuracy), 0.95, 1),
        Aside("within ±1", "dentro de ±1"),
        in_the_end("network.depth = 30", "network.depth = 30", share_over(0.9, accuracy), 0, 0.4),
    ),
    "pytorch-default": (
        law("a variance of 1/(3n)", "una varianza de 1/(3n)", 2**2 / 12, 1 / 3, 1 / 3),
        Aside("asks for 2/n", "pide 2/n"),
        law("six times too little", "la sexta parte", 2 / (1 / 3), 6, 6),
        law("√(1/6) ≈ 0.41", "√(1/6) ≈ 0.41", sqrt(1 / 6), 0.405, 0.415),
        at_birth("√(1/6) ≈ 0.41", "√(1/6) ≈ 0.41", typical(rate), 0.38, 0.42),
        at_birth(
            "after nine layers 3·10⁻⁴", "tras nueve capas queda un 3·10⁻⁴", typical(crossings), 9, 9
        ),
        at_birth(
            "after nine layers 3·10⁻⁴",
            "tras nueve capas queda un 3·10⁻⁴",
            typical(ratio),
            2e-4,
            4e-4,
        ),
        setting("ten layers of ReLU", "diez capas de ReLU", "network.depth", 10),
        in_the_end("ten layers of ReLU", "diez capas de ReLU", typical(accuracy), 0.49, 0.55),
        setting("ten sigmoids did", "diez sigmoides", "network.depth", 10, "deep-sigmoid"),
        Aside("most networks there have", "casi todas esas redes"),
    ),
    "flat-gradient": (
        Aside("Most tools draw one chart", "Casi todas las herramientas"),
        setting("Thirty layers", "Treinta capas", "network.depth", 30),
        Aside("loses √½ a layer", "pierde √½ por capa"),
        Aside("of the two", "de ambas"),
        at_birth(
            "nearly the same everywhere",
            "casi igual en todas partes",
            typical(spread_of("grad_norm")),
            1,
            10,
            seeds=8,
        ),
        at_birth(
            "everywhere a few millionths",
            "en todas partes: unas pocas millonésimas",
            typical(mean_of("grad_norm")),
            1.5e-6,
            6e-6,
            seeds=8,
        ),
        at_birth(
            "four decades (factors of ten) and more",
            "más de cuatro décadas (factores de diez)",
            least(decades),
            4,
            5.5,
            seeds=8,
        ),
        setting("64 units a layer", "64 unidades por capa", "network.width", 64),
        setting("instead of 32", "en vez de 32", "network.width", 32, "relu-deep"),
        in_the_end(
            "stuck as can be", "no puede estar más atascada", most(accuracy), 0.49, 0.65, seeds=4
        ),
        in_the_end(
            "Given twice the steps, a few",
            "con el doble de pasos, unas pocas",
            share_over(0.65, accuracy),
            0.02,
            0.4,
            "training.steps=2000",
            seeds=16,
        ),
    ),
    "orthogonal": (
        setting("Fifty random matrices", "Cincuenta matrices al azar", "network.depth", 50),
        Aside("most of the others", "casi todas las demás"),
        Aside("fifty rotations multiplied", "cincuenta rotaciones multiplicadas"),
        Aside("on average", "por término medio"),
        at_birth("always 0.6 to 0.7", "siempre de 0.6 a 0.7", least(ratio), 0.58, 0.72),
        at_birth("always 0.6 to 0.7", "siempre de 0.6 a 0.7", most(ratio), 0.58, 0.72),
        at_birth(
            "0.03 for one seed",
            "0.03 con una semilla",
            least(ratio),
            0.015,
            0.045,
            preset="tanh-deep",
        ),
        at_birth(
            "more than 1 for another", "más de 1 con otra", most(ratio), 1, 3, preset="tanh-deep"
        ),
        in_the_end(
            "by a factor of 10 to 100",
            "en un factor de 10 a 100",
            typical(spread_of("delta_rms", -1)),
            10,
            100,
            seeds=8,
        ),
        in_the_end(
            "training.rate = 0.05",
            "training.rate = 0.05",
            share_over(0.8, accuracy),
            0.9,
            1,
            seeds=8,
        ),
        in_the_end(
            "learn that did not",
            "no aprendían",
            share_over(0.8, accuracy),
            0,
            0.3,
            "training.rate=0.05",
            preset="tanh-deep",
            seeds=8,
        ),
    ),
    "exploding": (
        setting("With 32 units", "Con 32 unidades", "network.width", 32),
        Aside("that is σ_w = √32 instead of √2", "eso es σ_w = √32 en vez de √2"),
        law("signal by 4", "señal por 4", sqrt(32) / sqrt(2), 4, 4),
        at_birth("signal by 4", "señal por 4", typical(rate), 3.6, 4.4),
        *(
            maker("hundreds of thousands", "cientos de miles", typical(of), 1e5, 1e6)
            for maker in (at_birth, on_screen)
            for of in (loss, gradient_first)
        ),
        at_birth("less than 1", "no llega a 1", most(gradient_first), 0, 1, preset="relu"),
        at_birth(
            "ReLU's never exceed 1",
            "Las de ReLU nunca pasan de 1",
            most(mean_of("slope_rms")),
            0.4,
            1,
        ),
        Aside("other side of 1", "otro lado del 1"),
    ),
    "clipping": (
        *(
            maker(
                "gradient in the hundreds of thousands",
                "gradiente de cientos de miles",
                typical(gradient_first),
                1e5,
                1e6,
            )
            for maker in (at_birth, on_screen)
        ),
        setting("to length 1", "a longitud 1", "training.clip_norm", 1),
        at_birth("grows by 4 a layer", "creciendo 4 veces por capa", typical(rate), 3.6, 4.4),
        Aside(
            "got a millionth, it keeps its millionth",
            "le tocaba una millonésima, le seguirá tocando una millonésima",
        ),
        in_the_end("learns the circles", "aprende los círculos", least(accuracy), 0.9, 1),
    ),
}
