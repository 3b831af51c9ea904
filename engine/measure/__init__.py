"""What is measured of a network in training.

Read in this order: trace, signals, own_measures, probe.
"""
