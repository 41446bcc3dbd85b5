"""Keeps the calls folder in order: repairs, retention, deletion, sealing."""
