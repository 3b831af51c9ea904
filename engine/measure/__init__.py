"""What is measured while a network trains: the trace, and the probe that fills it."""
