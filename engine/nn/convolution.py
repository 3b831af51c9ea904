"""Convolution over small images: a dense layer that every place of a map shares.

A map is held as rows, one for each place of each sample: A (R, N·side², channels). What stands
around a convolution (activation, normalisation, shortcut) therefore sees places as it sees samples:
batch normalisation is taken per channel, layer normalisation over the channels of a place, and a
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
    padded_D: Array
    patches_D: Array

    def __init__(self, side: int, kernel: int, channels: int, outputs: int) -> None:
        super().__init__(channels, outputs)
        self.side, self.kernel, self.rows = side, kernel, side**2

    def parameters(self) -> Shapes:
        return {"W": (self.kernel**2 * self.inputs, self.outputs), "b": (1, self.outputs)}

    def draw(self, rule: Draw, rng: Generator) -> Exact:
        return rule(rng, self.kernel**2 * self.inputs, self.outputs, self.kernel**2)

    def buffers(self, batch: int) -> Shapes:
        return {"A": (batch, self.kernel**2 * self.inputs), "Z": (batch, self.outputs)}

    def scratch(self, batch: int) -> Shapes:
        shapes = {"padded": self.with_border(batch, self.inputs)}
        if self.passes_on:
            shapes["up"] = (batch, self.inputs)
            shapes["padded_D"] = self.with_border(batch, self.outputs)
            shapes["patches_D"] = (batch, self.kernel**2 * self.outputs)
        return shapes

    def with_border(self, batch: int, channels: int) -> tuple[int, ...]:
        wide = self.side + self.kernel - 1
        return batch // self.rows, wide, wide, channels

    def forward(self, A: Array) -> Array:
        self.gather(A, self.padded, self.around, self.A)
        np.matmul(self.A, self.W, out=self.Z)
        self.Z += self.b
        return self.Z

    def backward(self, up: Array) -> Array:
        self.D = up
        if not self.passes_on:
            return up
        self.gather(up, self.padded_D, self.around_D, self.patches_D)
        return np.matmul(self.patches_D, self.turned(), out=self.up)

    @cached_property
    def around(self) -> Array:
        """What lies around every place of `padded`, which never moves."""
        return windows(self.padded, self.kernel)

    @cached_property
    def around_D(self) -> Array:
        """The same for `padded_D`."""
        return windows(self.padded_D, self.kernel)

    def gather(self, A: Array, padded: Array, around: Array, patches: Array) -> None:
        """Write the patch around every place of A; the border of `padded` stays 0."""
        R, N, k = A.shape[0], padded.shape[1], self.kernel
        edge = slice(k // 2, k // 2 + self.side)
        padded[:, :, edge, edge] = A.reshape(R, N, self.side, self.side, -1)
        patches.reshape(around.shape)[...] = around

    def turned(self) -> Array:
        """The kernel that the error signal meets: W[-d]ᵀ."""
        k = self.kernel
        W = self.W.reshape(-1, k, k, self.inputs, self.outputs)[:, ::-1, ::-1]
        return W.mT.reshape(len(W), -1, self.inputs)


def windows(padded: Array, kernel: int) -> Array:
    """The places around each: a view (R, N, side, side, kernel, kernel, channels)."""
    return np.moveaxis(sliding_window_view(padded, (kernel, kernel), axis=(2, 3)), 4, 6)


class AveragePool(Leaf):
    """The mean of each channel over all places (Lin et al. 2014): (R, N·places, n) -> (R, N, n)."""

    Y: Array

    def __init__(self, places: int, width: int) -> None:
        self.places, self.width = places, width

    def buffers(self, batch: int) -> Shapes:
        return {"Y": (batch, self.width), "D": (batch * self.places, self.width)}

    def forward(self, A: Array) -> Array:
        maps = A.reshape(A.shape[0], -1, self.places, self.width)
        share = np.full((1, self.places), 1 / self.places, A.dtype)
        np.matmul(share, maps, out=self.Y[:, :, None])
        return self.Y

    def backward(self, up: Array) -> Array:
        maps = self.D.reshape(up.shape[0], -1, self.places, self.width)
        np.multiply(up[:, :, None], 1 / self.places, out=maps)
        return self.D
