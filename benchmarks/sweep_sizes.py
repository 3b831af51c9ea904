"""What all runs of sweep_race.py have in common."""

WIDTH, BATCH, STEPS, RATE = 16, 64, 200, 0.1
TRAIN, TEST = 512, 512
"""Points to learn from, and held back."""
