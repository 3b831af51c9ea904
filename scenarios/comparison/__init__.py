"""Scenarios side by side, and the tournament of remedies.

Read in this order: compare, remedies, advice (which of them a verdict speaks for), tournament.
"""
