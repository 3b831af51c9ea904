"""The way back in blocks, whose layers share slopes and error signals, is the way back in one."""

from typing import Any

import numpy as np
import pytest
from reference_check import block_forms, draw_batch, form_id, measure, other_forms, run
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.backward import CACHED
from vglab.engine.nn.network import Network

WHOLE = 1 << 60


def networks(a: Architecture, cached: int, dtype: Any = np.float64) -> tuple[Network, Network]:
    """The same network in blocks of so many slopes, and in one block."""
    parted, whole = (Network(a, [3, 5], 12, dtype, cached=most) for most in (cached, WHOLE))
    assert len(whole.segments) == 1
    return parted, whole


@pytest.mark.sampled(4)
@pytest.mark.parametrize("a", [*block_forms(), *other_forms()], ids=form_id)
def test_gradients_and_measures_are_those_of_one_block(a: Architecture) -> None:
    parted, whole = networks(a, 1)
    assert a.depth == 1 or len(parted.segments) > 1
    batch = draw_batch(a, "binary_cross_entropy", 2, 12)
    for network in (parted, whole):
        run(network, batch, "binary_cross_entropy")
        network.restore()
    np.testing.assert_allclose(parted.grad, whole.grad, rtol=1e-12, atol=1e-15)
    seen, expected = (
        measure(network, batch, "binary_cross_entropy") for network in (parted, whole)
    )
    for name, values in expected.items():
        np.testing.assert_allclose(seen[name], values, rtol=1e-12, err_msg=name)


def test_blocks_hold_what_fits_and_no_less_than_an_item() -> None:
    a = Architecture(depth=40, width=64, activation="tanh")
    assert CACHED == 16 * 64 * 128
    network = Network(a, [0], 128)
    assert [len(block.activates) for block in network.segments] == [16, 16, 8]
    assert [len(block.activates) for block in Network(a, [0], 128, cached=1).segments] == [1] * 40
    assert [block.first for block in network.segments] == [24, 8, 0]


def test_arrays_of_the_way_back_do_not_grow_with_depth() -> None:
    def passing(depth: int) -> int:
        network = Network(Architecture(depth=depth, width=64, activation="tanh"), [0], 256)
        roots = {id(X.base): X.base.nbytes for a in network.activates for X in (a.S, a.Delta)}
        return sum(roots.values())

    assert passing(100) == passing(30)


def test_two_losses_share_slopes_only_where_one_block_has_them_all() -> None:
    """A second way back, with no forward pass between, is as right as the first."""
    a = Architecture(depth=6, width=8, activation="tanh")
    parted, whole = networks(a, 2 * 12 * a.width)
    batch = draw_batch(a, "binary_cross_entropy", 2, 12)
    for network in (parted, whole):
        run(network, batch, "binary_cross_entropy")
        network.backward(network.Delta[:, ::-1].copy())
        network.restore()
    np.testing.assert_allclose(parted.grad, whole.grad, rtol=1e-12)
