"""A float32 run whose signal float32 cannot hold is computed in float64."""

import numpy as np
import pytest
from vglab.engine.nn.normalization import BatchNorm
from vglab.scenarios.experiment.build import build
from vglab.scenarios.loading.inheritance import load

FAINT = ("network.activation=relu", "network.init=uniform", "training.steps=2")


@pytest.mark.parametrize(("depth", "dtype"), [(10, np.float32), (150, np.float64)])
def test_a_faint_signal_is_computed_in_float64(depth: int, dtype: type) -> None:
    """150 ReLU layers at PyTorch's default lose 0.41 a layer: 1e-58, beyond float32."""
    experiment = build(load("deep-sigmoid", (*FAINT, f"network.depth={depth}")))
    assert experiment.networks["model"].theta.dtype == dtype


def test_every_measure_of_a_faint_run_is_that_of_a_float64_run() -> None:
    """The promoted run is the float64 run."""
    runs = [
        build(load("deep-sigmoid", (*FAINT, "network.depth=120", f"run.dtype={dtype}")))
        for dtype in ("float32", "float64")
    ]
    for run in runs:
        for _ in run.steps:
            pass
    promoted, double = (run.trace.networks["model"].measures for run in runs)
    for name, values in promoted.items():
        np.testing.assert_array_equal(values, double[name])


@pytest.mark.parametrize(
    ("base", "setting"),
    [("batch-norm", "training.steps=1"), ("gan-saturating", "discriminator.norm=batch")],
)
def test_looking_whether_float32_suffices_moves_no_running_mean(base: str, setting: str) -> None:
    """Batch normalization starts from mean 0 and variance 1, however a run was built."""
    networks = build(load(base, [setting])).networks.values()
    norms = [leaf for net in networks for leaf in net.leaves if isinstance(leaf, BatchNorm)]
    assert norms
    for norm in norms:
        assert (norm.running_mean == 0).all()
        assert (norm.running_variance == 1).all()
