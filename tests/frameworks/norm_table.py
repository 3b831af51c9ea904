"""The table of norms as the pages have it: written from what was measured, and read back."""

from __future__ import annotations

import math
import re
from pathlib import Path

from frameworks.norm_errors import Errors, Hooked, Measured

DOCS = Path(__file__).parents[2] / "docs"
CLOSE = 1e-6
"""What every figure of the recorder has to be within."""
ROOM, LEAST = 4, 1e-14
"""How much more than was measured is stated, as another processor adds in another order."""
HEADS = {
    "en": "| loop | ‖∂J/∂W‖, float32 | float64 | Δ, float32 | float64 | hook on the weight |",
    "es": "| bucle | ‖∂J/∂W‖, float32 | float64 | Δ, float32 | float64 | hook en el peso |",
}
NAMES = {
    "plain": ("plain", "sin más"),
    "accumulation": ("accumulation over 4", "acumulación de 4"),
    "clipping": ("clipping", "recorte"),
    "scaler": ("GradScaler", "GradScaler"),
    "fused scaler": ("GradScaler, `fused=True`", "GradScaler, `fused=True`"),
    "scaler, clipping": ("GradScaler and clipping", "GradScaler y recorte"),
    "fused, clipping": (
        "GradScaler, `fused=True` and clipping",
        "GradScaler, `fused=True` y recorte",
    ),
    "checkpoint": ("checkpointing", "checkpointing"),
    "reentrant": ("checkpointing, reentrant", "checkpointing reentrante"),
    "in place": ("ReLU in place", "ReLU in situ"),
    "closure": ("closure, as in Lightning", "closure, como en Lightning"),
    "lbfgs": ("closure of L-BFGS", "closure de L-BFGS"),
    "shared": ("shared weight", "peso compartido"),
    "compile before": ("`torch.compile`, `watch` first", "`torch.compile`, `watch` antes"),
    "compile after": (
        "`torch.compile`, `watch` after the first step",
        "`torch.compile`, `watch` tras el primer paso",
    ),
    "bfloat16": ("weights in bfloat16", "pesos en bfloat16"),
    "float16": ("weights in float16", "pesos en float16"),
    "DistributedDataParallel": (
        "DistributedDataParallel, 2 processes",
        "DistributedDataParallel, 2 procesos",
    ),
    "FSDP2": ("FSDP2, 2 processes", "FSDP2, 2 procesos"),
}
"""The loops in both languages."""
HOOK_WORDS = {
    "en": ("never called", "{error}", "{error}, of {calls} calls"),
    "es": ("no se llama", "{error}", "{error}, de {calls} llamadas"),
}
ROW = re.compile(r"^\| (?P<loop>[^|]+) \| (?P<rest>.+) \|$")
NONE = "–"


def bound(error: float) -> str:
    """The least number of one digit that is so many times the error or more."""
    wide = min(max(ROOM * error, LEAST), max(CLOSE, error))
    power = math.floor(math.log10(wide) + 1e-9)
    digit = math.ceil(wide / 10.0**power - 1e-9)
    return f"1e{power + 1}" if digit == 10 else f"{digit}e{power}"


def hook_cell(hooked: Hooked, language: str) -> str:
    """What a hook on the weight makes of it."""
    never, once, several = HOOK_WORDS[language]
    if not hooked.calls:
        return never
    error = bound(hooked.error) if hooked.error < CLOSE else f"{hooked.error:.2g}"
    error = f"{hooked.error:.0f}" if hooked.error >= 10 else error
    return (once if hooked.calls == 1 else several).format(error=error, calls=int(hooked.calls))


def cells(found: tuple[Errors, ...], language: str) -> list[str]:
    """What stands behind a loop's name."""
    gradients, deltas = (
        [NONE if error is None else bound(error) for error in row]
        for row in ([one.gradient for one in found], [one.delta for one in found])
    )
    if len(found) == 1:
        gradients, deltas = [*gradients, NONE], [NONE, NONE]
    return [*gradients, *deltas, hook_cell(found[0].hooked, language)]


def write(measured: Measured) -> None:
    """Write the table into both pages."""
    for number, (language, head) in enumerate(HEADS.items()):
        page = DOCS / language / "watch.md"
        rows = [
            f"| {NAMES[name][number]} | {' | '.join(cells(found, language))} |"
            for name, found in measured.items()
        ]
        table = "\n".join([head, "|" + " --- |" * 6, *rows])
        page.write_text(re.sub(table_of(head), lambda _, table=table: table, page.read_text()))


def table_of(head: str) -> str:
    """A pattern of the whole table that begins so."""
    return re.escape(head) + r"(\n\|.*)+"


def read(language: str) -> dict[str, list[str]]:
    """The cells of each loop that the page names, by the loop's English key."""
    found = re.search(table_of(HEADS[language]), (DOCS / language / "watch.md").read_text())
    assert found, "the page has the table"
    number = [*HEADS].index(language)
    keys = {names[number]: key for key, names in NAMES.items()}
    rows = [ROW.match(line) for line in found[0].splitlines()[2:]]
    return {keys[row["loop"]]: row["rest"].split(" | ") for row in rows if row}
