"""What the lessons on the problem itself say in figures."""

from vglab.engine.nn.activations import ACTIVATIONS
from vglab.scenarios.loading.inheritance import load

from .quotes import Aside, Quote, at_birth, in_the_end, law, setting, stated
from .runs import (
    accuracy,
    crossings,
    displacement,
    highest_loss,
    kept_of,
    least,
    mean_of,
    mean_rate,
    most,
    planned,
    rate,
    ratio,
    share_against_birth,
    spread_of,
    typical,
)

PROBLEM: dict[str, tuple[Quote | Aside, ...]] = {
    "deep-sigmoid": (
        setting("Ten hidden layers", "Diez capas ocultas", "network.depth", 10),
        Aside("two circles", "dos círculos"),
        law("g′(0) = 1/4", "g′(0) = 1/4", ACTIVATIONS["sigmoid"].steepest, 0.25, 0.25),
        at_birth("about 0.23", "alrededor de 0.23", typical(rate), 0.22, 0.24),
        at_birth(
            "from layer 10 to layer 1, nine layers on",
            "de la capa 10 a la 1, nueve capas después",
            typical(crossings),
            9,
            9,
        ),
        law("0.23⁹ ≈ 2·10⁻⁶", "0.23⁹ ≈ 2·10⁻⁶", 0.23**9, 1.5e-6, 2.5e-6),
        at_birth("0.23⁹ ≈ 2·10⁻⁶", "0.23⁹ ≈ 2·10⁻⁶", typical(ratio), 1.5e-6, 2.5e-6),
        in_the_end(
            "a millionth of its own norm or less",
            "a una millonésima de su propia norma, o menos",
            typical(displacement, 0),
            0,
            1e-6,
            seeds=12,
        ),
        in_the_end("at one half", "en un medio", most(accuracy), 0.49, 0.52),
        in_the_end(
            "training.rate = 100", "training.rate = 100", most(accuracy), 0.49, 0.6, seeds=4
        ),
        in_the_end(
            "the loss leaps to 20 and far beyond",
            "la pérdida se dispara a 20 y mucho más",
            typical(highest_loss),
            20,
            400,
            "training.rate=100",
            seeds=12,
        ),
        *(
            in_the_end(
                "layer 1 still moves by no more than some hundred-thousandths",
                "la capa 1 sigue sin moverse más que unas cienmilésimas",
                typical(displacement, 0),
                3e-6,
                5e-5,
                "training.rate=100",
                seeds=seeds,
            )
            for seeds in (1, 12)
        ),
        stated(
            "a thousand times as much",
            "mil veces más",
            lambda s: 100 / s.training.rate,
            999,
            1001,
        ),
    ),
    "shallow-sigmoid": (
        setting("two hidden layers", "dos capas ocultas", "network.depth", 2),
        at_birth(
            "instead of ten", "en vez de diez", typical(crossings), 9, 9, preset="deep-sigmoid"
        ),
        at_birth("signal by 0.23", "señal de error por 0.23", typical(rate), 0.22, 0.24),
        in_the_end(
            "at the end by more",
            "al final por más",
            least(ratio, -1),
            0.3,
            4,
        ),
        at_birth("0.23 of it", "con 0.23 de ella", typical(ratio), 0.22, 0.24),
        in_the_end("enough to learn from", "se puede aprender", least(accuracy), 0.95, 1),
        stated(
            "up to ten times as long",
            "hasta diez veces más largos",
            lambda s: 1 / (1 - s.training.momentum),
            9.99,
            10.01,
        ),
        setting("rate of 0.5", "tasa de 0.5", "training.rate", 0.5),
        in_the_end(
            "the verdict may show a larger one",
            "el veredicto puede dar uno mayor",
            typical(mean_rate, -1),
            0.35,
            1.2,
            "network.depth=3",
            seeds=16,
        ),
        in_the_end(
            "little of the signal is left",
            "queda ya poca señal",
            typical(kept_of("delta_rms", -2)),
            0.02,
            0.35,
            "network.depth=3",
            seeds=16,
        ),
    ),
    "depth-cliff": (
        stated(
            "Three layers more",
            "Tres capas más",
            lambda s: s.network.depth - load("shallow-sigmoid").network.depth,
            3,
            3,
        ),
        setting(
            "two layers of sigmoids",
            "dos capas de sigmoides",
            "network.depth",
            2,
            "shallow-sigmoid",
        ),
        setting("five that do not", "cinco, que no", "network.depth", 5),
        at_birth("costs a factor 0.23", "cuesta un factor 0.23", typical(rate), 0.225, 0.24),
        law("four cost 0.23⁴ ≈ 0.003", "cuatro cuesta 0.23⁴ ≈ 0.003", 0.23**4, 0.0025, 0.0035),
        at_birth(
            "four cost 0.23⁴ ≈ 0.003", "cuatro cuesta 0.23⁴ ≈ 0.003", typical(ratio), 0.0025, 0.0035
        ),
        at_birth(
            "layer 1 would move by one or two tenths",
            "la capa 1 se movería una o dos décimas",
            typical(planned),
            0.1,
            0.25,
        ),
        in_the_end("one half for everybody", "un medio para todos", most(accuracy), 0.49, 0.55),
        in_the_end(
            "as large a share of the signal reaches layer 1 as before",
            "llega a la capa 1 la misma proporción de señal que antes",
            typical(share_against_birth),
            0.7,
            3,
            seeds=12,
        ),
        in_the_end(
            "but of a much weaker signal",
            "pero de una mucho más débil",
            typical(kept_of("delta_rms", -2)),
            0.001,
            0.02,
            seeds=12,
        ),
        in_the_end(
            "one to three thousandths",
            "de una a tres milésimas",
            typical(displacement, 0),
            0.001,
            0.003,
        ),
        in_the_end(
            "training.steps = 20000", "training.steps = 20000", most(accuracy), 0.49, 0.65, seeds=3
        ),
        stated(
            "ten times the patience",
            "diez veces más paciencia",
            lambda s: 20_000 / s.training.steps,
            10,
            10,
        ),
    ),
    "linear": (
        at_birth(
            "slope 1 everywhere", "pendiente 1 en todas partes", least(mean_of("slope_rms")), 1, 1
        ),
        Aside("two factors", "dos factores"),
        setting('"gain", here 0.3', "«ganancia», aquí 0.3", "network.gain", 0.3),
        at_birth(
            "passes on about 0.3 of the signal",
            "deja pasar más o menos 0.3 de la señal",
            typical(rate),
            0.25,
            0.35,
        ),
        law(
            "nine of them 0.3⁹ ≈ 2·10⁻⁵",
            "nueve capas, 0.3⁹ ≈ 2·10⁻⁵",
            0.3**9,
            1.5e-5,
            2.5e-5,
        ),
        at_birth(
            "nine of them 0.3⁹ ≈ 2·10⁻⁵",
            "nueve capas, 0.3⁹ ≈ 2·10⁻⁵",
            typical(ratio),
            1e-5,
            3e-5,
        ),
        at_birth("is exactly 1", "vale exactamente 1", least(mean_of("slope_rms")), 1, 1),
        at_birth(
            "of the hidden layers seem flat",
            "de las capas ocultas parecen planas",
            typical(spread_of("grad_norm")),
            1,
            10,
        ),
    ),
}
