"""Feeds damaged input to everything that reads what others made."""
