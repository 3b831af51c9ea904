"""Optimizers, and training as a generator."""
