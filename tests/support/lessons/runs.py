"""The runs that lessons speak of, many seeds side by side, and figures taken from them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from vglab.engine.diagnosis import decay, movement
from vglab.engine.measure.trace import NetworkTrace
from vglab.engine.training.supervised import Experiment
from vglab.scenarios.experiment.build import build
from vglab.scenarios.experiment.theory import predict
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.schema.spec import Scenario

Values = NDArray[np.float64]
"""One a replica, unless it is said otherwise; replica i has seed i."""


@dataclass(frozen=True)
class Run:
    """A scenario on seeds 0, 1, …, and what it has recorded so far."""

    scenario: Scenario
    experiment: Experiment
    drawn: tuple[Values, ...]
    """Each matrix of the network under study at initialization."""

    @property
    def studied(self) -> str:
        """Which network the lesson looks at."""
        return "generator" if self.scenario.kind == "gan" else "model"

    @property
    def seen(self) -> NetworkTrace:
        """The trace of that network."""
        return self.experiment.trace.networks[self.studied]

    @property
    def last(self) -> int:
        """The last row that has been written."""
        return self.experiment.trace.upto - 1

    def row(self, step: int) -> int:
        """The row of a step; -1 is the last step."""
        return self.last if step < 0 else int(np.searchsorted(self.experiment.trace.records, step))

    def measure(self, name: str, step: int = 0) -> Values:
        """A measure of every layer, (R, layers)."""
        return self.seen.measures[name][self.row(step)]

    def hidden(self, name: str, step: int = 0) -> Values:
        """A measure of the layers below the output, (R, layers)."""
        kinds = [layer.kind != "output" for layer in self.seen.layers]
        return self.measure(name, step)[:, kinds]

    def through_time(self, name: str, step: int = 0) -> Values:
        """A measure of the first layer at each step of its sequences, (R, steps)."""
        assert self.seen.time
        return self.seen.time[name][self.row(step)][:, 0]


@np.errstate(all="ignore")
def begin(preset: str, seeds: int, *settings: str) -> Run:
    """The run after its first step, of which one row is written."""
    scenario = load(preset, [*settings, f"run.replicas={seeds}"])
    experiment = build(scenario)
    network = experiment.networks["generator" if scenario.kind == "gan" else "model"]
    drawn = tuple(tap.W.astype(np.float64) for tap in network.taps)
    next(experiment.steps)
    return Run(scenario, experiment, drawn)


@cache
def born(preset: str, *settings: str, seeds: int = 24) -> Run:
    """The run at initialization."""
    return begin(preset, seeds, *settings)


@cache
@np.errstate(all="ignore")
def trained(preset: str, *settings: str, seeds: int = 6) -> Run:
    """The run to its end, with a row every hundred steps."""
    run = begin(preset, seeds, "run.record_every=100", *settings)
    for _upto in run.experiment.steps:
        pass
    return run


def rate(run: Run, step: int = 0) -> Values:
    """The factor of the error signal a layer, on its way to the input."""
    return decay.rates(run.hidden("delta_rms", step))


def ratio(run: Run, step: int = 0) -> Values:
    """What arrives at the first layer over what leaves the last hidden one."""
    delta = run.hidden("delta_rms", step)
    return delta[:, 0] / delta[:, -1]


def mean_rate(run: Run, step: int = 0) -> Values:
    """The same as the verdict tells it: the mean that multiplies up to what arrives."""
    return ratio(run, step) ** (1 / crossings(run))


def share_against_birth(run: Run) -> Values:
    """What part of the error signal arrives at the first layer at the end, of that at first."""
    return ratio(run, -1) / ratio(run)


def mean_step_rate(run: Run, step: int = 0) -> Values:
    """The factor of a step of the sequence, as the verdict tells it."""
    crossed = run.through_time("delta_rms", step).shape[1] - 1
    return step_ratio(run, step) ** (1 / crossed)


def step_rate(run: Run, step: int = 0) -> Values:
    """The factor of the error signal a step of the sequence, on its way to the beginning."""
    return decay.rates(run.through_time("delta_rms", step))


def step_ratio(run: Run, step: int = 0) -> Values:
    """What arrives at the first step over what comes in at the last."""
    delta = run.through_time("delta_rms", step)
    return delta[:, 0] / delta[:, -1]


def budget(run: Run, layer: int = 0, step: int = 0) -> Values:
    """How far a layer would move over the planned steps, as of one step, in its own length."""
    return run.measure("update_ratio", step)[:, layer] * run.experiment.trace.steps


def planned(run: Run, layer: int = 0) -> Values:
    """The same by the optimizer's own law, as the verdict has it: momentum gathers speed."""
    gradient = np.median(run.measure("grad_norm"), axis=0)
    ahead = movement.horizon(run.seen, 0, gradient, run.experiment.trace.steps)
    return run.measure("update_ratio")[:, layer] * ahead[layer]


