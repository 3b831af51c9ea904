"""Convolution over small images: a dense layer that every place of a map shares.

A map is held as rows, one for each place of each sample: A (R, N·side², channels). What stands
around a convolution (activation, normalization, shortcut) therefore sees places as it sees samples:
batch normalization is taken per channel, layer normalization over the channels of a place, and a
projection or a highway's gate is a convolution of 1 × 1.
"""

from functools import cached_property

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.random import Generator

from ..numerics import Array, Exact
from .initializers import Draw
from .layers import Dense, Leaf, Shapes


class Convolution(Dense):
    """Z[p] = Σ_d A[p + d] W[d] + b, with d over the kernel × kernel places around p; zeros lie
    beyond the border.

    As one product: Z = P W + b, where a row of P is the patch around a place.
    Backward: ∂J/∂A[p] = Σ_d Δ[p - d] W[d]ᵀ, a convolution again, with the kernel turned by half
    a turn. ∂J/∂W = Pᵀ Δ, so P is what `Dense` calls A.
    """

    kind = "convolution"
    padded: Array
    """The input with a border of zeros, (R, N, side + kernel - 1, side + kernel - 1, channels)."""
    padded_Delta: Array
    patches_Delta: Array
    """The patch of error signals around every place, (R, N·side², kernel²·outputs)."""

    def __init__(self, side: int, kernel: int, channels: int, outputs: int) -> None:
        super().__init__(channels, outputs)
        self.side, self.kernel, self.rows = side, kernel, side**2

    def parameters(self) -> Shapes:
        return {"W": (self.kernel**2 * self.inputs, self.outputs), "b": (1, self.outputs)}

    def draw(self, name: str, rule: Draw, rng: Generator) -> Exact:
        return rule(rng, self.kernel**2 * self.inputs, self.outputs, self.kernel**2)

    def buffers(self, batch: int) -> Shapes:
        return {"A": (batch, self.kernel**2 * self.inputs), "Z": (batch, self.outputs)}

    def scratch(self, batch: int) -> Shapes:
        shapes = {"padded": self.with_border(batch, self.inputs)}
        if self.passes_on:
            shapes["dA"] = (batch, self.inputs)
            shapes["padded_Delta"] = self.with_border(batch, self.outputs)
            shapes["patches_Delta"] = (batch, self.kernel**2 * self.outputs)
        return shapes

    def with_border(self, batch: int, channels: int) -> tuple[int, ...]:
        wide = self.side + self.kernel - 1
        return batch // self.rows, wide, wide, channels

    def forward(self, A: Array) -> Array:
        self.gather(A, self.padded, self.around, self.A)
        np.matmul(self.A, self.W, out=self.Z)
        self.Z += self.b
        return self.Z

    def backward(self, Delta: Array) -> Array:
        self.Delta = Delta
        self.gather(Delta, self.padded_Delta, self.around_Delta, self.patches_Delta)
        return np.matmul(self.patches_Delta, self.turn_kernel(), out=self.dA)

    @cached_property
    def around(self) -> Array:
        """What lies around every place of `padded`, which never moves."""
        return windows(self.padded, self.kernel)

    @cached_property
    def around_Delta(self) -> Array:
        """The same for `padded_Delta`."""
        return windows(self.padded_Delta, self.kernel)

    def gather(self, A: Array, padded: Array, around: Array, patches: Array) -> None:
        """Write the patch around every place of A; the border of `padded` stays 0."""
        R, N, k = A.shape[0], padded.shape[1], self.kernel
        edge = slice(k // 2, k // 2 + self.side)
        padded[:, :, edge, edge] = A.reshape(R, N, self.side, self.side, -1)
        patches.reshape(around.shape)[...] = around

    def turn_kernel(self) -> Array:
        """The kernel that the error signal meets: W[-d]ᵀ."""
        k = self.kernel
        W = self.W.reshape(-1, k, k, self.inputs, self.outputs)[:, ::-1, ::-1]
        return W.mT.reshape(len(W), -1, self.inputs)


def windows(padded: Array, kernel: int) -> Array:
    """The places around each: a view (R, N, side, side, kernel, kernel, channels)."""
    return np.moveaxis(sliding_window_view(padded, (kernel, kernel), axis=(2, 3)), 4, 6)


class AveragePool(Leaf):
    """The mean of each channel over all places (Lin et al. 2014): (R, N·places, n) -> (R, N, n).
    Delta is ∂J/∂(input), the same at all places."""

    Y: Array

    def __init__(self, places: int, width: int) -> None:
        self.places, self.width = places, width

    def buffers(self, batch: int) -> Shapes:
        return {"Y": (batch, self.width)}

    def backward_buffers(self, batch: int) -> Shapes:
        return {"Delta": (batch * self.places, self.width)}

    def forward(self, A: Array) -> Array:
        maps = A.reshape(A.shape[0], -1, self.places, self.width)
        share = np.full((1, self.places), 1 / self.places, A.dtype)
        np.matmul(share, maps, out=self.Y[:, :, None])
        return self.Y

    def backward(self, Delta: Array) -> Array:
        maps = self.Delta.reshape(Delta.shape[0], -1, self.places, self.width)
        np.multiply(Delta[:, :, None], 1 / self.places, out=maps)
        return self.Delta
