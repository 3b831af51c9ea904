"""How far back a recurrent network is taught: its error signal from the last step to the first.

What a sequence shows first can be learned only by the use that W is put to at the first steps, so
their part of the gradient has a budget of its own. At birth that tells whether it will be learned.
A network that has learned to hold a bit against noise cuts the signal off again, and must (Bengio
et al. 1994).
"""

from dataclasses import dataclass

from .arrays import Mask
from .fits import over, rates
from .medians import median
from .trace import NetworkTrace


@dataclass(frozen=True)
class Reach:
    """Figures of the first layer, through which all that is seen comes in; medians over the
    replicas."""

    rate: float
    """The factor of `delta_rms` per step on the way to the beginning of a sequence."""
    ratio: float
    """`delta_rms` at the first step over that at the last."""
    share: float
    """The first step's gradient over that of all steps."""


def reach(network: NetworkTrace, row: int, sound: Mask) -> Reach | None:
    """Of the replicas that are sound, in one row; None where there are no steps."""
    if network.time is None:
        return None
    delta, uses = (network.time[name][row, sound, 0] for name in ("delta_rms", "grad_norm"))
    gradient = network.measures["grad_norm"][row, sound, 0]
    return Reach(
        rate=float(median(rates(delta))),
        ratio=float(median(over(delta[:, 0], delta[:, -1]))),
        share=float(median(over(uses[:, 0], gradient))),
    )
