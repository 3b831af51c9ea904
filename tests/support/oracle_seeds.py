"""The seeds that random comparisons draw from: VGLAB_ORACLE_SEEDS="$(seq 100 199)" draws others."""

import os

SEEDS = [int(seed) for seed in os.environ.get("VGLAB_ORACLE_SEEDS", "0 1").split()]
