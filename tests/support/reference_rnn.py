"""The textbook twin of recurrent networks, written for autograd: step by step, layer by layer.

P[i] holds a layer's W, the input's rows above those of the layer's own last output, and b, gate by
gate; probes[i], (steps, samples, gates × units), are added to each step's Z. Where W has an axis
more, each step has a W of its own, so that a gradient tells what each adds.
"""

from collections.abc import Sequence
from functools import partial

from reference import Array, Function, Parameters, linear, np, sigma
from vglab.engine.nn.architecture import Architecture

CellStep = tuple[Array, Array, Array]
"""A step's output, its cell, and what g was given."""


def elman(g: Function, Z: Function, h: Array, c: Array) -> CellStep:
    """H = g(X W_x + H W_h + b)."""
    (z,) = Z(h)
    return g(z), c, z


def lstm(g: Function, Z: Function, h: Array, c: Array) -> CellStep:
    """C = F C + I g(Z_C), H = O g(C)."""
    new, write, keep, show = Z(h)
    c = sigma(keep) * c + sigma(write) * g(new)
    return sigma(show) * g(c), c, new


def gru(g: Function, Z: Function, h: Array, c: Array) -> CellStep:
    """H = U H + (1 - U) g(X W_x + (V H) W_h + b)."""
    _, keep, reveal = Z(h)
    new, _, _ = Z(sigma(reveal) * h)
    return sigma(keep) * h + (1 - sigma(keep)) * g(new), c, new


STEPS = {"rnn": elman, "lstm": lstm, "gru": gru}
GATES = {"rnn": 1, "lstm": 4, "gru": 3}


def parts(p: dict[str, Array], gates: int, X: Array, probe: Array, h: Array) -> list[Array]:
    """A step's Z of each gate, (N, n) each."""
    return np.split(linear(p, np.concatenate([X, h], axis=1)) + probe, gates, axis=1)


def recur(
    a: Architecture, g: Function, P: Parameters, X: Array, probes: Sequence[Array]
) -> tuple[Array, list[Array], list[Array]]:
    """The output's Z, and of each layer, step by step, what g is given and the outputs."""
    A = np.swapaxes(np.reshape(X, (len(X), a.length, -1)), 0, 1)
    given: list[Array] = []
    out: list[Array] = []
    for p, probe in zip(P[:-1], probes[:-1], strict=True):
        steps: list[CellStep] = []
        h = c = np.zeros((len(X), a.width), X.dtype)
        for t in range(a.length):
            W = p["W"][t] if p["W"].ndim == 3 else p["W"]
            Z = partial(parts, {"W": W, "b": p["b"]}, GATES[a.architecture], A[t], probe[t])
            steps.append(STEPS[a.architecture](g, Z, h, c))
            h, c, _ = steps[-1]
        A = np.array([h for h, _, _ in steps])
        given.append(np.array([z for _, _, z in steps]))
        out.append(A)
    return linear(P[-1], A[-1]) + probes[-1], given, out
