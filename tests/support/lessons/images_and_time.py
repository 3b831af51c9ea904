"""What the lessons on images and on time say in figures."""

from math import exp

from .quotes import Aside, Quote, at_birth, in_the_end, law, on_screen, setting, stated
from .runs import (
    Run,
    Values,
    accuracy,
    born,
    least,
    longest_step,
    mean_step_rate,
    most,
    rate,
    share_over,
    step_rate,
    step_ratio,
    typical,
)


def gate(bias: float) -> float:
    """σ of a gate's bias."""
    return 1 / (1 + exp(-bias))


def lost_a_step(run: Run) -> Values:
    """How much of the error signal a step of the sequence takes."""
    return 1 - step_rate(run)


def over_lstm(run: Run) -> float:
    """How many parameters the layer has, over those of the LSTM's."""
    return run.seen.layers[0].parameters / born("lstm", seeds=8).seen.layers[0].parameters


IMAGES_AND_TIME: dict[str, tuple[Quote | Aside, ...]] = {
    "cnn": (
        setting("Eight convolutions", "ocho convoluciones", "network.depth", 8),
        setting("3 × 3 pixels", "3 × 3 píxeles", "network.kernel", 3),
        setting("16 channels", "16 canales", "network.width", 16),
        at_birth(
            "less than a quarter", "menos de la cuarta parte", most(rate), 0.15, 0.25, seeds=4
        ),
        at_birth("0.22", "0.22", typical(rate), 0.215, 0.225, seeds=4),
        at_birth(
            "network.architecture = mlp",
            "network.architecture = mlp",
            typical(rate),
            0.21,
            0.24,
            seeds=8,
        ),
        in_the_end(
            "stays at one in ten",
            "se queda en uno de cada diez",
            most(accuracy),
            0.05,
            0.2,
            seeds=2,
        ),
    ),
    "cnn-relu": (
        Aside("Only two words", "solo han cambiado dos palabras"),
        setting("eight layers", "ocho capas", "network.depth", 8),
        in_the_end(
            "typically more than nine in ten",
            "por lo general, más de nueve de cada diez",
            typical(accuracy),
            0.9,
            1,
            seeds=4,
        ),
        setting("within 800 steps", "en 800 pasos", "training.steps", 800),
        Aside("slope 1 where it is on", "pendiente de ReLU es 1 donde está activa"),
        Aside("up for the half that is off", "la mitad apagada"),
        stated(
            "here 3 · 3 · 16",
            "aquí 3 · 3 · 16",
            lambda s: s.network.kernel**2 * s.network.width,
            144,
            144,
        ),
        at_birth("a little below 1", "algo por debajo de 1", typical(rate), 0.94, 0.995, seeds=4),
        stated(
            "a third of the kernel",
            "un tercio del núcleo",
            lambda s: 1 / s.network.kernel,
            1 / 3,
            1 / 3,
        ),
        Aside("8 × 8 places", "8 × 8 puntos"),
        at_birth(
            "network.kernel = 5, which reaches beyond it more often, and the factor falls to 0.9",
            "network.kernel = 5, que se asoma más a menudo fuera del borde, "
            "y ese factor baja a 0.9",
            typical(rate),
            0.85,
            0.95,
            seeds=4,
        ),
    ),
    "rnn": (
        stated("76 random bits", "76 bits al azar", lambda s: s.data.lag + 1, 76, 76),
        setting(
            "75 steps back in time are 75 layers",
            "retroceder 75 pasos es atravesar 75 capas",
            "data.lag",
            75,
        ),
        at_birth(
            "about one half each time",
            "más o menos por un medio cada vez",
            typical(step_rate),
            0.45,
            0.6,
        ),
        at_birth(
            "typically some 10⁻²¹",
            "por lo general, un 10⁻²¹",
            typical(step_ratio),
            5e-22,
            1e-20,
        ),
        at_birth("10⁻¹⁶ to 10⁻²⁷", "de 10⁻¹⁶ a 10⁻²⁷", most(step_ratio), 3e-17, 1e-15),
        at_birth("10⁻¹⁶ to 10⁻²⁷", "de 10⁻¹⁶ a 10⁻²⁷", least(step_ratio), 1e-28, 1e-26),
        in_the_end(
            "learns the last steps by heart",
            "aprende de memoria los últimos pasos",
            most(accuracy),
            0.4,
            0.65,
            seeds=4,
        ),
    ),
    "lstm": (
        Aside("Were F 1", "Si F valiera 1"),
        law("σ(0) = ½", "σ(0) = ½", gate(0), 0.5, 0.5),
        setting("network.forget_bias = 4", "network.forget_bias = 4", "network.forget_bias", 4),
        law("σ(4) = 0.98", "σ(4) = 0.98", gate(4), 0.975, 0.985),
        *(
            at_birth("1.02 or 1.03", "1.02 o 1.03", typical(mean_step_rate), 1.015, 1.035, seeds=n)
            for n in (1, 8)
        ),
        setting("after 75", "tras 75 pasos", "data.lag", 75),
        at_birth("is still there", "sigue ahí", least(step_ratio), 0.3, 20, seeds=8),
        in_the_end(
            "the bit is recalled", "la red recuerda el bit", least(accuracy), 0.8, 1, seeds=3
        ),
        Aside("a bias of 1", "un sesgo de 1"),
        law("σ(1) = 0.73", "σ(1) = 0.73", gate(1), 0.725, 0.735),
        at_birth(
            "network.forget_bias = 1: less than a millionth",
            "network.forget_bias = 1: llega menos de una millonésima",
            typical(step_ratio),
            1e-8,
            1e-6,
            seeds=8,
        ),
    ),
    "gru": (
        Aside("U is near 1 the old", "U está cerca de 1"),
        *(
            at_birth(en, es, over_lstm, 0.75, 0.75, seeds=8)
            for en, es in (
                (
                    "four blocks of weights it keeps three",
                    "cuatro bloques de pesos de la LSTM conserva tres",
                ),
                ("a quarter less", "una cuarta parte menos"),
            )
        ),
        Aside("a number near 1", "un número cercano a 1"),
        Aside("U has to be near 1", "U tiene que estar cerca de 1"),
        setting("network.forget_bias = 4", "network.forget_bias = 4", "network.forget_bias", 4),
        law("σ(4) = 0.98", "σ(4) = 0.98", gate(4), 0.975, 0.985),
        at_birth(
            "0.98 is the factor per step that is measured",
            "0.98 es el factor por paso que se mide",
            typical(step_rate),
            0.975,
            0.985,
            seeds=8,
        ),
        at_birth(
            "more than a third",
            "más de un tercio",
            typical(lost_a_step),
            1 / 3,
            0.42,
            "network.forget_bias=0",
            seeds=8,
        ),
        Aside("with 0, which is usual", "con 0, que es lo habitual"),
        setting("75 steps", "75 pasos", "data.lag", 75),
        in_the_end(
            "recalls the bit as well",
            "recuerda el bit igual de bien",
            least(accuracy),
            0.9,
            1,
            seeds=3,
        ),
    ),
    "rnn-exploding": (
        setting("of 32 units", "de 32 unidades", "network.width", 32),
        setting("over twenty-five steps", "a lo largo de veinticinco pasos", "data.lag", 25),
        setting("twice an orthogonal", "multiplicada por dos", "network.gain", 2),
        *(
            row
            for maker in (at_birth, on_screen)
            for row in (
                maker("nearly 1.2", "por casi 1.2", typical(mean_step_rate), 1.165, 1.195),
                maker("some sixty times", "unas sesenta veces", typical(step_ratio), 50, 70),
            )
        ),
        Aside("never steeper than 1", "nunca supera 1"),
        at_birth(
            "longer than the weights themselves",
            "más largo que los propios pesos",
            least(longest_step),
            1,
            1e4,
        ),
        Aside("slopes are 0", "pendientes valen 0"),
        in_the_end("at one half", "en un medio", typical(accuracy), 0.4, 0.62, seeds=16),
        in_the_end(
            "now and then",
            "de vez en cuando",
            share_over(0.7, accuracy),
            0,
            0.15,
            seeds=16,
        ),
        Aside("first ten steps", "diez primeros pasos"),
    ),
    "rnn-clipped": (
        setting(
            "training.clip_norm = 0.02", "training.clip_norm = 0.02", "training.clip_norm", 0.02
        ),
        *(
            maker(
                "1.2 or so a step",
                "1.2, más o menos, por paso",
                typical(mean_step_rate),
                1.165,
                1.195,
            )
            for maker in (at_birth, on_screen)
        ),
        setting("twenty-five steps", "veinticinco pasos", "data.lag", 25),
        in_the_end("in every run", "en todas las ejecuciones", least(accuracy), 0.9, 1),
    ),
}
