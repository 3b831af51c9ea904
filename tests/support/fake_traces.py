"""Made-up traces: charts are tested on numbers that no network has to produce first."""

from collections.abc import Sequence

import numpy as np
from vglab.engine.diagnosis.diagnosis import Diagnosis
from vglab.engine.measure.trace import MEASURES, LayerInfo, NetworkTrace, Trace
from vglab.tui.charts.base.scene import Scene


def trace(rows: int = 12, layers: int = 6, replicas: int = 1, steps: int = 100) -> Trace:
    """A staircase of a gradient, a tenth a layer towards the input, and a loss that falls."""
    records = np.linspace(0, steps, rows, dtype=np.int64)
    stairs = 10.0 ** np.arange(-layers + 1, 1)
    luck = np.linspace(1, 3, replicas)[:, None]
    measures = {name: np.tile(stairs * luck, (rows, 1, 1)) for name in MEASURES}
    measures["saturated"] = measures["dead"] = np.full((rows, replicas, layers), 0.25)
    kinds = ["dense"] * (layers - 1) + ["output"]
    infos = tuple(
        LayerInfo(name=f"W{n}", kind=kind, activation="sigmoid", inputs=8, outputs=8, parameters=72)
        for n, kind in enumerate(kinds, start=1)
    )
    falling = np.linspace(0.7, 0.1, rows)[:, None] * np.ones(replicas)
    return Trace(
        steps=steps,
        records=records,
        loss={"train": falling, "test": falling},
        accuracy={"train": 1 - falling, "test": 1 - falling},
        networks={"model": NetworkTrace(infos, measures)},
        upto=rows,
        done=steps,
        finished=True,
    )


def finding(state: str = "vanishing", frozen: Sequence[int] = (1, 2), layers: int = 6) -> Diagnosis:
    """A diagnosis."""
    return Diagnosis(
        state=state,
        rate=0.1,
        mean_rate=0.1,
        decay="exponential",
        ratio=1e-4,
        budget=(1e-3,) * layers,
        frozen=tuple(frozen),
        flat_gradient_hides=False,
        rule="frozen",
        underflows=False,
    )


def scene(of: Trace | None = None, **fields: object) -> Scene:
    """A scene of a trace (by default a small one); `fields` are the scene's."""
    shown = trace() if of is None else of
    layers = len(shown.networks["model"].layers)
    return Scene(shown, shown.upto, **{"diagnosis": finding(layers=layers), **fields})
