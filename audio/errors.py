"""Errors with sound that people can fix."""


class AudioError(Exception):
    """An expected failure: its text is written for the person who runs the program."""
