"""What is known of each activation function, in words and figures: one row each.

Scenario files take their names from here, the remedies their critical gains, the lab the formulas
it shows. It loads no NumPy; the functions themselves are rows of `engine/nn/activations.py`, and a
test keeps the names of both equal.
"""

from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True)
class ActivationFacts:
    """One activation function g."""

    name: str
    formula: str
    """g(z), as a person reads it."""
    slope: str
    """g′(z)."""
    critical_gain: float
    """The σ_w that keeps the error signal's size from layer to layer, by mean-field theory (of
    SELU the one it was made for; a leaky ReLU's is divided by √(1 + α²))."""
    rectified: bool = False
    """True where He's weights were made for it."""


ACTIVATION_FACTS: dict[str, ActivationFacts] = {
    facts.name: facts
    for facts in (
        ActivationFacts("sigmoid", "1 / (1 + e^-z)", "g (1 - g) ≤ 1/4", 10.15),
        ActivationFacts("tanh", "tanh z", "1 - g² ≤ 1", 1.0),
        ActivationFacts("relu", "max(0, z)", "1 for z > 0, else 0", sqrt(2), rectified=True),
        ActivationFacts("leaky_relu", "max(αz, z)", "1 for z > 0, else α", sqrt(2), rectified=True),
        ActivationFacts("elu", "z for z > 0, else e^z - 1", "1 for z > 0, else e^z", 1.0),
        ActivationFacts("selu", "λz for z > 0, else λα(e^z - 1)", "λ for z > 0, else λα e^z", 1.0),
        ActivationFacts("gelu", "z P(x < z), x ~ N(0, 1)", "P(x < z) + z e^(-z²/2) / √(2π)", 1.534),
        ActivationFacts("silu", "z σ(z)", "σ(z) (1 + z (1 - σ(z)))", 1.677),
        ActivationFacts("softplus", "ln(1 + e^z)", "σ(z) = 1 / (1 + e^-z)", sqrt(2)),
        ActivationFacts("linear", "z", "1", 1.0),
    )
}
"""vglab's own, and later those that are registered."""
