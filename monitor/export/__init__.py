"""Calls in formats that other programs read."""
