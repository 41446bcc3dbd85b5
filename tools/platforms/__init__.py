"""Generates what platforms send, over networks good and bad: for tests and the bench."""
