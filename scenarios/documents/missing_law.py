"""Why theory has nothing to say of a network, in a sentence for a person."""

from ..i18n import N_, _

NO_LAW = {
    "cnn": N_("This theory is about dense layers, and these are convolutions."),
    "rnn": N_(
        "In this theory each layer has weights of its own, and here all time steps share them."
    ),
    "identity_init": N_("This theory is about random weights, and these are not."),
    "own_init": N_("It knows the variance of weights from vglab's own initializers alone."),
    "highway": N_("A highway's gates multiply two signals, which this theory cannot follow."),
    "infinite_weights": N_("The variance of these weights exceeds float64."),
    "recording": N_("It is known for networks that vglab builds, and this one was recorded."),
    "unfinished": N_(
        "At initialization not all signals are finite numbers, or layers are yet to be added."
    ),
}
"""By the word of `missing_theory`."""
NO_LAW |= dict.fromkeys(("lstm", "gru"), NO_LAW["rnn"])


def why_no_law(missing: str) -> str:
    """Why theory has nothing to say of a network, in a sentence; empty where nobody asked it."""
    return _(NO_LAW[missing]) if missing else ""
