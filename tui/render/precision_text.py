"""The precision lens in words: what would be left of a network's gradients in narrower types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from ...engine.diagnosis.precision import Lens
from ...scenarios.i18n import _

DIGITS = 1e-4
"""The relative error to which gradients are measured in float32."""


def precision_lines(lenses: Iterable[Lens]) -> Iterator[str]:
    """A line for each number type."""
    return (f"{lens.type}: {'; '.join(_lens_phrases(lens))}" for lens in lenses)


def _lens_phrases(lens: Lens) -> Iterator[str]:
    """What becomes of the layers, and which loss scale would keep them all."""
    faint = [layer for layer in lens.subnormal if layer not in lens.zero]
    if not (lens.zero or faint or lens.overflow):
        yield _("holds the gradient of every layer")
        return
    if lens.zero:
        yield _("the gradient is exactly 0 in {layers}").format(layers=spans(lens.zero))
    if faint:
        yield _("it loses digits in {layers}").format(layers=spans(faint))
    if lens.overflow:
        yield _("it is too large in {layers}").format(layers=spans(lens.overflow))
    yield from _loss_scale(lens)


def _loss_scale(lens: Lens) -> Iterator[str]:
    """The loss scale that would keep all layers, where there is one."""
    if lens.scale is None:
        yield _("no loss scale would keep them all")
    elif lens.scale:
        yield _("a loss scale of 2^{k} would keep them all").format(k=lens.scale)


def rounding_lines(error: float | None) -> Iterator[str]:
    """That float32 and float64 see two networks, where they do."""
    if error is not None and error > DIGITS:
        yield _(
            "its own rounding changes the gradients by {share} at initialization: this network "
            "is chaotic; --dtype float64 computes it with more digits"
        ).format(share=f"{100 * error:.2g} %")


def spans(layers: Sequence[int]) -> str:
    """Layer numbers as ranges: `W1–W4, W7`."""
    runs = [
        [layer for _place, layer in run]
        for _start, run in groupby(enumerate(layers), lambda pair: pair[1] - pair[0])
    ]
    return ", ".join(f"W{r[0]}" if len(r) == 1 else f"W{r[0]}–W{r[-1]}" for r in runs)
