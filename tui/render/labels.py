"""What states, networks and series of a run are called, and the color of a state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...scenarios.i18n import N_, _
from ..protocol import Verdict
from .glyphs import UNICODE, Glyphs
from .palette import Role
from .styled_text import Line, Lines, fit_box, shorten, style, width, wrap_words

STATE_ROLES = {
    "vanishing": Role.VANISHING,
    "exploding": Role.EXPLODING,
    "unstable": Role.EXPLODING,
    "not_learning": Role.VANISHING,
    "healthy": Role.HEALTHY,
    "not_yet": Role.VANISHING,
    "dead": Role.DEAD,
    "diverged": Role.DIVERGED,
    "fault": Role.FAULT,
    "busy": Role.BUSY,
    "note": Role.BUSY,
    "unknown": Role.BUSY,
}


def state_word(state: str) -> str:
    """The badge's word."""
    return {
        "vanishing": _("VANISHING"),
        "exploding": _("EXPLODING"),
        "unstable": _("UNSTABLE"),
        "not_learning": _("NOT LEARNING"),
        "healthy": _("HEALTHY"),
        "not_yet": _("NOT LEARNED YET"),
        "dead": _("DEAD"),
        "diverged": _("DIVERGED"),
        "fault": _("STOPPED"),
        "busy": _("BUILDING"),
        "note": _("NOTE"),
        "unknown": _("NOT KNOWN YET"),
    }[state]


def series_word(name: str) -> str:
    """What a series or a network of the run document is called."""
    return {
        "train": _("train"),
        "test": _("test"),
        "generator": _("generator"),
        "discriminator": _("discriminator"),
        "distance": _("distance"),
    }.get(name, name)


def verdict(diagnosis: Verdict, columns: int, rows: int, glyphs: Glyphs = UNICODE) -> Lines:
    """The badge, and the longest form of the reason that fits."""
    code = style(Role.ON_BADGE, STATE_ROLES[diagnosis.state], bold=True)
    badge: Line = [
        (" ", 0),
        (f" {glyphs.badges[diagnosis.state]} {state_word(diagnosis.state)} ", code),
        ("  ", 0),
    ]
    room = columns - width(badge) - 1
    wrapped = [wrap_words(form, max(room, 1)) for form in diagnosis.forms] or [[""]]
    cut = _cut(wrapped[-1], rows, room, glyphs)
    words = next((form for form in wrapped if len(form) <= rows), cut)
    first, *more = words or [""]
    indent: Line = [(" " * width(badge), 0)]
    return fit_box([[*badge, (first, 0)], *([*indent, (line, 0)] for line in more)], columns, rows)


def _cut(words: Sequence[str], rows: int, columns: int, glyphs: Glyphs) -> list[str]:
    """The first lines; the last of them shows that there is more."""
    return [*words[: rows - 1], shorten(" ".join(words[rows - 1 :]), columns, glyphs)]


PLAYERS: Mapping[str, str] = {"generator": "G ", "discriminator": "D "}


SETTINGS: Mapping[str, str] = {
    "architecture": N_("architecture"),
    "depth": N_("depth"),
    "width": N_("width"),
    "activation": N_("activation"),
    "slope": N_("slope"),
    "init": N_("init"),
    "gain": N_("gain"),
    "bias_std": N_("bias std"),
    "norm": N_("norm"),
    "norm_eps": N_("norm eps"),
    "skip": N_("skip"),
    "skip_every": N_("skip every"),
    "skip_placement": N_("skip placement"),
    "skip_scale": N_("skip scale"),
    "kernel": N_("kernel"),
    "forget_bias": N_("forget bias"),
    "loss": N_("loss"),
    "data": N_("data"),
    "path": N_("path"),
    "label": N_("label"),
    "header": N_("header"),
    "separator": N_("separator"),
    "targets": N_("targets"),
    "drop": N_("drop"),
    "missing": N_("missing"),
    "categories": N_("categories"),
    "test_share": N_("test share"),
    "train": N_("train"),
    "test": N_("test"),
    "noise": N_("noise"),
    "lag": N_("lag"),
    "optimizer": N_("optimizer"),
    "rate": N_("rate"),
    "batch": N_("batch"),
    "steps": N_("steps"),
    "clip_norm": N_("clip norm"),
    "stages": N_("stages"),
    "momentum": N_("momentum"),
    "decay": N_("decay"),
    "weight_decay": N_("weight decay"),
    "seed": N_("seed"),
    "replicas": N_("replicas"),
    "dtype": N_("dtype"),
    "record_every": N_("record every"),
    "measures": N_("measures"),
    "latent": N_("latent"),
    "discriminator_steps": N_("D steps"),
    "penalty": N_("penalty"),
    "clip_weights": N_("clip weights"),
}
"""What a setting is called on the screen, by the last part of its key."""


def key_label(key: str) -> str:
    """A key as the screen writes it, `data.name` as data; two players' layers have their player's
    name."""
    table, _dot, name = key.rpartition(".")
    name = table if name == "name" else name
    return PLAYERS.get(table, "") + _(SETTINGS.get(name, name.replace("_", " ")))
