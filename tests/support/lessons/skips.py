"""What the lessons on skip connections, and on one part at a time, say in figures."""

from math import e

from .quotes import Aside, Quote, at_birth, in_the_end, law, on_screen, setting, stated
from .runs import (
    Run,
    Values,
    accuracy,
    born,
    least,
    loss,
    lost_at,
    mean_rate,
    most,
    rate,
    ratio,
    typical,
)


def of_pair(run: Run) -> Values:
    """The factor of two layers."""
    return rate(run) ** 2


def gain_over_plain(run: Run) -> float:
    """What arrives at the first layer, over what arrives there without the skips."""
    return typical(ratio)(run) / typical(ratio)(born("deep-sigmoid"))


def block_gain(run: Run) -> Values:
    """What a block multiplies the error signal's variance by."""
    return rate(run) ** 2


def gained_variance(run: Run) -> Values:
    """What all blocks together multiply the error signal's variance by."""
    return ratio(run) ** 2


SKIPS: dict[str, tuple[Quote | Aside, ...]] = {
    "skip-inside": (
        setting("from two layers below", "de dos capas más abajo", "network.skip_every", 2),
        Aside("at most 1/4", "es 1/4 como mucho"),
        at_birth("a factor 0.2 instead", "un factor 0.2 en vez", typical(of_pair), 0.18, 0.24),
        at_birth("of 0.05,", "de 0.05,", typical(of_pair), 0.045, 0.058, preset="deep-sigmoid"),
        *(
            maker(
                "a layer nearly a half",
                "casi un medio por capa",
                typical(mean_rate),
                0.45,
                0.475,
            )
            for maker in (at_birth, on_screen)
        ),
        at_birth(
            "instead of 0.23", "en vez de 0.23", typical(rate), 0.22, 0.24, preset="deep-sigmoid"
        ),
        at_birth(
            "after ten layers a thousandth",
            "tras diez capas queda una milésima",
            typical(ratio),
            7e-4,
            1.4e-3,
        ),
        at_birth("five hundred times", "quinientas veces", gain_over_plain, 350, 650),
        in_the_end("is still stuck", "sigue atascada", most(accuracy), 0.45, 0.65),
        Aside("slope is 1 where", "pendiente es 1 donde"),
        in_the_end(
            "the same formula is a cure",
            "la misma fórmula es una cura",
            least(accuracy),
            0.95,
            1,
            "network.activation=tanh",
            seeds=4,
        ),
    ),
    "skip-outside": (
        at_birth(
            "instead of a millionth",
            "en vez de una millonésima",
            typical(ratio),
            7e-7,
            3e-6,
            preset="deep-sigmoid",
        ),
        at_birth(
            "as much as the last, or more", "tanto como a la última, o más", least(ratio), 1, 3
        ),
        setting("after 2000 steps", "tras 2000 pasos", "training.steps", 2000),
        in_the_end(
            "hardly better than chance", "apenas supera el azar", typical(accuracy), 0.45, 0.7
        ),
        Aside("between 0 and 1", "entre 0 y 1"),
        in_the_end(
            "With Adam it learns the circles",
            "Con Adam aprende los círculos",
            least(accuracy),
            0.95,
            1,
            "training.optimizer=adam",
            "training.rate=0.003",
            seeds=4,
        ),
        in_the_end(
            "which without the skip it did not",
            "sin la conexión no hacía",
            most(accuracy),
            0.45,
            0.8,
            "training.optimizer=adam",
            "training.rate=0.003",
            preset="deep-sigmoid",
            seeds=4,
        ),
    ),
    "residual": (
        setting("Thirty layers", "Treinta capas", "network.depth", 30),
        in_the_end(
            "within its first three steps", "en sus tres primeros pasos", least(lost_at), 1, 2
        ),
        in_the_end(
            "within its first three steps", "en sus tres primeros pasos", most(lost_at), 1, 2
        ),
        Aside("adds a second one", "añade otra"),
        Aside("two that know nothing", "dos que no saben nada"),
        law("twice the variance", "el doble de varianza", 1 + 1, 2, 2),
        *(
            row
            for maker in (at_birth, on_screen)
            for row in (
                maker(
                    "about doubles with each block",
                    "más o menos se duplica así en cada bloque",
                    typical(block_gain),
                    1.8,
                    2.2,
                ),
                maker("by some 1.4", "unas 1.4 veces", typical(mean_rate), 1.35, 1.45),
            )
        ),
        stated("2³⁰ in all", "2³⁰ en total", lambda s: s.network.depth, 30, 30),
        at_birth("typically in the thousands", "suele contarse por miles", typical(loss), 1e3, 9e3),
    ),
    "residual-scaled": (
        Aside("multiplied by 1/√L", "multiplica por 1/√L"),
        stated("1/√30 ≈ 0.18", "1/√30 ≈ 0.18", lambda s: s.network.depth**-0.5, 0.175, 0.185),
        Aside("not by 2 but by 1 + 1/L", "por 2 sino por 1 + 1/L"),
        law("(1 + 1/L)ᴸ", "(1 + 1/L)ᴸ", (1 + 1 / 30) ** 30, 2, e),
        at_birth("(1 + 1/L)ᴸ", "(1 + 1/L)ᴸ", typical(gained_variance), 2, e),
        law("e = 2.72", "e = 2.72", e, 2.715, 2.725),
        setting("thirty layers learn", "treinta capas aprenden", "network.depth", 30),
        in_the_end(
            "as surely as without the skips",
            "con la misma seguridad que sin conexiones de salto",
            least(accuracy),
            0.95,
            1,
        ),
        in_the_end(
            "as surely as without the skips",
            "con la misma seguridad que sin conexiones de salto",
            least(accuracy),
            0.95,
            1,
            preset="relu-deep",
        ),
        at_birth("However deep", "Por profunda", most(ratio), 1, e, "network.depth=100", seeds=8),
        at_birth("with thirty", "con treinta", most(ratio), 1, e),
        Aside("branch at 0", "rama en 0"),
    ),
    "highway": (
        setting("Twenty sigmoid layers", "Veinte capas de sigmoides", "network.depth", 20),
        in_the_end("and they learn", "y aprenden", least(accuracy), 0.9, 1, seeds=4),
        setting("block B of two layers", "bloque B de dos capas", "network.skip_every", 2),
        Aside("between 0 and 1", "entre 0 y 1"),
        Aside(
            "start below 0, so that at initialization most of the signal",
            "por debajo de 0, de modo que en la inicialización casi toda la señal",
        ),
        at_birth("most of the error signal", "casi toda la señal de error", typical(ratio), 1, 3),
        Aside("the two shares add up to 1", "las dos partes suman 1"),
        Aside("to be 0 or 1", "ser 0 o 1"),
    ),
    "layerwise": (
        setting("Ten sigmoid layers", "Diez capas de sigmoides", "network.depth", 10),
        in_the_end("learn the circles", "aprenden los círculos", least(accuracy), 0.9, 1, seeds=4),
        stated("nine others", "otras nueve", lambda s: s.network.depth - 1, 9, 9),
        Aside("these two learn", "aprenden esas dos"),
        Aside("on to the tenth", "hasta la décima"),
        in_the_end("all ten stand", "están las diez", least(ratio, -1), 0.5, 1000, seeds=4),
        in_the_end(
            "alone that does not help",
            "por sí sola no ayuda",
            most(accuracy),
            0.45,
            0.6,
            "training.stages=[]",
            seeds=4,
        ),
    ),
}
