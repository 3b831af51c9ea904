"""Runs as tasks: what a run's results are, and who carries them out."""
