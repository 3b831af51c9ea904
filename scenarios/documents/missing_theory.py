"""Why theory has nothing to say of a network: as a word for the document, as a sentence for a person."""

from __future__ import annotations

import numpy as np

from ...engine.numerics import median
from ...engine.theory.predictions import missing_law
from ...engine.training.supervised import Experiment
from ..i18n import N_, _

NO_LAW = {
    "cnn": N_("The layers of this theory are dense, and these are convolutions."),
    "rnn": N_(
        "The layers of this theory draw weights of their own, and here all time steps share them."
    ),
    "identity_init": N_("This theory is about random weights, and these are not."),
    "highway": N_("A highway's gates multiply two signals, which this theory cannot follow."),
    "infinite_weights": N_("The variance of these weights is beyond float64."),
    "unfinished": N_(
        "At initialization not all signals are finite numbers, or layers are yet to be added."
    ),
}
"""By the word of `missing_theory`."""
NO_LAW |= dict.fromkeys(("lstm", "gru"), NO_LAW["rnn"])


def missing_theory(experiment: Experiment, name: str) -> str:
    """Why theory has nothing to say of a network, as a word; empty where it has.

    `unfinished`: layers are added while it trains, or its signals at initialization are no finite
    numbers. The other words are those of `missing_law`.
    """
    measures = experiment.trace.networks[name].measures
    if not all(np.isfinite(median(measures[m][0])).all() for m in ("delta_rms", "grad_norm")):
        return "unfinished"
    return missing_law(experiment.networks[name].architecture)


def why_no_law(missing: str) -> str:
    """Why theory has nothing to say of a network, in a sentence; empty where nobody asked it."""
    return _(NO_LAW[missing]) if missing else ""
