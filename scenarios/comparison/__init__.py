"""Scenarios side by side, and the tournament of remedies."""
