"""Networks: activations, layers, losses, and the way forward and back through them.

Read in this order: activations (and special), initializers, losses; layers, normalization,
residual, convolution, recurrent, recurrent_cells; architecture, assembly, storage, backward,
network, gradient_check.
"""
