"""The version as a constant, as asking importlib.metadata takes its time; and the versions of what
vglab computes with, which decide on the last digits of a run."""

from collections.abc import Iterator

VERSION = "0.1.0"


def versions() -> Iterator[str]:
    """A line for each, vglab's own first; numpy is loaded to be asked."""
    from platform import python_version

    yield f"vglab {VERSION}"
    yield f"Python {python_version()}"
    yield from numbers()


def numbers() -> Iterator[str]:
    """numpy's version, and the name and version of the library that multiplies its matrices."""
    import numpy as np

    config = np.show_config(mode="dicts") or {}
    blas = config.get("Build Dependencies", {}).get("blas", {})
    yield f"numpy {np.__version__}"
    yield f"BLAS {blas.get('name', '?')} {blas.get('version', '')}".rstrip()
