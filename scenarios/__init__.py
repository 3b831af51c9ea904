"""Scenarios: experiments in words. TOML goes in, a checked `Scenario` comes out, `build` runs it.

Read in this order: words, spec, faults, kinds, checking, sources, settings, expectations, rules,
course, inheritance, changes, reading; then memory, build and duels, which load the engine.

Many runs: results, tasks, crews (and cluster), carrying; axes, grid, lines, ledger, sweeping,
exporting; summaries, comparing, remedies, tournament. Of these only together and measuring, which
train and judge, load the engine.
"""

import os

# A worker process, here or in a cluster, begins with this package: what loads numpy first in it
# loads it with one BLAS thread (see engine/__init__.py).
for _variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
