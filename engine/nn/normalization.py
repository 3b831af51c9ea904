"""Normalization before the activation."""

import numpy as np

from ..numerics import Array
from .layers import Leaf, Shapes, row_of


class BatchNorm(Leaf):
    """Y = γ X̂ + β, with X̂ = X/√(variance + ε), X = A - mean over the batch (Ioffe & Szegedy 2015).
    The array Delta is ∂J/∂A: the Δ of the layer below.

    Backward (their section 3): ∂J/∂A = γ/√(variance + ε) (Δ - mean(Δ) - X̂ mean(Δ X̂)).
    X̂ itself is never written down: its factor is a row, and goes with γ.
    Outside training, running means stand in for the batch's own.
    """

    momentum: float = 0.1
    """The share of each new batch in the running means (PyTorch's default)."""

    gamma: Array
    beta: Array
    dgamma: Array
    dbeta: Array
    running_mean: Array
    running_variance: Array
    X: Array
    Y: Array
    inverse: Array
    """1/√(variance + ε)."""

    def __init__(self, width: int, eps: float, training: bool) -> None:
        self.width, self.eps, self.training = width, eps, training

    def parameters(self) -> Shapes:
        return dict.fromkeys(("gamma", "beta"), (1, self.width))

    def start(self) -> None:
        self.gamma[...] = 1
        self.running_variance[...] = 1

    def statistics(self) -> Shapes:
        return dict.fromkeys(("running_mean", "running_variance"), (1, self.width))

    def buffers(self, batch: int) -> Shapes:
        return dict.fromkeys(("X", "Y"), (batch, self.width))

    def backward_buffers(self, batch: int) -> Shapes:
        return {"Delta": (batch, self.width)}

    def forward(self, A: Array) -> Array:
        mean = column_mean(A) if self.training else self.running_mean
        np.subtract(A, mean, out=self.X)
        variance = self.batch_variance(mean) if self.training else self.running_variance
        self.inverse = 1 / np.sqrt(variance + self.eps)
        np.multiply(self.X, self.gamma * self.inverse, out=self.Y)
        self.Y += self.beta
        return self.Y

    def batch_variance(self, mean: Array) -> Array:
        variance = column_mean(np.square(self.X, out=self.Y))
        self.running_mean += self.momentum * (mean - self.running_mean)
        self.running_variance += self.momentum * (variance - self.running_variance)
        return variance

    def use_batch_statistics(self) -> None:
        self.training, self.momentum = True, 0.0

    def backward(self, Delta: Array) -> Array:
        dA, n = self.Delta, Delta.shape[1]
        mean = column_mean(Delta)
        mean_product = self.inverse * column_mean(np.multiply(Delta, self.X, out=dA))
        np.multiply(mean, n, out=self.dbeta)
        np.multiply(mean_product, n, out=self.dgamma)
        np.multiply(self.X, self.inverse * mean_product, out=dA)
        np.subtract(Delta, dA, out=dA)
        dA -= mean
        dA *= self.gamma * self.inverse
        return dA


class LayerNorm(Leaf):
    """Y = γ X̂ + β, with X̂ = (A - mean)/√(variance + ε) over the units of each sample (Ba et al.
    2016). The array Delta is ∂J/∂A: the Δ of the layer below.

    Backward: ∂J/∂A = (γ Δ - mean(γ Δ) - X̂ mean(γ Δ X̂))/√(variance + ε).
    """

    gamma: Array
    beta: Array
    dgamma: Array
    dbeta: Array
    X: Array
    """X̂."""
    Y: Array
    inverse: Array
    """1/√(variance + ε), with variance = Σ(A - mean)²/n."""

    def __init__(self, width: int, eps: float) -> None:
        self.width, self.eps = width, eps

    def parameters(self) -> Shapes:
        return dict.fromkeys(("gamma", "beta"), (1, self.width))

    def start(self) -> None:
        self.gamma[...] = 1

    def buffers(self, batch: int) -> Shapes:
        return dict.fromkeys(("X", "Y"), (batch, self.width))

    def backward_buffers(self, batch: int) -> Shapes:
        return {"Delta": (batch, self.width)}

    def forward(self, A: Array) -> Array:
        X, n = self.X, self.width
        np.subtract(A, A @ row_of(1 / n, n, A.dtype).mT, out=X)
        squares = np.vecdot(X, X)[..., None]
        self.inverse = np.sqrt(n / (squares + n * self.eps))
        X *= self.inverse
        np.multiply(X, self.gamma, out=self.Y)
        self.Y += self.beta
        return self.Y

    def backward(self, Delta: Array) -> Array:
        X, dA, ones = self.X, self.Delta, row_of(1, Delta.shape[1], Delta.dtype)
        np.multiply(Delta, X, out=dA)
        np.matmul(ones, dA, out=self.dgamma)
        np.matmul(ones, Delta, out=self.dbeta)
        share = self.gamma.mT / self.width
        np.multiply(X, dA @ share, out=dA)
        np.subtract(Delta * self.gamma, dA, out=dA)
        dA -= Delta @ share
        dA *= self.inverse
        return dA


def column_mean(X: Array) -> Array:
    """The mean over samples, (R, 1, n): as a product, 4 times faster than `mean`."""
    n = X.shape[1]
    return row_of(1 / n, n, X.dtype) @ X
