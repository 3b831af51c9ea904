"""What a series of another tool is, by its name: a measure of a layer, or of the whole network.

Known are the names that Lightning's `grad_norm`, wandb.watch, Composer's OptimizerMonitor and
torchtitan's tensor logging give, and those that people make up who write their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from ..selection import natural

GRADIENT = r"(?:(?:l2_norm/)?grad(?:ient)?s?(?:_?(?:2\.0_?|l2_?)?norms?)?|grad_2\.0_norm)"
MEASURES: Mapping[str, str] = {
    "grad_norm": GRADIENT,
    "weight_norm": r"(?:l2_norm/)?(?:weight|param(?:eter)?)s?(?:_?norms?)?",
    "update_norm": r"(?:l2_norm/)?updates?(?:_?norms?)?",
    "delta_rms": r"delta(?:_rms)?",
    "activation_std": r"activations?_std",
    "activation_mean": r"activations?_mean",
    "zero": r"(?:grad_)?zero(?:s|_share|_fraction)?",
}
"""A measure by what stands before a layer's name."""
BEHIND: Mapping[str, str] = {
    "grad_norm": r"(?:grad(?:ient)?_?(?:l2_)?norm)",
    "weight_norm": r"(?:weight|param)_norm",
    "update_norm": r"update_norm",
    "delta_rms": r"delta_rms",
    "activation_std": r"activation_std",
    "activation_mean": r"activation_mean",
}
"""The same, by what stands behind it."""
PATTERNS = (
    *((name, rf"(?:train/)?{words}[/:](?P<layer>.+)") for name, words in MEASURES.items()),
    *((name, rf"{words}_(?P<layer>.+[._]?weight)") for name, words in MEASURES.items()),
    *((name, rf"(?:train/)?(?P<layer>.+)[/.:]{words}") for name, words in BEHIND.items()),
)
"""Measures and the names that say them; the first that fits counts."""
TITAN = re.compile(r"(?P<layer>.+)\.dx\.square_mean")
"""torchtitan's: the mean square of the error signal, of which Δ's rms is the root."""
TOTALS = re.compile(
    r"(?:(?:train|trainer|training|optim|optimizer|global|total)/)?(?:total_|global_)?(?:grad(?:ient)?_?(?:2\.0_)?(?:l2_)?norm|gnorm)(?:_total|/total|/global)?"
    r"|l2_norm/grad/global",
    re.IGNORECASE,
)
SCALARS: Mapping[str, re.Pattern[str]] = {
    "loss": re.compile(
        r"(?:train(?:ing)?[/_.])?loss(?:[/_.](?:train|step))?(?:_step)?", re.IGNORECASE
    ),
    "rate": re.compile(r"(?:.*[/_.-])?(?:lr|learning_rate)(?:[/_.-].*)?", re.IGNORECASE),
    "scale": re.compile(r"(?:.*[/_.])?(?:loss_scale|grad_scale|scale)", re.IGNORECASE),
    "clip": re.compile(r"(?:.*[/_.])?clip(?:_factor|_coef)?", re.IGNORECASE),
}
STEPS = ("step", "global_step", "trainer/global_step", "_step", "iteration", "iter", "it", "steps")
"""Names of the step, the first of them counts."""
FIRST = re.compile(r"embed|wte|wpe|tok|stem|^conv1|^input|patch", re.IGNORECASE)
LAST = re.compile(r"head|^fc$|classifier|output|logits|^out$|ln_f|final", re.IGNORECASE)
"""Layers that stand at either end wherever the alphabet puts them."""


class Meaning(NamedTuple):
    """What a series is: a measure of a layer, or one of the whole where there is none."""

    measure: str
    layer: str = ""
    squared: bool = False


@lru_cache(maxsize=20_000)
def recognize(name: str) -> Meaning | None:
    """What a series is; None for what is no number of a training's that is known."""
    for scalar, pattern in SCALARS.items():
        if pattern.fullmatch(name):
            return Meaning(scalar)
    if TOTALS.fullmatch(name):
        return Meaning("total_norm")
    if found := TITAN.fullmatch(name):
        return Meaning("delta_rms", layer_name(found["layer"]), squared=True)
    return measure_of_layer(name)


def measure_of_layer(name: str) -> Meaning | None:
    """The same of what has the name of a layer in it, but for biases."""
    for measure, pattern in PATTERNS:
        if found := re.fullmatch(pattern, name):
            layer = found["layer"]
            return None if layer.endswith("bias") else Meaning(measure, layer_name(layer))
    return None


def layer_name(name: str) -> str:
    """A layer by its module: without `.weight`, and what wrappers put before it."""
    for prefix in ("module.", "_orig_mod.", "model.", "_forward_module."):
        name = name.removeprefix(prefix)
    return name.removesuffix(".weight").removesuffix("/weight")


def in_order(names: Sequence[str]) -> list[str]:
    """Layers from the input to the loss, as far as names tell."""

    def place(name: str) -> tuple[int, object]:
        end = -1 if FIRST.search(name) else 1 if LAST.search(name) else 0
        return end, natural(name)

    return sorted(names, key=place)
