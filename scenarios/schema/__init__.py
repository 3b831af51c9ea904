"""What a scenario can say: its keys, their types and ranges, and the rules between them.

Read in this order: vocabulary (names that can be added to), records and activation_facts, exercise
(what the course asks), spec (the tables), synonyms, validation (one value), rules (several keys
together), own_parts, expectations and expectation_types (`--expect`), exercise_rules.
"""
