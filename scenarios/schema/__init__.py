"""What a scenario can say: its keys, their types and ranges, and the rules between them.

Read in this order: records and activation_facts, spec (the tables), validation (one value), rules
(several keys together), expectations and expectation_types (`--expect`).
"""
