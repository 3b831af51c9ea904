"""These tests need PyTorch and JAX (`make test-frameworks`); elsewhere none is collected."""

from importlib.util import find_spec

HERE = all(map(find_spec, ("torch", "jax", "optax")))
collect_ignore_glob = [] if HERE else ["test_*.py"]

__all__ = ["trained"]

if HERE:
    import jax
    import torch
    from frameworks.two_processes import trained

    torch.set_num_threads(1)
    jax.config.update("jax_enable_x64", True)
