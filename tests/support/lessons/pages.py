"""What the README and the tutorial say in figures of the deep sigmoid network."""

import json
import re
from collections.abc import Mapping
from math import isclose, log
from pathlib import Path
from typing import Any

from vglab.engine.nn.activations import ACTIVATIONS

from .quotes import Aside, Quote, at_birth, in_the_end, law, setting
from .runs import accuracy, loss, most, rate, ratio, typical

FENCED = re.compile(r"^```\w*\n.*?^```$", re.M | re.S)


def prose(page: Path) -> str:
    """What a page says outside its examples, up to a README's first heading, in one line."""
    text = FENCED.sub("", page.read_text())
    return " ".join((text.split("\n## ")[0] if page.stem.startswith("README") else text).split())


def shown_document(page: Path) -> dict[str, Any]:
    """The excerpt of a document that a page shows."""
    (block,) = re.findall(r"^```json\n(.*?)^```$", page.read_text(), re.M | re.S)
    return json.loads(block)


def agrees(shown: Any, real: Any) -> bool:
    """Whether a document says what an excerpt of it shows, in which … stands for what was left out
    and numbers are rounded."""
    if isinstance(shown, Mapping):
        return all(agrees(part, real[key]) for key, part in shown.items())
    if isinstance(shown, list):
        left = shown.index("…") if "…" in shown else len(shown)
        right = len(shown) - left - 1
        ends = (shown[:left], real[:left]), (shown[left + 1 :], real[len(real) - right :])
        return all(all(map(agrees, *pair)) for pair in (ends if "…" in shown else [(shown, real)]))
    if isinstance(shown, str):
        return real.startswith(shown.removesuffix("…"))
    return isclose(shown, real, rel_tol=5e-3)


PAGES: dict[tuple[str, str], tuple[Quote | Aside, ...]] = {
    ("README.md", "README.es.md"): (
        setting("ten sigmoid layers", "diez capas sigmoides", "network.depth", 10),
        Aside("separate two circles", "separar dos círculos"),
        in_the_end("does not learn", "no aprende", most(accuracy), 0.45, 0.65),
        at_birth("to less than a quarter", "a menos de la cuarta parte", typical(rate), 0.2, 0.25),
        at_birth("two millionths", "dos millonésimas", typical(ratio), 1.5e-6, 2.5e-6),
    ),
    ("docs/en/tutorial.md", "docs/es/tutorial.md"): (
        Aside("The problem (15 minutes)", "El problema (15 minutos)"),
        setting("ten sigmoid layers", "diez capas sigmoides", "network.depth", 10),
        Aside("separate two circles", "separar dos círculos"),
        law("ln 2 = 0.693", "ln 2 = 0.693", log(2), 0.6925, 0.6935),
        in_the_end("ln 2 = 0.693", "ln 2 = 0.693", typical(loss, -1), 0.69, 0.697),
        at_birth("to less than a quarter", "a menos de la cuarta parte", typical(rate), 0.2, 0.25),
        law("at most ¼", "como mucho ¼", ACTIVATIONS["sigmoid"].steepest, 0.25, 0.25),
        Aside("a time (15 minutes)", "en uno (15 minutos)"),
        Aside("the depth? (10 minutes)", "la profundidad? (10 minutos)"),
        Aside("with two layers", "con dos capas"),
        Aside("ten of them in a row", "de diez seguidas"),
        Aside("with plain SGD at 0.1 even two layers", "con SGD a 0.1 ni siquiera dos capas"),
        Aside("after 2000 steps", "en 2000 pasos"),
        Aside("tried on three networks", "se prueba con tres redes"),
        Aside("a minute on two cores", "un minuto con dos núcleos"),
        Aside("a sweep of 110 runs", "un barrido de 110 ejecuciones"),
        Aside("takes a minute or two", "tarda uno o dos minutos"),
        Aside("at once (10 minutes)", "a la vez (10 minutos)"),
        Aside("take home (10 minutes)", "Para casa (10 minutos)"),
        Aside("Exit status 0 means", "El estado de salida 0 significa"),
        Aside("3 that some are not", "3, que alguna no se cumple"),
    ),
}
"""Which pages say it, in English and in Spanish."""
