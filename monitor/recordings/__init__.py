"""Recordings through the whole pipeline: one, or many side by side."""
