"""The documents vglab writes: run, diagnosis in words, JSON Schemas.

Read in this order: context (theory and own data), missing_law, explanation, verdict_lines,
rounding (float32 beside float64), run, partial (single values of it), schemas.
"""
