"""Recordings through the whole pipeline: one, or many in parallel."""
