"""What the precision lens says of narrower types, against really rounding to them."""

import numpy as np
import pytest
from reference_check import draw_batch, form_id, run
from reference_rnn import GATES
from vglab.engine.data.datasets import generate
from vglab.engine.diagnosis.diagnosis import diagnose
from vglab.engine.diagnosis.precision import (
    NUMBER_TYPES,
    Lens,
    NumberType,
    lens,
    lenses,
    loss_scale,
    lost_share,
)
from vglab.engine.measure.probe import Probe
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.network import Network
from vglab.engine.training.supervised import Training, supervised

FLOAT16, BFLOAT16, FLOAT32 = NUMBER_TYPES
RATE = 0.2361
"""A sigmoid's factor a layer with Xavier's weights (Schoenholz et al. 2017)."""


def born(depth: int) -> tuple[Network, tuple[Lens, ...]]:
    """A deep sigmoid network in float64 with its gradients in hand, and what the lens says."""
    data = generate("circles", (0,), 128, 0.1, np.float64)
    network = Network(Architecture(depth=depth, width=48), (0,), 128, np.float64)
    course = supervised(network, Training(batch=128, steps=1), data, None)
    next(course.steps)
    return network, lenses(course.trace.networks["model"], 0)


@pytest.mark.parametrize("depth", [8, 14])
def test_float16_loses_what_rounding_loses(depth: int) -> None:
    """The shares told from norms are those of gradients that were really rounded."""
    network, (half, *_) = born(depth)
    gradients = [tap.dW[0] for tap in network.taps]
    really = [float((G.astype(np.float16) == 0).mean()) for G in gradients]
    np.testing.assert_allclose(half.lost, really, atol=0.12)
    gone = tuple(i for i, share in enumerate(really, 1) if share > 0.9999)
    assert set(gone) <= set(half.zero) | {max(half.zero, default=0) + 1}
    assert set(half.zero) <= {i for i, share in enumerate(really, 1) if share > 0.99}


@pytest.mark.parametrize(
    "a",
    [
        Architecture(1, 10, 3, 8, "cnn", side=6),
        *(Architecture(2, 1, 2, 8, cell, "tanh", length=9) for cell in GATES),
    ],
    ids=form_id,
)
def test_every_weight_counts_where_they_are_shared(a: Architecture) -> None:
    """Of a kernel each place, of a gate each block: the entries' root mean square is the real."""
    network, batch = Network(a, [0], 8, np.float64), draw_batch(a, "squared", 1, 8)
    probe = Probe(network, np.arange(1))
    run(network, batch, "squared", probe)
    network.restore()
    norm = probe.trace.measures["grad_norm"][0, 0]
    rms = [float(np.sqrt(np.square(tap.dW).mean())) for tap in network.taps]
    np.testing.assert_allclose(norm / np.sqrt(probe.trace.sizes), rms, rtol=1e-4)
    assert [lens.lost for lens in lenses(probe.trace, 0)] == [
        pytest.approx([lost_share(kind, value) for value in rms], abs=1e-4) for kind in NUMBER_TYPES
    ]


@pytest.mark.parametrize("depth", [60, 80, 100])
def test_updates_end_where_float32_does(depth: int) -> None:
    """The gradient that a step is made from, the lens and `underflows` agree on where float32
    rounds to 0: at its smallest number, not where numbers begin to be subnormal."""
    data = generate("circles", (0,), 128, 0.1, np.float32)
    network = Network(Architecture(depth=depth, width=48), (0,), 128, np.float32)
    course = supervised(network, Training(batch=128, steps=1), data, None)
    next(course.steps)
    trace = course.trace.networks["model"]
    kept = np.array([(tap.dW != 0).mean() for tap in network.taps])
    single = lenses(trace, 0)[-1]
    np.testing.assert_allclose(kept, 1 - np.array(single.lost), atol=0.1)
    still = np.flatnonzero(trace.measures["update_ratio"][0, 0] == 0) + 1
    assert set(single.zero) <= set(still.tolist())
    assert len(still) - len(single.zero) <= 2, "a step is 0.1 of a gradient: some layers more"
    assert diagnose(trace, 0, 1).underflows == (len(still) > 0) == (depth > 60)


def test_float32_reads_zero_where_rounding_does() -> None:
    """100 layers: the lens and the cast agree to a layer on where float32 begins to read."""
    network, (*_, single) = born(100)
    with np.errstate(under="ignore"):
        gone = [i for i, t in enumerate(network.taps, 1) if not t.dW[0].astype("f4").any()]
    assert abs(max(single.zero) - max(gone)) <= 2


@pytest.mark.parametrize(
    ("kind", "limit", "layers"),
    [(FLOAT16, "smallest", 11.5), (FLOAT32, "normal", 60.5), (FLOAT32, "smallest", 71.5)],
)
def test_the_law_of_underflow(kind: NumberType, limit: str, layers: float) -> None:
    """Law: ln(limit)/ln(rate) layers of a sigmoid lead from 1 to the end of a number type."""
    assert np.log(getattr(kind, limit)) / np.log(RATE) == pytest.approx(layers, abs=0.05)


def test_the_types_are_those_of_numpy() -> None:
    """float16 and float32 as numpy knows them."""
    for kind in (FLOAT16, FLOAT32):
        limits = np.finfo(kind.name)
        assert kind.smallest == limits.smallest_subnormal
        assert kind.normal == limits.smallest_normal
        assert kind.largest == limits.max


def test_a_zero_gradient_is_lost_and_an_infinite_one_overflows() -> None:
    """Dead and diverged layers have their places too, and need no scale."""
    seen = lens(FLOAT16, [0.0, float("inf"), float("nan"), 1.0])
    assert seen.lost[:2] == (1.0, 0.0)
    assert seen.zero == (1,)
    assert seen.overflow == (2,)
    assert loss_scale(FLOAT16, [0.0]) is None


def test_loss_scaling_lifts_every_layer_or_says_that_it_cannot() -> None:
    """2¹⁰ lifts 2⁻²⁴ to float16's normal numbers; 40 decades do not fit in any scale."""
    assert loss_scale(FLOAT16, [2.0**-24, 1.0]) == 10
    assert loss_scale(FLOAT16, [1.0]) == 0
    assert loss_scale(FLOAT16, [1e-40, 1.0]) is None
    assert loss_scale(BFLOAT16, [1e-40, 1.0]) is not None


def test_the_share_lost_grows_as_the_gradient_shrinks() -> None:
    """From nothing to all of it."""
    shares = [lost_share(FLOAT16, rms) for rms in np.logspace(-2, -12, 30)]
    assert shares == sorted(shares)
    assert shares[0] < 1e-4
    assert shares[-1] > 0.9999
