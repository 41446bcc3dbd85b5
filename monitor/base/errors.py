"""Errors of the program that people can fix."""


class MonitorError(Exception):
    """An expected failure: its text is written for the person who runs the program."""


class CallFolderError(MonitorError):
    """The folder of a call, or the folder of all calls, cannot be used."""
