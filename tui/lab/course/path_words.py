"""What stands at a path of the run document, in words: for a task, whose goals are expectations."""

from __future__ import annotations

import re

from ....scenarios.i18n import N_, _
from ...render.labels import key_label

MEASURES = {
    "activation_std": N_("spread of activations"),
    "dead": N_("share of dead units"),
    "delta_rms": N_("error signal"),
    "displacement": N_("movement"),
    "grad_norm": N_("gradient norm"),
    "saturated": N_("share of saturated units"),
    "update_ratio": N_("update"),
    "weight_norm": N_("weight norm"),
}
SETS = {"test": N_("test"), "train": N_("train")}
LOSSES = {
    "non_saturating": N_("the non-saturating loss"),
    "saturating": N_("the saturating loss"),
    "wasserstein": N_("the Wasserstein loss"),
}
_BIRTH = r"networks\.\w+\.diagnosis\.at_birth\."
_AT = r"\.\d+\.(?P<record>-?\d+)"
PATHS = (
    (r"finished", N_("the run has ended")),
    (rf"accuracy\.(?P<set>\w+){_AT}", N_("accuracy ({set}) {when}")),
    (rf"loss\.(?P<set>\w+){_AT}", N_("loss ({set}) {when}")),
    (
        rf"networks\.\w+\.measures\.(?P<measure>\w+){_AT}\.(?P<layer>\d+)",
        N_("{measure} of layer {layer} {when}"),
    ),
    (_BIRTH + "ratio", N_("error signal, first layer against last, at initialization")),
    (_BIRTH + "(?:mean_)?rate", N_("factor of the error signal per layer, at initialization")),
    (_BIRTH + "step_ratio", N_("error signal, first step against last, at initialization")),
    (rf"gan\.distance{_AT}", N_("distance of the fake points {when}")),
    (rf"gan\.gradient_(?P<loss>\w+){_AT}", N_("gradient under {loss} {when}")),
)
"""The form of a path, and what it is called; where none fits, the path stands for itself."""
_SETTING = "spec."
_LONG_NAMES = ("networks.model.", "networks.", "measures.", "diagnosis.")
"""What goes without saying in a path that has to stand in a narrow place."""


def path_words(path: str, every: int = 0) -> str:
    """What stands at a path, in words; the path itself, shortened, where there are none. `every`:
    the steps from one record to the next, where the scenario states them."""
    for form, words in PATHS:
        if found := re.fullmatch(form, path):
            return _(words).format(**_parts(found.groupdict(), every))
    if path.startswith(_SETTING):
        return key_label(path.removeprefix(_SETTING))
    for name in _LONG_NAMES:
        path = path.removeprefix(name)
    return path


def _parts(found: dict[str, str], every: int) -> dict[str, str]:
    """The parts of a path, each in words."""
    record = found.get("record", "")
    whens = {"-1": _("at the end"), "0": _("at initialization")}
    measure, loss, points = (found.get(name, "") for name in ("measure", "loss", "set"))
    when = whens.get(record)
    if when is None and every and record.isdecimal():
        when = _("at step {step}").format(step=int(record) * every)
    return {
        "when": when or _("at record {number}").format(number=record),
        "layer": str(int(found.get("layer", 0)) + 1),
        "measure": _(MEASURES.get(measure, "")) if measure in MEASURES else measure,
        "loss": _(LOSSES[loss]) if loss in LOSSES else loss,
        "set": _(SETS[points]) if points in SETS else points,
    }
