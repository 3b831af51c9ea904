"""Data sets to learn from: generated ones, handwritten digits, and tables of a person's own."""
