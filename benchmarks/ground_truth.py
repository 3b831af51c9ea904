"""What becomes of a network, found by training it and its twins, and all that a verdict may use.

Nothing here knows of a verdict, so that verdicts can be held against it again and again.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from time import process_time
from typing import Any

import numpy as np
from random_networks import Settings, at_other_rates, reinitialized, scenario, with_adam
from vglab.engine.measure.trace import LayerInfo, NetworkTrace, Trace
from vglab.engine.nn.losses import chance
from vglab.engine.numerics import Exact
from vglab.engine.training.optimizers import OPTIMIZERS
from vglab.engine.training.supervised import Experiment
from vglab.scenarios.experiment.batch import build_together
from vglab.scenarios.experiment.build import build
from vglab.scenarios.experiment.convert import DTYPES, seeds, training_plan
from vglab.scenarios.experiment.data import source, train_and_test

LEARNED, STUCK = 0.8, 0.3
"""Of the way from chance to all right, on the test set: of two classes, accuracies of 0.9 and 0.65.
What ends between them is counted nowhere."""
CURED = 0.5
"""A twin that has been half-way there is not stuck."""
OFF_CHANCE = 0.15
"""A twin that has not been so far half-way through its training is given up."""
SETS = ("train", "test")
Line = dict[str, Any]


def ground_truth(number: int, settings: Settings) -> Line:
    """Train the network, and its twins if it is stuck; a line of JSON."""
    began = process_time()
    found = train(settings)
    twins = {} if found["skill"] >= STUCK or found["diverged"] else train_twins(settings)
    seconds = round(process_time() - began, 1)
    return {"number": number, **found, "twins": twins, "seconds": seconds}


def train(settings: Settings) -> Line:
    """What a run records."""
    asked = scenario(settings)
    run = build(asked)
    for _ in run.steps:
        pass
    trace, seen, upto = run.trace, run.trace.networks["model"], run.trace.upto

    def columns(of: dict[str, Exact] | None) -> Any:
        return of and {name: digits(x[:upto, 0]) for name, x in of.items()}

    return {
        "settings": settings,
        "skill": skill(trace.accuracy["test"][upto - 1, 0], source(asked).classes),
        "diverged": trace.diverged_at is not None,
        "records": trace.records[:upto].tolist(),
        "steps": trace.steps,
        "loss": columns(trace.loss),
        "accuracy": columns(trace.accuracy),
        "layers": [asdict(layer) for layer in seen.layers],
        "weights": list(seen.weights),
        "measures": columns(seen.measures),
        "undecayed": columns(seen.undecayed),
        "time": columns(seen.time),
    }


def skill(accuracy: float, classes: int) -> float:
    """How far an accuracy is on the way from chance to 1; 0 where it is not finite."""
    return round(float(np.nan_to_num((accuracy * classes - 1) / (classes - 1))), 4)


def train_twins(settings: Settings) -> dict[str, float]:
    """The best skill that each twin reaches; with Adam the twins that are born anew are trained
    where nothing else is a cure."""
    others, born_anew = at_other_rates(settings), reinitialized(settings)
    twins = dict(zip(others, best_skills([*others.values()]), strict=True))
    twins |= until_one_learns(born_anew)
    twins["adam"] = best_skills([with_adam(settings)])[0]
    if max(twins.values()) < CURED:
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
    """The best skill at any record of each of these, which are trained at once: until all have
    learned, or none is off chance half-way."""
    runs = [scenario(settings) for settings in twins]
    classes = source(runs[0]).classes
    best = [0.0] * len(runs)
    experiment = build_together(runs)
    trace = experiment.trace
    for row in new_rows(experiment):
        right = trace.accuracy["test"][row].tolist()
        best = [max(b, skill(a, classes)) for b, a in zip(best, right, strict=True)]
        half_way = trace.records[row] >= trace.steps / 2
        if min(best) >= LEARNED or (half_way and max(best) < OFF_CHANCE):
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
    asked, records = scenario(line["settings"]), np.array(line["records"])
    plan, sets = training_plan(asked), train_and_test(asked, seeds(asked), DTYPES["float32"])

    def columns(of: Any) -> dict[str, Exact]:
        return {name: np.array(x, np.float64)[:, None] for name, x in of.items()}

    seen = NetworkTrace(
        tuple(LayerInfo(**layer) for layer in line["layers"]),
        columns(line["measures"]),
        time=line["time"] and columns(line["time"]),
        weights=tuple(line["weights"]),
        step_length=partial(OPTIMIZERS[plan.optimizer].length, plan.settings),
        ages=records + 1,
        undecayed=line["undecayed"] and columns(line["undecayed"]),
    )
    trace = Trace(
        line["steps"],
        records,
        columns(line["loss"]),
        columns(line["accuracy"]),
        {"model": seen},
        upto=len(records),
        finished=True,
        done=line["steps"],
        chance={name: chance(data.target) for name, data in zip(SETS, sets, strict=True)},
    )
    trace.mark_diverged(line["steps"], np.array([not line["diverged"]]))
    return trace
