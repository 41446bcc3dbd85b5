"""Feeds damaged input to every reader of outside data."""
