"""The report over many calls."""
