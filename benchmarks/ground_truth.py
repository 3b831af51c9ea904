"""What becomes of a network, found by training it and its twins, and all that a verdict may use.

Nothing here knows of a verdict, so that verdicts can be held against it again and again.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from time import process_time
from typing import Any

import numpy as np
from random_networks import Settings, at_other_rates, reinitialized, scenario, with_adam
from vglab.engine.measure.trace import LayerInfo, NetworkTrace, Trace
from vglab.engine.nn.network import Network
from vglab.engine.numerics import Array, Exact
from vglab.engine.training.supervised import Experiment
from vglab.scenarios.experiment.batch import build_together
from vglab.scenarios.experiment.build import build
from vglab.scenarios.experiment.data import source
from vglab.scenarios.schema.spec import TrainingSpec

LEARNED, STUCK = 0.8, 0.3
"""Of the way from chance to all right, on the test set: of two classes, accuracies of 0.9 and 0.65.
What ends between them is counted nowhere."""
Line = dict[str, Any]


def ground_truth(number: int, settings: Settings) -> Line:
    """Train the network, and its twins if it is stuck; a line of JSON."""
    began = process_time()
    found = train(settings)
    twins = {} if found["skill"] >= STUCK or found["diverged"] else train_twins(settings)
    seconds = round(process_time() - began, 1)
    return {"number": number, "settings": settings, **found, "twins": twins, "seconds": seconds}


def train(settings: Settings) -> Line:
    """What a run records, and how far every layer is from where it began."""
    asked = scenario(settings)
    run = build(asked)
    trace, walk = run.trace, Walk(run.networks["model"], asked.training)
    due = set(trace.records.tolist())
    for k in range(trace.steps + 1):
        if k in due:
            walk.look(k)
        if next(run.steps, None) is None:
            break
        if k in due:
            walk.step(k < trace.steps)
    seen, upto = trace.networks["model"], trace.upto
    right = trace.accuracy["test"][upto - 1, 0]
    return {
        "skill": skill(right, source(asked).classes),
        "diverged": trace.diverged_at is not None,
        "records": trace.records[:upto].tolist(),
        "steps": trace.steps,
        "loss": {name: digits(x[:upto, 0]) for name, x in trace.loss.items()},
        "accuracy": {name: digits(x[:upto, 0]) for name, x in trace.accuracy.items()},
        "layers": [asdict(layer) for layer in seen.layers],
        "weights": list(seen.weights),
        "measures": {name: digits(x[:upto, 0]) for name, x in seen.measures.items()},
        "time": seen.time and {name: digits(x[:upto, 0]) for name, x in seen.time.items()},
        **{name: digits(np.array(rows[:upto])) for name, rows in walk.rows.items()},
    }


class Walk:
    """How far each layer has moved, and moves, in its own length: in all, and without the part that
    weight decay has in it."""

    def __init__(self, network: Network, plan: TrainingSpec) -> None:
        self.W = [tap.W for tap in network.taps]
        self.S = [tap.sW for tap in network.taps]
        self.first = [W.astype(np.float64) for W in self.W]
        self.decay = plan.rate * plan.weight_decay if plan.optimizer == "adamw" else 0.0
        names = ("moved", "moved_undecayed", "step_undecayed") if self.decay else ("moved",)
        self.rows: dict[str, list[list[float]]] = {name: [] for name in names}

    def look(self, k: int) -> None:
        """Note where the weights are before step k."""
        self.rows["moved"].append(self.distances(1.0))
        if self.decay:
            self.rows["moved_undecayed"].append(self.distances((1 - self.decay) ** k))

    def step(self, taken: bool) -> None:
        """Note the step that has just been found, and taken unless it was the last."""
        if self.decay:
            pairs = zip(self.W, self.S, strict=True)
            steps = [undecayed(W.astype(np.float64), S, taken, self.decay) for W, S in pairs]
            self.rows["step_undecayed"].append(steps)

    def distances(self, left: float) -> list[float]:
        """‖W - left W₀‖/‖W₀‖ of every layer."""
        pairs = zip(self.W, self.first, strict=True)
        return [share(W - left * first, first) for W, first in pairs]


def undecayed(W: Exact, S: Array, taken: bool, decay: float) -> float:
    """‖S - decay W‖/‖W‖ of a step S from W, where W has or has not yet taken it."""
    before = W + S if taken else W
    return share(S - decay * before, before)


def share(part: Exact, whole: Exact) -> float:
    """‖part‖/‖whole‖."""
    with np.errstate(all="ignore"):
        return float(np.linalg.norm(part) / np.linalg.norm(whole))


def skill(accuracy: float, classes: int) -> float:
    """How far an accuracy is on the way from chance to 1; 0 where it is not finite."""
    return round(float(np.nan_to_num((accuracy * classes - 1) / (classes - 1))), 4)


def train_twins(settings: Settings) -> dict[str, float]:
    """The best skill that each twin reaches. Of those that are born anew, the first to learn ends
    the search; Adam trains them too where it takes both."""
    others = at_other_rates(settings)
    twins = dict(zip(others, best_skills([*others.values()]), strict=True))
    born_anew = reinitialized(settings)
    twins |= until_one_learns(born_anew)
    twins["adam"] = best_skills([with_adam(settings)])[0]
    if max(twins[name] for name in twins if name != "again") < LEARNED:
        twins |= until_one_learns({f"{k}+adam": with_adam(v) for k, v in born_anew.items()})
    return twins


def until_one_learns(twins: dict[str, Settings]) -> dict[str, float]:
    """The best skill of each twin, up to the first that learns."""
    found: dict[str, float] = {}
    for name, settings in twins.items():
        found[name] = best_skills([settings])[0]
        if found[name] >= LEARNED:
            break
    return found


def best_skills(twins: Sequence[Settings]) -> list[float]:
    """The best skill at any record of each of these, which are trained at once; training ends as
    soon as all have learned."""
    runs = [scenario(settings) for settings in twins]
    classes = source(runs[0]).classes
    best = [0.0] * len(runs)
    experiment = build_together(runs)
    for row in new_rows(experiment):
        right = experiment.trace.accuracy["test"][row]
        best = [max(b, skill(a, classes)) for b, a in zip(best, right.tolist(), strict=True)]
        if min(best) >= LEARNED:
            break
    return best


def new_rows(experiment: Experiment) -> Any:
    """Each row of the trace, as soon as it is written."""
    seen = 0
    for upto in experiment.steps:
        if upto > seen:
            yield upto - 1
        seen = upto


def digits(values: Exact) -> Any:
    """Six digits of each number, as lists."""
    write: Callable[[float], float] = lambda x: float(f"{x:.6g}")  # noqa: E731
    return [digits(row) for row in values] if values.ndim > 1 else [*map(write, values.tolist())]


def trace_of(line: Line) -> Trace:
    """The trace that a line was made of, of one replica."""

    def column(values: Any) -> Exact:
        return np.array(values, np.float64)[:, None]

    seen = NetworkTrace(
        tuple(LayerInfo(**layer) for layer in line["layers"]),
        {name: column(x) for name, x in line["measures"].items()},
        time=line["time"] and {name: column(x) for name, x in line["time"].items()},
        weights=tuple(line["weights"]),
    )
    trace = Trace(
        line["steps"],
        np.array(line["records"]),
        {name: column(x) for name, x in line["loss"].items()},
        {name: column(x) for name, x in line["accuracy"].items()},
        {"model": seen},
        upto=len(line["records"]),
        finished=True,
        done=line["steps"],
    )
    trace.mark_diverged(line["steps"], np.array([not line["diverged"]]))
    return trace
