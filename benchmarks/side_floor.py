"""The floor: only the matrix products of a training step, into arrays made before."""

from collections.abc import Callable

import numpy as np
import vglab.engine  # noqa: F401  (one BLAS thread, before numpy starts its pool)
from workloads import Workload, first_weights


def build(w: Workload, measured: bool) -> Callable[[int], None]:
    """`run(steps)`: forward A W, backward Δ Wᵀ and Aᵀ Δ of every layer."""
    del measured
    R, N = w.replicas, w.batch
    W = [np.stack([m] * R) for m in first_weights(w)]
    A = [np.ones((R, N, m.shape[1]), np.float32) for m in W]
    Z = [np.empty((R, N, m.shape[2]), np.float32) for m in W]
    up = [np.empty_like(a) for a in A]
    dW = [np.empty_like(m) for m in W]
    D = [np.ones_like(z) for z in Z]

    def run(steps: int) -> None:
        for _ in range(steps):
            for a, m, z in zip(A, W, Z, strict=True):
                np.matmul(a, m, out=z)
            for i in reversed(range(len(W))):
                if i:
                    np.matmul(D[i], W[i].mT, out=up[i])
                np.matmul(A[i].mT, D[i], out=dW[i])

    return run
