"""The way through a network's hidden layers, for whatever theory carries along it.

A passage says what each part does to what is carried forward, and tapes what it does on the way
back; a route puts the parts in the order in which `nn.assembly` has them.
"""

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from ..nn.architecture import Architecture
from ..nn.assembly import skip_blocks

Signal = TypeVar("Signal")
"""What is carried of a layer's output A."""
Argument = TypeVar("Argument")
"""What is carried of a pre-activation Z."""


class Passage(ABC, Generic[Signal, Argument]):
    """The parts of an architecture."""

    a: Architecture

    @abstractmethod
    def dense(self, i: int, fed: Signal) -> Argument:
        """Z = A W + b of layer i."""

    @abstractmethod
    def normalize(self, Z: Argument) -> Argument:
        """norm(Z); Z where there is no normalization."""

    @abstractmethod
    def mark(self, i: int) -> None:
        """Here the error signal of layer i is measured."""

    @abstractmethod
    def activate(self, i: int, Z: Argument) -> Signal:
        """g(Z), the output of layer i."""

    @abstractmethod
    def enter(self) -> None:
        """A block begins: on the way back, what went around meets what came through."""

    @abstractmethod
    def leave(self) -> None:
        """A block ends: on the way back, the error signal parts."""

    @abstractmethod
    def outside(self, i: int, kept: Signal, branch: Signal) -> Signal:
        """A_skip + s A, the output of layer i."""

    @abstractmethod
    def stream(self, kept: Argument, branch: Argument) -> Argument:
        """Z_skip + s Z."""

    @abstractmethod
    def inside(self, kept: Signal, branch: Argument) -> Argument:
        """A_skip + s Z."""

    def argument(self, i: int, fed: Signal) -> Argument:
        """norm(A W + b), where layer i is measured."""
        Z = self.normalize(self.dense(i, fed))
        self.mark(i)
        return Z

    def layer(self, i: int, fed: Signal) -> Signal:
        """g(norm(A W + b))."""
        return self.activate(i, self.argument(i, fed))


def travel(p: Passage[Signal, Argument], signal: Signal) -> None:
    """All hidden layers, from what the network is fed."""
    if p.a.skip == "none":
        standard(p, signal)
    elif p.a.skip_placement == "outside":
        outside(p, signal)
    elif p.a.skip_placement == "inside":
        inside(p, signal)
    else:
        preactivation(p, signal)


def standard(p: Passage[Signal, Argument], signal: Signal) -> None:
    """Layers without skips."""
    for i in range(p.a.depth):
        signal = p.layer(i, signal)


def outside(p: Passage[Signal, Argument], signal: Signal) -> None:
    """A_skip + s g(A W + b)."""
    signal = p.layer(0, signal)
    for block in skip_blocks(p.a):
        p.enter()
        branch = signal
        for i in block:
            branch = p.layer(i, branch)
        p.leave()
        signal = p.outside(block[-1], signal, branch)


def preactivation(p: Passage[Signal, Argument], signal: Signal) -> None:
    """A_skip + s (g(A) W + b), on a stream that no activation bends; of a block's last layer the
    stream's error signal is measured, not the branch's, which is s times that."""
    stream = p.dense(0, signal)
    p.mark(0)
    for block in skip_blocks(p.a):
        p.enter()
        branch = stream
        for i in block:
            branch = p.dense(i, p.activate(i - 1, p.normalize(branch)))
            if i < block[-1]:
                p.mark(i)
        p.leave()
        stream = p.stream(stream, branch)
        p.mark(block[-1])
    p.activate(p.a.depth - 1, p.normalize(stream))


def inside(p: Passage[Signal, Argument], signal: Signal) -> None:
    """g(s (A W + b) + A_skip)."""
    signal = p.layer(0, signal)
    for block in skip_blocks(p.a):
        p.enter()
        branch = signal
        for i in block[:-1]:
            branch = p.layer(i, branch)
        Z = p.normalize(p.dense(block[-1], branch))
        p.leave()
        p.mark(block[-1])
        signal = p.activate(block[-1], p.inside(signal, Z))
