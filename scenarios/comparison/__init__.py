"""Scenarios side by side, and the tournament of remedies.

Read in this order: compare, remedies, advice, tournament.
"""
