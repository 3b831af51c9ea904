"""Generative adversarial networks: losses, targets, and the training of two networks."""
