"""To be imported before whatever loads NumPy: one BLAS thread, as everywhere in vglab."""

import os

for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
