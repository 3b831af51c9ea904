"""From a scenario to an experiment: the modules that load the engine.

Read in this order: convert, data, memory, build, gan, batch (many runs as one experiment),
theory, layer_arrays (what histograms need);
registering and part_checks (parts of one's own).
"""
