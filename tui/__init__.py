"""Both front ends: the command line (a line at a time) and the lab (a screen at a time).

Read in this order: cli, then protocol, worker, charts and render; then the lab.
"""

import os

# Whatever of ours loads numpy first, it loads it with one BLAS thread (see engine/__init__.py);
# here because the scenarios and the lab's worker may import numpy before they import the engine.
for _variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

# Import paths of 0.1 that 0.2 has no more.
__path__.append(os.path.join(os.path.dirname(__file__), "deprecated"))
