"""Grids of runs: axes, plan, file, export and the phase diagram.

Read in this order: axes, plan, store, run, export, pivot, phase_diagram, critical_line (loads the
engine), kept_results (the same file for what the lab keeps between visits).
"""
