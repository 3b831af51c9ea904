"""New layers: what a layer says in its own class is all that the engine asks of it."""

# pyright: reportUntypedBaseClass=false

import ast
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator
from reference_check import draw_batch
from shell import ROOT
from vglab.engine.measure.probe import Probe
from vglab.engine.nn.activations import Activation
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.assembly import COMPOSERS, Composition, Tap, with_output
from vglab.engine.nn.initializers import Draw
from vglab.engine.nn.layers import Activate, Chain, Dense, Leaf, Shapes
from vglab.engine.nn.losses import LOSSES
from vglab.engine.nn.network import Network
from vglab.engine.nn.recurrent_cells import CELLS

N, R = 12, 2
STEP = 1e-5


class Product(Leaf):
    """Y = (A W_P) ∘ (A W_Q): a layer of two matrices, each with an error signal of its own.

    Backward: Δ_P = Δ ∘ (A W_Q), Δ_Q = Δ ∘ (A W_P), ∂J/∂A = Δ_P W_Pᵀ + Δ_Q W_Qᵀ.
    """

    weights = ("W_P", "W_Q")
    gradient_arrays = ("A", "Delta_P", "Delta_Q", "dW_P", "dW_Q")
    kind = "product"
    W_P: Any
    W_Q: Any

    def __init__(self, width: int) -> None:
        self.width = width

    def parameters(self) -> Shapes:
        return dict.fromkeys(self.weights, (self.width, self.width))

    def buffers(self, batch: int) -> Shapes:
        return dict.fromkeys(("Z_P", "Z_Q", "Y"), (batch, self.width))

    def backward_buffers(self, batch: int) -> Shapes:
        return dict.fromkeys(("Delta_P", "Delta_Q"), (batch, self.width))

    def draw(self, name: str, rule: Draw, rng: Generator) -> Any:
        return rule(rng, self.width, self.width)

    def units(self, name: str) -> tuple[int, int]:
        return self.width, self.width

    @property
    def out(self) -> Any:
        return self.Y

    def forward(self, A: Any) -> Any:
        self.A = A
        np.matmul(A, self.W_P, out=self.Z_P)
        np.matmul(A, self.W_Q, out=self.Z_Q)
        return np.multiply(self.Z_P, self.Z_Q, out=self.Y)

    def backward(self, Delta: Any) -> Any:
        np.multiply(Delta, self.Z_Q, out=self.Delta_P)
        np.multiply(Delta, self.Z_P, out=self.Delta_Q)
        return self.Delta_P @ self.W_P.mT + self.Delta_Q @ self.W_Q.mT

    def weight_gradients(self) -> None:
        np.matmul(self.A.mT, self.Delta_P, out=self.dW_P)
        np.matmul(self.A.mT, self.Delta_Q, out=self.dW_Q)


class Remembering(Leaf):
    """Y = A ∘ A / 2, from a copy of A that is kept in an array of any name."""

    def __init__(self, width: int, name: str) -> None:
        self.width, self.name = width, name

    def buffers(self, batch: int) -> Shapes:
        return dict.fromkeys((self.name, "Y"), (batch, self.width))

    def backward_buffers(self, batch: int) -> Shapes:
        return {"passed_on": (batch, self.width)}

    def forward(self, A: Any) -> Any:
        kept = getattr(self, self.name)
        kept[...] = A
        return np.multiply(kept, kept / 2, out=self.Y)

    def backward(self, Delta: Any) -> Any:
        return np.multiply(Delta, getattr(self, self.name), out=self.passed_on)


Compose = Callable[[Architecture, Activation, bool], Composition]


def products(a: Architecture, g: Activation, training: bool) -> Composition:
    first, activate = Dense(a.inputs, a.width), Activate(g, a.width)
    layers = [Product(a.width) for _ in range(a.depth - 1)]
    taps = [Tap(first, activate, activate, activate)]
    for layer, (weight, error) in (
        (layer, pair) for layer in layers for pair in (("W_P", "Delta_P"), ("W_Q", "Delta_Q"))
    ):
        taps.append(Tap(layer, layer, None, layer, weight=weight, error=error))
    return with_output(a, [Chain([first, activate]), *layers], taps)


