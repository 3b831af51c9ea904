"""Grids of runs: axes, plan, file, export and the phase diagram."""
