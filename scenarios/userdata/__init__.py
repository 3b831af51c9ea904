"""A person's own data: CSV and NPZ files as tables.

Read in this order: table, csv_reader, npz_reader, loader.
"""