def remembering(name: str) -> Compose:
    def compose(a: Architecture, g: Activation, training: bool) -> Composition:
        items, taps = [], []
        for i in range(a.depth):
            dense, activate = Dense(a.inputs if i == 0 else a.width, a.width), Activate(g, a.width)
            items.append(Chain([dense, Remembering(a.width, name), activate]))
            taps.append(Tap(dense, activate, activate, activate))
        return with_output(a, items, taps)

    return compose


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Callable[[Compose], Architecture]:
    """An architecture made of one's own layers."""

    def install(compose: Compose) -> Architecture:
        monkeypatch.setitem(COMPOSERS, "own", compose)
        return Architecture(3, 1, 4, 6, "own", activation="tanh", bias_std=0.1)

    return install


def loss_of(network: Network, X: Any, target: Any) -> Any:
    return LOSSES["squared"](network.forward(X), target, network.Delta)


def check_gradient(a: Architecture, cached: int = 1 << 17) -> Network:
    """∂J/∂θ against central differences, for every parameter."""
    network = Network(a, list(range(R)), N, np.float64, cached=cached)
    batch = draw_batch(a, "squared", R, N)
    loss_of(network, batch.X, batch.target)
    network.backward(network.Delta)
    network.restore()
    found = network.grad.copy()
    for i in range(network.theta.shape[1]):
        kept = network.theta[:, i].copy()
        network.theta[:, i] = kept + STEP
        above = loss_of(network, batch.X, batch.target)
        network.theta[:, i] = kept - STEP
        below = loss_of(network, batch.X, batch.target)
        network.theta[:, i] = kept
        np.testing.assert_allclose(found[:, i], (above - below) / 2 / STEP, rtol=1e-5, atol=1e-9)
    return network


@pytest.mark.parametrize("cached", [1, 1 << 17])
def test_a_layer_of_two_matrices_has_its_gradients(own: Any, cached: int) -> None:
    check_gradient(own(products), cached)


def test_each_matrix_of_a_layer_has_norms_of_its_own(own: Any) -> None:
    a = own(products)
    network = Network(a, list(range(R)), N, np.float64)
    batch, probe = draw_batch(a, "squared", R, N), Probe(network, np.arange(1))
    loss_of(network, batch.X, batch.target)
    probe.backward(0, network.Delta)
    network.restore()
    np.multiply(network.grad, 0.1, out=network.step)
    probe.update(0)
    names = [layer.name for layer in probe.trace.layers]
    assert names == ["W1", "W_P2", "W_Q2", "W_P3", "W_Q3", "W_P4", "W_Q4", "W5"]
    for measure, arrays in (
        ("weight_norm", [tap.W for tap in network.taps]),
        ("grad_norm", [tap.dW for tap in network.taps]),
    ):
        expected = [np.linalg.norm(X, axis=(1, 2)) for X in arrays]
        np.testing.assert_allclose(probe.trace.measures[measure][0].T, expected, rtol=1e-12)
    ratio = [0.1 * np.linalg.norm(t.dW, axis=(1, 2)) / np.linalg.norm(t.W, axis=(1, 2))
             for t in network.taps]  # fmt: skip
    np.testing.assert_allclose(probe.trace.measures["update_ratio"][0].T, ratio, rtol=1e-12)
    signals = [np.sqrt(np.square(N * t.Delta).mean(axis=(1, 2))) for t in network.taps]
    np.testing.assert_allclose(probe.trace.measures["delta_rms"][0].T, signals, rtol=1e-12)
    assert sum(layer.parameters for layer in probe.trace.layers) == network.theta.shape[1]