def accuracy(run: Run, step: int = -1) -> Values:
    """Of the test."""
    return run.experiment.trace.accuracy["test"][run.row(step)]


def loss(run: Run, step: int = 0, of: str = "test") -> Values:
    """The loss at a step."""
    return run.experiment.trace.loss[of][run.row(step)]


def highest_loss(run: Run, of: str = "test") -> Values:
    """The highest loss of any row."""
    return run.experiment.trace.loss[of][: run.last + 1].max(axis=0)


def game(run: Run, name: str, step: int) -> Values:
    """One figure of a GAN's account."""
    return run.experiment.trace.gan[name][run.row(step)]


def displacement(run: Run, layer: int) -> Values:
    """How far a matrix has come from where it was drawn, in its own length."""
    now = run.experiment.networks[run.studied].taps[layer].W
    return length(now - run.drawn[layer]) / length(run.drawn[layer])


def crossings(run: Run) -> Values:
    """How many layers the error signal passes between the last hidden layer and the first."""
    delta = run.hidden("delta_rms")
    return np.full(len(delta), delta.shape[1] - 1.0)


def length(W: Values) -> Values:
    """Each replica's ‖W‖."""
    return np.sqrt(np.square(W).sum(axis=tuple(range(1, W.ndim))))


Figure = Callable[..., Values]
Summary = Callable[[Run], float]


def typical(figure: Figure, *args: object) -> Summary:
    """The median over the seeds."""
    return lambda run: float(np.median(figure(run, *args)))


def least(figure: Figure, *args: object) -> Summary:
    """The least of all seeds."""
    return lambda run: float(np.min(figure(run, *args)))


def most(figure: Figure, *args: object) -> Summary:
    """The largest of all seeds."""
    return lambda run: float(np.max(figure(run, *args)))


def share_over(bound: float, figure: Figure, *args: object) -> Summary:
    """Of how many seeds it is larger, from 0 to 1."""
    return lambda run: float(np.mean(figure(run, *args) > bound))


def spread_of(name: str, step: int = 0) -> Callable[[Run], Values]:
    """A measure's largest value among the hidden layers, over its least."""
    return lambda run: run.hidden(name, step).max(axis=1) / run.hidden(name, step).min(axis=1)


def mean_of(name: str, step: int = 0) -> Callable[[Run], Values]:
    """A measure's mean over the hidden layers."""
    return lambda run: run.hidden(name, step).mean(axis=1)


def kept_of(name: str, layer: int) -> Callable[[Run], Values]:
    """A measure of a layer at the end, of what it was at initialization."""
    return lambda run: run.measure(name, -1)[:, layer] / run.measure(name)[:, layer]


def theory_ratio(run: Run) -> Values:
    """What theory has for the ratio if all layers were infinitely wide."""
    theory = predict(run.scenario, run.experiment, run.studied)
    assert theory
    delta = theory.measures["delta_rms"]
    return np.array([delta[0] / delta[-2]])


def gradient_first(run: Run, step: int = 0) -> Values:
    """The norm of the first layer's gradient."""
    return run.measure("grad_norm", step)[:, 0]


def lost_at(run: Run) -> Values:
    """The first step, from 0, at which the loss is no longer finite; -1 where there is none."""
    return run.experiment.trace.lost_at.astype(np.float64)


def longest_step(run: Run) -> Values:
    """The longest step at initialization of a hidden layer, in its own length."""
    return run.hidden("update_ratio").max(axis=1)
