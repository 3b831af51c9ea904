"""What theory foresees of a run's network at birth, for the document and for the charts.

Theory takes what it cannot know from the run itself: how large the inputs are, and the error
signal that loss and targets put in at the output layer at birth.
"""

import numpy as np

from ..engine.arrays import Exact
from ..engine.data import generate
from ..engine.theory import Theory, theory_for
from ..engine.training import Experiment
from ..scenarios.spec import Scenario


def foreseen(scenario: Scenario, experiment: Experiment, name: str) -> Theory | None:
    """The theory of one network, once record 0 is written; None where no law is known: not of a
    GAN's players, whose inputs are what the other one or chance makes of them."""
    if scenario.kind != "classifier":
        return None
    measures = experiment.trace.networks[name].measures
    delta, grad = (float(np.median(measures[m][0, :, -1])) for m in ("delta_rms", "grad_norm"))
    if not (np.isfinite(delta) and np.isfinite(grad)):
        return None
    return theory_for(experiment.networks[name].architecture, squares(scenario), delta, grad)


def squares(scenario: Scenario) -> Exact:
    """The mean square of each input of the first replica."""
    data, run = scenario.data, scenario.run
    made = generate(data.name, [run.seed], data.train + data.test, data.noise, np.float64)
    return np.mean(np.square(made.X[0, : data.train]), axis=1)