@pytest.mark.parametrize(
    "name", ["S", "Delta", "D", "s_Delta", "T_Delta", "gate_Delta", "rest_Delta", "carry", "dA"]
)
def test_what_a_layer_keeps_from_forward_is_its_own_whatever_its_name(own: Any, name: str) -> None:
    """Blocks share only what a layer declares in `backward_buffers`."""
    network = check_gradient(own(remembering(name)), cached=1)
    assert len(network.segments) > 1
    kept = [getattr(x, name) for x in network.leaves if isinstance(x, Remembering)]
    shared = [x.passed_on for x in network.leaves if isinstance(x, Remembering)]
    assert not any(np.shares_memory(kept[0], other) for other in kept[1:])
    assert np.shares_memory(shared[0], shared[1])


FORMS = [
    Architecture(3, 1, 3, 5, activation="tanh"),
    Architecture(3, 1, 3, 5, activation="tanh", skip="identity", skip_placement="preactivation"),
    Architecture(2, 1, 2, 4, "cnn", activation="tanh", side=4),
    *(Architecture(2, 1, 2, 4, cell, "tanh", length=5) for cell in CELLS),
]


@pytest.mark.parametrize("a", FORMS, ids=lambda a: f"{a.architecture}-{a.skip}")
def test_backward_returns_the_gradient_at_the_input(a: Architecture) -> None:
    network = Network(a, list(range(R)), N, np.float64, input_gradient=True)
    batch = draw_batch(a, "squared", R, N)
    loss_of(network, batch.X, batch.target)
    dX = network.backward(network.Delta)
    assert dX is not None
    found, X = dX * 2.0 ** -network.power[0][:, None, None], batch.X.copy()
    for at in np.ndindex(2, X.shape[2]):
        kept = X[:, *at].copy()
        X[:, *at] = kept + STEP
        above = loss_of(network, X, batch.target)
        X[:, *at] = kept - STEP
        below = loss_of(network, X, batch.target)
        X[:, *at] = kept
        np.testing.assert_allclose(found[:, *at], (above - below) / 2 / STEP, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("a", FORMS, ids=lambda a: f"{a.architecture}-{a.skip}")
def test_a_network_not_asked_for_it_returns_no_gradient_at_the_input(a: Architecture) -> None:
    """And has the same gradients of its own."""
    asked, unasked = (
        Network(a, list(range(R)), N, np.float64, input_gradient=ask) for ask in (True, False)
    )
    batch = draw_batch(a, "squared", R, N)
    for network in (asked, unasked):
        loss_of(network, batch.X, batch.target)
    asked.backward(asked.Delta)
    assert unasked.backward(unasked.Delta) is None
    for network in (asked, unasked):
        network.restore()
    np.testing.assert_array_equal(asked.grad, unasked.grad)


def test_like_layers_are_served_by_one_call() -> None:
    """Thirty hidden layers of one width: the first, the stack of 29, the output layer."""
    network = Network(Architecture(depth=30, width=4, activation="tanh"), [0], 8)
    batch = draw_batch(network.architecture, "squared", 1, 8, np.float32)
    loss_of(network, batch.X, batch.target)
    network.backward(network.Delta)
    (block,) = network.segments
    assert [len(layer.dW) for layer in block.trained if isinstance(layer, Dense)] == [1, 29, 1]
    assert [len(activate.S) for activate, *_ in block.sloped] == [30]


def layer_classes() -> set[str]:
    """The names of all kinds of layers."""
    kinds, found = [Leaf], {"Chain", "Layer"}
    while kinds:
        kind = kinds.pop()
        found.add(kind.__name__)
        kinds += kind.__subclasses__()
    return found


def test_nobody_outside_nn_asks_what_kind_a_layer_is() -> None:
    kinds, asked = layer_classes(), list[str]()
    assert {"Dense", "BatchNorm", "LSTM"} <= kinds
    for path in (p for top in ("engine", "scenarios", "tui") for p in (ROOT / top).rglob("*.py")):
        if path.parent == ROOT / "engine" / "nn":
            continue
        calls = (n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call))
        for call in (c for c in calls if ast.unparse(c.func) == "isinstance"):
            named = {n.id for n in ast.walk(call.args[1]) if isinstance(n, ast.Name)}
            asked += [f"{path}:{call.lineno}"] if named & kinds else []
    assert asked == []
