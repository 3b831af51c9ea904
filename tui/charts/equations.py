"""The equations of what is drawn, as a person reads them: tables, in the textbook's signs.

The course notes' notation: layer l of L, A⁽ˡ⁾ = g(Z⁽ˡ⁾), Δ⁽ˡ⁾ = ∂J/∂Z⁽ˡ⁾, N samples a batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...scenarios.schema.activation_facts import ACTIVATION_FACTS
from ...scenarios.schema.spec import Scenario

SIGNAL = "Δ⁽ˡ⁾ = ∂J/∂Z⁽ˡ⁾ = Δ⁽ˡ⁺¹⁾ W⁽ˡ⁺¹⁾ᵀ ∘ g′(Z⁽ˡ⁾)"
GRADIENT = "∂J/∂W⁽ˡ⁾ = A⁽ˡ⁻¹⁾ᵀ Δ⁽ˡ⁾"
UPDATE = "‖δW⁽ˡ⁾‖ / ‖W⁽ˡ⁾‖"
FORWARD = "Z⁽ˡ⁾ = A⁽ˡ⁻¹⁾ W⁽ˡ⁾ + b⁽ˡ⁾,   A⁽ˡ⁾ = g(Z⁽ˡ⁾)"

CHARTS: Mapping[str, Sequence[str]] = {
    "layers": (SIGNAL, GRADIENT),
    "history": ("log ‖∂J/∂W⁽ˡ⁾‖", GRADIENT),
    "update_ratio": (UPDATE,),
    "activations": (FORWARD, "mean(A⁽ˡ⁾) ± std(A⁽ˡ⁾)"),
    "saturation": ("|g′(z)| < 0.05 · sup |g′|", "g′(z) = 0"),
    "weights": ("log |W⁽ˡ⁾|,   log |∂J/∂W⁽ˡ⁾|",),
    "lags": ("Δ⁽ᵗ⁻¹⁾ = Δ⁽ᵗ⁾ Wᵀ ∘ g′(Z⁽ᵗ⁻¹⁾)", "∂J/∂W = sum over t of A⁽ᵗ⁻¹⁾ᵀ Δ⁽ᵗ⁾"),
    "precision": ("‖∂J/∂W⁽ˡ⁾‖ / √n", GRADIENT),
    "walk": (SIGNAL, FORWARD),
    "signals": (FORWARD, SIGNAL, GRADIENT, UPDATE),
    "compare": (GRADIENT,),
    "remedies": (SIGNAL,),
    "claims": (SIGNAL, GRADIENT),
    "diagram": ("σ_w² E[g′(z)²] = 1",),
}
"""By chart and room; of the others, what follows depends on the scenario."""

_JUDGE = "J_D = -0.5 mean ln D(x) - 0.5 mean ln(1 - D(G(z)))"
GAMES: Mapping[str, Sequence[str]] = {
    "saturating": (
        "J_G = mean ln(1 - D(G(z)))",
        "J_D = -0.5 mean ln D(x) - 0.5 mean ln(1 - D(G(z)))",
    ),
    "non_saturating": (
        "J_G = -mean ln D(G(z))",
        "J_D = -0.5 mean ln D(x) - 0.5 mean ln(1 - D(G(z)))",
    ),
    "wasserstein": ("J_G = -mean f(G(z))", "J_D = mean f(G(z)) - mean f(x)"),
}
"""What generator and discriminator play for."""


def loss(scenario: Scenario, outputs: int) -> Sequence[str]:
    """What the training brings down."""
    if scenario.kind == "gan":
        return GAMES[scenario.gan.loss]
    if scenario.network.loss == "squared":
        return ("J = mean 0.5 · sum over k of (zₖ - tₖ)²",)
    if outputs == 1:
        return ("J = -mean [t ln p + (1 - t) ln(1 - p)],   p = σ(z) = 1 / (1 + e^-z)",)
    return ("J = -mean ln p_t,   pₖ = e^zₖ / sum over j of e^zⱼ",)


def activation(name: str) -> Sequence[str]:
    """g and g′ of one."""
    facts = ACTIVATION_FACTS[name]
    return f"g(z) = {facts.formula}", f"g′(z) = {facts.slope}"


def believed(scenario: Scenario) -> Sequence[str]:
    """What a network says of a place of the plane."""
    if scenario.kind == "gan":
        critic = scenario.gan.loss == "wasserstein"
        return ("f(x)",) if critic else ("D(x) = σ(f(x)) = 1 / (1 + e^-f(x))",)
    return ("p(x) = σ(z(x)) = 1 / (1 + e^-z(x))",)
