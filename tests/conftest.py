"""For every test: one BLAS thread, as vglab has it, whichever test module loads numpy first; and
examples that are the same everywhere, with no clock to beat on a busy machine."""

import os

from hypothesis import settings

for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

settings.register_profile("vglab", deadline=None, derandomize=True)
settings.load_profile("vglab")
