"""Calls as tidy tables: one observation a row, one variable a column, as CSV and as Parquet."""
