"""The diagnosis as the verdict line says it: in three lengths, the longest first."""

from __future__ import annotations

from collections.abc import Sequence

from ..engine.diagnosis import Diagnosis
from ..engine.trace import LayerInfo
from ..scenarios.words import _
from .scales import figure
from .why import sentence
from .wire import Verdict


def verdict(finding: Diagnosis, layers: Sequence[LayerInfo]) -> Verdict:
    """What is the matter, and by which numbers."""
    facts = {
        "rate": figure(finding.rate),
        "ratio": figure(finding.ratio),
        "frozen": len(finding.frozen),
        "layers": len(layers),
        "last": max(len(layers) - 1, 1),
    }
    forms = [
        sentence(finding, layers),
        _("Δ1/Δ{last} = {ratio} · ×{rate} a layer · {frozen} of {layers} layers frozen").format(
            **facts
        ),
        _("×{rate} a layer · {frozen}/{layers} frozen").format(**facts),
    ]
    return Verdict(finding.state, forms)
