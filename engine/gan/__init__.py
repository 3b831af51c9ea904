"""Generative adversarial networks.

Read in this order: losses, targets, players, gradient_penalty, training.
"""
