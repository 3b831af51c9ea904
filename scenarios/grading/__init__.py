"""Scenario files of a class, graded by a rubric: grade."""
