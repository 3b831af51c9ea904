"""Grids of runs: axes, plan, file, export and the phase diagram.

Read in this order: axes, stated, plan, store, extras, run, export, pivot, phase_diagram,
kept_results (of the lab, in the sweep's form), critical_line (loads the engine).
"""
