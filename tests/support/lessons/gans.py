"""What the lessons on two networks say in figures."""

from collections.abc import Callable

from .quotes import Aside, Quote, at_birth, in_the_end, setting
from .runs import Run, Values, game, least, most, typical

AHEAD = 2000
"""Steps that the discriminator takes alone."""


def grown(loss: str, step: int) -> Callable[[Run], Values]:
    """A generator's gradient at a step over the one at initialization."""
    return lambda run: game(run, f"gradient_{loss}", step) / game(run, f"gradient_{loss}", 0)


GANS: dict[str, tuple[Quote | Aside, ...]] = {
    "gan-saturating": (
        Aside("lie around (4, 4)", "en torno a (4, 4)"),
        setting("in 2000 steps", "tras 2000 pasos", "training.stages.0.steps", AHEAD),
        in_the_end(
            "a few hundred-thousandths",
            "unas cienmilésimas",
            typical(game, "fake_output", AHEAD),
            1e-5,
            9e-5,
        ),
        in_the_end(
            "a thousandth is left",
            "queda una milésima parte",
            typical(grown("saturating", AHEAD)),
            5e-4,
            2e-3,
        ),
        in_the_end("stay where they are", "no se mueven", least(game, "distance", -1), 3, 4),
        Aside("sure of every fake", "reconoce sin dudar"),
    ),
    "gan-non-saturating": (
        Aside("same two networks", "mismas dos redes"),
        setting("same 2000 steps", "mismos 2000 pasos", "training.stages.0.steps", AHEAD),
        Aside("where D = 1/2", "donde D = 1/2"),
        setting("At step 2000", "En el paso 2000", "training.stages.0.steps", AHEAD),
        in_the_end(
            "to a thousandth",
            "a la milésima parte",
            typical(grown("saturating", AHEAD)),
            5e-4,
            2e-3,
        ),
        in_the_end(
            "some fifty times",
            "unas cincuenta veces mayor",
            typical(grown("non_saturating", AHEAD)),
            40,
            60,
        ),
        in_the_end(
            "in two hundred steps the points have traveled to (4, 4)",
            "en doscientos pasos los puntos han viajado hasta (4, 4)",
            typical(game, "distance", AHEAD + 200),
            0,
            1.2,
        ),
    ),
    "gan-wasserstein": (
        setting("±0.1", "±0.1", "gan.clip_weights", 0.1),
        Aside("the two clouds", "las dos nubes"),
        Aside("the mark is -1", "la nota es -1"),
        setting("in the 2000 steps", "en esos 2000 pasos", "training.stages.0.steps", AHEAD),
        at_birth(
            "a few hundredths",
            "unas centésimas",
            typical(game, "gradient_wasserstein", 0),
            0.03,
            0.08,
        ),
        in_the_end(
            "to about 2", "a cerca de 2", typical(game, "gradient_wasserstein", AHEAD), 1.5, 2.4
        ),
        setting("five critic's steps", "cinco pasos del crítico", "gan.discriminator_steps", 5),
        in_the_end(
            "gan.clip_weights = 0",
            "gan.clip_weights = 0",
            most(game, "gradient_wasserstein", -1),
            5,
            1e9,
            seeds=2,
        ),
    ),
    "gan-alternating": (
        Aside("the two networks take turns", "las dos redes se turnan"),
        in_the_end(
            "near one half", "cerca de un medio", typical(game, "fake_output", -1), 0.35, 0.6
        ),
        Aside("the two losses' gradients", "los gradientes de ambas pérdidas"),
        in_the_end("reach (4, 4)", "llegan a (4, 4)", most(game, "distance", -1), 0, 1.5),
        in_the_end(
            "to -13",
            "hasta -13",
            typical(game, "fake_logit", AHEAD),
            -14,
            -12,
            preset="gan-saturating",
        ),
        in_the_end("stays near 0", "se queda cerca de 0", typical(game, "fake_logit", -1), -1, 0.5),
    ),
    "gan-staged": (
        Aside("same two stages", "mismas dos etapas"),
        setting("1000 steps in turns", "1000 pasos por turnos", "training.stages.0.steps", 1000),
        setting("then 2000 of", "luego 2000 del", "training.stages.1.steps", 2000),
        in_the_end(
            "at least as large as at initialization",
            "al menos como en la inicialización",
            typical(grown("saturating", -1)),
            0.8,
            100,
        ),
        in_the_end(
            "to a thousandth",
            "en la milésima parte",
            typical(grown("saturating", AHEAD)),
            5e-4,
            2e-3,
            preset="gan-saturating",
        ),
    ),
}
