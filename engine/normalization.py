"""Normalisation before the activation."""

import numpy as np

from .arrays import Array
from .layers import Leaf, Shapes


class BatchNorm(Leaf):
    """Y = γ X̂ + β, with X̂ = (X - mean)/√(variance + ε) over the batch (Ioffe & Szegedy 2015).

    Backward (their section 3): ∂J/∂X = γ/√(variance + ε) (Δ - mean(Δ) - X̂ mean(Δ X̂)).
    Outside training, running means stand in for the batch's own.
    """

    momentum = 0.1
    """The share of each new batch in the running means (PyTorch's default)."""

    gamma: Array
    beta: Array
    dgamma: Array
    dbeta: Array
    running_mean: Array
    running_variance: Array
    X: Array
    Y: Array
    product: Array
    inverse: Array

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
        return dict.fromkeys(("X", "Y", "product", "D"), (batch, self.width))

    def forward(self, A: Array) -> Array:
        mean = column_mean(A) if self.training else self.running_mean
        np.subtract(A, mean, out=self.X)
        variance = self.batch_variance(mean) if self.training else self.running_variance
        self.inverse = 1 / np.sqrt(variance + self.eps)
        self.X *= self.inverse
        np.multiply(self.X, self.gamma, out=self.Y)
        self.Y += self.beta
        return self.Y

    def batch_variance(self, mean: Array) -> Array:
        np.square(self.X, out=self.product)
        variance = column_mean(self.product)
        self.running_mean += self.momentum * (mean - self.running_mean)
        self.running_variance += self.momentum * (variance - self.running_variance)
        return variance

    def backward(self, up: Array) -> Array:
        np.multiply(up, self.X, out=self.product)
        mean_product, mean_up = column_mean(self.product), column_mean(up)
        n = up.shape[1]
        np.multiply(mean_product, n, out=self.dgamma)
        np.multiply(mean_up, n, out=self.dbeta)
        np.multiply(self.X, mean_product, out=self.product)
        np.subtract(up, mean_up, out=self.D)
        self.D -= self.product
        self.D *= self.gamma * self.inverse
        return self.D


class LayerNorm(Leaf):
    """Y = γ X̂ + β, with X̂ = (X - mean)/√(variance + ε) over the units of each sample (Ba et al.
    2016)."""

    gamma: Array
    beta: Array
    dgamma: Array
    dbeta: Array
    X: Array
    Y: Array
    product: Array
    inverse: Array

    def __init__(self, width: int, eps: float) -> None:
        self.width, self.eps = width, eps

    def parameters(self) -> Shapes:
        return dict.fromkeys(("gamma", "beta"), (1, self.width))

    def start(self) -> None:
        self.gamma[...] = 1

    def buffers(self, batch: int) -> Shapes:
        return dict.fromkeys(("X", "Y", "product", "D"), (batch, self.width))

    def forward(self, A: Array) -> Array:
        np.subtract(A, row_mean(A), out=self.X)
        np.square(self.X, out=self.product)
        self.inverse = 1 / np.sqrt(row_mean(self.product) + self.eps)
        self.X *= self.inverse
        np.multiply(self.X, self.gamma, out=self.Y)
        self.Y += self.beta
        return self.Y

    def backward(self, up: Array) -> Array:
        n = up.shape[1]
        np.multiply(up, self.X, out=self.product)
        np.multiply(column_mean(self.product), n, out=self.dgamma)
        np.multiply(column_mean(up), n, out=self.dbeta)
        np.multiply(up, self.gamma, out=self.D)
        np.multiply(self.D, self.X, out=self.product)
        np.multiply(self.X, row_mean(self.product), out=self.product)
        self.D -= row_mean(self.D)
        self.D -= self.product
        self.D *= self.inverse
        return self.D


def column_mean(X: Array) -> Array:
    """The mean over samples, (R, 1, n): as a product with ones, 4 times faster than `mean`."""
    n = X.shape[1]
    return np.full((1, n), 1 / n, X.dtype) @ X


def row_mean(X: Array) -> Array:
    """The mean over units, (R, N, 1)."""
    n = X.shape[2]
    return X @ np.full((n, 1), 1 / n, X.dtype)
