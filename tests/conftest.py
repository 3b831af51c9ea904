"""For every test: one BLAS thread, as vglab has it, whichever test module loads numpy first."""

import os

for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
