"""What the examples of a batch have in common, carried through a whole architecture.

`propagation` follows examples one by one; here they go together, as the gradient of a batch and
batch normalisation need it. In a wide network the pre-activations of a unit are Gaussian over the
examples too, with a covariance that the inputs decide, and so are the error signals above weights:

    E Z_i Z_j   = fan_in  Var W E A_i A_j + σ_b²       the kernel of Neal (1996), Lee et al. (2018)
    E dA_i dA_j = fan_out Var W E δ_i δ_j              dA = ∂J/∂A, δ = ∂J/∂Z
    E ‖∂J/∂W‖²  = fan_in fan_out Σ_ij E A_i A_j E δ_i δ_j / examples²

What lies between, an activation, a normalisation over the batch (Yang et al. 2019, "A mean field
theory of batch normalization", whose equations these are) or a skip, is applied to units that are
drawn with these covariances, and averaged over them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from ..nn.activations import activation
from ..nn.architecture import Architecture
from ..numerics import Exact
from .mean_field import activation_and_slope
from .propagation import Network, route

UNITS = 1024
"""Units that averages are taken over: good to some 1 % a layer."""
EXAMPLES = 64
"""A larger batch is judged by so many of its examples."""


@dataclass(frozen=True)
class Batch:
    """Examples, of which a network sees `size` at a time."""

    X: Exact
    """(examples, inputs)"""
    target: Exact | None
    """(examples, outputs); None where an example's error signal has nothing to go by."""
    size: int

    def sample(self) -> "Batch":
        """At most EXAMPLES of them, all alike in the order they stand in."""
        at = np.linspace(0, len(self.X) - 1, min(len(self.X), EXAMPLES)).astype(np.int64)
        return Batch(self.X[at], None if self.target is None else self.target[at], self.size)

    def mean_over_pairs(self, values: Exact) -> float:
        """The mean over all pairs in a batch, of which the diagonal is one in `size`."""
        count, trace = len(values), float(np.trace(values))
        own = trace / count
        other = (float(values.sum()) - trace) / max(count * (count - 1), 1)
        return own / self.size + (1 - 1 / self.size) * other


@dataclass(frozen=True)
class Units:
    """Numbers of a unit for an example, (units, examples), times e^log."""

    values: Exact
    log: float = 0.0

    def covariance(self) -> Exact:
        """E over the units, without the factor e^(2 log)."""
        return self.values.T @ self.values / len(self.values)

    def times(self, factors: Exact | float) -> "Units":
        return Units(self.values * factors, self.log)

    def plus(self, other: "Units") -> "Units":
        log = max(self.log, other.log)
        mine, theirs = (x.values * np.exp(x.log - log) for x in (self, other))
        return Units(mine + theirs, log)

    @property
    def log_square(self) -> float:
        """ln of the mean square."""
        return float(np.log(np.square(self.values).mean())) + 2 * self.log


Move = Callable[[Units], Units]


class Correlations(Network[Units, Units]):
    """Forward through the hidden layers, then `backward` along the tape.

    Lists have an entry a hidden layer: fed E A_i A_j of what the weights multiply, slope E g′²,
    output the layer's units, log_delta ln E δ², log_gradient ln of the mean over pairs of
    E A_i A_j E δ_i δ_j.
    """

    def __init__(self, a: Architecture, batch: Batch) -> None:
        self.a, self.g, self.batch = a, activation(a.activation, a.slope), batch
        self.rng = np.random.default_rng(0)
        self.normal = whitened(len(batch.X), self.rng)
        self.fed = [np.zeros((1, 1))] * a.depth
        self.output = [Units(np.zeros((1, 1)))] * a.depth
        self.slope, self.log_delta, self.log_gradient = ([0.0] * a.depth for _ in range(3))
        self.tape: list[Move] = []
        self.around: list[Units] = []

    def backward(self, output_delta: float, output_grad: float | None) -> float: ...

    def draw(self, covariance: Exact, log: float = 0.0) -> Units:
        """Fresh units of this covariance, exactly so on average."""
        values, vectors = np.linalg.eigh(covariance)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        return Units(self.rng.permutation(self.normal) @ root.T, log)
