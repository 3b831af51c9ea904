"""The engine: networks, their gradients, what is measured, and what theory says of it.

Symbols, with a leading replica axis: A[r, sample, unit] activations, Z pre-activations, W[r, in,
out] weights, b biases, Delta (D) = ∂J/∂Z error signals, S = g′(Z) slopes, theta and grad all
parameters and gradients of a network as one vector a replica.

    Z⁽ˡ⁾ = A⁽ˡ⁻¹⁾ W⁽ˡ⁾ + b⁽ˡ⁾        layers.Dense.forward
    A⁽ˡ⁾ = g(Z⁽ˡ⁾)                  layers.Activate.forward
    Δ⁽ˡ⁻¹⁾ = Δ⁽ˡ⁾ W⁽ˡ⁾ᵀ ∘ g′(Z⁽ˡ⁻¹⁾)   layers.Dense.backward, then layers.Activate.backward
    ∂J/∂W⁽ˡ⁾ = A⁽ˡ⁻¹⁾ᵀ Δ⁽ˡ⁾          blocks.Block.weight_gradients

Read in this order: arrays, activations, initializers, losses, optimizers, data; layers,
normalization, residual, composition, layout, blocks, network; trace, signals, probe, training;
stages, layerwise; games, targets, judge, player, adversarial, penalty, outcome (a GAN); theory;
medians and diagnosis.
The engine needs numpy alone. It never prints, waits or calls back: training yields.
"""

import os

# Before numpy is loaded: at these sizes a second BLAS thread gains little on an idle machine, and
# on a busy one a step takes many times as long. Whoever sets the variables otherwise is heard.
for _variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
