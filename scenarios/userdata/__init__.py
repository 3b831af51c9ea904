"""A person's own data: CSV and NPZ files as tables."""
