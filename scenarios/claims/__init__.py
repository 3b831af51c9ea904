"""The claims of the course notes, each an experiment with a rule.

Read in this order: catalog, rules, probes and experiments (which load the engine), testing.
"""
