"""A person's own data: CSV and NPZ files as tables.

Read in this order: table, columns, csv_reader, npz_reader, parquet_reader, loader, description.
"""
